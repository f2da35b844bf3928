"""Where the rules of channels go: as the routing file says, or as somebody bound them, which the database says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.review.errors import Reason, refused
from bot.review.routes import Route
from bot.review.stores import Bindings
from bot.routing import Route as Named
from bot.routing import Routing


@dataclass(frozen=True)
class BoundRoutes:
    """`bot.review.routes.Routes`. The database is asked each time: another replica may have bound a channel."""

    routing: Routing
    store: Bindings

    async def now(self, channel_id: str, team_id: str) -> Route | None:
        bound = await self.store.binding(team_id, channel_id)
        if not bound.engine_id:
            return self.unbound(channel_id, team_id)
        found = next(
            (each for each in self.usable(channel_id, team_id) if each.is_at(bound.engine_id, bound.gateway_arn)), None
        )
        if found is None:
            raise refused(Reason.ROUTE_GONE, name=Route(bound.engine_id, bound.gateway_arn).gateway_id)
        return found

    def unbound(self, channel_id: str, team_id: str) -> Route | None:
        found = self.routing.route(channel_id, team_id)
        return _route(found) if found else None

    def usable(self, channel_id: str, team_id: str) -> Sequence[Route]:
        return [_route(each) for each in self.routing.usable(channel_id, team_id)]

    async def offered(self, channel_id: str, team_id: str) -> Sequence[Route]:
        first = await self.now(channel_id, team_id)
        offered = [_route(each) for each in self.routing.offered(channel_id, team_id)]
        return list(dict.fromkeys([*([first] if first else []), *offered]))

    def named(self, team_id: str) -> Sequence[str]:
        return list(dict.fromkeys(each for found in self.routing.of(team_id) for each in found.channels))

    def of(self, team_id: str, engine_id: str, gateway_arn: str) -> Route | None:
        found = (each for each in self.routing.reached(team_id) if each.place == (engine_id, gateway_arn))
        return next(map(_route, found), None)


def _route(found: Named) -> Route:
    return Route(found.policy_engine_id, found.gateway_arn, found.mentions == "call", found.name)
