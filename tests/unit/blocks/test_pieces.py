"""A permit beside another piece of its rule that forbids, and does not hold yet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.blocks import SlackCards
from bot.review.messages import MessageKind
from bot.review.model import Draft, DraftState, Proposal

TOOL = 'action == AgentCore::Action::"Desk___refund"'
SAID = "piece 2 of the rule forbids calls of the same tools. Until it is in force, this allows them."


@pytest.mark.parametrize(
    ("effect", "action", "other", "state", "mode", "told"),
    [
        ("permit", TOOL, f"forbid(principal, {TOOL}, resource);", DraftState.IN_REVIEW, "ACTIVE", True),
        ("permit", TOOL, "forbid(principal, action, resource);", DraftState.WAITING, "ACTIVE", True),
        ("permit", "action", f"forbid(principal, {TOOL}, resource);", DraftState.SETTLING, "ACTIVE", True),
        ("permit", TOOL, f"forbid(principal, {TOOL}, resource);", DraftState.IN_EFFECT, "ACTIVE", False),
        ("permit", TOOL, f"forbid(principal, {TOOL}, resource);", DraftState.IN_REVIEW, "LOG_ONLY", False),
        ("permit", TOOL, f"permit(principal, {TOOL}, resource);", DraftState.IN_REVIEW, "ACTIVE", False),
        ("forbid", TOOL, f"forbid(principal, {TOOL}, resource);", DraftState.IN_REVIEW, "ACTIVE", False),
        ("permit", TOOL, f'forbid(principal, {TOOL[:-1]}_all", resource);', DraftState.IN_REVIEW, "ACTIVE", False),
    ],
)
def test_what_another_piece_forbids_and_does_not_hold_yet_is_told(
    proposal: Proposal, draft: Draft, effect: str, action: str, other: str, state: DraftState, mode: str, told: bool
) -> None:
    """Whoever approves the permit first allows what the rule forbids, until the forbid is in force."""
    permit = replace(draft, statement=f"{effect}(principal, {action}, resource);", enforcement_mode=mode)
    forbid = replace(draft, id="P-7K2M9Q.2", ordinal=2, statement=other, state=state)
    shown = str(SlackCards().message(MessageKind.CARD, proposal, (permit, forbid), permit).blocks)
    assert (SAID in shown) is told
