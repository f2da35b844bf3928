"""What our own reader makes of a rule while somebody writes it, and what it can be about."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.cedar import Gateway
from bot.errors import Refused
from bot.governance import Action
from bot.review.authority import Authority
from bot.review.errors import Reason, refused
from bot.review.model import Proposal
from bot.review.options import Options
from bot.review.place import Asker, at, place
from bot.review.ports import Analyst, Clock, PolicyService
from bot.review.reported import Piece
from bot.review.routes import Route

MOST_CHOICES = 100
"""So many routes can be chosen from: governance is asked about each."""


@dataclass(frozen=True)
class Place:
    """Where a rule goes: the gateway by its name, the tools that policies can govern there, and its route.

    `choices` are the routes for which the person may propose it, where there is a choice to be made.
    """

    gateway: str
    tools: tuple[str, ...]
    route: Route
    choices: tuple[Route, ...] = ()


@dataclass(frozen=True)
class Hint:
    """What is said of a channel to whoever asks how it goes: a rule that would work there, empty where none is known,
    and the mode in which an approved policy is created."""

    example: str
    enforcement_mode: str


@dataclass(frozen=True)
class Reading:
    """The use cases. Each raises Refused with a sentence, ServiceUnavailable or ChatUnavailable."""

    service: PolicyService
    authority: Authority
    analyst: Analyst
    clock: Clock
    options: Options

    async def gateway(self, asker: Asker) -> Gateway:
        """The gateway that rules of a channel are for, for somebody who may propose for it; may be some seconds old."""
        return await self.service.gateway((await self._admitted(asker)).gateway_arn)

    async def _admitted(self, asker: Asker) -> Proposal:
        here = await place(asker, self.options.routes, self.clock.now())
        await self.authority.check(Action.PROPOSE, asker.user_id, here, claimed_team=asker.user_team_id)
        return here

    async def place(self, asker: Asker) -> Place:
        """Where rules of a channel go, for somebody who may propose for it."""
        now, choices = await self._choices(asker)
        wanted = asker.chosen
        route = next((each for each in choices if each.key == wanted), None) if wanted else choices[0]
        if route is None:
            raise refused(Reason.ROUTE_CHANGED)
        gateway = await self.service.gateway(route.gateway_arn)
        tools = tuple(sorted(each.name for each in gateway.tools))
        return Place(gateway.name, tools, route, () if choices == (now,) else choices)

    async def choices(self, asker: Asker) -> tuple[Route, ...]:
        """The routes of a channel that a question may be about, where there is a choice to be made; none as well for
        whoever may propose for none of them: the answer says why."""
        try:
            if len(await self.options.routes.offered(asker.channel_id, asker.team_id)) < 2:
                return ()
            now, choices = await self._choices(asker)
        except Refused:
            return ()
        return () if choices == (now,) else choices

    async def _choices(self, asker: Asker) -> tuple[Route | None, tuple[Route, ...]]:
        """Where rules of a channel go, and for which of the routes that are offered there the person may propose one.

        Raises Refused where that is none.
        """
        if asker.channel_id.startswith("D"):
            raise refused(Reason.DIRECT_MESSAGE)
        routes, where = self.options.routes, (asker.channel_id, asker.team_id)
        now, offered = await routes.now(*where), (await routes.offered(*where))[:MOST_CHOICES]
        if not offered:
            raise refused(Reason.NO_ROUTE)
        against = await asyncio.gather(*(self._against(asker, each) for each in offered))
        choices = tuple(route for route, refusal in zip(offered, against, strict=True) if refusal is None)
        if not choices:
            raise next(filter(None, against))
        return now, choices

    async def _against(self, asker: Asker, route: Route) -> Refused | None:
        """Why somebody may not propose for a route; None where they may."""
        try:
            here = at(asker, route, self.clock.now())
            await self.authority.check(Action.PROPOSE, asker.user_id, here, claimed_team=asker.user_team_id)
        except Refused as refusal:
            return refusal
        return None

    async def hint(self, asker: Asker) -> Hint:
        """How a rule is said here, for somebody who may propose here."""
        here = await self._admitted(asker)
        example = await self.analyst.example(await self.service.gateway(here.gateway_arn), here)
        return Hint(example, self.options.enforcement_mode)

    async def channels(self, asker: Asker) -> tuple[str, ...]:
        """The channels that have routes of their own, for a member of the team; none where one route is for all."""
        await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
        return tuple(self.options.routes.named(asker.team_id))

    async def only_channel(self, asker: Asker) -> str:
        """The one channel that can be asked about, for a member of the team; empty where there are several, or where
        every other channel has rules as well."""
        found = await self.channels(asker)
        return found[0] if len(found) == 1 and self.options.routes.unbound("", asker.team_id) is None else ""

    async def read(self, asker: Asker, rule: str) -> tuple[Piece, ...]:
        """What our reader makes of a rule for the channel's gateway, piece by piece, for a member of the team; for a
        `chosen` gateway, for somebody who may propose for it."""
        if asker.chosen:
            here = await self._admitted(asker)
        else:
            here = await place(asker, self.options.routes, self.clock.now())
            await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
        return await self.analyst.read(rule, await self.service.gateway(here.gateway_arn), here)
