"""A Cedar policy of AgentCore's dialect as one plain English sentence."""

from bot.language.readback.sentence import read_back

__all__ = ["read_back"]
