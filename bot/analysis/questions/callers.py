"""Who may call a tool today: every permit that lets somebody, what forbids take away, and that nobody else may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from bot.analysis.difference import gateway_request
from bot.analysis.questions.calls import Case
from bot.analysis.questions.worlds import World, not_seen, stands, worlds
from bot.analysis.sets.compare import Comparison, Decided, Shown
from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.described import Described, Witness
from bot.analysis.sets.given import Given
from bot.analysis.sets.judge import Refused
from bot.analysis.sets.policies import Parsed, parse
from bot.analysis.sets.search import Found, Impossible, Outcome, Search, Unknown, batches
from bot.analysis.sets.session import Deadline, Limits, Session, session_for, started
from bot.analysis.smt.values import Unsupported
from bot.analysis.standing import Standing
from bot.analysis.stood import Stood
from bot.analysis.whom import POSSIBLY_ANYONE, whom_of
from bot.cedar.schema import GatewaySchema

_SHOWN = 10
"""So many permits get an example: to make one readable takes longer than to find it."""
_EACH = 60
"""Of more policies that speak of one tool it is not worked out which of them matter."""


@dataclass(frozen=True)
class Way:
    """A permit by which calls that are asked about are allowed, and one of them where it is shown."""

    policy: str
    case: Case | None = None


@dataclass(frozen=True)
class Callers:
    """Who may make the calls of one tool that are asked about.

    `whom` says who does, and nobody else: proved, unless `reason` says what is not known; it is empty where nobody may.
    `ways` are the permits that let them, `forbids` those that take away some of what these permit, `idle` the permits
    of such calls all of which are forbidden. Where there are too `many` policies to look at each, `ways` and `forbids`
    are all that speak of the tool.
    """

    action: str
    whom: str = ""
    ways: tuple[Way, ...] = ()
    forbids: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    reason: str = ""
    many: bool = False

    @property
    def proved(self) -> bool:
        """That nobody else may is proved."""
        return not self.reason


def callers(
    standing: Standing, about: str, schema: GatewaySchema, limits: Limits | Deadline | None = None
) -> tuple[Callers, ...]:
    """Who may make the calls that a policy's text describes, tool by tool; its effect says nothing.

    As `answers` otherwise.
    """
    session, deadline = session_for(schema), started(limits)
    there, described = stands(standing), parse(about)
    found = []
    for world in worlds(session, schema, there, described):
        if there.unknown:
            found.append(Callers(world.environment.action[1], reason=there.reason))
        else:
            found.append(_Asked(session, world, described, deadline, there).told())
    return (*found, *(Callers(tool.action, reason=tool.why) for tool in not_seen(schema, described)))


class _Asked:
    """One tool's part of a question."""

    def __init__(self, session: Session, world: World, about: Parsed, deadline: Deadline, there: Stood) -> None:
        self._session = session
        self._world = world
        self._about = about
        self._deadline = deadline
        self._there = there
        self._sure = world.sure
        self._permits = [name for name, each in world.sure.items() if each.permits]
        self._forbids = [name for name, each in world.sure.items() if not each.permits]
        self._unknown: dict[str, None] = {}

    def told(self) -> Callers:
        """All that is to be said."""
        action = self._world.environment.action[1]
        try:
            given = self._given()
        except Unsupported as error:
            return Callers(action, reason=f"what is asked about uses {error}")
        search = Search(
            self._session, self._world.environment, {**self._sure, **self._world.maybe}, self._deadline, given
        )
        many = len(self._sure) > _EACH
        lets, forbids, idle = self._permits, self._forbids, []
        if not many:
            lets = [name for name in self._permits if self._there_is(search, [name], self._forbids)]
            idle = [name for name in self._permits if name not in lets and self._there_is(search, [name], ())]
            forbids = [name for name in self._forbids if self._takes_away(search, name, lets)]
        whom = self._whom(lets, given)
        matter = [name for name in self._world.maybe if self._matters(search, name, lets)]
        ways = [] if not whom else [self._way(name) for name in islice(lets, _SHOWN)]
        rest = [] if not whom else lets[_SHOWN:]
        reasons = "; ".join([*self._unknown, *filter(None, [self._there.depends(matter)])])
        return Callers(action, whom, (*ways, *map(Way, rest)), tuple(forbids), tuple(idle), reasons, many)

    def _given(self) -> Given:
        """The calls that are asked about. Raises Unsupported."""
        meaning = self._session.meaning(self._about, self._world.environment, self._deadline)
        judge = self._session.judge({"": self._about})

        def holds(request: Concrete) -> bool:
            try:
                return "" in judge(request).matching
            except Refused:
                return False

        return Given((meaning.matches,), holds=holds)

    def _there_is(self, search: Search, all_of: list[str], none_of: Iterable[str]) -> bool:
        """There may be a call that these policies match and those do not; what is not decided is noted."""
        return self._decided(self._find(search, all_of, (), none_of))

    def _takes_away(self, search: Search, forbid: str, lets: list[str]) -> bool:
        """A forbid may match a call that some of the permits match."""
        return any(self._decided(self._find(search, [forbid], batch, ())) for batch in batches(lets))

    def _matters(self, search: Search, name: str, lets: list[str]) -> bool:
        """A policy that may decide or not may let somebody else call, or forbid what is permitted."""
        if self._world.maybe[name].permits:
            return self._there_is(search, [name], self._forbids)
        return self._takes_away(search, name, lets)

    def _decided(self, outcome: Outcome) -> bool:
        if isinstance(outcome, Unknown):
            self._unknown[outcome.reason] = None
        return not isinstance(outcome, Impossible)

    def _find(self, search: Search, all_of: list[str], one_of: Iterable[str], none_of: Iterable[str]) -> Outcome:
        either = tuple(one_of)

        def found() -> Outcome:
            core = [search.matches(name) for name in all_of]
            core += [search.any_matches(either)] if either else []
            return search.find(core, tuple(none_of), lambda verdict: verdict.matching.issuperset(all_of))

        return search.first([found])

    def _way(self, name: str) -> Way:
        """A permit with a readable call that it lets through, whatever becomes of the uncertain policies."""
        forbids = {each: policy for each, policy in self._world.least.items() if not policy.permits}
        policies = {name: self._sure[name], **forbids}
        found = Described(self._session, policies, self._about, "", self._deadline).within(
            self._world.environment, allowed=True
        )
        if not isinstance(found, Witness):
            return Way(name)
        return Way(name, Case(gateway_request(found.request), allowed=True, reasons=found.decided.reasons))

    def _whom(self, lets: list[str], given: Given) -> str:
        """The callers of all calls that are let through; empty where none is."""
        if not lets:
            return ""
        before = {name: self._sure[name] for name in self._forbids}
        comparison = Comparison(
            self._session, before, {**before, **{name: self._sure[name] for name in lets}}, self._deadline
        )
        flipped = comparison.flip(self._world.environment, before=False, given=given)
        if not isinstance(flipped, Found):
            return POSSIBLY_ANYONE if self._decided(flipped) else ""
        shown = Shown(flipped.request, Decided(False, ()), Decided(True, ()))
        whom = whom_of(comparison, self._world.environment, shown, given)
        if whom == POSSIBLY_ANYONE:
            self._unknown["who it is could not be worked out in time"] = None
        return whom
