"""Conditions on texts and lists: values after an operator, next to a name, or by themselves."""

from __future__ import annotations

from bot.translate import inputs
from bot.translate.flags import Flags
from bot.translate.lexicon import Input
from bot.translate.logic import All, Atom, Logic, Not, both, either
from bot.translate.phrases import Phrases
from bot.translate.quantities import number_at
from bot.translate.refusals import Refusal, quote
from bot.translate.tokens import Token
from bot.translate.vocabulary import (
    FALSE_WORDS,
    STOPS,
    TRUE_WORDS,
)
from bot.translate.words import stem

_CALLER = Phrases.of(("the user", "the caller", "the principal", "the requester", "the person", "the agent", "user",
    "caller", "principal",
                      "they", "the role", "the account", "the users", "the requestor", "he or she",
                      "the user in question", "the one calling",
                      "it is", "requested by", "called by", "done by", "made by", "used by", "performed by", "run by",
                      "initiated by",
                      "it is called by", "it is done by", "it is requested by", "it is made by",
                      "the request comes from",
                      "the call comes from", "the request is made by", "the call is made by", "it comes from", "by",
                      "the user who calls"))  # fmt: skip


# "suite or better": an order among values, which a text does not have.
_DEGREES = frozenset(
    {"better", "worse", "higher", "lower", "above", "below", "similar", "equivalent", "later", "earlier", "newer"}
    | {"older", "greater", "smaller", "larger", "more", "less", "up", "so", "other", "others", "such"}
)


class Values(Flags):
    """Reads values of texts and lists."""

    def _texts(
        self, start: int, op: str, at: int, end: int, place: Input, *, listing: bool = False
    ) -> tuple[Logic, int] | None:
        """The values after an operator: one, or several joined by "or", commas, or "nor"."""
        negative, how = op.startswith("!"), op.lstrip("!")
        if self.line.low(at) in {"neither", "none"} and at < end:
            negative, at = self._none_of(negative, at), at + 1
        if how == "in" and (numbers := self._number_list(start, at, end, place)) is not None:
            return (Not(numbers[0]) if negative else numbers[0]), numbers[1]
        tests: list[Logic] = []
        joiners: set[str] = set()
        stop = at
        while True:
            found = self._value(stop, end, place)
            if found is None:
                break
            value, quoted, after = found
            tokens = self.line.tokens[stop:after]
            if how == "in":
                tests.append(inputs.value_test(place, value, quoted, tokens))
            else:
                text = inputs.spelled(place, value, quoted) if place.kind == "set" else value
                tests.append(inputs.like_test(place, how, text, tokens))
            stop = after
            joined = self._value_joiner(stop, end, place)
            if joined is None:
                break
            joiners.add(joined[0])
            stop = joined[1]
        if not tests:
            raise self._strange(at, end)
        self.used_input = True
        self.line.mark(start, stop, "condition", f"{place.name} {'not ' if negative else ''}{how}")
        if place.kind == "set" and {"and", "or"} <= joiners:
            raise Refusal(f"{quote(self.line.tokens[start:stop])} can be read in two ways.",
                          self.line.tokens[start:stop], "Make it two rules.", weight=6)  # fmt: skip
        if listing:
            joiners = {"or"} if place.kind != "set" or "and" not in joiners else {"and"}
            how = "contains" if place.kind == "set" else how
        return self._values_joined(tests, joiners, negative, how, start, stop), stop

    def _values_joined(
        self, tests: list[Logic], joiners: set[str], negative: bool, how: str, start: int, stop: int
    ) -> Logic:
        every = "and" in joiners and not negative and how != "in"
        if negative and "and" in joiners and not self._listed_set(start):
            raise Refusal(f"{quote(self.line.tokens[start:stop])}: neither of them, or not both?",
                          self.line.tokens[start:stop], "Say “neither … nor”.", weight=6)  # fmt: skip
        if (
            "and" in joiners
            and not negative
            and how == "in"
            and len(tests) > 1
            and "or" not in joiners
            and not self._listed_set(start)
        ):
            raise Refusal(f"{quote(self.line.tokens[start:stop])}: it cannot be several values at once.",
            self.line.tokens[start:stop],
                          "Say “or”.", weight=6)  # fmt: skip
        if not negative:
            joined = both(*tests) if every else either(tests)
            assert joined is not None
            return joined
        turned = tuple(_not_equal(test) for test in tests)
        return turned[0] if len(turned) == 1 else All(turned)

    def _none_of(self, negative: bool, at: int) -> bool:
        """Whether "neither" makes the operator before it a negation, as it does when that is none yet."""
        if negative:
            raise Refusal(f"{quote(self.line.tokens[at - 1 : at + 1])} is two negations.",
                          self.line.tokens[at - 1 : at + 1], "Say it once.", weight=6)  # fmt: skip
        return True

    def _listed_set(self, start: int) -> bool:
        """Whether values follow "in" or "one of", where "and" only lists them."""
        return any(
            self.line.low(at) in {"in", "of", "among"} for at in range(start, min(start + 12, len(self.line.tokens)))
        )

    def _value_joiner(self, at: int, end: int, place: Input) -> tuple[str, int] | None:
        """Where the next value of a list starts, when what follows is a value and not a condition of its own."""
        stop, kind = at, ""
        while self.line.low(stop) in {",", "or", "nor", "and"} and stop < end and stop < at + 2:
            kind = {"or": "or", "nor": "or", "and": "and"}.get(self.line.low(stop), kind)
            stop += 1
        while self.line.low(stop) in {"a", "the", "an"} and stop < end and stop > at:
            stop += 1
        if stop == at or stop >= end or not self._plain_value(stop, end, place):
            return None
        if kind in {"and", ""} and not self._same_list(stop, end, place):
            return None
        return kind, stop

    def _same_list(self, at: int, end: int, place: Input) -> bool:
        """After "and" or a comma a word is the next value only when it is quoted or listed, or the list goes on."""
        token = self.line.tokens[at]
        listed = any(value.lower() == token.low for value in place.values)
        goes_on = (
            any(self.line.low(n) in {"or", "nor", "and"} for n in (at + 1, at + 2)) or self.line.low(at + 1) == ","
        )
        return token.kind == "quoted" or listed or (self.line.low(at - 1) == "," and goes_on) or token.text.isupper()

    def _plain_value(self, at: int, end: int, place: Input) -> bool:
        token = self.line.tokens[at]
        if token.kind == "quoted":
            return True
        if token.kind not in {"word", "number", "time"} or _closed(token):
            return False
        if any(value.lower() == token.low for value in place.values):
            return True
        before = dict(self.line.marks), self._last, self.used_input
        try:
            own = (
                self._operator(at, end) is not None
                or self._flag_alone(at, end) is not None
                or self._listed_elsewhere(at, end, place)
            )
        except Refusal:
            own = True
        self.line.marks, self._last, self.used_input = before
        return not own and _CALLER.at(self.line.tokens, at, end) is None

    def _listed_elsewhere(self, at: int, end: int, place: Input) -> bool:
        return any(found.path != place.path for found, _ in inputs.listing(self.tool, self.line.tokens[at].text))

    def _value(self, start: int, end: int, place: Input) -> tuple[str, bool, int] | None:
        """One value: quoted, a spelling that the input lists, or a word or a few as typed."""
        at = start
        while (
            self.line.low(at) in {"a", "an", "the", "either", "both", "any", "of", "one", ":"}
            and at < end
            and not self._lists(place, at, 1)
        ):
            at += 1
        if at >= end:
            return None
        token = self.line.tokens[at]
        if token.kind == "quoted":
            return token.value, True, at + 1
        if not place.values and (typed := self._as_typed(at, end)) is not None:
            return typed
        for size in (4, 3, 2, 1):
            if at + size <= end and self._lists(place, at, size):
                return " ".join(each.text for each in self.line.tokens[at : at + size]), False, at + size
        if token.kind not in {"word", "number", "date", "time", "arn"} or _closed(token):
            return None
        return self._words_typed(at, end, place)

    def _words_typed(self, at: int, end: int, place: Input) -> tuple[str, bool, int]:
        stop = at + 1
        if self.line.tokens[at].kind == "word":
            while (
                stop < end
                and self.line.tokens[stop].is_word
                and self.line.low(stop) not in STOPS
                and stop not in self.line.marks
            ):
                stop += 1
        words = self.line.tokens[at:stop]
        self._ends_here(words, stop, place)
        if len(words) > 1 and not self._fits_together(words, place):
            raise Refusal(
                f"{quote(words)} could be one value or several words.",
                words,
                f"Put the value of `{place.name}` in quotes.",
                weight=5,
            )
        return " ".join(each.text for each in words), False, stop

    def _as_typed(self, at: int, end: int) -> tuple[str, bool, int] | None:
        """A value that opens with a mark (-frozen, .pem), or several words in capitals (DO NOT MERGE)."""
        tokens = self.line.tokens
        if tokens[at].text in {"-", "."} and at + 1 < end and tokens[at + 1].start == tokens[at].end:
            return (tokens[at].text + tokens[at + 1].text, True, at + 2) if tokens[at + 1].is_word else None
        if (glued := self._glued_to(at, end)) > at + 1:
            return "".join(token.text for token in tokens[at:glued]), True, glued
        stop = at
        while stop < end and tokens[stop].is_word and tokens[stop].text.isupper() and stop not in self.line.marks:
            stop += 1
        shouted = stop - at > 1 and len(tokens[at].text) > 1 and at > 0 and not tokens[at - 1].text.isupper()
        return (" ".join(token.text for token in tokens[at:stop]), True, stop) if shouted else None

    def _glued_to(self, at: int, end: int) -> int:
        """Where the marks end that are stuck to a word as a value has them: hotfix/, demo-, fix:."""
        tokens, stop = self.line.tokens, at + 1
        while stop < end and tokens[at].is_word and tokens[stop].start == tokens[stop - 1].end:
            if tokens[stop].kind not in {"word", "number"} and tokens[stop].text not in "/-_:":
                break
            stop += 1
        return stop

    def _ends_here(self, words: list[Token], stop: int, place: Input) -> None:
        """Refuse a value with a sign stuck to it ("Q-") and one that is no value ("or better")."""
        glued = self.line.tokens[stop : stop + 1]
        if (
            glued
            and glued[0].kind in {"punct", "sign"}
            and glued[0].start == words[-1].end
            and (glued[0].text not in ",.;!?)”’\"'")
        ):
            raise Refusal(f"{quote([*words, *glued])}: it is not clear where the value ends.", [*words, *glued],
                          f"Put the value of `{place.name}` in quotes.", weight=6)  # fmt: skip
        if len(words) == 1 and words[0].low in _DEGREES:
            raise Refusal(f"{quote(words)} is an order that `{place.name}` does not have.", words,
                          "List the values.", weight=6)  # fmt: skip

    def _fits_together(self, words: list[Token], place: Input) -> bool:
        return all(word.text[0].isupper() for word in words) and not place.values and len(words) <= 3

    def _lists(self, place: Input, at: int, size: int) -> bool:
        text = " ".join(token.text for token in self.line.tokens[at : at + size]).lower()
        return any(inputs._same(value, text) for value in place.values)

    def _name_and_value(self, start: int, end: int) -> tuple[Logic, int] | None:
        """level 2; region eu-west-1; priority urgent; urgent priority; the prod environment; no memo."""
        at = start
        while self.line.low(at) in {"the", "a", "an"} and at < end:
            at += 1
        if (found := self._has(start, at, end)) is not None:
            return found
        for size in (3, 2, 1):
            stop = at + size
            if stop >= end or not all(
                self.line.tokens[n].is_word and self.line.low(n) not in STOPS for n in range(at, stop)
            ):
                continue
            words = inputs.subject_stems(self.line, self.tool, range(at, stop))
            fits = inputs.matching(self.tool, words) if words else []
            if len(fits) != 1 or not set(words) & set(fits[0].leaf):
                continue
            if (paired := self._pair(start, at, stop, end, fits[0])) is not None:
                return paired
        return None

    def _pair(self, start: int, at: int, stop: int, end: int, place: Input) -> tuple[Logic, int] | None:
        token = self.line.tokens[stop]
        if place.is_number and number_at(self.line.tokens, stop, end) is not None:
            self.line.mark(at, stop, "condition", place.name)
            return self._compared(start, "", stop, end, place)
        if (
            place.is_number
            and (op := self._number_op(stop, end)) is not None
            and number_at(self.line.tokens, op[1], end)
        ):
            return self._compared(start, op[0], op[1], end, place)
        if place.kind == "Bool" and token.low in TRUE_WORDS | FALSE_WORDS:
            return self._flagged(start, place, token.low in TRUE_WORDS, stop + 1)
        if place.kind in {"String", "enum", "set"} and (
            token.kind == "quoted" or self._lists(place, stop, 1) or self._lists(place, stop, 2)
        ):
            self._last = place
            return self._texts(start, "in", stop, end, place)
        return None

    def _alone(self, start: int, end: int) -> tuple[Logic, int] | None:
        """urgent; express; US or CA; not urgent; the eu-west-1 region: a listed value or a flag by itself."""
        at = start
        negative = False
        while self.line.low(at) in {"the", "a", "an", "not", "either", "any", "all"} and at < end:
            negative = negative != (self.line.low(at) == "not")
            at += 1
        if at >= end or self.line.tokens[at].kind not in {"word", "quoted"}:
            return None
        found = self._listed_values(start, at, end) or self._flag_alone(at, end)
        if found is None:
            return None
        logic, stop = found
        self.line.mark(start, stop, "condition")
        return (Not(logic) if negative else logic), stop

    def _listed_values(self, start: int, at: int, end: int) -> tuple[Logic, int] | None:
        for size in (3, 2, 1):
            if at + size > end:
                continue
            tokens = self.line.tokens[at : at + size]
            text = " ".join(token.value or token.text for token in tokens)
            glossed = self.line.glossary.values.get(tuple(stem(token.low) for token in tokens))
            fits = inputs.listing(self.tool, text)
            if glossed is not None:
                fits = [(found, glossed[1]) for found in self.tool.inputs if glossed[0] in {found.name, found.path[-1]}]
            if not fits or (glossed is None and size == 1 and not tokens[0].is_word and tokens[0].kind != "quoted"):
                continue
            places = {found.path for found, _ in fits}
            place = self._named_after(fits, at + size, end) if len(places) > 1 else fits[0][0]
            if place is None:
                listed = ", ".join(f"`{found.name}`" for found, _ in fits)
                raise Refusal(f"{quote(tokens)} is a value of {listed}.", tokens, "Name the input.", weight=4)
            self._last, self.used_input = place, True
            if glossed is not None:
                self.line.mark(at, at + size, "condition", f"{place.name} = {glossed[1]} (glossary)")
                return inputs.value_test(place, glossed[1], True, tokens), at + size
            result = self._texts(start, "in", at, end, place, listing=True)
            return self._own_name(result, place, end) if result else None
        return None

    def _named_after(self, fits: list[tuple[Input, str]], at: int, end: int) -> Input | None:
        if at < end:
            named = [found for found, _ in fits if self.line.tokens[at].stem in found.leaf]
            return named[0] if len(named) == 1 else None
        return None

    def _own_name(self, result: tuple[Logic, int], place: Input, end: int) -> tuple[Logic, int]:
        """Past the input's own name after its value: "urgent priority", "the eu-west-1 region"."""
        logic, at = result
        stop = at
        while (
            stop < end
            and stop < at + 2
            and self.line.tokens[stop].is_word
            and self.line.tokens[stop].stem in place.leaf
        ):
            stop += 1
        if stop > at and not any(self.line.tokens[n].stem in self.tool.name for n in range(at, stop)):
            self.line.mark(at, stop, "condition", place.name)
            return logic, stop
        return result


def _closed(token: Token) -> bool:
    """Whether a word only holds a sentence together: "by" and "in", but not the codes BY and IN."""
    return token.low in STOPS and not (
        token.text.isupper() and len(token.text) == 2 and token.low not in {"or", "if", "is"}
    )


def _not_equal(test: Logic) -> Logic:
    """The negation of one value's test: `!=` where it was `==`."""
    if isinstance(test, Atom):
        from cedarpy import pst

        if isinstance(test.test, pst.BinaryOp) and test.test.op == "eq":
            return Atom(pst.BinaryOp("not_eq", test.test.left, test.test.right), test.guards)
    return Not(test)
