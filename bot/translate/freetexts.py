"""Values that no schema lists, beside the noun of their input: "on the release branch", "in the repo notebooks"."""

from __future__ import annotations

from bot.translate import inputs
from bot.translate.lexicon import Input
from bot.translate.logic import All, Logic
from bot.translate.refusals import Refusal, quote
from bot.translate.tokens import Token
from bot.translate.tool_scores import senses_of
from bot.translate.values import Values
from bot.translate.vocabulary import ARTICLES, OBJECT_FILLERS, PEOPLE_WORDS, STOPS, TOOL_NOUNS, VAGUE
from bot.translate.words import is_plural, parts, singular

_BESIDE = frozenset({"on", "in", "to", "from", "under", "below", "at", "of", "for", "into", "within", "inside"})
_EVERY = frozenset({"any", "every", "each", "all"})
_BUT = frozenset({"but", "except"})
# Before the noun of an input these say which in a way that no value does.
_WHICH = frozenset(
    {"same", "default", "own", "wrong", "right", "first", "last", "current", "whole", "entire", "given", "specified",
     "public", "private", "protected", "another", "else", "only", "named", "called", "target", "source", "base", "head",
     "original", "correct", "following", "next", "previous", "single", "specific", "particular", "open", "closed",
     "empty", "existing", "existent", "shared", "internal", "external", "personal", "active", "archived", "new", "no",
     "production", "local", "remote", "feature", "upstream", "one", "two", "three"}
)  # fmt: skip

_TURNING = frozenset({"update", "escalate", "send"})
_PLACES = frozenset({"path", "folder", "dir", "directori"})


class FreeTexts(Values):
    """Reads a free value beside the noun of its input."""

    def _free_text(self, start: int, end: int) -> tuple[Logic, int] | None:
        """A value and its noun in either order, all values but one, "owned by X", and "owner/repo"."""
        at = start + (self.line.low(start) in _BESIDE)
        if at > start and (found := self._owner_and_repo(start, at, end)) is not None:
            return found
        return (
            self._every_but(start, at, end)
            or self._noun_then_value(start, at, end)
            or self._value_then_noun(start, at, end)
            or self._done_by(start, end)
        )

    def _every_but(self, start: int, at: int, end: int) -> tuple[Logic, int] | None:
        """on every branch but master: any other value."""
        if self.line.low(at) not in _EVERY or (place := self._noun(at + 1, end, self.line.low(start))) is None:
            return None
        if self.line.low(at + 2) not in _BUT or (value := self._plain_text(at + 3, end)) is None:
            return None
        if self.line.low(value[1]) in {"and", "or", ",", "nor"} and value[1] + 1 < end:
            culprits = self.line.tokens[at : value[1] + 2]
            raise Refusal(f"{quote(culprits)}: it is not clear where the exceptions end.", culprits,
                          "Say “is neither … nor …”.", weight=6)  # fmt: skip
        self._ends_clearly(value[1], end)
        return self._test(start, place, value, "!=")

    def _noun_then_value(self, start: int, at: int, end: int) -> tuple[Logic, int] | None:
        """in the repo notebooks; under the path infra/; repo "handbook"."""
        noun = at + (self.line.low(at) == "the")
        place = self._noun(noun, end, self.line.low(start))
        stop = noun + 1 + (self.line.low(noun + 1) in {"named", "called"})
        if place is None or (value := self._plain_text(stop, end)) is None:
            return None
        if is_plural(self.line.low(noun)) and stop == noun + 1:
            return None  # "to accounts abroad" names no account
        self._ends_clearly(value[1], end)
        beneath = self.line.low(start) in {"under", "below"} or value[0].endswith("/")
        if not beneath and at > start and place.leaf[-1] in _PLACES and self.line.low(start) not in {"at", "of", "for"}:
            return None  # "in the path docs": that very path, or what lies under it
        return self._test(start, place, value, "beneath" if beneath else "==")

    def _value_then_noun(self, start: int, at: int, end: int) -> tuple[Logic, int] | None:
        """on the release branch."""
        if at == start or self.line.low(at) != "the" or (value := self._plain_text(at + 1, end)) is None:
            return None
        place = self._noun(value[1], end, self.line.low(start))
        if place is None or is_plural(self.line.low(value[1])) or self._described(place, at + 1, value[1]):
            return None
        words = [word for n in range(at + 1, value[1] + 1) for word in self.line.tokens[n].words]
        if self.tool.does.repeats(self.line.low(start), ["the"], words):
            return None  # "to the GitHub repository" is the description's own
        return self._test(start, place, (value[0], value[1] + 1), "==")

    def _done_by(self, start: int, end: int) -> tuple[Logic, int] | None:
        """owned by initech (`owner`); authored by ana (`author`); assigned to ana (`assignee`)."""
        by = self.line.low(start + 1)
        if by not in {"by", "to"} or (value := self._plain_text(start + 2, end)) is None:
            return None
        root = self.line.low(start).removesuffix("ed")
        ends = ("ee", "e") if by == "to" else ("", "er", "or", "r")
        names = {root + ending for ending in ends} | ({"recipient"} if (root, by) == ("sent", "to") else set())
        fits = [found for found in self.tool.inputs if found.kind == "String" and found.path[-1].lower() in names]
        if len(fits) != 1 or len(root) < 3:
            return None
        if singular(value[0].lower()) in PEOPLE_WORDS or is_plural(value[0].lower()):
            return None  # "owned by interns" speaks of people, and not of one value
        self._ends_clearly(value[1], end)
        return self._test(start, fits[0], value, "==")

    def _owner_and_repo(self, start: int, at: int, end: int) -> tuple[Logic, int] | None:
        """of initech/website, on a tool that has both."""
        both = [[found for found in self.tool.inputs if found.path == (name,)] for name in ("owner", "repo")]
        value = self._plain_text(at, end)
        if value is None or not all(both) or value[0].count("/") != 1 or not all(value[0].split("/")):
            return None
        self.used_input = True
        self.line.mark(start, value[1], "condition", f"owner/repo == {value[0]}")
        tests = [
            inputs.value_test(found[0], text, True, self.line.tokens[at : value[1]])
            for found, text in zip(both, value[0].split("/"), strict=True)
        ]
        return All(tuple(tests)), value[1]

    def _test(self, start: int, place: Input, value: tuple[str, int], op: str) -> tuple[Logic, int]:
        text, stop = value
        tokens = self.line.tokens[start:stop]
        self.used_input, self._last = True, place
        self.line.mark(start, stop, "condition", f"{place.name} {op} {text}")
        if op == "beneath":
            return inputs.like_test(place, "starts", text if text.endswith("/") else f"{text}/", tokens), stop
        if op == "!=":
            return inputs.not_value(place, text, True, tokens), stop
        return inputs.value_test(place, text, True, tokens), stop

    def _noun(self, at: int, end: int, preposition: str = "") -> Input | None:
        """The free text input that a word names: by its whole name, or in full where the name is short for it.

        "From the release branch" is `from_branch` where there is one.
        """
        if at >= end or not self.line.tokens[at].is_word:
            return None
        token = self.line.tokens[at]
        spelled = {parts(token.text), (singular(token.low),)}  # by its letters: "reasonable" is no `reason`
        led = [found for found in self.tool.inputs if found.own[1:] in spelled and found.own[:1] == (preposition,)]
        if preposition and led:
            return led[0] if led[0].kind == "String" and not led[0].values else None
        if preposition == "from" and senses_of(self.tool) & _TURNING:
            return None  # what it becomes is an input, and what it was before is none
        fits = [
            found
            for found in self.tool.inputs
            if found.kind == "String" and not found.values and (found.own in spelled or _short_for(found, token))
        ]
        return fits[0] if len(fits) == 1 else None

    def _described(self, place: Input, at: int, stop: int) -> bool:
        """Whether words say which in a way that the input's own description does: "the base branch"."""
        words = [self.line.tokens[n] for n in range(at, stop) if self.line.tokens[n].is_word]
        return any(token.stem in place.described for token in words)

    def _plain_text(self, at: int, end: int) -> tuple[str, int] | None:
        """A value in quotes, or one that runs to the next white space."""
        if at >= end or at in self.line.marks:
            return None
        first = self.line.tokens[at]
        if first.kind == "quoted":
            return first.value, at + 1
        if first.kind not in {"word", "number"} and not (first.text in ".-/" and self._glued(at + 1, end)):
            return None
        if first.low in STOPS | ARTICLES | VAGUE | TOOL_NOUNS | OBJECT_FILLERS | _WHICH or self._noun(at, end):
            return None
        stop = at + 1
        while stop < end and self._glued(stop, end):
            stop += 1
        text = "".join(token.text for token in self.line.tokens[at:stop])
        return text, stop

    def _glued(self, at: int, end: int) -> bool:
        """Whether a token goes on with the one before it; a mark that closes a clause does not."""
        if at >= end or self.line.tokens[at].start != self.line.tokens[at - 1].end:
            return False
        token = self.line.tokens[at]
        return token.kind in {"word", "number"} or token.text in "/-_*:"

    def _ends_clearly(self, at: int, end: int) -> None:
        """Refuse a value with another word right behind it: it could be of several words."""
        after = self.line.tokens[at : at + 1]
        if at < end and after[0].kind in {"word", "number", "quoted"} and after[0].low not in STOPS:
            culprits = self.line.tokens[at - 1 : at + 1]
            raise Refusal(f"{quote(culprits)} could be one value or several words.", culprits,
                          "Put the value in quotes.", weight=5)  # fmt: skip


def _short_for(found: Input, token: Token) -> bool:
    """Whether an input's name is short for a word: `repo` for "repository"."""
    word, name = singular(token.low), found.path[-1].lower()
    return len(name) >= 3 and word != name and word.startswith(name) and token.stem in found.described
