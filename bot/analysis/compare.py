"""What changes from one policy set to another in one request environment, with requests that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import cedarpy

from bot.analysis.concrete import Concrete
from bot.analysis.judge import Refused, Requests, Verdict, policy_set
from bot.analysis.model import Environment
from bot.analysis.policies import Parsed
from bot.analysis.readable import Hints, hints_of, near_misses, shrink
from bot.analysis.search import UNCONFIRMED, Found, Outcome, Search, Unknown
from bot.analysis.session import Deadline, Session
from bot.analysis.smt.terms import Term

_BATCH = 24


@dataclass(frozen=True)
class EnvironmentChange:
    """The requests of one environment that become allowed, that become denied, and one that stays denied."""

    newly_allowed: Outcome
    newly_denied: Outcome
    still_denied: Found | None


@dataclass(frozen=True)
class _Side:
    """The policies of one set that the other does not have, by effect, under the keys of the search."""

    permits: tuple[str, ...]
    forbids: tuple[str, ...]


class Comparison:
    """Two policy sets over one schema."""

    def __init__(
        self, session: Session, before: Mapping[str, Parsed], after: Mapping[str, Parsed], deadline: Deadline
    ) -> None:
        self.session = session
        self.before = before
        self.after = after
        self.deadline = deadline
        self.unchanged = {name: policy for name, policy in after.items() if before.get(name) == policy}
        self.removed = {name: policy for name, policy in before.items() if name not in self.unchanged}
        self.added = {name: policy for name, policy in after.items() if name not in self.unchanged}
        self._requests = Requests(session.model, session.handle)

    @cached_property
    def _sets(self) -> tuple[cedarpy.PolicySet, cedarpy.PolicySet]:
        return (
            policy_set([policy.text for policy in self.before.values()]),
            policy_set([policy.text for policy in self.after.values()]),
        )

    @cached_property
    def _hints(self) -> Hints:
        return hints_of((*self.added.values(), *self.removed.values()))

    def decisions(self, request: Concrete) -> tuple[bool, bool]:
        """Cedar's decisions with the whole sets, before and after. Raises Refused."""
        old, new = self._sets
        return self._requests.allowed(old, request), self._requests.allowed(new, request)

    def confirmed(self, request: Concrete, *, before: bool, after: bool) -> bool:
        """Cedar decides so on the whole sets."""
        try:
            return self.decisions(request) == (before, after)
        except Refused:
            return False

    def reasons(self, request: Concrete) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names of the policies that determine Cedar's decision in either set."""
        old, new = (
            sorted(names[int(reason)] for reason in self._requests.ask(handle, request).diagnostics.reasons)
            for names, handle in zip((tuple(self.before), tuple(self.after)), self._sets, strict=True)
        )
        return tuple(old), tuple(new)

    def touches(self, environment: Environment) -> bool:
        """Some policy that is only in one of the sets has this environment in its scope."""
        model = self.session.model
        return any(
            policy.applies(environment, model) for side in (self.removed, self.added) for policy in side.values()
        )

    def flip(self, environment: Environment, *, before: bool) -> Outcome:
        """A request that was allowed (`before`) or denied, and is no longer; as the solver gave it."""
        return _InEnvironment(self, environment, self._hints).flip(before=before)

    def of(self, environment: Environment) -> EnvironmentChange:
        """The change in an environment that the sets' difference touches."""
        return _InEnvironment(self, environment, self._hints).change()


class _InEnvironment:
    def __init__(self, whole: Comparison, environment: Environment, hints: Hints) -> None:
        self._whole = whole
        self._environment = environment
        self._hints = hints
        self._unchanged = self._part(whole.unchanged, "")
        self._before = self._part(whole.removed, " (before)")
        self._after = self._part(whole.added, "")
        self._policies = {**self._unchanged, **self._before, **self._after}
        self._search = Search(whole.session, environment, self._policies, whole.deadline)
        self._old, self._new = {**self._unchanged, **self._before}, {**self._unchanged, **self._after}
        self._permits = tuple(name for name, policy in self._unchanged.items() if policy.permits)
        self._forbids = tuple(name for name, policy in self._unchanged.items() if not policy.permits)

    def _part(self, policies: Mapping[str, Parsed], suffix: str) -> dict[str, Parsed]:
        model = self._whole.session.model
        return {
            f"{name}{suffix}": policy for name, policy in policies.items() if policy.applies(self._environment, model)
        }

    def change(self) -> EnvironmentChange:
        allowed = self._example(self.flip(before=False), before=False, after=True)
        denied = self._example(self.flip(before=True), before=True, after=False)
        still = self._still_denied(allowed.request) if isinstance(allowed, Found) else None
        return EnvironmentChange(allowed, denied, still)

    def _decides(self, *, before: bool, after: bool) -> Callable[[Verdict], bool]:
        return lambda verdict: verdict.allows(self._old) is before and verdict.allows(self._new) is after

    def flip(self, *, before: bool) -> Outcome:
        """A request on which the decision was `before` and is now the other."""
        old, new = _side(self._before), _side(self._after)
        first, second = (new, old) if before else (old, new)
        return self._search.first(self._cases(first, second, self._decides(before=before, after=not before)))

    def _cases(
        self, first: _Side, second: _Side, confirmed: Callable[[Verdict], bool]
    ) -> Iterator[Callable[[], Outcome]]:
        """Why `first` denies a request and `second` allows it: by a permit of its own, where the other has none or
        forbids; or by a permit of both, where only the other forbids. Policies of both are added as they matter."""
        search, terms = self._search, self._whole.session.terms

        def not_forbidden() -> Term:
            return terms.negate(search.any_matches(second.forbids))

        def own(*more: Term) -> list[Term]:
            return [search.any_matches(second.permits), not_forbidden(), *more]

        if second.permits:
            yield lambda: search.find(
                own(terms.negate(search.any_matches(first.permits))), (*self._forbids, *self._permits), confirmed
            )
            if first.forbids:
                yield lambda: search.find(own(search.any_matches(first.forbids)), self._forbids, confirmed)
        if first.forbids:
            for batch in _batches(self._permits):
                yield lambda batch=batch: search.find(  # type: ignore[misc]
                    [search.any_matches(first.forbids), not_forbidden(), search.any_matches(batch)],
                    self._forbids,
                    confirmed,
                )

    def _example(self, outcome: Outcome, *, before: bool, after: bool) -> Outcome:
        """The found request made readable, and confirmed on the whole sets."""
        if not isinstance(outcome, Found):
            return outcome
        decides = self._decides(before=before, after=after)
        small = shrink(
            outcome.request,
            self._environment,
            self._whole.session.model,
            self._hints,
            lambda request: self._holds(request, decides),
        )
        if not self._whole.confirmed(small, before=before, after=after):
            return Unknown(UNCONFIRMED)
        return replace(outcome, request=small, verdict=self._search.verdict(small))

    def _holds(self, request: Concrete, decides: Callable[[Verdict], bool]) -> bool:
        try:
            return decides(self._search.verdict(request))
        except Refused:
            return False

    def _still_denied(self, allowed: Concrete) -> Found | None:
        """A request next to one that becomes allowed, but denied before and after."""
        decides = self._decides(before=False, after=False)
        for near in near_misses(allowed, self._environment, self._whole.session.model, self._hints):
            if self._holds(near, decides) and self._whole.confirmed(near, before=False, after=False):
                return Found(near, self._search.verdict(near))
        terms = self._whole.session.terms
        own = _side(self._after).permits

        def elsewhere() -> Outcome:
            core = [terms.negate(self._search.any_matches(own))]
            return self._search.find(core, (*_side(self._before).permits, *self._permits), decides)

        outcome = self._example(self._search.first([elsewhere]), before=False, after=False)
        return outcome if isinstance(outcome, Found) else None


def _side(policies: Mapping[str, Parsed]) -> _Side:
    return _Side(
        tuple(name for name, policy in policies.items() if policy.permits),
        tuple(name for name, policy in policies.items() if not policy.permits),
    )


def _batches(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(names[start : start + _BATCH]) for start in range(0, len(names), _BATCH))
