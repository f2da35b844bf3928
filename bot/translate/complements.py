"""Words beside a tool that only repeat what it does; every other word there is a condition, or is refused."""

from __future__ import annotations

from bot.translate.conditions import Conditions
from bot.translate.deeds import DETERMINERS, PLAIN
from bot.translate.frame import Frame
from bot.translate.lexicon import ToolWords
from bot.translate.line import Line
from bot.translate.people import People
from bot.translate.times import relative_at
from bot.translate.tool_scores import classes_of, is_verb
from bot.translate.vocabulary import (
    ARTICLES,
    JOINING_PREPOSITIONS,
    OBJECT_FILLERS,
    PARTICLES,
    PREPOSITIONS,
    STOPS,
    TOOL_NOUNS,
    USE_VERBS,
    VAGUE,
)
from bot.translate.words import is_plural, stem

_USE = frozenset(map(stem, USE_VERBS))
# "With the refund tool" says what is used; "from the tool" says something else.
_BY_MEANS = frozenset({"with", "via", "through", "using"})


class Complements:
    """Reads complements. `first` is where the span that is read began, `people` who was named in it so far."""

    def __init__(self, line: Line, tool: ToolWords, frame: Frame) -> None:
        self.line, self.tool, self.frame = line, tool, frame
        self.conditions = Conditions(line, tool)
        self.first = 0
        self.people: list[People] = []

    def complement(self, at: int, end: int) -> int | None:
        """Words that only repeat what the tool does: "the refund", "push files to a repository"."""
        line, preposed = self.line, self.line.low(at) in PREPOSITIONS
        noun = at + preposed
        while noun < end and self._says_no_more(noun, preposed):
            noun += 1
        if noun == end:
            if preposed:
                return self._particle(at, end)
            line.mark(at, noun, "filler")
            return noun
        if noun > at and noun in line.marks and line.marks[noun][0] == "tool":
            return self._joins(at, noun, preposed)
        if self._means_use(at, noun, preposed):
            line.mark(at, noun + 1, "tool")
            return noun + 1
        if (found := self._particle(at, end)) is not None:
            return found
        if preposed:
            return self._repeated(at, noun, end) if self._nameable(at, noun, end) else None
        if self._nameable(at, noun, end) and self._own_words().issuperset(line.tokens[noun].words):
            line.mark(at, noun + 1, "tool", self.tool.action)
            return noun + 1
        if noun > at and self._nameable(noun, noun, end) and all(line.low(n) in ARTICLES for n in range(at, noun)):
            line.mark(at, noun, "filler")
            return noun
        return None

    def _means_use(self, at: int, noun: int, preposed: bool) -> bool:
        """Whether a word only says that the tool is used: "use", "the tool", "with the tool"."""
        low = self.line.low(noun)
        uses = stem(low) in _USE and noun == self.first
        return uses or (low in TOOL_NOUNS and (not preposed or self.line.low(at) in _BY_MEANS))

    def _nameable(self, at: int, noun: int, end: int) -> bool:
        """Whether a word can name the tool at all, and is neither vague, nor a time, nor who the rule is for."""
        line, token = self.line, self.line.tokens[noun]
        return (
            token.is_word
            and token.low not in STOPS | VAGUE
            and relative_at(line.tokens, noun, end) is None
            and (self._own_name(at, noun, end) or not self._may_be_people(at, noun))
        )

    def _says_no_more(self, at: int, preposed: bool) -> bool:
        """Whether a word before a noun limits nothing; after a preposition, where the description may have it too."""
        low = self.line.low(at)
        if low == "new":  # a tool that makes things makes new ones; "cancel new orders" is a limit
            return low in self.tool.does.words or "create" in classes_of(self.tool.verbs)
        return low in (DETERMINERS if preposed else ARTICLES | OBJECT_FILLERS)

    def _joins(self, at: int, noun: int, preposed: bool) -> int | None:
        """Past what stands before a word of the tool, where that limits nothing: "cancelling of the order"."""
        line = self.line
        plain = all(line.low(n) in ARTICLES | OBJECT_FILLERS for n in range(at + preposed, noun))
        if not plain or (preposed and line.low(at) not in JOINING_PREPOSITIONS and not self._says(at, noun)):
            return None
        line.mark(at, noun, "tool")
        return noun

    def _says(self, at: int, noun: int) -> bool:
        """Whether the name or the description has a preposition before a word of the tool."""
        low, words = self.line.low(at), self.line.tokens[noun].words
        complements = self.tool.does.complements
        return low in self.tool.name or any(c.preposition == low and set(words) & set(c.words) for c in complements)

    def _particle(self, at: int, end: int) -> int | None:
        """The "back" of "roll back", right after its verb or at the end of what is done; "on" before a noun is none."""
        line = self.line
        if line.low(at) not in PARTICLES or self._compares(at, end):
            return None
        before = line.tokens[at - 1] if at else None
        verb = before is not None and is_verb(before) and not is_plural(before.low)
        if line.low(at) in PREPOSITIONS and not (verb and self._ends(at + 1, end)):
            return None
        line.mark(at, at + 1, "tool")
        return at + 1

    def _ends(self, at: int, end: int) -> bool:
        """Whether no noun starts at a place that the word before could belong to."""
        line = self.line
        return at >= end or at in line.marks or line.low(at) in STOPS or line.tokens[at].kind == "punct"

    def _repeated(self, at: int, noun: int, end: int) -> int | None:
        """A complement that the description has too, or that says a word of the tool's name for the first time."""
        line = self.line
        stop = noun
        while stop < end and stop < noun + 4 and stop not in line.marks and line.tokens[stop].is_word:
            if line.low(stop) in STOPS | PREPOSITIONS:
                break
            stop += 1
        said = {word for n, (role, _) in line.marks.items() if role == "tool" for word in line.tokens[n].words}
        for last in range(stop, noun, -1):
            words = [word for n in range(noun, last) for word in line.tokens[n].words]
            determiners = [line.low(n) for n in range(at + 1, noun)]
            new = set(words) <= set(self.tool.name) and said.isdisjoint(words) and PLAIN.issuperset(determiners)
            new = new and line.low(at) in {*JOINING_PREPOSITIONS, *self.tool.name}
            if new or (self.tool.does.repeats(line.low(at), determiners, words) and not self._chosen(words)):
                line.mark(at, last, "tool", self.tool.action)
                return last
        return None

    def _compares(self, at: int, end: int) -> bool:
        """Whether "over" is the first of two comparisons, as in "over and under $500", and no particle of a verb."""
        return self.line.low(at + 1) in {"and", "or"} and self.conditions.opens_number(at + 2, end)

    def _may_be_people(self, at: int, noun: int) -> bool:
        """Whether a noun could be who the rule is for, though the tool's own words have it too.

        "Filing claims is allowed for policyholders" on a tool that files the claim of a policyholder: taken for the
        tool's words, the rule would open to everyone. Where nobody was named, only "for a customer" completes a tool.
        """
        line = self.line
        opened = {line.low(place) for place in range(at, noun)}
        if self.people and not opened & {"of", "on", "in", "with", "into"}:
            return True
        return (
            bool(opened & {"for", "to", "from"})
            and not (self.frame.subject_said and self.frame.people is not None)
            and line.low(noun - 1) not in {"a", "an"}
        )

    def _own_name(self, at: int, noun: int, end: int) -> bool:
        """Whether a phrase stands in the tool's own name: "to human agents" of `transfer_to_human_agents`."""
        words = [self.line.tokens[n].stem for n in range(at, end)]
        name = list(self.tool.name)
        size = len(name) - name.index(words[0]) if words[0] in name else 0
        return size > noun - at and words[:size] == name[-size:]

    def _chosen(self, words: list[str]) -> bool:
        """Whether a noun names an input that a call may leave out: "in an organization" is not said of every call."""
        return any(words[-1] in found.leaf and any(found.optional) for found in self.tool.inputs)

    def _own_words(self) -> set[str]:
        """The words of the tool's name, its target and what it does to what; another word would say more."""
        return {*self.tool.name, *self.tool.target, *self.tool.does.acted}
