"""What a card says beforehand of an end is what the end does: it stops at a boundary, and breaks what it breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.analyst import PolicyAnalyst
from bot.analyst.boundaries import Boundaries
from bot.cedar import Gateway, Request
from bot.review import timed
from bot.review.model import Act, Draft, DraftState, Proposal, ProposalState
from bot.review.reported import PolicyRecord
from bot.review.sequel import Sequel, sequel
from bot.review.tested import Example
from tests.unit.analyst.test_acts import draft_of, engine, policy, record

NOW = datetime(2026, 11, 26, tzinfo=UTC)
SOON, LATER = NOW + timedelta(days=1), NOW + timedelta(days=2)
PROPOSAL = Proposal("P-1", "k", "T1", "C1", "U1", "the rule", "e-1", "arn", ProposalState.IN_REVIEW, NOW)


@pytest.fixture
def desk(gateway_of: Callable[..., Gateway]) -> Gateway:
    return gateway_of(Desk={"pay": {"amount": {"type": "integer"}}})


@pytest.fixture
async def analyst(desk: Gateway) -> AsyncIterator[PolicyAnalyst]:
    """No call above 100 may ever be allowed."""
    never = {"never": policy(desk, "permit", "context.input.amount > 100")}
    made = PolicyAnalyst(boundaries={desk.arn: Boundaries(must_never=never)})
    yield made
    await made.aclose()


def example(desk: Gateway, *, allowed: bool) -> Example:
    request = Request(
        "AgentCore::OAuthUser", "alice", "Desk___pay", desk.arn, {"amount": 7}, {}, "2026-11-26T00:00:00Z"
    )
    return Example("T-1", "T1", "e-1", desk.arn, "seven", request, allowed, "U1", NOW)


def end_of(kept: PolicyRecord) -> Draft:
    """The end of a policy that is for a time and stands."""
    made = replace(draft_of(Act.CREATE, None, kept.statement), id="P-9.1", proposal_id="P-9", until=SOON)
    made = replace(made, state=DraftState.IN_EFFECT, policy_name=kept.name, policy_id=kept.policy_id)
    found = timed.end_of(made, replace(PROPOSAL, id="P-9"), (), "")
    assert found is not None
    return found


async def then(
    analyst: PolicyAnalyst,
    desk: Gateway,
    draft: Draft,
    *kept: PolicyRecord,
    ends: tuple[Draft, ...] = (),
    stays: bool | None = None,
) -> Sequel:
    """The sequel of a draft, with a test that has to stay allowed, or denied."""
    examples = () if stays is None else (example(desk, allowed=stays),)
    named = replace(draft, policy_name="new_one")
    return await sequel(analyst, named, PROPOSAL, engine(desk, *kept), ends, examples)


async def test_a_permit_that_keeps_a_freeze_from_ending_says_so(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """Once the freeze is gone, the permit would allow what must never be: the freeze stays, and nothing opens."""
    freeze = record("freeze", policy(desk, "forbid"))
    wide = draft_of(Act.CREATE, None, policy(desk, "permit"))
    found = await then(analyst, desk, wide, freeze, ends=(end_of(freeze),))
    assert [said.partition(":")[0] for said in found.said] == [
        "With this the policy freeze is not taken back at 2026-11-27 00"
    ]
    assert "never" in found.said[0]
    assert not found.becomes


async def test_a_test_that_breaks_once_a_freeze_ends_is_told_before(analyst: PolicyAnalyst, desk: Gateway) -> None:
    freeze = record("freeze", policy(desk, "forbid"))
    permit = draft_of(Act.CREATE, None, policy(desk, "permit", "context.input.amount < 50"))
    found = await then(analyst, desk, permit, freeze, ends=(end_of(freeze),), stays=False)
    assert found.becomes
    assert found.broken == ("From 2026-11-27 00:00 UTC on: “seven” must stay denied, and would not be",)
    kept = await then(analyst, desk, permit, freeze, ends=(end_of(freeze),), stays=True)
    assert kept.broken == ()


async def test_a_change_whose_own_end_crosses_a_boundary_says_that_it_stays(
    analyst: PolicyAnalyst, desk: Gateway
) -> None:
    """Too much is allowed today: what closes it for a time would open it again."""
    wide = record("wide", policy(desk, "permit"))
    freeze = replace(draft_of(Act.CREATE, None, policy(desk, "forbid")), until=LATER)
    found = await then(analyst, desk, freeze, wide)
    assert found.said[0].startswith(
        "As things stand it is not taken back at 2026-11-28 00:00 UTC: It crosses the bound"
    )


async def test_what_a_change_breaks_when_it_is_taken_back_is_told_before(analyst: PolicyAnalyst, desk: Gateway) -> None:
    permit = replace(draft_of(Act.CREATE, None, policy(desk, "permit", "context.input.amount < 50")), until=LATER)
    found = await then(analyst, desk, permit, stays=True)
    assert found.said == ()
    assert found.broken == ("Taken back at 2026-11-28 00:00 UTC: “seven” must stay allowed, and would not be",)
