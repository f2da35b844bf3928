"""Which gateway the rules of a channel go to: what may be used there, and binding the channel to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import Refused
from bot.governance import Action
from bot.review.authority import Authority
from bot.review.errors import Reason, refused
from bot.review.near import near
from bot.review.options import Options
from bot.review.place import Asker, at
from bot.review.ports import Clock
from bot.review.refusing import recorded
from bot.review.routes import Route
from bot.review.stores import Bindings

DEFAULT = "default"
MOST_CHANNELS = 40


@dataclass(frozen=True)
class Choices:
    """What a channel may use. `now` is where its rules go, None where no rule can be proposed; `default` where they go
    when it is not bound, and `bound` whether it is."""

    routes: tuple[Route, ...]
    now: Route | None
    default: Route | None
    bound: bool


@dataclass(frozen=True)
class Everywhere:
    """Where the rules of channels go: of those that are named for a route or were bound to one, None where no rule can
    be proposed; and of every `other` channel. `more` channels are left out."""

    channels: tuple[tuple[str, Route | None], ...]
    other: Route | None
    more: int = 0


@dataclass(frozen=True)
class Used:
    """What came of a choice: where rules go now, and whether that is another place than before."""

    route: Route
    changed: bool


@dataclass(frozen=True)
class Using:
    """The use cases. Each raises Refused with a sentence, ChatUnavailable or StoreError."""

    store: Bindings
    authority: Authority
    clock: Clock
    options: Options

    async def choices(self, asker: Asker) -> Choices:
        """What the channel may use, for a member of the team."""
        await self._admitted(asker)
        routes, where = self.options.routes, (asker.channel_id, asker.team_id)
        bound = await self.store.binding(asker.team_id, asker.channel_id)
        return Choices(
            tuple(routes.usable(*where)), await self._now(asker), routes.unbound(*where), bool(bound.engine_id)
        )

    async def everywhere(self, asker: Asker) -> Everywhere:
        """Where the rules of all channels go, for a member of the team, wherever that is asked."""
        await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
        routes, team = self.options.routes, asker.team_id
        found = list(dict.fromkeys([*routes.named(team), *await self.store.bound_channels(team)]))
        shown = [(each, await self._now(replace(asker, channel_id=each))) for each in found[:MOST_CHANNELS]]
        return Everywhere(tuple(shown), routes.unbound("", team), max(0, len(found) - MOST_CHANNELS))

    async def use(self, asker: Asker, wanted: str) -> Used:
        """Bind the channel to a gateway, by its name, its id, its ARN or the route's key; or to none by `default`.

        Governance lets whoever may configure both where its rules go and where they are to go. The channel is told
        by the worker.
        """
        async with recorded(self.store, Action.CONFIGURE, asker.user_id, team_id=asker.team_id):
            return await self._use(asker, wanted)

    async def _use(self, asker: Asker, wanted: str) -> Used:
        await self._admitted(asker)
        routes, where = self.options.routes, (asker.channel_id, asker.team_id)
        before = await self.store.binding(asker.team_id, asker.channel_id)
        default = routes.unbound(*where)
        back = wanted.casefold() == DEFAULT
        route = default if back else _named(routes.usable(*where), wanted)
        if route is None:
            raise refused(Reason.NO_DEFAULT)
        now = await self._now(asker)
        for each in dict.fromkeys(filter(None, (now, route))):
            here = at(asker, each, self.clock.now())
            await self.authority.check(Action.CONFIGURE, asker.user_id, here, claimed_team=asker.user_team_id)
        await self._can_be_told(asker, route)
        if route == now and not (back and before.engine_id):
            return Used(route, changed=False)
        after = ("", "") if back else (route.engine_id, route.gateway_arn)
        if not await self.store.bind(before, *after, by=asker.user_id, now=route, was=now):
            raise refused(Reason.BOUND_MEANWHILE)
        return Used(route, changed=route != now)

    async def _admitted(self, asker: Asker) -> None:
        await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
        if asker.channel_id.startswith("D"):
            raise refused(Reason.USE_IN_CHANNEL)

    async def _now(self, asker: Asker) -> Route | None:
        """Where rules go; None as well where they would go to what may not be used any more."""
        try:
            return await self.options.routes.now(asker.channel_id, asker.team_id)
        except Refused:
            return None

    async def _can_be_told(self, asker: Asker, route: Route) -> None:
        """Raise Refused where the channel could not be told, or would tell others than the team."""
        channel = await self.authority.directory.channel(asker.team_id, asker.channel_id)
        if channel is None:
            raise refused(Reason.CHANNEL_NOT_VISIBLE)
        if channel.archived:
            raise refused(Reason.CHANNEL_ARCHIVED)
        if not channel.member:
            raise refused(Reason.NOT_IN_CHANNEL)
        if await self.authority.withheld(asker.team_id, asker.channel_id, route.engine_id, route.gateway_arn):
            raise refused(Reason.OTHERS_READ)


def _named(routes: Sequence[Route], wanted: str) -> Route:
    """The route that is meant. Raises Refused, with names that are near."""
    for name in (str, str.casefold):
        found = [each for each in routes if name(wanted) in {name(called) for called in _names(each)}]
        if len(found) > 1:
            raise refused(Reason.SEVERAL_GATEWAYS, name=wanted[:80])
        if found:
            return found[0]
    known = [called for each in routes for called in (each.label, each.gateway_id)]
    raise refused(Reason.UNKNOWN_GATEWAY, name=wanted[:80], meant=near(wanted[:200], known, folded=True))


def _names(route: Route) -> set[str]:
    return {route.gateway_id, route.gateway_arn, route.key, *([route.name] if route.name else [])}
