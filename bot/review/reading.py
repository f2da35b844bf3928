"""What our own reader makes of a rule while somebody writes it, and what it can be about."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cedar import Gateway
from bot.governance import Action
from bot.review.authority import Authority
from bot.review.options import Options
from bot.review.place import Asker, place
from bot.review.ports import Analyst, Clock, PolicyService
from bot.review.reported import Piece


@dataclass(frozen=True)
class Place:
    """Where a rule goes: the gateway by its name, and the tools that policies can govern there."""

    gateway: str
    tools: tuple[str, ...]


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
        """The gateway that rules of a channel are for, for somebody who may propose there; may be some seconds old."""
        here = await place(asker, self.options.routes, self.clock.now())
        await self.authority.check(Action.PROPOSE, asker.user_id, here, claimed_team=asker.user_team_id)
        return await self.service.gateway(here.gateway_arn)

    async def place(self, asker: Asker) -> Place:
        """Where rules of a channel go, for somebody who may propose there."""
        gateway = await self.gateway(asker)
        return Place(gateway.name, tuple(sorted(each.name for each in gateway.tools)))

    async def hint(self, asker: Asker) -> Hint:
        """How a rule is said here, for somebody who may propose here."""
        example = await self.analyst.example(await self.gateway(asker))
        return Hint(example, self.options.enforcement_mode)

    async def channels(self, asker: Asker) -> tuple[str, ...]:
        """The channels that have routes of their own, for a member of the team; none where one route is for all."""
        await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
        return self.options.channels

    async def read(self, asker: Asker, rule: str) -> tuple[Piece, ...]:
        """What our reader makes of a rule for the channel's gateway, piece by piece, for a member of the team."""
        here = await place(asker, self.options.routes, self.clock.now())
        await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
        return await self.analyst.read(rule, await self.service.gateway(here.gateway_arn))
