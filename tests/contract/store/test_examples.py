"""The tests of routes in the database: a name once, also for those who choose it at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from bot.cedar import Request
from bot.errors import Refused
from bot.review.tested import Example
from bot.storage.store import SqlStore

OpenStore = Callable[[str], Awaitable[SqlStore]]
NOW = datetime(2026, 11, 26, tzinfo=UTC)


def example(number: int, name: str, gateway: str = "g") -> Example:
    request = Request("AgentCore::OAuthUser", "ana", "Desk___pay", gateway, {"amount": 3}, {"role": "clerk"})
    return Example(f"T-{number}", "T1", "e", gateway, name, request, True, "U1", NOW)


async def test_a_test_comes_back_as_it_was_kept(store: SqlStore) -> None:
    await store.add_example(example(1, "small"), most=9)
    await store.add_example(example(2, "elsewhere", "other"), most=9)
    assert await store.examples("e", "g") == (example(1, "small"),)
    assert await store.remove_example(example(1, "small"), "U2")
    assert await store.examples("e", "g") == ()
    assert not await store.remove_example(example(1, "small"), "U2")
    await store.add_example(example(3, "small"), most=9)
    assert [row.event async for row in store.recorded()] == ["test.added", "test.added", "test.removed", "test.added"]


async def test_one_name_for_one_test(store: SqlStore, opening: OpenStore, database_url: str) -> None:
    """Whatever its case, and whoever is faster."""
    stores = [store, store] if database_url.startswith("sqlite") else [store, await opening(database_url)]
    tries = [
        each.add_example(example(at, name), most=9)
        for at, (each, name) in enumerate(zip(stores, ("Small", "small"), strict=True))
    ]
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(each) for each in ended if each is not None] == [Refused]
    assert len(await store.examples("e", "g")) == 1


async def test_there_is_an_end_to_them(store: SqlStore) -> None:
    await store.add_example(example(1, "one"), most=1)
    with pytest.raises(Refused, match="1 tests"):
        await store.add_example(example(2, "two"), most=1)
