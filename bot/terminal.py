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
        draw = _DRAWN.get(str(block.get("type")))
        if draw is None:
            yield Text(f"[{block.get('type')}]", style="dim")
        else:
            yield from draw(block, names)


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
        return _date(int(target.split("^")[1]))
    if kind == "!" and target.startswith("subteam^"):
        return "@" + names.get(target.removeprefix("subteam^"), label.removeprefix("@") if label else target)
    return {"#": "#", "!": "@"}.get(kind, "") + (label or target)


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _text(element: Mapping[str, Any], names: Names) -> Text:
    if element.get("type") == "mrkdwn":
        return mrkdwn(str(element["text"]), names)
    return Text(_seen(str(element.get("text", ""))))


def _header(block: Block, names: Names) -> Iterator[RenderableType]:
    yield Text(_seen(str(block["text"]["text"])), style="bold underline")


def _section(block: Block, names: Names) -> Iterator[RenderableType]:
    if "text" in block:
        yield _text(block["text"], names)
    if block.get("fields"):
        grid = Table.grid(padding=(0, 3))
        fields = [_text(field, names) for field in block["fields"]]
        for left in range(0, len(fields), 2):
            grid.add_row(*fields[left : left + 2])
        yield grid


def _context(block: Block, names: Names) -> Iterator[RenderableType]:
    parts = [_text(element, names) for element in block["elements"] if element.get("type") != "image"]
    shown = Text("  ").join(parts)
    shown.stylize("dim")
    yield shown


def _actions(block: Block, names: Names) -> Iterator[RenderableType]:
    buttons = [element for element in block["elements"] if element.get("type") == "button"]
    yield Text("  ").join(
        Text(_seen(f" {button['text']['text']} "), style=_BUTTONS.get(button.get("style", ""), "reverse"))
        for button in buttons
    )


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
    if kind == "user":
        return "@" + names.get(str(element["user_id"]), str(element["user_id"]))
    if kind == "usergroup":
        return "@" + names.get(str(element["usergroup_id"]), str(element["usergroup_id"]))
    if kind == "date":
        return _date(element["timestamp"])
    if kind == "emoji":
        return f":{element['name']}:"
    return _seen(str(element.get("text") or element.get("url") or ""))


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
    return Group(*_rich_text(cell, names)) if cell["type"] == "rich_text" else Text(_seen(str(cell["text"])))


_DRAWN: Mapping[str, Callable[[Block, Names], Iterator[RenderableType]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "rich_text": _rich_text,
    "table": _table,
}
