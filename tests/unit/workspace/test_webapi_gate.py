"""The way into the Web API: tokens, scopes, encodings, faults, rates, and a journal without tokens."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.workspace import Rates
from bot.workspace.team import AGENT_RULES, MEMBER, TEAM_ID, WITHOUT_BOT
from bot.workspace.webapi.methods import METHODS
from bot.workspace.wire import CannotAct


async def test_every_method_asks_for_a_token_and_knows_its_own(bench: Any) -> None:
    for name, method in METHODS.items():
        if method.bearer == "nobody":
            continue
        async with bench.session.post(bench.served.api_url + name) as response:
            assert (await response.json())["error"] == "not_authed"
        assert (await bench.raw(name, token="xoxb-1-2-wrong"))[1]["error"] == "invalid_auth"


async def test_an_unknown_method_is_named(bench: Any) -> None:
    answer = await bench.call("chat.whisper")
    assert (answer["ok"], answer["error"], answer["req_method"]) == (False, "unknown_method", "chat.whisper")


async def test_a_missing_scope_is_named_with_what_was_granted(open_bench: Any) -> None:
    bench = await open_bench(scopes=frozenset({"chat:write"}))
    answer = await bench.call("users.info", user=MEMBER)
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "users:read", "chat:write")
    response, body = await bench.raw("auth.test")
    assert (body["ok"], response.headers["x-oauth-scopes"]) == (True, "chat:write")


async def test_json_form_query_and_token_argument_mean_the_same(bench: Any) -> None:
    blocks = [{"type": "divider"}]
    token = {"Authorization": f"Bearer {bench.served.bot_token}"}
    url = f"{bench.served.api_url}chat.postMessage"
    arguments = {"channel": AGENT_RULES, "text": "hi", "blocks": json.dumps(blocks), "team_id": TEAM_ID}
    async with bench.session.post(url, data=arguments, headers=token) as response:
        assert (await response.json())["message"]["blocks"][0]["type"] == "divider"
    async with bench.session.get(url, params=arguments, headers=token) as response:
        assert (await response.json())["ok"]
    async with bench.session.post(url, data={**arguments, "token": bench.served.bot_token}) as response:
        assert (await response.json())["ok"]
    form = aiohttp.FormData(arguments, default_to_multipart=True)
    async with bench.session.post(url, data=form, headers=token) as response:
        assert (await response.json())["ok"]


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[]", "application/json", "json_not_object"),
        (b"\xff\xfe", "application/json; charset=utf-8", "invalid_charset"),
        (b'{"channel": []}', "application/json", "invalid_arguments"),
        (b'{"channel": "C0AGENTRULES", "blocks": "{}"}', "application/json", "invalid_blocks_format"),
        (b'{"channel": "C0AGENTRULES", "blocks": "["}', "application/json", "invalid_blocks_format"),
        (b'{"channel": "C0AGENTRULES", "attachments": [1]}', "application/json", "invalid_attachments"),
        (b"{}", "application/json", "invalid_arguments"),
    ],
)
async def test_a_body_that_cannot_be_read_is_an_error_and_no_crash(
    bench: Any, body: bytes, content_type: str, error: str
) -> None:
    headers = {"Authorization": f"Bearer {bench.served.bot_token}", "Content-Type": content_type}
    async with bench.session.post(f"{bench.served.api_url}chat.postMessage", data=body, headers=headers) as response:
        assert (response.status, (await response.json())["error"]) == (200, error)


async def test_posts_are_limited_for_each_channel_and_say_when_to_come_back(open_bench: Any) -> None:
    bench = await open_bench(rates=Rates(posts_per_second=1, post_burst=2))
    await bench.act("invites", user=MEMBER, channel=WITHOUT_BOT)
    for _ in range(2):
        assert (await bench.call("chat.postMessage", channel=AGENT_RULES, text="x"))["ok"]
    response, body = await bench.raw("chat.postMessage", channel=AGENT_RULES, text="x")
    assert (response.status, body["error"], response.headers["Retry-After"]) == (429, "ratelimited", "1")
    assert (await bench.call("chat.postMessage", channel=WITHOUT_BOT, text="x"))["ok"]
    await bench.clock.advance(1)
    assert (await bench.call("chat.postMessage", channel=AGENT_RULES, text="x"))["ok"]


async def test_methods_are_limited_by_their_tier(open_bench: Any) -> None:
    bench = await open_bench(rates=Rates(tiers={1: 1, 2: 2, 3: 3, 4: 4, 5: 600}))
    answers = [await bench.raw("usergroups.list") for _ in range(3)]
    assert [response.status for response, _ in answers] == [200, 200, 429]
    assert answers[2][0].headers["Retry-After"] == "30"
    assert (await bench.call("users.info", user=MEMBER))["ok"]
    await bench.clock.advance(30)
    assert (await bench.call("usergroups.list"))["ok"]


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ({"kind": "ratelimited", "seconds": 7}, 429, "ratelimited"),
        ({"kind": "server_error"}, 500, "internal_error"),
        ({"kind": "error", "code": "fatal_error"}, 200, "fatal_error"),
    ],
)
async def test_a_fault_happens_to_the_named_method_as_often_as_asked_and_does_nothing(
    bench: Any, fault: dict[str, Any], status: int, error: str
) -> None:
    await bench.act("fault", method="chat.postMessage", times=2, **fault)
    assert (await bench.call("auth.test"))["ok"]
    for _ in range(2):
        response, body = await bench.raw("chat.postMessage", channel=AGENT_RULES, text="x")
        assert (response.status, body["error"]) == (status, error)
        if status == 429:
            assert response.headers["Retry-After"] == "7"
    assert await bench.person(MEMBER).reads(AGENT_RULES) == []
    assert (await bench.call("chat.postMessage", channel=AGENT_RULES, text="x"))["ok"]


async def test_an_html_fault_is_a_page_instead_of_json(bench: Any) -> None:
    await bench.act("fault", kind="html")
    headers = {"Authorization": f"Bearer {bench.served.bot_token}"}
    async with bench.session.post(f"{bench.served.api_url}auth.test", headers=headers) as response:
        assert response.content_type == "text/html"


async def test_a_lost_answer_is_a_500_for_something_that_was_done(bench: Any) -> None:
    await bench.act("fault", kind="lost_answer", method="chat.postMessage")
    response, _ = await bench.raw("chat.postMessage", channel=AGENT_RULES, text="x")
    assert response.status == 500
    assert len(await bench.person(MEMBER).reads(AGENT_RULES)) == 1


async def test_a_slow_call_is_done_when_its_time_has_come(bench: Any) -> None:
    await bench.act("fault", kind="slow", method="chat.postMessage", seconds=5)
    calling = asyncio.ensure_future(bench.call("chat.postMessage", channel=AGENT_RULES, text="x"))
    workspace = bench.served.workspace
    await workspace.wait_until(lambda: not workspace.faults.waiting)
    await bench.clock.advance(4.9)
    assert not calling.done()
    await bench.clock.advance(0.2)
    assert (await calling)["ok"]


async def test_faults_that_make_no_sense_are_refused_and_can_be_cleared(bench: Any) -> None:
    for fault in ({"kind": "earthquake"}, {"kind": "html", "times": 0}, {"kind": "slow", "seconds": -1}):
        with pytest.raises(CannotAct):
            await bench.act("fault", **fault)
    await bench.act("fault", kind="server_error", times=9)
    assert (await bench.act("status"))["faults"][0]["times"] == 9
    assert (await bench.act("clear_faults"))["faults"] == []


async def test_the_journal_has_every_call_and_never_a_token(bench: Any) -> None:
    await bench.call("chat.postMessage", channel=AGENT_RULES, text="x", token=bench.served.bot_token)
    await bench.call("chat.postMessage", channel="C0NOWHERE", text="x")
    await bench.connect()
    calls = await bench.act("reads_calls")
    assert [(call["method"], call["ok"], call["error"]) for call in calls] == [
        ("chat.postMessage", True, ""),
        ("chat.postMessage", False, "channel_not_found"),
        ("apps.connections.open", True, ""),
    ]
    assert all(call["at"] == bench.clock.seconds() for call in calls)
    for token in (bench.served.bot_token, bench.served.app_token, bench.served.signing_secret):
        assert token not in json.dumps(calls)
