"""The work of a review, put together: which handler does which kind of it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.review.drafting import Drafting
from bot.review.enacting import Enacting
from bot.review.model import WorkKind
from bot.review.options import Options
from bot.review.ports import Analyst, Cards, Clock, Directory, Messenger, PolicyService, Store
from bot.review.proposing import Proposing
from bot.review.publishing import Publishing
from bot.review.worker import Handler


def handlers_for(
    *,
    store: Store,
    service: PolicyService,
    messenger: Messenger,
    directory: Directory,
    analyst: Analyst,
    cards: Cards,
    clock: Clock,
    options: Options,
) -> Mapping[WorkKind, Handler]:
    """What a worker does with each kind of claim; private sentences first, so that nobody waits behind messages."""
    drafting = Drafting(analyst, options)
    publishing = Publishing(store, messenger, cards, options)
    return {
        WorkKind.PROPOSAL: Proposing(store, service, directory, drafting, clock, options).run,
        WorkKind.DRAFT: Enacting(store, service, drafting, clock, options).run,
        WorkKind.NOTICE: publishing.tell,
        WorkKind.MESSAGE: publishing.show,
    }
