"""`policybot playground` without a browser: what a data folder keeps, what an agent's call tells, how it ends."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.controlplane.config import SAMPLE_GATEWAY
from bot.embedded import Embedded
from bot.manifest import MANIFEST
from bot.playground import playing
from bot.workspace import WorkspaceConfig, read_manifest
from tests.support.process import ROOT, environment, policybot
from tests.support.scene import UNHURRIED, Engine, Scene, buttons

pytestmark = pytest.mark.asyncio(loop_scope="session")

OWN = {"Sec-Fetch-Site": "same-origin"}
REFUND = "RefundTool___process_refund"


def _scene(running: Embedded) -> Scene:
    return Scene(running.slack.client, Engine(running.plane.url), running.slack)


async def _panel(running: Embedded, name: str, call: str, **arguments: Any) -> Any:
    """What a panel's call gives, or the sentence with which it is refused."""
    url = f"{running.slack.url}/page/plugins/{name}/{call}"
    async with aiohttp.ClientSession(headers=OWN) as session, session.post(url, json=arguments) as response:
        answer = await response.json()
        return answer["result"] if answer["ok"] else answer["sentence"]


async def test_a_data_folder_brings_everything_back(tmp_path: Path) -> None:
    """Messages, policy, proposal and tokens outlive a restart, and the card's buttons still do what they say."""
    async with playing(data_dir=tmp_path, timings=UNHURRIED) as running:
        scene = _scene(running)
        proposal_id = await scene.proposes()
        await scene.avery.clicks(await scene.card(proposal_id), "draft.approve")
        await scene.settled(proposal_id)
        assert await scene.until(lambda: _closed(scene, proposal_id))  # who asked is told after the card says it
        before = {kind: len(found) for kind, found in (await scene.messages(proposal_id)).items()}
        stood = await _panel(running, "policies", "look")
        token = running.plane.token({"role": "support-agent"})
        scene.engine.close()
    async with playing(data_dir=tmp_path, timings=UNHURRIED) as running:
        scene = _scene(running)
        assert {kind: len(found) for kind, found in (await scene.messages(proposal_id)).items()} == before
        assert await _panel(running, "policies", "look") == stood
        assert [policy["mode"] for policy in stood["policies"]] == ["LOG_ONLY"]
        message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        headers = {"Authorization": f"Bearer {token}"}
        url = running.plane.gateway_url()
        async with aiohttp.ClientSession() as http, http.post(url, json=message, headers=headers) as response:
            assert (await response.json())["result"] == {}
        inputs = {"orderId": "A-1", "amount": 1}  # a call that the log-only policy matches: so its promotion is tested
        called = await _panel(running, "agent", "call", tool=REFUND, claims={"role": "support-agent"}, inputs=inputs)
        assert [each["flips"] for each in called["log_only"]] == [True]
        card = (await scene.messages(proposal_id))["card/1"][0]
        promote = next(action for action in buttons(card) if "promote" in action)
        await scene.avery.clicks(card, promote)
        form = await scene.form(scene.avery, "romote")
        assert (await scene.avery.submits(form, {}))["errors"] == {}
        assert await scene.until(lambda: _promotion(scene))
        scene.engine.close()


async def _closed(scene: Scene, proposal_id: str) -> bool:
    """Whether the thread says what came of a proposal: as its first sentence, where somebody approved at once."""
    found = await scene.messages(proposal_id)
    told = [each["shown"] for kind in found if kind.startswith("notice/") for each in found[kind]]
    return any("is closed" in each for each in told)


async def _promotion(scene: Scene) -> Any:
    """The one policy, once a second approver has enforced it."""
    for message in await scene.blair.reads_thread((await scene.blair.reads("C0AGENTRULES"))[0]):
        if "draft.approve" in buttons(message):
            await scene.blair.clicks(message, "draft.approve")
    found = await scene.engine.policies()
    return [policy for policy in found if (policy["status"], policy["enforcementMode"]) == ("ACTIVE", "ACTIVE")]


async def test_an_agents_call_is_told_as_the_gateway_recorded_it() -> None:
    """Tools with their inputs, a denial with its reason, what no tool takes, and bad input, each in a sentence."""
    async with playing(timings=UNHURRIED) as running:
        found = await _panel(running, "agent", "tools")
        assert found["callers"] == "claims"
        assert REFUND in [tool["action"] for tool in found["tools"]]
        inputs = {"orderId": "A-1", "amount": 1}
        denied = await _panel(running, "agent", "call", tool=REFUND, claims={"role": "x"}, inputs=inputs)
        assert (denied["outcome"], denied["answer"]["error"]["code"]) == ("denied", -32002)
        assert denied["decided_by"] == []
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"tool": REFUND, "inputs": {}}, "Missing required field"),
            ({"tool": "<script>", "inputs": {}}, "Unknown tool"),
        ]
        for arguments, said in wrong:
            assert said in (await _panel(running, "agent", "call", **arguments))["sentence"]
        unfit: list[dict[str, Any]] = [{}, {"tool": REFUND, "inputs": []}, {"tool": REFUND, "claims": "role=x"}]
        for arguments in unfit:
            assert (await _panel(running, "agent", "call", **arguments)).endswith(".")


async def test_an_agent_of_an_iam_gateway_is_known_by_its_arn(tmp_path: Path) -> None:
    """The sample gateway under IAM: the caller is an ARN, and the decision is Cedar's all the same."""
    document = json.loads(SAMPLE_GATEWAY.read_text())
    document["authorizerType"] = "AWS_IAM"
    document.pop("authorizerConfiguration")
    path = tmp_path / "gateway.json"
    path.write_text(json.dumps(document))
    async with playing(gateways=(path,), timings=UNHURRIED) as running:
        assert (await _panel(running, "agent", "tools"))["callers"] == "arn"
        arn = "arn:aws:iam::123456789012:role/agent"
        found = await _panel(running, "agent", "call", tool=REFUND, arn=arn, inputs={"orderId": "A-1", "amount": 1})
        assert found["outcome"] == "denied"


async def test_the_workspace_grants_what_the_manifest_asks_for() -> None:
    """The bot is played with the scopes, commands and events that it will have where it is installed."""
    async with playing(timings=UNHURRIED) as running:
        config = running.slack.workspace.config
    assert config.commands == frozenset({"/policy"})
    assert "chat:write" in (config.scopes or ())
    assert "files:write" not in (config.scopes or ())
    assert config.events == read_manifest(MANIFEST)["events"]


async def test_a_manifest_makes_the_workspace_another_apps(tmp_path: Path) -> None:
    """Commands, shortcuts and the name of any app; what is no manifest is one sentence."""
    path = tmp_path / "manifest.json"
    shortcut = {"name": "Make a task", "type": "message", "callback_id": "task", "description": "Keep it"}
    path.write_text(
        json.dumps(
            {
                "display_information": {"name": "Lunch Bot"},
                "features": {"slash_commands": [{"command": "/lunch", "usage_hint": "where"}], "shortcuts": [shortcut]},
            }
        )
    )
    offers = read_manifest(path)
    config = WorkspaceConfig(**offers)
    assert (list(config.commands or ()), config.app_name, list(config.shortcuts)) == (
        ["/lunch"],
        "Lunch Bot",
        [shortcut],
    )
    path.write_text("just: text")
    ended = await policybot("workspace", "--port", "0", "--manifest", str(path))
    assert (ended.code, ended.sentence.endswith("is no manifest of a Slack app: 'features'.")) == (2, True)


@asynccontextmanager
async def _running(*arguments: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """A command that serves, once it says where."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env=environment({}), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            line = (await process.stdout.readline()).decode()
        assert line.startswith("listening on http://127.0.0.1:"), line
        yield line.split()[2].rstrip(","), process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            await process.communicate()


@pytest.mark.parametrize("arguments", [("playground", "--no-open"), ("workspace", "--page")])
async def test_a_command_serves_the_page_until_it_is_stopped(arguments: tuple[str, ...]) -> None:
    """It says where, answers there, refuses a port that is taken in one sentence, and ends with exit code 0."""
    async with _running(*arguments, "--port", "0") as (url, process), aiohttp.ClientSession() as session:
        async with session.get(url) as response:
            assert (response.status, response.content_type) == (200, "text/html")
        async with session.get(f"{url}/page/teams", headers=OWN) as response:
            assert "U0RILEYREQ" in (await response.json())[0]["people"]
        ended = await policybot(*arguments, "--port", url.rsplit(":", 1)[1])
        assert (ended.code, "is taken by another program" in ended.sentence) == (2, True)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            assert await process.wait() == 0
