"""How a policy stands to the others of its set: implied by one, blocked by one, or by several together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.analysis.model import Environment
from bot.analysis.sets.compare import Comparison
from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.judge import Refused
from bot.analysis.sets.numbers import nearest_zero
from bot.analysis.sets.policies import Parsed
from bot.analysis.sets.readable import hints_of, shrink
from bot.analysis.sets.search import Found, Impossible, Outcome, Search, Unknown
from bot.analysis.sets.session import Deadline, Session


@dataclass(frozen=True)
class Related:
    """The policies that match whenever this one does: `equivalent` and `shadowing` with its effect, `overriding` are
    forbids over a permit. `redundant` names those that together leave it without effect, when no single one does; it is
    None when removing the policy would change some decision. `unknown` says what was not decided."""

    equivalent: tuple[str, ...] = ()
    shadowing: tuple[str, ...] = ()
    overriding: tuple[str, ...] = ()
    redundant: tuple[str, ...] | None = None
    unknown: tuple[str, ...] = ()


class Relations:
    """Questions about the policies of one set."""

    def __init__(self, session: Session, policies: Mapping[str, Parsed], deadline: Deadline) -> None:
        self._session = session
        self._policies = policies
        self._deadline = deadline
        self._searches: dict[int, Search] = {}

    def environments(self, name: str) -> list[Environment]:
        """The request environments in a policy's scope."""
        model = self._session.model
        return [each for each in model.environments if self._policies[name].applies(each, model)]

    def _search(self, environment: Environment) -> Search:
        found = self._searches.get(id(environment))
        if found is None:
            model = self._session.model
            here = {name: policy for name, policy in self._policies.items() if policy.applies(environment, model)}
            found = self._searches[id(environment)] = Search(self._session, environment, here, self._deadline)
        return found

    def matching(self, name: str, environment: Environment) -> Outcome:
        """A request of the environment that the policy matches."""
        search = self._search(environment)
        return search.first([partial(search.find_matching, name)])

    def not_matching(self, name: str, environment: Environment) -> Outcome:
        """A request of the environment that the policy does not match."""
        search = self._search(environment)
        return search.first([lambda: search.find([], (name,), lambda found: name not in found.matching)])

    def failure(self, name: str) -> tuple[Found | None, tuple[str, ...]]:
        """A request on which the policy's evaluation ends in an error; and when there is none, what was not decided."""
        unknown: dict[str, None] = {}
        for environment in self.environments(name):
            outcome = self._failing(name, environment)
            if isinstance(outcome, Found):
                return outcome, ()
            if isinstance(outcome, Unknown):
                unknown[outcome.reason] = None
        return None, tuple(unknown)

    def _failing(self, name: str, environment: Environment) -> Outcome:
        search = self._search(environment)
        policy = self._policies[name]

        def errors() -> Outcome:
            return search.find([search.meaning(name).errors], (), lambda found: name in found.errors)

        outcome = search.first([errors])
        if not isinstance(outcome, Found):
            return outcome
        hints = hints_of([policy])
        holds = partial(self._fails, search, name)
        small = shrink(outcome.request, environment, self._session.model, hints, holds)
        small = nearest_zero(small, environment, self._session.model, holds)
        return Found(small, search.verdict(small))

    def _fails(self, search: Search, name: str, request: Concrete) -> bool:
        try:
            return not self._deadline.over and name in search.verdict(request).errors
        except Refused:
            return False

    def related(self, name: str, within: Environment | None = None) -> Related:
        """How a policy stands to the others, in one environment of its scope or in all. A policy that matches nothing
        is related to none."""
        policy = self._policies[name]
        unknown: dict[str, None] = {}
        active, candidates = self._witnessed(name, within, unknown)
        if not active:
            return Related(unknown=tuple(unknown))
        implied = self._implied(name, active, candidates, unknown)
        alike = [other for other in implied if self._policies[other].permits == policy.permits]
        equivalent = tuple(other for other in alike if self._always_implies(other, name, within, unknown))
        shadowing = tuple(other for other in alike if other not in equivalent)
        forbids = [other for other in implied if not self._policies[other].permits]
        overriding = tuple(forbids) if policy.permits else ()
        redundant = None if alike or overriding else self._redundant(name, active, unknown)
        return Related(equivalent, shadowing, overriding, redundant, tuple(unknown))

    def _witnessed(
        self, name: str, within: Environment | None, unknown: dict[str, None]
    ) -> tuple[list[Environment], dict[str, None]]:
        """The environments in which the policy can match, and the others that match on an example from each."""
        active = []
        candidates = dict.fromkeys(other for other in self._policies if other != name)
        for environment in [within] if within else self.environments(name):
            outcome = self.matching(name, environment)
            if isinstance(outcome, Impossible):
                continue
            active.append(environment)
            if isinstance(outcome, Unknown):
                unknown[outcome.reason] = None
                candidates.clear()
            else:
                candidates = {each: None for each in candidates if each in outcome.verdict.matching}
        return active, candidates

    def _implied(
        self, name: str, active: list[Environment], candidates: dict[str, None], unknown: dict[str, None]
    ) -> list[str]:
        """Those of the candidates that match whenever the policy does; each counterexample rules out more of them."""
        implied = []
        while candidates:
            other = next(iter(candidates))
            del candidates[other]
            for environment in active:
                outcome = self._without(name, other, environment)
                if isinstance(outcome, Found):
                    for each in [each for each in candidates if each not in outcome.verdict.matching]:
                        del candidates[each]
                if not isinstance(outcome, Impossible):
                    break
            else:
                implied.append(other)
            if isinstance(outcome, Unknown):
                unknown[outcome.reason] = None
        return implied

    def _without(self, name: str, other: str, environment: Environment) -> Outcome:
        """A request that one policy matches and the other does not."""
        search = self._search(environment)
        negate = self._session.terms.negate

        def ask() -> Outcome:
            core = [search.matches(name), negate(search.matches(other))]
            return search.find(core, (), lambda found: name in found.matching and other not in found.matching)

        return search.first([ask if other in search.policies else partial(search.find_matching, name)])

    def _always_implies(self, name: str, other: str, within: Environment | None, unknown: dict[str, None]) -> bool:
        for environment in [within] if within else self.environments(name):
            outcome = self._without(name, other, environment)
            if isinstance(outcome, Unknown):
                unknown[outcome.reason] = None
            if not isinstance(outcome, Impossible):
                return False
        return True

    def _redundant(self, name: str, active: list[Environment], unknown: dict[str, None]) -> tuple[str, ...] | None:
        others = {other: policy for other, policy in self._policies.items() if other != name}
        comparison = Comparison(self._session, others, {**others, name: self._policies[name]}, self._deadline)
        considered: dict[str, None] = {}
        for environment in active:
            outcome = comparison.flip(environment, before=not self._policies[name].permits)
            if isinstance(outcome, Unknown):
                unknown[outcome.reason] = None
            if not isinstance(outcome, Impossible):
                return None
            considered.update(dict.fromkeys(outcome.considered))
        return tuple(considered)
