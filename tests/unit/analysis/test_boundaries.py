"""What no change may ever allow, and what every change has to keep allowing."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.analysis import Limits
from bot.analysis.boundaries import Broken, broken
from bot.cedar import GatewaySchema, Target, evaluate, schema_for
from bot.cedar.evaluate import Request

Rule = Callable[..., str]
SUPPORT = 'principal.hasTag("role") && principal.getTag("role") == "support"'


@pytest.mark.parametrize(
    ("policies", "never", "crossed"),
    [
        ([("permit", "")], "context.input.amount > 1000", True),
        ([("permit", "context.input.amount <= 1000")], "context.input.amount > 1000", False),
        ([("permit", "context.input.amount <= 1001")], "context.input.amount > 1000", True),
        ([("permit", ""), ("forbid", "context.input.amount > 1000")], "context.input.amount > 1000", False),
        ([("permit", ""), ("forbid", "context.input.amount + 1 > 1001")], "context.input.amount > 1000", True),
        ([("forbid", "")], "context.input.amount > 1000", False),
        ([], "context.input.amount > 1000", False),
    ],
)
@pytest.mark.parametrize("effect", ["permit", "forbid"])
def test_what_must_never_be_allowed_is_found_and_shown(
    effect: str, policies: list[tuple[str, str]], never: str, crossed: bool, schema: GatewaySchema, rule: Rule
) -> None:
    """Whatever the effect that the boundary is written with, and whatever the policies are called."""
    named = {name: rule(*each) for name, each in zip(("about", "0", "cap"), policies, strict=False)}
    found = broken(named, {"cap": rule(effect, never)}, {}, schema)
    assert [(each.kind, each.name) for each in found] == ([("must never", "cap")] if crossed else [])
    for each in found:
        assert each.example is not None
        assert each.example.request.inputs["amount"] > 1000
        assert evaluate(named, each.example.request, schema).allowed


@pytest.mark.parametrize(
    ("policies", "crossed"),
    [
        ([], True),
        ([("permit", "")], False),
        ([("permit", "context.input.amount <= 50")], True),
        ([("permit", "context.input.amount <= 50"), ("permit", "context.input.amount > 50")], False),
        ([("permit", ""), ("forbid", "context.input.amount > 99")], True),
        ([("permit", ""), ("forbid", "context.input.amount > 100")], False),
    ],
)
def test_what_must_stay_allowed_is_missed_and_shown(
    policies: list[tuple[str, str]], crossed: bool, schema: GatewaySchema, rule: Rule
) -> None:
    named = {f"p{number}": rule(*each) for number, each in enumerate(policies)}
    found = broken(named, {}, {"floor": rule("permit", f"{SUPPORT} && context.input.amount <= 100")}, schema)
    assert [each.name for each in found] == (["floor"] if crossed else [])
    for each in found:
        assert each.example is not None
        assert each.example.request.tags == {"role": "support"}
        assert each.example.request.inputs["amount"] <= 100
        if named:
            assert not evaluate(named, each.example.request, schema).allowed


def test_what_is_not_known_is_not_held(schema: GatewaySchema, rule: Rule) -> None:
    """A boundary that is mistyped, unreadable, of the wrong effect, or out of time is never passed over in silence."""
    policies = {"p": rule("permit", "context.input.amount < 5")}
    never = {
        "mistyped": rule("permit", "context.input.amuont > 5"),
        "unreadable": "permit(",
        "deep": rule("permit", f"context.input.amount{' + 1' * 1900} > 5"),
    }
    found = broken(policies, never, {"floor": rule("forbid")}, schema)
    assert [(each.name, each.example) for each in found] == [
        (name, None) for name in ("mistyped", "unreadable", "deep", "floor")
    ]
    assert all(each.reason for each in found)
    late = broken(policies, {"cap": rule("permit", "context.input.amount > 5")}, {}, schema, Limits(review_seconds=-1))
    assert late == (Broken("must never", "cap", None, "the -1 s for a review are over"),)
    unread = broken({"p": "permit("}, {"cap": rule("permit")}, {}, schema)
    assert unread[0].reason.startswith("policy p cannot be read")


def test_a_tool_that_cannot_be_seen_is_not_within_bounds(schema: GatewaySchema, rule: Rule) -> None:
    hidden = replace(
        schema.gateway, targets=(*schema.gateway.targets, Target("T1", "Vault", (), unreadable="no listing"))
    )
    unseen = schema_for(hidden)
    never = {"nobody": rule("permit", tool="", who="")}
    assert broken({"p": rule("permit", tool="", who="")}, never, {}, unseen)[0].example is not None
    closed = {"p": rule("permit", "1 == 2", tool="", who="")}
    said = "Vault___*: The tools of the target Vault cannot be seen: no listing"
    assert [each.reason for each in broken(closed, never, {}, unseen)] == [said]
    assert broken({"p": rule("forbid", tool="", who="")}, never, {}, unseen) == ()


def test_random_boundaries_are_what_cedar_says_of_every_request(schema: GatewaySchema, rule: Rule) -> None:
    """Over all requests of a small world, a boundary is broken exactly when some request crosses it."""
    rng = random.Random(7)
    amounts = range(-1, 12)
    counts = {True: 0, False: 0}
    for _ in range(120):

        def condition() -> str:
            return f"context.input.amount {rng.choice(('<', '>', '==', '!='))} {rng.randrange(0, 11)}"

        policies = {f"p{n}": rule(rng.choice(("permit", "permit", "forbid")), condition()) for n in range(3)}
        world = "context.input.amount >= 0 && context.input.amount <= 10 && "
        boundary = {"b": rule("permit", world + condition())}
        requests = [
            Request(
                "AgentCore::OAuthUser",
                "alice",
                "Desk___refund",
                schema.gateway.arn,
                {"order": "o", "amount": amount, "factor": 1},
            )
            for amount in amounts
        ]
        inside = [each for each in requests if evaluate(boundary, each, schema).allowed]
        for never in (True, False):
            expected = any(evaluate(policies, each, schema).allowed is never for each in inside)
            found = broken(policies, boundary if never else {}, {} if never else boundary, schema)
            assert bool(found) is expected, (policies, boundary, never)
            assert all(each.example is not None for each in found)
            counts[expected] += 1
    assert min(counts.values()) > 30
