"""`policybot serve` as a process: killed and restarted, stopped, its logs, and every way in which it cannot start."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from filelock import FileLock

from bot.blocks import ids
from bot.workspace import team
from tests.support.outside import Outside, outside
from tests.support.process import Serving, policybot
from tests.support.scene import (
    ENDPOINT,
    Json,
    Scene,
    assert_once,
    buttons,
    free_port,
    wobbly,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path) -> AsyncIterator[Outside]:
    """Embedded servers in this process, slow enough that there is something to kill."""
    async with outside(tmp_path) as found:
        yield found


@pytest.mark.parametrize("seed", [20261122])
async def test_killed_at_random_moments_nothing_is_lost_or_doubled(world: Outside, tmp_path: Path, seed: int) -> None:
    """Seven SIGKILLs between command and ACTIVE: one proposal, one policy, one message of each kind, and shown so."""
    chance, desk = random.Random(seed), world.desk
    bot = Serving(world.settings, tmp_path / "stderr")
    await bot.start()
    await world.connected()
    proposal = await desk.proposes()
    for _ in range(7):
        await _until_changes(desk, chance)
        await bot.kill()
        await bot.start()
        await world.connected()
        for card in (await desk.messages(proposal)).get("card/1", ()):
            if ids.APPROVE in buttons(card):
                await desk.avery.clicks(card, ids.APPROVE)
    if not await _decided(desk, proposal):
        await desk.avery.clicks(await desk.card(proposal), ids.APPROVE)
    await desk.message(proposal, "parent", "ACTIVE")
    after = await desk.settled(proposal)
    assert_once(after)
    assert "ACTIVE" in after["card/1"][0]["shown"]
    assert len(await desk.riley.reads(team.AGENT_RULES)) == 1
    (policy,) = await desk.engine.policies()
    assert policy["status"] == "ACTIVE"
    assert len(await desk.engine.generations()) == 1
    assert await bot.stop() == 0


async def test_told_to_stop_it_stops_and_leaves_nothing(world: Outside, tmp_path: Path) -> None:
    """SIGTERM in the middle of a review ends it with exit code 0, and the next start goes on."""
    bot = Serving(world.settings, tmp_path / "stderr")
    await bot.start()
    await world.connected()
    proposal = await world.desk.proposes()
    assert await bot.stop() == 0
    assert "Traceback" not in (tmp_path / "stderr").read_text()
    await bot.start()
    await world.desk.card(proposal)
    assert await bot.stop() == 0


async def test_told_to_stop_it_waits_for_nobody_who_does_not_answer(world: Outside, tmp_path: Path) -> None:
    """AgentCore takes a call and never answers it: the bot ends all the same, and the next one goes on."""
    desk = world.desk
    async with wobbly() as (proxy, url):
        proxy.target = world.settings[ENDPOINT]
        bot = Serving({**world.settings, ENDPOINT: url}, tmp_path / "stderr")
        await bot.start()
        await world.connected()
        proxy.breaks("hang")
        proposal = await desk.proposes()
        await proxy.noticed()
        assert await bot.stop() == 0
        assert proxy.fault == "hang", "nobody answered meanwhile"
        proxy.mends()
        await bot.start()
        await desk.card(proposal)
        await bot.stop()


async def test_no_log_line_holds_a_secret(world: Outside, tmp_path: Path) -> None:
    """At DEBUG, over a whole life with a modal and a trouble: proposal ids are logged; what authorises never is."""
    desk, log = world.desk, tmp_path / "stderr"
    bot = Serving(world.settings, log)
    await bot.start()
    await world.connected()
    proposal = await desk.proposes()
    typed = await desk.riley.types("/policy status", team.AGENT_RULES)
    card = await desk.card(proposal)
    await desk.fault("server_error", "views.open", times=2)
    opened = await desk.blair.clicks(card, ids.REJECT)
    await desk.fault("error", "response_url")
    refused = await desk.riley.clicks(card, ids.APPROVE)
    clicked = await desk.avery.clicks(card, ids.APPROVE)
    await desk.message(proposal, "parent", "Closed")
    assert await bot.stop() == 0

    text = log.read_text()
    assert proposal in text
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        assert world.settings[name] not in text, name
    for answer in (typed, opened, refused, clicked):
        assert answer["trigger_id"] not in text
    assert "/hooks/" not in text
    assert not re.search(r"ticket=\w", text)
    with sqlite3.connect(tmp_path / "policybot.db") as database:
        for name, table in (("generation_token", "proposals"), ("create_token", "drafts")):
            ((token,),) = database.execute(f"SELECT {name} FROM {table}")
            assert token
            assert token not in text, name
    database.close()


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"SLACK_BOT_TOKEN": ""}, 2, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": ""}, 2, "Set SLACK_APP_TOKEN for Socket Mode"),
        ({"SLACK_BOT_TOKEN": "xapp-1-not-a-bot-token"}, 2, "SLACK_BOT_TOKEN is an app-level token"),
        ({"SLACK_APP_TOKEN": "xoxb-not-an-app-token"}, 2, "SLACK_APP_TOKEN is a bot token"),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, 2, "Slack does not accept the bot token"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, 2, "Slack does not accept SLACK_APP_TOKEN"),
        ({"POLICYBOT_POLICY_ENGINE_ID": ""}, 2, "POLICYBOT_POLICY_ENGINE_ID"),
        ({"POLICYBOT_DATABASE_URL": "sqlite:////no/such/folder/policybot.db"}, 2, "no such folder"),
        ({"POLICYBOT_DATABASE_URL": "sqlite:////proc/policybot.db"}, 2, "cannot be kept in /proc"),
        ({"POLICYBOT_DATABASE_URL": "mysql://somewhere/else"}, 2, "use sqlite:///FILE or postgresql://"),
        ({"POLICYBOT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, 1, "database"),
    ],
)
async def test_what_cannot_start_says_why_in_one_sentence(
    world: Outside, change: Mapping[str, str], code: int, said: str
) -> None:
    """A missing or wrong setting ends it at once: one sentence on stderr, no traceback, the exit code of its kind."""
    ended = await policybot("serve", settings={**world.settings, "POLICYBOT_LOG_LEVEL": "INFO", **change})
    assert ended.code == code, ended.err
    assert said in ended.sentence
    assert not any(value and value in ended.err for name, value in change.items() if "TOKEN" in name)


async def test_without_slack_it_says_that_slack_is_not_there(world: Outside) -> None:
    """Slack out of reach is no wrong setting: exit code 1."""
    gone = {"SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/"}
    ended = await policybot("serve", settings={**world.settings, "POLICYBOT_LOG_LEVEL": "INFO", **gone})
    assert (ended.code, "Slack could not be reached" in ended.sentence) == (1, True), ended.err


async def test_two_bots_on_one_file_are_not_started(world: Outside, tmp_path: Path) -> None:
    """The database of another process is refused with its name."""
    with FileLock(f"{tmp_path / 'policybot.db'}.lock"):
        ended = await policybot("serve", settings={**world.settings, "POLICYBOT_LOG_LEVEL": "INFO"})
    assert ended.code == 2, ended.err
    assert "Another policybot is using the database" in ended.sentence


async def test_a_taken_port_is_named(world: Outside) -> None:
    """Over HTTP, a port that somebody else listens on ends it with a sentence."""
    port = world.settings[ENDPOINT].rpartition(":")[2]
    change = {"SLACK_APP_TOKEN": "", "POLICYBOT_HTTP_PORT": port}
    ended = await policybot("serve", settings={**world.settings, "POLICYBOT_LOG_LEVEL": "INFO", **change})
    assert ended.code == 2, ended.err
    assert f"Port {port}" in ended.err
    assert "Traceback" not in ended.err


async def _until_changes(desk: Scene, chance: random.Random) -> None:
    """Let the world change a random number of times, or a random while pass in which it does not."""
    since = await desk.client.changed(-1, 0)
    await desk.client.changed(since + chance.randint(0, 9), chance.uniform(0.05, 1.2))


async def _decided(desk: Scene, proposal: str) -> bool:
    cards: list[Json] = (await desk.messages(proposal)).get("card/1", [])
    return bool(cards) and not any(ids.APPROVE in buttons(card) for card in cards)
