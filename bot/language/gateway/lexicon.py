"""What a gateway's own schema says: its targets, tools and inputs, in words that a rule may use for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import Any

from bot.cedar import Gateway, GatewaySchema, schema_for
from bot.language.gateway.methods import MethodWords, methods_of
from bot.language.gateway.schema_inputs import Input, inputs_of
from bot.language.gateway.tool_words import ToolWords
from bot.language.text.tokens import Token
from bot.language.text.words import forms, is_plural, parts, singular, stem
from bot.language.wordlists import words


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
    def methods(self) -> tuple[MethodWords, ...]:
        """The tools of which an input says what is done, once for each of its values."""
        return tuple(method for tool in self.tools for method in methods_of(tool))

    @cached_property
    def by_key(self) -> Mapping[str, ToolWords]:
        return {tool.key: tool for tool in (*self.tools, *self.methods)}

    @cached_property
    def by_name(self) -> Mapping[str, tuple[ToolWords, ...]]:
        """Tools by name and by action id, in lower case; those that are left out too."""
        found: dict[str, tuple[ToolWords, ...]] = {}
        for tool in (*self.tools, *self.left_out):
            for name in {tool.tool.name.lower(), tool.action.lower()}:
                found[name] = (*found.get(name, ()), tool)
        return found

    @cached_property
    def by_spelling(self) -> Mapping[str, ToolWords]:
        """A tool for each word of the tools' names, as it is spelled there, and for each whole name."""
        found = {word: tool for tool in self.tools for word in tool.tool.name.lower().replace("-", "_").split("_")}
        return found | {tool.tool.name.lower(): tool for tool in self.tools}

    @cached_property
    def by_name_stem(self) -> Mapping[str, tuple[ToolWords, ...]]:
        return _index((*self.tools, *self.left_out), lambda tool: set(tool.name))

    @cached_property
    def by_any_stem(self) -> Mapping[str, tuple[ToolWords, ...]]:
        every = (*self.tools, *self.left_out, *self.methods)
        return _index(every, lambda tool: {*tool.name, *tool.target, *tool.described})

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
        return frozenset(word for tool in self.tools for word in tool.spelled)

    @cached_property
    def own_words(self) -> frozenset[str]:
        """The gateway's own words, as spelled: of tools, inputs, listed values, and what the tools do."""
        inputs = (word for tool in self.tools for found in tool.inputs for word in found.own)
        values = (word for value in self.listed for word in parts(value))
        return frozenset({*self.spelled, *inputs, *values})

    @cached_property
    def own_forms(self) -> frozenset[str]:
        """How the words of tools and inputs may end in a sentence."""
        return frozenset(form for word in self.own_words if word.isalpha() for form in forms(word))

    @cached_property
    def by_input_word(self) -> Mapping[str, tuple[ToolWords, ...]]:
        """The tools with an input that a stem has to do with."""
        return _index(self.tools, lambda tool: tool.input_words)

    def inputs_beside(self, stems: Iterable[str]) -> Iterator[Input]:
        """All inputs of the tools with an input that one of some stems has to do with."""
        for each in stems:
            for tool in self.by_input_word.get(each, ()):
                yield from tool.inputs

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
    def labels(self) -> frozenset[tuple[str, ...]]:
        """What descriptions call inputs, in several words: "party at fault"."""
        return frozenset(found.label for tool in self.tools for found in tool.inputs if found.label)

    @cached_property
    def texts(self) -> Mapping[tuple[str, ...], tuple[Input, ...]]:
        """The inputs of free text, by the words of their names as spelled."""
        found: dict[tuple[str, ...], tuple[Input, ...]] = {}
        for tool in self.tools:
            for each in tool.inputs:
                if each.is_free_text:
                    found[each.own] = (*found.get(each.own, ()), each)
                elif each.is_free_list:
                    one = (*each.own[:-1], singular(each.own[-1]))
                    found[one] = (*found.get(one, ()), each)
        return found

    @cached_property
    def identified(self) -> frozenset[tuple[str, ...]]:
        """The words of what an input says which one it is of: the "user" of `user_id`, the "item" of `item_ids`."""
        return frozenset(found.identifies for tool in self.tools for found in tool.inputs if found.identifies)

    @cached_property
    def also_called(self) -> Mapping[str, str]:
        """What a tool calls those whom it is about in its prose, and in its name otherwise: the customers of
        `find_user`, which takes "the name of the customer". No tool of the gateway is about one of both names."""
        names = {*self.by_name_stem, *self.acted}
        one = {stem(word): word for word in words("groups", "served")}
        return {
            said: one[own]
            for said in one.keys() - names
            for own in one.keys() & names
            if any(said in tool.about for tool in self.by_name_stem.get(own, ())) and len(one.keys() & names) == 1
        }

    def called(self, token: Token) -> Token:
        """A token by the name that the tools have for it."""
        own = self.also_called.get(token.stem)
        return token if own is None else replace(token, low=f"{own}s" if is_plural(token.low) else own)

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
    def openings(self) -> frozenset[str]:
        """The stems that the tools' names begin with, which are mostly what is done."""
        return frozenset(tool.name[0] for tool in (*self.tools, *self.methods) if tool.name)

    @cached_property
    def things(self) -> frozenset[str]:
        """The stems of the tools' names that open none of them: things, though a verb may be spelled so."""
        names = (tool.name for tool in (*self.tools, *self.left_out))
        return frozenset(word for name in names for word in name[1:]) - self.openings

    @cached_property
    def acted(self) -> frozenset[str]:
        """The stems of what the tools act on."""
        return frozenset(word for tool in (*self.tools, *self.methods) for word in tool.does.acted)

    @cached_property
    def told_openings(self) -> frozenset[str]:
        """The stems that the tools' descriptions begin with."""
        return frozenset(stem(word) for tool in self.tools for word in tool.does.words[:1])

    @cached_property
    def named_inputs(self) -> frozenset[tuple[str, ...]]:
        """The stems of the names of every input, in their order."""
        return frozenset(tuple(map(stem, found.own)) for tool in self.tools for found in tool.inputs)

    @cached_property
    def spelled_inputs(self) -> frozenset[tuple[str, ...]]:
        """The words of the name of every input, as spelled."""
        return frozenset(parts(found.path[-1]) for tool in self.tools for found in tool.inputs)

    @cached_property
    def spelled_flags(self) -> frozenset[tuple[str, ...]]:
        """The words of the name of every boolean input, as spelled."""
        return frozenset(found.own for tool in self.tools for found in tool.inputs if found.kind == "Bool")

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
    tools = tuple(ToolWords(tool, inputs_of(tool, schema.document)) for tool in schema.tools)
    rest = (ToolWords(tool, (), schema.skipped[tool.action]) for tool in gateway.tools if tool.action in schema.skipped)
    return Lexicon(gateway, schema, tools, tuple({tool.action: tool for tool in rest}.values()))
