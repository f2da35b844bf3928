"""Messages of a proposal: what they say in each state, within Slack's limits, whatever is in the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.analysis import Change, Difference, Example
from bot.blocks import SlackCards, ids
from bot.cedar import Request
from bot.review.model import (
    Analysis,
    Draft,
    DraftState,
    Finding,
    MessageKind,
    Proposal,
    ProposalState,
    SlackMessage,
)
from bot.workspace.mentions import mentions_of

Fits = Callable[[SlackMessage], None]
CARDS = SlackCards()
EVIL = "<!channel> <@U999> <!subteam^S1> <https://evil.example|Approve> *bold* `code` & [Approve](https://evil.example)"
"""Text that would call everybody, link and format if it were parsed anywhere."""
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def card(proposal: Proposal, draft: Draft) -> SlackMessage:
    return CARDS.message(MessageKind.CARD, proposal, (draft,), draft)


def parent(proposal: Proposal, *drafts: Draft) -> SlackMessage:
    return CARDS.message(MessageKind.PARENT, proposal, drafts, None)


def progress(proposal: Proposal, *drafts: Draft) -> SlackMessage:
    return CARDS.message(MessageKind.PROGRESS, proposal, drafts, None)


def said(message: SlackMessage) -> str:
    """All text of a message, in order."""
    return "".join(_texts(message.blocks))


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        if isinstance(found.get("text"), str):
            yield found["text"]
        for value in found.values():
            yield from _texts(value)
    elif isinstance(found, (list, tuple)):
        for value in found:
            yield from _texts(value)


def buttons(message: SlackMessage) -> dict[str, dict[str, Any]]:
    found = [block for block in message.blocks if block["type"] == "actions"]
    return {element["action_id"]: element for block in found for element in block["elements"]}


def test_a_card_in_review_shows_all_that_a_decision_needs(proposal: Proposal, draft: Draft, fits: Fits) -> None:
    message = card(proposal, draft)
    fits(message)
    text = said(message)
    for part in (
        draft.fragment,
        draft.statement or "",
        draft.analysis.read_back,
        "“on weekends”",
        "With it, no request is decided otherwise.",
        "Newly allowed: some calls of refund (Desk).",
        "alice (role = support-agent) calls refund (Desk) with amount = 499",
        "alice (role = support-agent) calls refund (Desk) with amount = 500",
        "It widens access, for callers with certain claims (role).",
        "log-only",
    ):
        assert part in text
    assert set(buttons(message)) == {ids.APPROVE, ids.REJECT, ids.SHOW_CHANGES, ids.TRY_REQUEST}


def test_only_approve_is_primary_and_it_asks_again(proposal: Proposal, draft: Draft) -> None:
    found = buttons(card(proposal, draft))
    assert [name for name, button in found.items() if button.get("style") == "primary"] == [ids.APPROVE]
    assert found[ids.APPROVE]["confirm"]["confirm"]["text"] == "Approve"


def test_buttons_carry_the_drafts_id_and_version_and_nothing_else(proposal: Proposal, draft: Draft) -> None:
    values = {button["value"] for button in buttons(card(proposal, replace(draft, version=7))).values()}
    assert values == {"P-7K2M9Q.1:7"}
    assert ids.card_ref("P-7K2M9Q.1:7") == ids.CardRef("P-7K2M9Q.1", 7)


@pytest.mark.parametrize("value", ["", "x", ":1", "a:", "a:-1", "a:1.5", "a:٣"])
def test_a_value_that_is_not_ours_names_no_card(value: str) -> None:
    assert ids.card_ref(value) is None


@pytest.mark.parametrize(
    ("state", "part"),
    [
        (DraftState.APPROVED, "being sent to AgentCore"),
        (DraftState.CREATING, "AgentCore is creating"),
        (DraftState.ACTIVE, "Policy permit_refund_P7K2M9Q_1 created, log-only, ACTIVE."),
        (DraftState.CREATE_FAILED, "the policy did not become ACTIVE"),
        (DraftState.REJECTED, "nothing is created"),
    ],
)
def test_a_decided_card_keeps_its_record_loses_its_buttons_and_says_who_and_when(
    proposal: Proposal, draft: Draft, fits: Fits, state: DraftState, part: str
) -> None:
    message = card(proposal, replace(draft, state=state, decided_by="U2", decided_at=NOON, trouble="Overly Permissive"))
    fits(message)
    text = said(message)
    assert not buttons(message)
    assert draft.fragment in text
    assert draft.statement is not None
    assert draft.statement in text
    assert part in text
    assert "Overly Permissive" in text
    assert f"by <@U2>, <!date^{int(NOON.timestamp())}^" in text


def test_only_an_active_policy_is_said_to_be_created(proposal: Proposal, draft: Draft) -> None:
    for state in DraftState:
        created = "created, log-only, ACTIVE" in said(card(proposal, replace(draft, state=state)))
        assert created == (state is DraftState.ACTIVE)


def test_the_reason_of_a_rejection_is_kept(proposal: Proposal, draft: Draft) -> None:
    assert "too wide" in said(card(proposal, replace(draft, state=DraftState.REJECTED, reject_reason="too wide")))


def test_a_piece_without_a_policy_says_why_and_how_to_rephrase(proposal: Proposal, draft: Draft, fits: Fits) -> None:
    finding = Finding("NOT_TRANSLATABLE", "`moon phase` is not an input of a tool.")
    message = card(
        proposal, replace(draft, state=DraftState.UNUSABLE, statement=None, findings=(finding,), analysis=Analysis())
    )
    fits(message)
    assert "moon phase" in said(message)
    assert "/policy" in said(message)
    assert not buttons(message)


def test_what_changed_since_the_last_card_is_said(proposal: Proposal, draft: Draft) -> None:
    assert "another policy came" in said(card(proposal, replace(draft, note="another policy came")))


def test_a_difference_of_nothing_is_said_only_when_it_is_proved(proposal: Proposal, draft: Draft) -> None:
    same = Difference((Change("AgentCore::OAuthUser", "Desk___refund", "unchanged"),))
    unknown = Difference((Change("AgentCore::OAuthUser", "Desk___refund", "not analysed", reason="ran out of time"),))
    for difference, proved in ((same, True), (unknown, False)):
        text = said(card(proposal, replace(draft, analysis=Analysis(difference=difference.as_json()))))
        assert ("it is proved that no request" in text) == proved
        assert ("ran out of time" in text) != proved


def test_a_long_policy_is_previewed_with_a_button_for_all_of_it(proposal: Proposal, draft: Draft, fits: Fits) -> None:
    message = card(proposal, replace(draft, statement="// comment\n" * 400 + "permit(principal, action, resource);"))
    fits(message)
    assert ids.SHOW_POLICY in buttons(message)
    assert "permit(principal" not in said(message)


@pytest.mark.parametrize("state", list(ProposalState))
def test_parent_and_progress_stand_in_every_state(
    proposal: Proposal, draft: Draft, fits: Fits, state: ProposalState
) -> None:
    for drafts in ((), (draft,)):
        found = replace(proposal, state=state, trouble="Slack asks to wait.")
        fits(parent(found, *drafts))
        fits(progress(found, *drafts))


def test_the_parent_says_who_proposes_what(proposal: Proposal) -> None:
    message = parent(replace(proposal, same_rule_as="P-OLDOLD"))
    assert proposal.rule in said(message)
    assert {"type": "user", "user_id": "U1"} in message.blocks[0]["elements"][0]["elements"]
    assert "P-OLDOLD" in said(message)
    assert "desk-gateway" in said(message)


def test_a_closed_parent_counts_what_came_of_each_piece(proposal: Proposal, draft: Draft) -> None:
    states = (DraftState.ACTIVE, DraftState.REJECTED, DraftState.CREATE_FAILED, DraftState.UNUSABLE)
    message = parent(replace(proposal, state=ProposalState.CLOSED), *(replace(draft, state=state) for state in states))
    text = said(message)
    assert "1 policy created, log-only, ACTIVE, 1 rejected, 1 did not become ACTIVE" in text


def test_progress_says_what_is_tried_again_and_why_it_ended(proposal: Proposal) -> None:
    generating = replace(proposal, state=ProposalState.GENERATING, trouble="throttled")
    assert "tried again" in said(progress(generating))
    assert "throttled" in said(progress(generating))
    failed = replace(proposal, state=ProposalState.FAILED, trouble="the service could not read it")
    assert "(failed)" in said(progress(failed))
    assert "the service could not read it" in said(progress(failed))
    assert "Nothing was created" in said(progress(failed))


def test_block_ids_change_exactly_when_the_message_does(proposal: Proposal, draft: Draft) -> None:
    first, again = card(proposal, draft), card(proposal, draft)
    assert first == again
    other = card(proposal, replace(draft, state=DraftState.APPROVED))
    assert not {block["block_id"] for block in first.blocks} & {block["block_id"] for block in other.blocks}


def evil(proposal: Proposal, draft: Draft, text: str) -> Iterator[SlackMessage]:
    """Every message, with `text` wherever a person or a model writes."""
    found = replace(proposal, rule=text, uncovered=(text,) * 20, trouble=text)
    request = Request(
        "AgentCore::OAuthUser", text, f"{text}___{text}", "g", {text: text, "n": {text: [text]}}, {text: text}
    )
    example = Example(request, False, True, (text,), (text,))
    changes = tuple(
        Change("AgentCore::OAuthUser", f"{text}___{number}", "changed", example, example, example, reason=text)
        for number in range(12)
    )
    analysis = Analysis(text, (Finding("may_error", text, "policybot"),) * 9, Difference(changes).as_json())
    for state in DraftState:
        each = replace(
            draft,
            fragment=text,
            statement=None if state is DraftState.UNUSABLE else text,
            findings=(Finding("INVALID", text), Finding(text, text)),
            analysis=analysis,
            policy_name=text[:48],
            reject_reason=text[:500],
            decided_by="U2",
            decided_at=NOON,
            trouble=text,
            note=text,
            state=state,
        )
        yield card(found, each)
    for kind in ProposalState:
        yield parent(replace(found, state=kind), draft)
        yield progress(replace(found, state=kind), draft)


def test_text_of_people_and_models_calls_nobody_and_links_nowhere(proposal: Proposal, draft: Draft) -> None:
    for message in evil(proposal, draft, EVIL):
        mentions = mentions_of(message.text, [dict(block) for block in message.blocks], link_names=True)
        assert mentions.users <= {"U1", "U2"}
        assert not mentions.groups
        assert not mentions.broadcasts
        assert '"link"' not in str(message.blocks)
        assert "<" not in message.text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=2000) | st.integers(1, 30_000).map(lambda length: "w<&> " * (length // 5 + 1)))
def test_no_text_breaks_the_budget_or_slacks_rules(proposal: Proposal, draft: Draft, fits: Fits, text: str) -> None:
    for message in evil(proposal, draft, text):
        fits(message)
