"""Readings of a rule, or what may have been meant by a slip, as buttons: a click proposes one in clear words."""

from __future__ import annotations

from bot.blocks import ids
from bot.blocks.kit import Block, bullets, button, cut, line, rich, words
from bot.review.model import OPEN, Draft, DraftState

_LABEL, _RULE, _SAID = 75, 160, 160


def offers(draft: Draft) -> list[Block]:
    """What could be proposed instead, while that can still be done; each is read here as it says."""
    if not draft.analysis.offers or draft.state not in {*OPEN, DraftState.UNUSABLE}:
        return []
    ref = str(ids.CardRef(draft.id, draft.version))
    offered = draft.analysis.offers[: len(ids.OFFERS)]
    reads = draft.state is DraftState.UNUSABLE  # a card in review has enough to read
    items = [
        [
            words(f"“{cut(each.rule, _RULE)}”"),
            *([words(f": {cut(each.said, _SAID)}")] if reads and each.said != each.rule else []),
        ]
        for each in offered
    ]
    buttons = [button(cut(each.rule, _LABEL), action, ref) for each, action in zip(offered, ids.OFFERS, strict=False)]
    title = line(words("Did you mean one of these? A click proposes it, as the next revision.", bold=True))
    return [rich(title, bullets(items)), {"type": "actions", "elements": buttons}]
