"""`policybot doctor`, and what `serve` says at its start: each fault in one line, with what mends it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from filelock import FileLock

from bot.doctor import examine, is_faulty, text
from tests.support.outside import Outside, outside
from tests.support.process import Serving, policybot
from tests.support.scene import ENDPOINT, free_port

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOWHERE = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/nowhere-0123456789"
PROFILE = {"AWS_PROFILE": "missing", "AWS_CONFIG_FILE": "/dev/null", ENDPOINT: ""}


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path) -> AsyncIterator[Outside]:
    async with outside(tmp_path, latency=0.0) as found:
        yield found


async def examined(world: Outside, **change: str) -> tuple[int, str]:
    ended = await policybot("doctor", settings={**world.settings, **change})
    assert "Traceback" not in ended.err
    return ended.code, ended.out


async def test_where_all_is_well_every_line_says_so(world: Outside) -> None:
    """No fault and no warning on a world that works, one line for each thing that was looked at, and exit code 0."""
    code, out = await examined(world)
    assert code == 0, out
    assert {line.split()[0] for line in out.splitlines()} == {"ok", "note"}
    areas = {line.split()[1] for line in out.splitlines()}
    wanted = {"settings", "slack", "approvers", "aws", "engine", "gateway", "permissions", "database", "clock"}
    assert areas == wanted


async def test_beside_a_running_bot_it_disturbs_nothing(world: Outside, tmp_path: Path) -> None:
    """The database of a bot that runs is looked at and not taken, and nothing is written to AgentCore."""
    bot = Serving(world.settings, tmp_path / "stderr")
    await bot.start()
    await world.connected()
    before = await world.desk.engine.policies()
    code, out = await examined(world)
    assert (code, "its schema is of this version" in out) == (0, True), out
    assert await world.desk.engine.policies() == before
    assert await bot.stop() == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "Slack does not accept the bot token"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "Slack does not accept SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": ""}, "no way for Slack's requests to come"),
        ({"POLICYBOT_POLICY_ENGINE_ID": "nobody-0123456789"}, "There is no policy engine nobody-0123456789."),
        ({"POLICYBOT_POLICY_ENGINE_ID": "an engine"}, "'an engine' is not the id of a policy engine"),
        ({"POLICYBOT_GATEWAY_ARN": NOWHERE}, f"There is no gateway {NOWHERE}."),
        ({"POLICYBOT_GATEWAY_ARN": "gateway-1"}, "'gateway-1' is not the ARN of a gateway"),
        ({"POLICYBOT_GATEWAY_ARN": ""}, "There is no policy engine to work with."),
        ({"POLICYBOT_APPROVERS": "S0NOWHERE"}, "nobody can approve"),
        ({"POLICYBOT_APPROVERS": "somebody"}, "POLICYBOT_APPROVERS has 'somebody'"),
        ({"POLICYBOT_DATABASE_URL": "mysql://here"}, "POLICYBOT_DATABASE_URL names mysql"),
        ({"POLICYBOT_DATABASE_URL": "sqlite:////no/such/folder/it.db"}, "no such folder"),
        ({"POLICYBOT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database did not answer"),
        ({"POLICYBOT_CONFIG": "/no/such/file"}, "/no/such/file cannot be read"),
        ({ENDPOINT: "http://127.0.0.1:9"}, "AgentCore cannot be reached."),
        ({ENDPOINT: "https://"}, "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL"),
    ],
)
async def test_each_fault_is_a_line_and_the_exit_code(world: Outside, change: Mapping[str, str], said: str) -> None:
    """What is wrong is named in the line of its own that is marked, without the value of any token."""
    found = await examine({**world.settings, **change})
    out = text(found)
    assert is_faulty(found), out
    assert any(said in line for line in out.splitlines() if line.startswith("FAULT")), out
    assert not any(value and value in out for name, value in change.items() if "TOKEN" in name)


async def test_with_json_it_is_for_programs(world: Outside) -> None:
    ended = await policybot("doctor", "--json", settings={**world.settings, "POLICYBOT_APPROVERS": "S0NOWHERE"})
    found = json.loads(ended.out)
    assert ended.code == 1
    assert {each["area"] for each in found if each["level"] == "fault"} == {"approvers"}
    assert set(found[0]) == {"area", "level", "says", "do", "lasting"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"POLICYBOT_POLICY_ENGINE_ID": "nobody-0123456789"}, "There is no policy engine nobody-0123456789."),
        ({"POLICYBOT_GATEWAY_ARN": NOWHERE}, f"There is no gateway {NOWHERE}."),
        ({"POLICYBOT_GATEWAY_ARN": "gateway-1"}, "is not the ARN of a gateway"),
        (PROFILE, "AWS_PROFILE"),
    ],
)
async def test_serve_refuses_what_no_waiting_mends(world: Outside, change: Mapping[str, str], said: str) -> None:
    """One sentence on stderr and exit code 2, before it takes a single command."""
    ended = await policybot("serve", settings={**world.settings, "POLICYBOT_LOG_LEVEL": "INFO", **change})
    assert ended.code == 2, ended.err
    assert said in ended.sentence


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({ENDPOINT: f"http://127.0.0.1:{free_port()}"}, "AgentCore cannot be reached."),
        ({"POLICYBOT_APPROVERS": "S0NOWHERE"}, "nobody can approve"),
    ],
)
async def test_serve_starts_where_the_fault_may_pass(
    world: Outside, tmp_path: Path, change: Mapping[str, str], said: str
) -> None:
    """It says what is wrong in one line, and takes commands all the same."""
    log = tmp_path / "stderr"
    bot = Serving({**world.settings, "POLICYBOT_LOG_LEVEL": "INFO", **change}, log)
    await bot.start()
    await world.connected()
    async with asyncio.timeout(60):
        while said not in log.read_text():  # noqa: ASYNC110 - the log is another process's
            await asyncio.sleep(0.05)
    assert await bot.stop() == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert sum(said in each.get("finding", "") for each in lines) == 1, lines
    assert any(each["event"] == "ready" for each in lines)


async def test_one_route_of_two_that_is_gone_stops_nobody(world: Outside, tmp_path: Path) -> None:
    """A route whose gateway was deleted is said; the other goes on."""
    routes = tmp_path / "routes.yml"
    engine, arn = world.settings["POLICYBOT_POLICY_ENGINE_ID"], world.settings["POLICYBOT_GATEWAY_ARN"]
    routes.write_text(
        f"routes:\n  - {{channels: [C0GONE], policy_engine_id: {engine}, gateway_arn: '{NOWHERE}'}}\n"
        f"  - {{policy_engine_id: {engine}, gateway_arn: '{arn}'}}\n"
    )
    bot = Serving({**world.settings, "POLICYBOT_CONFIG": str(routes)}, tmp_path / "stderr")
    await bot.start()
    await world.connected()
    assert await bot.stop() == 0
    assert f"There is no gateway {NOWHERE}." in (tmp_path / "stderr").read_text()


async def test_a_locked_file_is_no_fault_of_the_database(world: Outside, tmp_path: Path) -> None:
    with FileLock(f"{tmp_path / 'policybot.db'}.lock"):
        code, out = await examined(world)
    assert code == 0, out
