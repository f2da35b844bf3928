"""What a command's modal shows, as a message: as much as a message carries, and a button that opens all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.blocks import ids
from bot.blocks.choosing import gateways
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
from bot.review.routes import Route

_ROOM = 4
"""Blocks that stand around those of the modal."""
_AROUND = 400
"""The characters of these."""
_NOTIFIED = 300
_BLOCK = "answer:"
_WHICH_CHANNEL = "Rules stand in channels, each with its gateway. Which channel do you ask about?"
_WHICH_GATEWAY = "can be for several gateways. Which one do you ask about?"


@dataclass(frozen=True)
class Where:
    """What a question is about, and where it stands, as the value of a button: ids alone. `channel_id` is the channel
    that it is about, and `chosen` the key of one of its routes where it was asked which; `source` and `ts` are the
    message that asks it."""

    channel_id: str
    source: str
    ts: str
    chosen: str = ""

    def __str__(self) -> str:
        return f"{self.channel_id}:{self.source}:{self.ts}" + (f":{self.chosen}" if self.chosen else "")


def answer_message(view: Mapping[str, Any], where: Where, about: str = "", gateway: str = "") -> SlackMessage:
    """The modal as a message. Its own buttons work where it is open: the one button opens it.

    `where` says where the question stands; `about` is the channel that it is about, and
    `gateway` the name of the channel's gateway, where that is to be said.
    """
    title = str(view["title"]["text"])
    head = [words(cut(title, 24), bold=True)]
    if about:
        head += [words(", about the rules of "), _channel(about)]
    if gateway:
        head.append(words(f" for {cut(gateway, 100)}"))
    shown: list[Block] = []
    left = more = False
    for block in view["blocks"]:
        if gateway and block.get("block_id") == ids.QUESTION_GATEWAY:
            continue
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
        blocks.append({"type": "actions", "elements": [button(label, ids.ANSWER_OPEN, str(where))]})
    said = " ".join(_texts(shown))
    return SlackMessage(f"{title}: {cut(said, _NOTIFIED)}", tuple(blocks))


def which_channel(where: Where) -> SlackMessage:
    """The question which channel is asked about, under a question in a direct message."""
    select = {
        "type": "conversations_select",
        "action_id": ids.ANSWER_CHANNEL,
        "placeholder": plain("A channel", 150),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return SlackMessage(_WHICH_CHANNEL, (section(_WHICH_CHANNEL), _asks(where, select)))


def which_gateway(where: Where, choices: Sequence[Route]) -> SlackMessage:
    """The question which of a channel's gateways is asked about, likewise."""
    asked = rich(line(words("Rules of "), _channel(where.channel_id), words(f" {_WHICH_GATEWAY}")))
    select = {**gateways(choices, ids.ANSWER_GATEWAY), "placeholder": plain("A gateway", 150)}
    return SlackMessage(f"Rules of this channel {_WHICH_GATEWAY}", (asked, _asks(where, select)))


def chosen_where(action: Mapping[str, Any]) -> Where:
    """What a question is about by the choice that was made under it, and where that stands."""
    where = where_asked(str(action.get("block_id") or "").removeprefix(_BLOCK))
    if action.get("action_id") == ids.ANSWER_GATEWAY:
        return replace(where, chosen=str((action.get("selected_option") or {}).get("value") or ""))
    return replace(where, channel_id=str(action.get("selected_conversation") or ""), chosen="")


def where_asked(value: str) -> Where:
    """What such a value says; empty ids for what is none."""
    return Where(*(*value.split(":"), "", "", "", "")[:4])


def about_channel(message: SlackMessage, channel_id: str) -> SlackMessage:
    """A message under the channel that it is about."""
    head = rich(line(words("About the rules of "), _channel(channel_id)))
    return SlackMessage(message.text, (head, *(message.blocks or (section(message.text),))))


def _asks(where: Where, select: Block) -> Block:
    return {"type": "actions", "block_id": f"{_BLOCK}{where}", "elements": [select]}


def _channel(channel_id: str) -> Block:
    return {"type": "channel", "channel_id": channel_id}


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
