"""Where a person asks for something: a channel and its route, before there is a proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.review import lifecycle
from bot.review.errors import Reason, refused
from bot.review.model import Proposal, ProposalState
from bot.review.routes import Route, Routes


@dataclass(frozen=True)
class Asker:
    """Who asks, and where. `user_team_id` is the team that Slack's payload named, if any; `chosen` the key of one of
    the routes that are offered in the channel, empty for the one that its rules go to."""

    team_id: str
    channel_id: str
    user_id: str
    user_team_id: str = ""
    chosen: str = ""


def beside(root: Proposal, *, key: str, user_id: str, rule: str, now: datetime) -> Proposal:
    """A proposal to be in the thread of another one, on its route."""
    return Proposal(
        id=lifecycle.proposal_id(key),
        key=key,
        team_id=root.team_id,
        channel_id=root.channel_id,
        requester_id=user_id,
        rule=rule,
        engine_id=root.engine_id,
        gateway_arn=root.gateway_arn,
        state=ProposalState.RECEIVED,
        created_at=now,
        thread_of=root.thread_of or root.id,
    )


async def place(asker: Asker, routes: Routes, now: datetime, *, key: str = "", rule: str = "") -> Proposal:
    """The channel and its route as a proposal to be, which authority can be asked about.

    Raises Refused in a direct message, where the channel has no route, or not that one; StoreError.
    """
    if asker.channel_id.startswith("D"):
        raise refused(Reason.DIRECT_MESSAGE)
    if asker.chosen:
        offered = await routes.offered(asker.channel_id, asker.team_id)
        route = next((each for each in offered if each.key == asker.chosen), None)
        if route is None:
            raise refused(Reason.ROUTE_CHANGED)
    else:
        route = await routes.now(asker.channel_id, asker.team_id)
    if route is None:
        raise refused(Reason.NO_ROUTE)
    return at(asker, route, now, key=key, rule=rule)


def at(asker: Asker, route: Route, now: datetime, *, key: str = "", rule: str = "") -> Proposal:
    """A route as a proposal to be in a channel."""
    return Proposal(
        id="",
        key=key,
        team_id=asker.team_id,
        channel_id=asker.channel_id,
        requester_id=asker.user_id,
        rule=rule,
        engine_id=route.engine_id,
        gateway_arn=route.gateway_arn,
        state=ProposalState.RECEIVED,
        created_at=now,
    )
