"""What an act makes of a test, against Cedar in every world that may be."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.analyst import PolicyAnalyst
from bot.cedar import Gateway, Request, evaluate, schema_for
from bot.review.engine import standing
from bot.review.model import Act
from bot.review.tested import Example
from tests.unit.analyst.test_acts import done, draft_of, engine, policy, record, requests, situations

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def desk(gateway_of: Callable[..., Gateway]) -> Gateway:
    return gateway_of(Desk={"pay": {"amount": {"type": "integer"}}, "look": {"amount": {"type": "integer"}}})


@pytest.fixture
async def analyst() -> AsyncIterator[PolicyAnalyst]:
    made = PolicyAnalyst()
    yield made
    await made.aclose()


def example(gateway: Gateway, request: Request, *, allowed: bool) -> Example:
    return Example("T-1", "T1", "e", gateway.arn, f"{request.action} {request.inputs}", request, allowed, "U1", NOW)


async def test_every_test_is_held_as_cedar_decides_it(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """Held in all worlds, or named as broken when it is as wanted in some world today and not afterwards."""
    schema, drawn = schema_for(desk), random.Random(7)
    broken = holds = 0
    for draft, state in situations(desk, 120):
        unsure = [each.name for each in state.policies if each.name != draft.policy_name and drawn.random() < 0.3]
        told = replace(
            state,
            policies=tuple(
                replace(each, status="DELETING") if each.name in unsure else each for each in state.policies
            ),
        )
        tests = [example(desk, each, allowed=drawn.random() < 0.5) for each in drawn.sample(list(requests(desk)), 4)]
        found = await analyst.tested(draft, told, tests)
        worlds = []
        for chosen in itertools.product((True, False), repeat=len(unsure)):
            gone = {name for name, stays in zip(unsure, chosen, strict=True) if not stays}
            there = replace(state, policies=tuple(each for each in state.policies if each.name not in gone))
            worlds.append((there, done(draft, there)))
        for test in tests:
            outcomes = set()
            for there, after in worlds:
                decided = []
                for each in (there, after):
                    policies = dict(standing(each).enforced)
                    decided.append(evaluate(policies, test.request, schema).allowed is test.allowed)
                outcomes.add(tuple(decided))
            breaks = any(test.name in said for said in found.broken if f"“{test.name}”" in said)
            same = [each for each in tests if each.name == test.name]
            if len(same) == 1:
                assert breaks == ((True, False) in outcomes), (draft.act, test, outcomes, found)
                fails = not breaks and any(not after for _, after in outcomes)
                assert (test.name in found.failing) == fails, (draft.act, test, outcomes, found)
                broken += breaks
                holds += not breaks
        if draft.act is not Act.REVOKE:
            assert found.tested == 4
    assert broken > 20
    assert holds > 20


async def test_what_cannot_be_decided_is_not_said_to_hold(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """A policy whose text is not known, and a request that the tools do not take any more."""
    request = next(requests(desk))
    tests = [example(desk, request, allowed=True)]
    draft = draft_of(Act.CREATE, None, policy(desk, "permit"))
    unread = engine(desk, replace(record("p", ""), unreadable="its asset is gone"))
    found = await analyst.tested(draft, unread, tests)
    assert (found.held, len(found.broken)) == (0, 1)
    assert "not known" in found.broken[0]
    gone = [example(desk, replace(request, inputs={"colour": "red"}), allowed=True)]
    found = await analyst.tested(draft, engine(desk), gone)
    assert (found.held, len(found.broken)) == (0, 1)
    assert "does not fit" in found.broken[0]
