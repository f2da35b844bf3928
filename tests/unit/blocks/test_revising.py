"""The forms that lead to another change: what they say, and that what was typed comes back as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.blocks import CardRef, FormOrigin, form_origin, ids
from bot.blocks.revising import (
    act_form,
    act_why,
    edit_cedar_form,
    edit_rule_form,
    edited_rule,
    edited_statement,
    form_error,
)
from bot.blocks.timing import until_text
from bot.review.model import Draft, DraftState
from bot.review.revising import STATEMENT_LIMIT

FitsModal = Callable[[Mapping[str, Any]], None]
ORIGIN = FormOrigin(CardRef("P-7K2M9Q.1", 3), "C1")


def fields(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [block for block in view["blocks"] if block["type"] == "input"]


def submitted(
    view: Mapping[str, Any], typed: Mapping[str, str] | None = None, *, trims: bool = False
) -> dict[str, Any]:
    """The form as Slack gives it back: as it was opened, but for the fields in `typed`."""
    values = {}
    for block in fields(view):
        element = block["element"]
        text = (typed or {}).get(block["block_id"], element.get("initial_value"))
        text = text.strip() if text and trims else text
        values[block["block_id"]] = {element["action_id"]: {"value": text or None}}
    return {**view, "state": {"values": values}}


def test_the_rule_is_there_to_be_said_differently(draft: Draft, fits_modal: FitsModal) -> None:
    view = edit_rule_form(ORIGIN, draft, "allow refunds")
    fits_modal(view)
    assert edited_rule(submitted(view)) == "allow refunds"
    assert form_origin(view) == ORIGIN
    assert "votes on the present one do not count any more" in str(view)
    standing = edit_rule_form(ORIGIN, replace(draft, state=DraftState.IN_EFFECT), "allow refunds")
    assert "stays as it is until the change is approved" in str(standing)


line = st.text(st.characters(codec="utf-8", exclude_characters="\n\r", exclude_categories=["C"]), max_size=300)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(line, max_size=120))
def test_a_statement_comes_back_as_it_was_shown(draft: Draft, fits_modal: FitsModal, found: list[str]) -> None:
    """However long it is, as long as AgentCore takes it."""
    statement = "\n".join(found)[:STATEMENT_LIMIT]
    view = edit_cedar_form(ORIGIN, replace(draft, statement=statement))
    fits_modal(view)
    assert edited_statement(submitted(view)) == statement.strip()


@pytest.mark.parametrize("length", [0, 1, 2500, 2501, 9_999, STATEMENT_LIMIT])
def test_a_statement_on_one_line_comes_back_as_well(draft: Draft, fits_modal: FitsModal, length: int) -> None:
    statement = ("when { true } " * 1000)[:length]
    view = edit_cedar_form(ORIGIN, replace(draft, statement=statement))
    fits_modal(view)
    assert edited_statement(submitted(view)) == statement.strip()


def test_a_comment_at_the_end_of_a_field_hides_nothing_that_follows(draft: Draft) -> None:
    """Were blanks cut off at the end of a field, a condition in the next one could become part of a comment."""
    comment = "  // only for support agents\n"
    statement = "permit(principal, action, resource)\n" + comment * 110 + "when { context.input.amount < 500 };"
    view = edit_cedar_form(ORIGIN, replace(draft, statement=statement))
    assert len(fields(view)) > 1
    back = edited_statement(submitted(view, trims=True))
    assert [each.strip() for each in back.split("\n")] == [each.strip() for each in statement.split("\n")]


def test_the_limit_is_said_at_the_field_and_more_can_be_typed_than_it(draft: Draft) -> None:
    """So that whoever types too much is told, and nothing is cut off without a word."""
    statement = "x\n" * 4_999
    view = edit_cedar_form(ORIGIN, replace(draft, statement=statement))
    assert "10,000 characters" in fields(view)[0]["hint"]["text"]
    full = {block["block_id"]: "y" * block["element"]["max_length"] for block in fields(view)}
    assert len(edited_statement(submitted(view, full))) > STATEMENT_LIMIT


@pytest.mark.parametrize("action", [ids.PROMOTE, ids.DEMOTE, ids.REVOKE, ids.UNDO])
def test_an_act_is_asked_for_with_a_reason_and_a_time(draft: Draft, fits_modal: FitsModal, action: str) -> None:
    """Both may be left empty; an undo is for good."""
    origin = replace(ORIGIN, action=action)
    view = act_form(origin, replace(draft, state=DraftState.IN_EFFECT))
    fits_modal(view)
    assert form_origin(view) == origin
    assert all(block["optional"] for block in fields(view))
    assert len(fields(view)) == (1 if action == ids.UNDO else 2)
    typed = {"act.why": " It is time. ", "time.until": " 7 days "}
    assert act_why(submitted(view, typed)) == "It is time."
    assert until_text(submitted(view, typed)) == ("" if action == ids.UNDO else "7 days")
    assert act_why(submitted(view)) == ""


def test_an_extension_needs_a_time(draft: Draft, fits_modal: FitsModal) -> None:
    view = act_form(replace(ORIGIN, action=ids.EXTEND), draft)
    fits_modal(view)
    assert [block["optional"] for block in fields(view)] == [False, True]
    ((place, said),) = form_error(view, "<@U123> was faster.").items()
    assert place == fields(view)[0]["block_id"]
    assert said == "somebody else was faster."
