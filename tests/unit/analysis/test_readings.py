"""Two readings of a rule, held against each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.analysis import Limits, PieceReading, Readings, readings
from bot.cedar import GatewaySchema, Target, evaluate, schema_for

Rule = Callable[..., str]
Compare = Callable[..., Readings]
ROLE = 'principal.hasTag("role") && principal.getTag("role") == "{}"'


@pytest.fixture
def compare(schema: GatewaySchema) -> Compare:
    return lambda ours, theirs: readings(ours, theirs, schema)


def only(found: Readings) -> PieceReading:
    (piece,) = found.pieces
    assert piece is not None
    return piece


def test_equal_in_other_words_agrees(compare: Compare, rule: Rule) -> None:
    ours = [rule("permit", "context.input.amount <= 500"), rule("forbid", tool="Desk___close")]
    theirs = [rule("forbid", "true", tool="Desk___close"), rule("permit", "!(context.input.amount > 500)")]
    found = compare(ours, theirs)
    assert [(piece.verdict, piece.ours) for piece in found.pieces if piece] == [("agree", 1), ("agree", 0)]
    assert found.missing == ()


def test_a_dropped_condition_is_looser_and_shown(compare: Compare, rule: Rule, schema: GatewaySchema) -> None:
    ours = rule("permit", f"{ROLE.format('a')} && context.input.amount <= 500")
    theirs = rule("permit", ROLE.format("a"))
    piece = only(compare([ours], [theirs]))
    assert (piece.verdict, piece.ours, piece.tighter) == ("differ", 0, None)
    assert piece.looser is not None
    assert piece.looser.request.inputs["amount"] == 501
    assert not evaluate({"ours": ours}, piece.looser.request, schema).allowed
    assert evaluate({"theirs": theirs}, piece.looser.request, schema).allowed


def test_another_role_is_looser_and_tighter(compare: Compare, rule: Rule) -> None:
    piece = only(compare([rule("permit", ROLE.format("a"))], [rule("permit", ROLE.format("b"))]))
    assert piece.verdict == "differ"
    assert piece.looser is not None
    assert piece.looser.request.tags == {"role": "b"}
    assert piece.tighter is not None
    assert piece.tighter.request.tags == {"role": "a"}


def test_more_kinds_of_callers_is_looser(compare: Compare, rule: Rule) -> None:
    piece = only(compare([rule("permit")], [rule("permit", who="")]))
    assert piece.looser is not None
    assert piece.looser.request.principal_type == "AgentCore::IamEntity"


def test_a_forbid_that_forbids_less_is_looser(compare: Compare, rule: Rule) -> None:
    ours, theirs = rule("forbid", "context.input.amount > 500"), rule("forbid", "context.input.amount > 600")
    piece = only(compare([ours], [theirs]))
    assert piece.looser is not None
    assert 500 < piece.looser.request.inputs["amount"] <= 600
    assert (piece.looser.allowed_before, piece.looser.allowed_after) == (False, True)
    assert piece.tighter is None
    assert only(compare([theirs], [ours])).looser is None


def test_a_forbid_for_a_permit_is_extra_and_ours_is_missing(compare: Compare, rule: Rule) -> None:
    found = compare([rule("permit")], [rule("forbid")])
    piece = only(found)
    assert (piece.verdict, piece.ours, piece.looser) == ("differ", None, None)
    assert piece.tighter
    assert piece.reason
    assert found.missing == (0,)


def test_forbids_alone_are_not_alike_because_both_permit_nothing(compare: Compare, rule: Rule) -> None:
    found = compare([rule("forbid")], [rule("forbid", tool="Desk___close")])
    assert only(found).verdict == "differ"
    assert found.missing == (0,)


def test_an_extra_permit_is_looser_and_a_forgotten_piece_is_missing(compare: Compare, rule: Rule) -> None:
    first, second = rule("permit", ROLE.format("a")), rule("forbid", "context.input.amount > 500")
    more = compare([first], [first, rule("permit", tool="Desk___close")])
    extra = more.pieces[1]
    assert extra is not None
    assert (extra.verdict, extra.ours) == ("differ", None)
    assert extra.looser is not None
    fewer = compare([first, second], [first, None])
    assert [piece.verdict if piece else None for piece in fewer.pieces] == ["agree", None]
    assert fewer.missing == (1,)


def test_one_policy_taken_apart_in_two_agrees_as_a_whole(compare: Compare, rule: Rule) -> None:
    whole = rule("permit", "context.input.amount < 5 || context.input.amount > 50")
    parts = [rule("permit", "context.input.amount < 5"), rule("permit", "context.input.amount > 50")]
    for ours, theirs in (([whole], parts), (parts, [whole])):
        found = compare(ours, theirs)
        assert {piece.verdict for piece in found.pieces if piece} == {"agree"}
        assert found.missing == ()


def test_an_exception_in_place_of_a_forbid_does_not_agree(compare: Compare, rule: Rule) -> None:
    """Beside another permit the forbid would still hold, and the exception would not."""
    ours = [rule("permit"), rule("forbid", "context.input.amount > 5")]
    found = compare(ours, [rule("permit", "context.input.amount <= 5")])
    assert only(found).verdict == "differ"
    assert found.missing == (1,)


def test_what_is_no_cedar_or_is_not_decided_in_time_is_unknown(rule: Rule, schema: GatewaySchema) -> None:
    found = readings([rule("permit")], ["permit(principal, action, resource) when temporal {};", None], schema)
    assert [piece.verdict if piece else None for piece in found.pieces] == ["unknown", None]
    assert found.missing == (0,)
    one, other = (
        rule("permit", "context.input.amount < 5"),
        rule("permit", "context.input.amount < 5 && context.input.amount < 7"),
    )
    late = only(readings([one], [other], schema, Limits(review_seconds=0)))
    assert late.verdict == "unknown"
    assert "over" in late.reason
    assert only(readings([one], [one], schema, Limits(review_seconds=0))).verdict == "agree"


def test_a_tool_that_cannot_be_seen_is_not_said_to_agree(schema: GatewaySchema, rule: Rule) -> None:
    remote = Target("T", "Remote", (), unreadable="its tools are not in its configuration")
    partly = schema_for(replace(schema.gateway, targets=(*schema.gateway.targets, remote)))
    one, other = rule("permit", tool=""), rule("permit", "true", tool="")
    assert only(readings([one], [other], partly)).verdict == "unknown"
    assert only(readings([one], [other], schema)).verdict == "agree"
