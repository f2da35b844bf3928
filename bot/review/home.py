"""What App Home shows one person: what waits for them, what is theirs, the policies that stand, what ends or drifts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.review import decision
from bot.review.authority import Authority
from bot.review.drift import Look, Watch
from bot.review.evidence import Seen
from bot.review.family import pieces_of
from bot.review.model import Act, Draft, DraftState, Proposal
from bot.review.past import Past
from bot.review.place import Asker
from bot.review.reported import PolicyRecord
from bot.review.service import ProposalStatus
from bot.review.stores import Homes as HomeStore

PAGE = 10
MOST_WAITING = 8
_ASKED = 60
"""Of so many open drafts it is asked whether the person could decide on them: the oldest wait longest."""
_DECIDED, _MINE = 8, 8


@dataclass(frozen=True)
class Live:
    """A policy that stood at the last look, the draft that last made it what it is, and what was recorded of it."""

    record: PolicyRecord
    made: Past | None
    evidence: Seen | None


@dataclass(frozen=True)
class Waiting:
    """A draft that the person could approve now, with all pieces of its rule."""

    proposal: Proposal
    draft: Draft
    pieces: tuple[Draft, ...]


@dataclass(frozen=True)
class Policies:
    """A page of the policies of one route, counted from 1; `total` is over all pages. `known` is false before the
    first look at the engine."""

    live: tuple[Live, ...] = ()
    number: int = 1
    pages: int = 1
    total: int = 0
    known: bool = False


@dataclass(frozen=True)
class Home:
    """Everything that is shown. `waiting` are drafts that the person could approve now, the oldest first, `more` how
    many there are besides; `routes` are the watched ones and `route` the place of the one whose policies are shown;
    `ends` are changes that are taken back by themselves, the next first."""

    waiting: tuple[Waiting, ...]
    more: int
    mine: tuple[ProposalStatus, ...]
    routes: tuple[Watch, ...]
    route: int
    policies: Policies
    ends: tuple[Past, ...]
    decided: tuple[Past, ...]
    channel_id: str
    """The channel of the route that is shown, where its reviews are; empty where none is known."""


@dataclass(frozen=True)
class AskHome:
    """The use case. Nothing is asked of AgentCore: what stands is as it was at the last look."""

    store: HomeStore
    authority: Authority

    async def home(self, asker: Asker, route: int = 0, text: str = "", page: int = 1) -> Home:
        """Raises Refused for who has no part in the team's reviews, ChatUnavailable, StoreError."""
        person = await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
        open_, mine, routes = await asyncio.gather(
            self.store.in_review(asker.team_id, _ASKED),
            self.store.open_proposals(team_id=asker.team_id, channel_id="", user_id=asker.user_id),
            self.store.watched_routes(asker.team_id),
        )
        to_ask = [(each.proposal, each.draft) for each in open_ if _waits_for(asker.user_id, each.draft)]
        able = await self.authority.votable(person, to_ask)
        waiting = [each for each in open_ if each.draft.id in able]
        shown_first = [
            Waiting(each.proposal, each.draft, await pieces_of(self.store, each.proposal))
            for each in waiting[:MOST_WAITING]
        ]
        theirs = [ProposalStatus(each, await self.store.drafts(each.id)) for each in mine[:_MINE]]
        route = route if 0 <= route < len(routes) else 0
        shown = routes[route] if routes else None
        return Home(
            tuple(shown_first),
            max(0, len(waiting) - MOST_WAITING),
            tuple(theirs),
            routes,
            route,
            await self._policies(shown, text, page) if shown else Policies(),
            await self.store.ending(asker.team_id, _DECIDED),
            await self.store.decided(asker.team_id, _DECIDED),
            (shown.channel_id or await self.store.channel_of(shown.team_id, shown.engine_id)) if shown else "",
        )

    async def _policies(self, watch: Watch, text: str, page: int) -> Policies:
        if watch.seen is None:
            return Policies()
        looked = text.casefold()
        found = [
            each
            for each in sorted(Look.from_json(watch.seen).policies.values(), key=lambda each: each.name)
            if any(looked in part.casefold() for part in (each.name, each.statement, each.description))
        ]
        pages = max(1, -(-len(found) // PAGE))
        number = min(max(1, page), pages)
        shown = found[(number - 1) * PAGE : number * PAGE]
        past = await self.store.past(watch.engine_id, [each.policy_id for each in shown])
        return Policies(tuple(_live(each, past) for each in shown), number, pages, len(found), known=True)


def _waits_for(user_id: str, draft: Draft) -> bool:
    """Whether a draft can be approved at all, and the person has not."""
    if decision.against_way(draft, decision.approval_of(draft)) is not None:
        return False
    return user_id not in decision.voters(draft.tally)


def _live(record: PolicyRecord, past: Sequence[Past]) -> Live:
    own = [each for each in past if each.draft.policy_id == record.policy_id]
    in_effect = [each for each in own if each.draft.state is DraftState.IN_EFFECT and each.draft.act is not Act.REVOKE]
    seen = [each.draft.evidence for each in own if each.draft.evidence is not None]
    evidence = max(seen, key=lambda each: each.until, default=None) if record.enforcement_mode == "LOG_ONLY" else None
    return Live(record, in_effect[-1] if in_effect else None, evidence)
