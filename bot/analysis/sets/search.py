"""Finding a request in one environment, beginning with few policies and adding only those that stand in its way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.analysis.model import Environment, Uid
from bot.analysis.sets.concrete import Concrete, concretise
from bot.analysis.sets.given import ANY_REQUEST, Given
from bot.analysis.sets.judge import Judge, Refused, Verdict
from bot.analysis.sets.policies import Parsed, entities_read
from bot.analysis.sets.session import Deadline, Session
from bot.analysis.smt.encode import Meaning
from bot.analysis.smt.terms import Term
from bot.analysis.smt.values import TimeIsUp, Unsupported

_MOST_ROUNDS = 200
_BATCH = 24


@dataclass(frozen=True)
class Found:
    """A request, what Cedar says of it, and the names of the policies that had to be considered."""

    request: Concrete
    verdict: Verdict
    considered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Impossible:
    """Proved: there is no such request. `considered` names the policies that stand in the way."""

    considered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unknown:
    """Not decided, and why."""

    reason: str


Outcome = Found | Impossible | Unknown
UNCONFIRMED = "Cedar does not confirm the solver's example"


class Search:
    """Questions about one environment. `policies` are all that its questions may name; `judge` evaluates them. Every
    request asked for is one of those `given`.

    `names` are what a reader calls them, where the keys of `policies` are not that already.
    """

    def __init__(
        self,
        session: Session,
        environment: Environment,
        policies: Mapping[str, Parsed],
        deadline: Deadline,
        given: Given = ANY_REQUEST,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.session = session
        self.environment = environment
        self.policies = policies
        self.deadline = deadline
        self._given = given
        self._names = names
        self._judge: Judge | None = None

    @cached_property
    def _named(self) -> tuple[Uid, ...]:
        """The entities that have to be there, whatever the solver says of them."""
        read = dict.fromkeys(uid for policy in self.policies.values() for uid in entities_read(policy))
        return tuple(uid for uid in read if uid[0] in self.session.model.entities)

    def verdict(self, request: Concrete) -> Verdict:
        """Which of the policies match a request, by Cedar. Raises Refused."""
        if self._judge is None:
            self._judge = self.session.judge(self.policies)
        return self._judge(request)

    def matches(self, name: str) -> Term:
        """When a policy matches. Raises Unsupported."""
        return self._given.rewrite(self.meaning(name).matches)

    def meaning(self, name: str) -> Meaning:
        """When a policy matches, and when it ends in an error. Raises Unsupported with the policy's name."""
        try:
            return self.session.meaning(self.policies[name], self.environment, self.deadline)
        except TimeIsUp:
            raise
        except Unsupported as error:
            called = self._names[name] if self._names else name
            raise Unsupported(f"policy {called} uses {error}" if called else f"it uses {error}") from error

    def any_matches(self, names: Iterable[str]) -> Term:
        return self.session.terms.any(self.matches(name) for name in names)

    def find(self, core: Sequence[Term], none_of: Sequence[str], confirmed: Callable[[Verdict], bool]) -> Outcome:
        """A request that makes `core` true and that none of these policies matches, and that Cedar confirms."""
        terms = self.session.terms
        included: dict[str, None] = {}
        assertions = [*core, *self._given.terms]
        for _ in range(_MOST_ROUNDS):
            answer = self.session.check(assertions, self.deadline)
            if answer.status == "unsat":
                return Impossible(tuple(included))
            if answer.status == "unknown":
                return Unknown(answer.reason)
            try:
                request = concretise(self.session.model, self.environment, answer.values, self._named)
                verdict = self.verdict(request)
            except Refused as error:
                return Unknown(f"{UNCONFIRMED}: {error}")
            in_the_way = [name for name in none_of if name in verdict.matching]
            if not in_the_way:
                as_asked = confirmed(verdict) and self._given.holds(request)
                return Found(request, verdict, tuple(included)) if as_asked else Unknown(UNCONFIRMED)
            if any(name in included for name in in_the_way):
                return Unknown(UNCONFIRMED)
            included.update(dict.fromkeys(in_the_way))
            assertions += [terms.negate(self.matches(name)) for name in in_the_way]
        return Unknown("too many policies stand in the way of an example")

    def find_matching(self, name: str) -> Outcome:
        """A request that a policy matches."""
        return self.find([self.matches(name)], (), lambda verdict: name in verdict.matching)

    def first(self, searches: Iterable[Callable[[], Outcome]]) -> Outcome:
        """The first that is found; Impossible only when all are; else what kept one from being decided."""
        unknown: Unknown | None = None
        considered: dict[str, None] = {}
        for search in searches:
            try:
                outcome = search()
            except Unsupported as error:
                outcome = Unknown(str(error))
            except RecursionError:
                outcome = Unknown("a condition is nested too deeply")
            if isinstance(outcome, Found):
                return outcome
            if isinstance(outcome, Unknown):
                unknown = unknown or outcome
            else:
                considered.update(dict.fromkeys(outcome.considered))
        return unknown or Impossible(tuple(considered))


def batches(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The names in groups small enough to be asked of at once."""
    return (tuple(names[start : start + _BATCH]) for start in range(0, len(names), _BATCH))
