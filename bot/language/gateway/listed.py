"""The values that a description lists."""

from __future__ import annotations

import re

from bot.language.wordlists import ARTICLES, STOPS

# Where a description lists its values: "Currency: USD, EUR or GBP", "such as us-east-1", "One of lost, stolen, fraud".
_LISTED = re.compile(
    r"(?:[:(]|\b(?:one of|either|e\.g\.|for (?:example|instance)|such as|possible values(?: are)?|must be|can be|any of"
    r"|values|including)(?!\w))"
    r"[\s:,]*(?:(?:one of|either|e\.g\.|for (?:example|instance)|such as)(?!\w))?[\s:,]*([^.;()]+)",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[\w][\w.+:/-]*(?: [\w][\w.+:/-]*){0,2}")
_QUOTED = re.compile(r"(['\"`“‘])[^'\"`“”‘’]+['\"`”’]")
_ONLY_WORDS = re.compile(r"[\w-]+(?:(?:, [\w-]+)+,? or [\w-]+|(?: ?\| ?[\w-]+)+|(?:/[\w-]+){2,})\.?")
_OPTION = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+(['\"`])([^'\"`\n]+)\1", re.MULTILINE)
"""An option of a list with a line each: "- 'add' - add a sub-issue"."""
_FUNCTION_WORDS = STOPS | ARTICLES


def listed_values(description: str) -> tuple[str, ...]:
    """The values that a description lists, as it spells them; nothing where it only talks."""
    if len(options := _OPTION.findall(description)) > 1:
        return tuple(dict.fromkeys(value for _, value in options))
    if _is_list(description):
        description = f": {description}"
    for found in _LISTED.finditer(description):
        typed = [item.strip() for item in re.split(r"\s*(?:,\s*(?:or|and)\s|,|\bor\b|\band\b|\||/)\s*", found[1])]
        items = [item.strip(" '\"`“”‘’") for item in typed if item]
        items = [item for item in items if item]
        if len(items) >= 2 and all(_QUOTED.fullmatch(item) for item in typed if item):
            return tuple(dict.fromkeys(items))  # 'no longer needed': what is quoted is a value, whatever it says
        plain = sum(" " not in item for item in items)
        # "open, in transit or delivered" lists values; "reason, or why it happened" does not.
        fits = [item for item in items if _VALUE.fullmatch(item) and (plain >= 2 or not _talks(item))]
        if len(fits) >= 2 and len(fits) == len(items):
            return tuple(dict.fromkeys(fits))
    return ()


def _is_list(description: str) -> bool:
    """Whether a description is no more than a list of words: "spot, annual or referral", "check | ach | wire"."""
    return _ONLY_WORDS.fullmatch(description.strip()) is not None


def _talks(item: str) -> bool:
    words = item.lower().split()
    return len(words) > 1 and any(word in _FUNCTION_WORDS for word in words)
