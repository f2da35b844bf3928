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
from bot.blocks import SlackCards, ids, speech
from bot.blocks.warnings import warning_items
from bot.cedar import Request
from bot.review.found import Analysis, Finding, Offer, SecondReading, Verdict
from bot.review.messages import MessageKind, SlackMessage
from bot.review.model import Draft, DraftState, Proposal, ProposalState
from bot.workspace.mentions import mentions_of

Fits = Callable[[SlackMessage], None]
CARDS = SlackCards()
EVIL = "<!channel> <@U999> <!subteam^S1> <https://evil.example|Approve> *bold* `code` & [Approve](https://evil.example)"
"""Text that would call everybody, link and format if it were parsed anywhere."""
WARNINGS = (
    "not_attached",
    "other_engine",
    "gateway_log_only",
    "taken_back",
    "nothing_permitted",
    "hidden_characters",
    "not_analysed",
    "log_only",
    *(f"missing_policy_{number}" for number in range(9)),
)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def card(proposal: Proposal, draft: Draft) -> SlackMessage:
    return CARDS.message(MessageKind.CARD, proposal, (draft,), draft)


def parent(proposal: Proposal, *drafts: Draft) -> SlackMessage:
    return CARDS.message(MessageKind.PARENT, proposal, drafts, None)


def progress(proposal: Proposal, *drafts: Draft) -> SlackMessage:
    return CARDS.message(MessageKind.PROGRESS, proposal, drafts, None)


def buttons_with(message: SlackMessage) -> dict[str, tuple[str, str]]:
    """The label and the value of each button, by its action id."""
    return {
        each["action_id"]: (each["text"]["text"], each["value"])
        for block in message.blocks
        if block["type"] == "actions"
        for each in block["elements"]
        if each["type"] == "button"
    }


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


def test_a_card_in_review_shows_all_that_a_decision_needs_in_the_order_of_need(
    proposal: Proposal, draft: Draft, fits: Fits
) -> None:
    """Headline, second reading and warnings, what changes, the read-back, the mode, the buttons, and then the Cedar."""
    message = card(proposal, draft)
    fits(message)
    text, at = said(message), 0
    for part in (
        "If it is promoted: opens refund to callers with role = support-agent",
        draft.fragment,
        "Two independent readings agree",
        "“on weekends”",
        "Newly allowed",
        "calls of refund, by callers with role = support-agent",
        "alice (role = support-agent) calls refund with amount = 499",
        "alice (role = support-agent) calls refund with amount = 500",
        draft.analysis.read_back,
        "Mode if approved: log-only",
        "Approve",
        draft.statement or "",
    ):
        assert part in text[at:], part
        at = text.index(part, at)


def test_the_text_of_a_card_in_review_has_the_headline(proposal: Proposal, draft: Draft) -> None:
    """A notification and a screen reader get what the card says first."""
    assert "opens refund to callers with role = support-agent" in card(proposal, draft).text


def test_a_piece_is_numbered_only_where_there_are_several(proposal: Proposal, draft: Draft) -> None:
    other = replace(draft, id="P-7K2M9Q.2", ordinal=2)
    assert "(piece" not in said(card(proposal, draft))
    message = CARDS.message(MessageKind.CARD, proposal, (draft, other), other)
    assert "(piece 2)" in said(message)


@pytest.mark.parametrize(
    ("second", "part"),
    [
        (SecondReading(Verdict.AGREE), "Two independent readings agree: proved equal."),
        (SecondReading(Verdict.DIFFER, "It also lets alice refund 600."), "It also lets alice refund 600."),
        (SecondReading(Verdict.UNREAD, "nothing confirms that “on weekends” is honoured"), "nothing confirms that"),
        (None, "No second reading"),
    ],
)
def test_the_second_readings_verdict_is_always_said(
    proposal: Proposal, draft: Draft, fits: Fits, second: SecondReading | None, part: str
) -> None:
    """Agreement, difference and silence each have a sentence; agreement is claimed only where it is so."""
    message = card(proposal, replace(draft, analysis=replace(draft.analysis, second=second)))
    fits(message)
    assert part in said(message)
    agrees = second is not None and second.verdict is Verdict.AGREE
    assert ("readings agree" in said(message)) == agrees


def test_the_same_finding_of_many_tools_is_one_line(proposal: Proposal, draft: Draft, fits: Fits) -> None:
    """AgentCore has one finding for each tool; a reviewer reads it once, with the number of tools."""
    sentence = (
        "Overly Permissive: Policy Engine will allow every request for (AgentCore::OAuthUser), action (Desk___{}) and"
    )
    many = tuple(Finding("ALLOW_ALL", sentence.format(f"t{number}")) for number in range(12))
    message = card(proposal, replace(draft, findings=many))
    fits(message)
    assert said(message).count("It permits every request in its scope") == 1
    assert "(12 tools)" in said(message)
    two = card(proposal, replace(draft, findings=many[:2]))
    assert "(t0, t1)" in said(two)


def test_buttons_carry_the_drafts_id_and_version_and_nothing_else(proposal: Proposal, draft: Draft) -> None:
    found = buttons(card(proposal, replace(draft, version=7)))
    more = {option["value"] for option in found.pop(ids.MORE)["options"]}
    assert {button["value"] for button in found.values()} == {"P-7K2M9Q.1:7"}
    assert {value.split(" ")[1] for value in more} == {"P-7K2M9Q.1:7"}
    assert ids.card_ref("P-7K2M9Q.1:7") == ids.CardRef("P-7K2M9Q.1", 7)


@pytest.mark.parametrize("value", ["", "x", ":1", "a:", "a:-1", "a:1.5", "a:٣"])
def test_a_value_that_is_not_ours_names_no_card(value: str) -> None:
    assert ids.card_ref(value) is None


@pytest.mark.parametrize(
    ("state", "part"),
    [
        (DraftState.SENDING, "being sent to AgentCore"),
        (DraftState.APPROVED, "being sent to AgentCore"),
        (DraftState.SETTLING, "AgentCore is creating"),
        (DraftState.IN_EFFECT, "Policy permit_refund_P7K2M9Q_1 created, log-only, ACTIVE."),
        (DraftState.NOT_ENACTED, "the policy did not become ACTIVE"),
        (DraftState.REJECTED, "nothing is created"),
    ],
)
def test_a_decided_card_keeps_its_record_loses_what_decides_and_says_who_and_when(
    proposal: Proposal, draft: Draft, fits: Fits, state: DraftState, part: str
) -> None:
    message = card(
        proposal, replace(draft, state=state, deciders=("U2",), decided_at=NOON, trouble="Overly Permissive")
    )
    fits(message)
    text = said(message)
    assert not {ids.APPROVE, ids.APPROVE_FORM, ids.REJECT, ids.MORE} & set(buttons(message))
    assert draft.fragment in text
    assert draft.statement is not None
    assert draft.statement in text
    assert part in text
    assert "Overly Permissive" in text
    assert f"by <@U2>, <!date^{int(NOON.timestamp())}^" in text


def test_only_an_active_policy_is_said_to_be_created(proposal: Proposal, draft: Draft) -> None:
    for state in DraftState:
        created = "created, log-only, ACTIVE" in said(card(proposal, replace(draft, state=state)))
        assert created == (state is DraftState.IN_EFFECT)


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
    assert set(buttons(message)) == {ids.EDIT_RULE, ids.EDIT_CEDAR}


@pytest.mark.parametrize(
    ("description", "trouble", "part", "generic"),
    [
        ("“moon phase” is not an input. Say which of `amount`, `order`.", "", "Say which of", False),
        ("“moon phase” is not an input of a tool.", "", "other words for “moon phase”", False),
        ("Nobody can “use moon phase”.", "", "as one sentence", True),
        ("“refunds by moon phase” is not a rule. Start with a verb, as in “block …”.", "", "Start with a verb", False),
        ("The model gave up.", "", "as one sentence", True),
        ("", "The statement is for another gateway.", "The statement is for another gateway.", True),
    ],
)
def test_a_refusal_says_what_to_type_instead_of_what_was_not_understood(
    proposal: Proposal, draft: Draft, fits: Fits, description: str, trouble: str, part: str, generic: bool
) -> None:
    """The hint is made of this rule and its findings; the general one stands only where nothing else is known."""
    refused = replace(
        draft,
        fragment="allow refunds by moon phase",
        state=DraftState.UNUSABLE,
        statement=None,
        findings=(Finding("NOT_TRANSLATABLE", description),),
        analysis=Analysis(),
        trouble=trouble,
    )
    message = card(proposal, refused)
    fits(message)
    assert part in said(message)
    assert ("/policy allow ROLE to call TOOL" in said(message)) == generic


def test_what_may_have_been_meant_is_offered_in_words(proposal: Proposal, draft: Draft, fits: Fits) -> None:
    """A button each, as long as a revision can be proposed; the value names the card and nothing else."""
    offers = (
        Offer("allow support agents to call refund tool", "Support agents may call refund."),
        Offer("allow support agents to call credit tool", "Support agents may call credit."),
    )
    asks = replace(draft, analysis=replace(draft.analysis, offers=offers))
    refused = replace(asks, state=DraftState.UNUSABLE, statement=None)
    for each in (asks, refused):
        message = card(proposal, each)
        fits(message)
        found = {label: value for action, (label, value) in buttons_with(message).items() if action in ids.OFFERS}
        assert found == {offer.rule: "P-7K2M9Q.1:1" for offer in offers}
        assert ("Support agents may call credit." in said(message)) == (each is refused)
    assert not {*buttons(card(proposal, replace(asks, state=DraftState.APPROVED)))} & {*ids.OFFERS}


def test_a_statement_that_cannot_be_created_is_shown_with_the_reason_and_cannot_be_approved(
    proposal: Proposal, draft: Draft, fits: Fits
) -> None:
    """What was generated for another gateway is there to read, and not to approve."""
    message = card(proposal, replace(draft, state=DraftState.UNUSABLE, trouble="It is for another gateway."))
    fits(message)
    assert "It is for another gateway." in said(message)
    assert (draft.statement or "") in said(message)
    assert set(buttons(message)) == {ids.EDIT_RULE, ids.EDIT_CEDAR}


def test_a_policy_that_failed_is_told_as_the_service_left_it(proposal: Proposal, draft: Draft) -> None:
    """What is left of it is what was looked up; nobody is told to delete something by hand."""
    trouble = "AgentCore refused it. Nothing of it is left."
    text = said(card(proposal, replace(draft, state=DraftState.NOT_ENACTED, trouble=trouble)))
    assert trouble in text
    assert "delete" not in text.lower()


def test_what_changed_since_the_last_card_is_said(proposal: Proposal, draft: Draft) -> None:
    assert "another policy came" in said(card(proposal, replace(draft, note="another policy came")))


def test_a_difference_of_nothing_is_said_only_when_it_is_proved(proposal: Proposal, draft: Draft) -> None:
    same = Difference((Change("AgentCore::OAuthUser", "Desk___refund", "unchanged"),))
    unknown = Difference((Change("AgentCore::OAuthUser", "Desk___refund", "not analysed", reason="ran out of time"),))
    for difference, proved in ((same, True), (unknown, False)):
        text = said(card(proposal, replace(draft, analysis=Analysis(difference=difference.as_json()))))
        assert ("changes nothing: proved" in text) == proved
        assert ("ran out of time" in text) != proved


def test_a_long_policy_is_previewed_with_a_button_for_all_of_it(proposal: Proposal, draft: Draft, fits: Fits) -> None:
    message = card(proposal, replace(draft, statement="// comment\n" * 12 + "permit(principal, action, resource);"))
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
    states = (DraftState.IN_EFFECT, DraftState.REJECTED, DraftState.NOT_ENACTED, DraftState.UNUSABLE)
    message = parent(replace(proposal, state=ProposalState.CLOSED), *(replace(draft, state=state) for state in states))
    text = said(message)
    assert "1 policy created, log-only, ACTIVE, 1 rejected, 1 did not take effect" in text


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
        Change(
            "AgentCore::OAuthUser",
            f"{text}___{number}",
            "changed",
            example if number % 3 else None,
            example,
            example,
            text,
            whom=f"{text}{number % 5}",
            every=number % 2 == 0,
        )
        for number in range(12)
    )
    analysis = Analysis(
        text,
        (*(Finding("may_error", f"{text}{number}", "policybot") for number in range(9)),),
        (*(Finding(kind, f"{kind}{text}", "policybot") for kind in WARNINGS),),
        Difference(changes).as_json(),
        SecondReading(Verdict.DIFFER, text, looser=True),
        text,
        offers=(Offer(text, text),) * 5,
    )
    for state in DraftState:
        each = replace(
            draft,
            fragment=text,
            statement=None if state is DraftState.UNUSABLE else text,
            findings=(Finding("INVALID", text), Finding(text, text)),
            analysis=analysis,
            policy_name=text[:48],
            reject_reason=text[:500],
            deciders=("U2",),
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
        mentions = mentions_of(message.text, [*map(dict, message.blocks), *map(dict, message.plain)], link_names=True)
        assert mentions.users <= {"U1", "U2"}
        assert not mentions.groups
        assert not mentions.broadcasts
        assert '"link"' not in str((message.blocks, message.plain))
        assert "<" not in message.text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=2000) | st.integers(1, 30_000).map(lambda length: "w<&> " * (length // 5 + 1)))
def test_no_text_breaks_the_budget_or_slacks_rules(proposal: Proposal, draft: Draft, fits: Fits, text: str) -> None:
    for message in evil(proposal, draft, text):
        fits(message)


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\x1b", "\x07", "\u2066", "\U000e0041"])
def test_characters_that_nobody_sees_are_shown_wherever_they_are(
    proposal: Proposal, draft: Draft, fits: Fits, hidden: str
) -> None:
    """Names, values, claims, Cedar, rules, reasons: each of them shows a hidden character as its number."""
    everything = ""
    for message in evil(proposal, draft, f"a{hidden}b" * 300):
        fits(message)
        everything += said(message) + message.text
    assert hidden not in everything
    assert "\ufffd" not in everything
    assert f"\\u{{{ord(hidden):x}}}" in everything


def test_a_private_sentence_shows_what_hides_in_it_and_names_people() -> None:
    """What is told in private is escaped as a card is; only a person's id becomes a name."""
    assert speech("no\u202e <@U2> <!channel>") == "no\\u{202e} <@U2> &lt;!channel&gt;"


def test_what_a_thread_is_told_mentions_people_and_groups_by_id_only() -> None:
    """As Slack's own elements and in the text; whatever else looks like markup stays text."""
    message = SlackCards().said("<!subteam^S0AB>, <@U2>: see <!channel> & <@nobody> \u202e")
    [block] = message.blocks
    [line] = block["elements"]
    assert line["elements"] == [
        {"type": "usergroup", "usergroup_id": "S0AB"},
        {"type": "text", "text": ", "},
        {"type": "user", "user_id": "U2"},
        {"type": "text", "text": ": see <!channel> & <@nobody> \\u{202e}"},
    ]
    assert message.text == "<!subteam^S0AB>, <@U2>: see &lt;!channel&gt; &amp; &lt;@nobody&gt; \\u{202e}"


def test_who_approved_without_agentcores_analysis_is_on_record(proposal: Proposal, draft: Draft) -> None:
    """The card of a policy that AgentCore did not analyse says so for good."""
    active = replace(draft, state=DraftState.IN_EFFECT, deciders=("U2",), decided_at=NOON)
    assert "without AgentCore's analysis" not in said(card(proposal, active))
    unvalidated = replace(active, validation_mode="IGNORE_ALL_FINDINGS")
    assert "Approved, without AgentCore's analysis, by <@U2>" in said(card(proposal, unvalidated))


def test_a_value_prints_no_line_of_its_own(proposal: Proposal, draft: Draft, fits: Fits) -> None:
    """A claim, a name or a reason with line feeds stays inside of its own line."""
    spoof = "support\nRisk: None found"
    for message in evil(proposal, draft, spoof):
        fits(message)
        for block in message.blocks:
            if block["type"] != "rich_text":
                assert "\nRisk" not in said(SlackMessage("", (block,)))
                continue
            for part in block["elements"]:
                if part["type"] not in ("rich_text_preformatted", "rich_text_quote"):
                    assert "\nRisk" not in "".join(_texts(part))


def test_a_warning_hides_no_finding_of_its_kind(proposal: Proposal, draft: Draft) -> None:
    """What cannot be read of log-only policies is one thing, what was not analysed of this one another."""
    warned = Finding(
        "not_analysed", "What the log-only policies trial would do if promoted cannot be read.", "policybot"
    )
    found = Finding("not_analysed", "Not analysed: whether it may error, in 5 seconds.", "policybot")
    analysis = replace(draft.analysis, warnings=(warned,), findings=(found,))
    items = str(warning_items(proposal, replace(draft, findings=(), analysis=analysis), 4, 200))
    assert "log-only policies trial" in items
    assert "whether it may error" in items
