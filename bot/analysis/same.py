"""Whether a candidate would still change exactly the same requests on an engine that is not what it was.

Meanings are compared, not texts: a policy that came or went matters when it meets a request that the candidate changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from bot.analysis.candidate import own_requests
from bot.analysis.model import Environment
from bot.analysis.sets.given import Given
from bot.analysis.sets.policies import Parsed, readable_policies
from bot.analysis.sets.search import Found, Outcome, Search, Unknown
from bot.analysis.sets.session import Deadline, Limits, Session, session_for, started
from bot.analysis.smt.values import Unsupported
from bot.analysis.standing import Standing
from bot.analysis.stood import Stood, stood
from bot.analysis.unseen import unseen
from bot.cedar.schema import GatewaySchema

_BATCH = 24
_Side = Mapping[str, Parsed]
"""Policies by their text: those of one text mean the same, whatever they are called."""


def same_change(
    then: Standing,
    now: Standing,
    candidate: str,
    schema: GatewaySchema,
    limits: Limits | Deadline | None = None,
    *,
    name: str,
) -> bool | None:
    """Whether the candidate, under this name, changes the same requests in the same direction on both.

    With uncertain policies, both the requests that change for certain and those that may. None when it is not known.
    """
    own, unread = readable_policies({name: candidate})
    if unread:
        return None
    replaced, _ = readable_policies(
        {str(number): each.enforced[name] for number, each in enumerate((then, now)) if name in each.enforced}
    )
    asked = _Same(session_for(schema), schema, [own[name], *replaced.values()], name, started(limits))
    if asked.reads(then) == asked.reads(now):
        return True
    return asked.means_the_same(stood(then, name), stood(now, name))


class _Same:
    def __init__(
        self, session: Session, schema: GatewaySchema, changing: Sequence[Parsed], name: str, deadline: Deadline
    ) -> None:
        """`changing` are the candidate, and what it replaces."""
        self._session = session
        self._candidate = changing[0]
        self._name = name
        self._deadline = deadline
        model = session.model
        self._environments = [
            each for each in model.environments if any(policy.applies(each, model) for policy in changing)
        ]
        self._unseen = [tool for tool in unseen(schema) if any(map(tool.may_be_in, changing))]

    def _concerns(self, policy: Parsed) -> bool:
        model = self._session.model
        return any(policy.applies(each, model) for each in self._environments) or self._may_concern_unseen(policy)

    def _may_concern_unseen(self, policy: Parsed) -> bool:
        return any(tool.may_be_in(policy) for tool in self._unseen)

    def reads(self, standing: Standing) -> object:
        """What of a standing can concern the candidate, as it is written."""
        enforced = sorted(
            (name == self._name, text)
            for name, statement in standing.enforced.items()
            if (text := self._text(name, statement))
        )
        uncertain = sorted(
            (each.name, self._text(each.name, each.statement) if each.statement else "", each.why)
            for each in standing.uncertain
        )
        return enforced, uncertain

    def _text(self, name: str, statement: str) -> str:
        """A policy's text; empty when it cannot concern the candidate."""
        read, _ = readable_policies({name: statement})
        if not read:
            return statement
        return read[name].text if name == self._name or self._concerns(read[name]) else ""

    def means_the_same(self, then: Stood, now: Stood) -> bool | None:
        """Whether what stands leaves the same requests to the candidate."""
        replaced = then.enforced.get(self._name)
        if then.unknown or now.unknown or replaced != now.enforced.get(self._name):
            return None
        if replaced is not None and replaced.permits is not self._candidate.permits:
            return None
        if any(
            {policy.text for policy in first.values() if self._may_concern_unseen(policy)}
            != {policy.text for policy in second.values() if self._may_concern_unseen(policy)}
            for first, second in ((then.enforced, now.enforced), (then.maybe, now.maybe))
        ):
            return None
        known: bool | None = True
        for environment in self._environments:
            for old, new in zip(self._bounds(then, environment), self._bounds(now, environment), strict=True):
                for one, other in ((old, new), (new, old)):
                    outcome = self._only_in(environment, one, other, replaced)
                    if isinstance(outcome, Found):
                        return False
                    known = None if isinstance(outcome, Unknown) else known
        return known

    def _bounds(self, there: Stood, environment: Environment) -> tuple[_Side, _Side]:
        """The policies under which the candidate changes the fewest requests, and the most."""
        model = self._session.model

        def side(maybe: Mapping[str, Parsed]) -> _Side:
            policies = [policy for name, policy in there.enforced.items() if name != self._name]
            return {each.text: each for each in (*policies, *maybe.values()) if each.applies(environment, model)}

        if self._candidate.permits:
            return side(there.maybe), side({})
        permits = {name: policy for name, policy in there.maybe.items() if policy.permits}
        forbids = {name: policy for name, policy in there.maybe.items() if name not in permits}
        return side(forbids), side(permits)

    def _only_in(self, environment: Environment, one: _Side, other: _Side, replaced: Parsed | None) -> Outcome:
        """A request that the candidate changes beside the one policies and not beside the others."""
        try:
            own: Given = own_requests(self._session, environment, self._candidate, replaced, self._deadline)
        except Unsupported as error:
            return Unknown(str(error))
        search = Search(self._session, environment, {**one, **other}, self._deadline, own)
        return search.first(self._ways(search, one, other))

    def _ways(self, search: Search, one: _Side, other: _Side) -> Iterator[Callable[[], Outcome]]:
        added = {text: policy for text, policy in other.items() if text not in one}
        if self._candidate.permits:
            # Any policy that matches leaves the permit without effect, the one kind or the other.
            for batch in _batches(added):
                yield partial(_find, search, [batch], tuple(one))
            return
        permits, forbids = _of(one, permits=True), _of(one, permits=False)
        for batch in _batches(_of(added, permits=False)):
            for allowing in _batches(permits):
                yield partial(_find, search, [batch, allowing], forbids)
        for batch in _batches([text for text in permits if text not in other]):
            yield partial(_find, search, [batch], (*forbids, *_of(other, permits=True)))


def _find(search: Search, one_of_each: Sequence[Sequence[str]], none_of: Sequence[str]) -> Outcome:
    core = [search.any_matches(names) for names in one_of_each]
    return search.find(
        core, none_of, lambda verdict: all(verdict.matching.intersection(names) for names in one_of_each)
    )


def _of(policies: _Side, *, permits: bool) -> tuple[str, ...]:
    return tuple(text for text, policy in policies.items() if policy.permits is permits)


def _batches(names: Sequence[str] | _Side) -> Iterator[tuple[str, ...]]:
    listed = tuple(names)
    return (listed[start : start + _BATCH] for start in range(0, len(listed), _BATCH))
