"""Conditions on flags, and on whether an input is there."""

from __future__ import annotations

from collections.abc import Sequence

from bot.translate import inputs
from bot.translate.lexicon import Input
from bot.translate.logic import Logic, Not
from bot.translate.numbers import Numbers
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal, quote
from bot.translate.vocabulary import (
    ABSENT,
    FALSE_WORDS,
    PRESENT,
    PRONOUNS,
    STOPS,
    SUBJECT_FILLERS,
    TRUE_WORDS,
)
from bot.translate.words import stem

_PRESENT = Phrases.of(PRESENT)
_ABSENT = Phrases.of(ABSENT)
_EMPTY = frozenset({"empty", "blank"})
_MISSING = frozenset(" ".join((*PRESENT, *ABSENT)).split())


class Flags(Numbers):
    """Reads flags and presence."""

    def _presence(self, start: int, places: list[int], at: int, end: int, negative: bool) -> tuple[Logic, int] | None:
        """a campaign is specified; the resolution is missing; the memo and the reason are given."""
        there, gone = _PRESENT.at(self.line.tokens, at, end), _ABSENT.at(self.line.tokens, at, end)
        found = there or gone
        if found is None or not places or self._is_value_of(places, found[1] - 1):
            return None
        if (
            there is not None
            and there[0] in {"set", "known", "there", "listed"}
            and self.line.low(found[1]) in {"to", "as", "in"}
        ):
            return None
        if self._has_no(places):
            places, negative = places[1:], not negative
        place = self._subject(places, start, at)
        absent = (gone is not None) != negative
        self._can_be(place, absent, start, found[1])
        self.line.mark(start, found[1], "condition", f"{place.name} is {'absent' if absent else 'there'}")
        test: Logic = inputs.present(place)
        return (Not(test) if absent else test), found[1]

    def _has_no(self, places: list[int]) -> bool:
        return len(places) > 1 and self.line.low(places[0]) == "no"

    def _is_value_of(self, places: list[int], at: int) -> bool:
        """Whether "open" or "provided" is a value that the named input lists."""
        words = inputs.subject_stems(self.line, self.tool, places)
        fits = inputs.matching(self.tool, words) if words else []
        return any(self.line.low(at) in {value.lower() for value in found.values} for found in fits) or (
            self.line.tokens[at].stem in self.tool.flags
        )

    def _flag(self, start: int, places: list[int], at: int, end: int, negative: bool) -> tuple[Logic, int] | None:
        """express is true; it is not internal; the order is shipped; the policy is active."""
        words = inputs.subject_stems(self.line, self.tool, places)
        low = self.line.low(at) if at < end else ""
        if low in TRUE_WORDS | FALSE_WORDS:
            named = inputs.flag_named(self.tool, words) or self._only_flag(words)
            if named is not None:
                return self._flagged(start, named, (low in TRUE_WORDS) != negative, at + 1)
        if places and self._names_text(words):
            return None
        for size in (3, 2, 1):
            if at + size > end or any(self.line.low(n) in STOPS for n in range(at, at + size)):
                continue
            said = [word for n in range(at, at + size) for word in (self.line.tokens[n].stem,)]
            named = inputs.flag_named(self.tool, said) or inputs.flag_named(self.tool, [*words, *said])
            if named is not None and self._about(named, places):
                return self._flagged(start, named, not negative, at + size)
        return None

    def _only_flag(self, words: list[str]) -> Input | None:
        fits = [found for found in inputs.matching(self.tool, words) if found.kind == "Bool"] if words else []
        return fits[0] if len(fits) == 1 else None

    def _names_text(self, words: list[str]) -> bool:
        """Whether the subject is itself an input that is not a flag: then "is …" gives its value."""
        fits = inputs.matching(self.tool, words) if words else []
        return any(found.kind not in {"Bool", "record"} and set(found.leaf) <= set(words) for found in fits)

    def _about(self, flag: Input, places: list[int]) -> bool:
        """Whether the subject of a flag can be its subject: "it", or words of the tool or of the flag."""
        known = {*self.tool.name, *self.tool.prose, *self.tool.target, *self.tool.input_words, *flag.leaf}
        return all(
            self.line.low(n) in PRONOUNS | SUBJECT_FILLERS
            or all(word in known or _kin(word, self.tool.name) for word in self.line.tokens[n].words)
            for n in places
        )

    def _flagged(self, start: int, flag: Input, value: bool, stop: int) -> tuple[Logic, int]:
        self.used_input = True
        self.line.mark(start, stop, "condition", f"{flag.name} == {'true' if value else 'false'}")
        return inputs.flag_test(flag, value), stop

    def _has(self, start: int, at: int, end: int) -> tuple[Logic, int] | None:
        """no memo; has a memo; there is no resolution; without a reason: whether an input is there."""
        negative, said = False, at
        lows = [self.line.low(n) if n < end else "" for n in range(at, at + 4)]
        if lows[0] in {"it", "there"} and lows[1] in {"is", "has"}:
            at += 2
        elif lows[0] in {"has", "have"}:
            at += 1
        if self.line.low(at) in ({"no", "without"} if at == said else {"no", "without", "not"}) and at < end:
            negative, at = True, at + 1
        if at == said and not negative:
            return None
        found = self._input_at(at, end)
        if found is None or (self._operator(at, end) is not None and at == said):
            return None
        place, stop = found
        if self.line.low(stop) not in {"", ",", "and", "or", ".", "for", "by", "unless"} and stop < end:
            return None
        if place.kind == "Bool" and not (negative and any(place.optional)):
            return self._flagged(start, place, not negative, stop)
        self._can_be(place, negative, start, stop)
        self.used_input = True
        self.line.mark(start, stop, "condition", f"{place.name} is {'absent' if negative else 'there'}")
        test: Logic = inputs.present(place)
        return (Not(test) if negative else test), stop

    def _can_be(self, place: Input, absent: bool, start: int, stop: int) -> None:
        """Refuse what can never be missing, and what is missing in two ways: an empty text, a flag that is false."""
        tokens = self.line.tokens[start:stop]
        if any(token.low in _EMPTY for token in tokens):
            raise Refusal(f"{quote(tokens)} could be an input that is left out, or one that has nothing in it.", tokens,
                          "Say “is missing”, or compare it with a value.", weight=6)  # fmt: skip
        if absent and not any(place.optional):
            raise Refusal(
                f"{quote(tokens)} can never be: `{place.name}` is there in every call.",
                tokens,
                "Compare it with a value.",
                weight=6,
            )
        if absent and place.kind == "Bool" and tokens[-1].low not in _MISSING:
            raise Refusal(f"{quote(tokens)} could be false, or left out.", tokens,
                          "Say “is false” or “is missing”.", weight=6)  # fmt: skip

    def _flag_alone(self, at: int, end: int) -> tuple[Logic, int] | None:
        low, negative = self.line.low(at), False
        if low.startswith("non-") or low == "non":
            negative = True
        for size in (2, 1):
            if at + size > end or any(
                not self.line.tokens[n].is_word or self.line.low(n) in STOPS for n in range(at, at + size)
            ):
                continue
            said = [stem(self.line.low(n).removeprefix("non-")) for n in range(at, at + size)]
            if any(word in self.tool.name for word in said):
                continue
            named = inputs.flag_named(self.tool, said)
            if named is not None:
                return self._flagged(at, named, not negative, at + size)
        return None


def _kin(word: str, known: Sequence[str]) -> bool:
    """Whether a noun is made of a verb, or a verb of a noun: payment and pay, shipment and ship."""
    return any(min(len(word), len(each)) >= 3 and (word.startswith(each) or each.startswith(word)) for each in known)
