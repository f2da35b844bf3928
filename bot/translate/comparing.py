"""What every condition is read with: where its operator is, which input its subject names, what is strange."""

from __future__ import annotations

from bot.translate import inputs
from bot.translate.lexicon import Input, ToolWords
from bot.translate.line import Line
from bot.translate.logic import Logic
from bot.translate.phrases import Phrases
from bot.translate.quantities import number_at
from bot.translate.refusals import Refusal, nearest_inputs, quote
from bot.translate.vocabulary import (
    ARTICLES,
    COPULAS,
    NUMBER_OPS,
    SIGNS,
    STOPS,
    STRING_OPS,
)

_NUMBER_OPS = Phrases(NUMBER_OPS)
_STRING_OPS = Phrases(STRING_OPS)
_COPULAS = Phrases.of(COPULAS)


class Comparing:
    """A condition reader's state: the piece, the tool, and the input spoken of last."""

    def __init__(self, line: Line, tool: ToolWords) -> None:
        self.line = line
        self.tool = tool
        self.used_input = False
        self._last: Input | None = None
        self.joined = False

    def _number_op(self, at: int, end: int) -> tuple[str, int] | None:
        """An operator for numbers, in words or as a sign, and where the number starts."""
        if at < end and self.line.tokens[at].kind == "sign":
            return SIGNS[self.line.tokens[at].text], at + 1
        return _NUMBER_OPS.at(self.line.tokens, at, end)

    def opens_number(self, at: int, end: int) -> bool:
        """Whether a comparison with a number starts at a place."""
        op = self._number_op(at, end)
        return op is not None and number_at(self.line.tokens, op[1], end) is not None

    def _operator(self, start: int, end: int) -> tuple[str, str, int, int] | None:
        """The first operator after a place: its kind, itself, where it starts and where it ends."""
        for at in range(start, min(end, start + 9)):
            token = self.line.tokens[at]
            if token.kind == "quoted" and at > start:
                return None
            if token.low in {",", "and", "or", "when", "if", "unless"} or token.kind in {
                "number",
                "arn",
                "date",
                "time",
            }:
                return None
            subject = any(self.line.low(n) not in ARTICLES for n in range(start, at))
            # "has a memo", "does not have a memo" and "there is no memo" are read with the words that stand alone.
            text = (
                _STRING_OPS.at(self.line.tokens, at, end)
                if subject or (at == start and self._last is not None)
                else None
            )
            if (found := text) and not (self.line.low(at) == "in" and not self._in_values(at, start, end)):
                return "text", found[0], at, found[1]
            if found := _COPULAS.at(self.line.tokens, at, end):
                return "is", found[0], at, found[1]
            if (number := self._number_op(at, end)) and subject and self._quantity_follows(number[1], end):
                return "number", number[0], at, number[1]
        return None

    def _in_values(self, at: int, start: int, end: int) -> bool:
        """Whether "in" lists values, and is not part of "expires in at most 48 hours"."""
        after = at + 1
        return (
            at > start
            and after < end
            and self._number_op(after, end) is None
            and number_at(self.line.tokens, after, end) is None
        )

    def _quantity_follows(self, at: int, end: int) -> bool:
        while self.line.low(at) in {"the", "a", "an"} and at < end:
            at += 1
        return at < end and (
            number_at(self.line.tokens, at, end) is not None or self.line.tokens[at].kind in {"word", "quoted"}
        )

    def _subject(self, places: list[int], start: int, at: int) -> Input:
        """The input that the subject names; a subject that is left out is the one before."""
        if not places:
            if self._last is None:
                raise Refusal(
                    f"{quote(self.line.tokens[start : at + 1])} does not say of what.",
                    self.line.tokens[start : at + 1],
                    weight=2,
                )
            return self._last
        self._last = inputs.named_input(self.line, self.tool, places)
        self.used_input = True
        self.line.mark_each(places, "condition", self._last.name)
        return self._last

    def _input_at(self, start: int, end: int) -> tuple[Input, int] | None:
        """Another input of the tool, named from a place on: the longest run of words that names just one."""
        at = start
        while self.line.low(at) in ARTICLES and at < end:
            at += 1
        stop = at
        while (
            stop < end
            and stop < at + 5
            and self.line.tokens[stop].is_word
            and self.line.low(stop) not in STOPS - {"of"}
        ):
            stop += 1
        for last in range(stop, at, -1):
            words = inputs.subject_stems(self.line, self.tool, range(at, last))
            fits = inputs.matching(self.tool, words) if words else []
            if len(fits) == 1 and words[-1] in fits[0].leaf:
                return fits[0], last
        return None

    def _against(self, start: int, op: str, at: int, other: tuple[Input, int], place: Input) -> tuple[Logic, int]:
        right, stop = other
        test = inputs.other_input_test(place, op, right, self.line.tokens[at:stop])
        self.line.mark(start, stop, "condition", f"{place.name} {op} {right.name}")
        return test, stop

    def _strange(self, start: int, end: int) -> Refusal:
        """What stands where a condition should be, up to the end of its clause."""
        stop = start
        while stop < end and self.line.low(stop) not in {","} and stop < start + 8:
            stop += 1
        tokens = self.line.tokens[start : max(stop, start + 1)]
        tokens = tokens or self.line.tokens[max(0, start - 1) : start]
        places = [n for n in range(start, stop) if self.line.low(n) not in STOPS and self.line.low(n) not in ARTICLES]
        unknown = inputs.unknown_input(self.line, self.tool, [self.line.tokens[n] for n in places]) if places else None
        shown = f"Its inputs are {nearest_inputs([self.tool])}."
        culprits = unknown.culprits if unknown and len(unknown.culprits) < len(places) else tokens
        return Refusal(
            f"{quote(culprits)} is not a condition that a policy of `{self.tool.tool.name}` can check.",
            culprits,
            shown,
            weight=1,
        )
