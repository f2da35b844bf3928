"""The form that asks an approver to tick what they have seen, and why a policy is wanted although it has findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks import ids
from bot.blocks.acts import approving
from bot.blocks.decision import unvalidated_words
from bot.blocks.evidence import evidence_words
from bot.blocks.kit import Block, bullets, cut, line, plain, rich, section, words
from bot.blocks.modals import FormOrigin, at_field, metadata, modal
from bot.blocks.timing import takes_time, until_field
from bot.review import together
from bot.review.decision import Tick, approval_of, left_out, ticks
from bot.review.model import Draft, Proposal
from bot.review.votes import Vote

_SAID, _LEFT_OUT, _PIECES = 1500, 200, 12
_TICKS_BLOCK, _TICKS_INPUT = "approve.seen", "seen"
_REASON_BLOCK, _REASON_INPUT = "approve.reason", "reason"
_BOXES = {
    Tick.LOOSER: "I have seen that it allows more than the rule says",
    Tick.LEFT_OUT: "I have seen what is left out of the rule and will not hold",
    Tick.BREAKS: "I have seen which of the team's tests it breaks",
    Tick.UNTESTED: "I have seen that log-only did not show it to work",
}
_UNTIL = " until a permit is enforced and it is decided on again"
REASON_LIMIT = 500


def approve_form(origin: FormOrigin, draft: Draft, proposal: Proposal, pieces: Sequence[Draft]) -> Block:
    """The form of an approval that is more than a click: what has to be seen and said, and for how long it is."""
    unvalidated = approval_of(draft) is Vote.APPROVE_UNVALIDATED
    wanted = ticks(draft, proposal, pieces)
    how = unvalidated_words(draft, pieces) if unvalidated else approving(draft, pieces)
    blocks = [*(each for tick in wanted for each in _told(tick, draft, proposal, pieces)), section(how)]
    if wanted:
        blocks.append(_boxes(wanted))
    if unvalidated:
        blocks.append(_reason())
    if takes_time(draft):
        blocks.append(until_field())
    return modal(
        "Approve",
        blocks,
        callback_id=ids.APPROVE_FORM_VIEW,
        submit={"type": "plain_text", "text": "Approve"},
        private_metadata=metadata(origin),
    )


def ticked(view: Mapping[str, Any]) -> frozenset[Tick]:
    """What is ticked in a submitted form."""
    chosen = view["state"]["values"].get(_TICKS_BLOCK, {}).get(_TICKS_INPUT, {}).get("selected_options") or ()
    known = {tick.value for tick in Tick}
    return frozenset(Tick(option["value"]) for option in chosen if option["value"] in known)


def findings_reason(view: Mapping[str, Any]) -> str | None:
    """Why the policy is wanted although it has findings; None where the form did not ask."""
    if _REASON_BLOCK not in view["state"]["values"]:
        return None
    value = view["state"]["values"][_REASON_BLOCK].get(_REASON_INPUT, {}).get("value")
    return str(value or "").strip()


def approve_error(view: Mapping[str, Any], sentence: str) -> dict[str, str]:
    """A sentence at the form's first field."""
    block = next(each["block_id"] for each in view["blocks"] if each["type"] == "input")
    return {block: at_field(sentence)}


def _told(tick: Tick, draft: Draft, proposal: Proposal, pieces: Sequence[Draft]) -> list[Block]:
    if tick is Tick.LOOSER:
        second = draft.analysis.second
        said = cut(second.said if second else "", _SAID) or "The policy allows more than our own reading of the rule."
        return [rich(line(words("Two readings of the rule differ: ", bold=True), words(said)))]
    if tick is Tick.LEFT_OUT:
        found = left_out(draft, proposal, pieces)
        off = {each.fragment for each in together.put_off(draft, pieces)}
        left = [f"“{cut(each, _LEFT_OUT)}” will not hold{_UNTIL if each in off else ''}." for each in found]
        return [rich(line(words("Left out of every policy", bold=True)), _listed(left))]
    if tick is Tick.UNTESTED and draft.evidence is not None:
        said = evidence_words(draft.evidence, draft.statement or "")
        return [rich(line(words("In log-only: ", bold=True), words(said)))]
    broken = [cut(each, _LEFT_OUT) for each in draft.analysis.broken]
    return [rich(line(words("Tests that would not hold any more", bold=True)), _listed(broken))]


def _listed(found: Sequence[str]) -> Block:
    """The first of them as bullets; whoever ticks that they have seen all is told how many more there are."""
    items = [[words(each)] for each in found[:_PIECES]]
    if len(found) > _PIECES:
        items.append([words(f"and {len(found) - _PIECES} more")])
    return bullets(items)


def _boxes(wanted: Sequence[Tick]) -> Block:
    return {
        "type": "input",
        "block_id": _TICKS_BLOCK,
        "label": plain("Before you approve"),
        "element": {
            "type": "checkboxes",
            "action_id": _TICKS_INPUT,
            "options": [{"text": plain(_BOXES[tick], 75), "value": tick.value} for tick in wanted],
        },
    }


def _reason() -> Block:
    return {
        "type": "input",
        "block_id": _REASON_BLOCK,
        "label": plain("Why is it wanted although AgentCore's analysis has findings?"),
        "hint": plain("The card shows this, and it is kept with the approval."),
        "element": {
            "type": "plain_text_input",
            "action_id": _REASON_INPUT,
            "multiline": True,
            "min_length": 3,
            "max_length": REASON_LIMIT,
        },
    }
