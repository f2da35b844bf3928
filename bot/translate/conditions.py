"""Conditions of a rule, read against one tool: clauses, their grouping, and each comparison in them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.translate import inputs
from bot.translate.lexicon import Input, ToolWords
from bot.translate.line import Line
from bot.translate.logic import All, Atom, Either, Logic, Not, both, either
from bot.translate.people import all_people, people_at
from bot.translate.phrases import Phrases
from bot.translate.quantities import number_at
from bot.translate.refusals import Refusal, quote
from bot.translate.times import day_at, instant_literal, relative_at, time_at
from bot.translate.tokens import Token
from bot.translate.vocabulary import (
    ABSENT,
    ADJECTIVE_OPS,
    AFTER_NUMBER,
    ARTICLES,
    COPULAS,
    FALSE_WORDS,
    NUMBER_OPS,
    PRESENT,
    PRONOUNS,
    RATES,
    SIGNS,
    STOPS,
    STRING_OPS,
    SUBJECT_FILLERS,
    TRUE_WORDS,
    UNLESS,
    WHEN,
)
from bot.translate.words import stem

_NUMBER_OPS = Phrases(NUMBER_OPS)
_AFTER_NUMBER = Phrases(AFTER_NUMBER)
_STRING_OPS = Phrases(STRING_OPS)
_COPULAS = Phrases.of(COPULAS)
_PRESENT = Phrases.of(PRESENT)
_ABSENT = Phrases.of(ABSENT)
_CLAUSE = Phrases.of((*WHEN, *UNLESS))
_WHEN_AGAIN = Phrases.of(("when", "if", "that", "where", "only if", "only when", "as long as", "also"))
_CALLER = Phrases.of(("the user", "the caller", "the principal", "the requester", "the person", "the agent", "user", "caller", "principal",
                      "they", "the role", "the account", "the users", "the requestor", "he or she", "the user in question", "the one calling",
                      "it is", "requested by", "called by", "done by", "made by", "used by", "performed by", "run by", "initiated by",
                      "it is called by", "it is done by", "it is requested by", "it is made by", "the request comes from",
                      "the call comes from", "the request is made by", "the call is made by", "it comes from", "by", "the user who calls"))  # fmt: skip
_CALLER_VERBS = Phrases.of(("is", "are", "has", "have", "is in", "is a", "is an", "is the", "holds", "carries", "belongs to", "is from", "has the",
                            "has a", "is one of", "is one of the", "is part of", "is a member of", "works in", "are a", "comes from",
                            "is with", "owns"))  # fmt: skip
_CALLER_NOT = Phrases.of(("is not", "are not", "has no", "does not have", "do not have", "is not a", "is not an", "is not the", "lacks",
                          "does not hold", "is not in", "does not belong to", "is not one of", "does not have the", "is not one of the",
                          "does not have a", "is not from", "has not", "is no"))  # fmt: skip
_THE_TIME = Phrases.of(("it is", "the time is", "the current time is", "the date is", "the current date is", "time is", "the hour is",
                        "the request is made", "it happens", "called", "done", "made", "the call is made", "the time of day is",
                        "the clock is", "the call happens", "the time in utc is", "the utc time is", "the request comes", "requested"))  # fmt: skip
_RELATIVES = Phrases.of(("that is", "that are", "which is", "which are", "that was", "that were", "who are", "flagged as", "flagged",
                         "marked as", "marked", "classified as", "labelled", "labeled", "labelled as", "labeled as", "tagged as",
                         "of type", "of kind", "considered", "rated", "rated as", "categorized as", "designated as", "designated",
                         "being"))  # fmt: skip
_PREPOSITIONS = frozenset({"with", "of", "for", "in", "to", "at", "on", "from", "where", "whose", "that", "which", "having", "by", "worth",
                           "totaling", "totalling", "costing", "under", "into", "using", "via", "as", "per", "against", "who", "through",
                           "within", "set", "over", "towards", "about", "valued", "priced", "and", "weighing", "lasting"})  # fmt: skip
_VAGUE_AMOUNTS = frozenset({"about", "around", "roughly", "approximately", "nearly", "almost", "half", "some"})


class Conditions:
    """Reads conditions of one tool. Every method takes a place and gives a logic and the place after it, or None."""

    def __init__(self, line: Line, tool: ToolWords) -> None:
        self.line = line
        self.tool = tool
        self.used_input = False
        self._last: Input | None = None

    # -- clauses -------------------------------------------------------------------------------------------------------

    def clause(self, start: int, end: int) -> tuple[Logic, int]:
        """Items joined by "and" and "or", grouped by commas and "either"; at least one. Raises Refusal when there is none."""
        first = self.item(start, end)
        if first is None:
            raise self._strange(start, end)
        items, joiners, at = [first[0]], [], first[1]
        while (joined := self._joiner(at, end)) is not None:
            kind, stop = joined
            before = dict(self.line.marks)
            more = self._next(kind, stop, end)
            if more is None:
                self.line.marks = before
                break
            self.line.mark(at, stop, "joiner", kind)
            items.append(more[0])
            joiners.append((kind, at))
            at = more[1]
        return self._grouped(items, joiners, start, at), at

    def _next(self, kind: str, at: int, end: int) -> tuple[Logic, int] | None:
        """The item after a joiner. Without a sign that it is one (a bare word), it is none."""
        if kind == "," and self._opens_other(at, end):
            return None
        try:
            return self.item(at, end)
        except Refusal as refusal:
            if refusal.weight >= 2:
                raise
            return None

    def _opens_other(self, at: int, end: int) -> bool:
        return _CLAUSE.at(self.line.tokens, at, end) is not None

    def _joiner(self, at: int, end: int) -> tuple[str, int] | None:
        comma = at < end and self.line.low(at) == ","
        stop = at + comma
        if stop < end and self.line.low(stop) in {"and", "or", "nor"}:
            kind = ", " * comma + ("or" if self.line.low(stop) == "or" else "and")
            stop += 1
        elif comma:
            kind = ","
        else:
            return None
        if (again := _WHEN_AGAIN.at(self.line.tokens, stop, end)) and kind != ",":
            stop = again[1]
        return (kind, stop) if stop < end else None

    def _grouped(self, items: list[Logic], joiners: list[tuple[str, int]], start: int, end: int) -> Logic:
        kinds = [kind for kind, _ in joiners]
        words = {kind.lstrip(", ") for kind in kinds} - {""}
        if len(words) <= 1:
            listed = tuple(items)
            return listed[0] if len(listed) == 1 else (Either(listed) if words == {"or"} else All(listed))
        outer = [kind for kind in kinds if kind.startswith(", ") and kind != ", "]
        inner = {kind for kind in kinds if not kind.startswith(",")}
        if len(set(outer)) != 1 or len(inner) > 1 or "," in kinds:
            culprits = [self.line.tokens[at + (self.line.low(at) == ",")] for _, at in joiners]
            raise Refusal(f"{quote(culprits)} together can be read in two ways here.", culprits,
                          "Group them with “either … or”, or make two rules.", weight=6)  # fmt: skip
        groups: list[list[Logic]] = [[items[0]]]
        for kind, item in zip(kinds, items[1:], strict=True):
            if kind.startswith(","):
                groups.append([item])
            else:
                groups[-1].append(item)
        make_inner, make_outer = (Either, All) if outer[0] == ", and" else (All, Either)
        parts = tuple(group[0] if len(group) == 1 else make_inner(tuple(group)) for group in groups)
        return make_outer(parts)

    # -- one item ------------------------------------------------------------------------------------------------------

    def item(self, start: int, end: int) -> tuple[Logic, int] | None:
        """One condition: on time, on the caller, or on an input."""
        at = start
        if self.line.low(at) == "both" and at < end:
            self.line.mark(at, at + 1, "filler")
            at += 1
        if self.line.low(at) == "either" and at < end:
            return self._either(at, end)
        if (found := self.moment(at, end)) is not None:
            return found
        if (found := self._caller(at, end)) is not None:
            return found
        if (found := self._number_alone(at, end)) is not None:
            return found
        if (found := self._with_subject(at, end)) is not None:
            return found
        return self._alone(at, end)

    def _either(self, start: int, end: int) -> tuple[Logic, int] | None:
        found = self.item(start + 1, end)
        if found is None:
            return None
        items, at = [found[0]], found[1]
        while self.line.low(at) == "or" and at < end:
            again = _WHEN_AGAIN.at(self.line.tokens, at + 1, end)
            more = self.item(again[1] if again else at + 1, end)
            if more is None:
                break
            self.line.mark(at, more[1], "joiner", "or")
            items.append(more[0])
            at = more[1]
        self.line.mark(start, start + 1, "joiner", "either")
        return either(items), at

    def moment(self, start: int, end: int) -> tuple[Logic, int] | None:
        """A time, with or without "it is" before it."""
        opened = _THE_TIME.at(self.line.tokens, start, end)
        for at in (opened[1] if opened else start, start):
            negative = opened is not None and at != start and self.line.low(at) == "not"
            if (relative := relative_at(self.line.tokens, at + negative, end)) is not None and not self._known(
                at, relative
            ):
                culprits = self.line.tokens[at + negative : relative]
                raise Refusal(f"{quote(culprits)} is not something that a policy can check.", culprits,
                              "Policies see the clock and the date in UTC: say hours with UTC, or dates as 2026-12-31.", weight=7)  # fmt: skip
            found = time_at(self.line.tokens, at + negative, end)
            if found is not None:
                self.line.mark(start, found[1], "condition", "time, in UTC")
                return (Not(found[0]) if negative else found[0]), found[1]
        return None

    def _known(self, start: int, end: int) -> bool:
        """Whether words that look like a relative time are values or words of the tool."""
        return any(
            self.line.tokens[at].low in self.tool.values or self.line.tokens[at].stem in self.tool.input_names
            for at in range(start, end)
        )

    def _caller(self, start: int, end: int) -> tuple[Logic, int] | None:
        """the user has role X; the caller is the role ARN; they are in the finance department; the user's team is billing."""
        opened = _CALLER.at(self.line.tokens, start, end)
        if opened is None:
            return None
        said, at = opened
        if said.endswith((" by", " from")) or said == "by":
            return self._people(start, at, end, negative=False)
        if said in {"it is", "the role", "the account"}:
            return None
        if self.line.low(at) in {"role", "scope", "team", "department", "username"}:
            return self._claim_of_caller(start, at, end)
        if said == "they" and self._of_things(at, end):
            return None
        negated = _CALLER_NOT.at(self.line.tokens, at, end)
        verb = negated or _CALLER_VERBS.at(self.line.tokens, at, end)
        if verb is None:
            return None
        return self._people(start, verb[1], end, negative=negated is not None)

    def _of_things(self, at: int, end: int) -> bool:
        """Whether "they" are things: what is said of them is a flag, a value or a number, and not surely people."""
        before = dict(self.line.marks)
        copula = _COPULAS.at(self.line.tokens, at, end)
        after = copula[1] if copula else at
        after += self.line.low(after) == "not"
        try:
            people = people_at(self.line, after + (self.line.low(after) in {"in", "from"}), end, sure=True)
        except Refusal:
            people = None
        self.line.marks = before
        return people is None

    def _claim_of_caller(self, start: int, at: int, end: int) -> tuple[Logic, int] | None:
        return self._people(start, at, end, negative=False)

    def _people(self, start: int, at: int, end: int, *, negative: bool) -> tuple[Logic, int] | None:
        before = dict(self.line.marks)
        preposition = at - 1
        # "is in the finance department": the preposition belongs to what the people reader reads.
        if self.line.low(preposition) in {"in", "from", "of"}:
            found = people_at(self.line, at, end)
        else:
            found = people_at(self.line, at, end)
        if found is None or (condition := all_people([found[0]])) is None:
            self.line.marks = before
            return None
        self.line.mark(start, found[1], "person")
        return (Not(condition) if negative else condition), found[1]

    # -- numbers -------------------------------------------------------------------------------------------------------

    def _number_op(self, at: int, end: int) -> tuple[str, int] | None:
        """An operator for numbers, in words or as a sign, and where the number starts."""
        if at < end and self.line.tokens[at].kind == "sign":
            return SIGNS[self.line.tokens[at].text], at + 1
        return _NUMBER_OPS.at(self.line.tokens, at, end)

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
            if named[0].is_number and self.line.low(at) in ARTICLES and (left := self._other_amount(named[0])) is not None:
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
        return inputs.amount_input(self.line, self.tool, quantity, unit, tokens), stop  # type: ignore[arg-type]

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
            culprits = self.line.tokens[at : min(here + 2, end)]
            raise Refusal(f"{quote(culprits)} is a count over time, and a policy sees one call only.", culprits,
                          "Leave it out, or limit an input of the call.", weight=8)  # fmt: skip

    # -- a named input -------------------------------------------------------------------------------------------------

    def _with_subject(self, start: int, end: int) -> tuple[Logic, int] | None:
        """An input's name and what is said of it."""
        opened = self._operator(start, end)
        if opened is None:
            return self._name_and_value(start, end)
        kind, op, at, after = opened
        places = [n for n in range(start, at) if self.line.low(n) not in ARTICLES]
        if kind == "is":
            return self._copula(start, places, at, after, end)
        place = self._subject(places, start, at)
        if kind == "number":
            return self._number_or_input(start, op, after, end, place)
        return self._texts(start, op, after, end, place)

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
            text = _STRING_OPS.at(self.line.tokens, at, end) if subject or (at == start and self._last is not None) else None
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
        return at > start and after < end and self._number_op(after, end) is None and number_at(self.line.tokens, after, end) is None

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

    def _copula(self, start: int, places: list[int], at: int, after: int, end: int) -> tuple[Logic, int] | None:
        negative = self.line.low(after) in {"not", "never"} and after < end
        rest = after + negative
        while self.line.low(rest) in {"currently", "also", "already", "still", "only", "always"} and rest < end:
            rest += 1
        if negative and self.line.low(rest) in {"neither", "none", "not", "never"}:
            raise Refusal(f"{quote(self.line.tokens[after : rest + 1])} is two negations, which can be read in two ways.",
                          self.line.tokens[after : rest + 1], "Say it once.", weight=6)  # fmt: skip
        if (found := self._presence(start, places, rest, end, negative)) is not None:
            return found
        if (found := self._flag(start, places, rest, end, negative)) is not None:
            return found
        if not places or (all(self.line.low(n) in PRONOUNS | SUBJECT_FILLERS for n in places) and self._last is None):
            return self._of_it(start, places, rest, end, negative)
        place = self._subject(places, start, at)
        if (number := self._numbers(start, rest, end, place, negative)) is not None:
            return number
        op = _STRING_OPS.at(self.line.tokens, after, end)
        if op is not None:
            return self._texts(start, op[0], op[1], end, place)
        return self._texts(start, "!in" if negative else "in", rest, end, place)

    def _of_it(self, start: int, places: list[int], at: int, end: int, negative: bool) -> tuple[Logic, int] | None:
        """it is over $500; it is urgent; it is for Germany."""
        while self.line.low(at) in {"for", "in", "to", "a", "an", "of", "at"} and at < end:
            at += 1
        found = self._number_alone(at, end) or self._alone(at, end)
        if found is None:
            return None
        self.line.mark(start, found[1], "condition")
        return (Not(found[0]) if negative else found[0]), found[1]

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
        if op in {"==", "!="}:
            return self._texts(start, "in" if op == "==" else "!in", at, end, place)
        raise self._strange(at, end)

    def _against(self, start: int, op: str, at: int, other: tuple[Input, int], place: Input) -> tuple[Logic, int]:
        right, stop = other
        test = inputs.other_input_test(place, op, right, self.line.tokens[at:stop])
        self.line.mark(start, stop, "condition", f"{place.name} {op} {right.name}")
        return test, stop

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

    # -- presence and flags --------------------------------------------------------------------------------------------

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
        known = {*self.tool.name, *self.tool.described, *self.tool.target, *self.tool.input_words, *flag.leaf}
        return all(self.line.low(n) in PRONOUNS | SUBJECT_FILLERS or all(word in known or _kin(word, self.tool.name) for word in self.line.tokens[n].words)
                   for n in places)  # fmt: skip

    def _flagged(self, start: int, flag: Input, value: bool, stop: int) -> tuple[Logic, int]:
        self.used_input = True
        self.line.mark(start, stop, "condition", f"{flag.name} == {'true' if value else 'false'}")
        return inputs.flag_test(flag, value), stop

    # -- texts ---------------------------------------------------------------------------------------------------------

    def _texts(self, start: int, op: str, at: int, end: int, place: Input, *, listing: bool = False) -> tuple[Logic, int] | None:
        """The values after an operator: one, or several joined by "or", commas, or "nor"."""
        negative, how = op.startswith("!"), op.lstrip("!")
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
        if listing:
            joiners = {"or"}
        return self._values_joined(tests, joiners, negative, how, start, stop), stop

    def _values_joined(
        self, tests: list[Logic], joiners: set[str], negative: bool, how: str, start: int, stop: int
    ) -> Logic:
        every = "and" in joiners and not negative and how != "in"
        if (
            "and" in joiners
            and not negative
            and how == "in"
            and len(tests) > 1
            and "or" not in joiners
            and not self._listed_set(start)
        ):
            raise Refusal(f"{quote(self.line.tokens[start:stop])}: it cannot be several values at once.", self.line.tokens[start:stop],
                          "Say “or”.", weight=6)  # fmt: skip
        if not negative:
            joined = both(*tests) if every else either(tests)
            assert joined is not None
            return joined
        turned = tuple(_not_equal(test) for test in tests)
        return turned[0] if len(turned) == 1 else All(turned)

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
        """After "and" or a bare comma a word is the next value only when it is quoted or the input lists it, or the list goes on."""
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
            self.line.low(at) in {"a", "an", "the", "either", "both", "any", "of", "one", "neither", ":"}
            and at < end
            and not self._lists(place, at, 1)
        ):
            at += 1
        if at >= end:
            return None
        token = self.line.tokens[at]
        if token.kind == "quoted":
            return token.value, True, at + 1
        for size in (4, 3, 2, 1):
            if at + size <= end and self._lists(place, at, size):
                return " ".join(each.text for each in self.line.tokens[at : at + size]), False, at + size
        if token.kind not in {"word", "number", "date", "time", "arn"} or _closed(token):
            return None
        stop = at + 1
        if token.kind == "word":
            while (
                stop < end
                and self.line.tokens[stop].is_word
                and self.line.low(stop) not in STOPS
                and stop not in self.line.marks
            ):
                stop += 1
        words = self.line.tokens[at:stop]
        if len(words) > 1 and not self._fits_together(words, place):
            raise Refusal(
                f"{quote(words)} could be one value or several words.",
                words,
                f"Put the value of `{place.name}` in quotes.",
                weight=5,
            )
        return " ".join(each.text for each in words), False, stop

    def _fits_together(self, words: list[Token], place: Input) -> bool:
        return all(word.text[0].isupper() for word in words) and not place.values and len(words) <= 3

    def _lists(self, place: Input, at: int, size: int) -> bool:
        text = " ".join(token.text for token in self.line.tokens[at : at + size]).lower()
        return any(inputs._same(value, text) for value in place.values)

    # -- without an operator -------------------------------------------------------------------------------------------

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

    def _has(self, start: int, at: int, end: int) -> tuple[Logic, int] | None:
        """no memo; has a memo; there is no resolution; without a reason: whether an input is there."""
        negative, said = False, at
        lows = [self.line.low(n) if n < end else "" for n in range(at, at + 4)]
        if lows[0] in {"it", "there"} and lows[1] in {"is", "has"}:
            at += 2
        elif lows[0] in {"has", "have"}:
            at += 1
        if self.line.low(at) in {"no", "without", "not"} and at < end:
            negative, at = True, at + 1
        if at == said and not negative:
            return None
        found = self._input_at(at, end)
        if found is None or (self._operator(at, end) is not None and at == said):
            return None
        place, stop = found
        if self.line.low(stop) not in {"", ",", "and", "or", ".", "for", "by", "unless"} and stop < end:
            return None
        self.used_input = True
        self.line.mark(start, stop, "condition", f"{place.name} is {'absent' if negative else 'there'}")
        test: Logic = inputs.present(place)
        return (Not(test) if negative else test), stop

    def _alone(self, start: int, end: int) -> tuple[Logic, int] | None:
        """urgent; express; US or CA; not urgent; non-urgent; the eu-west-1 region: a listed value or a flag by itself."""
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

    def _strange(self, start: int, end: int) -> Refusal:
        """What stands where a condition should be, up to the end of its clause."""
        stop = start
        while stop < end and self.line.low(stop) not in {","} and stop < start + 8:
            stop += 1
        tokens = self.line.tokens[start : max(stop, start + 1)]
        tokens = tokens or self.line.tokens[max(0, start - 1) : start]
        places = [n for n in range(start, stop) if self.line.low(n) not in STOPS and self.line.low(n) not in ARTICLES]
        unknown = inputs.unknown_input(self.line, self.tool, [self.line.tokens[n] for n in places]) if places else None
        shown = f"Its inputs are {inputs.nearest_inputs([self.tool])}."
        culprits = unknown.culprits if unknown and len(unknown.culprits) < len(places) else tokens
        return Refusal(
            f"{quote(culprits)} is not a condition that a policy of `{self.tool.tool.name}` can check.",
            culprits,
            shown,
            weight=1,
        )

    # -- modifiers in a row --------------------------------------------------------------------------------------------

    def modifier(self, start: int, end: int) -> tuple[Logic, int] | None:
        """A condition with no "when": with a limit over 500, of at most $75, whose region is US, to prod, urgent, without a memo."""
        if (found := self.moment(start, end)) is not None:
            return found
        if self.line.low(start) == "without" and start < end:
            return self._has(start, start, end)
        if relative := _RELATIVES.at(self.line.tokens, start, end):
            negative = self.line.low(relative[1]) == "not"
            at = relative[1] + negative
            found = self._number_alone(at, end) or self._alone(at, end) or self._name_and_value(at, end)
            if found is not None:
                self.line.mark(start, found[1], "condition")
                return (Not(found[0]) if negative else found[0]), found[1]
        at = start
        while at < end and self.line.low(at) in _PREPOSITIONS and at < start + 2:
            if (found := self._number_alone(at, end)) is not None:
                self.line.mark(start, found[1], "condition")
                return found
            at += 1
        while self.line.low(at) in ARTICLES - {"this", "that"} and at < end:
            at += 1
        found = self._modifier_item(start, at, end)
        if found is not None:
            self.line.mark(start, found[1], "condition")
        return found

    def _modifier_item(self, start: int, at: int, end: int) -> tuple[Logic, int] | None:
        if (found := self._number_alone(at, end)) is not None:
            return found
        if at > start or self._operator_close(at, end):
            if self.line.low(start) in {"whose", "where", "with", "having", "that", "which"}:
                return self.clause(at, end)
            if (named := self._name_and_value(at, end)) is not None:
                return named
        return self._name_and_value(at, end) or self._alone(at, end)

    def _operator_close(self, at: int, end: int) -> bool:
        return False


def _closed(token: Token) -> bool:
    """Whether a word only holds a sentence together: "by" and "in", but not the codes BY and IN."""
    return token.low in STOPS and not (token.text.isupper() and len(token.text) == 2 and token.low not in {"or", "if", "is"})


def _kin(word: str, known: Sequence[str]) -> bool:
    """Whether a noun is made of a verb, or a verb of a noun: payment and pay, shipment and ship."""
    return any(min(len(word), len(each)) >= 3 and (word.startswith(each) or each.startswith(word)) for each in known)


def _not_equal(test: Logic) -> Logic:
    """The negation of one value's test: `!=` where it was `==`."""
    if isinstance(test, Atom):
        from cedarpy import pst

        if isinstance(test.test, pst.BinaryOp) and test.test.op == "eq":
            return Atom(pst.BinaryOp("not_eq", test.test.left, test.test.right), test.guards)
    return Not(test)


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
