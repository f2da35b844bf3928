"""What handlers need: the review, Slack's outward side, and who keeps work that outlives an acknowledgement."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.blocks.try_request import Trial
from bot.cedar import GatewaySchema, Request
from bot.review.model import Draft
from bot.review.ports import Clock, Messenger
from bot.review.service import Review
from handlers.tasks import Tasks


@dataclass(frozen=True)
class Services:
    """Everything a handler may call. `patience` is how many seconds work may take before it is acknowledged unfinished.

    `schema` gives a gateway's Cedar schema by ARN; `try_request` decides a request today and with the draft in force.
    """

    review: Review
    messenger: Messenger
    tasks: Tasks
    clock: Clock
    team_id: str
    schema: Callable[[str], Awaitable[GatewaySchema]]
    try_request: Callable[[Draft, Request], Awaitable[Trial]]
    patience: float = 2.2
