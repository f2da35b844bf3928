"""What a log-only policy would have done, read by boto3 from the record of an embedded gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from bot.agentcore import CloudWatchEvidence, Pace, connect
from bot.review.evidence import Flips, Seen
from tests.contract.dataplane.conftest import ROLE, START, World, start, world
from tests.support.serving_gateway import GATEWAY, refund_policy

__all__ = ["start", "world"]  # fixtures


def evidence_at(url: str) -> CloudWatchEvidence:
    metrics, logs = (connect(endpoint_url=url, service=each, pace=Pace(scale=0.0)) for each in ("cloudwatch", "logs"))
    return CloudWatchEvidence(metrics, logs)


@pytest.fixture
async def evidence(world: World) -> AsyncIterator[CloudWatchEvidence]:
    found = evidence_at(world.serving.url)
    yield found
    await found.aclose()


async def seen(evidence: CloudWatchEvidence, world: World, policy: str, since: datetime = START) -> Seen:
    """What is recorded of one policy until now."""
    await asyncio.sleep(0)
    found = await evidence.of(world.engine, GATEWAY.arn, {policy: since}, world.clock() + timedelta(minutes=1))
    return found[policy]


async def test_calls_are_counted_with_what_would_have_been_decided_otherwise(
    world: World, evidence: CloudWatchEvidence
) -> None:
    """A forbid that is log-only: what it matches, what it would deny, and of which tool."""
    await world.policy("everyone", "permit")
    policy = await world.policy("not_big", "forbid", "context.input.amount > 100", enforcementMode="LOG_ONLY")
    assert await seen(evidence, world, policy) == Seen(
        START, world.clock() + timedelta(minutes=1), calls=0, matches=0, flips=0, errors=0
    )
    for amount in (20, 200, 300):
        assert await world.decided(amount) == "allowed"
    found = await seen(evidence, world, policy)
    assert (found.calls, found.matches, found.flips, found.errors) == (3, 2, 2, 0)
    assert found.by_tool == (Flips("RefundTool___process_refund", denied=2),)
    assert found.tested
    assert found.unknown == ()


async def test_a_permit_would_have_allowed_what_is_denied(world: World, evidence: CloudWatchEvidence) -> None:
    await world.policy("managers", "permit", ROLE.format("manager"))
    policy = await world.policy("agents", "permit", ROLE.format("agent"), enforcementMode="LOG_ONLY")
    await world.decided(20, role="agent")
    await world.decided(20, role="manager")
    found = await seen(evidence, world, policy)
    assert (found.calls, found.matches, found.flips) == (2, 1, 1)
    assert found.by_tool == (Flips("RefundTool___process_refund", allowed=1),)


async def test_a_policy_that_cannot_be_evaluated_is_not_tested(world: World, evidence: CloudWatchEvidence) -> None:
    """It matches nothing and flips nothing, which looks like a policy without effect."""
    policy = await world.policy(
        "overflows",
        "forbid",
        "context.input.amount * 9223372036854775807 > 1 && context.input.amount > 1",
        enforcementMode="LOG_ONLY",
    )
    await world.decided(20)
    found = await seen(evidence, world, policy)
    assert (found.matches, found.flips, found.errors) == (0, 0, 1)
    assert not found.tested


async def test_what_was_before_the_policy_is_as_it_is_now_does_not_count(
    world: World, evidence: CloudWatchEvidence
) -> None:
    policy = await world.policy("not_big", "forbid", "context.input.amount > 100", enforcementMode="LOG_ONLY")
    await world.decided(200)
    await world.clock.advance(3 * 86400)
    await world.decided(200)
    later = world.clock()
    assert (await seen(evidence, world, policy)).matches == 2
    assert (await seen(evidence, world, policy, later - timedelta(hours=1))).matches == 1
    assert (await seen(evidence, world, policy, later + timedelta(seconds=30))).matches == 0, "of the same minute"


async def test_a_policy_is_not_tested_by_what_its_earlier_text_met_in_the_same_minute(
    world: World, evidence: CloudWatchEvidence
) -> None:
    """CloudWatch counts whole minutes. What cannot be told apart tests nothing, and no error in it is overlooked."""
    await world.policy("everyone", "permit")
    policy = await world.policy("not_big", "forbid", "context.input.amount > 100", enforcementMode="LOG_ONLY")
    await world.decided(200)
    errs = "context.input.amount * 9223372036854775807 > 1 && context.input.amount > 1"
    statement = refund_policy("forbid", errs)
    await world.update(policy, definition={"policy": {"statement": statement}}, enforcementMode="LOG_ONLY")
    changed = world.clock() + timedelta(seconds=20)
    await world.clock.advance(40)
    await world.decided(20)
    found = await seen(evidence, world, policy, changed)
    assert (found.matches, found.flips, found.errors) == (0, 0, 1)
    await world.clock.advance(60)
    await world.decided(20)
    assert (await seen(evidence, world, policy, changed)).errors == 2


@pytest.mark.parametrize("days", [0, 2, 20])
async def test_no_call_is_lost_or_taken_from_an_earlier_text_however_long_ago_it_was_changed(
    world: World, evidence: CloudWatchEvidence, days: int
) -> None:
    """CloudWatch keeps single minutes for two weeks, then longer spans; the first of those is asked for in parts."""
    await world.policy("everyone", "permit")
    policy = await world.policy("not_big", "forbid", "context.input.amount > 100", enforcementMode="LOG_ONLY")
    await world.clock.advance(3600 * 3 + 3 * 60)
    await world.decided(200)
    await world.clock.advance(10 * 60)
    changed = world.clock()
    await world.clock.advance(10 * 60)
    await world.decided(300)
    await world.clock.advance(days * 86400 + 3600)
    await world.decided(20)
    found = await seen(evidence, world, policy, changed)
    assert (found.calls, found.matches, found.flips, found.errors) == (2, 1, 1, 0)


async def test_the_tools_of_a_policy_are_those_since_it_was_changed(world: World, evidence: CloudWatchEvidence) -> None:
    """Another policy is observed for longer; its spans are not this one's."""
    await world.policy("everyone", "permit")
    old = await world.policy("not_big", "forbid", "context.input.amount > 100", enforcementMode="LOG_ONLY")
    new = await world.policy("not_huge", "forbid", "context.input.amount > 150", enforcementMode="LOG_ONLY")
    await world.decided(200)
    await world.clock.advance(600)
    changed = world.clock()
    await world.decided(200)
    found = await evidence.of(world.engine, GATEWAY.arn, {old: START, new: changed}, changed + timedelta(minutes=1))
    counts = {policy: (each.flips, each.by_tool[0].denied) for policy, each in found.items()}
    assert counts == {old: (2, 2), new: (1, 1)}


async def test_without_traces_the_counts_are_known_and_the_tools_are_not(
    world: World, evidence: CloudWatchEvidence
) -> None:
    for delivery in (await world.aws("describe_deliveries", "logs"))["deliveries"]:
        if delivery["deliveryDestinationType"] == "XRAY":
            await world.aws("delete_delivery", "logs", id=delivery["id"])
    await world.policy("everyone", "permit")
    policy = await world.policy("not_big", "forbid", "context.input.amount > 100", enforcementMode="LOG_ONLY")
    await world.decided(200)
    found = await seen(evidence, world, policy)
    assert (found.flips, found.by_tool) == (1, ())
    assert "Turn on the traces of the gateway" in found.unknown[0]


@pytest.mark.parametrize(
    ("target", "what"),
    [("", "its role needs cloudwatch:GetMetricData"), ("Logs", "its role needs logs:StartQuery")],
)
async def test_what_may_not_be_seen_is_said_with_the_permission(world: World, target: str, what: str) -> None:
    """AWS answers with a refusal, of the metrics or of the logs alone."""
    await world.policy("everyone", "permit")
    policy = await world.policy("not_big", "forbid", "context.input.amount > 100", enforcementMode="LOG_ONLY")
    await world.decided(200)
    async with denying(world.serving.url, target) as url:
        evidence = evidence_at(url)
        try:
            found = await seen(evidence, world, policy)
        finally:
            await evidence.aclose()
    assert what in found.unknown[0]
    assert (found.matches is None) is (target == "")
    assert not (found.matches is None and found.tested)


@asynccontextmanager
async def denying(url: str, target: str) -> AsyncIterator[str]:
    """A proxy before a control plane that refuses what is asked of one of its services; its URL."""

    async def handle(request: web.Request) -> web.Response:
        is_logs = request.headers.get("X-Amz-Target", "").startswith("Logs_")
        if is_logs is (target == "Logs"):
            told = {"__type": "AccessDeniedException", "message": "not authorized"}
            return web.json_response(told, status=400, headers={"x-amzn-ErrorType": "AccessDeniedException"})
        kept = {name: value for name, value in request.headers.items() if name.lower() not in _OWN}
        sent = session.request(request.method, url + request.raw_path, data=await request.read(), headers=kept)
        async with sent as answer:
            headers = {name: value for name, value in answer.headers.items() if name.lower() in _PASSED}
            return web.Response(status=answer.status, body=await answer.read(), headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    async with aiohttp.ClientSession() as session:
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


_OWN = ("host", "content-length")
_PASSED = ("content-type", "x-amzn-errortype", "smithy-protocol", "x-amzn-query-error")
