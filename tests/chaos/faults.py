"""What goes wrong: each fault happens to a town, lasts a while, and is over when the function returns."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping

from tests.chaos.town import Town

Fault = Callable[[Town, random.Random], Awaitable[None]]


async def kill(town: Town, chance: random.Random) -> None:
    """kill -9 of a bot at a random moment, and another start."""
    bot = chance.choice(town.bots)
    await asyncio.sleep(chance.uniform(0.0, 0.8))
    await bot.kill()
    town.kills += 1
    await bot.start()
    await town.connected()


async def kill_while_slack_is_slow(town: Town, chance: random.Random) -> None:
    """kill -9 while posts are on their way and Slack has not come to them yet."""
    await town.fault("slow", "chat.postMessage", times=4, seconds=chance.uniform(1.0, 4.0))
    await kill(town, chance)


async def freeze(town: Town, chance: random.Random) -> None:
    """SIGSTOP past the lease: another replica takes over, and the sleeper wakes into it."""
    await town.freeze(chance.choice(town.bots), chance.uniform(16.0, 20.0))


async def agentcore_down(town: Town, chance: random.Random) -> None:
    """Nothing reaches AgentCore."""
    await _agentcore(town, chance, "down")


async def agentcore_throttles(town: Town, chance: random.Random) -> None:
    await _agentcore(town, chance, "throttle")


async def agentcore_broken(town: Town, chance: random.Random) -> None:
    await _agentcore(town, chance, "broken")


async def agentcore_slow(town: Town, chance: random.Random) -> None:
    """AgentCore takes calls and answers them only later."""
    await _agentcore(town, chance, "hang")


async def agentcore_answers_lost(town: Town, chance: random.Random) -> None:
    """AgentCore does what it is asked, and nobody hears of it."""
    await _agentcore(town, chance, "lost")


async def _agentcore(town: Town, chance: random.Random, fault: str) -> None:
    town.agentcore.breaks(fault)
    await asyncio.sleep(chance.uniform(0.3, 2.0))
    town.agentcore.mends()


async def slack_asks_to_wait(town: Town, chance: random.Random) -> None:
    """429 of posts and of changes."""
    for method in ("chat.postMessage", "chat.update"):
        await town.fault("ratelimited", method, times=chance.randint(1, 3), seconds=chance.choice((1.0, 2.0)))
    await asyncio.sleep(1.0)


async def slack_broken(town: Town, chance: random.Random) -> None:
    """500 of any method."""
    await town.fault("server_error", times=chance.randint(2, 8))
    await asyncio.sleep(0.5)


async def slacks_answers_lost(town: Town, chance: random.Random) -> None:
    """The message stands, and the answer says that it failed."""
    await town.fault("lost_answer", "chat.postMessage", times=chance.randint(1, 3))
    await asyncio.sleep(1.0)


async def sockets_cut(town: Town, chance: random.Random) -> None:
    """One connection, or all of them."""
    count = chance.choice((0, 1))
    await town.desk.client.perform("drop_connections", {"count": count})
    await town.connected()


async def sockets_refreshed(town: Town, _chance: random.Random) -> None:
    await town.desk.client.perform("disconnect", {"reason": "refresh_requested", "count": 1})
    await town.connected()


async def delivered_twice(town: Town, _chance: random.Random) -> None:
    """Commands and clicks come twice."""
    for kind in ("slash_commands", "interactive"):
        await town.fault("duplicate", kind, times=2)


async def database_down(town: Town, chance: random.Random) -> None:
    """PostgreSQL crashes and comes back."""
    if town.cluster is None:
        return
    await asyncio.to_thread(town.cluster.stop)
    await asyncio.sleep(chance.uniform(1.0, 10.0))
    await asyncio.to_thread(town.cluster.start)


FAULTS: Mapping[str, Fault] = {
    each.__name__: each
    for each in (
        kill,
        kill_while_slack_is_slow,
        freeze,
        agentcore_down,
        agentcore_throttles,
        agentcore_broken,
        agentcore_slow,
        agentcore_answers_lost,
        slack_asks_to_wait,
        slack_broken,
        slacks_answers_lost,
        sockets_cut,
        sockets_refreshed,
        delivered_twice,
        database_down,
    )
}
