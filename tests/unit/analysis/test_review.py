"""What a reviewer is told of a candidate beside the engine's other policies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.analysis import Limits, ReviewFinding, Standing, analyse, difference, engine_findings, review_findings
from bot.cedar import GatewaySchema, evaluate

Rule = Callable[..., str]
TAG = 'principal.hasTag("role") && principal.getTag("role") == "{}"'


@pytest.fixture
def review(schema: GatewaySchema) -> Callable[..., list[ReviewFinding]]:
    return lambda candidate, **existing: list(review_findings(Standing(existing), "new", candidate, schema))


def test_a_good_policy_has_nothing_to_say(review: Callable[..., list[ReviewFinding]], rule: Rule) -> None:
    assert review(rule("permit", TAG.format("a")), other=rule("permit", TAG.format("b"))) == []


@pytest.mark.parametrize(
    ("candidate", "kind", "names"),
    [
        (("permit", "!(context.input.amount >= 5)"), "equivalent", ("low",)),
        (("permit", "context.input.amount < 3"), "shadowed", ("low",)),
        (("permit", "context.input.amount > 600"), "overridden", ("cap",)),
        (("forbid", "context.input.amount > 700"), "shadowed", ("cap",)),
        (("forbid", "context.input.amount > 500"), "equivalent", ("cap",)),
        (("permit", "context.input.amount < 3 || context.input.amount > 600"), "redundant", ("cap", "low")),
        (("forbid", "context.input.amount > 50"), "redundant", ()),
    ],
)
def test_policies_that_leave_it_without_effect_are_named(
    candidate: tuple[str, str],
    kind: str,
    names: tuple[str, ...],
    review: Callable[..., list[ReviewFinding]],
    rule: Rule,
) -> None:
    (found,) = review(
        rule(*candidate),
        low=rule("permit", "context.input.amount < 5"),
        cap=rule("forbid", "context.input.amount > 500"),
        other=rule("permit", TAG.format("a"), tool="Desk___close"),
    )
    assert (found.kind, tuple(sorted(found.policies))) == (kind, names)
    assert found.advice
    assert all(name in found.sentence for name in names)


def test_a_wider_policy_that_reaches_fewer_tools_does_not_shadow(
    review: Callable[..., list[ReviewFinding]], rule: Rule
) -> None:
    whole = rule("permit", TAG.format("a"), tool="")
    assert review(whole, part=rule("permit", TAG.format("a"))) == []
    assert [found.kind for found in review(rule("permit", TAG.format("a")), whole=whole)] == ["shadowed"]


def test_a_forbid_that_errors_shows_the_input_and_that_it_fails_open(
    review: Callable[..., list[ReviewFinding]], rule: Rule, schema: GatewaySchema
) -> None:
    forbid, permit = rule("forbid", "context.input.amount + 10 > 100"), rule("permit", "context.input.amount > 0")
    (found,) = review(forbid, base=permit)
    assert found.kind == "may_error"
    assert "fails open" in found.sentence
    assert found.example is not None
    assert found.example.request.inputs["amount"] > 2**63 - 11
    assert found.example.allowed_after
    assert evaluate({"base": permit, "new": forbid}, found.example.request, schema).errors


def test_a_guarded_sum_cannot_error(review: Callable[..., list[ReviewFinding]], rule: Rule) -> None:
    guarded = "context.input.amount < 1000 && context.input.amount > 0 && context.input.amount + 10 > 100"
    assert review(rule("permit", guarded)) == []


def test_an_invalid_policy_is_only_that(review: Callable[..., list[ReviewFinding]], rule: Rule) -> None:
    assert [found.kind for found in review(rule("permit", "context.input.nothing == 1"))] == ["INVALID"]


def test_a_policy_that_can_never_match_is_not_called_redundant(
    review: Callable[..., list[ReviewFinding]], rule: Rule
) -> None:
    never = rule("permit", "context.input.amount < 1 && context.input.amount > 2")
    assert [found.kind for found in review(never, low=rule("permit", "context.input.amount < 5"))] == ["ALLOW_NONE"]


def test_everything_under_one_limit_is_what_the_parts_say(rule: Rule, schema: GatewaySchema) -> None:
    low, new = {"low": rule("permit", "context.input.amount < 5")}, rule("permit", "context.input.amount >= 5")
    existing = Standing(low)
    whole = analyse(existing, "new", new, schema)
    assert whole.difference == difference(low, {**low, "new": new}, schema)
    assert whole.findings == review_findings(existing, "new", new, schema)
    assert whole.engine_findings == engine_findings(existing, "new", new, [schema]) != ()
    over = analyse(existing, "new", new, schema, Limits(review_seconds=0))
    assert [change.status for change in over.difference.not_analysed] == ["not analysed"]
    assert {finding.kind for finding in over.findings} == {"not_analysed"}
    assert over.engine_findings[0].startswith("Not analysed")
    assert analyse(existing, "new", "permit(principal", schema).engine_findings == ()


def test_what_is_not_analysed_is_said(review: Callable[..., list[ReviewFinding]], rule: Rule) -> None:
    odd = rule("permit", "context.input has address && context.input.address.isInRange(context.input.address)")
    assert {found.kind for found in review(odd)} == {"not_analysed"}
    (found,) = review(rule("permit", TAG.format("a")), odd="permit(principal")
    assert (found.kind, "policy odd" in found.sentence) == ("not_analysed", True)
