"""Modals: what they show, within Slack's limits, and the reason form in both directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from json import dumps
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analysis import Change, Difference, Example
from bot.blocks import (
    CardRef,
    FormOrigin,
    all_changes,
    approve_form,
    form_origin,
    full_policy,
    help_message,
    notice,
    reject_error,
    reject_form,
    reject_reason,
    status_message,
)
from bot.blocks.modals import chunks
from bot.cedar import Request
from bot.review.found import Analysis, Finding, SecondReading, Verdict
from bot.review.messages import SlackMessage
from bot.review.model import Draft, Proposal
from bot.review.service import PAGE, ProposalStatus, Statuses

FitsModal = Callable[[Mapping[str, Any]], None]
Fits = Callable[[SlackMessage], None]
ORIGIN = FormOrigin(CardRef("P-7K2M9Q.1", 3), "C1", "Desk___refund")


@given(st.text(max_size=20_000) | st.lists(st.text(max_size=4000), max_size=6).map("\n".join))
def test_a_policy_in_chunks_is_whole_and_each_chunk_fits_a_block(text: str) -> None:
    parts = chunks(text)
    assert "".join(parts) == text
    assert all(0 < len(part) <= 3000 for part in parts)


def test_the_full_policy_is_shown_to_its_last_line(draft: Draft, fits_modal: FitsModal) -> None:
    view = full_policy(replace(draft, statement="// comment\n" * 9_000 + "permit(principal, action, resource);"))
    fits_modal(view)
    assert "permit(principal" in str(view["blocks"][-1])


def test_the_longest_statement_that_agentcore_takes_fits_a_modal(draft: Draft, fits_modal: FitsModal) -> None:
    statement = "a" * 153_600
    view = full_policy(replace(draft, statement=statement))
    fits_modal(view)
    assert len("".join(block["elements"][0]["elements"][0]["text"] for block in view["blocks"])) == len(statement)


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\x1b"])
def test_what_hides_in_a_policy_is_shown_in_every_modal(
    proposal: Proposal, draft: Draft, fits_modal: FitsModal, hidden: str
) -> None:
    """A character that reorders or vanishes is read as its number, however much of it there is."""
    text = f"a{hidden}b" * 20_000
    finding = Finding("hidden_characters", text, "policybot")
    request = Request("AgentCore::OAuthUser", text, f"{text}___{text}", "g", {text: text}, {text: text})
    example = Example(request, allowed_before=False, allowed_after=True, reasons_after=(text,))
    change = Change("AgentCore::OAuthUser", f"{text}___{text}", "changed", example, example, example, text)
    changes = Difference((change, replace(change, status="unchanged", reason=""))).as_json()
    analysis = Analysis(
        warnings=(finding,), difference=changes, second=SecondReading(Verdict.DIFFER, text, looser=True)
    )
    evil = replace(draft, statement=text, analysis=analysis)
    for view in (
        full_policy(evil),
        all_changes(evil),
        approve_form(ORIGIN, evil, replace(proposal, uncovered=(text,)), (evil,)),
    ):
        fits_modal(view)
        assert hidden not in str(view["blocks"])
        assert "\ufffd" not in str(view["blocks"])
        assert f"\\u{{{ord(hidden):x}}}" in dumps(view["blocks"], ensure_ascii=False).replace("\\\\", "\\")


def test_all_changes_lists_each_tool_with_its_examples(
    draft: Draft, difference: Difference, fits_modal: FitsModal
) -> None:
    view = all_changes(draft)
    fits_modal(view)
    text = str(view["blocks"])
    assert "refund (Desk), OAuth users" in text
    assert (
        "Newly allowed: calls by callers with role = support-agent, for example: alice (role = support-agent)" in text
    )
    assert "It widens access, for callers with role = support-agent." in text
    assert "Unchanged, proved" in text
    assert "lookup (Desk), OAuth users" in text


def test_no_risk_is_found_only_where_that_is_proved(draft: Draft, fits_modal: FitsModal) -> None:
    """Conditions that are not Cedar, or anything that was not analysed, leave the risk unknown."""
    same = Analysis(difference=Difference((Change("AgentCore::OAuthUser", "Desk___refund", "unchanged"),)).as_json())
    temporal = "permit(principal, action, resource) when temporal { within 5 minutes };"
    unread = replace(same, findings=(Finding("not_analysed", "It ran out of time.", "policybot"),))
    for found, proved in (
        (replace(draft, analysis=same), True),
        (replace(draft, analysis=same, statement=temporal), False),
        (replace(draft, analysis=unread), False),
    ):
        view = all_changes(found)
        fits_modal(view)
        assert ("None found" in str(view["blocks"])) == proved
        assert ("It is not known." in str(view["blocks"])) != proved


def test_more_changes_than_a_modal_holds_are_counted(
    draft: Draft, difference: Difference, fits_modal: FitsModal
) -> None:
    example: Example | None = difference.changes[0].newly_allowed
    changes = tuple(
        Change("AgentCore::OAuthUser", f"Desk___t{number}", "changed", example, reason="x" * 3000)
        for number in range(400)
    )
    view = all_changes(replace(draft, analysis=Analysis(difference=Difference(changes).as_json())))
    fits_modal(view)
    assert "303 more" in str(view["blocks"][-1])


def test_a_draft_that_is_not_analysed_says_so(draft: Draft, fits_modal: FitsModal) -> None:
    view = all_changes(replace(draft, analysis=Analysis()))
    fits_modal(view)
    assert "not analysed" in str(view["blocks"])


def test_many_unchanged_tools_fit(draft: Draft, fits_modal: FitsModal) -> None:
    changes = tuple(Change("AgentCore::OAuthUser", f"Desk___{'t' * 60}{number}", "unchanged") for number in range(500))
    fits_modal(all_changes(replace(draft, analysis=Analysis(difference=Difference(changes).as_json()))))


def test_the_reason_form_keeps_where_it_came_from(fits_modal: FitsModal) -> None:
    view = reject_form(ORIGIN)
    fits_modal(view)
    assert form_origin(view) == ORIGIN


@pytest.mark.parametrize(("typed", "reason"), [("  too wide \n", "too wide"), (None, ""), ("", "")])
def test_the_reason_comes_back_as_it_was_typed(typed: str | None, reason: str) -> None:
    view = reject_form(ORIGIN)
    block = next(block for block in view["blocks"] if block["type"] == "input")
    state = {"values": {block["block_id"]: {block["element"]["action_id"]: {"value": typed}}}}
    assert reject_reason({**view, "state": state}) == reason
    assert list(reject_error("No.")) == [block["block_id"]]


def test_a_notice_fits(fits_modal: FitsModal) -> None:
    fits_modal(notice("Something with a rather long title", "x" * 5000))


def test_help_fits_and_has_a_rule_to_copy(fits: Fits) -> None:
    fits(help_message())


def test_the_status_of_many_proposals_fits(proposal: Proposal, draft: Draft, fits: Fits) -> None:
    found = (ProposalStatus(replace(proposal, rule="long " * 400, trouble="x" * 900), (draft,)),) * PAGE
    message = status_message(Statuses(found, 1021, 2, 103))
    fits(message)
    assert "1021 proposals, page 2 of 103" in str(message.blocks)
    assert [each["text"]["text"] for each in message.blocks[-1]["elements"]] == ["Newer", "Older"]
