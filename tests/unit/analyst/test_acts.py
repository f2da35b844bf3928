"""What each act on a policy changes of what is enforced: the card's difference against Cedar on every request."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

import pytest

from bot.analysis.difference import Difference
from bot.analyst import PolicyAnalyst
from bot.analyst.boundaries import Boundaries
from bot.cedar import Gateway, GatewaySchema, Request, evaluate, schema_for
from bot.review.effect import effect_of
from bot.review.engine import EngineState
from bot.review.model import Act, Draft, DraftState, Stood
from bot.review.reported import PolicyRecord

ENGINE = "desk-engine-a1b2c3d4e5"
_ROLE = 'principal.hasTag("role") && principal.getTag("role") == "{}"'
_CONDITIONS = ("", *(f"context.input.amount < {limit}" for limit in (2, 5)), _ROLE.format("clerk"))


@pytest.fixture
def desk(gateway_of: Callable[..., Gateway]) -> Gateway:
    return gateway_of(Desk={"pay": {"amount": {"type": "integer"}}, "look": {"amount": {"type": "integer"}}})


@pytest.fixture
async def analyst(desk: Gateway) -> AsyncIterator[PolicyAnalyst]:
    made = PolicyAnalyst()
    yield made
    await made.aclose()


def policy(gateway: Gateway, effect: str, condition: str = "", tool: str = "pay") -> str:
    when = f" when {{ {condition} }}" if condition else ""
    return (
        f'{effect}(principal is AgentCore::OAuthUser, action == AgentCore::Action::"Desk___{tool}", '
        f'resource == AgentCore::Gateway::"{gateway.arn}"){when};'
    )


def engine(gateway: Gateway, *records: PolicyRecord) -> EngineState:
    return EngineState(ENGINE, gateway, ENGINE, "ENFORCE", records)


def record(name: str, text: str, mode: str = "ACTIVE", status: str = "ACTIVE") -> PolicyRecord:
    return PolicyRecord(f"{name}-0123456789", name, status, text, mode)


def draft_of(act: Act, about: PolicyRecord | None, statement: str = "", mode: str = "") -> Draft:
    modes = {Act.PROMOTE: "ACTIVE", Act.DEMOTE: "LOG_ONLY"}
    text = statement or (about.statement if about else "")
    draft = Draft("P-1.1", "P-1", 1, "a-1", "the rule", text, (), DraftState.IN_REVIEW, act=act)
    if about is None:
        return replace(draft, enforcement_mode=mode or "ACTIVE")
    return replace(
        draft,
        before=Stood(about.policy_id, about.name, about.statement, about.enforcement_mode),
        policy_id=about.policy_id,
        policy_name=about.name,
        enforcement_mode=modes.get(act, about.enforcement_mode),
    )


def done(draft: Draft, state: EngineState) -> EngineState:
    """The engine once the act is done and what it puts in place is enforced."""
    if draft.act is Act.CREATE:
        return replace(state, policies=(*state.policies, record("created", draft.statement or "")))
    if draft.act is Act.REVOKE:
        return state.without(draft.policy_name)
    mode = draft.enforcement_mode if draft.act is Act.DEMOTE else "ACTIVE"
    changed = record(draft.policy_name, draft.statement or "", mode)
    return replace(state, policies=(*state.without(draft.policy_name).policies, changed))


def requests(gateway: Gateway) -> Iterator[Request]:
    for tool in ("pay", "look"):
        for amount in (0, 1, 2, 4, 5, 6):
            for tags in ({}, {"role": "clerk"}, {"role": "manager"}):
                action = f"Desk___{tool}"
                yield Request("AgentCore::OAuthUser", "a", action, gateway.arn, {"amount": amount}, tags)


def turned(before: EngineState, after: EngineState, schema: GatewaySchema) -> set[tuple[str, bool]]:
    """Tool and direction of every request that Cedar decides otherwise."""
    found = set()
    sets = [
        {each.name: each.statement for each in state.policies if each.enforcement_mode == "ACTIVE"}
        for state in (before, after)
    ]
    for request in requests(schema.gateway):
        was, now = (evaluate(policies, request, schema).allowed for policies in sets)
        if was != now:
            found.add((request.action, now))
    return found


def claimed(difference: Difference) -> set[tuple[str, bool]]:
    found = {(each.action, True) for each in difference.changes if each.newly_allowed}
    return found | {(each.action, False) for each in difference.changes if each.newly_denied}


def situations(gateway: Gateway, count: int) -> Iterator[tuple[Draft, EngineState]]:
    """Acts on one of a few policies, drawn at random, the same at every run."""
    drawn = random.Random(20261126)

    def text() -> str:
        return policy(
            gateway,
            drawn.choice(("permit", "permit", "forbid")),
            drawn.choice(_CONDITIONS),
            drawn.choice(("pay", "look")),
        )

    for _ in range(count):
        records = [
            record(f"p{number}", text(), drawn.choice(("ACTIVE", "ACTIVE", "LOG_ONLY")))
            for number in range(drawn.randint(1, 4))
        ]
        state, about = engine(gateway, *records), drawn.choice(records)
        other = Act.DEMOTE if about.enforcement_mode == "ACTIVE" else Act.PROMOTE
        act = drawn.choice((Act.CREATE, Act.REPLACE, Act.REVOKE, other, other))
        if act is Act.CREATE:
            yield draft_of(act, None, text()), state
        else:
            yield draft_of(act, about, text() if act is Act.REPLACE else ""), state


async def test_the_difference_of_every_act_is_what_cedar_decides(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """Before and after the act, over every request that the policies can tell apart; and the examples show it."""
    schema = schema_for(desk)
    seen: set[Act] = set()
    for draft, state in situations(desk, 150):
        found = await analyst.analyse(draft, state)
        assert found.difference
        difference = Difference.from_json(found.difference)
        told = (draft.act, draft.before, draft.statement, state.policies)
        assert claimed(difference) == turned(state, done(draft, state), schema), told
        assert not difference.not_analysed, told
        for change in difference.changed:
            for example, now in ((change.newly_allowed, True), (change.newly_denied, False)):
                assert example is None or (example.allowed_before, example.allowed_after) == (not now, now)
        if draft.before is None or draft.before.enforcement_mode == "ACTIVE" or draft.act is Act.PROMOTE:
            assert evaluated(effect_of(draft, state).after(), schema) == evaluated(
                {
                    each.name: each.statement
                    for each in done(draft, state).policies
                    if each.enforcement_mode == "ACTIVE"
                },
                schema,
            )
        seen.add(draft.act)
    assert seen == set(Act)


def evaluated(policies: dict[str, str], schema: GatewaySchema) -> list[bool]:
    return [evaluate(policies, request, schema).allowed for request in requests(schema.gateway)]


async def test_an_approved_act_holds_only_while_it_changes_the_same(analyst: PolicyAnalyst, desk: Gateway) -> None:
    """Whatever is drawn beside it: where the approval still holds, Cedar decides the same requests otherwise."""
    schema = schema_for(desk)
    held = voided = 0
    others = [
        text for effect in ("permit", "forbid") for text in (policy(desk, effect), policy(desk, effect, tool="look"))
    ]
    for number, (draft, state) in enumerate(situations(desk, 60)):
        shown = replace(draft, analysis=await analyst.analyse(draft, state))
        assert await analyst.still_holds(shown, state)
        later = replace(state, policies=(*state.policies, record("later", others[number % len(others)])))
        same = turned(state, done(draft, state), schema) == turned(later, done(draft, later), schema)
        if await analyst.still_holds(shown, later):
            held += 1
            assert same, (draft.act, draft.before, draft.statement, later.policies)
        else:
            voided += 1
    assert held
    assert voided


@pytest.mark.parametrize("act", [Act.REVOKE, Act.DEMOTE, Act.REPLACE])
@pytest.mark.parametrize("status", ["UPDATING", "UPDATE_FAILED", "DELETING", "DELETE_FAILED"])
async def test_of_a_policy_that_is_not_settled_nothing_is_proved(
    analyst: PolicyAnalyst, desk: Gateway, act: Act, status: str
) -> None:
    """AgentCore does not say which text and mode decide meanwhile."""
    about = record("p", policy(desk, "permit"), status=status)
    found = await analyst.analyse(
        draft_of(act, about, policy(desk, "forbid") if act is Act.REPLACE else ""), engine(desk, about)
    )
    assert found.difference
    changes = Difference.from_json(found.difference).changes
    assert all(each.reason for each in changes)
    assert not any(each.status == "unchanged" for each in changes)


async def test_what_depends_on_an_uncertain_policy_is_said_of_a_policy_that_goes(
    analyst: PolicyAnalyst, desk: Gateway
) -> None:
    about = record("p", policy(desk, "permit"))
    other = record("q", policy(desk, "permit", "context.input.amount < 5"), status="DELETING")
    found = await analyst.analyse(draft_of(Act.REVOKE, about), engine(desk, about, other))
    assert found.difference
    (change,) = Difference.from_json(found.difference).changed
    assert change.newly_denied
    assert "depends on q" in change.reason


async def test_a_log_only_policy_goes_without_a_change(analyst: PolicyAnalyst, desk: Gateway) -> None:
    about = record("p", policy(desk, "permit"), "LOG_ONLY")
    found = await analyst.analyse(draft_of(Act.REVOKE, about), engine(desk, about, record("q", policy(desk, "forbid"))))
    assert found.difference
    assert Difference.from_json(found.difference).proved_unchanged
    assert not found.refusal


@pytest.mark.parametrize(
    ("act", "effect", "crossed"),
    [
        (Act.REVOKE, "permit", "must_stay"),
        (Act.DEMOTE, "permit", "must_stay"),
        (Act.REVOKE, "forbid", "never"),
        (Act.DEMOTE, "forbid", "never"),
    ],
)
async def test_a_policy_that_goes_crosses_the_boundary_that_it_kept(
    desk: Gateway, act: Act, effect: str, crossed: str
) -> None:
    boundaries = Boundaries(
        must_never={"never": policy(desk, "permit", "context.input.amount > 100")},
        must_allow={"must_stay": policy(desk, "permit", "context.input.amount == 1")},
    )
    guarded = PolicyAnalyst(boundaries={desk.arn: boundaries})
    try:
        about = record("p", policy(desk, effect, "" if effect == "permit" else "context.input.amount > 50"))
        others = (record("base", policy(desk, "permit")),) if effect == "forbid" else ()
        found = await guarded.analyse(draft_of(act, about), engine(desk, about, *others))
        assert crossed in found.crossing
        elsewhere = record("l", policy(desk, "permit", tool="look"))
        kept = engine(desk, elsewhere, record("base", policy(desk, "permit", "context.input.amount < 50")))
        assert not (await guarded.analyse(draft_of(act, elsewhere), kept)).crossing
    finally:
        await guarded.aclose()


async def test_a_request_is_tried_with_the_act_done(analyst: PolicyAnalyst, desk: Gateway) -> None:
    about = record("p", policy(desk, "permit"))
    state = engine(desk, about)
    request = Request("AgentCore::OAuthUser", "a", "Desk___pay", desk.arn, {"amount": 1})
    for act, text, now in (
        (Act.REVOKE, "", False),
        (Act.DEMOTE, "", False),
        (Act.REPLACE, policy(desk, "permit"), True),
    ):
        tried = await analyst.try_request(draft_of(act, about, text), request, state)
        assert (tried.today.allowed, tried.after.allowed) == (True, now), act


async def test_two_revisions_are_compared_by_what_they_decide(analyst: PolicyAnalyst, desk: Gateway) -> None:
    then, now = policy(desk, "permit", "context.input.amount < 5"), policy(desk, "permit", "context.input.amount < 2")
    found = await analyst.since([then], [now], engine(desk))
    assert found is not None
    difference = Difference.from_json(found)
    assert difference.narrows
    assert not difference.widens
    uncertain = engine(desk, record("q", then, status="DELETING"))
    assert await analyst.since([then], [now], uncertain) is None
