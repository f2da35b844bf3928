"""Why a call is decided so: by Cedar itself, and beside what is not known."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.analysis import Standing, Uncertain
from bot.analysis.questions import answers
from bot.cedar import Gateway, GatewaySchema, Request, evaluate, schema_for
from bot.questions import calls_like, claims_asked, conditions, narrow_permit, offered_rule, why
from tests.truth.brute import decide, requests

IS = 'principal.hasTag("{}") && principal.getTag("{}") == "{}"'
CONDITIONS = (
    IS.format("role", "role", "lead"),
    'principal.hasTag("team")',
    'principal.id == "alice"',
    "context.input.amount > 5",
    'context.input has note && context.input.note == "x"',
    f"({IS.format('role', 'role', 'lead')}) || context.input.amount < 3",
    "context.input.amount * 4611686018427387904 > 5",
)


@pytest.fixture
def till(gateway_of: Callable[..., Gateway]) -> GatewaySchema:
    inputs = {"amount": {"type": "integer"}, "note?": {"type": "string"}}
    return schema_for(gateway_of(Till={"refund": inputs, "export": {"rows": {"type": "integer"}}}))


def policy(schema: GatewaySchema, effect: str, *tests: str, tool: str = "Till___refund", how: str = "when") -> str:
    scope = f'principal, action == AgentCore::Action::"{tool}", resource == AgentCore::Gateway::"{schema.gateway.arn}"'
    return f"{effect}({scope})" + "".join(f" {how} {{ {test} }}" for test in tests) + ";"


def call(schema: GatewaySchema, tags: Mapping[str, str] | None = None, who: str = "someone", **inputs: Any) -> Request:
    return Request(schema.gateway.principal_type, who, "Till___refund", schema.gateway.arn, inputs, tags or {})


@st.composite
def policies(draw: st.DrawFn, schema: GatewaySchema) -> str:
    tests = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True))
    effect = draw(st.sampled_from(("permit", "permit", "forbid")))
    return policy(schema, effect, *tests, how=draw(st.sampled_from(("when", "when", "unless"))))


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_outcome_and_the_policies_are_cedars_and_doubts_are_exactly_what_turns_it(
    till: GatewaySchema, data: st.DataObject
) -> None:
    """Known only where every choice among the uncertain policies decides alike; each condition by itself adds up."""
    one = policies(till)
    enforced = {f"p{at}": each for at, each in enumerate(data.draw(st.lists(one, max_size=4)))}
    maybe = {f"u{at}": each for at, each in enumerate(data.draw(st.lists(one, max_size=2)))}
    standing = Standing(enforced, uncertain=tuple(Uncertain(name, text, "is new") for name, text in maybe.items()))
    every = [each for each in requests(till, [*enforced.values(), *maybe.values()]) if each.action == "Till___refund"]
    every = [each for each in every if each.principal_type == till.gateway.principal_type]
    for request in data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=6)):
        found = why(standing, request, till)
        worlds = [
            {**enforced, **{name: maybe[name] for name in chosen}}
            for size in range(len(maybe) + 1)
            for chosen in itertools.combinations(maybe, size)
        ]
        decided = {decide(world, [request], till)[0] for world in worlds}
        if found.outcome != "not known":
            assert decided == {found.outcome == "allowed"}
        matching = {name for name, text in enforced.items() if _matches(text, request, till)}
        assert set(found.permits) | set(found.forbids) == matching
        for near in found.near:
            assert near.unmet, (near, request)
            assert not _matches(enforced[near.name], request, till)


def _matches(text: str, request: Request, schema: GatewaySchema) -> bool:
    alone = text.replace("forbid(", "permit(", 1)
    return decide({"one": alone}, [request], schema) == [True]


def test_a_certain_forbid_settles_it_whatever_else_is_not_known(till: GatewaySchema) -> None:
    standing = Standing({"no": policy(till, "forbid")}, uncertain=(Uncertain("new", None, "cannot be read"),))
    assert why(standing, call(till, amount=1), till).outcome == "denied"
    unknown = why(Standing({}, uncertain=standing.uncertain), call(till, amount=1), till)
    assert (unknown.outcome, unknown.doubts) == ("not known", ("new cannot be read",))


def test_log_only_policies_are_apart_and_say_whether_they_would_turn_it(till: GatewaySchema) -> None:
    quiet = {"cap": policy(till, "forbid", "context.input.amount > 5"), "all": policy(till, "permit")}
    allowed = why(Standing({"open": policy(till, "permit")}, quiet), call(till, amount=9), till)
    assert (allowed.outcome, allowed.permits, allowed.log_only) == (
        "allowed",
        ("open",),
        (("all", False), ("cap", True)),
    )
    denied = why(Standing({}, quiet), call(till, amount=9), till)
    assert (denied.outcome, denied.log_only) == ("denied", (("all", True), ("cap", False)))


def test_the_nearest_permit_is_told_condition_by_condition_in_words(till: GatewaySchema) -> None:
    permits = {
        "leads": policy(till, "permit", f"{IS.format('role', 'role', 'lead')} && context.input.amount <= 5"),
        "never": policy(
            till, "permit", "context.input.amount > 100", 'context.input has note && context.input.note == "x"'
        ),
        "others": policy(till, "permit", tool="Till___export"),
    }
    found = why(Standing(permits), call(till, {"role": "lead"}, amount=9), till)
    nearest = found.near[0]
    assert [near.name for near in found.near] == ["leads", "never"]
    assert found.total == 2
    assert [each.words(till.gateway) for each in nearest.met] == ['the user has role "lead"']
    assert [each.words(till.gateway) for each in nearest.unmet] == ["the amount is at most 5"]


@pytest.mark.parametrize(
    ("condition", "how", "said"),
    [
        (
            "context.input.amount > 5 || context.input.amount < 2",
            "unless",
            ["the amount is at most 5", "the amount is at least 2"],
        ),
        ("!(context.input has note)", "when", ["the note is missing"]),
        ('context.input has note && context.input.note like "a*"', "when", ['the note starts with "a"']),
    ],
)
def test_each_condition_has_its_words(till: GatewaySchema, condition: str, how: str, said: list[str]) -> None:
    found = [each.words(till.gateway) for each in conditions(policy(till, "permit", condition, how=how))]
    assert found == said


def test_a_policy_that_names_somebody_says_so(till: GatewaySchema) -> None:
    named = policy(till, "permit").replace("(principal,", '(principal == AgentCore::OAuthUser::"alice",')
    found = why(Standing({"alice": named}), call(till, amount=1), till)
    assert found.by_id == ("alice",)
    assert [each.words(till.gateway) for each in found.near[0].unmet] == ["the caller is OAuthUser “alice”"]
    assert found.near[0].unmet[0].about_caller


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_offered_allows_exactly_such_calls(till: GatewaySchema, data: st.DataObject) -> None:
    """The rule, read by our own reader, permits this call, and none with another role, tool or input."""
    tags = data.draw(
        st.fixed_dictionaries({"role": st.sampled_from(("lead", "intern"))}, optional={"team": st.just("a")})
    )
    inputs: dict[str, Any] = {"amount": data.draw(st.integers(-5, 20_000))}
    if data.draw(st.booleans()):
        inputs["note"] = data.draw(st.sampled_from(("x", "two words", "A-1")))
    request = call(till, tags, **inputs)
    worded = offered_rule(narrow_permit(request, till), till.gateway)
    assert worded is not None
    assert evaluate({"new": worded.statement}, request, till).allowed
    others = [each for each in requests(till, [worded.statement]) if each.principal_type == request.principal_type]
    for other in others:
        same = (
            other.action == request.action
            and other.tags.get("role") == tags["role"]
            and all(other.inputs.get(name) == value for name, value in inputs.items())
        )
        assert evaluate({"new": worded.statement}, other, till).allowed == same, (worded.rule, other)


def test_a_call_without_claims_or_with_what_the_reader_cannot_say_is_offered_nothing(till: GatewaySchema) -> None:
    assert offered_rule(narrow_permit(call(till, amount=1), till), till.gateway) is None
    odd = narrow_permit(call(till, {"role": "lead"}, amount=1, note="line\nbreak \u202e"), till)
    assert offered_rule(odd, till.gateway) is None


def test_calls_with_open_inputs_are_those_of_exactly_these_claims(till: GatewaySchema) -> None:
    """A claim that was not said is not there; for anybody it may be."""
    standing = Standing({"a": policy(till, "permit", IS.format("team", "team", "x"))})
    request = call(till, {"role": "lead"})
    claims = claims_asked(standing, request)
    assert claims == ("team",)
    (found,) = answers(standing, calls_like(request, claims, named=False), till)
    assert found.never
    (anybody,) = answers(standing, calls_like(request, None, named=False), till)
    assert anybody.allowed
    assert anybody.denied


def test_a_claim_named_by_an_input_is_not_worked_out(till: GatewaySchema) -> None:
    standing = Standing({"a": policy(till, "permit", "context.input has note && principal.hasTag(context.input.note)")})
    assert claims_asked(standing, call(till)) is None
