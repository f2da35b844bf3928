"""A team's own words: people, tools, inputs and values, and what they mean at this gateway."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import SettingsError
from bot.language.text.words import stem

_CLAIM = re.compile(r"""\s*([A-Za-z_][\w:.-]*)\s*(?:=|==|is)\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))\s*""")
_ARTICLES = frozenset({"the", "a", "an", "our"})
_KINDS = ("people", "tools", "inputs", "values")


@dataclass(frozen=True)
class Glossary:
    """Entries by the stems of their phrase.

    `people` maps a phrase to a claim and its value; `tools` to tool names, action ids or a target; `inputs` to the name
    of an input; `values` to an input's name and the value.
    """

    people: Mapping[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    tools: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    inputs: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    values: Mapping[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def parse(cls, entries: Mapping[str, Any] | None) -> Glossary:
        """The glossary in a mapping, as in the routing file.

        Either sections (`people`, `tools`, `inputs`, `values`) of phrase to meaning, or people straight away:
        `support agents: role = "cs_tier1"`. Raises SettingsError with a sentence that names the bad entry.
        """
        if not entries:
            return cls()
        if not isinstance(entries, Mapping):
            raise SettingsError("The glossary is a mapping of phrases to what they mean.")
        sections: dict[str, dict[str, Any]] = {kind: {} for kind in _KINDS}
        for key, value in entries.items():
            if key in _KINDS and isinstance(value, Mapping):
                sections[key].update(value)
            elif key in _KINDS:
                raise SettingsError(
                    f"The glossary's {key!r} is a mapping of phrases to what they mean.", entry=str(key)
                )
            else:
                sections["people"][key] = value
        return cls(
            people={_phrase(key): _claim(key, value) for key, value in sections["people"].items()},
            tools={_phrase(key): _names(key, value) for key, value in sections["tools"].items()},
            inputs={_phrase(key): _names(key, value)[0] for key, value in sections["inputs"].items()},
            values={
                _phrase(key): _claim(key, value, 'priority = "urgent"') for key, value in sections["values"].items()
            },
        )


def _phrase(key: Any) -> tuple[str, ...]:
    words = tuple(stem(word) for word in re.findall(r"[^\W_](?:[\w-]*\w)?", str(key))) if isinstance(key, str) else ()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]  # a rule is read without them
    if not words:
        raise SettingsError(f"The glossary entry {key!r} is not a phrase of words.", entry=str(key))
    return words


def _claim(key: str, value: Any, example: str = 'role = "cs_tier1"') -> tuple[str, str]:
    match = _CLAIM.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise SettingsError(f"The glossary entry {key!r} needs a meaning such as {example}, not {value!r}.", entry=key)
    return match[1], next(part for part in match.groups()[1:] if part is not None)


def _names(key: str, value: Any) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(item, str) and item.strip() for item in listed):
        raise SettingsError(f"The glossary entry {key!r} needs a name of this gateway, or a list of them.", entry=key)
    return tuple(item.strip() for item in listed)
