"""Recorded calls decided before and after a change of policies: which of them would be decided otherwise."""

from bot.replay.calls import RecordedCall, read_calls
from bot.replay.deciding import Outcome, Replayed, replay

__all__ = ["Outcome", "RecordedCall", "Replayed", "read_calls", "replay"]
