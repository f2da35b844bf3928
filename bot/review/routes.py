"""Where the rules of a channel go, and where else they may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.cedar import digest
from bot.cedar.gateway import GATEWAY_ARN


@dataclass(frozen=True)
class Route:
    """Where rules go: a policy engine, and the gateway that its policies name. `name` is what people call it.

    `mentions`: whoever can decide, and at the end the requester, is mentioned in the thread.
    """

    engine_id: str
    gateway_arn: str
    mentions: bool = field(default=True, compare=False)
    name: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """A short id of the engine and the gateway, for buttons and forms."""
        return digest(self.engine_id, self.gateway_arn)[:16]

    @property
    def gateway_id(self) -> str:
        """The gateway's id, the last part of its ARN."""
        return self.gateway_arn.rsplit("/", 1)[-1]

    @property
    def label(self) -> str:
        """What it is called: its name, or the gateway's id."""
        return self.name or self.gateway_id

    @property
    def whereabouts(self) -> str:
        """The gateway, its account and region, and the engine, in words."""
        place = ""
        if GATEWAY_ARN.fullmatch(self.gateway_arn):
            region, account = self.gateway_arn.split(":")[3:5]
            place = f" in account {account}, {region}"
        return f"gateway {self.gateway_id}{place}, policy engine {self.engine_id}"

    def is_at(self, engine_id: str, gateway_arn: str) -> bool:
        """Whether it is this engine and this gateway."""
        return (self.engine_id, self.gateway_arn) == (engine_id, gateway_arn)


@dataclass(frozen=True)
class Binding:
    """What a channel was bound to last; an empty engine takes it back to where the settings have it.

    `version` counts the times that it was bound: 0 when it never was.
    """

    team_id: str
    channel_id: str
    engine_id: str = ""
    gateway_arn: str = ""
    version: int = 0
    bound_by: str = ""


class Routes(Protocol):
    """The routes of all channels. Raises StoreError where that is kept in the database."""

    async def now(self, channel_id: str, team_id: str) -> Route | None:
        """Where the rules of a channel go; None where no rules may be proposed.

        Raises Refused where the channel is bound to what it may not be bound to any more.
        """
        ...

    def unbound(self, channel_id: str, team_id: str) -> Route | None:
        """Where they go by the settings alone."""
        ...

    def usable(self, channel_id: str, team_id: str) -> Sequence[Route]:
        """What the channel may be bound to."""
        ...

    async def offered(self, channel_id: str, team_id: str) -> Sequence[Route]:
        """What a single rule may be proposed for there: where rules go first. Raises as `now`."""
        ...

    def named(self, team_id: str) -> Sequence[str]:
        """The channels of a workspace that have routes of their own."""
        ...

    def of(self, team_id: str, engine_id: str, gateway_arn: str) -> Route | None:
        """The route of a workspace that has this engine and gateway; None when there is none any more."""
        ...


@dataclass(frozen=True)
class Everywhere:
    """The same route for every channel."""

    route: Route

    async def now(self, channel_id: str, team_id: str) -> Route | None:
        return self.route

    def unbound(self, channel_id: str, team_id: str) -> Route | None:
        return self.route

    def usable(self, channel_id: str, team_id: str) -> Sequence[Route]:
        return (self.route,)

    async def offered(self, channel_id: str, team_id: str) -> Sequence[Route]:
        return (self.route,)

    def named(self, team_id: str) -> Sequence[str]:
        return ()

    def of(self, team_id: str, engine_id: str, gateway_arn: str) -> Route | None:
        return self.route if self.route.is_at(engine_id, gateway_arn) else None


def everywhere(engine_id: str, gateway_arn: str, *, mentions: bool = True) -> Routes:
    """The same engine and gateway for every channel."""
    return Everywhere(Route(engine_id, gateway_arn, mentions))
