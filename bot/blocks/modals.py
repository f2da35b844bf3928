"""Modals that show, and the form that asks why a draft is rejected. A form owns its ids and both directions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from json import dumps, loads
from typing import Any

from bot.blocks import ids
from bot.blocks.difference import read_difference
from bot.blocks.findings import finding_items
from bot.blocks.headline import headlines, says_nothing
from bot.blocks.kit import MODAL_BLOCKS, Block, bullets, code, context, cut, line, plain, rich, section, words
from bot.blocks.replayed import replay_words
from bot.cedar.hidden import shown
from bot.review.model import Draft

_CHUNK = 2800
_FINDINGS, _DESCRIPTION = 20, 900
_REASON_BLOCK, _REASON_INPUT = "reject.reason", "reason"
REASON_LIMIT = 500


@dataclass(frozen=True)
class FormOrigin:
    """Where a form was opened: the card, and the channel to speak in if something goes wrong after it closed."""

    ref: ids.CardRef
    channel_id: str
    action: str = ""
    """The tool that a request is tried on."""


def form_origin(view: Mapping[str, Any]) -> FormOrigin:
    """The origin that a view of ours carries in its private metadata."""
    kept = loads(view["private_metadata"])
    return FormOrigin(ids.CardRef(kept["draft"], kept["version"]), kept["channel"], kept.get("action", ""))


def metadata(origin: FormOrigin) -> str:
    """The origin as private metadata: ids only."""
    kept = {"draft": origin.ref.draft_id, "version": origin.ref.version, "channel": origin.channel_id}
    return dumps({**kept, "action": origin.action} if origin.action else kept)


def modal(title: str, blocks: Iterable[Block], *, callback_id: str = ids.READ_ONLY, **more: Any) -> Block:
    """A modal view, at most 100 blocks."""
    found = list(blocks)[:MODAL_BLOCKS]
    close = {"type": "plain_text", "text": "Close"}
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "close": close,
        "blocks": found,
        **more,
    }


def notice(title: str, sentence: str) -> Block:
    """A modal that says one thing: that something loads, or why it cannot be shown."""
    return modal(title, [section(sentence)])


def full_policy(draft: Draft) -> Block:
    """The whole Cedar of a draft, what hides in it shown."""
    parts = chunks(shown(draft.statement or "", keep="\n\t"))
    blocks: list[Block] = [rich(code(part)) for part in parts]
    if len(blocks) > MODAL_BLOCKS:
        left = sum(map(len, parts[MODAL_BLOCKS - 1 :]))
        blocks = [*blocks[: MODAL_BLOCKS - 1], context(f"… and {left:,} characters that have no room here.")]
    return modal("Full policy", blocks)


def chunks(text: str) -> list[str]:
    """The text in parts that fit a block each, cut between lines where lines are short enough."""
    parts, current = [], ""
    for piece in text.splitlines(keepends=True):
        if len(current) + len(piece) > _CHUNK and current:
            parts.append(current)
            current = ""
        while len(piece) > _CHUNK:
            parts.append(piece[:_CHUNK])
            piece = piece[_CHUNK:]
        current += piece
    return [*parts, current] if current else parts


def all_changes(draft: Draft) -> Block:
    """Everything that a draft would change, with an example request for each, and its findings in full."""
    if draft.analysis.difference is None:
        return notice("All changes", "What this policy would change is not analysed yet.")
    found = read_difference(draft.analysis.difference)
    risk = found.risk(proved=says_nothing(draft))
    for then in draft.analysis.later:
        risk += f" Later: {read_difference(then).risk(proved=False)}"
    blocks: list[Block] = [
        rich(
            *(line(words(said, bold=True)) for said in headlines(draft)), line(words("Risk: ", bold=True), words(risk))
        )
    ]
    told = (*draft.analysis.warnings, *draft.findings, *draft.analysis.findings)
    if findings := finding_items(told, _FINDINGS, _DESCRIPTION):
        blocks.append(rich(line(words("Findings", bold=True)), bullets(findings)))
    if draft.analysis.replay is not None:
        told_calls = [[words(cut(each, 700))] for each in draft.analysis.replay.shown]
        heading = line(words("Recorded calls: ", bold=True), words(replay_words(draft.analysis.replay)))
        blocks.append(rich(heading, *([bullets(told_calls)] if told_calls else [])))
    details, room = found.details(), MODAL_BLOCKS - len(blocks) - 1
    for title, said in details[:room]:
        blocks.append(
            rich(line(words(cut(title, 300), bold=True)), bullets([[words(cut(item, 700))] for item in said]))
        )
    if len(details) > room:
        blocks.append(context(f"… and {len(details) - room} more. policybot analyze prints them all."))
    return modal("All changes", blocks)


def reject_form(origin: FormOrigin) -> Block:
    """The form that asks for a reason, which the card then shows."""
    reason = {
        "type": "input",
        "block_id": _REASON_BLOCK,
        "label": plain("Why not?"),
        "hint": plain("The card shows this to everyone in the channel."),
        "element": {
            "type": "plain_text_input",
            "action_id": _REASON_INPUT,
            "multiline": True,
            "min_length": 3,
            "max_length": REASON_LIMIT,
        },
    }
    blocks = [section("This ends the draft; no policy is created from it."), reason]
    submit = {"type": "plain_text", "text": "Reject"}
    return modal(
        "Reject the draft", blocks, callback_id=ids.REJECT_FORM, submit=submit, private_metadata=metadata(origin)
    )


def reject_reason(view: Mapping[str, Any]) -> str:
    """The reason in a submitted form, without surrounding blanks."""
    value = view["state"]["values"].get(_REASON_BLOCK, {}).get(_REASON_INPUT, {}).get("value")
    return str(value or "").strip()


def reject_error(sentence: str) -> dict[str, str]:
    """A sentence at the reason field, where people cannot be named by their ids."""
    return {_REASON_BLOCK: at_field(sentence)}


def at_field(sentence: str) -> str:
    """A sentence for a field of a form, where people cannot be named by their ids."""
    return cut(re.sub(r"<@\w+>", "somebody else", sentence), 1000)
