"""A Slack thread on a terminal: Block Kit as a person would see it, in rich's renderables."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from bot.cedar import hidden

Block = Mapping[str, Any]
Names = Mapping[str, str]

# <@U1>, <#C1|name>, <!subteam^S1|@sales>, <!date^1700000000^{date}|fallback>, <https://x|label>
_LINK = re.compile(r"<([@#!]?)([^>|]+)(?:\|([^>]*))?>")
_STYLED = re.compile(r"(?<!\w)([*_~`])(\S(?:.*?\S)?)\1(?!\w)")
_STYLES = {"*": "bold", "_": "italic", "~": "strike", "`": "cyan"}
_RUNS = {
    "user": ("@", "user_id", ""),
    "usergroup": ("@", "usergroup_id", ""),
    "channel": ("#", "channel_id", ""),
    "team": ("@", "team_id", ""),
    "broadcast": ("@", "range", ""),
    "emoji": (":", "name", ":"),
    "color": ("", "value", ""),
}
"""Parts of rich text that are a name: what stands before and after it, and where it is."""
_SAID = ("text", "title", "label", "caption", "alt_text", "external_id")
"""The strings of a block that are read."""
_BUTTONS = {"primary": "bold white on green", "danger": "bold white on red"}


def thread(messages: Sequence[Mapping[str, Any]], names: Names) -> RenderableType:
    """A parent message and its replies; `names` maps the ids of people and of user groups to names."""
    shown: list[RenderableType] = []
    for position, message in enumerate(messages):
        author = names.get(str(message.get("user", "")), str(message.get("user", "")))
        body = Group(Text(author, style="bold"), *blocks(message, names))
        shown.append(Padding(body, (0 if position == 0 else 1, 0, 0, 0 if position == 0 else 4)))
    return Group(*shown)


def blocks(message: Mapping[str, Any], names: Names) -> Iterator[RenderableType]:
    """The content of one message: its blocks, or its text when it has none."""
    if not message.get("blocks"):
        yield mrkdwn(str(message.get("text", "")), names)
    for block in message.get("blocks", ()):
        yield from _DRAWN.get(str(block.get("type")), _other)(block, names)


def mrkdwn(text: str, names: Names) -> Text:
    """Slack's mrkdwn as styled text, with hidden characters shown: none of them reaches the terminal."""
    plain = _seen(html.unescape(_LINK.sub(lambda found: _link(found, names), text)))
    shown, at = Text(), 0
    for found in _STYLED.finditer(plain):
        shown.append(plain[at : found.start()])
        shown.append(found[2], style=_STYLES[found[1]])
        at = found.end()
    shown.append(plain[at:])
    return shown


def _link(found: re.Match[str], names: Names) -> str:
    kind, target, label = found.groups()
    if kind == "@":
        return "@" + names.get(target, label or target)
    if kind == "!" and target.startswith("date^"):
        return _date(target.split("^")[1], label or "")
    if kind == "!" and target.startswith("subteam^"):
        return "@" + names.get(target.removeprefix("subteam^"), label.removeprefix("@") if label else target)
    return {"#": "#", "!": "@"}.get(kind, "") + (label or target)


def _date(seconds: object, fallback: str) -> str:
    try:
        return datetime.fromtimestamp(int(str(seconds)), UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):  # no number, or of no year
        return fallback


def _text(element: Mapping[str, Any], names: Names) -> Text:
    if element.get("type") == "mrkdwn":
        return mrkdwn(str(element["text"]), names)
    return Text(_seen(str(element.get("text", ""))))


def _header(block: Block, names: Names) -> Iterator[RenderableType]:
    yield Text(_seen(str(block["text"]["text"])), style="bold underline")


def _section(block: Block, names: Names) -> Iterator[RenderableType]:
    if block.get("text"):
        yield _text(block["text"], names)
    if block.get("fields"):
        grid = Table.grid(padding=(0, 3))
        fields = [_text(field, names) for field in block["fields"]]
        for left in range(0, len(fields), 2):
            grid.add_row(*fields[left : left + 2])
        yield grid
    if block.get("accessory"):
        yield _element(block["accessory"], names)


def _context(block: Block, names: Names) -> Iterator[RenderableType]:
    shown = Text("  ").join(_element(element, names) for element in block["elements"])
    shown.stylize("dim")
    yield shown


def _actions(block: Block, names: Names) -> Iterator[RenderableType]:
    yield Text("  ").join(_element(element, names) for element in block["elements"])


def _element(element: Block, names: Names) -> Text:
    """A button, another thing to choose from by what it says, or a text."""
    kind = element["type"]
    if kind in ("plain_text", "mrkdwn"):
        return _text(element, names)
    if kind == "button":
        said = _seen(f" {element['text']['text']} ")
        return Text(said, style=_BUTTONS.get(element.get("style") or "", "reverse"))
    return _named(element, names)


def _other(block: Block, names: Names) -> Iterator[RenderableType]:
    """A block that has no drawing here: what it is, and all that it says."""
    yield _named(block, names)


def _named(part: Block, names: Names) -> Text:
    return Text("  ").join([Text(_seen(f"[{part['type']}]"), style="dim"), *_said(part, names)])


def _said(part: object, names: Names) -> Iterator[Text]:
    """Every text in a part of a block, in its order."""
    if isinstance(part, list):
        for each in part:
            yield from _said(each, names)
    elif isinstance(part, Mapping):
        if part.get("type") in ("plain_text", "mrkdwn"):
            yield _text(part, names)
        elif part.get("type") in _RUNS:
            yield Text(_run_text(part, names))
        else:
            for name, value in part.items():
                if isinstance(value, str) and name in _SAID:
                    yield Text(_seen(value))
                yield from _said(value, names)


def _divider(block: Block, names: Names) -> Iterator[RenderableType]:
    yield Rule(style="dim")


def _rich_text(block: Block, names: Names) -> Iterator[RenderableType]:
    for element in block["elements"]:
        kind = element["type"]
        if kind == "rich_text_list":
            for item in element["elements"]:
                yield Text("• ") + _runs(item["elements"], names)
        elif kind == "rich_text_preformatted":
            code = _runs(element["elements"], names).plain
            yield Padding(Syntax(code, "text", theme="ansi_light", word_wrap=True, background_color="default"), (0, 2))
        elif kind == "rich_text_quote":
            yield Text("│ ", style="dim") + _runs(element["elements"], names)
        else:
            yield _runs(element["elements"], names)


def _runs(elements: Iterable[Mapping[str, Any]], names: Names) -> Text:
    shown = Text()
    for element in elements:
        style = element.get("style") or {}
        styles = [name for name in ("bold", "italic", "strike") if style.get(name)] + ["cyan"] * bool(style.get("code"))
        shown.append(_run_text(element, names), style=" ".join(styles))
    return shown


def _run_text(element: Mapping[str, Any], names: Names) -> str:
    kind = element["type"]
    if kind == "date":
        return _seen(_date(element["timestamp"], str(element.get("fallback") or "")))
    if kind not in _RUNS:
        return _seen(str(element.get("text") or element.get("url") or ""))
    before, field, after = _RUNS[kind]
    named = str(element[field])
    return _seen(f"{before}{names.get(named, named)}{after}")


def _seen(text: str) -> str:
    return hidden.shown(text, keep="\n\t")


def _table(block: Block, names: Names) -> Iterator[RenderableType]:
    head, *rows = [[_cell(cell, names) for cell in row] for row in block["rows"]]
    table = Table()
    for cell in head:
        table.add_column(cell)
    for row in rows:
        table.add_row(*row)
    yield table


def _cell(cell: Mapping[str, Any], names: Names) -> RenderableType:
    if cell["type"] == "rich_text":
        return Group(*_rich_text(cell, names))
    return Text(_seen(str(cell.get("text") or cell.get("value", ""))))


_DRAWN: Mapping[str, Callable[[Block, Names], Iterator[RenderableType]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "rich_text": _rich_text,
    "table": _table,
    "data_table": _table,
}
