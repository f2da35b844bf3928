"""One policy explained: what it says, what is to be known of it, who made it, and what falls if it goes."""

from __future__ import annotations

from collections.abc import Iterator

from bot.blocks import ids
from bot.blocks.difference import read_difference
from bot.blocks.findings import finding_items
from bot.blocks.kit import Block, bullets, button, cut, line, rich, words
from bot.blocks.listing import policy_detail
from bot.blocks.questions.pages import gate_blocks
from bot.review.asked import Explained

TITLE = "Policy explained"
_FINDINGS, _DESCRIPTION = 12, 600


def explained_modal(found: Explained, channel_id: str, chosen: str = "") -> Block:
    """The policy as `show` has it, with the rest before its Cedar."""
    shown = policy_detail(found.detail, channel_id, chosen)
    more = [*gate_blocks(found.gate), *_findings(found), *_falls(found)]
    at = next(place for place, block in enumerate(shown["blocks"]) if block["type"] == "actions")
    actions = shown["blocks"][at]
    if found.detail.policy.made is not None:
        tried = button("Try a request", ids.QUESTION_TRY, found.detail.policy.record.policy_id)
        actions = {**actions, "elements": [*actions["elements"], tried]}
    blocks = [*shown["blocks"][:at], *more, actions, *shown["blocks"][at + 1 :]]
    return {**shown, "title": {**shown["title"], "text": TITLE}, "blocks": blocks[:100]}


def _findings(found: Explained) -> Iterator[Block]:
    items = finding_items(found.findings, _FINDINGS, _DESCRIPTION)
    if items:
        yield rich(line(words("Beside the other policies", bold=True)), bullets(items))


def _falls(found: Explained) -> Iterator[Block]:
    heading = line(words("If it goes", bold=True))
    if found.idle:
        yield rich(heading, line(words("It is log-only, so nothing is decided otherwise without it.")))
    elif found.difference is None:
        yield rich(heading, line(words(f"What falls is not known: {cut(found.unknown, 500)}.")))
    else:
        changes = read_difference(found.difference)
        items = [[words(label, bold=True), words(said)] for label, said in changes.lines(timed=False)]
        if not items:
            said = (
                "Nothing changes: no request is decided otherwise. Proved." if changes.nothing else "It is not known."
            )
            items = [[words(said)]]
        yield rich(heading, bullets(items))
