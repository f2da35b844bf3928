"""Whether policies ever allow, or ever deny, in one environment: ways to look for a request that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.analysis.sets.policies import Parsed
from bot.analysis.sets.search import Outcome, Search

_BATCH = 24


class Decisions:
    """The decisions of some of a search's policies."""

    def __init__(self, search: Search, policies: Mapping[str, Parsed], first: str = "") -> None:
        """`first` names the permit that is looked at before the others."""
        self._search = search
        self._policies = policies
        self._first = first
        self._permits = [name for name, policy in policies.items() if policy.permits]
        self._forbids = [name for name, policy in policies.items() if not policy.permits]

    def denied(self) -> Outcome:
        """A request that is denied: no permit matches, or some forbid does."""
        return self._search.first(self._ways_to_deny())

    def allowed(self) -> Outcome:
        """A request that is allowed: some permit matches, and no forbid does."""
        return self._search.first(self._ways_to_allow())

    def _ways_to_deny(self) -> Iterator[Callable[[], Outcome]]:
        search, first = self._search, [self._first] if self._first in self._permits else []
        yield lambda: search.find(
            [search.session.terms.negate(search.any_matches(first))],
            self._permits,
            lambda verdict: not verdict.allows(self._policies),
        )
        yield from self._one_of(self._forbids, (), allows=False)

    def _ways_to_allow(self) -> Iterator[Callable[[], Outcome]]:
        others = [name for name in self._permits if name != self._first]
        first = [self._first] if self._first in self._permits else []
        yield from self._one_of(first, self._forbids, allows=True)
        yield from self._one_of(others, self._forbids, allows=True)

    def _one_of(self, names: Sequence[str], none_of: Sequence[str], *, allows: bool) -> Iterator[Callable[[], Outcome]]:
        search = self._search
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            yield lambda batch=batch: search.find(  # type: ignore[misc]
                [search.any_matches(batch)], none_of, lambda verdict: verdict.allows(self._policies) is allows
            )
