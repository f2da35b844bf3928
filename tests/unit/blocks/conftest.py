"""A proposal and a draft with everything on them, and the checks that every message and modal has to pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.analysis import Change, Difference, Example
from bot.blocks import text_length
from bot.cedar import Request
from bot.review.found import Analysis, Finding, SecondReading, Verdict
from bot.review.messages import SlackMessage
from bot.review.model import Draft, DraftState, Proposal, ProposalState
from bot.workspace.blockkit import check_message, check_view

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-gateway-a1b2c3d4e5"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def request(amount: int, **tags: str) -> Request:
    return Request(
        "AgentCore::OAuthUser", "alice", "Desk___refund", ARN, {"amount": amount}, tags, "2026-01-15T12:00:00.000Z"
    )


@pytest.fixture
def difference() -> Difference:
    return Difference(
        (
            Change(
                "AgentCore::OAuthUser",
                "Desk___refund",
                "changed",
                newly_allowed=Example(request(499, role="support-agent"), False, True, (), ("this policy",)),
                still_denied=Example(request(500, role="support-agent"), False, False),
                whom="callers with role = support-agent",
            ),
            Change("AgentCore::IamEntity", "Desk___refund", "unchanged"),
            Change("AgentCore::OAuthUser", "Desk___lookup", "unchanged"),
        )
    )


@pytest.fixture
def proposal() -> Proposal:
    return Proposal(
        id="P-7K2M9Q",
        key="k",
        team_id="T1",
        channel_id="C1",
        requester_id="U1",
        rule="allow support agents to call refund tool below 500 on weekends",
        engine_id="engine-1",
        gateway_arn=ARN,
        state=ProposalState.IN_REVIEW,
        created_at=NOON,
        uncovered=("on weekends",),
    )


@pytest.fixture
def draft(difference: Difference) -> Draft:
    return Draft(
        id="P-7K2M9Q.1",
        proposal_id="P-7K2M9Q",
        ordinal=1,
        asset_id="a1",
        fragment="allow support agents to call refund tool below 500",
        statement="permit(principal is AgentCore::OAuthUser, action, resource);",
        findings=(Finding("VALID"),),
        state=DraftState.IN_REVIEW,
        analysis=Analysis(
            read_back="Support agents may call refund when amount is less than 500.",
            findings=(Finding("may_error", "Its evaluation can end in an error.", "policybot"),),
            second=SecondReading(Verdict.AGREE),
            difference=difference.as_json(),
        ),
        policy_name="permit_refund_P7K2M9Q_1",
    )


@pytest.fixture
def fits() -> Callable[[SlackMessage], None]:
    """Checks a message against the budget, slack_sdk's models and the embedded Slack's own rules."""

    def check(message: SlackMessage) -> None:
        assert 0 < len(message.text) <= 3_000
        assert "<" not in message.text
        assert ">" not in message.text
        for shown in (message.blocks, message.plain):
            blocks = [dict(block) for block in shown]
            assert len(blocks) <= 40
            assert text_length(blocks) <= 9_000
            _judge(blocks)
            check_message(blocks, 12_000)

    return check


@pytest.fixture
def fits_modal() -> Callable[[Mapping[str, Any]], None]:
    """Checks a modal likewise."""

    def check(view: Mapping[str, Any]) -> None:
        _judge(view["blocks"])
        View(**deepcopy(dict(view))).validate_json()
        check_view(dict(view), "modal")

    return check


def _judge(blocks: Sequence[Mapping[str, Any]]) -> None:
    for block in blocks:
        parsed = Block.parse(deepcopy(dict(block)))
        assert parsed is not None, block
        assert parsed.to_dict()["type"] == block["type"]
