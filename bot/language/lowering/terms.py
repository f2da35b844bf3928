"""Open conditions meet a tool: the input that words name, and the test of a term on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.language.gateway import beside
from bot.language.gateway.glossary import Glossary
from bot.language.gateway.groups import surely_people
from bot.language.gateway.inputs import (
    access,
    amount_input,
    counts,
    flag_named,
    flag_test,
    in_short,
    like_test,
    listing,
    lists,
    number_test,
    other_input_test,
    present,
    value_test,
)
from bot.language.gateway.led_flags import is_led_by
from bot.language.gateway.lengths import is_length
from bot.language.gateway.line import Line
from bot.language.gateway.refusals import Refusal, unknown_input
from bot.language.gateway.schema_inputs import Input
from bot.language.gateway.subjects import stems_of
from bot.language.gateway.tool_words import ToolWords
from bot.language.gateway.verbs import senses_of
from bot.language.lowering.dated import day_test
from bot.language.lowering.named import named
from bot.language.meaning.logic import All, Either, Logic, Not, atoms
from bot.language.meaning.model import (
    Against,
    And,
    Beside,
    Compared,
    Dated,
    DoneBy,
    DoneListed,
    Fact,
    Flagged,
    Formula,
    Given,
    Has,
    Neg,
    Or,
    Own,
    OwnerRepo,
    Said,
    Term,
    Value,
    Valued,
    Whatever,
    terms,
)
from bot.language.text.quantities import Quantity
from bot.language.text.tokens import Token
from bot.language.text.words import stem
from bot.language.wordlists import PREPOSITIONS, SUBJECT_FILLERS, TOOL_NOUNS, words

_TO = frozenset(map(stem, ("to", "destination", "recipient", "receiver")))
_FROM = frozenset(map(stem, ("from", "origin", "source", "sender")))
# "Paid by wire", "made by check": how something is paid, where an input says by which means.
_CAUSES = frozenset(map(stem, ("reason", "cause", "ground", "why", "justification")))
_BY_MEANS = frozenset(map(stem, ("paid", "made", "done")))
_MEANS = frozenset(map(stem, ("method", "means", "payment")))
_OF = {
    "long": "how long something is",
    "worth": "what something is worth",
    "count": "how many there are",
    "expiring": "when something expires",
    "away": "how far away something is",
    "kept": "how long something is kept",
    "valid": "how long something stays so",
    "suspended": "how long something is suspended",
}
_STAYS = frozenset({"kept", "valid", "suspended"})
# What an input must speak of where something is said to be so.
_EVIDENCE = {
    "expiring": frozenset(map(stem, ("expire", "expiry", "lifetime", "valid", "validity"))),
    "away": frozenset(map(stem, ("distance", "away"))),
    "kept": frozenset(map(stem, ("keep", "kept", "hold", "held", "store", "retain", "retention"))),
    "valid": frozenset(
        map(stem, ("valid", "validity", "good", "active", "expire", "expiry", "lapse", "lifetime", "last", "duration"))
    )
    | frozenset(map(stem, ("effective", "available", "open", "live", "keep", "kept"))),
    "suspended": frozenset(map(stem, ("pause", "suspend", "suspension", "freeze", "hold"))),
}
_BOUNDS = frozenset({"over", "under", "above", "below"})
_SERVED = frozenset(map(stem, words("groups", "served")))
_AGES = frozenset({"age", "old", "older", "sinc", "ago"})


@dataclass(frozen=True)
class Resolver:
    """Terms on one tool; `blocking` where what meets them is blocked."""

    line: Line
    tool: ToolWords
    glossary: Glossary
    blocking: bool = False

    def condition(self, formula: Formula | None) -> Logic | None:
        """The formula as a condition of this tool; None where it asks for nothing. Raises Refusal as `logic` does."""
        if not isinstance(formula, Whatever):
            return self.logic(formula) if formula is not None else None
        if not formula.subject and isinstance(formula.other, Compared):
            return None
        mine, other = repr(access(self.named(formula.subject))), self.condition(formula.other)
        if other is None or not all(mine in repr(atom.test) for atom in atoms(other)):
            raise Refusal.of("not_of_rule_before", formula.subject)
        return None

    def logic(self, formula: Formula) -> Logic:
        """The formula as a condition of this tool. Raises the Refusal of the first term that the tool cannot honour."""
        match formula:
            case Neg(item):
                for each in item.items if isinstance(item, Or) else (item,):
                    self._told(each)
                return Not(replace(self, blocking=not self.blocking).logic(item))
            case And(items):
                items = self._owned(items)
                if len(items) == 1:
                    return self.logic(items[0])
                self._one_value_of_each(items)
                return All(tuple(self.logic(item) for item in items))
            case Or(items):
                return Either(tuple(self.logic(item) for item in items))
            case Fact(logic):
                return logic
            case Whatever() | Own():
                return All(())
            case _:
                return self._term(formula)

    def _term(self, term: Term) -> Logic:  # noqa: C901  one case for each kind of term
        match term:
            case Compared(op, quantity, unit, subject, said, age, noun, tail, of):
                if noun:
                    found = self._counting(noun, said)
                elif tail:
                    found = self._till(unit, tail, subject)
                elif subject:
                    found = self._inner(self.named(subject), quantity, unit, said)
                else:
                    found = amount_input(self.line, self.tool, quantity, unit, said, of)
                bare = not (unit or subject or noun or quantity.currency or of)
                of_age = age or (bare and self._of_people(said))
                if of_age and _AGES.isdisjoint({*found.leaf, *found.described}):
                    raise Refusal.of("no_age", said, input=found)
                long = of == "long" or of in _STAYS or (of == "longer" and not subject)
                beside_it = of == "worth" and found.is_beside_the_price
                measured = of == "count" and (found.is_amount or found.unit_names)
                of_tool = self.tool.name if of in {"kept", "suspended"} else ()  # `hold_order`, `pause_restaurant`
                if of in _EVIDENCE and _EVIDENCE[of].isdisjoint({*found.leaf, *found.described, *of_tool}):
                    raise Refusal.of("no_such_measure", said, what=_OF[of], input=found)
                if (long and not is_length(self.tool, found)) or beside_it or measured:
                    raise Refusal.of("no_such_measure", said, what=_OF["long" if long else of], input=found)
                return number_test(self.tool, found, op, quantity, unit, said)
            case Flagged(subject, said, verb):
                flag = flag_named(self.tool, stems_of(subject, self.tool))
                told = flag is None or not verb or (stem(verb) in flag.described and not flag.denies)
                led = flag is not None and is_led_by(flag, stems_of(subject, self.tool), self._before(subject))
                if flag is None or not told or not (verb or led):  # "approved by the board" says what the board did
                    raise unknown_input(self.tool, list(subject))
                return flag_test(flag, True)
            case Given(subject) | Has(subject):
                flag = self._flag_of(term)
                return flag_test(flag, True) if flag is not None else self._present(subject)
            case Beside():
                self._value_of_another(term.value, None)
                return beside.beside(self.line, self.tool, term, self.blocking)
            case Dated(op, first, after, subject):
                return day_test(self.named(subject), op, first, after, subject)
            case OwnerRepo():
                return beside.owner_repo(self.tool, term)
            case DoneBy():
                return beside.done_by(self.line, self.tool, term)
            case DoneListed(verb, value):
                found = self._lister(value)
                means = stem(verb) in _BY_MEANS and not _MEANS.isdisjoint(found.leaf)
                if not means and stem(verb) not in {*found.leaf, *found.described, *self.tool.prose}:
                    raise Refusal.of("no_input_for_deed", value.said, verb=verb, tool=self.tool)
                return value_test(found, value.text, value.quoted, value.said)
            case Against(op, other, subject, said):
                return other_input_test(self.named(subject), op, self.named(other), said)
            case Valued(how, values, subject, said, prep, together, listed, others):
                if prep == "without" and self._lister(values[0]).kind != "set":
                    raise unknown_input(self.tool, list(said))
                if listed:
                    self._lists(self.named(subject), values)
                if others and not self.blocking and (found := self._lister(values[0])).kind == "set":
                    # Who may tag with nothing but gold has gold, and no other beside it.
                    raise Refusal.of("others_beside", values[0].said, input=found)
                tests = [self._valued(how, value, subject, prep) for value in values]
                if together and (self.named(subject) if subject else self._lister(values[0])).kind == "set":
                    return All(tuple(tests))
                return tests[0] if len(tests) == 1 else Either(tuple(tests))

    def _owned(self, items: tuple[Formula, ...]) -> tuple[Formula, ...]:
        """The items without what they are said of. Raises Refusal where that is nothing that the tool is about."""
        own = {*self.tool.name, *self.tool.target, *self.tool.does.acted, *self.tool.input_words}
        for each in items:
            flag = flag_named(self.tool, stems_of(each.subject, self.tool)) if isinstance(each, Flagged) else None
            own = {word for word in own if flag is None or word in self.tool.name or not flag.is_of_another(word)}
        for item in items:
            if isinstance(item, Own) and not self._is_any_call(item.thing) and not own.issuperset(item.thing.words):
                said = [item.thing]
                raise Refusal.of("not_about", said, tool=self.tool)
        things = [item.thing for item in items if isinstance(item, Own)]
        self._measures(things, [item for item in items if isinstance(item, Compared) and not item.subject])
        return tuple(item for item in items if not isinstance(item, Own))

    def _measures(self, things: list[Token], numbers: list[Compared]) -> None:
        """Raise Refusal for "refund when the order is over 500" where no number is said to be of an order: what
        is refunded may be less."""
        other = {*self.tool.does.acted, *self.tool.input_words} - {*self.tool.name}
        for thing in things:
            words = other.intersection(thing.words)
            for each in numbers if words and not self._is_any_call(thing) else ():
                found = amount_input(self.line, self.tool, each.quantity, each.unit, each.said, each.of)
                if words.isdisjoint({*found.leaf, *found.outer, *found.described}):
                    raise Refusal.of("not_measured", [thing], input=found.name)

    def _is_any_call(self, thing: Token) -> bool:
        """Whether a word is for what every tool does: the call, but where a tool logs one."""
        changed = thing.low in {"change", "update"} and "update" in senses_of(self.tool)
        return changed or (thing.low in TOOL_NOUNS and thing.stem not in self.line.lexicon.by_name_stem)

    def _one_value_of_each(self, items: tuple[Formula, ...]) -> None:
        """Raise Refusal for "do not contain dog and cat": a value alone behind a test of the input that lists it."""
        tested = [
            self.named(each.subject)
            for item in items
            for each in terms(item)
            if isinstance(each, Valued) and each.subject
        ]
        for item in items:
            for each in terms(item):
                if isinstance(each, Valued) and not each.subject and self._lister(each.values[0]) in tested:
                    raise Refusal.of("of_value_before", each.said)

    def _counting(self, noun: str, said: Said) -> Input:
        """The number that counts a noun of the tool's name; "up to 5 claims" would count calls."""
        fits = [found for found in self.tool.inputs if found.is_number and counts(self.tool, found, noun)]
        if len(fits) == 1:
            return fits[0]
        raise Refusal.of("counts_calls", said, tool=self.tool)

    def _till(self, unit: str, tail: Said, subject: Said) -> Input:
        """The number of "14 days until due": what its own words, or its description, say that the days lead up to."""
        fits = [
            found
            for found in ([self.named(subject)] if subject else self.tool.inputs)
            if found.is_number and counts(self.tool, found, unit) and found.leads_to(tail)
        ]
        if len(fits) == 1:
            return fits[0]
        raise Refusal.of("no_input", tail, tool=self.tool)

    def _inner(self, found: Input, quantity: Quantity, unit: str, said: Said) -> Input:
        """ "With severance above 6 months": the number within an object that its unit is of."""
        if found.kind != "record" or not (unit or quantity.currency):
            return found
        within = tuple(each for each in self.tool.inputs if each.path[:-1] == found.path)
        return amount_input(self.line, ToolWords(self.tool.tool, within), quantity, unit, said)

    def _told(self, formula: Formula) -> None:
        """Raise Refusal for "without insured" of a boolean that a call may leave out: missing, or false."""
        if isinstance(formula, Valued) and formula.prep == "without" and any(self._lister(formula.values[0]).optional):
            raise Refusal.of("may_be_left_out", formula.said, input=self._lister(formula.values[0]))
        if isinstance(formula, Given | Has):
            flag = self._flag_of(formula)
            if flag is None and isinstance(formula, Has) and self.named(formula.subject).is_number:
                raise Refusal.of("none_or_zero", formula.subject)
            if flag is not None and any(flag.optional):
                raise Refusal.of("false_or_left_out", formula.subject, input=flag)

    def _flag_of(self, term: Given | Has) -> Input | None:
        """ "A receipt is attached", where a boolean says whether it is; "has_receipt is missing" is of the input."""
        words = stems_of(term.subject, self.tool)
        flag = flag_named(self.tool, words)
        if flag is not None and not is_led_by(flag, words, self._before(term.subject)):
            raise unknown_input(self.tool, list(term.subject))
        said_by = flag is not None and flag.own[0] in {"has", "include"} and flag.leaf[0] not in words
        says_so = flag is not None and (isinstance(term, Has) or said_by)
        return flag if says_so else None

    def _of_people(self, said: Said) -> bool:
        """Whether a bare number stands right behind whom something is for: "certificates to users over 18"."""
        at = next((n for n, token in enumerate(self.line.tokens) if token.start == said[0].start), 0)
        led = {self.line.low(at - 3), self.line.low(at - 4)} & PREPOSITIONS
        whom = self.line.low(at - 2)
        return bool(led) and self.line.low(at - 1) in _BOUNDS and (surely_people(whom) or stem(whom) in _SERVED)

    def _before(self, subject: Said) -> list[str]:
        """The two words before the words of an input."""
        at = next((n for n, token in enumerate(self.line.tokens) if token.start == subject[0].start), 0)
        return [self.line.low(at - 2), self.line.low(at - 1)]

    def _present(self, subject: Said) -> Logic:
        found = self.named(subject)
        called = set[str]() if set(subject[-1].words).isdisjoint(found.leaf) else found.called  # "approval ticket"
        for token in subject:
            said = set(token.words) - {
                *found.leaf,
                *found.outer,
                *self.tool.name,
                *called,
                *({"date"} & found.described),
            }
            full = in_short(tuple(word for each in subject for word in each.words)) == found.leaf  # "an email address"
            if (said and not full and token.low not in SUBJECT_FILLERS) or listing(self.tool, token.text):
                # "Without currency EUR", "without a late reason": a value, and no part of the name.
                raise Refusal.of("value_in_name", [token], input=found)
        if not any(found.optional):
            raise Refusal.of("always_given", subject, tool=self.tool, input=found)
        return present(found)

    def _valued(self, how: str, value: Value, subject: Said, prep: str) -> Logic:
        if prep == "from" and not subject and senses_of(self.tool) & beside.TURNING:
            # What it becomes is an input, and what it was before is none.
            raise Refusal.of("no_input", value.said, tool=self.tool)
        found = self.named(subject) if subject else self._lister(value)
        if subject:
            self._value_of_another(value, found)
        if self._elsewhere(prep, found):
            raise Refusal.of("not_there", value.said, input=found, prep=prep)
        if found.own == ("repo",) and "/" in value.text and any(each.path == ("owner",) for each in self.tool.inputs):
            if how != "==":
                raise Refusal.of("no_owner_in_it", value.said, input=found)
            return beside.owner_repo(self.tool, OwnerRepo(value))
        if subject and not lists(self.tool, found, value.text) and beside.says_its_name(found, value):
            raise Refusal.of("name_of_input", value.said, input=found)
        bare = how == "==" and not value.quoted and not lists(self.tool, found, value.text)
        if subject and ((bare and found.is_called(subject)) or beside.says_what_like(self.tool, found, value)):
            # "Unless the text is long" of a `message`
            raise Refusal.of("what_like", value.said)
        beside.not_alone(self.line, found, value)
        if how == "==":
            return value_test(found, value.text, value.quoted, value.said)
        return like_test(found, how, value.text, value.said)

    def _lists(self, found: Input, values: tuple[Value, ...]) -> None:
        for value in values:
            if not lists(self.tool, found, value.text):
                raise Refusal.of("not_listed", value.said, input=found)

    def _value_of_another(self, value: Value, found: Input | None) -> None:
        """Raise Refusal for "critical alarms": a value that another input lists is none of the noun's own."""
        listers = [lister for lister, _ in listing(self.tool, value.text)]
        if listers and found not in listers and not value.quoted:
            raise Refusal.of("value_of_another", value.said, input=listers[0])

    def _elsewhere(self, prep: str, found: Input) -> bool:
        """Whether an input is the other end: "from NO" is no destination."""
        if prep == "over" and _CAUSES.isdisjoint({*found.leaf, *found.described}):
            return True  # "over a medium" is above it; "over a duplicate" is the reason
        ends = {"from": _TO, "to": _FROM}.get(prep, frozenset())
        return not ends.isdisjoint(found.leaf)

    def _lister(self, value: Value) -> Input:
        fits = [found for found, _ in listing(self.tool, value.text)]
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise Refusal.of("value_of_which", value.said, listed=fits)
        raise Refusal.of("none_lists", value.said, tool=self.tool)

    def named(self, subject: Said) -> Input:
        """The one input that the words name. Raises Refusal where none does, or several do."""
        return named(self.line, self.tool, self.glossary, subject)
