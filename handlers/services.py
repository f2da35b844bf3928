"""What handlers need: the review, Slack's outward side, and who keeps work that outlives an acknowledgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.review.asking import Asking
from bot.review.deciding import Deciding
from bot.review.examples import Examples
from bot.review.extending import Extending
from bot.review.home import AskHome
from bot.review.listing import Listing
from bot.review.meant import Meant
from bot.review.ports import Clock, Messenger
from bot.review.reading import Reading
from bot.review.revising import Revising
from bot.review.roles import AskRoles
from bot.review.service import Review
from bot.review.trying import Trying
from bot.review.using import Using
from handlers.tasks import Tasks

if TYPE_CHECKING:
    from handlers.home import OpenHomes


@dataclass(frozen=True)
class Services:
    """Everything a handler may call. `team_id` is the workspace that a request came from, `patience` the seconds that
    work may take before it is acknowledged unfinished."""

    review: Review
    deciding: Deciding
    revising: Revising
    extending: Extending
    examples: Examples
    listing: Listing
    asking: Asking
    roles: AskRoles
    messenger: Messenger
    tasks: Tasks
    clock: Clock
    team_id: str
    trying: Trying
    home: AskHome
    homes: OpenHomes
    meant: Meant
    reading: Reading
    using: Using
    patience: float = 2.2
