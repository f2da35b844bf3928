"""What an operator sees of a bot that works: metrics, health, logs with one trace, and OpenTelemetry's spans."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from bot.blocks import ids
from bot.logs import trace_id
from bot.workspace import team
from tests.support.outside import Outside, outside
from tests.support.process import Serving, policybot
from tests.support.scene import ENDPOINT, REFUND_RULE, free_port, wobbly

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path) -> AsyncIterator[Outside]:
    async with outside(tmp_path, latency=0.0) as found:
        yield found


async def asked(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def life(world: Outside) -> str:
    """A rule from its command to an ACTIVE policy; gives the proposal."""
    desk = world.desk
    proposal = await desk.proposes()
    await desk.avery.clicks(await desk.card(proposal), ids.APPROVE)
    await desk.message(proposal, "parent", "Closed")
    await desk.settled(proposal)
    return proposal


def values(text: str) -> dict[str, float]:
    """Each series of the text format with its value."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_in_socket_mode_they_have_a_port_of_their_own(world: Outside, tmp_path: Path) -> None:
    """After a whole life the counts say what happened, from the command to AWS, and the bot is healthy and ready."""
    port = free_port()
    settings = {**world.settings, "POLICYBOT_METRICS_PORT": str(port)}
    bot = Serving(settings, tmp_path / "stderr")
    await bot.start()
    await world.connected()
    await life(world)
    url = f"http://127.0.0.1:{port}"
    assert await asked(f"{url}/healthz") == (200, "ok")
    assert await asked(f"{url}/readyz") == (200, "ok")
    status, text = await asked(f"{url}/metrics")
    found = values(text)
    assert status == 200
    assert found['policybot_proposals{state="closed"}'] == 1
    assert found["policybot_database_up"] == 1
    assert found['policybot_acknowledgement_seconds_count{kind="command",status="200"}'] == 1
    assert found['policybot_acknowledgement_seconds_count{kind="block_actions",status="200"}'] >= 1
    assert found['policybot_agentcore_call_seconds_count{code="",operation="CreatePolicy"}'] == 1
    assert found['policybot_slack_call_seconds_count{code="",method="chat.postMessage"}'] >= 3
    assert found['policybot_solver_seconds_count{outcome="answered",question="analyse"}'] >= 1
    assert found['policybot_second_readings_total{verdict="agree"}'] == 1
    assert found['policybot_queue_due{queue="proposals"}'] == 0
    assert await bot.stop() == 0


async def test_a_throttled_call_and_a_refused_one_are_counted_as_such(world: Outside, tmp_path: Path) -> None:
    """Slack's 429 and its errors, and AWS's, under the code that says which."""
    port = free_port()
    async with wobbly() as (proxy, proxied):
        proxy.target = world.settings[ENDPOINT]
        settings = {**world.settings, "POLICYBOT_METRICS_PORT": str(port), ENDPOINT: proxied}
        bot = Serving(settings, tmp_path / "stderr")
        await bot.start()
        await world.connected()
        await world.desk.fault("ratelimited", "chat.postMessage", times=1, seconds=1)
        proxy.breaks("throttle", only="policy-generations")
        await world.desk.riley.types(f"/policy {REFUND_RULE}", team.AGENT_RULES)
        async with asyncio.timeout(60):
            text = ""
            while 'code="429"' not in text or "ThrottlingException" not in text:
                _, text = await asked(f"http://127.0.0.1:{port}/metrics")
        found = values(text)
        assert found['policybot_slack_call_seconds_count{code="429",method="chat.postMessage"}'] == 1
        throttled = 'code="ThrottlingException",operation="StartPolicyGeneration"'
        assert found[f"policybot_agentcore_call_seconds_count{{{throttled}}}"] >= 1
        await bot.stop()


async def test_over_http_they_are_on_slacks_port_unless_they_have_their_own(world: Outside, tmp_path: Path) -> None:
    """With a port of their own, whoever reaches Slack's port sees nothing of them."""
    slacks, own = free_port(), free_port()
    settings = {**world.settings, "SLACK_APP_TOKEN": "", "POLICYBOT_HTTP_PORT": str(slacks)}
    for more, there, elsewhere in (({}, slacks, own), ({"POLICYBOT_METRICS_PORT": str(own)}, own, slacks)):
        log = tmp_path / f"stderr-{there}"
        bot = Serving({**settings, **more}, log)
        await bot.start()
        await logged(log, '"event": "ready"')
        for path in ("healthz", "readyz", "metrics"):
            assert (await asked(f"http://127.0.0.1:{there}/{path}"))[0] == 200
            if more:
                assert (await asked(f"http://127.0.0.1:{elsewhere}/{path}"))[0] == 404
        assert await bot.stop() == 0


async def test_it_is_not_ready_without_slacks_socket(world: Outside, tmp_path: Path) -> None:
    """While the socket does not stand, `/readyz` says 503 and why; the process lives all the same."""
    port = free_port()
    bot = Serving({**world.settings, "POLICYBOT_METRICS_PORT": str(port)}, tmp_path / "stderr")
    await bot.start()
    await world.connected()
    await world.desk.fault("error", "apps.connections.open", times=100000)
    await world.desk.client.perform("drop_connections", {})
    url = f"http://127.0.0.1:{port}"
    async with asyncio.timeout(60):
        while (answer := await asked(f"{url}/readyz"))[0] == 200:
            pass
    assert answer == (503, "Slack's socket does not stand.")
    assert (await asked(f"{url}/healthz"))[0] == 200
    await world.desk.client.perform("clear_faults", {})
    await world.connected()
    assert await bot.stop() == 0


async def test_one_trace_leads_from_the_command_to_aws(world: Outside, tmp_path: Path) -> None:
    """The lines of a proposal have one trace: its acknowledgement, the worker's steps, AWS's calls with their ids."""
    bot = Serving(world.settings, tmp_path / "stderr")
    await bot.start()
    await world.connected()
    proposal = await life(world)
    assert await bot.stop() == 0
    lines = [json.loads(line) for line in (tmp_path / "stderr").read_text().splitlines()]
    of_it = [line for line in lines if line.get("trace") == trace_id(proposal)]
    kinds = [line["kind"] for line in of_it if line["event"] == "acknowledged"]
    assert kinds == ["command", "block_actions"]
    calls = {line["operation"]: line for line in of_it if line["event"] == "agentcore call"}
    assert {"StartPolicyGeneration", "CreatePolicy"} <= set(calls)
    assert all(re.fullmatch(r"[0-9a-f-]{36}", line["request_id"]) for line in calls.values())
    assert calls["CreatePolicy"]["work"].startswith(proposal)


@asynccontextmanager
async def collector() -> AsyncIterator[tuple[str, list[Any]]]:
    """Takes spans by OTLP over HTTP."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    spans: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        found = ExportTraceServiceRequest.FromString(await request.read())
        spans.extend(span for each in found.resource_spans for scope in each.scope_spans for span in scope.spans)
        return web.Response(content_type="application/x-protobuf")

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", spans
    await runner.cleanup()


async def test_opentelemetry_gets_the_trace_when_its_environment_says_where(world: Outside, tmp_path: Path) -> None:
    """One trace for the proposal, with the command, the worker's steps, and the calls of AWS and Slack within them."""
    async with collector() as (url, spans):
        compressed = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
        bot = Serving({**world.settings, **compressed}, tmp_path / "stderr")
        await bot.start()
        await world.connected()
        proposal = await life(world)
        assert await bot.stop() == 0
    of_it = [span for span in spans if span.trace_id.hex() == trace_id(proposal)]
    names = {span.name for span in of_it}
    assert {"acknowledge command", "work proposal", "work draft", "aws CreatePolicy", "slack chat.postMessage"} <= names
    works = {span.span_id for span in of_it if span.name.startswith("work ")}
    assert all(span.parent_span_id in works for span in of_it if span.name == "aws CreatePolicy")


async def test_a_port_that_is_taken_is_named(world: Outside) -> None:
    port = world.settings[ENDPOINT].rpartition(":")[2]
    ended = await policybot("serve", settings={**quiet(world.settings), "POLICYBOT_METRICS_PORT": port})
    assert ended.code == 2, ended.err
    assert "POLICYBOT_METRICS_PORT" in ended.sentence


def quiet(settings: Mapping[str, str]) -> dict[str, str]:
    return {**settings, "POLICYBOT_LOG_LEVEL": "WARNING"}


async def logged(log: Path, said: str) -> None:
    async with asyncio.timeout(60):
        while said not in await asyncio.to_thread(log.read_text):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)
