"""What stands on the engine, held against what was approved: values in, a sentence out when they differ."""

from __future__ import annotations

from bot.cedar import same_statement
from bot.review.model import Draft, PolicyRecord

_REVISE = "Look at the engine's policies now, and revoke this one if it is not what the team wants."


def amiss(draft: Draft, record: PolicyRecord, *, difference_holds: bool) -> str:
    """What is not as it was approved, with what to do; empty when all is."""
    if not record.statement:
        why = record.unreadable or "AgentCore gave no statement"
        return f"{record.name} is ACTIVE, but what stands could not be read back: {why}. {_REVISE}"
    if not same_statement(record.statement, draft.statement or ""):
        return f"{record.name} is ACTIVE with another statement than the one that was approved. {_REVISE}"
    if record.enforcement_mode != draft.enforcement_mode:
        return (
            f"{record.name} is ACTIVE in mode {record.enforcement_mode}, and {draft.enforcement_mode} was approved. "
            f"{_REVISE}"
        )
    if not difference_holds:
        return (
            f"{record.name} is ACTIVE as approved, but the engine or its gateway changed at the same time: what it "
            f"changes is not what the card showed. {_REVISE}"
        )
    return ""
