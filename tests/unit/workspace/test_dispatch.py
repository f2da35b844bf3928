"""Acknowledgements in three seconds, events again by Slack's schedule, everything else never again."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.workspace.team import AGENT_RULES, MEMBER, REQUESTER

BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}


async def test_a_command_that_is_not_acknowledged_in_three_seconds_is_a_private_timeout(bench: Any) -> None:
    socket = await bench.connect()
    acting = asyncio.ensure_future(bench.person(REQUESTER).types("/policy x", AGENT_RULES))
    frame = await socket.frame()
    await bench.clock.advance(2.9)
    assert not acting.done()
    await bench.clock.advance(0.2)
    outcome = await acting
    assert (outcome["acknowledged"], outcome["error"]) == (False, "operation_timeout")
    (notice,) = await bench.person(REQUESTER).reads_private()
    assert (notice["user"], notice["text"]) == ("USLACKBOT", '/policy failed with the error "operation_timeout"')
    await socket.ack(frame, {"text": "too late"})
    assert len(await bench.person(REQUESTER).reads_private()) == 1
    assert await bench.person(MEMBER).reads_private() == []


async def test_a_command_without_any_connection_fails_at_once(bench: Any) -> None:
    outcome = await bench.person(REQUESTER).types("/policy x", AGENT_RULES)
    assert outcome["error"] == "dispatch_failed"
    assert "dispatch_failed" in (await bench.person(REQUESTER).reads_private())[0]["text"]


async def test_a_click_that_is_not_acknowledged_is_lost_and_never_delivered_again(bench: Any) -> None:
    socket = await bench.connect()
    blocks = [{"type": "actions", "elements": [BUTTON]}]
    await bench.call("chat.postMessage", channel=AGENT_RULES, text="a", blocks=blocks)
    (message,) = await bench.person(MEMBER).reads(AGENT_RULES)
    acting = asyncio.ensure_future(bench.person(MEMBER).clicks(message, "go"))
    assert (await socket.frame())["type"] == "interactive"
    await bench.clock.advance(3)
    assert (await acting)["error"] == "operation_timeout"
    await bench.clock.advance(600)
    await bench.person(MEMBER).types("@embedded hi", AGENT_RULES)
    assert (await socket.frame())["type"] == "events_api"
    assert "operation_timeout" in (await bench.person(MEMBER).reads_private())[0]["text"]


async def test_an_event_is_delivered_again_at_once_after_a_minute_and_after_five(bench: Any) -> None:
    socket = await bench.connect()
    await bench.person(MEMBER).types("@embedded hi", AGENT_RULES)
    first = await socket.frame()
    await bench.clock.advance(3)
    second = await socket.frame()
    await bench.clock.advance(3)
    await bench.clock.advance(59)
    assert len(await bench.act("reads_deliveries")) == 2
    await bench.clock.advance(1)
    third = await socket.frame()
    await bench.clock.advance(3)
    await bench.clock.advance(300)
    fourth = await socket.frame()
    await bench.clock.advance(3)
    await bench.clock.advance(3600)
    frames = [first, second, third, fourth]
    assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2, 3]
    assert [frame["retry_reason"] for frame in frames] == ["", "timeout", "timeout", "timeout"]
    assert len({frame["payload"]["event_id"] for frame in frames}) == 1
    assert len({frame["envelope_id"] for frame in frames}) == 4
    assert [entry["retry"] for entry in await bench.act("reads_deliveries")] == [0, 1, 2, 3]


async def test_an_acknowledged_event_is_not_delivered_again(bench: Any) -> None:
    socket = await bench.connect()
    await bench.person(MEMBER).types("@embedded one", AGENT_RULES)
    await socket.ack(await socket.frame())
    await bench.served.workspace.wait_until(lambda: bench.served.workspace.journal.deliveries)
    await bench.clock.advance(600)
    await bench.person(MEMBER).types("@embedded two", AGENT_RULES)
    assert (await socket.frame())["payload"]["event"]["text"].endswith("two")


async def test_an_event_that_found_no_connection_comes_when_there_is_one(bench: Any) -> None:
    await bench.person(MEMBER).types("@embedded hi", AGENT_RULES)
    await bench.served.workspace.wait_until(lambda: len(bench.served.workspace.journal.deliveries) == 2)
    socket = await bench.connect()
    await bench.clock.advance(60)
    frame = await socket.frame()
    assert (frame["retry_attempt"], frame["retry_reason"]) == (2, "connection_failed")


async def test_a_dropped_acknowledgement_shows_the_person_a_timeout(bench: Any) -> None:
    socket = await bench.connect()
    await bench.act("fault", kind="drop_ack", method="slash_commands")
    acting = asyncio.ensure_future(bench.person(REQUESTER).types("/policy x", AGENT_RULES))
    await socket.ack(await socket.frame())
    while not acting.done():
        await bench.clock.advance(0.5)
    assert (await acting)["error"] == "operation_timeout"


async def test_a_duplicate_delivery_is_the_same_payload_twice(bench: Any) -> None:
    socket = await bench.connect()
    await bench.act("fault", kind="duplicate", method="slash_commands")
    acting = asyncio.ensure_future(bench.person(REQUESTER).types("/policy x", AGENT_RULES))
    one, two = await socket.frame(), await socket.frame()
    await socket.ack(one)
    await socket.ack(two)
    assert (await acting)["acknowledged"]
    assert one["payload"] == two["payload"]


async def test_a_lost_delivery_never_reaches_the_bot(bench: Any) -> None:
    socket = await bench.connect()
    await bench.act("fault", kind="lost_delivery", method="slash_commands")
    acting = asyncio.ensure_future(bench.person(REQUESTER).types("/policy one", AGENT_RULES))
    while not acting.done():
        await bench.clock.advance(0.5)
    assert (await acting)["error"] == "operation_timeout"
    frame, _ = await socket.answer(bench.person(REQUESTER).types("/policy two", AGENT_RULES))
    assert frame["payload"]["text"] == "two"
