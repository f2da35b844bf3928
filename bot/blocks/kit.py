"""Block Kit pieces as plain dicts, and the budget of a message.

What people or models wrote goes through `cut` first, which shows what hides in it, and then into `words`, `plain`,
`quote` or `code`: containers that Slack does not parse. What we write ourselves may use `markup`; anything put into it
is escaped with `escape` first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any

from bot.cedar.hidden import shown

Block = dict[str, Any]

TEXT_BUDGET = 9_000
BLOCK_BUDGET = 40
MODAL_BLOCKS = 100

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


_MENTION = re.compile(r"(<@[UW][A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>)")


def escape(text: str) -> str:
    """Text that can neither mention nor link in a `text` member or a mrkdwn object."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def speech(sentence: str) -> str:
    """A sentence for one person as mrkdwn: escaped, except that people named by their id are shown by name."""
    return re.sub(r"&lt;(@[UW][A-Z0-9]+)&gt;", r"<\1>", escape(shown(sentence)))


def call(sentence: str) -> str:
    """A sentence for a thread as mrkdwn: escaped, except that it mentions people and user groups by their ids."""
    return re.sub(r"&lt;(!subteam\^S[A-Z0-9]+)&gt;", r"<\1>", speech(sentence))


def spoken(sentence: str) -> list[Block]:
    """The same as rich text elements."""
    found: list[Block] = []
    for part in _MENTION.split(shown(sentence)):
        if not _MENTION.fullmatch(part):
            found += [words(part)] if part else []
        elif part.startswith("<@"):
            found.append(person(part[2:-1]))
        else:
            found.append(usergroup(part.removeprefix("<!subteam^")[:-1]))
    return found


def cut(text: str, limit: int, *, keep: str = "") -> str:
    """The text with hidden characters as `\\u{202e}`, at most `limit` characters, with an ellipsis where it ends early.

    A line feed is hidden too unless it is in `keep`: no value may print a line of its own.
    """
    visible = shown(text[:limit], keep=keep)
    return visible if len(text) <= limit and len(visible) <= limit else visible[: limit - 1].rstrip() + "…"


def inert(text: str, keep: str = "") -> str:
    """The text without characters that a reader does not see, should one have come past `cut`."""
    return _UNSEEN.sub(lambda found: found[0] if found[0] in keep else "\ufffd", text)


def plain(text: str, limit: int = 3000) -> Block:
    """A plain_text object. Slack refuses empty ones, so nothing becomes a dash."""
    return {"type": "plain_text", "text": cut(text, limit) or "–", "emoji": False}


def section(text: str) -> Block:
    """A section of plain text."""
    return {"type": "section", "text": plain(text)}


def markup(text: str) -> Block:
    """A context line of mrkdwn that we wrote; every foreign part of it is escaped."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": cut(text, 2000), "verbatim": True}]}


def context(*lines: str) -> Block:
    """Small print, one plain text a line."""
    return {"type": "context", "elements": [plain(line, 1500) for line in lines[:10]]}


def header(text: str) -> Block:
    """A header of plain text."""
    return {"type": "header", "text": plain(text, 150)}


def words(text: str, **style: bool) -> Block:
    """A rich text element that shows the text as it is."""
    element: Block = {"type": "text", "text": inert(text) or "–"}
    return {**element, "style": style} if style else element


def person(user_id: str) -> Block:
    """A rich text element that names a person."""
    return {"type": "user", "user_id": user_id}


def usergroup(group_id: str) -> Block:
    """A rich text element that mentions a user group."""
    return {"type": "usergroup", "usergroup_id": group_id}


def line(*elements: Block) -> Block:
    """One paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def bullets(items: Iterable[Sequence[Block]]) -> Block:
    """A list of rich text paragraphs."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [line(*item) for item in items]}


def quote(text: str) -> Block:
    """A quoted paragraph of foreign text."""
    return {"type": "rich_text_quote", "elements": [_lines(text)]}


def code(text: str) -> Block:
    """Preformatted foreign text."""
    return {"type": "rich_text_preformatted", "elements": [_lines(text)]}


def _lines(text: str) -> Block:
    return {"type": "text", "text": inert(text, "\n\t") or "–"}


def rich(*parts: Block) -> Block:
    """A rich_text block of paragraphs, lists, quotes and code."""
    return {"type": "rich_text", "elements": list(parts)}


def button(label: str, action_id: str, value: str, **more: Any) -> Block:
    """A button with a plain label; `value` carries ids only."""
    return {"type": "button", "action_id": action_id, "text": plain(label, 75), "value": value, **more}


def turns(
    back: str, on: str, number: int, pages: int, *, labels: tuple[str, str] = ("Previous", "Next")
) -> list[Block]:
    """The buttons to the page before and the one after, of those that there are; nothing where all is one page."""
    found = [button(labels[0], back, str(number - 1))] if number > 1 else []
    found += [button(labels[1], on, str(number + 1))] if number < pages else []
    return [{"type": "actions", "elements": found}] if found else []


def menu(action_id: str, options: Sequence[tuple[str, str]]) -> Block:
    """An overflow menu of at most five labels with values."""
    offered = [{"text": plain(label, 75), "value": value} for label, value in options[:5]]
    return {"type": "overflow", "action_id": action_id, "options": offered}


def when(moment: datetime) -> str:
    """An instant in each reader's own time zone, as mrkdwn."""
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{moment:%Y-%m-%d %H:%M} UTC>"


def with_ids(name: str, blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with ids that change whenever the content of the message does, as Slack asks of updates."""
    found = list(blocks)
    version = sha256(dumps(found, sort_keys=True).encode()).hexdigest()[:10]
    return tuple({**block, "block_id": f"{name}-{version}-{place}"} for place, block in enumerate(found))


def text_length(found: object) -> int:
    """The characters of text in blocks, as Slack sums them up over a message."""
    if isinstance(found, Mapping):
        own = len(found["text"]) if isinstance(found.get("text"), str) else 0
        return own + sum(text_length(value) for value in found.values() if not isinstance(value, str))
    if isinstance(found, Sequence) and not isinstance(found, str):
        return sum(text_length(value) for value in found)
    return 0
