"""The work of a review, put together: which handler does which kind of it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.review.announcing import Announcing
from bot.review.authority import Authority
from bot.review.deciding import Deciding
from bot.review.drafting import Drafting
from bot.review.enacting import Enacting
from bot.review.ending import Ending
from bot.review.observing import Observing
from bot.review.once import Once
from bot.review.options import Options
from bot.review.ports import Analyst, Cards, Clock, Evidence, Messenger, PolicyService
from bot.review.proposing import Proposing
from bot.review.publishing import Publishing
from bot.review.stores import Store
from bot.review.tending import Tending
from bot.review.watching import Watching
from bot.review.work import WorkKind
from bot.review.worker import Handler


def handlers_for(
    *,
    store: Store,
    service: PolicyService,
    messenger: Messenger,
    authority: Authority,
    analyst: Analyst,
    cards: Cards,
    evidence: Evidence,
    clock: Clock,
    options: Options,
) -> Mapping[WorkKind, Handler]:
    """What a worker does with each kind of claim; private sentences first, so that nobody waits behind messages."""
    drafting = Drafting(analyst, options, store.examples, store.ends)
    once, announcing = Once(store, messenger, clock, options), Announcing(store, authority, cards, options)
    publishing = Publishing(store, messenger, authority, cards, clock, options, once, announcing)
    deciding = Deciding(store, authority)
    tending = Tending(store, authority, deciding, clock, options)
    ending = Ending(store, service, drafting, clock, options)
    observing = Observing(store, service, evidence, clock)
    proposing = Proposing(store, service, authority, drafting, tending, ending, observing, clock, options)
    watching = Watching(store, service, analyst, observing, clock, options)
    return {
        WorkKind.PROPOSAL: proposing.run,
        WorkKind.DRAFT: Enacting(store, service, drafting, deciding, ending, clock, options).run,
        WorkKind.NOTICE: publishing.tell,
        WorkKind.UPDATE: publishing.show,
        WorkKind.MESSAGE: publishing.show,
        WorkKind.WATCH: watching.run,
    }
