"""For how long a change is wanted: the field of a form, and the button by which what ended is generated again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.blocks import ids
from bot.blocks.kit import Block, button, plain
from bot.blocks.modals import at_field
from bot.review.decision import can_be_tried_again
from bot.review.model import Draft, DraftState

_BLOCK, _INPUT = "time.until", "until"
_LIMIT = 60


def takes_time(draft: Draft) -> bool:
    """Whether an approver can still set for how long a draft is wanted."""
    return draft.until is None and not draft.undoes and not draft.extends


def until_field(*, optional: bool = True) -> Block:
    """The field for a time, as people write it."""
    return {
        "type": "input",
        "block_id": _BLOCK,
        "label": plain("For how long? (empty: for good)" if optional else "Until when?"),
        "hint": plain("“7 days”, “2 hours”, or “until 2026-12-31 18:00 UTC”. Then it is taken back by itself."),
        "optional": optional,
        "element": {"type": "plain_text_input", "action_id": _INPUT, "max_length": _LIMIT},
    }


def until_text(view: Mapping[str, Any]) -> str:
    """What was typed for the time; empty where the form does not ask, or nothing was typed."""
    return str(view["state"]["values"].get(_BLOCK, {}).get(_INPUT, {}).get("value") or "").strip()


def until_error(sentence: str) -> dict[str, str]:
    """A sentence at the field for the time."""
    return {_BLOCK: at_field(sentence)}


def again(draft: Draft, ref: str) -> list[Block]:
    """The button of a draft that ended without its effect: a generated one on which nobody decided, or one that
    AgentCore refused."""
    if can_be_tried_again(draft):
        return [button("Propose again", ids.AGAIN, ref)]
    if draft.state is not DraftState.EXPIRED or not draft.asset_id:
        return []
    return [button("Generate again", ids.AGAIN, ref)]
