"""What a gateway's own schema says: its targets, tools and inputs, in words that a rule may use for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from cedarpy import pst

from bot.cedar import Gateway, GatewaySchema, Tool, schema_for
from bot.language.deeds import DETERMINERS, Deed, deed_of
from bot.language.listed import listed_values
from bot.language.wordlists import ARTICLES, CURRENCY_EVIDENCE, MONEY_WORDS, STOPS, UNITS
from bot.language.words import parts, stem, stems

_FUNCTION_WORDS = STOPS | ARTICLES
MONEY_STEMS = frozenset(stem(word) for word in MONEY_WORDS)


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
    def outer(self) -> frozenset[str]:
        """The stems of the names that it is nested in."""
        return frozenset(word for name in self.path[:-1] for word in stems(name))

    @cached_property
    def described(self) -> frozenset[str]:
        """The stems of its description, without the words that only hold a sentence together."""
        return frozenset(stem(word) for word in parts(self.description) if word not in _FUNCTION_WORDS)

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def is_number(self) -> bool:
        return self.kind in {"Long", "decimal"}

    @cached_property
    def is_amount(self) -> bool:
        """Whether it can be the amount that "refunds under 500" speaks of: a number of money, or called an amount."""
        if not self.is_number or "%" in self.unit_names:
            return False
        # A "limit" alone is how many are listed; "creditLimit" and "monthlyLimit" are amounts.
        limit = "limit" in self.leaf and len(self.leaf) > 1
        return bool(self.currencies) or limit or not MONEY_STEMS.isdisjoint(self.leaf)

    @cached_property
    def unit_names(self) -> frozenset[str]:
        """The units that its name, or a description without one in its name, says it is counted in."""
        named = frozenset(unit for word in parts(self.path[-1]) if (unit := unit_of(word)))
        if named:
            return named
        return frozenset(unit for word in re.findall(r"[a-z]+|%", self.description.lower()) if (unit := unit_of(word)))

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


def unit_of(word: str) -> str:
    """The unit that a word names, in the spelling of the units table; empty when it is none."""
    low = word.lower()
    for form in (low, low[:-1] if low.endswith("s") else low):
        if (form in UNITS and len(form) > 1) or form == "%":
            kind = UNITS[form]
            return next(name for name, value in UNITS.items() if value == kind)
    return ""


@dataclass(frozen=True, eq=False)
class ToolWords:
    """A tool and the words for it. `left_out` says why Cedar cannot express it, when it cannot: no policy can name it,
    and its name means no other tool."""

    tool: Tool
    inputs: tuple[Input, ...]
    left_out: str = ""

    @property
    def action(self) -> str:
        return self.tool.action

    @cached_property
    def name(self) -> tuple[str, ...]:
        return stems(self.tool.name)

    @cached_property
    def target(self) -> frozenset[str]:
        return frozenset(stems(self.tool.target))

    @cached_property
    def does(self) -> Deed:
        """What its description says that it does."""
        return deed_of(self.tool.description)

    @cached_property
    def described(self) -> frozenset[str]:
        """The stems of the words that say what it does; the rest of a description only talks about it."""
        return frozenset(stem(word) for word in self.does.words if word not in _FUNCTION_WORDS | DETERMINERS)

    @cached_property
    def prose(self) -> frozenset[str]:
        """The stems of its whole description."""
        return frozenset(stem(word) for word in parts(self.tool.description) if word not in _FUNCTION_WORDS)

    @cached_property
    def around(self) -> frozenset[str]:
        """The stems that may stand beside the name of an input of it: of its own name, its target's, and its prose."""
        return frozenset({*self.name, *self.target, *self.prose})

    @cached_property
    def verbs(self) -> frozenset[str]:
        """The stems that can be its verb: the first or last word of its name, and of its description."""
        first = self.does.words[:1]
        return frozenset([*self.name[:1], *self.name[-1:], *(stem(word) for word in first)])

    @cached_property
    def values(self) -> frozenset[str]:
        """The values that its inputs list, in lower case."""
        return frozenset(value.lower() for found in self.inputs for value in found.values)

    @cached_property
    def flags(self) -> frozenset[str]:
        """The stems of the names of its boolean inputs."""
        return frozenset(word for found in self.inputs if found.kind == "Bool" for word in found.leaf)

    @cached_property
    def input_names(self) -> frozenset[str]:
        """The stems of the names of its inputs."""
        return frozenset(word for found in self.inputs for word in found.leaf)

    @cached_property
    def input_words(self) -> frozenset[str]:
        return frozenset(word for found in self.inputs for word in (*found.leaf, *found.outer, *found.described))


@dataclass(frozen=True, eq=False)
class Lexicon:
    """A gateway's words. `by_stem` finds the tools whose name or target or description has a word."""

    gateway: Gateway
    schema: GatewaySchema = field(repr=False)
    tools: tuple[ToolWords, ...]
    left_out: tuple[ToolWords, ...] = ()

    @cached_property
    def unseen(self) -> Mapping[tuple[str, ...], tuple[str, str]]:
        """The targets with no tool that a policy can name, by the words of their names: the name, and the sentence."""
        return {
            parts(target.name): (
                target.name,
                target.unseen
                or f"A policy cannot name the tools of {target.name}: none of its tools can be expressed in Cedar.",
            )
            for target in self.gateway.targets
            if target.name not in self.by_target
        }

    @cached_property
    def by_action(self) -> Mapping[str, ToolWords]:
        return {tool.action: tool for tool in self.tools}

    @cached_property
    def by_name(self) -> Mapping[str, tuple[ToolWords, ...]]:
        """Tools by name and by action id, in lower case; those that are left out too."""
        found: dict[str, tuple[ToolWords, ...]] = {}
        for tool in (*self.tools, *self.left_out):
            for name in {tool.tool.name.lower(), tool.action.lower()}:
                found[name] = (*found.get(name, ()), tool)
        return found

    @cached_property
    def by_name_stem(self) -> Mapping[str, tuple[ToolWords, ...]]:
        return _index((*self.tools, *self.left_out), lambda tool: set(tool.name))

    @cached_property
    def by_any_stem(self) -> Mapping[str, tuple[ToolWords, ...]]:
        return _index((*self.tools, *self.left_out), lambda tool: {*tool.name, *tool.target, *tool.described})

    @cached_property
    def by_target(self) -> Mapping[str, tuple[ToolWords, ...]]:
        """Tools by target name, as spelled."""
        found: dict[str, tuple[ToolWords, ...]] = {}
        for tool in self.tools:
            found[tool.tool.target] = (*found.get(tool.tool.target, ()), tool)
        return found

    @cached_property
    def target_names(self) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """Target names by their words, in lower case."""
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        for target in self.by_target:
            found[parts(target)] = (*found.get(parts(target), ()), target)
        return found

    @cached_property
    def input_names(self) -> frozenset[str]:
        """The names of every input, with the names that it is nested in and without."""
        return frozenset(name for tool in self.tools for found in tool.inputs for name in (found.name, found.path[-1]))

    @cached_property
    def listed(self) -> frozenset[str]:
        """Every value that an input of the gateway lists, in lower case."""
        return frozenset(value for tool in self.tools for value in tool.values)

    @cached_property
    def flags(self) -> frozenset[str]:
        """The stems of the names of every boolean input."""
        return frozenset(word for tool in self.tools for word in tool.flags)

    @cached_property
    def input_spellings(self) -> frozenset[str]:
        """The names of every input, their words run together."""
        return frozenset("".join(found.own) for tool in self.tools for found in tool.inputs)

    @cached_property
    def spelled(self) -> frozenset[str]:
        """The words of every tool's name and of what it does, as spelled."""
        return frozenset(word.lower() for tool in self.tools for word in (*parts(tool.tool.name), *tool.does.words))

    @cached_property
    def own_words(self) -> frozenset[str]:
        """The gateway's own words, as spelled: of tools, inputs, listed values, and what the tools do."""
        inputs = (word for tool in self.tools for found in tool.inputs for word in found.own)
        values = (word for value in self.listed for word in parts(value))
        return frozenset({*self.spelled, *inputs, *values})

    @cached_property
    def by_input_word(self) -> Mapping[str, tuple[ToolWords, ...]]:
        """The tools with an input that a stem has to do with."""
        return _index(self.tools, lambda tool: tool.input_words)

    @cached_property
    def alike(self) -> Mapping[str, int]:
        """A number for each action, the same where the inputs are the same."""
        numbers: dict[tuple[Input, ...], int] = {}
        return {tool.action: numbers.setdefault(tool.inputs, len(numbers)) for tool in self.tools}

    @cached_property
    def counted(self) -> frozenset[str]:
        """The stems that a numeric input may be counted in."""
        return frozenset(
            word
            for tool in self.tools
            for found in tool.inputs
            if found.is_number
            for word in {*found.leaf, *(found.described - set(tool.name))}
        )

    @cached_property
    def texts(self) -> Mapping[tuple[str, ...], tuple[Input, ...]]:
        """The inputs of free text, by the words of their names as spelled."""
        found: dict[tuple[str, ...], tuple[Input, ...]] = {}
        for tool in self.tools:
            for each in tool.inputs:
                if each.kind == "String" and not each.values:
                    found[each.own] = (*found.get(each.own, ()), each)
        return found

    @cached_property
    def short_texts(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """The names of the inputs of free text that are one word of three letters or more, with the stems that their
        descriptions have: such a name may be short for one of these."""
        told: dict[str, set[str]] = {}
        for inputs in self.texts.values():
            for found in inputs:
                if len(found.own) == 1 and len(found.path[-1]) >= 3:
                    told.setdefault(found.path[-1].lower(), set()).update(found.described)
        return tuple((name, frozenset(words)) for name, words in told.items())

    @cached_property
    def flag_words(self) -> frozenset[str]:
        """The words of the names of every boolean input, as spelled."""
        return frozenset(
            word for tool in self.tools for found in tool.inputs if found.kind == "Bool" for word in found.own
        )

    @cached_property
    def told_texts(self) -> frozenset[str]:
        """The stems of the descriptions of the inputs of free text."""
        return frozenset(word for found in self.texts.values() for each in found for word in each.described)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every stem that the gateway speaks of."""
        inputs = (word for tool in self.tools for word in tool.input_words)
        return frozenset([*self.by_any_stem, *inputs])


def _index(tools: Iterable[ToolWords], keys: Any) -> Mapping[str, tuple[ToolWords, ...]]:
    found: dict[str, list[ToolWords]] = {}
    for tool in tools:
        for key in keys(tool):
            found.setdefault(key, []).append(tool)
    return {key: tuple(listed) for key, listed in found.items()}


_KEPT = 32
# By the identity of the gateway, which the lexicon keeps alive: a gateway holds JSON schemas and has no hash.
_BUILT: dict[int, Lexicon] = {}
_BUILT_LOCK = Lock()


def lexicon_for(gateway: Gateway) -> Lexicon:
    """The lexicon of a gateway, built once; the last few gateways are kept."""
    with _BUILT_LOCK:
        known = _BUILT.pop(id(gateway), None) or build_lexicon(gateway)
        while len(_BUILT) >= _KEPT:
            del _BUILT[next(iter(_BUILT))]
        _BUILT[id(gateway)] = known
    return known


def build_lexicon(gateway: Gateway) -> Lexicon:
    """The lexicon of a gateway: each tool with its inputs as Cedar types them, and those left out."""
    schema = schema_for(gateway)
    tools = tuple(ToolWords(tool, _inputs(tool, schema.document)) for tool in schema.tools)
    rest = (ToolWords(tool, (), schema.skipped[tool.action]) for tool in gateway.tools if tool.action in schema.skipped)
    return Lexicon(gateway, schema, tools, tuple({tool.action: tool for tool in rest}.values()))


def _inputs(tool: Tool, document: Mapping[str, Any]) -> tuple[Input, ...]:
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
