"""What the policies of an engine that are only logged would do beside a candidate, if they were enforced too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.analysis.model import Environment
from bot.analysis.sets.policies import Parsed
from bot.analysis.sets.search import Found, Outcome, Search, Unknown
from bot.analysis.sets.session import Deadline, Session
from bot.analysis.stood import Stood

_MOST_QUESTIONS = 60
_BATCH = 24


def promoted(
    session: Session, there: Stood, name: str, candidate: Parsed, deadline: Deadline
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Names and a sentence, for those that would deny some of the candidate's calls and those that would allow more.

    They would do so whatever becomes of the uncertain policies.
    """
    asked = _Promotion(session, there, name, candidate, deadline)
    for permits in (False, True):
        found, left = asked.of_effect(permits=permits)
        if found:
            yield found, _sentence(found, permits=permits, candidate=candidate.permits)
        if left:
            verb = "allow more calls" if permits else "deny calls"
            yield left, f"{_are(left)}: whether {_they(left)} would {verb}, promoted too, was not decided."


def _sentence(names: tuple[str, ...], *, permits: bool, candidate: bool) -> str:
    does = "allow more calls of these tools" if permits else "deny some of these calls"
    if not permits and not candidate:
        does = "deny more calls of these tools"
    return f"{_are(names)}: promoted too, {_they(names)} would {does}."


def _are(names: tuple[str, ...]) -> str:
    listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"{listed} {'is' if len(names) == 1 else 'are'} log-only"


def _they(names: tuple[str, ...]) -> str:
    return "it" if len(names) == 1 else "they"


class _Promotion:
    def __init__(self, session: Session, there: Stood, name: str, candidate: Parsed, deadline: Deadline) -> None:
        self._session = session
        self._there = there
        self._name = name
        self._candidate = candidate
        self._deadline = deadline
        self._questions = 0

    def of_effect(self, *, permits: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The log-only policies of one effect that would matter, and those of which it was not decided."""
        model = self._session.model
        wanted = {name: policy for name, policy in self._there.log_only.items() if policy.permits is permits}
        found: dict[str, None] = {}
        undecided: dict[str, None] = {}
        self._questions = 0
        for environment in model.environments:
            if not wanted or not self._candidate.applies(environment, model):
                continue
            here = [name for name, policy in wanted.items() if policy.applies(environment, model)]
            for start in range(0, len(here), _BATCH):
                left = [name for name in here[start : start + _BATCH] if name not in found]
                while left:
                    outcome = self._ask(environment, left, wanted, permits=permits)
                    if isinstance(outcome, Unknown):
                        undecided.update(dict.fromkeys(left))
                    if not isinstance(outcome, Found):
                        break
                    found.update(dict.fromkeys(name for name in left if name in outcome.verdict.matching))
                    left = [name for name in left if name not in found]
        return tuple(found), tuple(name for name in undecided if name not in found)

    def _ask(
        self, environment: Environment, names: Sequence[str], wanted: Mapping[str, Parsed], *, permits: bool
    ) -> Outcome:
        """A request that the candidate leaves allowed (or denied) for certain, and one of these would turn."""
        self._questions += 1
        if self._questions > _MOST_QUESTIONS:
            return Unknown("too many policies are log-only")
        model = self._session.model
        enforced = {name: policy for name, policy in self._there.enforced.items() if name != self._name}
        after = {**enforced, **self._there.maybe, self._name: self._candidate}
        sure = {name: policy for name, policy in after.items() if policy.applies(environment, model)}
        promoted = {name: wanted[name] for name in names}
        search = Search(self._session, environment, {**promoted, **sure}, self._deadline)
        if permits:
            return search.first([lambda: search.find([search.any_matches(names)], tuple(sure), lambda _: True)])
        forbids = tuple(name for name, policy in sure.items() if not policy.permits)
        if self._candidate.permits:
            allowing = [self._name]
        else:
            allowing = [name for name, policy in sure.items() if policy.permits and name not in self._there.maybe]
        return search.first(self._denied(search, names, allowing, forbids))

    def _denied(
        self, search: Search, names: Sequence[str], allowing: Sequence[str], forbids: tuple[str, ...]
    ) -> Iterator[Callable[[], Outcome]]:
        for start in range(0, len(allowing), _BATCH):
            batch = allowing[start : start + _BATCH]
            yield lambda batch=batch: search.find(  # type: ignore[misc]
                [search.any_matches(names), search.any_matches(batch)], forbids, lambda _: True
            )
