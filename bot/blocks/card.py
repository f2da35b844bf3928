"""The review card: one draft, what a decision on it needs in the order that it is needed, and the buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import ids
from bot.blocks.acts import asked, in_effect, outcome, time_words, title
from bot.blocks.deciders import votes_blocks
from bot.blocks.decision import decision, waits_for
from bot.blocks.difference import read_difference
from bot.blocks.evidence import evidence_words
from bot.blocks.findings import finding_items
from bot.blocks.headline import headlines
from bot.blocks.held_tests import tests_blocks
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
from bot.blocks.newer import changes_table, plainly
from bot.blocks.offered import offers
from bot.blocks.refusing import what_to_type
from bot.blocks.replayed import replay_words
from bot.blocks.since import since_blocks
from bot.blocks.warnings import second_reading, uncovered, warning_items
from bot.review.messages import SlackMessage
from bot.review.model import Act, Draft, DraftState, Origin, Proposal
from bot.review.timed import is_end
from bot.review.timed import pieces as reviewed
from bot.review.together import is_held_back

# What each part may take, so that a card stays within a message's budget whatever a rule or a policy holds.
PIECE, READ_BACK, CEDAR, NOTE, TROUBLE, FINDINGS = 300, 600, 800, 300, 450, 4
CEDAR_LINES = 12
DESCRIPTION, UNUSABLE_DESCRIPTION = 200, 700
_HEADER = 150

_NO_POLICY = "No policy can come of this piece of the rule."
_CHANGED = "Changed since the last card: "
_LATER = 3
_UNDER_WAY = (DraftState.APPROVED, DraftState.SENDING, DraftState.SETTLING)


def card(
    proposal: Proposal,
    draft: Draft,
    pieces: Sequence[Draft] = (),
    beside: Sequence[Draft] = (),
    rule: Sequence[Draft] = (),
) -> SlackMessage:
    """The card of a draft as it should stand now; `pieces` are all drafts of its proposal, `beside` what is in effect
    of the other proposals of its thread, `rule` the pieces of its rule where some are reviewed elsewhere."""
    of = f" (piece {draft.ordinal})" if len(reviewed(pieces)) > 1 and not is_end(draft) else ""
    since = [each for each in beside if each.policy_id == draft.policy_id and _after_it(each, draft)]
    pieces = rule or pieces
    if draft.state is DraftState.IN_REVIEW:
        told, blocks = _in_review(proposal, draft, pieces, of)
    elif draft.state is DraftState.UNUSABLE:
        told = _NO_POLICY if draft.before is None and proposal.origin is not Origin.ACT else "Nothing can come of this."
        title = "No policy from this piece" if proposal.origin is not Origin.ACT else "Not possible"
        blocks = [header(title + of), *_unusable(proposal, draft, pieces, told)]
    else:
        told = _outcome(draft, proposal)
        blocks = [header(_title(draft, proposal) + of), *_after(proposal, draft, pieces, since, told)]
    piece = cut(draft.fragment, 200)
    text = escape(f"{told} The piece of the rule: “{piece}”.")
    return SlackMessage(text, *(with_ids(f"card-{draft.id}"[:120], each) for each in (blocks, plainly(blocks))))


def _after_it(each: Draft, draft: Draft) -> bool:
    return bool(each.decided_at and draft.decided_at and each.decided_at > draft.decided_at)


def _in_review(proposal: Proposal, draft: Draft, pieces: Sequence[Draft], of: str) -> tuple[str, list[Block]]:
    """Headline, warnings, what changes, the read-back, the buttons, and the Cedar below them."""
    first, *others = headlines(draft)
    if len(first) + len(of) > _HEADER:
        others = [first, *others]
    said = [line(words(each, bold=True)) for each in others]
    warned = warning_items(proposal, draft, reviewed(pieces), FINDINGS, DESCRIPTION)
    blocks = [
        header(cut(first, _HEADER - len(of)) + of),
        rich(
            *said, _subject(proposal, draft), *_terms(proposal, draft), *_noted(draft, "Changed since the last card: ")
        ),
        *([rich(bullets(warned) if len(warned) > 1 else line(*warned[0]))] if warned else []),
        *_changes(draft),
        *since_blocks(draft),
        *_read_back(draft),
        *tests_blocks(draft),
        *votes_blocks(draft),
        *offers(draft),
        *_with_policy(decision(draft, proposal, pieces), draft),
        *_cedar(draft),
    ]
    return f"To decide: {cut('. '.join((first, *others)), 900)}.", blocks


def _subject(proposal: Proposal, draft: Draft) -> Block:
    return line(person(proposal.requester_id), words(f" asks: “{cut(draft.fragment, PIECE)}”"))


def _terms(proposal: Proposal, draft: Draft) -> list[Block]:
    """On what terms: the act, who wrote the Cedar, until when, and despite what."""
    said = []
    if act := asked(draft):
        said.append(line(words(act)))
    if proposal.origin is Origin.CEDAR:
        said.append(line(words("A person wrote this Cedar; "), words("AgentCore generated nothing here.")))
    if proposal.why:
        said.append(line(words("Why: ", bold=True), words(cut(proposal.why, NOTE))))
    if until := time_words(draft):
        said.append(line(words("For a time: ", bold=True), words(until)))
    if draft.findings_reason:
        said.append(line(words("Despite findings: ", bold=True), words(cut(draft.findings_reason, NOTE))))
    return said


def _noted(draft: Draft, label: str) -> list[Block]:
    return [line(words(label, bold=True), words(cut(draft.note, NOTE)))] if draft.note else []


def _changes(draft: Draft) -> list[Block]:
    if draft.analysis.difference is None:
        return []
    timed = "system.now" in (draft.statement or "")
    found = changes_table(read_difference(draft.analysis.difference).rows(timed=timed))
    if draft.analysis.replay is not None:
        found.append(rich(line(words("Recorded calls: ", bold=True), words(replay_words(draft.analysis.replay)))))
    return found


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


def _unusable(proposal: Proposal, draft: Draft, pieces: Sequence[Draft], outcome: str) -> list[Block]:
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
    advice = what_to_type(draft) if proposal.origin is Origin.RULE else []
    blocks += [rich(*advice)] if advice else []
    return [*_with_policy([*blocks, *_cedar(draft)], draft), *offers(draft), *decision(draft, proposal, pieces)]


def _after(
    proposal: Proposal, draft: Draft, pieces: Sequence[Draft], since: Sequence[Draft], outcome: str
) -> list[Block]:
    """A draft that somebody decided on: what came of it, and the record of what was decided on."""
    said = [line(words(outcome, bold=True)), *_trouble(draft), *_noted(draft, "Note: ")]
    said += [line(words("Since then: ", bold=True), words(in_effect(each))) for each in since[-_LATER:]]
    blocks = [rich(*said)]
    if draft.state is DraftState.REJECTED and draft.reject_reason:
        blocks.append(rich(quote(cut(draft.reject_reason, TROUBLE, keep="\n"))))
    if draft.deciders and draft.decided_at:
        by = ", ".join(f"<@{escape(each)}>" for each in draft.deciders)
        blocks.append(markup(f"{_verb(draft)} by {by}, {when(draft.decided_at)}"))
    if draft.state is DraftState.IN_EFFECT and draft.evidence is not None and not since:
        recorded = evidence_words(draft.evidence, draft.statement or "")
        blocks.append(rich(line(words("In log-only: ", bold=True), words(recorded))))
    blocks += [rich(_subject(proposal, draft), *_terms(proposal, draft), *_record(proposal, draft)), *_read_back(draft)]
    offered = [] if since else decision(draft, proposal, pieces)  # the newest card of a policy has its buttons
    return [*blocks, *_with_policy(offered, draft), *_cedar(draft)]


def _record(proposal: Proposal, draft: Draft) -> list[Block]:
    """What was known of a draft when it was decided; of what takes a change back at its time, once that has come."""
    shown = f"{cut('; '.join(headlines(draft)), 600)}."
    if is_end(draft):
        known = draft.analysis.difference is not None
        return [line(words("What it changes: ", bold=True), words(shown))] if known else []
    record = [line(words("The card said then: ", bold=True), words(shown))]
    if draft.act in (Act.CREATE, Act.REPLACE):
        record.append(line(*second_reading(draft.analysis.second)))
    return [*record, *(line(*item) for item in uncovered(proposal, draft.analysis.ended))]


def _trouble(draft: Draft) -> list[Block]:
    if not draft.trouble or is_held_back(draft):
        return []
    label = "It is tried again by itself. The last answer was: " if draft.state in _UNDER_WAY else "Why: "
    return [line(words(label), words(cut(draft.trouble, TROUBLE)))]


def _verb(draft: Draft) -> str:
    unvalidated = draft.validation_mode == "IGNORE_ALL_FINDINGS"
    approved = "Approved, without AgentCore's analysis," if unvalidated else "Approved"
    said = {DraftState.REJECTED: "Rejected", DraftState.WAITING: "Put off", DraftState.WITHDRAWN: "Withdrawn"}
    if not is_end(draft):  # who approved an end is on record, whatever became of it
        said[DraftState.REPLACED] = "Replaced"
    return said.get(draft.state, approved)


def _title(draft: Draft, proposal: Proposal) -> str:
    if draft.state is DraftState.WAITING:
        return "Waiting for a permit" if waits_for(draft) == "a permit is enforced" else "Waiting for the engine"
    return title(draft, proposal)


def _outcome(draft: Draft, proposal: Proposal) -> str:
    if draft.state is DraftState.WAITING:
        until = waits_for(draft) or "AgentCore takes it"
        return f"AgentCore would refuse it as things stand. It comes back to review by itself, once {until}."
    return outcome(draft, proposal)
