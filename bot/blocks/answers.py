"""What a command's modal shows, as a message: as much as a message carries, and a button that opens all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.blocks import ids
from bot.blocks.kit import (
    BLOCK_BUDGET,
    TEXT_BUDGET,
    Block,
    button,
    context,
    cut,
    line,
    plain,
    rich,
    section,
    text_length,
    words,
)
from bot.review.messages import SlackMessage

_ROOM = 4
"""Blocks that stand around those of the modal."""
_AROUND = 400
"""The characters of these."""
_NOTIFIED = 300
_WHICH = "Rules stand in channels, each with its gateway. Which channel do you ask about?"


def answer_message(view: Mapping[str, Any], where: str, about: str = "") -> SlackMessage:
    """The modal as a message. Its own buttons work where it is open: the one button opens it.

    `where` says where the question stands (`asked_where`); `about` is the channel that it is about, where that is to
    be said.
    """
    title = str(view["title"]["text"])
    head = [words(cut(title, 24), bold=True)]
    if about:
        head += [words(", about the rules of "), {"type": "channel", "channel_id": about}]
    shown: list[Block] = []
    left = more = False
    for block in view["blocks"]:
        bare = {name: value for name, value in block.items() if name != "accessory"}
        more = more or "accessory" in block or block["type"] == "actions"
        if block["type"] == "actions":
            continue
        if len(shown) >= BLOCK_BUDGET - _ROOM or text_length([*shown, bare]) > TEXT_BUDGET - _AROUND:
            left = True
            break
        shown.append(bare)
    blocks = [rich(line(*head)), *shown]
    if left:
        blocks.append(context("It goes on: a message has no room for all of it."))
    if left or more:
        label = "Open all of it …" if left else "Open it, with its buttons …"
        blocks.append({"type": "actions", "elements": [button(label, ids.ANSWER_OPEN, where)]})
    said = " ".join(_texts(shown))
    return SlackMessage(f"{title}: {cut(said, _NOTIFIED)}", tuple(blocks))


def which_channel(where: str) -> SlackMessage:
    """The question which channel is asked about, under a question in a direct message."""
    select = {
        "type": "conversations_select",
        "action_id": ids.ANSWER_CHANNEL,
        "placeholder": plain("A channel", 150),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    blocks = (section(_WHICH), {"type": "actions", "block_id": f"answer:{where}", "elements": [select]})
    return SlackMessage(_WHICH, blocks)


def chosen_channel(action: Mapping[str, Any]) -> tuple[str, str]:
    """The channel that was chosen under a question, and where that stands."""
    return str(action.get("selected_conversation") or ""), str(action.get("block_id") or "").removeprefix("answer:")


def asked_where(channel_id: str, source: str, ts: str) -> str:
    """Where a question stands, as the value of a button: ids alone. `channel_id` is the channel that it is about,
    `source` and `ts` the message that asks it."""
    return f"{channel_id}:{source}:{ts}"


def where_asked(value: str) -> tuple[str, str, str]:
    """The ids in such a value; empty ones for what is none."""
    channel_id, source, ts = (*value.split(":"), "", "", "")[:3]
    return channel_id, source, ts


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for value in part.values():
            if not isinstance(value, str):
                yield from _texts(value)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from _texts(each)
