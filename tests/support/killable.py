"""A bot as a process of its own, to be killed: the real worker, and people who never tire of typing and clicking."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from multiprocessing.synchronize import Event

from bot.errors import Refused, StoreError
from bot.review.clock import SystemClock
from bot.review.model import DraftState
from bot.storage.store import open_store
from tests.support.bot import Bot
from tests.support.world import HASTY, World

LATENCY = 0.012


def run(url: str, world_path: str, commands: range, ready: Event, lease: float = 15.0) -> None:
    """Work until killed. Each of `commands` is typed once, as Slack delivers it, and every draft is approved."""
    asyncio.run(_run(url, world_path, commands, ready, lease))


async def _run(url: str, world_path: str, commands: range, ready: Event, lease: float) -> None:
    world = World(world_path, latency=LATENCY)
    options = replace(HASTY, lease=lease, renew_every=lease / 3)
    bot = Bot(await open_store(url, SystemClock()), world, SystemClock(), options)
    working = asyncio.create_task(bot.worker().run())
    ready.set()
    for number in commands:
        proposal_id = await bot.propose(f"allow tool{number}; ? be nice; allow other{number}", key=f"typed-{number}")
        world.database.execute("INSERT INTO told (channel, user, text) VALUES ('acked', '', ?)", (proposal_id,))
    while not working.done():
        with contextlib.suppress(StoreError):
            await _click(bot)
        await asyncio.sleep(0.02)
    await working


async def _click(bot: Bot) -> None:
    for proposal in await bot.store.open_proposals(team_id="T1", channel_id="C1", user_id=""):
        for draft in await bot.store.drafts(proposal.id):
            if draft.state is DraftState.IN_REVIEW:
                try:
                    await bot.decide(draft.id, version=draft.version)
                except (Refused, StoreError):
                    continue
