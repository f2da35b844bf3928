"""Where a person asks for something: a channel and its route, before there is a proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.review import lifecycle
from bot.review.errors import Reason, refused
from bot.review.model import Proposal, ProposalState
from bot.review.options import Routes


@dataclass(frozen=True)
class Asker:
    """Who asks, and where. `user_team_id` is the team that Slack's payload named, if any."""

    team_id: str
    channel_id: str
    user_id: str
    user_team_id: str = ""


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


def place(asker: Asker, routes: Routes, now: datetime, *, key: str = "", rule: str = "") -> Proposal:
    """The channel and its route as a proposal to be, which authority can be asked about.

    Raises Refused in a direct message, or where the channel has no route.
    """
    if asker.channel_id.startswith("D"):
        raise refused(Reason.DIRECT_MESSAGE)
    route = routes(asker.channel_id, asker.team_id)
    if route is None:
        raise refused(Reason.NO_ROUTE)
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
