"""What changes from one policy set to another in one request environment, with requests that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice

from bot.analysis.model import Environment
from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.given import ANY_REQUEST, Given
from bot.analysis.sets.judge import Refused, Verdict, errors, reasons
from bot.analysis.sets.numbers import nearer, nearest, nearest_zero
from bot.analysis.sets.policies import Parsed
from bot.analysis.sets.readable import Hints, hints_of, near_misses, shrink
from bot.analysis.sets.search import UNCONFIRMED, Found, Impossible, Outcome, Search, Unknown, batches
from bot.analysis.sets.session import Deadline, Session
from bot.analysis.smt.terms import Term

_MOST_NEAR = 400


@dataclass(frozen=True)
class Decided:
    """Cedar's decision with a whole policy set, and the names of the policies that determine it.

    `overflows` names the policies that Cedar skipped because a number grew too large.
    """

    allowed: bool
    reasons: tuple[str, ...]
    overflows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A readable request, with Cedar's decisions before and after."""

    request: Concrete
    before: Decided
    after: Decided


@dataclass(frozen=True)
class EnvironmentChange:
    """The requests of one environment that become allowed, that become denied, and one that stays denied."""

    newly_allowed: Shown | Impossible | Unknown
    newly_denied: Shown | Impossible | Unknown
    still_denied: Shown | None


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

    @cached_property
    def _hints(self) -> Hints:
        return hints_of((*self.added.values(), *self.removed.values()))

    def decisions(self, request: Concrete) -> tuple[Decided, Decided]:
        """Cedar's decisions with the whole sets, before and after. Raises Refused."""
        return self._decided(self.before, request), self._decided(self.after, request)

    def _decided(self, policies: Mapping[str, Parsed], request: Concrete) -> Decided:
        answer = self.session.requests.ask(self.session.policy_set(policies), request)
        names = tuple(policies)
        overflows = (name for name, message in errors(names, answer).items() if "overflow" in message)
        return Decided(answer.allowed, tuple(reasons(names, answer)), tuple(sorted(overflows)))

    def allows(self, policies: Mapping[str, Parsed], request: Concrete) -> bool:
        """Cedar's decision with other policies. Raises Refused."""
        return self._decided(policies, request).allowed

    def confirmed(self, request: Concrete, *, before: bool, after: bool) -> tuple[Decided, Decided] | None:
        """Cedar's decisions with the whole sets, if they are these."""
        try:
            old, new = self.decisions(request)
        except Refused:
            return None
        return (old, new) if (old.allowed, new.allowed) == (before, after) else None

    def touches(self, environment: Environment) -> bool:
        """Some policy that is only in one of the sets has this environment in its scope."""
        model = self.session.model
        return any(
            policy.applies(environment, model) for side in (self.removed, self.added) for policy in side.values()
        )

    def flip(self, environment: Environment, *, before: bool, given: Given = ANY_REQUEST) -> Outcome:
        """A request that was allowed (`before`) or denied, and is no longer; as the solver gave it."""
        here = _InEnvironment(self, environment, self._hints, given)
        return here.named(here.flip(before=before))

    def of(self, environment: Environment) -> EnvironmentChange:
        """The change in an environment that the sets' difference touches."""
        return _InEnvironment(self, environment, self._hints).change()


class _InEnvironment:
    def __init__(self, whole: Comparison, environment: Environment, hints: Hints, given: Given = ANY_REQUEST) -> None:
        self._whole = whole
        self._environment = environment
        self._hints = hints
        # Two versions of a policy have one name, so that the keys of the search are positions.
        self._names: dict[str, str] = {}
        self._unchanged = self._part(whole.unchanged)
        self._before = self._part(whole.removed)
        self._after = self._part(whole.added)
        self._policies = {**self._unchanged, **self._before, **self._after}
        self._search = Search(whole.session, environment, self._policies, whole.deadline, given, self._names)
        self._old, self._new = {**self._unchanged, **self._before}, {**self._unchanged, **self._after}
        self._permits = tuple(name for name, policy in self._unchanged.items() if policy.permits)
        self._forbids = tuple(name for name, policy in self._unchanged.items() if not policy.permits)

    def _part(self, policies: Mapping[str, Parsed]) -> dict[str, Parsed]:
        part = {}
        for name, policy in policies.items():
            if policy.applies(self._environment, self._whole.session.model):
                key = str(len(self._names))
                self._names[key], part[key] = name, policy
        return part

    def named(self, outcome: Outcome) -> Outcome:
        """What is proved, with the policies' names in place of the search's keys."""
        if isinstance(outcome, Impossible):
            return Impossible(tuple(dict.fromkeys(self._names[key] for key in outcome.considered)))
        return outcome

    def change(self) -> EnvironmentChange:
        allowed = self._example(self.flip(before=False), before=False, after=True)
        denied = self._example(self.flip(before=True), before=True, after=False)
        still = self._still_denied(allowed.request) if isinstance(allowed, Shown) else None
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
            for batch in batches(self._permits):
                yield lambda batch=batch: search.find(  # type: ignore[misc]
                    [search.any_matches(first.forbids), not_forbidden(), search.any_matches(batch)],
                    self._forbids,
                    confirmed,
                )

    def _example(self, outcome: Outcome, *, before: bool, after: bool) -> Shown | Impossible | Unknown:
        """The found request made readable, and confirmed on the whole sets."""
        if not isinstance(outcome, Found):
            return outcome
        # Every step of the way is tried on the few policies that matter so far; all of them have the last word.
        few = {**self._before, **self._after}
        for name in (*outcome.considered, *sorted(outcome.verdict.matching)):
            few[name] = self._policies[name]
        model = self._whole.session.model
        for policies in (few, self._policies):
            judge = self._whole.session.judge(policies)
            holds = partial(self._holds, judge, self._decides(before=before, after=after))
            small = shrink(outcome.request, self._environment, model, self._hints, holds)
            small = nearest_zero(small, self._environment, model, holds)
            shown = self._shown(small, before=before, after=after)
            if shown:
                return shown
        return Unknown(UNCONFIRMED)

    def _holds(
        self, judge: Callable[[Concrete], Verdict], decides: Callable[[Verdict], bool], request: Concrete
    ) -> bool:
        """Cedar decides so; no longer asked when time is up."""
        try:
            return not self._whole.deadline.over and decides(judge(request))
        except Refused:
            return False

    def _shown(self, request: Concrete, *, before: bool, after: bool) -> Shown | None:
        decided = self._whole.confirmed(request, before=before, after=after)
        return Shown(request, *decided) if decided else None

    def _still_denied(self, allowed: Concrete) -> Shown | None:
        """A request next to one that becomes allowed, but denied before and after."""
        decides = self._decides(before=False, after=False)
        model, holds = self._whole.session.model, partial(self._holds, self._search.verdict, decides)
        for near in islice(near_misses(allowed, self._environment, model, self._hints), _MOST_NEAR):
            if holds(near):
                near = nearer(near, allowed, self._environment, model, holds)
                return self._shown(near, before=False, after=False)
        beside = nearest(allowed, self._environment, model, holds)
        if beside:
            return self._shown(beside, before=False, after=False)
        terms = self._whole.session.terms
        own = _side(self._after).permits

        def elsewhere() -> Outcome:
            core = [terms.negate(self._search.any_matches(own))]
            return self._search.find(core, (*_side(self._before).permits, *self._permits), decides)

        outcome = self._example(self._search.first([elsewhere]), before=False, after=False)
        return outcome if isinstance(outcome, Shown) else None


def _side(policies: Mapping[str, Parsed]) -> _Side:
    return _Side(
        tuple(name for name, policy in policies.items() if policy.permits),
        tuple(name for name, policy in policies.items() if not policy.permits),
    )
