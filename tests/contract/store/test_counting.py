"""What operators see of the database is what is in it."""

from __future__ import annotations

from bot.errors import StoreError
from bot.metrics import Metrics
from bot.review.work import WorkKind
from bot.storage.counting import Counted
from bot.storage.store import SqlStore
from tests.support.bot import Bot
from tests.support.world import MovableClock, World


class Gone:
    """A store whose database does not answer."""

    async def totals(self) -> Counted:
        raise StoreError("The database did not answer.")


async def test_states_ages_and_what_is_due(store: SqlStore, clock: MovableClock) -> None:
    """Two proposals, one of which was worked on: each is in its state, as old as it is there, and due or not."""
    bot = Bot(store, World(), clock)
    await bot.propose()
    await bot.due()
    clock.advance(100)
    await bot.propose("allow agents to use lookup")
    clock.advance(20)
    found = await store.totals()
    assert found.proposals["received"] == 1
    (worked,) = set(found.proposals) - {"received"}
    assert found.oldest["received"] == 20
    assert found.oldest[worked] >= 100
    assert found.queues["proposals"].due >= 1
    assert found.queues["proposals"].oldest >= 20
    assert found.queues["drafts"].lapsed == 0


async def test_a_lease_that_ran_out_is_seen_until_somebody_takes_the_work(store: SqlStore, clock: MovableClock) -> None:
    """Leases go by the database's own clock."""
    bot = Bot(store, World(), clock)
    await bot.propose()
    await bot.claim(WorkKind.PROPOSAL, lease=-1.0)
    assert (await store.totals()).queues["proposals"].lapsed == 1
    await bot.claim(WorkKind.PROPOSAL, lease=60.0)
    counted = (await store.totals()).queues["proposals"]
    assert (counted.lapsed, counted.due) == (0, 0)


async def test_what_has_ended_has_no_age(store: SqlStore, clock: MovableClock) -> None:
    bot = Bot(store, World(), clock)
    await bot.propose("nothing at all")
    await bot.pass_time(600)
    found = await store.totals()
    assert sum(found.proposals.values()) == 1
    assert found.oldest == {}


async def test_without_the_database_the_scrape_says_so(store: SqlStore) -> None:
    """What was counted is there all the same."""
    metrics = Metrics()
    assert b"policybot_database_up 1.0" in await metrics.everything(store)
    text = await metrics.everything(Gone())
    assert b"policybot_database_up 0.0" in text
    assert b"policybot_queue_due{" not in text
