"""Who is concerned by a change, and whether every call is."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from bot.analysis import Change, Difference, difference
from bot.cedar import GatewaySchema

Rule = Callable[..., str]
HAS = 'principal.hasTag("{0}")'
IS = 'principal.hasTag("{0}") && principal.getTag("{0}") == "{1}"'
OAUTH, IAM = "AgentCore::OAuthUser", "AgentCore::IamEntity"


@pytest.fixture
def concerned(schema: GatewaySchema) -> Callable[..., dict[str, str]]:
    """Principal types whose calls of the refund tool change, and who of them."""

    def run(candidate: str, **existing: str) -> dict[str, str]:
        found = difference(existing, {**existing, "new": candidate}, schema)
        assert {change.action for change in found.changed} == {"Desk___refund"}
        return {change.principal_type: change.whom for change in found.changed}

    return run


@pytest.mark.parametrize(
    ("condition", "whom"),
    [
        ("", "anyone"),
        ("context.input.amount < 5", "anyone"),
        ("principal.id == context.input.order", "anyone"),
        ('principal.id != "mallory"', "anyone"),
        (f"!({HAS.format('intern')})", "anyone"),
        (f"{HAS.format('role')} || context.input.amount < 5", "anyone"),
        (IS.format("role", "support"), "callers with role = support"),
        (f"{IS.format('role', 'support')} && context.input.amount < 5", "callers with role = support"),
        (f"{IS.format('role', 'a')} || {IS.format('role', 'b')}", "callers with role = a or b"),
        (HAS.format("role"), "callers with a role claim"),
        (f"{IS.format('role', 'a')} && {HAS.format('team')}", "callers with role = a and a team claim"),
        (f"{HAS.format('role')} || {HAS.format('team')}", "callers with a role claim or a team claim"),
        ('principal.id == "alice"', "caller alice"),
        (f'principal.id == "alice" && {IS.format("role", "a")}', "caller alice with role = a"),
        ('principal.id like "svc-*"', "callers with certain ids"),
        (f'{HAS.format("role")} || principal.id == "alice"', "callers with a role claim, or with certain ids"),
        (IS.format("role", "a or b"), "callers with role = “a or b”"),
        (IS.format("role", "a and a team claim"), "callers with role = “a and a team claim”"),
        (IS.format("role", ""), "callers with role = “”"),
        (IS.format("role", "x” or “y"), r"callers with role = “x\u{201d} or \u{201c}y”"),
        (HAS.format("role claim or a team"), "callers with a “role claim or a team” claim"),
        ('principal.id == "alice or bob"', "caller “alice or bob”"),
    ],
)
def test_callers_are_named_by_what_every_changed_request_needs(
    condition: str, whom: str, concerned: Callable[..., dict[str, str]], rule: Rule
) -> None:
    (said,) = concerned(rule("permit", condition)).values()
    assert said == whom


def test_an_alternative_for_iam_callers_opens_to_any_of_them(
    concerned: Callable[..., dict[str, str]], rule: Rule
) -> None:
    either = (
        f"principal is AgentCore::IamEntity || (principal is AgentCore::OAuthUser && {IS.format('role', 'support')})"
    )
    assert concerned(rule("permit", either, who="")) == {IAM: "any IAM caller", OAUTH: "callers with role = support"}


def test_another_policy_can_narrow_who_is_concerned(concerned: Callable[..., dict[str, str]], rule: Rule) -> None:
    guard = rule("forbid", f"!({IS.format('role', 'a')})")
    assert concerned(rule("permit"), guard=guard) == {OAUTH: "callers with role = a"}


def test_who_loses_access_is_named_too(concerned: Callable[..., dict[str, str]], rule: Rule) -> None:
    permit = rule("permit", IS.format("role", "a"))
    assert concerned(rule("forbid", "context.input.amount > 5"), permit=permit) == {OAUTH: "callers with role = a"}


def test_every_call_is_said_only_where_it_is_every_call(schema: GatewaySchema, rule: Rule) -> None:
    def every(candidate: str, **existing: str) -> list[bool]:
        found = difference(existing, {**existing, "new": candidate}, schema)
        return [change.every for change in found.changed]

    assert every(rule("permit")) == [True]
    assert every(rule("permit", "context.input.amount < 5")) == [False]
    assert every(rule("permit"), cap=rule("forbid", "context.input.amount > 5")) == [False]
    assert every(rule("permit", "context.input.amount >= 5"), low=rule("permit", "context.input.amount < 5")) == [True]
    assert every(rule("forbid"), open=rule("permit", HAS.format("role"))) == [True]
    assert every(rule("forbid", "context.input.amount > 5"), open=rule("permit")) == [False]
    assert every(rule("permit", who="")) == [True, True]


def test_json_keeps_it_and_reads_what_was_written_before_it(schema: GatewaySchema, rule: Rule) -> None:
    found = difference({}, {"new": rule("permit")}, schema)
    body = json.loads(json.dumps(found.as_json()))
    assert Difference.from_json(body) == found
    for change in body["changes"]:
        for name in ("whom", "every", "possible"):
            del change[name]
    first: Change = Difference.from_json(body).changes[0]
    assert (first.whom, first.every, first.possible, first.newly_allowed) == (
        "",
        False,
        False,
        found.changes[0].newly_allowed,
    )
