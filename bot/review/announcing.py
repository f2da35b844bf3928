"""The step that tells a channel, once, where its rules go now."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.errors import ChatError, ChatUnavailable
from bot.review.authority import Authority
from bot.review.options import Options
from bot.review.ports import Cards, Messenger
from bot.review.routes import Binding
from bot.review.steps import retrying
from bot.review.stores import Store
from bot.review.work import Claim

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Announcing:
    """Does what is due of a binding."""

    store: Store
    messenger: Messenger
    authority: Authority
    cards: Cards
    options: Options

    async def run(self, claim: Claim) -> None:
        """Say it, or look later when Slack does not answer."""
        bound = await self.store.bound(claim.id)
        if bound is not None:  # else the workspace was forgotten meanwhile
            await retrying(self.store, self.options, claim, self._tell(claim, bound), None)

    async def _tell(self, claim: Claim, bound: Binding) -> None:
        try:
            message = self.cards.said(await self._said(bound))
            await self.messenger.post(
                team=bound.team_id,
                channel=bound.channel_id,
                thread_ts="",
                message=message,
                key=f"{claim.id}#{bound.version}",
                retry=True,
            )
        except ChatUnavailable:
            raise
        except ChatError as error:
            log.warning("a channel is not told of its gateway", extra={"channel": bound.channel_id, "code": error.code})
        await self.store.announced(claim, bound)

    async def _said(self, bound: Binding) -> str:
        """What the channel is told. Where others came in meanwhile, nothing that names what is the team's own."""
        routes = self.options.routes
        route = (
            routes.of(bound.team_id, bound.engine_id, bound.gateway_arn)
            if bound.engine_id
            else routes.unbound(bound.channel_id, bound.team_id)
        )
        by = f", by <@{bound.bound_by}>"
        if route is None:
            return f"Where rules of this channel go was changed{by}: to what policybot may not use any more."
        where = (bound.team_id, bound.channel_id, route.engine_id, route.gateway_arn)
        if await self.authority.withheld(*where):
            return f"Where rules of this channel go was changed{by}."
        now = f"Rules of this channel now go to {route.label}{by}: {route.whereabouts}."
        return f"{now} What is under review stays where it was proposed."
