"""What a policy set decides on the requests that a policy describes: which of them it allows, which it denies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.analysis.model import Environment
from bot.analysis.sets.compare import Comparison, Decided
from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.judge import Refused, Verdict
from bot.analysis.sets.numbers import nearest_zero
from bot.analysis.sets.policies import Parsed
from bot.analysis.sets.readable import hints_of, shrink
from bot.analysis.sets.search import UNCONFIRMED, Found, Impossible, Outcome, Search, Unknown, batches
from bot.analysis.sets.session import Deadline, Session

# The set's own policies have positions as keys.
_ABOUT = "about"


@dataclass(frozen=True)
class Witness:
    """A readable request that the policy describes, and Cedar's decision with the whole set."""

    request: Concrete
    decided: Decided


class Described:
    """A policy set, and one policy that describes requests; its effect says nothing here."""

    def __init__(
        self, session: Session, policies: Mapping[str, Parsed], about: Parsed, name: str, deadline: Deadline
    ) -> None:
        self._session = session
        self._about = about
        self._deadline = deadline
        self._set = {str(position): policy for position, policy in enumerate(policies.values())}
        self._names = {**{str(position): each for position, each in enumerate(policies)}, _ABOUT: name}
        self._whole = Comparison(session, policies, policies, deadline)
        self.environments = [each for each in session.model.environments if about.applies(each, session.model)]

    def first(self, *, allowed: bool) -> Witness | Impossible | Unknown:
        """A described request of any environment that the set allows, or denies; Impossible when there is none."""
        unknown = None
        for environment in self.environments:
            found = self.within(environment, allowed=allowed)
            if isinstance(found, Witness):
                return found
            if isinstance(found, Unknown):
                unknown = unknown or found
        return unknown or Impossible()

    def some(self, *, allowed: bool) -> Outcome:
        """Whether there is such a request, without making one readable, which takes longer than finding it."""
        unknown = None
        for environment in self.environments:
            found = self._find(*self._search(environment), allowed=allowed)
            if isinstance(found, Found):
                return found
            if isinstance(found, Unknown):
                unknown = unknown or found
        return unknown or Impossible()

    def within(self, environment: Environment, *, allowed: bool) -> Witness | Impossible | Unknown:
        """The same in one environment."""
        search, here = self._search(environment)
        outcome = self._find(search, here, allowed=allowed)
        if not isinstance(outcome, Found):
            return Impossible() if isinstance(outcome, Impossible) else outcome
        wanted = _wanted(here, allowed=allowed)

        def holds(request: Concrete) -> bool:
            try:
                return not self._deadline.over and wanted(search.verdict(request))
            except Refused:
                return False

        hints = hints_of(search.policies[key] for key in sorted({_ABOUT, *outcome.verdict.matching}))
        small = shrink(outcome.request, environment, self._session.model, hints, holds)
        small = nearest_zero(small, environment, self._session.model, holds)
        decided = self._whole.confirmed(small, before=allowed, after=allowed)
        return Witness(small, decided[0]) if decided else Unknown(UNCONFIRMED)

    def _search(self, environment: Environment) -> tuple[Search, dict[str, Parsed]]:
        """What finds requests of an environment, and the policies that can match there."""
        here = {key: policy for key, policy in self._set.items() if policy.applies(environment, self._session.model)}
        policies = {_ABOUT: self._about, **here}
        return Search(self._session, environment, policies, self._deadline, names=self._names), here

    def _find(self, search: Search, here: Mapping[str, Parsed], *, allowed: bool) -> Outcome:
        wanted = _wanted(here, allowed=allowed)
        return search.first(_allowed(search, here, wanted) if allowed else _denied(search, here, wanted))


def _wanted(here: Mapping[str, Parsed], *, allowed: bool) -> Callable[[Verdict], bool]:
    return lambda verdict: _ABOUT in verdict.matching and verdict.allows(here) is allowed


def _allowed(
    search: Search, policies: Mapping[str, Parsed], wanted: Callable[[Verdict], bool]
) -> Iterator[Callable[[], Outcome]]:
    """Some permit matches, and no forbid does."""
    forbids = [key for key, policy in policies.items() if not policy.permits]
    for batch in batches([key for key, policy in policies.items() if policy.permits]):
        yield lambda batch=batch: search.find(  # type: ignore[misc]
            [search.matches(_ABOUT), search.any_matches(batch)], forbids, wanted
        )


def _denied(
    search: Search, policies: Mapping[str, Parsed], wanted: Callable[[Verdict], bool]
) -> Iterator[Callable[[], Outcome]]:
    """No permit matches, or some forbid does."""
    permits = [key for key, policy in policies.items() if policy.permits]
    yield lambda: search.find([search.matches(_ABOUT)], permits, wanted)
    for batch in batches([key for key, policy in policies.items() if not policy.permits]):
        yield lambda batch=batch: search.find(  # type: ignore[misc]
            [search.matches(_ABOUT), search.any_matches(batch)], (), wanted
        )
