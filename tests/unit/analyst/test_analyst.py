"""What a reviewer is told of a draft on an engine as it stands, and whether it would still change the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.analyst import PolicyAnalyst
from bot.analyst.boundaries import Boundaries
from bot.cedar import Gateway, Request
from bot.review.drafting import Drafting
from bot.review.engine import EngineState
from bot.review.found import Analysis, Verdict
from bot.review.model import Draft, DraftState, Proposal, ProposalState
from bot.review.options import Options
from bot.review.reported import Asset, PolicyRecord
from bot.review.revision import Kept
from bot.review.routes import everywhere
from bot.review.tested import Example

ENGINE = "desk-engine-a1b2c3d4e5"


@pytest.fixture
def desk(gateway_of: Callable[..., Gateway]) -> Gateway:
    return gateway_of(Desk={"pay": {"amount": {"type": "integer"}}, "look": {"id": {"type": "string"}}})


@pytest.fixture
async def analyst() -> AsyncIterator[PolicyAnalyst]:
    made = PolicyAnalyst()
    yield made
    await made.aclose()


def policy(gateway: Gateway, effect: str, condition: str = "", tool: str = "pay") -> str:
    return (
        f'{effect}(principal is AgentCore::OAuthUser, action == AgentCore::Action::"Desk___{tool}", '
        f'resource == AgentCore::Gateway::"{gateway.arn}"){condition};'
    )


async def no_tests(_engine_id: str, _gateway_arn: str) -> tuple[Example, ...]:
    return ()


async def no_ends(_engine_id: str, _gateway_arn: str) -> tuple[Draft, ...]:
    return ()


def draft_of(statement: str, **members: Any) -> Draft:
    return Draft("P-1.1", "P-1", 1, "a-1", "the rule", statement, (), DraftState.IN_REVIEW, **members)


def engine(gateway: Gateway, **policies: str) -> EngineState:
    """An enforcing engine whose policies are all ACTIVE."""
    records = tuple(PolicyRecord(f"{name}-0123456789", name, "ACTIVE", text) for name, text in policies.items())
    return EngineState(ENGINE, gateway, ENGINE, "ENFORCE", records)


def becoming(state: EngineState, name: str, **members: Any) -> EngineState:
    """The state with one policy otherwise."""
    changed = tuple(replace(each, **members) if each.name == name else each for each in state.policies)
    return replace(state, policies=changed)


async def shown(analyst: PolicyAnalyst, statement: str, state: EngineState) -> Analysis:
    return await analyst.analyse(draft_of(statement), state)


def statuses(found: Analysis) -> set[str]:
    assert found.difference
    return {change["status"] for change in found.difference["changes"]}


def newly_allowed(found: Analysis) -> bool:
    assert found.difference
    return any(change["newly_allowed"] for change in found.difference["changes"])


async def test_a_forbid_that_can_error_shows_the_input_that_makes_it_fail_open(
    analyst: PolicyAnalyst, desk: Gateway
) -> None:
    found = await shown(analyst, policy(desk, "forbid", " when { context.input.amount + 10 > 100 }"), engine(desk))
    (error,) = [finding for finding in found.findings if finding.type == "may_error"]
    assert "fails open" in error.description
    assert "For example:" in error.description
    assert "amount = 92233720368547" in error.description


async def test_what_agentcores_validation_will_refuse_is_said_beforehand(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """And not where it is told to skip its analysis."""
    everyone = policy(desk, "permit")
    assert (await shown(analyst, everyone, engine(desk))).refusal
    assert not (
        await shown(analyst, policy(desk, "permit", " when { context.input.amount < 5 }"), engine(desk))
    ).refusal
    unvalidated = draft_of(everyone, validation_mode="IGNORE_ALL_FINDINGS")
    assert not (await analyst.analyse(unvalidated, engine(desk))).refusal


async def test_a_log_only_forbid_forbids_nothing_today(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """The permit opens the tool, whatever the forbid would do if it were enforced."""
    permit = policy(desk, "permit", " when { context.input.amount < 5 }")
    enforced = engine(desk, freeze=policy(desk, "forbid"))
    assert not newly_allowed(await shown(analyst, permit, enforced))
    found = await shown(analyst, permit, becoming(enforced, "freeze", enforcement_mode="LOG_ONLY"))
    assert newly_allowed(found)
    assert "overridden" not in {finding.type for finding in found.findings}


@pytest.mark.parametrize("status", ["CREATING", "DELETING"])
async def test_what_is_on_its_way_is_not_counted_as_settled(analyst: PolicyAnalyst, desk: Gateway, status: str) -> None:
    permit = policy(desk, "permit", " when { context.input.amount < 5 }")
    state = becoming(engine(desk, freeze=policy(desk, "forbid")), "freeze", status=status)
    found = await shown(analyst, permit, state)
    assert found.difference
    assert any("depends on freeze" in change["reason"] for change in found.difference["changes"])


async def test_a_policy_whose_statement_is_not_known_leaves_nothing_proved(
    analyst: PolicyAnalyst, desk: Gateway
) -> None:
    state = becoming(engine(desk, made_elsewhere="x"), "made_elsewhere", statement="", unreadable="its asset is gone")
    found = await shown(analyst, policy(desk, "permit", tool="look"), state)
    assert "unchanged" not in statuses(found)
    assert found.difference
    assert all("made_elsewhere" in change["reason"] for change in found.difference["changes"])


async def test_an_approval_holds_while_the_same_requests_would_change(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """A permit for another role, or a policy of another tool, leaves it; one that overlaps does not."""
    manager = ' when { principal.hasTag("role") && principal.getTag("role") == "manager" }'
    clerk = manager.replace("manager", "clerk")
    statement = policy(desk, "permit", manager)
    draft = replace(draft_of(statement), analysis=await shown(analyst, statement, engine(desk)))
    assert await analyst.still_holds(draft, engine(desk, other=policy(desk, "permit", clerk)))
    assert await analyst.still_holds(draft, engine(desk, other=policy(desk, "permit", tool="look")))
    assert not await analyst.still_holds(draft, engine(desk, other=policy(desk, "permit")))
    assert not await analyst.still_holds(draft, engine(desk, other=policy(desk, "forbid", manager)))


async def test_an_approval_ends_when_the_gateway_changes_what_it_means(
    analyst: PolicyAnalyst, desk: Gateway, gateway_of: Callable[..., Gateway]
) -> None:
    statement = policy(desk, "permit", " when { context.input.amount < 5 }")
    draft = replace(draft_of(statement), analysis=await shown(analyst, statement, engine(desk)))
    more = gateway_of(
        Desk={
            "pay": {"amount": {"type": "integer"}},
            "look": {"id": {"type": "string"}},
            "sell": {"id": {"type": "string"}},
        }
    )
    other = gateway_of(Desk={"pay": {"amount": {"type": "number"}}, "look": {"id": {"type": "string"}}})
    assert await analyst.still_holds(draft, engine(more)), "a tool that it does not name"
    assert not await analyst.still_holds(draft, engine(other))
    assert not await analyst.still_holds(draft, replace(engine(desk), gateway_mode="LOG_ONLY"))
    assert not await analyst.still_holds(draft, replace(engine(desk), attached_engine_id=""))


async def test_only_a_statement_for_exactly_this_gateway_can_be_created(analyst: PolicyAnalyst, desk: Gateway) -> None:
    good = policy(desk, "permit", " when { context.input.amount < 5 }")
    assert await analyst.usable(good, desk) == ""
    for bad, said in (
        (good.replace(desk.arn, desk.arn.replace("desk-gateway", "till-gateway")), "this review is for"),
        (good.replace(f'resource == AgentCore::Gateway::"{desk.arn}"', "resource is AgentCore::Gateway"), "no single"),
        (good.replace("amount", "sum"), "does not fit"),
        (good.replace("permit", "allow"), "cannot read"),
    ):
        assert said in await analyst.usable(bad, desk)


async def test_a_generated_policy_is_held_against_our_own_reading(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """The same, looser, and a rule that we cannot read."""
    rule = "allow managers to call pay when amount is below 5"
    manager = 'principal.hasTag("role") && principal.getTag("role") == "manager"'
    exact = policy(desk, "permit", f" when {{ {manager} && context.input.amount < 5 }}")
    loose = policy(desk, "permit", f" when {{ {manager} }}")
    (agrees,), missing = await analyst.second_readings(rule, [exact], desk)
    assert (agrees and agrees.verdict, missing) == (Verdict.AGREE, ())
    (differs,), _ = await analyst.second_readings(rule, [loose], desk)
    assert differs
    assert (differs.verdict, differs.looser) == (Verdict.DIFFER, True)
    assert "amount = " in differs.said
    (unread,), _ = await analyst.second_readings("allow managers to call pay on weekends", [loose], desk)
    assert unread
    assert unread.verdict is Verdict.UNREAD
    assert "weekends" in unread.said


async def test_a_policy_that_the_generation_forgot_is_named(analyst: PolicyAnalyst, desk: Gateway) -> None:
    rule = "Allow managers to call pay. Nobody may call look."
    manager = ' when { principal.hasTag("role") && principal.getTag("role") == "manager" }'
    _, missing = await analyst.second_readings(rule, [policy(desk, "permit", manager)], desk)
    assert len(missing) == 1
    assert "look" in missing[0]


async def test_a_permit_is_looser_than_a_rule_whose_forbid_was_forgotten(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """It is just what its own sentence says; the other sentence would have stopped some of its calls."""
    manager = ' when { principal.hasTag("role") && principal.getTag("role") == "manager" }'
    permit = policy(desk, "permit", manager)
    capped = "Allow managers to call pay. Nobody may call pay when amount is above 100."
    (second,), missing = await analyst.second_readings(capped, [permit], desk)
    assert second
    assert (second.verdict, second.looser, len(missing)) == (Verdict.DIFFER, True, 1)
    assert "more than 100" in second.said
    (second,), _ = await analyst.second_readings("Allow managers to call pay. Nobody may call look.", [permit], desk)
    assert second
    assert (second.verdict, second.looser) == (Verdict.AGREE, False), "a forbid of another tool stops none of its calls"


async def test_what_we_cannot_read_is_named_beside_a_policy_that_agrees(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """The generation forgot the second sentence: that the first is confirmed says nothing of it."""
    rule = "Allow managers to call pay. Nobody may call look on weekends."
    manager = ' when { principal.hasTag("role") && principal.getTag("role") == "manager" }'
    (first,), missing = await analyst.second_readings(rule, [policy(desk, "permit", manager)], desk)
    assert first
    assert first.verdict is Verdict.AGREE
    assert len(missing) == 1
    assert "weekends" in missing[0]


async def test_with_other_tools_the_rule_is_read_anew(
    analyst: PolicyAnalyst, desk: Gateway, gateway_of: Callable[..., Gateway]
) -> None:
    """A policy for a whole target meant the two tools that the rule names, until a third came."""
    rule = "Allow managers to use the pay tool. Allow managers to use the look tool."
    group = policy(
        desk, "permit", ' when { principal.hasTag("role") && principal.getTag("role") == "manager" }'
    ).replace('action == AgentCore::Action::"Desk___pay"', 'action in AgentCore::Action::"Desk"')
    now = datetime(2026, 11, 22, tzinfo=UTC)
    proposal = Proposal("P-1", "k", "T1", "C1", "U1", rule, ENGINE, desk.arn, ProposalState.IN_REVIEW, now)
    drafting = Drafting(analyst, Options(everywhere(ENGINE, desk.arn)), no_tests, no_ends)
    (first,) = await drafting.first(proposal, [Asset("a-1", rule, group, ())], engine(desk), Kept())
    assert first.analysis.second
    assert first.analysis.second.verdict is Verdict.AGREE
    more = gateway_of(
        Desk={
            "pay": {"amount": {"type": "integer"}},
            "look": {"id": {"type": "string"}},
            "sell": {"id": {"type": "string"}},
        }
    )
    again = await drafting.looked_again(first, proposal, engine(more), "It changed.", [first])
    assert again
    assert again.analysis.second
    assert (again.analysis.second.verdict, again.analysis.second.looser) == (Verdict.DIFFER, True)


async def test_a_request_is_tried_today_and_with_the_draft(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """Log-only policies have no say in it, and what is not certain is named."""
    request = Request("AgentCore::OAuthUser", "ana", "Desk___pay", desk.arn, {"amount": 3})
    quiet = becoming(engine(desk, freeze=policy(desk, "forbid")), "freeze", enforcement_mode="LOG_ONLY")
    tried = await analyst.try_request(draft_of(policy(desk, "permit")), request, quiet)
    assert (tried.today.allowed, tried.after.allowed, tried.after.reasons) == (False, True, ("this policy",))
    coming = becoming(engine(desk, freeze=policy(desk, "forbid")), "freeze", status="CREATING")
    assert (await analyst.try_request(draft_of(policy(desk, "permit")), request, coming)).uncertain


async def test_a_permit_may_not_cross_what_must_never_be_nor_a_forbid_what_must_stay(desk: Gateway) -> None:
    """Held against what is enforced with the draft in force; a policy that cannot be read leaves it unproved."""
    big = policy(desk, "forbid", " when { context.input.amount > 100 }")
    small = policy(desk, "permit", " when { context.input.amount < 40 }")
    standing = engine(desk, everybody=policy(desk, "permit", " when { context.input.amount < 50 }"))
    analyst = PolicyAnalyst(boundaries={desk.arn: Boundaries({"no_big_ones": big}, {"small_ones": small})})
    try:
        wide = policy(desk, "permit", " when { context.input.amount < 500 }")
        narrow = policy(desk, "permit", " when { context.input.amount < 90 }")
        freeze, trim = (policy(desk, "forbid", f" when {{ context.input.amount == {each} }}") for each in (20, 45))
        assert "no_big_ones" in (await shown(analyst, wide, standing)).crossing
        assert (await shown(analyst, narrow, standing)).crossing == ""
        assert "small_ones" in (await shown(analyst, freeze, standing)).crossing
        assert (await shown(analyst, trim, standing)).crossing == ""
        unread = becoming(engine(desk, other="x"), "other", statement="", unreadable="its asset is gone")
        assert "cannot be checked" in (await shown(analyst, narrow, unread)).crossing
    finally:
        await analyst.aclose()
