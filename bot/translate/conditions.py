"""Conditions of a rule, read against one tool: clauses, their grouping, and what each condition is about."""

from __future__ import annotations

from bot.translate.freetexts import FreeTexts
from bot.translate.logic import All, Either, Logic, Not, either
from bot.translate.people import all_people, people_at
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal, quote
from bot.translate.times import SAY_UTC, relative_at, time_at
from bot.translate.tool_scores import senses_of
from bot.translate.vocabulary import (
    ARTICLES,
    COPULAS,
    PRONOUNS,
    STRING_OPS,
    SUBJECT_FILLERS,
    UNLESS,
    WHEN,
)
from bot.translate.words import stem

_STRING_OPS = Phrases(STRING_OPS)
_COPULAS = Phrases.of(COPULAS)
_CLAUSE = Phrases.of((*WHEN, *UNLESS))
_WHEN_AGAIN = Phrases.of(("when", "whenever", "if", "that", "where", "only if", "only when", "as long as", "also"))
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
_CALLER_VERBS = Phrases.of(("is", "are", "has", "have", "is in", "is a", "is an", "is the", "holds", "carries",
    "belongs to", "is from", "has the",
                            "has a", "is one of", "is one of the", "is part of", "is a member of", "works in",
                            "are a", "comes from",
                            "is with", "owns"))  # fmt: skip
_CALLER_NOT = Phrases.of(("is not", "are not", "has no", "does not have", "do not have", "is not a", "is not an",
    "is not the", "lacks",
                          "does not hold", "is not in", "does not belong to", "is not one of", "does not have the",
                          "is not one of the",
                          "does not have a", "is not from", "has not", "is no"))  # fmt: skip
_THE_TIME = Phrases.of(("it is", "the time is", "the current time is", "the date is", "the current date is",
    "time is", "the hour is",
                        "the request is made", "it happens", "called", "done", "made", "the call is made",
                        "the time of day is",
                        "the clock is", "the call happens", "the time in utc is", "the utc time is",
                        "the request comes", "requested"))  # fmt: skip
_RELATIVES = Phrases.of(("that is", "that are", "which is", "which are", "that was", "that were", "who are",
    "flagged as", "flagged",
                         "marked as", "marked", "classified as", "labelled", "labeled", "labelled as", "labeled as",
                         "tagged as",
                         "of type", "of kind", "considered", "rated", "rated as", "categorized as", "designated as",
                         "designated",
                         "being"))  # fmt: skip
_PREPOSITIONS = frozenset({"with", "of", "for", "in", "to", "at", "on", "from", "where", "whose", "that", "which",
    "having", "by", "worth",
                           "totaling", "totalling", "costing", "under", "into", "using", "via", "as", "per",
                           "against", "who", "through",
                           "within", "set", "over", "towards", "about", "valued", "priced", "and", "weighing",
                           "lasting"})  # fmt: skip


_COMPARATIVES = frozenset(
    {"more", "less", "fewer", "greater", "larger", "higher", "lower", "longer", "later", "earlier"}
)
_WHITHER = frozenset(map(stem, ("destination", "dest", "to", "recipient", "receiver", "delivery", "arrival", "target")))
_WHENCE = frozenset(map(stem, ("origin", "source", "src", "from", "sender", "departure")))


class Conditions(FreeTexts):
    """Reads conditions of one tool. Every method takes a place and gives a logic and the place after it, or None."""

    def clause(self, start: int, end: int) -> tuple[Logic, int]:
        """Items joined by "and" and "or",
        grouped by commas and "either"; at least one. Raises Refusal when there is none."""
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
            if kind.endswith("nor"):
                raise self.nor(start, more[1])
            if kind.endswith("or") and self.negated(at) and self.bare(stop, more[1]):
                culprits = self.line.tokens[start : more[1]]
                raise Refusal(f"{quote(culprits)}: “not” can be meant for the first, or for both.", culprits,
                              "Say “neither … nor”, or “is …” again.", weight=6)  # fmt: skip
            self.line.mark(at, stop, "joiner", kind)
            items.append(more[0])
            joiners.append((kind, at))
            at = more[1]
        return self._grouped(items, joiners, start, at), at

    def negated(self, end: int) -> bool:
        """Whether the item that ends at a place is said with "not", "without" or "no"."""
        at = end - 1
        while at >= 0 and self.line.low(at) not in {",", "and", "or", "when", "if", "unless"}:
            absent = self.line.low(at) == "no" and self.line.low(at + 1) not in _COMPARATIVES
            if absent or self.line.low(at) in {"not", "never", "without"}:
                return True
            at -= 1
        return False

    def nor(self, start: int, end: int) -> Refusal:
        """Why "nor" between two conditions is not read: it says "not" of the second, or repeats the one before both."""
        culprits = self.line.tokens[start:end]
        return Refusal(f"{quote(culprits)}: “nor” between two conditions can be read in two ways.", culprits,
                       "Join them with “and”, and say “not” in each where it is meant.", weight=6)  # fmt: skip

    def bare(self, start: int, end: int) -> bool:
        """Whether an item has no verb of its own, so that the one before it may be meant for it too."""
        return all(_COPULAS.at(self.line.tokens, at, end) is None for at in range(start, end))

    def _next(self, kind: str, at: int, end: int) -> tuple[Logic, int] | None:
        """The item after a joiner. Without a sign that it is one (a bare word), it is none."""
        if kind == "," and self._opens_other(at, end):
            return None
        self.joined = True
        try:
            return self.item(at, end)
        except Refusal as refusal:
            if refusal.weight >= 2:
                raise
            return None
        finally:
            self.joined = False

    def _opens_other(self, at: int, end: int) -> bool:
        return _CLAUSE.at(self.line.tokens, at, end) is not None

    def _joiner(self, at: int, end: int) -> tuple[str, int] | None:
        comma = at < end and self.line.low(at) == ","
        stop = at + comma
        if stop < end and self.line.low(stop) in {"and", "or", "nor"}:
            kind = ", " * comma + self.line.low(stop)
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
                              SAY_UTC, weight=7)  # fmt: skip
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
        """the user has role X; the caller is the role ARN; the user is in the finance department."""
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
        if kind == "number" and op in {"==", "!="} and not place.is_number and place.kind != "datetime":
            return self._texts(start, "in" if op == "==" else "!in", after, end, place)
        if kind == "number":
            return self._number_or_input(start, op, after, end, place)
        return self._texts(start, op, after, end, place)

    def _copula(self, start: int, places: list[int], at: int, after: int, end: int) -> tuple[Logic, int] | None:
        negative = self.line.low(after) in {"not", "never"} and after < end
        rest = after + negative
        while self.line.low(rest) in {"currently", "also", "already", "still", "only", "always"} and rest < end:
            rest += 1
        if negative and self.line.low(rest) in {"neither", "none", "not", "never"}:
            raise Refusal(f"{quote(self.line.tokens[after : rest + 1])} is two negations.",
                          self.line.tokens[after : rest + 1], "Say it once.", weight=6)  # fmt: skip
        if (found := self._presence(start, places, rest, end, negative)) is not None:
            return found
        if (found := self._flag(start, places, rest, end, negative)) is not None:
            return found
        if not places or (all(self._says_nothing(n) for n in places) and self._last is None):
            return self._of_it(start, places, rest, end, negative)
        place = self._subject(places, start, at)
        if (number := self._numbers(start, rest, end, place, negative)) is not None:
            return number
        op = _STRING_OPS.at(self.line.tokens, after, end)
        if op is not None:
            return self._texts(start, op[0], op[1], end, place)
        return self._texts(start, "!in" if negative else "in", rest, end, place)

    def _says_nothing(self, at: int) -> bool:
        """Whether a word of a subject is a pronoun or the like, and no input's name: "it", but not a `total`."""
        return (
            self.line.low(at) in PRONOUNS | SUBJECT_FILLERS and self.line.tokens[at].stem not in self.tool.input_names
        )

    def _of_it(self, start: int, places: list[int], at: int, end: int, negative: bool) -> tuple[Logic, int] | None:
        """it is over $500; it is urgent; it is for Germany."""
        while self.line.low(at) in {"for", "in", "to", "a", "an", "of", "at"} and at < end:
            at += 1
        found = self._number_alone(at, end) or self._alone(at, end)
        if found is None:
            return None
        self.line.mark(start, found[1], "condition")
        return (Not(found[0]) if negative else found[0]), found[1]

    def modifier(self, start: int, end: int) -> tuple[Logic, int] | None:
        """A condition with no "when": of at most $75, whose region is US, to prod, urgent, without a memo."""
        if (found := self.moment(start, end)) is not None:
            return found
        absent = self.line.low(start) == "without" and start < end
        found = self._has(start, start, end) if absent else self._free_text(start, end)
        if absent or found is not None:
            return found
        if relative := _RELATIVES.at(self.line.tokens, start, end):
            negative = self.line.low(relative[1]) == "not"
            at = relative[1] + negative
            if more := _RELATIVES.at(self.line.tokens, at, end):
                at = more[1]
            found = self._number_alone(at, end) or self._alone(at, end) or self._name_and_value(at, end)
            if found is not None:
                self.line.mark(start, found[1], "condition")
                return (Not(found[0]) if negative else found[0]), found[1]
        at = start
        while (
            at < min(end, start + 2)
            and self.line.low(at) in _PREPOSITIONS
            and not (at > start and self.line.low(at) == "and")
        ):
            if (found := self._number_alone(at, end)) is not None:
                self.line.mark(start, found[1], "condition")
                return found
            at += 1
        while self.line.low(at) in ARTICLES - {"this", "that"} and at < end:
            at += 1
        found = self._modifier_item(start, at, end)
        if found is not None:
            self._same_way(start, at, found[1])
            self.line.mark(start, found[1], "condition")
        return found

    def _same_way(self, start: int, at: int, stop: int) -> None:
        """Refuse "from the US" for an input that says where something goes, and "to" for one that says whence."""
        if self._last is None:
            return
        said = {self.line.low(place) for place in range(start, at)}
        about = {*self._last.leaf, *self._last.outer, *self._last.described}
        named = any(self.line.tokens[place].stem in self._last.leaf for place in range(at, stop))
        senses = senses_of(self.tool)
        moved = "escalate" in senses or ("update" in senses and not named)
        if "from" in said and moved and not about & _WHENCE:
            tokens = self.line.tokens[start:stop]
            raise Refusal(f"{quote(tokens)} could be what it was before: `{self._last.name}` says what it becomes.",
                          tokens, "Name the input.", weight=6)  # fmt: skip
        wrong = _WHITHER if "from" in said else _WHENCE if said & {"to", "into", "towards"} else frozenset[str]()
        if about & wrong and not about & (_WHENCE if wrong is _WHITHER else _WHITHER):
            tokens = self.line.tokens[start:stop]
            raise Refusal(f"{quote(tokens)} is the other way round: `{self._last.name}` says something else.", tokens,
                          "Name the input.", weight=6)  # fmt: skip

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
