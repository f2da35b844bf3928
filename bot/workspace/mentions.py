"""Who a text calls: finding `<@U…>`, `<!here>`, `<!subteam^S…>` in a message, escaping a command, showing a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.workspace.wire import Json

_CONTROL = re.compile(r"<([^<>\n]+)>")
_BROADCASTS = ("here", "channel", "everyone")
_LINKED = re.compile(r"(?<!\w)@(here|channel|everyone)\b")


@dataclass
class Mentions:
    """Ids of users and user groups, and the broadcasts (`here`, `channel`, `everyone`), that a message calls."""

    users: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    broadcasts: set[str] = field(default_factory=set)

    def read(self, text: str, *, link_names: bool = False) -> None:
        """Add what `text`, read as mrkdwn, calls; `link_names` makes a plain `@here` count as well."""
        for control in _CONTROL.findall(text):
            name = control.partition("|")[0]
            if name.startswith("@"):
                self.users.add(name[1:])
            elif name.startswith("!subteam^"):
                self.groups.add(name.removeprefix("!subteam^"))
            elif name.startswith("!") and name[1:].partition("^")[0] in _BROADCASTS:
                self.broadcasts.add(name[1:].partition("^")[0])
        if link_names:
            self.broadcasts.update(_LINKED.findall(text))


def mentions_of(text: str, blocks: list[Json], *, link_names: bool = False) -> Mentions:
    """Everything that a message's text and blocks call. `plain_text` and `rich_text` text never call anyone."""
    found = Mentions()
    found.read(text, link_names=link_names)
    for node in _objects(blocks):
        kind = node.get("type")
        if kind in ("mrkdwn", "markdown") and isinstance(node.get("text"), str):
            found.read(node["text"], link_names=link_names and kind == "mrkdwn")
        elif kind is None and isinstance(node.get("text"), str):  # an attachment
            found.read(node["text"], link_names=link_names)
        elif kind == "user" and isinstance(node.get("user_id"), str):
            found.users.add(node["user_id"])
        elif kind == "usergroup" and isinstance(node.get("usergroup_id"), str):
            found.groups.add(node["usergroup_id"])
        elif kind == "broadcast" and node.get("range") in _BROADCASTS:
            found.broadcasts.add(node["range"])
    return found


def _objects(value: object) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)


def escape(text: str) -> str:
    """Slack's three control characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The three entities as characters."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@dataclass(frozen=True)
class Names:
    """How ids and names of this workspace find each other; each answers None for an unknown one."""

    user_id: Callable[[str], str | None]
    channel_id: Callable[[str], str | None]
    group_id: Callable[[str], str | None]
    user_name: Callable[[str], str | None]
    channel_name: Callable[[str], str | None]
    group_name: Callable[[str], str | None]


_URL = re.compile(r"(https?://[^\s<>]+)")
_TYPED = re.compile(r"(?<![\w@#])([@#])([a-z0-9][a-z0-9._-]*)")


def typed(text: str, names: Names, *, labels: bool = True) -> str:
    """What a person typed, as Slack passes it on: entities; names, links as `<@U…|name>`, `<#C…|name>`, `<http…>`.

    Messages carry people without a label, `<@U…>`; commands carry it."""

    def linked(match: re.Match[str]) -> str:
        sign, name = match.groups()
        tail = ""
        while name.endswith((".", "-")):
            name, tail = name[:-1], name[-1] + tail
        if sign == "#":
            found = names.channel_id(name)
            return f"<#{found}|{name}>{tail}" if found else match.group()
        if name in _BROADCASTS:
            return f"<!{name}>{tail}"
        found = names.user_id(name)
        if found:
            return f"<@{found}|{name}>{tail}" if labels else f"<@{found}>{tail}"
        group = names.group_id(name)
        label = f"|@{name}" if labels else ""
        return f"<!subteam^{group}{label}>{tail}" if group else match.group()

    parts = _URL.split(escape(text))
    return "".join(f"<{part}>" if place % 2 else _TYPED.sub(linked, part) for place, part in enumerate(parts))


def shown(text: str, names: Names) -> str:
    """mrkdwn as a person sees it: mentions by name, links with their label, entities as characters."""

    def spoken(match: re.Match[str]) -> str:
        target, _, label = match.group(1).partition("|")
        if target.startswith("@"):
            return f"@{names.user_name(target[1:]) or target[1:]}"
        if target.startswith("#"):
            return f"#{names.channel_name(target[1:]) or label or target[1:]}"
        if target.startswith("!subteam^"):
            group = target.removeprefix("!subteam^")
            return f"@{names.group_name(group) or group}"
        if target.startswith("!date^"):
            return label or target
        if target.startswith("!"):
            return f"@{target[1:].partition('^')[0]}"
        return f"{label} ({target})" if label else target

    return unescape(_CONTROL.sub(spoken, text))
