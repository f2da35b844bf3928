"""A card as reviewers see it, for Slack to look at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.blocks import SlackCards
from bot.review.found import Analysis, Finding, SecondReading, Verdict
from bot.review.messages import MessageKind
from bot.review.model import Draft, DraftState, Proposal, ProposalState

_ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/sample-a1b2c3d4e5"
_RULE = "allow support agents to call refund tool if the amount is below 500"


def sample_blocks() -> list[dict[str, Any]]:
    """The blocks of a card in review."""
    proposal = Proposal(
        id="P-SAMPLE",
        key="sample",
        team_id="T1",
        channel_id="C1",
        requester_id="U1",
        rule=_RULE,
        engine_id="sample-a1b2c3d4e5",
        gateway_arn=_ARN,
        state=ProposalState.IN_REVIEW,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    draft = Draft(
        id="P-SAMPLE.1",
        proposal_id=proposal.id,
        ordinal=1,
        asset_id="a1",
        fragment=_RULE,
        statement=f'permit(principal, action, resource == AgentCore::Gateway::"{_ARN}");',
        findings=(Finding("VALID"),),
        state=DraftState.IN_REVIEW,
        analysis=Analysis(read_back="Support agents may call refund.", second=SecondReading(Verdict.AGREE)),
        policy_name="permit_refund_SAMPLE_1",
    )
    message = SlackCards().message(MessageKind.CARD, proposal, (draft,), draft)
    return [dict(block) for block in message.blocks]
