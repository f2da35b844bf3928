"""What a channel is told stands once: its binding, what others changed, and that it is as it was again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from bot.review.routes import Route
from bot.review.work import Claim, WorkKind
from bot.storage.store import SqlStore
from tests.support.bot import Bot
from tests.support.world import ENGINE, GATEWAY, PATIENT, PERMIT, MovableClock, World

OpenBot = Callable[..., Awaitable[Bot]]
HERE = Route(ENGINE, GATEWAY)


async def binds(bot: Bot, by: str = "U1") -> None:
    """Somebody says where the rules of a channel go."""
    before = await bot.store.binding("T1", "C1")
    assert await bot.store.bind(before, ENGINE, GATEWAY, by=by, now=HERE, was=None)


async def drifts(bot: Bot) -> None:
    """Somebody else makes a policy."""
    await bot.pass_time(600)
    bot.world.add_policy("theirs", PERMIT.format(tool="pay", arn=GATEWAY))
    await _looked(bot)


async def undoes(bot: Bot) -> None:
    """Somebody else makes a policy, and takes it away once the channel was told."""
    await drifts(bot)
    await bot.due()
    bot.world.database.execute("DELETE FROM policies WHERE name = 'theirs'")
    await _looked(bot)
    await bot.handlers[WorkKind.UPDATE](await bot.claim(WorkKind.UPDATE))


async def _looked(bot: Bot) -> None:
    assert isinstance(bot.clock, MovableClock)
    bot.clock.advance(300)
    await bot.handlers[WorkKind.WATCH](await bot.claim(WorkKind.WATCH))


HAPPENS = {"now go to": binds, "drift open": drifts, "Everything is": undoes}
"""What the channel is told by what is done."""


@dataclass
class Replicas:
    """Two bots on one database; on SQLite, which is one process's alone, the second is there once the first is gone."""

    first: Bot
    open_bot: OpenBot
    url: str

    async def second(self) -> Bot:
        if self.url.startswith("sqlite"):
            await self.first.store.close()
        return await opened(self.open_bot, self.url, self.first.clock)


async def opened(open_bot: OpenBot, url: str, clock: object) -> Bot:
    bot = await open_bot(url, clock, replace(PATIENT, drift_seconds=300.0))
    await bot.store.watch_routes("T1", [("C1", ENGINE, GATEWAY)])
    return bot


@pytest.fixture
async def replicas(open_bot: OpenBot, database_url: str, clock: MovableClock) -> Replicas:
    return Replicas(await opened(open_bot, database_url, clock), open_bot, database_url)


def said(world: World, part: str) -> list[str]:
    """The messages that stand and say this."""
    found = world.rows("SELECT text FROM posts WHERE NOT gone ORDER BY ts")
    return [str(text) for (text,) in found if part in str(text)]


def arrives(world: World, late: tuple[str, str, str, str]) -> None:
    """Slack gets to what a dead process sent."""
    world.database.execute("INSERT INTO posts (channel, thread, key, text) VALUES (?, ?, ?, ?)", late)


async def killed_while_posting(bot: Bot) -> tuple[str, str, str, str]:
    """A message is on its way to Slack, which is slow, and its sender is gone: what arrives later."""
    claim = await bot.claim(WorkKind.MESSAGE, lease=-1.0)
    bot.world.holds["post"] = asyncio.Event()
    posting = asyncio.ensure_future(bot.handlers[WorkKind.MESSAGE](claim))
    while "post" in bot.world.holds and not posting.done():  # noqa: ASYNC110  (until it is at Slack's door)
        await asyncio.sleep(0)
    posting.cancel()
    await asyncio.gather(posting, return_exceptions=True)
    return await _sent(bot.store, claim)


async def _sent(store: SqlStore, claim: Claim) -> tuple[str, str, str, str]:
    wanted = await store.posting(claim.id)
    assert wanted.announcement
    assert wanted.tried
    above = wanted.announcement.thread_of
    thread = (await store.posting(above)).ts if above else ""
    return wanted.announcement.channel_id, thread, wanted.key, "It came late."


@pytest.mark.parametrize("part", HAPPENS)
async def test_what_is_on_its_way_is_waited_for(replicas: Replicas, part: str) -> None:
    """The other replica looks and does not find it yet; it finds it when it has arrived, and brings it up to date."""
    await HAPPENS[part](replicas.first)
    late = await killed_while_posting(replicas.first)
    bot = await replicas.second()
    await bot.due()
    assert said(bot.world, part) == []
    arrives(bot.world, late)
    await bot.pass_time(60)
    assert len(said(bot.world, part)) == 1
    assert said(bot.world, "came late") == []


@pytest.mark.parametrize("part", HAPPENS)
async def test_what_does_not_arrive_is_posted(replicas: Replicas, part: str) -> None:
    await HAPPENS[part](replicas.first)
    await killed_while_posting(replicas.first)
    bot = await replicas.second()
    await bot.pass_time(60)
    assert len(said(bot.world, part)) == 1


@pytest.mark.parametrize("part", HAPPENS)
@pytest.mark.parametrize("seconds", [25.0, 200.0])
async def test_what_arrives_after_all_is_taken_away(replicas: Replicas, part: str, seconds: float) -> None:
    """At the first look, or at the second: one stands."""
    await HAPPENS[part](replicas.first)
    late = await killed_while_posting(replicas.first)
    bot = await replicas.second()
    await bot.pass_time(seconds)
    assert len(said(bot.world, part)) == 1
    arrives(bot.world, late)
    await bot.pass_time(400)
    assert len(said(bot.world, part)) == 1
    assert said(bot.world, "came late") == []


@pytest.mark.parametrize("seconds", [0.0, 25.0])
async def test_each_binding_is_told_once_and_the_last_word_is_true(replicas: Replicas, seconds: float) -> None:
    """The channel is bound anew while it is being told of the time before, which arrives late, or very late."""
    await binds(replicas.first)
    late = await killed_while_posting(replicas.first)
    await binds(replicas.first, by="U2")
    bot = await replicas.second()
    await bot.pass_time(seconds)
    arrives(bot.world, late)
    await bot.pass_time(400)
    assert [text.partition("<@")[2][:2] for text in said(bot.world, "now go to")] == ["U1", "U2"]
    assert len(said(bot.world, "")) == 2


async def test_what_a_channel_was_told_of_its_binding_is_withheld_when_others_come(replicas: Replicas) -> None:
    """And it is shown again where it stood once the channel is one's own again."""
    bot = replicas.first
    await binds(bot)
    await bot.pass_time(60)
    (told,) = said(bot.world, "now go to")
    bot.world.shared.add("C1")
    await bot.review.shared("C1")
    await bot.due()
    assert said(bot.world, "") == ["Where rules of this channel go was changed, by <@U1>."]
    bot.world.shared.clear()
    await bot.review.shared("C1")
    await bot.pass_time(60)
    assert said(bot.world, "") == [told]
