"""What follows the tool in a rule: conditions, exceptions, people after "for" or "by",
and the words that only complete it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.translate.complements import Complements
from bot.translate.frame import Frame
from bot.translate.lexicon import ToolWords
from bot.translate.line import Line
from bot.translate.logic import All, Either, Logic, Not, both
from bot.translate.people import People, people_at
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal, nearest_inputs, quote
from bot.translate.times import SAY_UTC, relative_at
from bot.translate.tool_scores import classes_of
from bot.translate.vocabulary import (
    EXCEPT,
    FORBID,
    PREPOSITIONS,
    RATES,
    UNLESS,
    WHEN,
)

_WHEN = Phrases.of(WHEN)
_UNLESS = Phrases.of(UNLESS)
_EXCEPT = Phrases.of(EXCEPT)
_FILLERS = Phrases.of(("please", "thanks", "thank you", "as well", "too", "at all", "ever", "at any time", "any time",
    "anytime", "at all times",
    "for any reason", "in any case",
                       "under any circumstances", "in any way", "on this gateway", "through this gateway",
                       "in this gateway", "on the gateway",
                       "via the gateway", "only", "just", "always", "themselves", "of course", "from now on",
                       "going forward",
                       "thank you very much", "many thanks", "cheers", "thx", "whatsoever", "strictly",
                       "period", "no matter what",
                       "in all cases", "under all circumstances", "though", "however", "each time", "every time",
                       "in any form", "directly",
                       "without exception", "without exceptions", "no exceptions", "with no exceptions", "by default",
                       "and nothing else",
                       "nothing else", "team", "then", "outright", "altogether", "entirely", "completely",
                       "unconditionally", "freely",
                       "with no restrictions", "without restriction", "without restrictions", "without limits",
                       "without any restrictions",
                       "without limit", "at will", "effective immediately"))  # fmt: skip
_JOINERS = frozenset({"and", "or", "nor", "&", "plus"})
# What these do has someone to whom it is done: "send certificates to interns".
_TRANSFERS = frozenset({"send", "give", "escalate"})
_FOR = Phrases.of(("for", "by", "to", "from", "on behalf of", "when done by", "when called by", "if done by",
    "when used by", "when requested by",
                   "except for", "coming from", "made by", "done by", "only for", "only by", "only to",
                   "if requested by", "if called by",
                   "when made by", "requested by", "called by", "initiated by", "issued by", "submitted by",
                   "but only for", "but only by",
                   "performed by", "placed by", "executed by", "only from"))  # fmt: skip


@dataclass
class Tail:
    """What the tail says: conditions that must hold, conditions that lift the rule, and people."""

    when: Logic | None = None
    unless: list[Logic] = field(default_factory=list)
    people: list[People] = field(default_factory=list)


class _Reader(Complements):
    """Reads spans of a piece word by word; whatever no reader takes is refused by name."""

    def __init__(self, line: Line, tool: ToolWords, frame: Frame) -> None:
        super().__init__(line, tool, frame)
        self.tail = Tail(people=self.people)
        self.rows: list[tuple[str, Logic]] = []
        # Where a clause, an exception from the rule, and an exception inside people ended.
        self.clause_end = self.lifted_end = self.except_end = -1

    def span(self, start: int, end: int) -> None:
        at, joiner = start, ""
        self.first = start
        while at < end:
            if at in self.line.marks:
                at, joiner = at + 1, ""
                continue
            step = self._step(at, end, joiner)
            joiner = self.line.low(at) if step == at + 1 and self.line.low(at) in _JOINERS else ""
            at = step

    def _step(self, at: int, end: int, joiner: str) -> int:
        line = self.line
        token = line.tokens[at]
        if token.kind == "punct" and token.text in ",.!()-—–:*•…'’":
            line.mark(at, at + 1, "joiner")
            return at + 1
        if token.low == "only" and self.frame.effect == FORBID and self._excepting(at):
            raise Refusal(
                f"{quote([token])} after an exception can be read in two ways.", [token], "Make it two rules.", weight=6
            )
        if token.low == "but" and self.conditions.opens_number(at + 1, end):
            line.mark(at, at + 1, "joiner", "and")
            return at + 1
        if (found := self._clause(at, end, joiner)) is not None:
            return found
        if filler := _FILLERS.at(line.tokens, at, end):
            line.mark(at, filler[1], "filler")
            return filler[1]
        if token.low in _JOINERS or (token.low == "but" and line.low(at + 1) == "only"):
            line.mark(at, at + 1, "joiner", token.low)
            return at + 1
        if (found := self._modifier(at, end, joiner)) is not None:
            return found
        if (found := self._for(at, end)) is not None:
            return found
        if (found := self.complement(at, end)) is not None:
            return found
        raise self._strange(at, end)

    def _excepting(self, at: int) -> bool:
        """Whether an exception or "nobody" comes before a place."""
        return any(meaning in {"except", "nobody"} for place, (_, meaning) in self.line.marks.items() if place < at)

    def _clause(self, at: int, end: int, joiner: str) -> int | None:
        line = self.line
        if unless := _UNLESS.at(line.tokens, at, end):
            if self.tail.unless or (joiner == "or" and self.rows) or self._lifted(at):
                raise self._two_ways(at, unless[1])
            logic, stop = self.conditions.clause(unless[1], end)
            line.mark(at, unless[1], "joiner", "unless")
            self.tail.unless.append(logic)
            self.clause_end = self.lifted_end = stop
            return stop
        if when := _WHEN.at(line.tokens, at, end):
            if "only" in when[0] and self.frame.effect == FORBID and self._excepting(at):
                culprits = line.tokens[at : when[1]]
                raise Refusal(f"{quote(culprits)} after “nobody” or an exception can be read in two ways.", culprits,
                              "Say who may, or make it two rules.", weight=6)  # fmt: skip
            if self._lifted(at) or (joiner and not self.rows and self._excepting(at)):
                raise self._two_ways(at, when[1])
            logic, stop = self.conditions.clause(when[1], end)
            line.mark(at, when[1], "joiner", "when")
            self.rows.append((joiner or "and", logic))
            self.clause_end = stop
            return stop
        excepted = _EXCEPT.at(line.tokens, at, end)
        if excepted is not None and not (line.low(excepted[1]) == "only" and excepted[0] in {"but", "not"}):
            return self._except(at, excepted[1], end)
        return None

    def _except(self, start: int, at: int, end: int) -> int | None:
        """except between 2am and 4am UTC; except managers; except to prod; except urgent ones."""
        line = self.line
        while line.low(at) in {"those", "ones", "calls", "cases"} and at < end:
            at += 1
        skip = line.low(at) in {"the", "for", "by", "to", "from"}
        people = (people_at(line, at + 1, end, sure=True) if skip else None) or people_at(line, at, end, sure=True)
        if people is not None and people[0].condition is not None:
            line.mark(start, people[1], "joiner", "except")
            self.people.append(People(Not(people[0].condition)))
            self.lifted_end = people[1]
            return people[1]
        # A bare "but" or "not" excepts people only: "but after 6pm" narrows the rule, and does not lift it.
        found2 = self.conditions.modifier(at, end) if line.low(start) not in {"but", "not"} or at > start + 1 else None
        if found2 is None:
            return None
        line.mark(start, found2[1], "joiner", "except")
        self.tail.unless.append(found2[0])
        stop = self.lifted_end = found2[1]
        while line.low(stop) in {"ones", "one"} and stop < end:
            line.mark(stop, stop + 1, "filler")
            stop += 1
        if line.low(stop) in {"or", "and"} and stop < end:
            culprits = [line.tokens[start], line.tokens[stop]]
            raise Refusal(
                f"{quote(culprits)} together can be read in two ways here.", culprits, "Make it two rules.", weight=6
            )
        return stop

    def _modifier(self, at: int, end: int, joiner: str) -> int | None:
        # Right after "when …" only a time can follow with no joiner; a bare value would be half of a condition.
        after_clause = at == self.clause_end
        found = self.conditions.moment(at, end) if after_clause else self.conditions.modifier(at, end)
        if found is None:
            return None
        loose = joiner and not self.rows and (joiner in {"or", "nor"} or self._excepting(at))
        if self._lifted(at) or loose:
            raise self._two_ways(at, found[1])
        if joiner == "or" and self.conditions.negated(at - 1) and self.conditions.bare(at, found[1]):
            culprits = self.line.tokens[at - 1 : found[1]]
            raise Refusal(f"{quote(culprits)}: the “not” before it can be meant for this too.", culprits,
                          "Say “neither … nor”, or make it two rules.", weight=6)  # fmt: skip
        if joiner == "nor":
            raise self.conditions.nor(at - 1, found[1])
        if self.rows and (joiner == "plus" or (joiner in {"and", "&"} and self._is_noun(at, found[1]))):
            culprits = self.line.tokens[at - 1 : found[1] + 1]
            raise Refusal(f"{quote(culprits)} could be a second kind, or a second condition on the first.", culprits,
                          "Make it two rules, or say “when … and …”.", weight=6)  # fmt: skip
        self.rows.append((joiner or "and", found[0]))
        return found[1]

    def _lifted(self, at: int) -> bool:
        """Whether a place comes right behind an exception, or behind "and" or "or" after it: then it may be of it."""
        start = at
        while self.line.low(start - 1) in _JOINERS and start > 0:
            start -= 1
        if start < at and self.line.low(start - 1) == ",":
            start -= 1
        return start == self.lifted_end or (start < at and start == self.except_end)

    def _two_ways(self, at: int, stop: int) -> Refusal:
        culprits = self.line.tokens[at:stop]
        return Refusal(f"{quote(culprits)} could belong to what comes right before, or to the whole rule.", culprits,
                       "Say the condition first, or make it two rules.", weight=6)  # fmt: skip

    def _is_noun(self, at: int, stop: int) -> bool:
        """Whether a condition stands before a noun of its own ("urgent and phone tickets", "and express refunds")."""
        line = self.line
        noun = line.tokens[stop : stop + 1]
        named = bool(noun) and noun[0].is_word and set(noun[0].words) <= set(self.tool.name)
        return named and line.low(at) not in PREPOSITIONS | {"not", "without"}

    def _for(self, at: int, end: int) -> int | None:
        line = self.line
        opened = _FOR.at(line.tokens, at, end)
        if opened is None:
            return None
        if line.low(opened[1] + 1) == "own":
            culprits = line.tokens[at : min(opened[1] + 3, end)]
            raise Refusal(f"{quote(culprits)}: no input of the call tells what is whose.", culprits,
                          "Leave that out, or compare an input with a value.", weight=6)  # fmt: skip
        if self._own_name(at, opened[1], end):
            return None
        found = people_at(line, opened[1], end, sure=True)
        if found is None:
            return None
        if self._lifted(at):
            raise self._two_ways(at, found[1])
        excepting = any(line.marks[n][1] in {"except", "everyone"} for n in range(opened[1], found[1]))
        if self._receives(at, excepting):
            culprits = line.tokens[at : found[1]]
            raise Refusal(f"{quote(culprits)} could be who it is done for, which no input tells, or who does it.",
                          culprits, "Say who may, or may not, do it.")  # fmt: skip
        if excepting:
            self.except_end = found[1]
        if any(line.low(n) in {"by", "for"} for n in range(opened[1], found[1])):
            self.lifted_end = found[1]  # "by interns or by leads under 100": for the last of them, or for all
        line.mark(at, opened[1], "joiner")
        self.people.append(found[0])
        return found[1]

    def _receives(self, at: int, excepting: bool) -> bool:
        """Whether people after "to" or "for" can be those it is done for: what is done has a verb, or a doer already.

        "Deny … to everyone except managers" says who may not do it.
        """
        low = self.line.low(at)
        if excepting and any(self.line.low(n) in {"deny", "grant", "refuse"} for n in range(self.first)):
            return False
        first = next((n for n, (role, _) in sorted(self.line.marks.items()) if role == "tool"), -1)
        sends = first >= 0 and bool(classes_of([self.line.tokens[first].stem]) & _TRANSFERS)
        sends = sends or any(found.preposition == "to" for found in self.tool.does.complements)
        return (low in {"to", "for", "from"} and self.frame.subject_said) or (low == "to" and sends)

    def _strange(self, at: int, end: int) -> Refusal:
        line, stop = self.line, at
        if (relative := relative_at(line.tokens, at, end)) is not None:
            culprits = line.tokens[at:relative]
            return Refusal(f"{quote(culprits)} is not something that a policy can check.", culprits,
                           SAY_UTC,
                           weight=7)  # fmt: skip
        while (
            stop < end
            and stop not in line.marks
            and line.low(stop) not in {",", "when", "if", "unless"}
            and stop < at + 6
        ):
            stop += 1
        culprits = line.tokens[at : max(stop, at + 1)]
        if any(token.low in RATES for token in culprits):
            return Refusal(
                f"{quote(culprits)} is a count over time, and a policy sees one call only.", culprits, weight=8
            )
        return Refusal(
            f"{quote(culprits)} is not something that a policy for `{self.tool.tool.name}` can check.", culprits,
            f"Its inputs are {nearest_inputs([self.tool])}: use one of them, or leave that out.", weight=2,
        )  # fmt: skip

    def result(self) -> Tail:
        joiners = {"or" if joiner == "or" else "nor" if joiner == "nor" else "and" for joiner, _ in self.rows[1:]}
        if "or" in joiners and len(self.rows) > 1:
            if len(joiners) > 1:
                raise Refusal(
                    "“and” and “or” together can be read in two ways here.",
                    self.line.tokens,
                    "Make it two rules.",
                    weight=6,
                )
            self.tail.when = Either(tuple(logic for _, logic in self.rows))
        else:
            logics = tuple(logic for _, logic in self.rows)
            self.tail.when = both(*logics) if len(logics) < 2 else All(logics)
        return self.tail


def read_tail(line: Line, tool: ToolWords, frame: Frame) -> Tail:
    """Every condition of a rule, read against one tool; every word of the rule is marked afterwards."""
    reader = _Reader(line, tool, frame)
    for start, end in (*frame.tools, *frame.rest):
        reader.span(start, end)
    for start, end in frame.leads:
        reader.span(start, end)
    return reader.result()
