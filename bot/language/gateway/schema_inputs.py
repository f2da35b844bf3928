"""The inputs of a tool as its gateway's Cedar schema types them, with the words of their names and descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cedarpy import pst

from bot.cedar import Tool
from bot.language.gateway.listed import listed_values
from bot.language.text.tokens import Token
from bot.language.text.words import parts, stem, stems
from bot.language.wordlists import ARTICLES, CURRENCY_EVIDENCE, STOPS, UNITS, words

FUNCTION_WORDS = STOPS | ARTICLES
MONEY_STEMS = frozenset(stem(word) for word in words("quantities", "money_words"))


@dataclass(frozen=True)
class Input:
    """One input of a tool, at any depth of nested objects.

    `kind` is Long, decimal, Bool, String, datetime, duration, ipaddr, enum, set, record or other; `optional` says of
    each level of `path` whether it may be left out; `values` are those that the schema lists, as it spells them.
    """

    path: tuple[str, ...]
    kind: str
    optional: tuple[bool, ...]
    description: str
    values: tuple[str, ...] = ()
    enum_type: pst.EntityType | None = None
    element: str = ""

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The words of its own name, as spelled."""
        return parts(self.path[-1])

    @cached_property
    def leaf(self) -> tuple[str, ...]:
        """The stems of its own name."""
        return stems(self.path[-1])

    @cached_property
    def identifies(self) -> tuple[str, ...]:
        """The words of what a text, or a list of texts, says which one it is of: "user" of `user_id`."""
        if not (self.is_free_text or (self.element == "String" and not self.values)):
            return ()
        own = ("user", "name") if self.own == ("username",) else self.own
        return own[:-1] if own[-1] in {"id", "ids", "number", "name"} else ()

    @cached_property
    def outer(self) -> frozenset[str]:
        """The stems of the names that it is nested in."""
        return frozenset(word for name in self.path[:-1] for word in stems(name))

    @cached_property
    def described(self) -> frozenset[str]:
        """The stems of its description, without the words that only hold a sentence together."""
        said = [*parts(self.description), *(["date"] if self.head == "day" else [])]
        return frozenset(stem(word) for word in said if word not in FUNCTION_WORDS)

    @cached_property
    def head(self) -> str:
        """What its description calls a text: "Text of the message", "Day that it expires"."""
        found = _HEAD.match(self.description) if self.kind == "String" else None
        return found[1].lower() if found is not None else ""

    def is_called(self, subject: Sequence[Token]) -> bool:
        """Whether it is named by what its description calls it alone."""
        return (
            not (said := {word for token in subject for word in token.words}) & {*self.leaf} and stem(self.head) in said
        )

    @cached_property
    def called(self) -> frozenset[str]:
        """The stems of what its description calls it, before any value: "Approval ticket number", "Date of …"."""
        said = "" if self.kind == "Bool" else _CALLED.split(self.description)[0]
        return frozenset(stems(said))

    @cached_property
    def label(self) -> tuple[str, ...]:
        """The stems of what its description calls it, before the values that it lists: "Party at fault: carrier, …"."""
        said, colon, _ = self.description.partition(":")
        words = parts(said)
        return tuple(map(stem, words)) if colon and self.values and 1 < len(words) <= _LONGEST_LABEL else ()

    @cached_property
    def denies(self) -> bool:
        """Whether its description says what is not so."""
        return not _DENIALS.isdisjoint(parts(self.description))

    @cached_property
    def told(self) -> tuple[str, ...]:
        """The stems of what a boolean is said to be true for, or to do: "true for a controlled drug"."""
        found = _TRUE_FOR.fullmatch(self.description.rstrip(". ")) if self.kind == "Bool" and not self.denies else None
        said = parts(found[1] or found[2]) if found is not None else ()
        return () if "or" in said or "and" in said else tuple(stem(word) for word in said if word not in ARTICLES)

    def tells(self, words: Iterable[str]) -> bool:
        """Whether words are all that its description says it is true for, or that with its own name before it: "with
        overnight delivery", "with express delivery"."""
        said, told, own = set(words), set(self.told), set(self.leaf)
        of_own = own <= said and (self.told[:1] == self.leaf[:1] or " to " not in self.description)
        noun = told - own or told
        return not noun.isdisjoint(said) and said <= {*told, *own} and (of_own or (len(told) > 1 and told <= said))

    def is_of_another(self, noun: str) -> bool:
        """Whether its description says its name of other things only: a controlled drug is no controlled pet."""
        return self.told[:1] == self.leaf[:1] != self.told and noun not in self.told

    def does(self, words: Sequence[str], verb: bool) -> bool:
        """Whether words say that it is done what its name, where that is a `verb`, or its description says."""
        led = " to " in self.description and self.told[:1] == (words[0],)
        own = (led or verb) and self.leaf[0] == words[0] and {*self.leaf} == {*words}
        return self.kind == "Bool" and len(words) > 1 and (own or (led and self.tells(words)))

    def says_of(self, noun: tuple[str, ...]) -> bool:
        """Whether its description says its own name of a noun: "true for a certified garage"."""
        text, own = _plain(parts(self.description)), self.leaf
        ways = ((*own, *noun), (*noun, *own))
        return any(text[at : at + len(way)] == way for way in ways for at in range(len(text)))

    @property
    def is_from_a_day(self) -> bool:
        """Whether it is the time from something or to something, and not how long that is: `days_until_due`."""
        told = {*parts(self.path[-1]), *parts(self.description.lower().replace("give up after", ""))}
        return not _FROM_A_DAY.isdisjoint(told) and _LENGTHS.isdisjoint(told)

    @property
    def is_no_length(self) -> bool:
        """Whether it is no answer to how long what a tool is about is: `daysUntilDue`, the months of a severance."""
        return self.is_from_a_day or len(self.path) > 1

    @property
    def says_length(self) -> bool:
        """Whether it is said to be a length: "Length of the loan in days", "Planned driving time in minutes"."""
        said = {*parts(self.path[-1]), *parts(self.description.lower())}
        return not {*_LENGTHS, "time"}.isdisjoint(said) or _HOW_LONG.search(self.description) is not None

    @property
    def is_beside_the_price(self) -> bool:
        """Whether it is an amount that comes with something, and not what that is worth: a fee, a deposit."""
        return not _BESIDE_THE_PRICE.isdisjoint(self.own)

    @cached_property
    def top(self) -> int | None:
        """The most that its description says it can be: 100 of "Fraud score from 0 to 100"."""
        ranges = _RANGE.findall(self.description)
        return int(ranges[0]) if self.is_number and len(ranges) == 1 else None

    def leads_to(self, tail: Sequence[Token]) -> bool:
        """Whether its name or its description has these words in their order: "until due", "before check-in"."""
        wanted = _plain(word for token in tail for word in parts(token.text))
        told = (_plain(parts(self.path[-1])), _plain(parts(self.description)))
        return any(wanted == text[at : at + len(wanted)] for text in told for at in range(len(text)))

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def is_number(self) -> bool:
        return self.kind in {"Long", "decimal"}

    @property
    def is_free_text(self) -> bool:
        """Whether it is a text of which no values are listed."""
        return self.kind == "String" and not self.values

    @property
    def is_free_list(self) -> bool:
        """Whether it is a list of texts of which no values are listed."""
        return self.kind == "set" and self.element == "String" and not self.values

    @cached_property
    def is_amount(self) -> bool:
        """Whether it can be the amount that "refunds under 500" speaks of: a number of money, or called an amount."""
        if not self.is_number or "%" in self.unit_names:
            return False
        # A "limit" alone is how many are listed; "creditLimit" and "monthlyLimit" are amounts.
        limit = "limit" in self.leaf and len(self.leaf) > 1
        return self.is_money or limit

    @property
    def is_money(self) -> bool:
        """Whether a number is in a currency, or called as sums of money are."""
        return self.is_number and (bool(self.currencies) or not MONEY_STEMS.isdisjoint(self.leaf))

    @cached_property
    def unit_names(self) -> frozenset[str]:
        """The units that its name, or a description without one in its name, says it is counted in."""
        named = _units(parts(self.path[-1]))
        return named or _units(re.findall(r"[a-z]+|%", self.description.lower()))

    @property
    def says_its_unit(self) -> bool:
        """Whether its name says a unit that it is counted in: `windowMinutes`."""
        return bool(_units(parts(self.path[-1])))

    @cached_property
    def per(self) -> frozenset[str]:
        """What it is said to be for each of: the "km" of "dollars per km", the "night" of "dollars a night"."""
        words = [*parts(self.path[-1]), "", *re.findall(r"[a-z]+|[.,;:]", self.description.lower())]
        ways = zip(words, words[1:], words[2:], strict=False)
        told = [
            what
            for before, each, what in ways
            if each == "per" or (each in {"a", "an", "each"} and before.rstrip("s") in _MONEY_UNITS)
        ]
        often = [_OFTEN[word] for word in words if word in _OFTEN and self.is_amount]  # "a monthly fee"
        return frozenset(unit_of(what) or stem(what) for what in (*told, *often))

    @cached_property
    def currencies(self) -> frozenset[str]:
        """The currencies that its name or description names."""
        text = f"{' '.join(parts(self.path[-1]))} {self.description}".lower()
        words = set(re.findall(r"[a-z]+|[$€£¥₹]", text))
        return frozenset(
            currency
            for currency, signs in CURRENCY_EVIDENCE.items()
            if any(sign in words or f"{sign}s" in words for sign in signs)
        )


_LONGEST_LABEL = 4
_RANGE = re.compile(r"\b[01] to (\d+)\b(?![.,]\d)")
# What narrows the noun is not repeated with it: "true for a request under the GDPR".
_TRUE_FOR = re.compile(
    r"true (?:(?:for|with|in|on) ([a-z][a-z' -]+?)(?: (?:of|in|on|at|to|by|under|outside|during|from|that|who) .*)?"
    r"|to ([a-z][a-z' -]+))",
    re.IGNORECASE,
)
_OFTEN = {
    "daily": "day",
    "annual": "year",
    **{f"{unit}ly": unit for unit in ("hour", "night", "week", "month", "year")},
}
_HEAD = re.compile(r"(?!number|name|id\b)([a-z]+) (?:of|to|for|that)\b", re.IGNORECASE)
_DENIALS = frozenset({"no", "not", "without", "never", "unless", "nobody", "false"})
_FROM_A_DAY = words("inputs", "from_a_day")
_CALLED = re.compile(r"[:,.(;]|\b(?:e\.g|such as|like|or|for (?:example|instance))\b", re.IGNORECASE)
_LENGTHS = frozenset({"length", "duration", "lifetime", "lasts"})
_HOW_LONG = re.compile(r"\bhow (?:long|many (?:seconds|minutes|hours|days|weeks|months|years|nights))\b", re.IGNORECASE)
_BESIDE_THE_PRICE = words("inputs", "beside_the_price")
_LIGHT_WORDS = frozenset({"it", "is", "are", "they", "be", "the", "a", "an", "its"})


def _plain(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(stem(word) for word in words if word not in _LIGHT_WORDS)


_MONEY_UNITS = frozenset({"dollar", "euro", "pound", "cent", "usd", "eur"})


def _units(words: Sequence[str]) -> frozenset[str]:
    """The units among words; what something is "per" is none that it is counted in."""
    return frozenset(
        unit for before, word in zip(("", *words), words, strict=False) if before != "per" and (unit := unit_of(word))
    )


def unit_of(word: str) -> str:
    """The unit that a word names, in the spelling of the units table; empty when it is none."""
    low = word.lower()
    for form in (low, low[:-1] if low.endswith("s") else low):
        if (form in UNITS and len(form) > 1) or form == "%":
            kind = UNITS[form]
            return next(name for name, value in UNITS.items() if value == kind)
    return ""


def inputs_of(tool: Tool, document: Mapping[str, Any]) -> tuple[Input, ...]:
    """The inputs of a tool, at every depth, from the JSON form of the schema that it stands in."""
    context = document["AgentCore"]["actions"][tool.action]["appliesTo"]["context"]["attributes"]
    if "input" not in context:
        return ()
    record = _resolve(context["input"], "AgentCore", document)[0]
    return tuple(_walk(record, tool.input_schema, (), (), document))


def _resolve(shape: Mapping[str, Any], namespace: str, document: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """A type with its common types looked up, and the namespace that it was found in."""
    name = str(shape.get("name") or shape.get("type"))
    where, _, basename = name.rpartition("::")
    home = where or namespace
    found = document.get(home, {}).get("commonTypes", {}).get(basename)
    return _resolve(found, home, document) if found is not None else (shape, home)


def _walk(
    record: Mapping[str, Any],
    schema: Mapping[str, Any],
    path: tuple[str, ...],
    optional: tuple[bool, ...],
    document: Mapping[str, Any],
) -> Iterable[Input]:
    properties = schema.get("properties") if isinstance(schema.get("properties"), Mapping) else {}
    for name, attribute in record.get("attributes", {}).items():
        described = properties.get(name) if isinstance(properties, Mapping) else None
        described = described if isinstance(described, Mapping) else {}
        found, _ = _resolve(attribute, "AgentCore", document)
        here = (*path, name)
        levels = (*optional, attribute.get("required") is False)
        yield _input(here, levels, found, described, document)
        if found.get("type") == "Record":
            yield from _walk(found, described, here, levels, document)


def _input(
    path: tuple[str, ...],
    optional: tuple[bool, ...],
    shape: Mapping[str, Any],
    described: Mapping[str, Any],
    document: Mapping[str, Any],
) -> Input:
    text = described.get("description")
    text = text if isinstance(text, str) else ""
    kind, values, enum_type = _kind(shape, document)
    element = ""
    if kind == "set":
        element, values, enum_type = _kind(shape.get("element", {}), document)
    if not values and (element or kind) == "String":
        values = listed_values(text)
    return Input(path, kind, optional, text, values, enum_type, element)


def _kind(shape: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[str, tuple[str, ...], pst.EntityType | None]:
    if shape.get("type") == "Record":
        return "record", (), None
    if shape.get("type") == "Set":
        return "set", (), None
    name = str(shape.get("name") or shape.get("type"))
    where, _, basename = name.rpartition("::")
    entity = document.get(where or "AgentCore", {}).get("entityTypes", {}).get(basename)
    if entity is not None:
        listed = entity.get("enum")
        return (
            ("enum", tuple(listed), pst.EntityType(basename, tuple(where.split("::"))))
            if listed
            else ("other", (), None)
        )
    known = {"Long": "Long", "String": "String", "Bool": "Bool", "Boolean": "Bool", "decimal": "decimal"}
    known |= {"datetime": "datetime", "duration": "duration", "ipaddr": "ipaddr"}
    return known.get(basename, "other"), (), None
