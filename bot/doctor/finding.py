"""What a check found: one line, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["ok", "note", "warning", "fault"]


@dataclass(frozen=True)
class Finding:
    """A sentence about one `area`, such as `slack` or `gateway`.

    A `note` is what cannot be seen from here; a `warning` is something that works less well; a `fault` keeps the bot
    from its work. `do` is what mends it. A `lasting` fault no waiting mends: somebody has to set something else.
    """

    area: str
    level: Level
    says: str
    do: str = ""
    lasting: bool = False

    @property
    def line(self) -> str:
        """Says and do as one line."""
        return " ".join(filter(None, (self.says, self.do)))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def ok(area: str, says: str) -> Finding:
    """What is as it should be."""
    return Finding(area, "ok", says)


def note(area: str, says: str, do: str = "") -> Finding:
    """What cannot be seen from here."""
    return Finding(area, "note", says, do)


def warning(area: str, says: str, do: str = "") -> Finding:
    """Something works less well."""
    return Finding(area, "warning", says, do)


def fault(area: str, says: str, do: str = "", *, lasting: bool = False) -> Finding:
    """The bot cannot do its work."""
    return Finding(area, "fault", says, do, lasting)


def is_faulty(found: Iterable[Finding]) -> bool:
    """Whether something keeps the bot from its work."""
    return any(each.level == "fault" for each in found)


def text(found: Iterable[Finding]) -> str:
    """One line each: level, area, sentence, what to do."""
    return "\n".join(
        f"{each.level.upper() if each.level == 'fault' else each.level:<8}{each.area:<12}{each.line}" for each in found
    )
