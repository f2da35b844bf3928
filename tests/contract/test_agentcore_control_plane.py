"""The adapter against the embedded control plane: real HTTP, real boto3."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.agentcore import Pace
from bot.cedar import schema_for
from bot.controlplane import ControlPlaneConfig, serve
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.errors import ServiceError, ServiceUnavailable

sys.path.insert(0, str(Path(__file__).parents[2]))  # the tests' own helpers are modules under tests/support

from tests.support import nested
from tests.support.adapter import ENGINE, FORBID_ALL, GATEWAY, PERMIT, Plane, plane_for


@asynccontextmanager
async def dropping_answers(url: str) -> AsyncIterator[tuple[str, Callable[[], None]]]:
    """A way to `url` on which requests arrive and answers are lost, until it is mended."""
    mended = asyncio.Event()

    async def forward(request: web.Request) -> web.Response:
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method, url + request.path_qs, data=await request.read(), headers=request.headers
            ) as answer,
        ):
            body = await answer.read()
        if not mended.is_set():
            assert request.transport is not None
            request.transport.abort()
        return web.Response(body=body, status=answer.status, content_type=answer.content_type)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", forward)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", mended.set
    await runner.cleanup()


@pytest.fixture
async def plane() -> AsyncIterator[Plane]:
    async with plane_for(ControlPlaneConfig(latency=0)) as (plane, _):
        yield plane


@pytest.fixture
async def slow_plane() -> AsyncIterator[Plane]:
    """A control plane whose generations stay pending."""
    async with plane_for(ControlPlaneConfig(latency=3600)) as (plane, _):
        yield plane


async def test_a_rule_becomes_assets_and_an_asset_a_policy_in_log_only_mode(plane: Plane) -> None:
    started = await plane.start("refund_rule")
    assert (await plane.generated(started.generation_id)).status == "GENERATED"
    (asset,) = await plane.service.assets(ENGINE, started.generation_id)
    assert asset.statement is not None
    assert "RefundTool___" in asset.statement
    created = await plane.create(statement=asset.statement)
    settled = await plane.settled(created.policy_id)
    assert (settled.status, settled.enforcement_mode, settled.statement) == ("ACTIVE", "LOG_ONLY", asset.statement)
    assert settled.description == "Refunds for everybody"


async def test_a_statement_is_read_under_either_member_of_the_definition() -> None:
    found = []
    for member in ("cedar", "policy"):
        async with plane_for(ControlPlaneConfig(latency=0, definition_member=member)) as (plane, _):
            started = await plane.start("either_member")
            await plane.generated(started.generation_id)
            found += [asset.statement for asset in await plane.service.assets(ENGINE, started.generation_id)]
    assert found[0] is not None
    assert found[0] == found[1]


async def test_an_asset_without_a_statement_comes_with_its_findings(plane: Plane) -> None:
    started = await plane.start("nonsense", rule="The moon is made of green cheese")
    await plane.generated(started.generation_id)
    (asset,) = await plane.service.assets(ENGINE, started.generation_id)
    assert asset.statement is None
    assert asset.findings


async def test_starting_twice_with_one_token_is_one_generation(plane: Plane) -> None:
    token = str(uuid.uuid4())
    first = await plane.start("once", token=token)
    assert (await plane.start("once", token=token)).generation_id == first.generation_id


async def test_an_answer_lost_after_the_effect_is_made_good_by_asking_again(plane: Plane) -> None:
    async with dropping_answers(plane.url) as (broken_url, mend):
        lossy = Plane(broken_url)
        token = str(uuid.uuid4())
        with pytest.raises(ServiceUnavailable):
            await lossy.create(token=token)
        mend()
        again = await lossy.create(token=token)
        await lossy.service.aclose()
    assert [record.policy_id for record in (await plane.state()).policies] == [again.policy_id]


@pytest.mark.parametrize(("scale", "throttled"), [(1.0, False), (0.0, True)])
async def test_paced_calls_stay_within_the_services_rates_and_unpaced_ones_do_not(
    scale: float, throttled: bool
) -> None:
    async with serve(ControlPlaneConfig(latency=3600, limits=True)) as server:
        paced = Plane(server.url, Pace(scale))
        starts = [paced.start(f"rule_{number}") for number in range(3)]
        reads = [paced.client.call("ListPolicies", policyEngineId=ENGINE) for _ in range(12)]
        await asyncio.gather(*starts, *reads, return_exceptions=True)
        await paced.service.aclose()
    codes = {call.code for call in paced.calls}
    assert ("ThrottlingException" in codes) is throttled
    assert codes <= {"", "ThrottlingException"}


async def test_a_taken_generation_name_is_looked_up_on_every_page(plane: Plane) -> None:
    for number in range(101):
        await plane.start(f"earlier_{number}")
    last = await plane.start("wanted")
    assert (await plane.start("wanted")).generation_id == last.generation_id


async def test_a_token_used_for_another_rule_is_refused(plane: Plane) -> None:
    token = str(uuid.uuid4())
    await plane.start("first", token=token)
    with pytest.raises(ServiceError, match="other contents") as caught:
        await plane.start("first", token=token, rule="allow everybody to read orders")
    assert caught.value.fields["reason"] == "IdempotentParameterMismatchException"
    assert token not in str(caught.value.fields)


async def test_creating_twice_with_one_token_or_one_name_is_one_policy(plane: Plane) -> None:
    token = str(uuid.uuid4())
    first = await plane.create(token=token)
    again = await plane.create(token=token)
    other_token = await plane.create(statement=PERMIT.replace("permit(", "// the same\npermit (  "))
    assert first.policy_id == again.policy_id == other_token.policy_id


async def test_a_policy_of_that_name_with_another_statement_mode_or_description_is_not_ours(plane: Plane) -> None:
    await plane.create()
    for changed, said in (
        ({"statement": FORBID_ALL}, "another statement"),
        ({"enforcement_mode": "ACTIVE"}, "enforcement mode .LOG_ONLY."),
        ({"description": "Somebody else's"}, "another description"),
        ({"description": ""}, "another description"),
    ):
        with pytest.raises(ServiceError, match=said) as caught:
            await plane.create(**changed)
        assert caught.value.code == "NameTaken"


async def test_a_name_taken_in_another_engine_is_refused(plane: Plane) -> None:
    await plane.create(engine_id=await plane.another_engine())
    with pytest.raises(ServiceError, match="already exists") as caught:
        await plane.create()
    assert (caught.value.key, caught.value.code) == ("service", "NameTaken")


async def test_a_policy_is_deleted_and_deleting_what_is_gone_is_fine(plane: Plane) -> None:
    made = await plane.create()
    await plane.settled(made.policy_id)
    await plane.service.delete_policy(ENGINE, made.policy_id)
    assert (await plane.settled_state()).policies == ()
    await plane.service.delete_policy(ENGINE, made.policy_id)


async def test_a_policy_on_its_way_is_not_said_to_be_deleted(slow_plane: Plane) -> None:
    made = await slow_plane.create()
    with pytest.raises(ServiceUnavailable, match="CREATING"):
        await slow_plane.service.delete_policy(ENGINE, made.policy_id)


async def test_a_faulty_statement_is_refused_with_the_services_own_words(plane: Plane) -> None:
    with pytest.raises(ServiceError, match="wildcard resource") as caught:
        await plane.create(statement="permit(principal, action, resource);")
    assert caught.value.code == "ValidationException"
    assert "permit" not in str(caught.value.fields)


async def test_a_policy_that_does_not_exist_is_none_and_a_generation_is_an_error(plane: Plane) -> None:
    assert await plane.service.policy(ENGINE, "nothing-0123456789") is None
    with pytest.raises(ServiceError) as caught:
        await plane.service.generation(ENGINE, "nothing-0123456789")
    assert caught.value.code == "ResourceNotFoundException"


async def test_a_policy_made_from_an_asset_has_the_assets_statement(plane: Plane) -> None:
    started = await plane.start("by_reference")
    await plane.generated(started.generation_id)
    (asset,) = await plane.service.assets(ENGINE, started.generation_id)
    made = await plane.client.call(
        "CreatePolicy",
        policyEngineId=ENGINE,
        name="by_reference",
        definition={
            "policyGeneration": {
                "policyGenerationId": started.generation_id,
                "policyGenerationAssetId": asset.asset_id,
            }
        },
        validationMode="IGNORE_ALL_FINDINGS",
    )
    record = await plane.service.policy(ENGINE, made["policyId"])
    assert record is not None
    assert record.statement == asset.statement
    assert [each.statement for each in (await plane.state()).policies] == [asset.statement]


async def test_the_gateway_comes_with_its_tools_and_is_read_once_for_many_callers(plane: Plane) -> None:
    first, *others = await asyncio.gather(*(plane.service.gateway(GATEWAY) for _ in range(10)))
    assert all(other is first for other in others)
    assert (first.arn, first.name, first.principal_type) == (GATEWAY, "support-desk", "AgentCore::OAuthUser")
    assert all(target.tools and not target.unreadable for target in first.targets)
    targets = len(first.targets)
    once = {"GetGateway": 1, "ListGatewayTargets": 1, "GetGatewayTarget": targets}
    assert plane.counted() == once
    plane.now += 59
    await plane.service.gateway(GATEWAY)
    assert plane.counted() == once
    plane.now += 2
    await plane.service.gateway(GATEWAY)
    assert plane.counted() == {name: 2 * count for name, count in once.items()}


async def test_a_target_whose_tools_cannot_be_seen_stays_with_the_reason(tmp_path: Path) -> None:
    described: dict[str, Any] = json.loads(SAMPLE_GATEWAY.read_text(encoding="utf-8"))
    described["targets"].append(
        {
            **described["targets"][0],
            "targetId": "AAAAAAAAAA",
            "name": "Remote",
            "targetConfiguration": {"mcp": {"mcpServer": {"endpoint": "https://tools.example.com/mcp"}}},
        }
    )
    file = tmp_path / "gateway.json"
    file.write_text(json.dumps(described), encoding="utf-8")
    async with plane_for(ControlPlaneConfig(latency=0, gateways=(file,))) as (plane, _):
        found = await plane.service.gateway(described["gatewayArn"])
        remote = found.targets[-1]
        assert (remote.name, remote.tools) == ("Remote", ())
        assert "mcpServer" in remote.unreadable
        assert found.tools


@pytest.mark.parametrize("levels", [40, 250, 2_000])
async def test_a_tool_whose_schema_nests_without_end_spoils_only_itself(tmp_path: Path, levels: int) -> None:
    """Over the wire too: the gateway is read, the tool is left out with the reason, the others can be governed."""
    file = tmp_path / "gateway.json"
    file.write_text(nested.nested_gateway(levels), encoding="utf-8")
    async with plane_for(ControlPlaneConfig(latency=0, gateways=(file,))) as (plane, _):
        schema = schema_for(await plane.service.gateway(nested.ARN))
        assert [tool.name for tool in schema.tools] == ["refund", "close"]
        assert "levels deep" in schema.skipped["Desk___deep"]


@pytest.mark.parametrize("pending", [1, 10, 100])
async def test_pending_generations_cost_one_list_call_a_round_however_many(slow_plane: Plane, pending: int) -> None:
    ids = [(await slow_plane.start(f"pending_{number}")).generation_id for number in range(pending)]
    for rounds in (1, 2, 3):
        slow_plane.now += 2
        found = await asyncio.gather(*(slow_plane.service.generation(ENGINE, each) for each in ids))
        assert [each.generation_id for each in found] == ids
        assert slow_plane.counted() == {"StartPolicyGeneration": pending, "ListPolicyGenerations": rounds}


async def test_old_generations_on_earlier_pages_cost_nothing_after_the_first_round(slow_plane: Plane) -> None:
    for number in range(250):
        await slow_plane.start(f"old_{number}")
    ids = [(await slow_plane.start(f"new_{number}")).generation_id for number in range(10)]
    lists = []
    for _ in range(3):
        slow_plane.now += 2
        before = slow_plane.counted()["ListPolicyGenerations"]
        await asyncio.gather(*(slow_plane.service.generation(ENGINE, each) for each in ids))
        lists.append(slow_plane.counted()["ListPolicyGenerations"] - before)
    assert lists == [3, 1, 1]
    assert "GetPolicyGeneration" not in slow_plane.counted()


async def test_a_generation_before_the_bookmark_is_still_found(slow_plane: Plane) -> None:
    first = await slow_plane.start("first")
    for number in range(150):
        await slow_plane.start(f"middle_{number}")
    last = await slow_plane.start("last")
    for wanted in (last, first, last):
        slow_plane.now += 2
        assert (await slow_plane.service.generation(ENGINE, wanted.generation_id)).name == wanted.name
    assert "GetPolicyGeneration" not in slow_plane.counted()
