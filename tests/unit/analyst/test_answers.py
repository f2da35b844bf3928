"""Answers about an engine as it stands: what is offered is checked, and what is not known is said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest

from bot.analyst import PolicyAnalyst
from bot.analyst.answers import PolicyAnswers
from bot.cedar import Gateway, Request
from bot.errors import BadInput
from bot.review.engine import EngineState
from bot.review.reported import PolicyRecord

ENGINE = "desk-engine-a1b2c3d4e5"


@pytest.fixture
def desk(gateway_of: Callable[..., Gateway]) -> Gateway:
    labels = {"type": "array", "items": {"type": "string"}}
    return gateway_of(
        Desk={"pay": {"amount": {"type": "integer"}, "labels?": labels}, "odd": {"a": {"type": "nonsense"}}}
    )


@pytest.fixture
async def answers() -> AsyncIterator[PolicyAnswers]:
    analyst = PolicyAnalyst()
    yield PolicyAnswers(analyst.schema, analyst.solver)
    await analyst.aclose()


def policy(gateway: Gateway, effect: str, condition: str = "") -> str:
    return (
        f'{effect}(principal is AgentCore::OAuthUser, action == AgentCore::Action::"Desk___pay", '
        f'resource == AgentCore::Gateway::"{gateway.arn}") when {{ {condition or "true"} }};'
    )


def state(gateway: Gateway, *records: PolicyRecord) -> EngineState:
    return EngineState(ENGINE, gateway, ENGINE, "ENFORCE", records)


def call(gateway: Gateway, **inputs: Any) -> Request:
    return Request(gateway.principal_type, "someone", "Desk___pay", gateway.arn, inputs, {"role": "lead"})


async def test_a_rule_is_offered_only_when_our_reader_makes_exactly_that_of_it(
    answers: PolicyAnswers, desk: Gateway
) -> None:
    """A list of texts is read as one text: the solver sees it, and nothing is offered."""
    assert await answers.offer(state(desk), call(desk, amount=5)) == (
        'Users with role "lead" may use pay when the amount is 5'
    )
    assert await answers.offer(state(desk), call(desk, amount=5, labels=["a", "b"])) == ""


async def test_a_rule_that_a_forbid_would_still_deny_is_not_offered(answers: PolicyAnswers, desk: Gateway) -> None:
    cap = PolicyRecord("cap-id", "cap", "ACTIVE", policy(desk, "forbid", "context.input.amount > 4"))
    assert await answers.offer(state(desk, cap), call(desk, amount=5)) == ""
    assert await answers.offer(state(desk, cap), call(desk, amount=4)) != ""


@pytest.mark.parametrize(
    ("action", "arguments", "said"),
    [
        ("Desk___gone", {}, "it is no tool of this channel's gateway"),
        ("Desk___odd", {}, "of which nothing can be said here"),
        ("Desk___pay", {}, "are not what pay takes"),
        ("Desk___pay", {"amount": "x"}, "are not what pay takes"),
        ("Desk___pay", {"amount": 2**70}, "are not what pay takes"),
    ],
)
async def test_a_call_that_the_gateway_could_not_take_is_said(
    answers: PolicyAnswers, desk: Gateway, action: str, arguments: Mapping[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        await answers.inputs(action, arguments, desk)


async def test_what_falls_without_a_policy_is_the_difference_of_its_removal(
    answers: PolicyAnswers, desk: Gateway
) -> None:
    """For what is enforced; log-only nothing, and of what is on its way, or cannot be read, it is not known."""
    text = policy(desk, "permit", "context.input.amount < 5")
    enforced = PolicyRecord("p-id", "p", "ACTIVE", text)
    found = await answers.removal(enforced, state(desk, enforced))
    assert found.difference is not None
    assert found.difference["narrows"]
    quiet = PolicyRecord("p-id", "p", "ACTIVE", text, "LOG_ONLY")
    assert (await answers.removal(quiet, state(desk, quiet))).idle
    moving = PolicyRecord("p-id", "p", "UPDATING", text, "LOG_ONLY")
    unsettled = await answers.removal(moving, state(desk, moving))
    assert unsettled.difference is not None
    assert not unsettled.idle
    assert all(each["status"] == "not analysed" for each in unsettled.difference["changes"])
    gone = PolicyRecord("p-id", "p", "ACTIVE", "", unreadable="access denied")
    assert (await answers.removal(gone, state(desk, gone))).unknown == "access denied"
    broken = PolicyRecord("p-id", "p", "ACTIVE", "permit(")
    assert (await answers.removal(broken, state(desk, broken))).unknown == "unexpected end of input"
