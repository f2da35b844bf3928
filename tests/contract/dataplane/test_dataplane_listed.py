"""Tools that the control plane does not show: read from the gateway's own list, or from S3."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from typer.testing import CliRunner

from bot.agentcore import AgentCore, Connection, Pace, Sources, connect
from bot.agentcore.listing import CannotRead, list_tools
from bot.analysis.difference import difference
from bot.cedar import Target, schema_for
from bot.cli import app
from bot.dataplane import DataplaneConfig
from tests.contract.dataplane.conftest import Starter, World
from tests.contract.dataplane.test_dataplane_targets import mcp_server
from tests.support.serving_gateway import GATEWAY, refund_policy

LISTED = "Live___process_refund"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}


def gateway_file(folder: Path, *targets: dict[str, Any], authorizer: str = "CUSTOM_JWT") -> Path:
    """The sample gateway with these targets alone."""
    file = folder / "gateway.json"
    about = {"gatewayArn": GATEWAY.arn, "gatewayId": GATEWAY.gateway_id, "name": "live", "authorizerType": authorizer}
    file.write_text(json.dumps({**about, "targets": list(targets)}))
    return file


def target(name: str, **mcp: Any) -> dict[str, Any]:
    return {"targetId": f"{name.upper():X<10}", "name": name, "targetConfiguration": {"mcp": mcp}}


LIVE = target("Live", mcpServer={"endpoint": "https://tools.example.com/mcp"})


@asynccontextmanager
async def reading(world: World, **sources: Any) -> AsyncIterator[tuple[AgentCore, list[float]]]:
    """The adapter on a clock that stands, with `sources`."""
    now = [1000.0]
    client = connect(endpoint_url=world.serving.url, pace=Pace(0))
    service = AgentCore(client, clock=lambda: now[0], gateway_fresh=0, sources=Sources(**sources))
    try:
        yield service, now
    finally:
        await service.aclose()


def asking(world: World, token: str = "") -> dict[str, Any]:
    return {"connection": Connection(endpoint_url=world.serving.url), "token": token}


async def live(service: AgentCore) -> Target:
    return next(each for each in (await service.gateway(GATEWAY.arn)).targets if each.name == "Live")


@pytest.mark.parametrize("authorizer", ["CUSTOM_JWT", "AWS_IAM", "NONE"])
async def test_a_live_targets_tools_are_listed_signed_or_with_a_token(
    start: Starter, tmp_path: Path, authorizer: str
) -> None:
    """The gateway itself knows them from the server; its API does not show them."""
    file = gateway_file(tmp_path, LIVE, authorizer=authorizer)
    async with mcp_server(json_response=True, stateless_http=True) as url:
        world: World = await start(gateways=(file,), dataplane=DataplaneConfig(targets={"Live": url}))
        async with reading(world) as (service, _):
            blind = await live(service)
            assert blind.tools == ()
            assert "set POLICYBOT_TOOLS_FROM_GATEWAY to on" in blind.unreadable
        token = world.serving.token({"role": "policybot"})
        async with reading(world, **asking(world, token)) as (service, _):
            seen = await live(service)
            assert [tool.action for tool in seen.tools] == [LISTED]
            assert seen.tools[0].input_schema["required"] == ["orderId", "amount"]
            assert seen.unreadable == ""  # no engine decides what is listed


async def test_a_gateway_that_came_to_enforce_while_it_listed_is_asked_again(
    start: Starter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its list may be whole or not, and nothing in it says which."""
    file = gateway_file(tmp_path, LIVE)
    async with mcp_server(json_response=True, stateless_http=True) as url:
        world: World = await start(gateways=(file,), dataplane=DataplaneConfig(targets={"Live": url}))
        await world.aws("create_policy_engine", name="live_engine")
        lists: list[int] = []

        async def listing(*arguments: Any) -> Any:
            found = await list_tools(*arguments)
            if not lists:
                await attach(world, "ENFORCE")
            lists.append(1)
            return found

        monkeypatch.setattr("bot.agentcore.tools.list_tools", listing)
        async with reading(world, **asking(world, world.serving.token({"role": "policybot"}))) as (service, now):
            torn = await live(service)
            assert (torn.tools, torn.partial) == ((), False)
            assert "was changed while it listed them" in torn.unreadable
            now[0] += 1
            assert "lists no tool of it to policybot" in (await live(service)).unreadable
            assert len(lists) == 2


async def test_the_list_of_a_gateway_that_enforces_is_partial_and_nothing_is_claimed_of_the_rest(
    start: Starter, tmp_path: Path
) -> None:
    file = gateway_file(tmp_path, LIVE)
    async with mcp_server(json_response=False, stateless_http=False) as url:
        world: World = await start(gateways=(file,), dataplane=DataplaneConfig(targets={"Live": url}))
        await world.aws("create_policy_engine", name="live_engine")
        await attach(world, "ENFORCE")
        sources = asking(world, world.serving.token({"role": "policybot"}))
        async with reading(world, **sources) as (service, now):
            none = await live(service)
            assert none.tools == ()
            assert "lists no tool of it to policybot; the gateway lists only what" in none.unreadable
            permit = refund_policy("permit", tool=LISTED)
            await world.policy("refunds", "permit", tool=LISTED)
            assert await live(service) == none  # the list is not yet as old as it may be
            now[0] += 301
            seen = await live(service)
            assert seen.partial
            assert [tool.action for tool in seen.tools] == [LISTED]
            schema = schema_for(await service.gateway(GATEWAY.arn))
    whole = permit.replace(f'action == AgentCore::Action::"{LISTED}"', 'action in AgentCore::Action::"Live"')
    named = {(each.action, each.status) for each in difference({}, {"p": permit}, schema).changes}
    assert (LISTED, "changed") in named
    assert ("Live___*", "not analysed") not in named
    assert ("Live___*", "not analysed") in {
        (each.action, each.status) for each in difference({}, {"p": whole}, schema).changes
    }


async def attach(world: World, mode: str) -> None:
    engine = world.serving.plane.store.every("engine")[0]
    await world.settled(engine.id)
    found = await world.aws("get_gateway", gatewayIdentifier=GATEWAY.gateway_id)
    same = {name: found[name] for name in ("name", "roleArn", "protocolType", "authorizerType")}
    await world.aws(
        "update_gateway",
        gatewayIdentifier=GATEWAY.gateway_id,
        **same,
        policyEngineConfiguration={"arn": engine.arn, "mode": mode},
    )


async def test_what_a_gateway_refuses_says_what_would_help(start: Starter, tmp_path: Path) -> None:
    world: World = await start(gateways=(gateway_file(tmp_path, LIVE),))
    for token, why in (("", "POLICYBOT_GATEWAY_TOKEN is not set"), ("foreign", "it does not take POLICYBOT_GATEWAY")):
        async with reading(world, **asking(world, token)) as (service, _):
            assert why in (await live(service)).unreadable


Handler = Callable[[web.Request], Any]


@asynccontextmanager
async def answering(handler: Handler) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def described(url: str) -> dict[str, str]:
    return {"gatewayArn": GATEWAY.arn, "gatewayUrl": url, "authorizerType": "CUSTOM_JWT"}


async def test_a_token_goes_nowhere_but_to_the_gateways_own_url() -> None:
    """No redirect is followed, and nothing is sent in the clear to another machine."""
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with answering(handler) as url:
        with pytest.raises(CannotRead, match="HTTP status 307"):
            await list_tools(described(f"{url}/mcp"), Connection(), "secret")
    assert seen == ["/mcp"]
    with pytest.raises(CannotRead, match="no https"):
        await list_tools(described("http://gateway.example.com/mcp"), Connection(), "secret")


async def test_pages_are_followed_and_a_list_without_end_is_given_up() -> None:
    async def handler(request: web.Request) -> web.Response:
        cursor = (await request.json())["params"].get("cursor", "0")
        last = request.path == "/three" and cursor == "2"
        more = {} if last else {"nextCursor": str(int(cursor) + 1)}
        tool = {"name": f"Live___t{cursor}", "inputSchema": SCHEMA}
        return web.json_response({"jsonrpc": "2.0", "id": 1, "result": {"tools": [tool], **more}})

    async with answering(handler) as url:
        listed = await list_tools(described(f"{url}/three"), Connection(), "t")
        assert [each["name"] for each in listed] == ["Live___t0", "Live___t1", "Live___t2"]
        with pytest.raises(CannotRead, match="pages"):
            await list_tools(described(f"{url}/endless"), Connection(), "t")


async def test_schemas_are_read_from_s3(start: Starter, tmp_path: Path) -> None:
    tools = [{"name": "forecast", "description": "The weather", "inputSchema": SCHEMA}]
    operation = {"operationId": "get_sky", "responses": {"200": {"description": "ok"}}}
    objects = {
        "/schemas/tools.json": json.dumps(tools),
        "/schemas/api.json": json.dumps({"openapi": "3.0.0", "paths": {"/sky": {"get": operation}}}),
        "/schemas/server.json": json.dumps({"tools": tools}),
        "/schemas/broken.json": "{",
    }

    async def s3(request: web.Request) -> web.Response:
        if request.path == "/schemas/secret.json":
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>", content_type="text/xml")
        if request.path not in objects:
            return web.Response(status=404, text="<Error><Code>NoSuchKey</Code></Error>", content_type="text/xml")
        return web.Response(text=objects[request.path])

    def at(key: str) -> dict[str, Any]:
        return {"s3": {"uri": f"s3://schemas/{key}"}}

    arn = "arn:aws:lambda:us-east-1:123456789012:function:weather"
    file = gateway_file(
        tmp_path,
        target("Weather", **{"lambda": {"lambdaArn": arn, "toolSchema": at("tools.json")}}),
        target("Sky", openApiSchema=at("api.json")),
        target("Server", mcpServer={"endpoint": "https://x.example/mcp", "mcpToolSchema": at("server.json")}),
        target("Broken", **{"lambda": {"lambdaArn": arn, "toolSchema": at("broken.json")}}),
        target("Secret", openApiSchema=at("secret.json")),
        target("Gone", openApiSchema=at("gone.json")),
    )
    world: World = await start(gateways=(file,))
    async with reading(world) as (service, _):
        blind = (await service.gateway(GATEWAY.arn)).targets[0]
        assert "s3://schemas/tools.json: set POLICYBOT_TOOLS_FROM_S3 to on" in blind.unreadable
    async with answering(s3) as url:
        client = connect(endpoint_url=url, service="s3", pace=Pace(0))
        async with reading(world, s3=client) as (service, _):
            found = {each.name: each for each in (await service.gateway(GATEWAY.arn)).targets}
    actions = {name: [tool.action for tool in each.tools] for name, each in found.items() if each.tools}
    assert actions == {
        "Weather": ["Weather___forecast"],
        "Sky": ["Sky___get_sky"],
        "Server": ["Server___forecast"],
    }
    assert not any(found[name].unreadable for name in actions)
    assert "cannot be used" in found["Broken"].unreadable
    assert "needs s3:GetObject for arn:aws:s3:::schemas/secret.json" in found["Secret"].unreadable
    assert "there is no such object" in found["Gone"].unreadable


async def test_a_gateway_is_pulled_whole(start: Starter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read is inline in the file, and the file is a gateway for every other command."""
    file, out = gateway_file(tmp_path, LIVE), tmp_path / "pulled.json"
    async with mcp_server(json_response=True, stateless_http=True) as url:
        world: World = await start(
            gateways=(file,), dataplane=DataplaneConfig(targets={"Live": url}), clock=lambda: datetime.now(UTC)
        )
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL", world.serving.url)
        blind = await asyncio.to_thread(CliRunner().invoke, app, ["gateway", "pull", GATEWAY.arn])
        assert blind.exit_code == 0
        assert json.loads(blind.stdout)["gatewayId"] == GATEWAY.gateway_id
        assert "The tools of the target Live cannot be seen: " in blind.stderr
        monkeypatch.setenv("POLICYBOT_TOOLS_FROM_GATEWAY", "on")
        monkeypatch.setenv("POLICYBOT_GATEWAY_TOKEN", world.serving.token({"role": "policybot"}))
        told = await asyncio.to_thread(CliRunner().invoke, app, ["gateway", "pull", GATEWAY.arn, "--out", str(out)])
        assert (told.exit_code, told.stdout, told.stderr) == (0, "", "")
        missing = await asyncio.to_thread(CliRunner().invoke, app, ["gateway", "pull", GATEWAY.arn + "x"])
        assert missing.exit_code == 1
        wrong = await asyncio.to_thread(CliRunner().invoke, app, ["gateway", "pull", "somewhere"])
        assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    again: World = await start(gateways=(out,))
    assert await again.listed() == [LISTED]
