"""Whether a candidate still changes the same requests when its engine is another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.analysis import Limits, Standing, Uncertain, same_change
from bot.cedar import GatewaySchema, Target, schema_for

Rule = Callable[..., str]
ROLE = 'principal.hasTag("role") && principal.getTag("role") == "{}"'
LOW, HIGH = "context.input.amount < 5", "context.input.amount > 50"
NO_TIME = Limits(review_seconds=0)


@pytest.fixture
def same(schema: GatewaySchema) -> Callable[..., bool | None]:
    return lambda then, now, candidate: same_change(then, now, candidate, schema, name="new")


@pytest.mark.parametrize(
    ("candidate", "other", "expected"),
    [
        (("permit", ROLE.format("a")), ("permit", ROLE.format("b")), True),
        (("permit", LOW), ("permit", HIGH), True),
        (("permit", LOW), ("permit", "context.input.amount == 4"), False),
        (("permit", LOW), ("forbid", "context.input.amount == 4"), False),
        (("permit", LOW), ("forbid", HIGH), True),
        (("permit", LOW), ("permit", "context.input.amount < 5 && context.input.amount > 5"), True),
        (("forbid", LOW), ("permit", HIGH), True),
        (("forbid", LOW), ("permit", "context.input.amount == 4"), False),
        (("forbid", LOW), ("forbid", "context.input.amount == 4"), True),
    ],
)
def test_another_policy_counts_only_where_it_meets_what_changes(
    candidate: tuple[str, str], other: tuple[str, str], expected: bool, same: Callable[..., bool | None], rule: Rule
) -> None:
    now = Standing({"other": rule(*other)})
    assert same(Standing(), now, rule(*candidate)) is expected
    assert same(now, Standing(), rule(*candidate)) is expected


def test_a_forbid_elsewhere_in_the_engine_matters_to_a_forbid_only_beside_a_permit(
    same: Callable[..., bool | None], rule: Rule
) -> None:
    then, cap = {"open": rule("permit")}, rule("forbid", "context.input.amount == 4")
    assert same(Standing(then), Standing({**then, "cap": cap}), rule("forbid", LOW)) is False
    assert same(Standing(then), Standing({**then, "cap": cap}), rule("forbid", HIGH)) is True


def test_a_policy_taken_apart_in_two_leaves_it_the_same(same: Callable[..., bool | None], rule: Rule) -> None:
    whole = Standing({"both": rule("permit", f"{LOW} || {HIGH}")})
    parts = Standing({"low": rule("permit", LOW), "high": rule("permit", HIGH)})
    assert same(whole, parts, rule("permit", "context.input.amount < 10")) is True


def test_a_forbid_demoted_to_log_only_counts(same: Callable[..., bool | None], rule: Rule) -> None:
    freeze = {"freeze": rule("forbid")}
    assert same(Standing(freeze), Standing(log_only=freeze), rule("permit", LOW)) is False


def test_another_tool_or_a_new_name_is_the_same_without_the_solver(schema: GatewaySchema, rule: Rule) -> None:
    then = Standing({"p": rule("permit", HIGH), "lost": rule("permit", tool="Desk___close")})
    now = Standing({"renamed": rule("permit", HIGH), "more": rule("forbid", tool="Post___send")})
    assert same_change(then, now, rule("permit", LOW), schema, NO_TIME, name="new") is True


def test_without_time_a_difference_is_not_known(schema: GatewaySchema, rule: Rule) -> None:
    now = Standing({"p": rule("permit", HIGH)})
    assert same_change(Standing(), now, rule("permit", LOW), schema, NO_TIME, name="new") is None


def test_an_uncertain_policy_that_settles_counts_where_it_decides(same: Callable[..., bool | None], rule: Rule) -> None:
    def standing(condition: str) -> tuple[Standing, Standing]:
        text = rule("forbid", condition)
        return Standing(uncertain=(Uncertain("u", text, "is being created"),)), Standing({"u": text})

    assert same(*standing(LOW), rule("permit", LOW)) is False
    assert same(*standing(HIGH), rule("permit", LOW)) is True
    waiting, _ = standing(LOW)
    assert same(waiting, waiting, rule("permit", LOW)) is True


def test_what_cannot_be_read_is_the_same_only_when_nothing_moved(same: Callable[..., bool | None], rule: Rule) -> None:
    lost = Standing(uncertain=(Uncertain("lost", None, "cannot be read"),))
    assert same(lost, lost, rule("permit", LOW)) is True
    assert same(lost, Standing(), rule("permit", LOW)) is None
    assert same(lost, Standing({"p": rule("permit", HIGH)}, uncertain=lost.uncertain), rule("permit", LOW)) is None


def test_what_the_candidate_replaces_counts_wherever_it_reached(same: Callable[..., bool | None], rule: Rule) -> None:
    then = {"new": rule("permit", tool="Desk___close")}
    assert same(Standing(then), Standing(), rule("permit", LOW)) is None
    overlapping = {**then, "p": rule("permit", tool="Desk___close")}
    assert same(Standing(then), Standing(overlapping), rule("permit", LOW)) is False


def test_a_tool_that_cannot_be_seen_is_not_called_the_same(schema: GatewaySchema, rule: Rule) -> None:
    remote = Target("T", "Remote", (), unreadable="its tools are not in its configuration")
    partly = schema_for(replace(schema.gateway, targets=(*schema.gateway.targets, remote)))
    everywhere = rule("permit", ROLE.format("a"), tool="")
    now = Standing({"other": rule("permit", ROLE.format("b"), tool="")})
    assert same_change(Standing(), now, everywhere, partly, name="new") is None
    assert same_change(Standing(), now, everywhere, schema, name="new") is True
