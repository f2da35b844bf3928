"""Two readings of one rule held against each other: the policies that were generated, and those that we read in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from bot.analysis.change import Example
from bot.analysis.difference import example_of
from bot.analysis.model import Environment
from bot.analysis.sets.compare import Comparison, Shown
from bot.analysis.sets.policies import Parsed, parse, readable_policies
from bot.analysis.sets.search import Impossible, Outcome, Search, Unknown
from bot.analysis.sets.session import Deadline, Limits, Session, session_for, started
from bot.analysis.unseen import unseen
from bot.cedar.schema import GatewaySchema

# What else an engine may permit: a forbid only matters beside it.
_EVERYTHING = parse("permit(principal, action, resource);")


@dataclass(frozen=True)
class PieceReading:
    """A generated policy beside the one of ours that it was held against (`ours`; None: it is extra).

    "agree" is proved. `looser` is a request that it permits and none of ours does, or that ours forbids and none of
    theirs does; `tighter` is the other way round. An example's "before" is ours, its "after" is theirs. `reason` says
    what was not decided, or that it is extra.
    """

    verdict: Literal["agree", "differ", "unknown"]
    ours: int | None = None
    looser: Example | None = None
    tighter: Example | None = None
    reason: str = ""


@dataclass(frozen=True)
class Readings:
    """One reading for each generated policy (None where there is none), and which of ours have no counterpart."""

    pieces: tuple[PieceReading | None, ...]
    missing: tuple[int, ...]


def readings(
    ours: Sequence[str], theirs: Sequence[str | None], schema: GatewaySchema, limits: Limits | Deadline | None = None
) -> Readings:
    """Our policies against the generated ones, piece by piece and as a whole."""
    return _Readings(ours, theirs, schema, started(limits)).told()


class _Readings:
    def __init__(
        self, ours: Sequence[str], theirs: Sequence[str | None], schema: GatewaySchema, deadline: Deadline
    ) -> None:
        self._session: Session = session_for(schema)
        self._deadline = deadline
        self._count = len(theirs)
        mine, _ = readable_policies({str(position): text for position, text in enumerate(ours)})
        given, unread = readable_policies({str(position): text for position, text in enumerate(theirs) if text})
        self._ours = {int(position): policy for position, policy in mine.items()}
        self._ours_count = len(ours)
        self._theirs = {int(position): policy for position, policy in given.items()}
        self._unread = {int(position): reason for position, reason in unread.items()}
        self._unseen = list(unseen(schema))
        self._pieces: dict[int, PieceReading] = {
            position: PieceReading("unknown", reason="it cannot be read as Cedar") for position in self._unread
        }

    def told(self) -> Readings:
        """All that is to be said."""
        self._pair_equals()
        if not self._all_paired and self._alike():
            for position, policy in self._theirs.items():
                best = self._best(policy, taken=())
                self._pieces.setdefault(position, PieceReading("agree", best))
            return Readings(self._in_order(), ())
        for position, policy in self._theirs.items():
            if position not in self._pieces:
                self._pieces[position] = self._against_best(policy)
        return Readings(self._in_order(), self._missing())

    def _in_order(self) -> tuple[PieceReading | None, ...]:
        return tuple(self._pieces.get(position) for position in range(self._count))

    @property
    def _taken(self) -> set[int]:
        return {piece.ours for piece in self._pieces.values() if piece.ours is not None}

    @property
    def _all_paired(self) -> bool:
        return len(self._pieces) == len(self._theirs) + len(self._unread) and len(self._taken) == self._ours_count

    def _pair_equals(self) -> None:
        for position, policy in self._theirs.items():
            taken = self._taken
            for index in sorted(self._ours, key=lambda index: (index in taken, index)):
                if self._equal(self._ours[index], policy):
                    self._pieces[position] = PieceReading("agree", index)
                    break

    def _equal(self, ours: Parsed, theirs: Parsed) -> bool:
        """Proved: both have one effect and match the same requests."""
        if ours.text == theirs.text:
            return True
        if ours.permits is not theirs.permits or self._apart_unseen([ours], [theirs]):
            return False
        return all(
            isinstance(self._beyond(one, other, environment), Impossible)
            for environment in self._session.model.environments
            for one, other in ((ours, theirs), (theirs, ours))
        )

    def _apart_unseen(self, ours: Sequence[Parsed], theirs: Sequence[Parsed]) -> bool:
        """They may decide otherwise on a tool that cannot be analysed."""
        return any(
            {policy.text for policy in ours if tool.may_be_in(policy)}
            != {policy.text for policy in theirs if tool.may_be_in(policy)}
            for tool in self._unseen
        )

    def _beyond(self, one: Parsed, other: Parsed, environment: Environment) -> Outcome:
        """A request that the one policy matches and the other does not."""
        model = self._session.model
        if not one.applies(environment, model):
            return Impossible()
        here = {"one": one, **({"other": other} if other.applies(environment, model) else {})}
        search = Search(self._session, environment, here, self._deadline)
        none_of = tuple(name for name in here if name == "other")
        return search.first(
            [lambda: search.find([search.matches("one")], none_of, lambda found: "one" in found.matching)]
        )

    def _alike(self) -> bool:
        """Proved: whatever else an engine holds, it decides every request alike with ours and with theirs."""
        if self._unread or len(self._ours) < self._ours_count:
            return False
        ours, theirs = list(self._ours.values()), list(self._theirs.values())
        if not theirs or self._apart_unseen(ours, theirs):
            return False
        sides = [self._named(ours, theirs)]
        forbids = [[policy for policy in side if not policy.permits] for side in (ours, theirs)]
        if any(forbids):
            sides.append(self._named([*forbids[0], _EVERYTHING], [*forbids[1], _EVERYTHING]))
        return all(
            isinstance(comparison.flip(environment, before=before), Impossible)
            for comparison in sides
            for environment in self._session.model.environments
            for before in (False, True)
        )

    def _named(self, ours: Sequence[Parsed], theirs: Sequence[Parsed]) -> Comparison:
        """Ours before and theirs after."""

        def named(policies: Sequence[Parsed], name: str) -> dict[str, Parsed]:
            return {
                "everything else" if policy is _EVERYTHING else f"{name} {number}": policy
                for number, policy in enumerate(policies, 1)
            }

        before, after = named(ours, "our reading"), named(theirs, "policy")
        return Comparison(self._session, before, after, self._deadline)

    def _best(self, policy: Parsed, taken: set[int] | tuple[()]) -> int | None:
        """The one of ours with its effect that speaks most of the same tools and callers."""
        scope = self._scope(policy)

        def rank(index: int) -> tuple[bool, float, int]:
            other = self._scope(self._ours[index])
            return index not in taken, len(scope & other) / len(scope | other), -index

        found = [
            index for index, each in self._ours.items() if each.permits is policy.permits and scope & self._scope(each)
        ]
        return max(found, key=rank, default=None)

    def _scope(self, policy: Parsed) -> frozenset[int]:
        model = self._session.model
        return frozenset(position for position, each in enumerate(model.environments) if policy.applies(each, model))

    def _against_best(self, policy: Parsed) -> PieceReading:
        index = self._best(policy, self._taken)
        best = [] if index is None else [self._ours[index]]
        ours = [each for each in self._ours.values() if each.permits is policy.permits]
        theirs = [each for each in self._theirs.values() if each.permits is policy.permits]
        if policy.permits:
            looser = self._first(ours, [policy], before=False)
            tighter = self._first(best, theirs, before=True)
        else:
            looser = self._first([_EVERYTHING, *best], [_EVERYTHING, *theirs], before=False)
            tighter = self._first([_EVERYTHING, *ours], [_EVERYTHING, policy], before=True)
        return self._judged(index, looser, tighter, apart=self._apart_unseen(best, [policy]))

    def _judged(
        self, index: int | None, looser: Example | Unknown | None, tighter: Example | Unknown | None, *, apart: bool
    ) -> PieceReading:
        reasons = dict.fromkeys(each.reason for each in (looser, tighter) if isinstance(each, Unknown))
        piece = PieceReading(
            "differ",
            index,
            looser if isinstance(looser, Example) else None,
            tighter if isinstance(tighter, Example) else None,
            "; ".join(reasons),
        )
        if index is None:
            return replace(piece, reason=piece.reason or "nothing in our reading corresponds to it")
        if piece.looser or piece.tighter:
            return piece
        if apart:
            return replace(piece, verdict="unknown", reason="a tool that cannot be analysed is concerned")
        return replace(piece, verdict="unknown" if reasons else "agree")

    def _first(self, ours: Sequence[Parsed], theirs: Sequence[Parsed], *, before: bool) -> Example | Unknown | None:
        """A request that ours decide so and theirs otherwise; None when it is proved that there is none."""
        comparison = self._named(ours, theirs)
        unknown: Unknown | None = None
        for environment in self._session.model.environments:
            if not comparison.touches(environment):
                continue
            change = comparison.of(environment)
            shown = change.newly_denied if before else change.newly_allowed
            if isinstance(shown, Shown):
                return example_of(shown)
            if isinstance(shown, Unknown):
                unknown = unknown or shown
        return unknown

    def _missing(self) -> tuple[int, ...]:
        """Those of ours that no generated policy was held against, and that the generated ones do not cover."""
        return tuple(
            index
            for index in range(self._ours_count)
            if index not in self._taken and (index not in self._ours or not self._covered(self._ours[index]))
        )

    def _covered(self, policy: Parsed) -> bool:
        model = self._session.model
        theirs = {str(index): each for index, each in self._theirs.items() if each.permits is policy.permits}
        for environment in model.environments:
            if not policy.applies(environment, model):
                continue
            here = {name: each for name, each in theirs.items() if each.applies(environment, model)}
            search = Search(self._session, environment, {"": policy, **here}, self._deadline)
            ask = partial(self._outside, search, tuple(here))
            if not isinstance(search.first([ask]), Impossible):
                return False
        return not self._apart_unseen([policy], [])

    def _outside(self, search: Search, none_of: tuple[str, ...]) -> Outcome:
        return search.find([search.matches("")], none_of, lambda found: "" in found.matching)
