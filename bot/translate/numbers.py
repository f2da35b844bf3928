"""Conditions on numbers and dates: with their input named, or meant for the only one that fits."""

from __future__ import annotations

from collections.abc import Sequence

from bot.translate import inputs
from bot.translate.comparing import Comparing
from bot.translate.lexicon import Input
from bot.translate.logic import All, Atom, Logic, Not, either
from bot.translate.phrases import Phrases
from bot.translate.quantities import number_at
from bot.translate.refusals import Refusal, quote
from bot.translate.times import day_at, instant_literal
from bot.translate.tokens import Token
from bot.translate.vocabulary import (
    ADJECTIVE_OPS,
    AFTER_NUMBER,
    ARTICLES,
    RATES,
    STOPS,
)
from bot.translate.words import stem

_AFTER_NUMBER = Phrases(AFTER_NUMBER)
_VAGUE_AMOUNTS = frozenset({"about", "around", "roughly", "approximately", "nearly", "almost", "half", "some"})


# Inputs that "up to 5 claims" can be counted in; with any other it counts calls.
_COUNTS = frozenset(
    map(stem, ("quantity", "count", "number", "units", "copies", "pieces", "items", "packages", "size", "batch"))
)


_AGES = frozenset(map(stem, ("age", "old", "year", "birth")))


class Numbers(Comparing):
    """Reads comparisons with numbers and dates."""

    def _number_alone(self, start: int, end: int) -> tuple[Logic, int] | None:
        """over $500; between 100 and 5,000 points; $500 or less; a maximum limit of 1000: a number before its input."""
        if (found := self._adjective(start, end)) is not None:
            return found
        op = self._number_op(start, end)
        at = op[1] if op else start
        if op and self.line.low(at) in {"a", "an", "the"} and number_at(self.line.tokens, at, end) is None:
            at += 1
        if op is None and self.line.low(start) == "between":
            return self._between(start, start + 1, end, None)
        if op and op[0] == ">=" and self.line.low(start) == "from" and number_at(self.line.tokens, at, end):
            ranged = self._from_to(start, at, end, None)
            if ranged is not None:
                return ranged
        if op and number_at(self.line.tokens, at, end) is None and (named := self._input_at(at, end)) is not None:
            stop = named[1] + (self.line.low(named[1]) in {"of", "number"})
            if named[0].is_number and number_at(self.line.tokens, stop, end) is not None:
                self.line.mark(at, stop, "condition", named[0].name)
                return self._compared(start, op[0], stop, end, named[0])
            if (
                named[0].is_number
                and self.line.low(at) in ARTICLES
                and (left := self._other_amount(named[0])) is not None
            ):
                return self._against(start, op[0], at, named, left)
        return self._compared(start, op[0] if op else "", at, end, None)

    def _other_amount(self, right: Input) -> Input | None:
        """The input that "more than the order total" is said of: the only other amount of the same type."""
        fits = [found for found in self.tool.inputs if found.is_amount and found != right and found.kind == right.kind]
        return fits[0] if len(fits) == 1 else None

    def _from_to(self, start: int, at: int, end: int, found: Input | None) -> tuple[Logic, int] | None:
        first = number_at(self.line.tokens, at, end)
        if (
            first is None
            or self.line.low(first[1]) not in {"to", "through", "-"}
            or number_at(self.line.tokens, first[1] + 1, end) is None
        ):
            return None
        return self._between(start, at, end, found)

    def _adjective(self, start: int, end: int) -> tuple[Logic, int] | None:
        """a maximum limit of 1000; a minimum initial deposit of 500 dollars."""
        at = start
        while self.line.low(at) in {"a", "an", "the"} and at < end:
            at += 1
        op = ADJECTIVE_OPS.get(self.line.low(at)) if at < end else None
        if op is None:
            return None
        at += 1
        first = at
        while at < end and at < first + 4 and self.line.tokens[at].is_word and self.line.low(at) not in STOPS:
            at += 1
        if (
            at == first
            or self.line.low(at) not in {"of", "is", ":"}
            or number_at(self.line.tokens, at + 1, end) is None
        ):
            return None
        places = list(range(first, at))
        words = inputs.subject_stems(self.line, self.tool, places)
        if (
            words
            and not inputs.matching(self.tool, words)
            and all(word in {"amount", "valu"} or word in self.tool.name for word in words)
        ):
            return self._compared(start, op, at + 1, end, None)
        named = inputs.named_input(self.line, self.tool, places)
        return self._compared(start, op, at + 1, end, named)

    def _between(self, start: int, at: int, end: int, found: Input | None) -> tuple[Logic, int] | None:
        first = number_at(self.line.tokens, at, end)
        if first is None:
            return None
        unit, stop = inputs.unit_at(self.line, self.tool, found, first[1], end)
        if self.line.low(stop) not in {"and", "to", "through", "-"}:
            return None
        second = number_at(self.line.tokens, stop + 1, end)
        if second is None:
            return None
        upper = self._compared(start, "<=", stop + 1, end, found, suffix=False)
        assert upper is not None
        self.line.mark(start, upper[1], "condition", "both ends included")
        place = self._last
        assert place is not None
        after_unit, _ = inputs.unit_at(self.line, self.tool, found, second[1], end)
        quantity = (
            first[0]
            if first[0].currency or first[0].percent
            else type(first[0])(first[0].value, second[0].currency, second[0].percent)
        )
        low = inputs.number_test(self.tool, place, ">=", quantity, unit or after_unit, self.line.tokens[at : first[1]])
        if first[0].value > second[0].value:
            raise Refusal(f"{quote(self.line.tokens[start : upper[1]])} is empty: its first number is the greater one.",
                          self.line.tokens[start : upper[1]], weight=5)  # fmt: skip
        return All((low, upper[0])), upper[1]

    def _compared(
        self, start: int, op: str, at: int, end: int, found: Input | None, *, suffix: bool = True
    ) -> tuple[Logic, int] | None:
        """A number with its unit, compared with an input, or with the one that it must be meant for."""
        number = number_at(self.line.tokens, at, end)
        if number is None:
            if at < end and self.line.low(at) in _VAGUE_AMOUNTS and op:
                raise Refusal(
                    f"{quote([self.line.tokens[at]])} is not an exact number.", [self.line.tokens[at]], weight=5
                )
            return None
        quantity, stop = number
        unit, stop = inputs.unit_at(self.line, self.tool, found, stop, end)
        if suffix and (after := _AFTER_NUMBER.at(self.line.tokens, stop, end)) and not op:
            op, stop = after
        elif suffix and op and after is not None and after[0] == op:
            stop = after[1]
        if not op and found is None:
            return None
        self._not_a_rate(at, stop, end)
        tokens = self.line.tokens[at:stop]
        place, stop = self._place(found, quantity, unit, tokens, stop, end)
        if found is None and not (unit or quantity.currency or quantity.percent or _COUNTS & set(place.leaf)):
            self._not_a_count(at, stop, end)
        self._not_an_age(start, at, place)
        test = inputs.number_test(self.tool, place, op or "==", quantity, unit, tokens)
        self.used_input, self._last = True, place
        self.line.mark(start, stop, "condition", f"{place.name} {op or '=='} {quantity.value}")
        return test, stop

    def _place(
        self, found: Input | None, quantity: object, unit: str, tokens: Sequence[Token], stop: int, end: int
    ) -> tuple[Input, int]:
        """The input that a number is for: the one named, the one named right after it ("in total"), or the only one."""
        if found is not None:
            return found, stop
        after = stop + 1 if self.line.low(stop) in {"in", "of"} and stop < end else stop
        if after < end and self.line.tokens[after].is_word:
            words = [self.line.tokens[after].stem]
            fits = [each for each in self.tool.inputs if each.is_number and set(words) <= set(each.leaf)]
            if len(fits) == 1 and after not in self.line.marks:
                return fits[0], after + 1
        last = self._last
        if self.joined and last is not None and last.is_number and (not unit or inputs.counts(self.tool, last, unit)):
            return last, stop  # "over 100 and under 500" is said of one input
        return inputs.amount_input(self.line, self.tool, quantity, unit, tokens), stop  # type: ignore[arg-type]

    def _not_an_age(self, start: int, at: int, place: Input) -> None:
        """ "older than 30 days" is about an age, which only an input of that name carries."""
        culprits = [token for token in self.line.tokens[start:at] if token.low in {"older", "younger", "newer"}]
        if culprits and not _AGES & {*place.leaf, *place.described}:
            raise Refusal(f"{quote(culprits)} is about an age, and `{place.name}` is none.", culprits,
                          "Say “more than” or “less than”.", weight=6)  # fmt: skip

    def _not_a_count(self, at: int, stop: int, end: int) -> None:
        """ "up to 5 claims" counts calls, where no input is counted in claims."""
        if stop < end and self.line.tokens[stop].is_word and self.line.tokens[stop].stem in self.tool.name:
            culprits = self.line.tokens[at : stop + 1]
            raise Refusal(f"{quote(culprits)} counts calls, and a policy sees one call only.", culprits,
                          "Leave it out, or limit an input of the call.", weight=8)  # fmt: skip

    def _not_a_rate(self, at: int, stop: int, end: int) -> None:
        """A number with "a day", "per hour" or "times" after it counts calls, which no policy can."""
        here = stop
        while (
            here < end
            and self.line.tokens[here].is_word
            and self.line.tokens[here].stem in self.tool.name
            and here < stop + 2
        ):
            here += 1
        low, after = self.line.low(here), self.line.low(here + 1)
        if low in RATES or (
            low in {"a", "an", "each", "every"}
            and stem(after) in {"day", "hour", "week", "month", "minut", "second", "year"}
        ):
            culprits = self.line.tokens[at : min(here + (4 if low == "times" else 2), end)]
            raise Refusal(f"{quote(culprits)} is a count over time, and a policy sees one call only.", culprits,
                          "Leave it out, or limit an input of the call.", weight=8)  # fmt: skip

    def _numbers(self, start: int, at: int, end: int, place: Input, negative: bool) -> tuple[Logic, int] | None:
        """is over 500, is between 3 and 12, is 3, is not more than 5, is less than the order total."""
        tokens = self.line.tokens
        if place.kind in {"datetime"}:
            return self._dated(start, at, end, place, negative)
        if self.line.low(at) == "between" and at < end:
            found = self._between(start, at + 1, end, place)
            return (Not(found[0]) if negative else found[0], found[1]) if found else None
        op = self._number_op(at, end)
        if op is not None and (place.is_number or number_at(tokens, op[1], end) or self._input_at(op[1], end)):
            found = self._number_or_input(start, op[0], op[1], end, place)
            return (Not(found[0]) if negative else found[0], found[1]) if found else None
        if place.is_number:
            found = self._compared(start, "", at, end, place)
            if found is None and (other := self._input_at(at, end)) is not None:
                found = self._against(start, "==", at, other, place)
            if found is None:
                raise self._strange(at, end)
            found = self._more_numbers(found, end, place)
            return (Not(found[0]) if negative else found[0]), found[1]
        return None

    def _number_list(self, start: int, at: int, end: int, place: Input) -> tuple[Logic, int] | None:
        """exactly 3; one of 1, 2 and 3: for an input that is a number."""
        if not place.is_number:
            return None
        found = self._compared(start, "==", at, end, place, suffix=False)
        if found is None:
            other = self._input_at(at, end)
            return self._against(start, "==", at, other, place) if other is not None else None
        return self._more_numbers(found, end, place)

    def _more_numbers(self, found: tuple[Logic, int], end: int, place: Input) -> tuple[Logic, int]:
        """is 1, 2 or 3."""
        items, at = [found[0]], found[1]
        while self.line.low(at) in {",", "or"} and at < end:
            stop = at + 1 + (self.line.low(at + 1) == "or")
            number = number_at(self.line.tokens, stop, end)
            if number is None:
                break
            more = self._compared(at, "==", stop, end, place, suffix=False)
            assert more is not None
            items.append(more[0])
            at = more[1]
        return either(items), at

    def _number_or_input(self, start: int, op: str, at: int, end: int, place: Input) -> tuple[Logic, int] | None:
        if (ranged := self._dated(start, at, end, place, False, op)) is not None:
            return ranged
        if self.line.low(at) == "between":
            return self._between(start, at + 1, end, place)
        while (
            self.line.low(at) in {"the", "a", "an", "than"}
            and at < end
            and number_at(self.line.tokens, at, end) is None
            and not self._input_at(at, end)
        ):
            at += 1
        if number_at(self.line.tokens, at, end) is not None:
            return self._compared(start, op, at, end, place)
        other = self._input_at(at, end)
        if other is not None:
            return self._against(start, op, at, other, place)
        raise self._strange(at, end)

    def _dated(
        self, start: int, at: int, end: int, place: Input, negative: bool, op: str = ""
    ) -> tuple[Logic, int] | None:
        """before 2026-05-01, on 2026-05-01: for an input that holds a date and time."""
        if place.kind != "datetime":
            return None
        ops = {
            "before": "<",
            "after": ">",
            "until": "<=",
            "since": ">=",
            "from": ">=",
            "on": "==",
            "by": "<=",
            "later": ">",
            "earlier": "<",
        }
        while self.line.low(at) in {*ops, "than", "the"} and at < end:
            op = ops.get(self.line.low(at), op)
            at += 1
        day = day_at(self.line.tokens, at, end)
        if day is None:
            raise self._strange(at, end)
        first, after, stop = day
        test = _day_test(place, op or "==", first, after)
        self.used_input = True
        self.line.mark(start, stop, "condition", f"{place.name} {op or '=='} {first:%Y-%m-%d}")
        return (Not(test) if negative else test), stop


def _day_test(place: Input, op: str, first: object, after: object) -> Logic:
    """A date input against a whole day."""
    from cedarpy import pst

    def test(name: pst.BinaryOpName, instant: object) -> Atom:
        return Atom(pst.BinaryOp(name, inputs.access(place), instant_literal(instant)), inputs.guards(place))

    if op == "<":
        return test("less", first)
    if op == ">=":
        return test("greater_eq", first)
    if op == ">":
        return test("greater_eq", after) if after is not None else test("greater", first)
    if op == "<=":
        return test("less", after) if after is not None else test("less_eq", first)
    if after is None:
        return test("eq", first)
    whole = All((test("greater_eq", first), test("less", after)))
    return Not(whole) if op == "!=" else whole
