"""The words of a rule that may name a tool, and what each of them can be where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.language.gateway.deeds import DETERMINERS
from bot.language.gateway.line import Line
from bot.language.gateway.tool_words import ToolWords
from bot.language.gateway.verbs import USE, is_said_to_do, is_verb, own_verbs
from bot.language.text.words import is_plural
from bot.language.wordlists import PREPOSITIONS


@dataclass(frozen=True, eq=False)
class Phrase:
    """The places of the words that may name a tool, and of these the ones that say something; `doing` where the first
    can be a verb."""

    line: Line
    places: tuple[int, ...]
    content: tuple[int, ...]
    doing: bool

    @cached_property
    def said(self) -> frozenset[str]:
        """The stems of all that says something."""
        return frozenset(word for at in self.content for word in self.line.tokens[at].words)

    @cached_property
    def acts(self) -> tuple[int, ...]:
        """The words that are surely verbs where they stand."""
        return tuple(at for at in self.places if is_said_to_do(self.line, at, self.doing and at == self.places[0]))

    @cached_property
    def front(self) -> tuple[int, ...]:
        """What says something in front of a preposition: "refunds" of "refunds for damaged or late orders"."""
        first, last = self.places[0], self.places[-1]
        between = (at for at in range(first, last) if at not in self.places and self.line.low(at) in PREPOSITIONS)
        stop = next(between, last + 1)
        return tuple(at for at in self.content if at < stop and not self.preposed(at))

    def preposed(self, at: int) -> bool:
        """Whether a word stands behind a preposition: what it says beside the tool is looked at with that."""
        while at > 0 and (self.line.low(at - 1) in DETERMINERS or at - 1 in self.places[1:]):
            at -= 1
        return self.line.low(at - 1) in PREPOSITIONS

    def is_one(self, at: int) -> bool:
        """Whether a word is surely a thing, though it may be spelled as a verb: "an order"."""
        return self.line.low(at - 1) in {"a", "an"}

    def is_deed(self, at: int) -> bool:
        """Whether a word is a verb, or one as a noun, and no thing: "an order" is one."""
        thing = is_plural(self.line.low(at)) or self.is_one(at)
        behind = any(is_verb(self.line.tokens[n]) for n in self.content if n < at)
        return is_verb(self.line.tokens[at]) and not thing and not behind

    def is_state(self, at: int) -> bool:
        """Whether a participle says what the noun behind it is like, and not what is done: "changed reservations"."""
        return self.line.low(at).endswith("ed") and at + 1 in self.places and at not in self.acts

    def is_handled(self, tool: ToolWords, at: int) -> bool:
        """Whether a noun of the tool's own verb is what another verb is done to: the "requests" of "handle leave
        requests", which `request_leave` makes and `approve_leave` decides on."""
        first, token = self.line.tokens[self.content[0]], self.line.tokens[at]
        handled = is_verb(first) and first.stem not in own_verbs(tool)
        return handled and token.stem == tool.name[0] and is_plural(token.low) and is_verb(token)

    def is_acted_on(self, tool: ToolWords, at: int) -> bool:
        """Whether a word that could be a verb is what another verb acts on: the "files" of "write files", the "request"
        of "get request", but not the "changes" of "email changes"."""
        token = self.line.tokens[at]
        used = self.places[0] - 1  # "run runbooks request"
        places = (*([used] if used >= 0 and self.line.tokens[used].stem in USE else ()), *self.places)
        before = (self.line.tokens[n] for n in places if n < at)
        acting = (each for each in before if each.low.endswith("ing") or each.stem not in tool.name[1:])
        thing = is_plural(token.low) or not token.low.endswith(("ed", "ing"))
        return thing and any(is_verb(each) or each.stem == tool.name[0] for each in acting)
