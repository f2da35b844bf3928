"""What a reviewer is told of a draft: its reading, its findings with examples, and what AgentCore will refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from bot.analyst import PolicyAnalyst
from bot.cedar import Gateway, Request


@pytest.fixture
def desk(gateway_of: Callable[..., Gateway]) -> Gateway:
    return gateway_of(Desk={"pay": {"amount": {"type": "integer"}}, "look": {"id": {"type": "string"}}})


@pytest.fixture
async def analyst() -> AsyncIterator[PolicyAnalyst]:
    made = PolicyAnalyst("FAIL_ON_ANY_FINDINGS")
    yield made
    await made.aclose()


def policy(gateway: Gateway, effect: str, condition: str = "", tool: str = "pay") -> str:
    return (
        f'{effect}(principal is AgentCore::OAuthUser, action == AgentCore::Action::"Desk___{tool}", '
        f'resource == AgentCore::Gateway::"{gateway.arn}"){condition};'
    )


async def test_a_forbid_that_can_error_shows_the_input_that_makes_it_fail_open(
    analyst: PolicyAnalyst, desk: Gateway
) -> None:
    statement = policy(desk, "forbid", " when { context.input.amount + 10 > 100 }")
    found = await analyst.analyse(statement, desk, {})
    (error,) = [finding for finding in found.findings if finding.type == "may_error"]
    assert "fails open" in error.description
    assert "For example:" in error.description
    assert "amount = 92233720368547" in error.description


async def test_what_agentcores_validation_will_refuse_is_said_beforehand(analyst: PolicyAnalyst, desk: Gateway) -> None:
    everyone = await analyst.analyse(policy(desk, "permit"), desk, {})
    assert "validation" in {finding.type for finding in everyone.findings}
    some = await analyst.analyse(policy(desk, "permit", " when { context.input.amount < 5 }"), desk, {})
    assert "validation" not in {finding.type for finding in some.findings}


async def test_the_signature_stays_while_other_tools_change_and_moves_with_this_one(
    analyst: PolicyAnalyst, desk: Gateway
) -> None:
    statement = policy(desk, "permit", " when { context.input.amount < 5 }")
    alone = await analyst.analyse(statement, desk, {})
    elsewhere = await analyst.analyse(statement, desk, {"other": policy(desk, "permit", tool="look")})
    here = await analyst.analyse(statement, desk, {"other": policy(desk, "permit")})
    assert alone.signature == elsewhere.signature != here.signature


async def test_a_policy_whose_statement_is_not_known_is_named_as_not_compared(
    analyst: PolicyAnalyst, desk: Gateway
) -> None:
    found = await analyst.analyse(policy(desk, "permit"), desk, {"made_elsewhere": ""})
    assert any(finding.type == "not_analysed" and "made_elsewhere" in finding.description for finding in found.findings)


async def test_a_request_is_tried_today_and_with_the_draft(analyst: PolicyAnalyst, desk: Gateway) -> None:
    request = Request("AgentCore::OAuthUser", "ana", "Desk___pay", desk.arn, {"amount": 3})
    tried = await analyst.try_request(policy(desk, "permit"), request, desk, {})
    assert (tried.today.allowed, tried.after.allowed, tried.after.reasons) == (False, True, ("this policy",))
