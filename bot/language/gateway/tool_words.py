"""One tool, and the words that a rule may use for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.cedar import Tool
from bot.language.gateway.deeds import DETERMINERS, Deed, deed_of
from bot.language.gateway.schema_inputs import FUNCTION_WORDS, Input
from bot.language.text.words import parts, stem

_THINGS = ("ion", "ment", "ance", "ence")
"""How words end that name what is done, and do not say to do it."""


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

    @property
    def key(self) -> str:
        """By which a rule has it: its action."""
        return self.action

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The words of its name."""
        return parts(self.tool.name)

    @cached_property
    def name(self) -> tuple[str, ...]:
        """The stems of the words of its name."""
        return tuple(map(stem, self.parts))

    @cached_property
    def target(self) -> frozenset[str]:
        return frozenset(map(stem, parts(self.tool.target)))

    @cached_property
    def does(self) -> Deed:
        """What its description says that it does."""
        return deed_of(self.tool.description)

    @cached_property
    def described(self) -> frozenset[str]:
        """The stems of the words that say what it does; the rest of a description only talks about it."""
        return frozenset(stem(word) for word in self.does.words if word not in FUNCTION_WORDS | DETERMINERS)

    @cached_property
    def spelled(self) -> frozenset[str]:
        """The words of its name and of what it does, as they are spelled."""
        return frozenset([*self.parts, *(word.lower() for word in self.does.words)])

    @cached_property
    def prose(self) -> frozenset[str]:
        """The stems of its whole description."""
        return frozenset(stem(word) for word in parts(self.tool.description) if word not in FUNCTION_WORDS)

    @cached_property
    def around(self) -> frozenset[str]:
        """The stems that may stand beside the name of an input of it: of its own name, its target's, and its prose."""
        return frozenset({*self.name, *self.target, *self.prose})

    @cached_property
    def about(self) -> frozenset[str]:
        """The stems of all that it says of itself: its target's, its prose, and what its inputs are described by."""
        return self.target.union(self.prose, *(found.described for found in self.inputs))

    @cached_property
    def verbs(self) -> frozenset[str]:
        """The stems that can be its verb: the first or last word of its name, and of its description."""
        first = self.does.words[:1]
        last = () if self.ends_in_a_thing else self.name[-1:]
        return frozenset([*self.name[:1], *last, *(stem(word) for word in first)])

    @cached_property
    def ends_in_a_thing(self) -> bool:
        """Whether the last word of its name is a thing: `schedule_inspection` inspects nothing, and `run_query`, which
        says that it runs a query, does not query."""
        told = self.does.words
        objects = (at for at, word in enumerate(told) if stem(word) == self.name[-1])
        behind = any(not DETERMINERS.isdisjoint(told[max(0, at - 4) : at]) for at in objects)
        return behind or self.parts[-1].endswith(_THINGS)

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
