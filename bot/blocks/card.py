"""The review card: one draft, what a decision on it needs in the order that it is needed, and the buttons."""

from __future__ import annotations

from bot.blocks import ids
from bot.blocks.decision import decision, waits_for
from bot.blocks.difference import read_difference
from bot.blocks.findings import finding_items
from bot.blocks.headline import headlines
from bot.blocks.kit import (
    Block,
    bullets,
    button,
    code,
    cut,
    escape,
    header,
    line,
    markup,
    person,
    quote,
    rich,
    when,
    with_ids,
    words,
)
from bot.blocks.proposal import mode_words
from bot.blocks.refusing import what_to_type
from bot.blocks.warnings import second_reading, uncovered, warning_items
from bot.review.model import Draft, DraftState, Proposal, SlackMessage

# What each part may take, so that a card stays within a message's budget whatever a rule or a policy holds.
PIECE, READ_BACK, CEDAR, NOTE, TROUBLE, FINDINGS = 300, 600, 1200, 300, 450, 4
CEDAR_LINES = 12
DESCRIPTION, UNUSABLE_DESCRIPTION = 200, 700
_HEADER = 150

_TITLE = {
    DraftState.UNUSABLE: "No policy from this piece",
    DraftState.APPROVED: "Approved, being sent",
    DraftState.SENDING: "Approved, being sent",
    DraftState.CREATING: "Approved, being created",
    DraftState.ACTIVE: "Policy created",
    DraftState.CREATE_FAILED: "Approved, but not active",
    DraftState.REJECTED: "Rejected",
}
_UNDER_WAY = (DraftState.APPROVED, DraftState.SENDING, DraftState.CREATING)


def card(proposal: Proposal, draft: Draft, pieces: int = 1) -> SlackMessage:
    """The card of a draft as it should stand now; `pieces` is how many drafts its proposal has."""
    of = f" (piece {draft.ordinal})" if pieces > 1 else ""
    if draft.state is DraftState.IN_REVIEW:
        told, blocks = _in_review(proposal, draft, of)
    else:
        told = _outcome(draft)
        blocks = [header(_title(draft) + of)]
        blocks += (
            _unusable(proposal, draft, told) if draft.state is DraftState.UNUSABLE else _after(proposal, draft, told)
        )
    piece = cut(draft.fragment, 200)
    return SlackMessage(escape(f"{told} The piece of the rule: “{piece}”."), with_ids(f"card-{draft.id}"[:120], blocks))


def _in_review(proposal: Proposal, draft: Draft, of: str) -> tuple[str, list[Block]]:
    """Headline, warnings, what changes, the read-back, the buttons, and the Cedar below them."""
    first, *others = headlines(draft)
    if len(first) + len(of) > _HEADER:
        others = [first, *others]
    said = [line(words(each, bold=True)) for each in others]
    warned = warning_items(proposal, draft, FINDINGS, DESCRIPTION)
    blocks = [
        header(cut(first, _HEADER - len(of)) + of),
        rich(*said, _subject(proposal, draft), *_noted(draft, "Changed since the last card: ")),
        rich(bullets(warned) if len(warned) > 1 else line(*warned[0])),
        *_changes(draft),
        *_read_back(draft),
        *_with_policy(decision(draft), draft),
        *_cedar(draft),
    ]
    return f"To decide: {cut('. '.join((first, *others)), 900)}.", blocks


def _subject(proposal: Proposal, draft: Draft) -> Block:
    return line(person(proposal.requester_id), words(f" asks: “{cut(draft.fragment, PIECE)}”"))


def _noted(draft: Draft, label: str) -> list[Block]:
    return [line(words(label, bold=True), words(cut(draft.note, NOTE)))] if draft.note else []


def _changes(draft: Draft) -> list[Block]:
    if draft.analysis.difference is None:
        return []
    timed = "system.now" in (draft.statement or "")
    found = read_difference(draft.analysis.difference).lines(timed=timed)
    return [rich(*(line(words(label, bold=True), words(said)) for label, said in found))] if found else []


def _read_back(draft: Draft) -> list[Block]:
    if not draft.analysis.read_back:
        return []
    said = cut(draft.analysis.read_back, READ_BACK)
    return [rich(line(words("In plain English: ", bold=True), words(said)))]


def _cedar(draft: Draft) -> list[Block]:
    shown = preview(draft.statement or "")
    return [rich(code(shown))] if shown else []


def preview(statement: str) -> str:
    """The policy when it is short, otherwise its first lines."""
    lines = cut(statement, CEDAR, keep="\n\t").split("\n")
    if len(lines) <= CEDAR_LINES:
        return "\n".join(lines)
    return "\n".join([*lines[: CEDAR_LINES - 1], "…"])


def _with_policy(blocks: list[Block], draft: Draft) -> list[Block]:
    """The blocks with a button for the whole policy when the card has only its beginning."""
    statement = draft.statement or ""
    if preview(statement) == statement or not statement:
        return blocks
    more = button("Show full policy", ids.SHOW_POLICY, str(ids.CardRef(draft.id, draft.version)))
    if blocks and blocks[-1]["type"] == "actions":
        return [*blocks[:-1], {**blocks[-1], "elements": [*blocks[-1]["elements"], more]}]
    return [*blocks, {"type": "actions", "elements": [more]}]


def _unusable(proposal: Proposal, draft: Draft, outcome: str) -> list[Block]:
    """What was not understood, and what to type instead."""
    said = [line(words(outcome, bold=True)), _subject(proposal, draft)]
    if draft.trouble:
        said.append(line(words("Why: ", bold=True), words(cut(draft.trouble, TROUBLE))))
    blocks = [rich(*said)]
    found = tuple(each for each in (*draft.findings, *draft.analysis.findings) if each.type != "VALID")
    if items := finding_items(found, FINDINGS, UNUSABLE_DESCRIPTION):
        blocks.append(rich(bullets(items)))
    if left := uncovered(proposal):
        blocks.append(rich(bullets(left)))
    blocks += [rich(*what_to_type(draft))] if what_to_type(draft) else []
    return _with_policy([*blocks, *_cedar(draft)], draft)


def _after(proposal: Proposal, draft: Draft, outcome: str) -> list[Block]:
    """A draft that somebody decided on: what came of it, and the record of what was decided on."""
    said = [line(words(outcome, bold=True)), *_trouble(draft), *_noted(draft, "Note: ")]
    blocks = [rich(*said)]
    if draft.state is DraftState.REJECTED and draft.reject_reason:
        blocks.append(rich(quote(cut(draft.reject_reason, TROUBLE, keep="\n"))))
    if draft.decided_by and draft.decided_at:
        blocks.append(markup(f"{_verb(draft)} by <@{escape(draft.decided_by)}>, {when(draft.decided_at)}"))
    shown = "; ".join(headlines(draft))
    record = [
        line(words("The card said then: ", bold=True), words(f"{cut(shown, 600)}.")),
        line(*second_reading(draft.analysis.second)),
        *(line(*item) for item in uncovered(proposal)),
    ]
    blocks += [rich(_subject(proposal, draft), *record), *_read_back(draft)]
    return [*blocks, *_with_policy(decision(draft), draft), *_cedar(draft)]


def _trouble(draft: Draft) -> list[Block]:
    if not draft.trouble:
        return []
    label = "It is tried again by itself. The last answer was: " if draft.state in _UNDER_WAY else "Why: "
    return [line(words(label), words(cut(draft.trouble, TROUBLE)))]


def _verb(draft: Draft) -> str:
    unvalidated = draft.validation_mode == "IGNORE_ALL_FINDINGS"
    approved = "Approved, without AgentCore's analysis," if unvalidated else "Approved"
    return {DraftState.REJECTED: "Rejected", DraftState.WAITING: "Put off"}.get(draft.state, approved)


def _title(draft: Draft) -> str:
    if draft.state is DraftState.WAITING:
        return "Waiting for a permit" if waits_for(draft) == "a permit is enforced" else "Waiting for the engine"
    return _TITLE[draft.state]


def _outcome(draft: Draft) -> str:
    return {
        DraftState.UNUSABLE: "No policy can come of this piece of the rule.",
        DraftState.WAITING: "AgentCore would refuse it as things stand. It comes back to review by itself, once "
        f"{waits_for(draft) or 'AgentCore takes it'}.",
        DraftState.APPROVED: "Approved; the policy is being sent to AgentCore.",
        DraftState.SENDING: "Approved; the policy is being sent to AgentCore, and cannot be taken back meanwhile.",
        DraftState.CREATING: "Approved; AgentCore is creating the policy.",
        DraftState.ACTIVE: f"Policy {cut(draft.policy_name, 60)} created, {mode_words(draft)}, ACTIVE.",
        DraftState.CREATE_FAILED: "Approved, but the policy did not become ACTIVE. Do not count on it.",
        DraftState.REJECTED: "Rejected; nothing is created.",
    }[draft.state]
