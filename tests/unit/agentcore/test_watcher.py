"""One list call stands for all pending generations of an engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.agentcore import Client
from bot.agentcore.watcher import MOST_PAGES, GenerationWatcher
from bot.errors import ServiceUnavailable

ENGINE = "support-0123456789"


def _id(number: int) -> str:
    return f"g-{number:010d}"


def _item(number: int, status: str = "GENERATING") -> dict[str, Any]:
    return {"policyGenerationId": _id(number), "name": f"g{number}", "status": status, "statusReasons": []}


class Engine:
    """An engine with generations, listed `size` a page under tokens; the watcher over it and a clock."""

    def __init__(self, aws: Any, client: Client, reply: Callable[..., Any], *, count: int, size: int = 100) -> None:
        self.numbers = list(range(count))
        self.size = size
        self.reply = reply
        self.now = 0.0
        self.lists = 0
        self.gets = 0
        self.stale_tokens = False
        self.watcher = GenerationWatcher(client, fresh=1.0, clock=lambda: self.now)
        aws.then(self.answer)

    async def answer(self, seen: Any) -> Any:
        if not seen.path.endswith("/policy-generations"):
            self.gets += 1
            return self.reply(_item(int(seen.path.rsplit("-", 1)[1])))
        self.lists += 1
        token = seen.query.get("nextToken")
        if token and self.stale_tokens:
            told = {"message": "Invalid nextToken", "reason": "FieldValidationFailed"}
            return self.reply(told, 400, {"x-amzn-ErrorType": "ValidationException"})
        start = int(token or 0)
        page = [_item(number) for number in self.numbers[start : start + self.size]]
        end = start + self.size
        more = {"nextToken": str(end)} if end < len(self.numbers) else {}
        return self.reply({"policyGenerations": page, **more})

    async def round(self, *numbers: int) -> tuple[int, int]:
        """Everybody asks once, later than before; the list and get calls that it took."""
        self.now += 2
        lists, gets = self.lists, self.gets
        found = await asyncio.gather(*(self.watcher.generation(ENGINE, _id(number)) for number in numbers))
        assert [generation.generation_id for generation in found] == [_id(number) for number in numbers]
        return self.lists - lists, self.gets - gets


@pytest.fixture
def engine_of(aws: Any, client_of: Callable[..., Client], reply_with: Callable[..., Any]) -> Callable[..., Engine]:
    return lambda **shape: Engine(aws, client_of(aws.url), reply_with, **shape)


async def test_a_listing_is_shared_while_it_is_fresh(engine_of: Callable[..., Engine]) -> None:
    engine = engine_of(count=10)
    await engine.round(1)
    for later in (0.5, 0.9):
        engine.now = 2 + later
        await engine.watcher.generation(ENGINE, _id(2))
    assert engine.lists == 1
    engine.now = 3.5
    await engine.watcher.generation(ENGINE, _id(2))
    assert engine.lists == 2


async def test_a_generation_newer_than_the_listing_is_listed_again_rather_than_got(
    engine_of: Callable[..., Engine],
) -> None:
    engine = engine_of(count=1)
    await engine.round(0)
    engine.now += 0.1
    engine.numbers.append(1)
    await engine.watcher.generation(ENGINE, _id(1))
    assert (engine.lists, engine.gets) == (2, 0)


async def test_pages_are_read_only_until_everybody_is_found(engine_of: Callable[..., Engine]) -> None:
    engine = engine_of(count=400)
    assert await engine.round(5, 150) == (2, 0)


async def test_a_generation_that_no_page_has_is_got_by_its_id(engine_of: Callable[..., Engine]) -> None:
    engine = engine_of(count=3)
    assert await engine.round(77) == (1, 1)


async def test_newest_first_costs_one_call_a_round(engine_of: Callable[..., Engine]) -> None:
    engine = engine_of(count=500)
    engine.numbers.reverse()
    assert [await engine.round(499, 498) for _ in range(3)] == [(1, 0)] * 3


async def test_oldest_first_costs_one_call_a_round_once_the_page_is_known(engine_of: Callable[..., Engine]) -> None:
    engine = engine_of(count=500)
    assert [await engine.round(499, 498) for _ in range(3)] == [(5, 0), (1, 0), (1, 0)]
    engine.numbers.append(500)
    assert await engine.round(499, 500) == (2, 0)
    assert [await engine.round(500) for _ in range(2)] == [(2, 0), (1, 0)]


async def test_the_page_to_start_at_moves_back_for_an_older_generation(engine_of: Callable[..., Engine]) -> None:
    engine = engine_of(count=300)
    assert await engine.round(150) == (2, 0)
    assert [await engine.round(50, 150) for _ in range(2)] == [(3, 0), (2, 0)]


async def test_a_history_longer_than_one_reading_is_crossed_over_several(engine_of: Callable[..., Engine]) -> None:
    engine = engine_of(count=100 * MOST_PAGES + 50)
    last = engine.numbers[-1]
    assert [await engine.round(last) for _ in range(3)] == [(MOST_PAGES, 1), (1, 0), (1, 0)]


async def test_a_page_token_that_has_expired_starts_the_reading_over(engine_of: Callable[..., Engine]) -> None:
    engine = engine_of(count=200)
    await engine.round(150)
    engine.stale_tokens = True
    assert await engine.round(50) == (2, 0)


async def test_an_outage_costs_one_call_for_all_who_wait_and_the_next_asks_again(
    aws: Any, engine_of: Callable[..., Engine]
) -> None:
    engine = engine_of(count=100)
    working = aws.replies.pop()
    aws.fail("ThrottlingException", "Rate exceeded", status=429)
    asked = [engine.watcher.generation(ENGINE, _id(number)) for number in range(100)]
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(result, ServiceUnavailable) for result in results)
    attempts_of_one_call = 2
    assert len(aws.seen) == attempts_of_one_call
    aws.replies[:] = [working]
    assert await engine.round(*range(100)) == (1, 0)


async def test_engines_do_not_share_their_lists(engine_of: Callable[..., Engine]) -> None:
    engine = engine_of(count=1)
    await engine.watcher.generation(ENGINE, _id(0))
    await engine.watcher.generation("other-0123456789", _id(0))
    assert engine.lists == 2
