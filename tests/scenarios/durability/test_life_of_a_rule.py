"""A rule from the command to the active policy, step by step, on a clock that is moved by hand."""

from __future__ import annotations

import pytest

from bot.errors import ChatError, ChatUnavailable, Refused, ServiceError, ServiceUnavailable
from bot.review.model import DraftState, ProposalState, Reason, Vote


async def test_a_rule_becomes_a_policy(bot):
    """The whole way: parent, thread, card, approval, one policy, and only then closed."""
    proposal_id = await bot.propose("allow agents to use refund")
    await bot.pass_time(5)
    assert (await bot.proposal(proposal_id)).state is ProposalState.IN_REVIEW
    draft_id = f"{proposal_id}.1"
    decided = await bot.decide(draft_id)
    assert decided.draft.state is DraftState.APPROVED
    await bot.pass_time(5)
    draft = await bot.draft(draft_id)
    assert (draft.state, draft.decided_by) == (DraftState.ACTIVE, "U_APPROVES")
    assert (await bot.proposal(proposal_id)).state is ProposalState.CLOSED
    [(token, name, status)] = bot.world.rows("SELECT token, name, status FROM policies")
    assert (token, name, status) == (draft.create_token, f"permit_refund_{proposal_id.replace('-', '')}_1", "ACTIVE")
    texts = [text for (text,) in bot.world.rows("SELECT text FROM posts ORDER BY ts")]
    assert [text.split()[0] for text in texts] == ["parent", "progress", "card"]
    assert texts[2].startswith(f"card {draft_id} v1 active U_APPROVES")
    threads = [thread for (thread,) in bot.world.rows("SELECT thread FROM posts ORDER BY ts")]
    assert threads == ["", "1", "1"]
