"""Connections: tickets, hello, the cap, spreading, disconnects, refresh, pings."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType

from bot.workspace.team import AGENT_RULES, REQUESTER


async def test_a_connection_is_greeted_with_how_many_there_are(bench: Any) -> None:
    await bench.connect()
    opened = (await bench.raw("apps.connections.open", token=bench.served.app_token))[1]
    async with bench.session.ws_connect(opened["url"]) as ws:
        hello = await ws.receive_json()
    assert (hello["type"], hello["num_connections"]) == ("hello", 2)
    assert hello["connection_info"]["app_id"].startswith("A")
    assert hello["debug_info"]["approximate_connection_time"] == 18060


async def test_a_ticket_opens_one_connection_within_half_a_minute(bench: Any) -> None:
    opened = (await bench.raw("apps.connections.open", token=bench.served.app_token))[1]
    async with bench.session.ws_connect(opened["url"]):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await bench.session.ws_connect(opened["url"])
    late = (await bench.raw("apps.connections.open", token=bench.served.app_token))[1]
    await bench.clock.advance(31)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await bench.session.ws_connect(late["url"])


async def test_only_the_app_token_opens_connections(bench: Any) -> None:
    assert (await bench.call("apps.connections.open"))["error"] == "not_allowed_token_type"
    _, body = await bench.raw("apps.connections.open", token="xapp-1-A0-wrong")
    assert body["error"] == "invalid_auth"
    _, body = await bench.raw("chat.postMessage", token=bench.served.app_token, channel=AGENT_RULES, text="x")
    assert body["error"] == "not_allowed_token_type"


async def test_an_eleventh_connection_is_turned_away(bench: Any) -> None:
    for _ in range(10):
        await bench.connect()
    opened = (await bench.raw("apps.connections.open", token=bench.served.app_token))[1]
    async with bench.session.ws_connect(opened["url"]) as ws:
        assert (await ws.receive_json())["reason"] == "too_many_websockets"
        assert (await ws.receive()).type == WSMsgType.CLOSE
    assert (await bench.act("status"))["connections"] == 10


async def test_envelopes_are_spread_over_the_connections(bench: Any) -> None:
    sockets = [await bench.connect(), await bench.connect()]
    ids = set()
    for socket in (sockets[1], sockets[0]):
        frame, _ = await socket.answer(bench.person(REQUESTER).types("/policy x", AGENT_RULES))
        ids.add(frame["envelope_id"])
    assert len(ids) == 2


async def test_a_ping_is_answered_with_its_own_data(bench: Any) -> None:
    opened = (await bench.raw("apps.connections.open", token=bench.served.app_token))[1]
    async with bench.session.ws_connect(opened["url"], autoping=False) as ws:
        await ws.receive_json()
        await ws.ping(b"sdk-ping-pong:123.4")
        pong = await ws.receive()
    assert (pong.type, bytes(pong.data)) == (WSMsgType.PONG, b"sdk-ping-pong:123.4")


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled", "too_many_websockets"])
async def test_a_disconnect_says_why_and_closes(bench: Any, reason: str) -> None:
    socket = await bench.connect()
    status = await bench.act("disconnect", reason=reason)
    assert await socket.frame() == {
        "type": "disconnect",
        "reason": reason,
        "debug_info": {"host": "applink-embedded"},
    }
    assert (await socket.ws.receive()).type == WSMsgType.CLOSE
    assert status["connections"] == 0


async def test_a_warning_leaves_the_connection_open(bench: Any) -> None:
    socket = await bench.connect()
    await bench.act("disconnect", reason="warning")
    assert (await socket.frame())["reason"] == "warning"
    frame, _ = await socket.answer(bench.person(REQUESTER).types("/policy x", AGENT_RULES))
    assert frame["type"] == "slash_commands"


async def test_a_connection_is_warned_and_then_refreshed_when_its_time_is_up(bench: Any) -> None:
    socket = await bench.connect()
    await bench.clock.advance(18050)
    assert (await socket.frame())["reason"] == "warning"
    await bench.clock.advance(10)
    assert (await socket.frame())["reason"] == "refresh_requested"
    assert (await socket.ws.receive()).type == WSMsgType.CLOSE


async def test_a_cut_connection_ends_without_a_word(bench: Any) -> None:
    socket = await bench.connect()
    await bench.act("drop_connections")
    assert (await socket.ws.receive()).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
    assert (await bench.act("status"))["connections"] == 0


async def test_a_frame_that_is_no_acknowledgement_is_ignored(bench: Any) -> None:
    socket = await bench.connect()
    for text in ("not json", "[]", '{"envelope_id": "unknown"}', "{}"):
        await socket.ws.send_str(text)
    _, outcome = await socket.answer(bench.person(REQUESTER).types("/policy x", AGENT_RULES))
    assert outcome["acknowledged"]
