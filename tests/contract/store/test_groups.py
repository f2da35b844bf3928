"""What many people do at one moment is written together, and each gets their own answer."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from bot.errors import StoreError
from bot.review.work import NOBODY_WAITS
from bot.storage.groups import Step
from bot.storage.store import SqlStore
from bot.storage.tables import proposals
from bot.storage.turnstile import Turnstile
from tests.contract.store.test_store import a_proposal


async def _ids(store: SqlStore) -> list[str]:
    async with store.database.read() as connection:
        return list(await connection.scalars(sa.select(proposals.c.id).order_by(proposals.c.id)))


def _commits(store: SqlStore) -> list[int]:
    """Counts the group commits from now on."""
    counted = [0]
    transaction = store.database._groups._transaction

    async def count(work: object) -> object:
        counted[0] += 1
        return await transaction(work)  # type: ignore[arg-type]

    store.database._groups._transaction = count
    return counted


async def test_what_comes_at_once_shares_transactions(store: SqlStore) -> None:
    commits = _commits(store)
    found = await asyncio.gather(*(store.add_proposal(a_proposal(number)) for number in range(60)))
    assert all(new for _, new in filter(None, found))
    assert len(await _ids(store)) == 60
    assert commits[0] < 10


async def test_only_a_group_in_which_something_fails_pays_for_savepoints(store: SqlStore) -> None:
    said: list[str] = []
    transaction = store.database._groups._transaction

    async def hear(work: Callable[[sa.Connection], object]) -> object:
        def heard(connection: sa.Connection) -> object:
            for sign in ("savepoint", "release_savepoint"):
                sa.event.listen(connection, sign, lambda *_: said.append("savepoint"))
            return work(connection)

        return await transaction(heard)

    store.database._groups._transaction = hear
    await asyncio.gather(*(store.add_proposal(a_proposal(number)) for number in range(20)))
    assert said == []
    await asyncio.gather(*(store.add_proposal(a_proposal(number)) for number in (19, 20, 21)))
    assert said
    assert len(await _ids(store)) == 22


async def test_one_that_fails_takes_no_other_with_it(store: SqlStore) -> None:
    """An id that is taken, and a fault of a unit's own: the rest of the group is committed."""

    def broken(step: Step) -> None:
        step.connection.execute(sa.delete(proposals))
        raise ValueError("a fault")

    await store.add_proposal(a_proposal(1))
    same_id = a_proposal(1, key="another")
    together = (
        store.add_proposal(a_proposal(2)),
        store.add_proposal(same_id),
        store.database.together(broken),
        store.add_proposal(a_proposal(3)),
    )
    *_, taken, fault, _ = found = await asyncio.gather(*together, return_exceptions=True)
    assert taken is None
    assert isinstance(fault, ValueError)
    assert sum(isinstance(each, tuple) for each in found) == 2
    assert await _ids(store) == ["P-000001", "P-000002", "P-000003"]


async def test_a_statement_that_the_database_refuses_hits_its_own_unit(store: SqlStore) -> None:
    """After such an error nothing of the transaction can be relied on: each of the group is written alone."""

    def nonsense(step: Step) -> None:
        step.connection.execute(sa.text("SELECT * FROM no_such_table"))

    together = (
        store.add_proposal(a_proposal(1)),
        store.database.together(nonsense),
        store.add_proposal(a_proposal(2)),
    )
    first, second, third = await asyncio.gather(*together, return_exceptions=True)
    assert isinstance(first, tuple)
    assert isinstance(second, StoreError)
    assert isinstance(third, tuple)
    assert await _ids(store) == ["P-000001", "P-000002"]


async def test_whoever_goes_away_does_not_take_back_what_is_written(store: SqlStore) -> None:
    adding = asyncio.ensure_future(store.add_proposal(a_proposal(1)))
    await asyncio.sleep(0)
    adding.cancel()
    await asyncio.gather(adding, return_exceptions=True)
    assert await store.add_proposal(a_proposal(2)) is not None
    assert set(await _ids(store)) >= {"P-000002"}


async def test_the_record_of_a_group_is_one_chain(store: SqlStore) -> None:
    await asyncio.gather(*(store.add_proposal(a_proposal(number)) for number in range(20)))
    rows = [row async for row in store.recorded()]
    assert [row.seq for row in rows] == list(range(1, 21))
    assert all(later.previous == earlier.hash for earlier, later in itertools.pairwise(rows))


async def test_two_processes_write_groups_at_once_without_a_deadlock(
    request: pytest.FixtureRequest, store: SqlStore
) -> None:
    """Each group locks in the same order, whoever came first in it."""
    if store.database.is_sqlite:
        pytest.skip("one process has a SQLite file")
    from bot.review.clock import SystemClock
    from bot.storage.store import open_store

    url = store.database.engine.url.render_as_string(hide_password=False)
    other = await open_store(url, SystemClock())
    try:
        both = (
            (store, other)[number % 2].add_proposal(a_proposal(number, team_id=f"T{number % 3}"))
            for number in range(90)
        )
        found = await asyncio.gather(*both)
    finally:
        await other.close()
    assert all(found)


async def test_a_person_goes_before_work_that_nobody_waits_for() -> None:
    turns, order = Turnstile(), []

    async def one(name: str, *, ahead: bool) -> None:
        async with turns.turn(ahead=ahead):
            order.append(name)
            await asyncio.sleep(0)

    work = [("held", False), ("work 1", False), ("work 2", False), ("person", True), ("another", True)]
    tasks = [asyncio.ensure_future(one(name, ahead=ahead)) for name, ahead in work]
    await asyncio.gather(*tasks)
    assert order == ["held", "person", "another", "work 1", "work 2"]


async def test_one_that_gave_up_waiting_keeps_no_turn() -> None:
    turns = Turnstile()
    async with turns.turn():
        gone = asyncio.ensure_future(turns.turn().__aenter__())
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
    async with asyncio.timeout(5), turns.turn():
        pass


async def test_work_holds_still_while_somebody_waits_for_an_answer_and_never_for_itself(store: SqlStore) -> None:
    order = []

    async def work() -> None:
        NOBODY_WAITS.set(True)
        with store.answering():  # a worker may take the ways that people take: nobody waits for it all the same
            await store.proposal("P-000001")
        order.append("work")

    async def person() -> None:
        with store.answering():
            working = asyncio.create_task(work())
            await store.add_proposal(a_proposal(1))
            order.append("person")
        await working

    await person()
    assert order == ["person", "work"]
    assert store.database._groups._people == 0


async def test_work_does_not_hold_still_for_ever(store: SqlStore) -> None:
    async def work() -> None:
        NOBODY_WAITS.set(True)
        await store.proposal("P-000001")

    async with asyncio.timeout(20):
        with store.answering():
            await asyncio.create_task(work())


async def test_closing_waits_for_what_is_under_way_and_lets_nothing_begin(store: SqlStore) -> None:
    """A connection that comes back to a closed pool, or is opened after it, would never be closed."""
    database = store.database
    begun, go = asyncio.Event(), asyncio.Event()

    async def reads() -> list[str]:
        async with database.read() as connection:
            begun.set()
            await go.wait()
            return list(await connection.scalars(sa.select(proposals.c.id)))

    reading = asyncio.create_task(reads())
    await begun.wait()
    pool = database.engine.pool
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    for late in (store.add_proposal(a_proposal(1)), _ids(store)):
        with pytest.raises(StoreError, match="closed"):
            await late
    go.set()
    assert await reading == []
    await closing
    assert isinstance(pool, sa.AsyncAdaptedQueuePool)
    assert pool.checkedout() == 0
    assert pool.checkedin() == 0
