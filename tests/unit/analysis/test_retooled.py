"""Tools that take other inputs than before: what only one of two schemas takes, and what policies make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.analysis import Change, Difference, Limits, difference, retooled
from bot.analysis.retooled import _fits, _inputs
from bot.cedar import Gateway, GatewaySchema, Request, Target, evaluate, schema_for
from bot.errors import PolicyError

Fields = dict[str, dict[str, Any]]
GatewayOf = Callable[..., Gateway]

ACTION = "Desk___pay"
_TYPES: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "integer"},
    {"type": "boolean"},
    {"type": "array", "items": {"type": "string"}},
]
_SCALARS = st.sampled_from(_TYPES)
_NESTED = st.dictionaries(st.sampled_from(["a", "b"]), st.tuples(_SCALARS, st.booleans()), max_size=2).map(
    lambda found: {
        "type": "object",
        "properties": {name: kind for name, (kind, _) in found.items()},
        "required": [name for name, (_, must) in found.items() if must],
    }
)
_FIELDS = st.dictionaries(
    st.sampled_from(["amount", "amount?", "to", "to?", "where", "where?", "odd name?"]),
    _SCALARS | _NESTED,
    max_size=3,
).filter(lambda found: len({name.rstrip("?") for name in found}) == len(found))


def permit(condition: str = "true", effect: str = "permit") -> str:
    return f'{effect}(principal, action == AgentCore::Action::"{ACTION}", resource) when {{ {condition} }};'


def takes(gateway_of: GatewayOf, fields: Fields) -> GatewaySchema:
    return schema_for(gateway_of(Desk={"pay": fields}))


def fits(request: Request, schema: GatewaySchema) -> bool:
    """Whether a gateway with this schema takes a request at all, asked of Cedar."""
    try:
        evaluate({"any": "permit(principal, action, resource);"}, request, schema)
    except PolicyError:
        return False
    return True


def of_pay(found: Difference) -> list[Change]:
    return [each for each in found.changes if each.action == ACTION]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(then=_FIELDS, now=_FIELDS)
def test_what_only_one_of_two_schemas_takes_is_what_changes(gateway_of: GatewayOf, then: Fields, now: Fields) -> None:
    """With one permit for everything: newly allowed is what the new schema takes and the old one does not, newly
    denied the other way round, and "unchanged" is said only where each takes what the other takes."""
    old, new = takes(gateway_of, then), takes(gateway_of, now)
    found = retooled({"all": permit()}, {"all": permit()}, old, new, Limits(10, 60))
    for change in of_pay(found):
        if change.newly_allowed:
            assert fits(change.newly_allowed.request, new)
            assert not fits(change.newly_allowed.request, old)
            assert change.newly_allowed.reasons_before == ()
        if change.newly_denied:
            assert fits(change.newly_denied.request, old)
            assert not fits(change.newly_denied.request, new)
            assert change.newly_denied.reasons_after == ()
    if ACTION in {**old.skipped, **new.skipped}:  # Cedar has no word for the name of an input
        assert {change.status for change in of_pay(found)} == (set() if then == now else {"not analysed"})
    elif all(change.status == "unchanged" for change in of_pay(found)):
        assert _inputs(old)[ACTION] == _inputs(new)[ACTION] or _same_values(old, new)


def _same_values(old: GatewaySchema, new: GatewaySchema) -> bool:
    """Each schema takes all that the other takes, as the conditions on both sides say."""
    one, other = _inputs(old)[ACTION], _inputs(new)[ACTION]
    return _fits(one, other, "context.input") == _fits(other, one, "context.input") == "true"


CASES: list[tuple[str, Fields, Fields, dict[str, str], str, str]] = [
    # name, then, now, policies, what is newly allowed, what is newly denied: as inputs that the example has and lacks
    ("an input may be left out", {"amount": _TYPES[1]}, {"amount?": _TYPES[1]}, {"p": permit()}, "-amount", ""),
    ("an input has to be there", {"amount?": _TYPES[1]}, {"amount": _TYPES[1]}, {"p": permit()}, "", "-amount"),
    ("another may be given", {}, {"memo?": _TYPES[0]}, {"p": permit()}, "+memo", ""),
    ("another is needed", {}, {"memo": _TYPES[0]}, {"p": permit()}, "+memo", "-memo"),
    ("of another type", {"amount": _TYPES[0]}, {"amount": _TYPES[1]}, {"p": permit()}, "+amount", "+amount"),
    ("what no policy allows", {}, {"memo": _TYPES[0]}, {}, "", ""),
    (
        "a forbid meets it",
        {},
        {"memo?": _TYPES[0]},
        {"p": permit(), "f": permit("context.input has memo", "forbid")},
        "",
        "",
    ),
    (
        "a forbid errs on it",
        {"amount": _TYPES[1]},
        {"amount?": _TYPES[1]},
        {"p": permit(), "f": permit("context.input.amount < 0 || context.input.amount >= 0", "forbid")},
        "-amount",
        "",
    ),
]


@pytest.mark.parametrize(
    ("then", "now", "policies", "allowed", "denied"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_one_change_of_an_input(
    gateway_of: GatewayOf, then: Fields, now: Fields, policies: Mapping[str, str], allowed: str, denied: str
) -> None:
    found = retooled(policies, policies, takes(gateway_of, then), takes(gateway_of, now))
    for change in of_pay(found):
        for wanted, example in ((allowed, change.newly_allowed), (denied, change.newly_denied)):
            assert bool(example) is bool(wanted)
            if example:
                assert (wanted[1:] in example.request.inputs) is (wanted[0] == "+")
        assert change.status == ("changed" if allowed or denied else "unchanged")


def test_a_tool_that_comes_or_goes_is_what_its_policies_allow(gateway_of: GatewayOf) -> None:
    both = schema_for(gateway_of(Desk={"pay": {"amount": _TYPES[1]}, "look": {}}))
    one = schema_for(gateway_of(Desk={"look": {}}))
    policies = {"all": "permit(principal, action, resource);"}
    (came, *_) = of_pay(retooled(policies, policies, one, both))
    assert (came.status, came.whom, came.every) == ("changed", "anyone", True)
    (gone, *_) = of_pay(retooled(policies, policies, both, one))
    assert gone.newly_denied
    assert gone.newly_denied.request.action == ACTION
    assert not gone.newly_allowed


def test_policies_and_tools_that_change_together_are_one_difference(gateway_of: GatewayOf) -> None:
    old, new = takes(gateway_of, {"amount": _TYPES[1]}), takes(gateway_of, {"amount": _TYPES[1], "memo?": _TYPES[0]})
    low, high = permit("context.input.amount < 10"), permit("context.input.amount > 5")
    for change in of_pay(retooled({"p": low}, {"p": high}, old, new)):
        assert change.newly_allowed
        assert change.newly_denied
        assert change.newly_denied.request.inputs["amount"] <= 5
    same = retooled({"p": low}, {"p": high}, new, new)
    assert same == difference({"p": low}, {"p": high}, new)


def test_nothing_is_claimed_of_inputs_that_cannot_be_told_apart(gateway_of: GatewayOf) -> None:
    """A whole number is a number as well, and a text a date: the same call fits both."""
    number, date = {"type": "number"}, {"type": "string", "format": "date-time"}
    for then, now in ((_TYPES[1], number), (_TYPES[0], date), (_TYPES[3], {"type": "array", "items": _TYPES[1]})):
        found = retooled(
            {"p": permit()}, {"p": permit()}, takes(gateway_of, {"x": then}), takes(gateway_of, {"x": now})
        )
        assert {each.status for each in of_pay(found)} == {"not analysed"}
        untouched = retooled({}, {}, takes(gateway_of, {"x": then}), takes(gateway_of, {"x": now}))
        assert {each.status for each in of_pay(untouched)} == {"unchanged"}


def test_a_target_whose_tools_cannot_be_seen_any_more_is_not_taken_for_one_without(gateway_of: GatewayOf) -> None:
    gateway = gateway_of(Desk={"pay": {"amount": _TYPES[1]}})
    hidden = replace(gateway, targets=(Target("", "Desk", (), "", "it is a live server"),))
    policies = {"all": "permit(principal, action, resource);"}
    found = retooled(policies, policies, schema_for(gateway), schema_for(hidden))
    assert not any(each.newly_denied for each in found.changes)
    back = retooled(policies, policies, schema_for(hidden), schema_for(gateway))
    assert {each.status for each in of_pay(back)} == {"not analysed"}
