"""What a candidate changes on an engine as it stands, whatever becomes of the policies that are uncertain.

A request meets each uncertain policy or does not. A permit changes the fewest requests when it meets them all, and the
most when it meets none; a forbid the fewest with all the uncertain forbids and none of the permits, and the most the
other way round. So what is changed in the one world is changed in all, and what is unchanged in the other in none.
A candidate that stands and goes changes the requests that it would change by coming, the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from bot.analysis.change import Change, Status
from bot.analysis.difference import Difference, change_of, environments_of
from bot.analysis.model import Environment
from bot.analysis.sets.compare import Comparison
from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.given import Given
from bot.analysis.sets.policies import Parsed, readable_policies
from bot.analysis.sets.search import Found, Impossible, Outcome, Search, Unknown
from bot.analysis.sets.session import Deadline, Limits, Session, session_for, started
from bot.analysis.smt.values import Unsupported
from bot.analysis.standing import Standing
from bot.analysis.stood import Stood, stood
from bot.analysis.unseen import unseen_changes
from bot.cedar.schema import GatewaySchema

AT_MOST = "at most: its other conditions are not decided here"
_BATCH = 24


def candidate_difference(
    standing: Standing,
    name: str,
    candidate: str,
    schema: GatewaySchema,
    limits: Limits | Deadline | None = None,
    *,
    candidate_free: bool = False,
    removed: bool = False,
) -> Difference:
    """Enforced today → enforced with the candidate in force, over every choice among the uncertain policies.

    `removed`: the other way round, from the candidate in force beside the standing to the standing alone.
    """
    session, deadline = session_for(schema), started(limits)
    there = stood(standing, name)
    own, unread = readable_policies({name: candidate})
    environments = environments_of(session, schema)
    if there.unknown or unread:
        reason = "; ".join([*there.unknown, *unread.values()])
        seen = [Change(each.principal, each.action[1], "not analysed", reason=reason) for each in environments]
    else:
        effect = _Effect(session, there, name, own[name], deadline, removed=removed)
        say = effect.at_most if candidate_free else effect.change
        seen = [say(environment) for environment in environments]
    comparison = Comparison(session, *_sides(there.enforced, own, removed=removed), deadline)
    return Difference((*seen, *unseen_changes(comparison, schema)))


class _Effect:
    """A candidate beside what stands."""

    def __init__(
        self, session: Session, there: Stood, name: str, candidate: Parsed, deadline: Deadline, *, removed: bool
    ) -> None:
        self._removed = removed
        self._session = session
        self._there = there
        self._name = name
        self._candidate = candidate
        self._deadline = deadline
        self._others = {each: policy for each, policy in there.enforced.items() if each != name}
        self._replaced = there.enforced.get(name)
        self._worlds: dict[tuple[str, ...], Comparison] = {}

    def _world(self, names: Iterable[str]) -> Comparison:
        """What changes when these uncertain policies are met, and no others."""
        key = tuple(names)
        if key not in self._worlds:
            without = {**self._there.enforced, **{name: self._there.maybe[name] for name in key}}
            sides = _sides(without, {self._name: self._candidate}, removed=self._removed)
            self._worlds[key] = Comparison(self._session, *sides, self._deadline)
        return self._worlds[key]

    def _maybe(self, environment: Environment) -> dict[str, Parsed]:
        model = self._session.model
        return {name: policy for name, policy in self._there.maybe.items() if policy.applies(environment, model)}

    @property
    def _turns(self) -> bool:
        """It replaces a policy of the other effect: then neither world bounds the other."""
        return self._replaced is not None and self._replaced.permits is not self._candidate.permits

    def change(self, environment: Environment) -> Change:
        """What changes for certain in an environment, and on what the rest depends."""
        plain = self._world(())
        maybe = self._maybe(environment)
        if not maybe or not plain.touches(environment):
            return change_of(plain, environment)
        if self._turns:
            return self._whichever(environment, maybe)
        permits, forbids = _split(maybe)
        fewest = self._world(maybe if self._candidate.permits else forbids)
        after = self._others if self._removed else {**self._others, self._name: self._candidate}
        found = change_of(
            fewest,
            environment,
            least={**after, **{name: maybe[name] for name in forbids}},
            most={**after, **{name: maybe[name] for name in permits}},
        )
        matter, unknown = self._matter(environment, maybe)
        reasons = dict.fromkeys(filter(None, [found.reason, self._there.depends(matter), *unknown]))
        if not reasons:
            return found
        status: Status = "changed" if found.status == "changed" else "not analysed"
        # Who may be concerned is not said too narrowly.
        most = change_of(self._world(() if self._candidate.permits else permits), environment)
        same_way = bool(most.newly_allowed) == bool(found.newly_allowed)
        whom = "" if status != "changed" else most.whom if same_way else "possibly anyone"
        return replace(found, status=status, reason="; ".join(reasons), whom=whom)

    def _whichever(self, environment: Environment, maybe: Mapping[str, Parsed]) -> Change:
        permits, _ = _split(maybe)
        outcomes = [
            self._world(names).flip(environment, before=before) for names in ((), permits) for before in (False, True)
        ]
        plain = Change(environment.principal, environment.action[1], "unchanged")
        if all(isinstance(outcome, Impossible) for outcome in outcomes):
            return plain
        return replace(plain, status="not analysed", reason=self._there.depends(list(maybe)))

    def _matter(self, environment: Environment, maybe: Mapping[str, Parsed]) -> tuple[list[str], list[str]]:
        """The uncertain policies on which it depends whether some request changes; and what was not decided."""
        model = self._session.model
        here = {name: policy for name, policy in self._others.items() if policy.applies(environment, model)}
        try:
            own = own_requests(self._session, environment, self._candidate, self._replaced, self._deadline)
            search = Search(self._session, environment, {**here, **maybe}, self._deadline, own)
        except Unsupported as error:
            return [], [str(error)]
        matter, unknown = [], []
        for name in maybe:
            outcome = search.first(self._ways(search, name, here, maybe))
            if isinstance(outcome, Found):
                matter.append(name)
            elif isinstance(outcome, Unknown):
                unknown.append(outcome.reason)
        return matter, unknown

    def _ways(
        self, search: Search, name: str, here: Mapping[str, Parsed], maybe: Mapping[str, Parsed]
    ) -> Iterator[partial[Outcome]]:
        """Ways for an uncertain policy to decide whether a request changes."""
        if self._candidate.permits or maybe[name].permits:
            yield partial(self._found, search, [name], (), tuple(here))
            return
        permits, forbids = _split({**here, **maybe})
        sure = [each for each in forbids if each in here]
        for start in range(0, len(permits), _BATCH):
            yield partial(self._found, search, [name], permits[start : start + _BATCH], sure)

    def _found(self, search: Search, all_of: list[str], one_of: Iterable[str], none_of: Iterable[str]) -> Outcome:
        core = [search.matches(name) for name in all_of]
        either = list(one_of)
        if either:
            core.append(search.any_matches(either))
        return search.find(core, tuple(none_of), lambda verdict: verdict.matching.issuperset(all_of))

    def at_most(self, environment: Environment) -> Change:
        """What can change when the candidate's text is the widest that it can mean, or nothing of it."""
        permits, _ = _split(self._maybe(environment))
        worlds = [()] if self._candidate.permits else [tuple(permits)]
        if self._turns:
            worlds = list({(): None, tuple(permits): None})
        comparisons = [self._world(names) for names in worlds]
        if self._replaced is not None:
            comparisons += [
                Comparison(
                    self._session,
                    world.before,
                    {name: policy for name, policy in world.before.items() if name != self._name},
                    self._deadline,
                )
                for world in comparisons
            ]
        found = [change_of(each, environment) for each in comparisons]
        if all(each.status == "unchanged" for each in found):
            return found[0]
        allowed = next((each.newly_allowed for each in found if each.newly_allowed), None)
        denied = next((each.newly_denied for each in found if each.newly_denied), None)
        first = next(each for each in found if each.status != "unchanged")
        reasons = dict.fromkeys([*(each.reason for each in found if each.reason), AT_MOST])
        return replace(
            first,
            status="changed" if allowed or denied else "not analysed",
            newly_allowed=allowed,
            newly_denied=denied,
            reason="; ".join(reasons),
            whom=next((each.whom for each in found if each.whom), ""),
            every=False,
            possible=True,
        )


def own_requests(
    session: Session, environment: Environment, new: Parsed, old: Parsed | None, deadline: Deadline
) -> Given:
    """Requests that a policy matches and the one that it replaces does not, or the other way round. Raises
    Unsupported."""
    terms = session.terms
    sides = {"new": new} if old is None else {"new": new, "old": old}
    judge = session.judge(sides)
    matches = [session.meaning(policy, environment, deadline).matches for policy in sides.values()]
    changed = matches[0] if old is None else terms.negate(terms.equal(*matches))

    def holds(request: Concrete) -> bool:
        return len(judge(request).matching) == 1

    return Given((changed,), holds=holds)


def _sides(
    without: Mapping[str, Parsed], own: Mapping[str, Parsed], *, removed: bool
) -> tuple[Mapping[str, Parsed], Mapping[str, Parsed]]:
    """The policies before and after the candidate comes, or goes."""
    beside = {**without, **own}
    return (beside, without) if removed else (without, beside)


def _split(policies: Mapping[str, Parsed]) -> tuple[list[str], list[str]]:
    """The names of the permits and of the forbids."""
    permits = [name for name, policy in policies.items() if policy.permits]
    return permits, [name for name in policies if name not in permits]
