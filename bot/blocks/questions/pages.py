"""What every answer shares: where it was asked, what the gateway does with decisions, pages, policies in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from json import dumps, loads
from typing import Any

from bot.analysis.questions import Case
from bot.blocks import ids
from bot.blocks.choosing import gateways
from bot.blocks.difference import request_words
from bot.blocks.kit import MODAL_BLOCKS, Block, button, context, cut, line, plain, rich, section, turns, words
from bot.blocks.modals import modal
from bot.errors import BadInput
from bot.review.asked import Gate
from bot.review.routes import Route

MOST_TYPED = 2000
"""So long may a question be: it is kept in the modal, to be answered anew for another page."""
_KEPT = 3000
_PAGE = 12
_GATES: Mapping[Gate, str] = {
    Gate.RECORDED: "The gateway is in mode LOG_ONLY: every call goes through today, and what this engine decides is "
    "only recorded. What follows is what it decides, and what would be enforced once the gateway enforces.",
    Gate.UNASKED: "The gateway asks no policy engine: every call goes through today. What follows is what this "
    "channel's engine would decide.",
    Gate.ELSEWHERE: "The gateway does what another policy engine says, so what happens to a call today is not known "
    "here. What follows is what this channel's engine would decide.",
}


@dataclass(frozen=True)
class QuestionOrigin:
    """Where a question was asked, its words, whom a mention in it named, the page that is shown, and the key of the
    channel's route that it is about where one of several was chosen.

    The answer, and a rule that it offers, come of the policies as they stand whenever it is looked at.
    """

    channel_id: str
    asked: str = ""
    text: str = ""
    page: int = 1
    mentioned: str = ""
    chosen: str = ""


def not_too_long(text: str) -> str:
    """A question that can be read. Raises BadInput for one that is too long."""
    if len(text) > MOST_TYPED:
        raise BadInput(f"That is {len(text):,} characters, and I read {MOST_TYPED:,}. Ask it in fewer words.")
    return text


def question_origin(view: Mapping[str, Any]) -> QuestionOrigin:
    """The origin that a modal of ours carries in its private metadata."""
    found = loads(view["private_metadata"])
    return QuestionOrigin(**{each.name: found[each.name] for each in fields(QuestionOrigin) if each.name in found})


def answer_modal(title: str, origin: QuestionOrigin, head: Sequence[Block], rows: Sequence[Block] = ()) -> Block:
    """An answer, a page of its rows at a time."""
    pages = max(1, -(-len(rows) // _PAGE))
    page = min(max(1, origin.page), pages)
    found = {name: value for name, value in vars(replace(origin, page=page)).items() if value}
    kept = dumps(found, ensure_ascii=False)
    whole = len(kept) <= _KEPT
    shown = [*head, *rows[(page - 1) * _PAGE : page * _PAGE]]
    if pages > 1:
        shown.append(context(f"Page {page} of {pages}"))
    shown += turns(ids.QUESTION_BACK, ids.QUESTION_ON, page, pages) if whole else []
    if whole:
        return modal(title, shown, private_metadata=kept)
    # Nothing can be worked out anew from a question that is not kept.
    return modal(
        title,
        list(_without_offer(shown)),
        private_metadata=dumps({"channel_id": origin.channel_id, "chosen": origin.chosen}),
    )


def about_gateway(view: Block, choices: Sequence[Route], key: str) -> Block:
    """An answer under the gateway that it is of, where a channel may have rules for several: the others are in a select
    where the question is kept. As it is where there is no choice."""
    if not choices:
        return view
    now = next((each for each in choices if each.key == key), None)
    said = f"Asked of the gateway {cut(now.label, 100)}." if now else "Asked of a gateway that is offered here no more."
    about = {**section(f"{said} Rules of this channel can be for several."), "block_id": ids.QUESTION_GATEWAY}
    if loads(view["private_metadata"]).get("asked"):
        about["accessory"] = {**gateways(choices, ids.QUESTION_GATEWAY, now), "placeholder": plain("A gateway", 150)}
    return {**view, "blocks": [about, *view["blocks"]][:MODAL_BLOCKS]}


def _without_offer(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if block["type"] != "actions":
            yield block
        elif left := [each for each in block["elements"] if each["action_id"] != ids.QUESTION_PROPOSE]:
            yield {**block, "elements": left}


def gate_blocks(gate: Gate) -> list[Block]:
    """What the gateway does with what is decided, where it does not just do it."""
    return [section(_GATES[gate])] if gate in _GATES else []


def verdict(said: str, more: str = "") -> Block:
    """The answer in short, and what it is about."""
    parts = [line(words(said, bold=True))]
    return rich(*parts, *([line(words(more))] if more else []))


def policy_words(name: str, said: Mapping[str, str]) -> list[Block]:
    """A policy by its name, and what it says."""
    return [words(cut(name, 120), bold=True), words(f": {cut(said.get(name, '…'), 500)}")]


def case_words(case: Case) -> str:
    """A call that shows something, and the policies that decide it."""
    by = f" [{cut(', '.join(case.reasons), 200)}]" if case.reasons else ""
    return cut(request_words(case.request, timed=False), 400) + by


def names_words(names: Iterable[str], most: int = 8) -> str:
    """Names in a row, and how many more there are."""
    listed = list(names)
    shown = ", ".join(cut(name, 80) for name in listed[:most])
    return f"{shown} and {len(listed) - most} more" if len(listed) > most else shown


def look_buttons(looks: Mapping[str, str], names: Iterable[str]) -> list[Block]:
    """A button for a closer look at each of some policies."""
    found = [(name, looks[name]) for name in dict.fromkeys(names) if looks.get(name)]
    return [
        button(f"Look at {cut(name, 60)}", f"{ids.QUESTION_LOOK}.{at}", each) for at, (name, each) in enumerate(found)
    ]
