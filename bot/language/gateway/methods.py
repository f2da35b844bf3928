"""Tools of which an input says what is done: `label_write` with the method "delete" deletes labels.

Each such value is the tool once more, by the words of what it does: a rule may name it as any tool, and is about the
calls with that value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.language.gateway.deeds import Deed, deed_of
from bot.language.gateway.schema_inputs import Input
from bot.language.gateway.tool_words import ToolWords
from bot.language.text.words import parts, stem
from bot.language.wordlists import ACT_VERBS, USE_VERBS, VERB_CLASSES, words

_VERBS = frozenset(map(stem, ACT_VERBS.union(USE_VERBS, *VERB_CLASSES.values())))
_CHOOSERS = words("tools", "method_inputs")
WIDE = frozenset(map(stem, words("tools", "method_tools")))
_HTTP = frozenset({"get", "head", "post", "put", "patch", "delete", "options"})


@dataclass(frozen=True, eq=False, kw_only=True)
class MethodWords(ToolWords):
    """A tool as one value of an input makes it; `chosen` is the input, and `value` what it has to be."""

    chosen: Input
    value: str

    @property
    def key(self) -> str:
        return f"{self.action}#{self.value}"

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The value's words; with the noun of the tool where they are a verb, or a verb and a noun of which the tool
        does not speak."""
        verb, *rest = parts(self.value)
        nouns = [part for part in parts(self.tool.name) if stem(part) not in WIDE]
        spoken = {*map(stem, nouns), *self.prose}
        whole = len(rest) > 1 or not spoken.isdisjoint(map(stem, rest))
        return (verb, *rest) if whole else (verb, *nouns, *rest)

    @cached_property
    def does(self) -> Deed:
        return deed_of(" ".join(self.parts))


def methods_of(tool: ToolWords) -> Iterator[MethodWords]:
    """The tool once for each thing that it does, where an input chooses what that is."""
    if WIDE.isdisjoint(tool.name):
        return  # the `method` of `pay_supplier` is how it is paid
    for found in tool.inputs:
        values = [value for value in found.values if parts(value)]
        verbs = [value for value in values if stem(parts(value)[0]) in _VERBS]
        chooses = found.path[-1].lower() in _CHOOSERS and len(found.path) == 1
        if chooses and 2 * len(verbs) >= len(values) > 1 and not _HTTP.issuperset(map(str.lower, values)):
            yield from (MethodWords(tool.tool, tool.inputs, chosen=found, value=value) for value in values)
