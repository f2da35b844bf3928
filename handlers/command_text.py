"""What was typed after `/policy`: Slack's escapes made readable, and which of the few things it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CONTROL = re.compile(r"<([^<>\n]+)>")


@dataclass(frozen=True)
class Help:
    """`/policy`, `/policy help`."""


@dataclass(frozen=True)
class Status:
    """`/policy status [ID]`."""

    proposal_id: str = ""


@dataclass(frozen=True)
class Rule:
    """Anything else is a rule."""

    text: str


def read_command(text: str) -> Help | Status | Rule:
    """What the text after the command asks for."""
    typed = readable(text).strip()
    parts = typed.split()
    first = parts[0].lower() if parts else ""
    if not parts or (first in ("help", "?") and len(parts) == 1):
        return Help()
    if first == "status" and len(parts) <= 2:
        return Status(parts[1].upper() if len(parts) == 2 else "")
    return Rule(typed)


def readable(text: str) -> str:
    """The text as it was typed: mentions and links by their names, entities as characters.

    The result is data. Whoever shows it in Slack puts it where Slack does not parse it, or escapes it again.
    """
    return _CONTROL.sub(_spoken, text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _spoken(match: re.Match[str]) -> str:
    target, _, label = match.group(1).partition("|")
    if target.startswith("@"):
        return f"@{label.removeprefix('@') or target[1:]}"
    if target.startswith("#"):
        return f"#{label.removeprefix('#') or target[1:]}"
    if target.startswith("!"):
        name = target[1:].removeprefix("subteam^").partition("^")[0]
        return f"@{label.removeprefix('@') or name}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    return address if label in ("", address, target) or address.endswith(f"//{label}") else f"{label} ({address})"
