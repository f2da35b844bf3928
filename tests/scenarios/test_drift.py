"""What others change on the engine behind the bot's back is said once in the channel, and closed when it is undone."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
import pytest_asyncio

from bot import controlplane, workspace
from bot.agentcore import Pace, connect
from bot.blocks import ids
from bot.cedar import load_gateway
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.routing import Route, Routing
from bot.serve import over_socket_mode
from bot.settings import read_settings
from bot.wiring import assemble
from bot.workspace import team
from tests.scenarios.test_acts import approve, newest, policy_of, proposes_by
from tests.support.scene import Engine, Json, Scene, config, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def watched() -> AsyncIterator[Scene]:
    """A bot that looks often."""
    async with scene(config(settings={"POLICYBOT_DRIFT_SECONDS": "0.3"})) as found:
        yield found


async def created(desk: Scene) -> tuple[str, Json]:
    """A policy of a rule in effect, so that the bot knows a channel."""
    proposal = await desk.proposes()
    await desk.avery.clicks(await desk.card(proposal), ids.APPROVE)
    return proposal, await newest(desk, proposal, "created, log-only, ACTIVE")


async def drifts(desk: Scene) -> list[str]:
    """Every message about what others did."""
    found = await desk.client.perform("reads_channel", {"channel": team.AGENT_RULES})
    return [str(each["shown"]) for each in found if "policybot did not do this" in each["shown"]]


async def drifted(desk: Scene, *said: str) -> Json:
    """The message about what others did, once it says all of `said`."""

    async def look() -> Json | None:
        for each in await desk.client.perform("reads_channel", {"channel": team.AGENT_RULES}):
            if all(part in each["shown"] for part in said):
                return dict(each)
        return None

    return await desk.until(look, 20)


async def gateway(desk: Scene) -> Json:
    (only,) = (await desk.engine.call("list_gateways"))["items"]
    return await desk.engine.call("get_gateway", gatewayIdentifier=only["gatewayId"])


async def attaches(desk: Scene, mode: str) -> None:
    """Somebody changes how the gateway asks its engine; no mode: it asks none."""
    known = await gateway(desk)
    engine = (await desk.engine.call("list_policy_engines"))["policyEngines"][0]
    kept = ("name", "roleArn", "authorizerType", "protocolType", "authorizerConfiguration")
    params: Json = {name: known[name] for name in kept if name in known}
    if mode:
        params["policyEngineConfiguration"] = {"arn": engine["policyEngineArn"], "mode": mode}
    await desk.engine.call("update_gateway", gatewayIdentifier=known["gatewayId"], **params)


async def retools(desk: Scene, change: Callable[[list[Json]], None]) -> None:
    """Somebody changes the tools of the gateway's first target."""
    only = (await gateway(desk))["gatewayId"]
    targets = (await desk.engine.call("list_gateway_targets", gatewayIdentifier=only))["items"]
    target = await desk.engine.call("get_gateway_target", gatewayIdentifier=only, targetId=targets[0]["targetId"])
    configuration = target["targetConfiguration"]
    change(configuration["mcp"]["lambda"]["toolSchema"]["inlinePayload"])
    await desk.engine.call(
        "update_gateway_target",
        gatewayIdentifier=only,
        targetId=target["targetId"],
        name=target["name"],
        targetConfiguration=configuration,
        credentialProviderConfigurations=target["credentialProviderConfigurations"],
    )


async def test_what_others_do_to_policies_is_said_with_what_it_means(watched: Scene) -> None:
    """Created, promoted and deleted elsewhere; what the bot did itself is in none of it."""
    desk = watched
    proposal, card = await created(desk)
    arn = str((await gateway(desk))["gatewayArn"])
    statement = (
        'permit(principal is AgentCore::OAuthUser, action == AgentCore::Action::"RefundTool___process_refund", '
        f'resource == AgentCore::Gateway::"{arn}");'
    )
    made = await desk.engine.creates("outsiders_refunds", statement)
    first = await drifted(desk, "The policy outsiders_refunds was created, enforced.")
    assert "Newly allowed: " in first["shown"]
    assert "process_refund" in first["shown"]

    policy = await policy_of(desk, proposal)
    assert policy is not None
    await desk.engine.updates(policy, enforcementMode="ACTIVE", validationMode="IGNORE_ALL_FINDINGS")
    await drifted(desk, f"The policy {policy['name']} was promoted: log-only → enforced.", "nothing, as is proved")

    await proposes_by(desk, desk.riley, card, ids.REVOKE, {}, "it is deleted")
    await approve(desk, await newest(desk, proposal, "Deletes the policy", "If approved"))
    await newest(desk, proposal, f"Policy {policy['name']} deleted.")
    await desk.engine.call("delete_policy", policyEngineId=desk.engine.engine_id, policyId=made["policyId"])
    await drifted(desk, "As it was again", "outsiders_refunds was created")
    assert len(await drifts(desk)) == 2
    assert not any(f"{policy['name']}, which" in each for each in await drifts(desk)), "the bot deleted it"


async def test_a_gateway_that_does_not_enforce_any_more_is_said_and_that_it_does_again(watched: Scene) -> None:
    """Log-only, detached, and back: each once, and closed in the end with a word in its thread."""
    desk = watched
    await created(desk)
    await attaches(desk, "LOG_ONLY")
    said = await drifted(desk, "was in mode ENFORCE and is in mode LOG_ONLY: it enforces nothing")
    assert "What is decided otherwise:\nNewly allowed: every call of all " in said["shown"]
    assert "[no policy engine]" in said["shown"]
    await attaches(desk, "")
    await drifted(desk, "The gateway asks no policy engine any more")
    await attaches(desk, "ENFORCE")
    closed = await drifted(desk, "As it was again", "LOG_ONLY")
    await drifted(desk, "As it was again", "asks no policy engine")

    async def said_in_its_thread() -> list[str] | None:
        thread = await desk.client.perform("reads_thread", {"channel": team.AGENT_RULES, "ts": closed["ts"]})
        return [each["shown"] for each in thread[1:]] or None

    assert await desk.until(said_in_its_thread) == ["Everything is again as it was before this."]
    assert len(await drifts(desk)) == 2


async def test_a_tool_that_takes_another_input_is_said_with_the_policies_that_name_it(watched: Scene) -> None:
    desk = watched
    proposal, _ = await created(desk)

    def takes_a_currency(tools: list[Json]) -> None:
        tool = next(each for each in tools if each["name"] == "process_refund")
        tool["inputSchema"]["properties"]["currency"] = {"type": "string"}

    await retools(desk, takes_a_currency)
    policy = await policy_of(desk, proposal)
    assert policy is not None
    said = await drifted(desk, "The tool RefundTool___process_refund takes another input than before.")
    assert f"{policy['name']} applies to it." in said["shown"]
    assert "where the gateway enforces this engine: nothing, as is proved." in said["shown"], "it is log-only"
    await retools(desk, lambda tools: tools.append({**tools[0], "name": "refund_all"}))
    await drifted(desk, "The tool RefundTool___refund_all is new.")
    await retools(desk, lambda tools: tools.remove(next(each for each in tools if each["name"] == "refund_all")))
    await drifted(desk, "As it was again", "The tool RefundTool___refund_all is new.")
    assert len(await drifts(desk)) == 2


async def test_what_a_tool_takes_besides_is_shown_where_an_enforced_policy_lets_it_pass(watched: Scene) -> None:
    """An amount that need not be said any more passes a forbid that asks for it, since Cedar skips what errs."""
    desk = watched
    await created(desk)
    arn = str((await gateway(desk))["gatewayArn"])
    action, on = 'AgentCore::Action::"RefundTool___process_refund"', f'AgentCore::Gateway::"{arn}"'
    scope = f"principal, action == {action}, resource == {on}"
    await desk.engine.creates("refunds", f"permit({scope});")
    await drifted(desk, "The policy refunds was created")
    await desk.engine.creates("not_above", f"forbid({scope}) when {{ context.input.amount > 100 }};")
    await drifted(desk, "The policy not_above was created")

    def needs_no_amount(tools: list[Json]) -> None:
        tool = next(each for each in tools if each["name"] == "process_refund")
        tool["inputSchema"]["required"].remove("amount")

    await retools(desk, needs_no_amount)
    said = await drifted(desk, "The tool RefundTool___process_refund takes another input than before.")
    assert "Newly allowed: calls of process_refund" in said["shown"]
    example = said["shown"].partition("Newly allowed: ")[2].partition("For example: ")[2].partition("\n")[0]
    assert "amount" not in example
    assert "Newly denied" not in said["shown"]
    await retools(desk, lambda tools: tools.remove(next(each for each in tools if each["name"] == "process_refund")))
    said = await drifted(desk, "The tool RefundTool___process_refund is gone.")
    assert "Newly denied: " in said["shown"]
    assert "calls process_refund" in said["shown"]


@asynccontextmanager
async def bot_on(plane: controlplane.Serving, slack: workspace.Served, database: Path) -> AsyncIterator[None]:
    """A bot on servers that outlive it."""
    client = connect(endpoint_url=plane.url, pace=Pace(scale=0.0))
    try:
        engines = await client.call("ListPolicyEngines")
    finally:
        await client.aclose()
    settings = read_settings(
        {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": plane.url,
            "POLICYBOT_DATABASE_URL": f"sqlite:///{database}",
            "POLICYBOT_APPROVERS": team.APPROVERS_GROUP,
            "POLICYBOT_DRIFT_SECONDS": "0.2",
        }
    )
    route = Route(
        policy_engine_id=engines["policyEngines"][0]["policyEngineId"],
        gateway_arn=load_gateway(SAMPLE_GATEWAY).arn,
        channels=(team.AGENT_RULES,),
    )
    async with assemble(settings, Routing(routes=(route,)), embedded=True) as bot, over_socket_mode(bot):
        yield


async def test_started_anew_it_says_nothing_twice_and_sees_what_happened_meanwhile(tmp_path: Path) -> None:
    """A route of the routing file says its channel, so that nobody has to propose anything first."""
    slack_config = workspace.WorkspaceConfig(rates=workspace.Rates(enforced=False))
    plane_config = controlplane.ControlPlaneConfig(latency=0.0)
    async with controlplane.serve(plane_config) as plane, workspace.serve(slack_config) as slack:
        desk = Scene(slack.client, Engine(plane.url), slack)
        database = tmp_path / "policybot.db"
        arn = str((await gateway(desk))["gatewayArn"])
        statement = f'forbid(principal, action, resource == AgentCore::Gateway::"{arn}");'
        async with bot_on(plane, slack, database):
            await looked(database)
            made = await desk.engine.creates("nobody_may", statement)
            said = await drifted(desk, "The policy nobody_may was created, enforced.")
        async with bot_on(plane, slack, database):
            await looked(database)
            assert await drifts(desk) == [said["shown"]]
        ids_of = {"policyEngineId": desk.engine.engine_id, "policyId": made["policyId"]}
        await desk.engine.updates(made, enforcementMode="LOG_ONLY", validationMode="IGNORE_ALL_FINDINGS")
        async with bot_on(plane, slack, database):
            await drifted(desk, "The policy nobody_may was demoted: enforced → log-only.")
            await desk.engine.call("delete_policy", **ids_of)
            await drifted(desk, "As it was again", "nobody_may was created")
            await drifted(desk, "As it was again", "nobody_may was demoted")
            assert len(await drifts(desk)) == 2
        desk.engine.close()


async def looked(database: Path) -> None:
    """Wait until the bot has looked at the engine since now."""

    def look() -> None:
        with closing(sqlite3.connect(database)) as connection:
            query = "SELECT due_at FROM watches WHERE json_extract(known, '$.seen') IS NOT NULL"
            before, until = connection.execute(query).fetchone(), time.monotonic() + 20
            while connection.execute(query).fetchone() in (None, before):
                assert time.monotonic() < until, "it never looked"
                time.sleep(0.05)

    await asyncio.to_thread(look)
