"""Tokens checked before anything starts, and Bolt over Socket Mode and HTTP built from explicit arguments only."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.addresses import is_local
from bot.errors import ChatUnavailable, SettingsError
from bot.slack.app import build_bolt_app
from bot.slack.client import http_session, web_client
from bot.slack.http import PATH, HttpTransport, web_app
from bot.slack.installation import REQUIRED_SCOPES, check_app_token, check_bot_token
from bot.slack.socket import SocketTransport
from bot.slack.timed import Answered, TimedApp
from bot.slack.tokens import OneToken
from bot.workspace import WorkspaceConfig, serve, team
from bot.workspace.people import Person
from bot.workspace.server import Served
from handlers import dedupe

SOME_SCOPES = frozenset({"commands", "users:read"})


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with http_session() as found:
        yield found


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serve(WorkspaceConfig()) as found:
        yield found


async def built(served: Served, session: aiohttp.ClientSession) -> tuple[TimedApp, AsyncWebClient]:
    installation = await check_bot_token(web_client(served.bot_token, served.api_url, session))
    client = web_client(None, served.api_url, session)
    app = build_bolt_app(client, OneToken(installation), signing_secret=served.signing_secret)

    @app.command("/policy")
    async def policy(ack: AsyncAck, client: AsyncWebClient, body: dict[str, Any]) -> None:
        await client.chat_postMessage(channel=body["channel_id"], text="heard")
        await ack("heard " + body["text"])

    return app, client


async def test_the_bot_token_tells_whose_app_this_is(served: Served, session: aiohttp.ClientSession) -> None:
    found = await check_bot_token(web_client(served.bot_token, served.api_url, session))
    assert (found.team_id, found.bot_id, found.bot_user_id) == (team.TEAM_ID, team.BOT_ID, team.BOT_USER)
    assert found.scopes >= set(REQUIRED_SCOPES)
    assert served.bot_token not in repr(found)


@pytest.mark.parametrize(
    ("token", "part"),
    [
        ("", "SLACK_BOT_TOKEN is not set"),
        ("xapp-1-x", "SLACK_BOT_TOKEN is an app-level token"),
        ("xoxp-x", "SLACK_BOT_TOKEN is a user token"),
        ("xoxe.xoxb-1-x", "SLACK_BOT_TOKEN is a rotating token"),
        ("hello", "SLACK_BOT_TOKEN is not a Slack token"),
        ("xoxb-wrong", "Slack does not accept the bot token"),
    ],
)
async def test_a_wrong_bot_token_is_named_without_showing_it(
    served: Served, session: aiohttp.ClientSession, token: str, part: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        await check_bot_token(web_client(token, served.api_url, session))
    assert part in raised.value.sentence
    assert not token or len(token) < 6 or token not in raised.value.sentence


@pytest.mark.parametrize(
    ("token", "part"),
    [
        ("", "SLACK_APP_TOKEN is not set"),
        ("xoxb-1-x", "SLACK_APP_TOKEN is a bot token"),
        ("xapp-wrong", "Slack does not accept SLACK_APP_TOKEN"),
    ],
)
async def test_a_wrong_app_token_is_named(
    served: Served, session: aiohttp.ClientSession, token: str, part: str
) -> None:
    with pytest.raises(SettingsError, match=part):
        await check_app_token(web_client(None, served.api_url, session), token)


async def test_missing_scopes_are_named(session: aiohttp.ClientSession) -> None:
    async with serve(WorkspaceConfig(scopes=SOME_SCOPES)) as served:
        with pytest.raises(SettingsError, match="scopes chat:write, im:write"):
            await check_bot_token(web_client(served.bot_token, served.api_url, session))


async def test_a_slack_that_is_not_there_is_unavailable(session: aiohttp.ClientSession, unused_tcp_port: int) -> None:
    with pytest.raises(ChatUnavailable):
        await check_bot_token(web_client("xoxb-1", f"http://127.0.0.1:{unused_tcp_port}/api/", session))


async def test_a_socket_with_a_wrong_token_ends_with_a_sentence(served: Served, session: aiohttp.ClientSession) -> None:
    app, client = await built(served, session)
    with pytest.raises(SettingsError):
        await SocketTransport(app, client, "xapp-wrong").start()


async def test_commands_come_over_the_socket_and_again_after_a_refresh(
    served: Served, session: aiohttp.ClientSession
) -> None:
    app, client = await built(served, session)
    socket = SocketTransport(app, client, served.app_token)
    await socket.start()
    riley = Person(served.client, team.REQUESTER)
    assert (await riley.types("/policy one", team.AGENT_RULES))["ack"]["text"] == "heard one"
    await served.client.perform("disconnect", {"reason": "refresh_requested"})

    async def heard_again() -> Any:
        # Between two sockets a command is lost when both go at once, as with Slack: the person types it again.
        return (await riley.types("/policy anybody there", team.AGENT_RULES))["acknowledged"]

    await riley.until(heard_again)
    assert (await riley.types("/policy two", team.AGENT_RULES))["ack"]["text"] == "heard two"
    await socket.close()
    assert not await socket.connected()
    assert (await riley.types("/policy three", team.AGENT_RULES))["error"]


async def test_a_request_needs_no_call_before_it_is_handled(served: Served, session: aiohttp.ClientSession) -> None:
    app, client = await built(served, session)
    socket = SocketTransport(app, client, served.app_token)
    await socket.start()
    known = len(await served.client.perform("reads_calls", {"method": "auth.test"}))
    await Person(served.client, team.REQUESTER).types("/policy one", team.AGENT_RULES)
    assert len(await served.client.perform("reads_calls", {"method": "auth.test"})) == known
    await socket.close()


async def test_oauth_settings_and_a_proxy_in_the_environment_change_nothing(
    served: Served, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "s")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-somebody-elses")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "other")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    app, client = await built(served, session)
    socket = SocketTransport(app, client, served.app_token)
    await socket.start()
    riley = Person(served.client, team.REQUESTER)
    assert (await riley.types("/policy one", team.AGENT_RULES))["ack"]["text"] == "heard one"
    assert [message["text"] for message in await riley.reads(team.AGENT_RULES)] == ["heard"]
    await socket.close()


async def test_an_event_is_timed_until_it_was_handled(served: Served, session: aiohttp.ClientSession) -> None:
    """Bolt acknowledges events by itself, before their listener has begun: what Slack waits for is the handling."""
    app, client = await built(served, session)
    reached, let_go, timed = asyncio.Event(), asyncio.Event(), asyncio.Queue[Answered]()
    app.on_answer = timed.put_nowait
    dedupe.install(app, dedupe.Seen())

    @app.event("app_home_opened")
    async def slow() -> None:
        reached.set()
        await let_go.wait()

    socket = SocketTransport(app, client, served.app_token)
    await socket.start()
    try:
        opening = asyncio.create_task(Person(served.client, team.REQUESTER).opens_home())
        async with asyncio.timeout(30):
            await reached.wait()
            began = time.monotonic()
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(timed.get(), 0.1)
            handled = time.monotonic() - began
            let_go.set()
            found = await timed.get()
            await opening
        assert (found.kind, found.status) == ("event_callback", 200)
        assert found.seconds >= handled
    finally:
        await socket.close()


async def test_http_takes_signed_requests_only(session: aiohttp.ClientSession, unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}{PATH}"
    async with serve(WorkspaceConfig(event_url=url)) as served:
        app, _ = await built(served, session)
        server = HttpTransport(web_app(app, served.signing_secret), port=unused_tcp_port)
        await server.start()
        riley = Person(served.client, team.REQUESTER)
        assert (await riley.types("/policy payload=1", team.AGENT_RULES))["ack"]["text"] == "heard payload=1"
        assert (await served.client.perform("probe", {"kind": "ssl_check"}))["acknowledged"]
        assert (await served.client.perform("probe", {"kind": "url_verification"}))["acknowledged"]
        async with session.post(url, data={"command": "/policy", "text": "forged"}) as answer:
            assert answer.status == 401
        headers = {"Content-Type": "application/json"}
        async with session.post(url, data="{not json", headers=headers) as answer:
            assert answer.status == 401
        await server.close()


SIGNATURE = "v0=" + "0" * 64
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
BODIES = [
    (b"[]", JSON),
    (b"null", JSON),
    (b"7", JSON),
    (b"{" + b'"a":{' * 100_000, JSON),
    (b"[" * 100_000 + b"]" * 100_000, JSON),
    (b'{"team": 7, "user": [], "authorizations": 7}', JSON),
    (b'{"response_urls": 7}', JSON),
    (b"payload=null", FORM),
    (b"payload=[]", FORM),
    (b"payload=" + b"[" * 100_000, FORM),
    (b"payload", FORM),
]
STAMPED = {"X-Slack-Request-Timestamp": "NOW", "X-Slack-Signature": SIGNATURE}


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        *((body, {"Content-Type": kind} | stamped, 401) for body, kind in BODIES for stamped in ({}, STAMPED)),
        *((body, {"Content-Type": kind, "X-Slack-Signature": "REAL"}, 400) for body, kind in BODIES),
        (b"", {}, 401),
        (b"\xff\xfe", STAMPED | {"Content-Type": FORM}, 400),
        (b"text=hello", {"Content-Type": FORM + "; charset=bogus"}, 401),
        (b"text=hello", {"Content-Type": FORM + "; charset=utf-16"}, 401),
        (b"text=hello", {"Content-Type": ";;;="}, 401),
        (b"text=hello", STAMPED | {"X-Slack-Request-Timestamp": "abc"}, 401),
        (b"text=hello", STAMPED | {"X-Slack-Request-Timestamp": "9" * 5_000}, 401),
        (b"text=hello", STAMPED | {"X-Slack-Request-Timestamp": "9" * 12}, 401),
        (b"text=hello", STAMPED | {"X-Slack-Request-Timestamp": "\u0661"}, 401),
        (b"text=hello", STAMPED | {"X-Slack-Signature": "v0=\u00e9"}, 401),
        (b"text=hello", {"X-Slack-Request-Timestamp": "NOW"}, 401),
        (b"text=hello", {"X-Slack-Signature": SIGNATURE}, 401),
        (gzip.compress(b"x" * 5_000_000), STAMPED | {"Content-Encoding": "gzip"}, 415),
        (b"text=hello", STAMPED | {"Content-Encoding": "gzip"}, 415),
    ],
)
async def test_what_slack_cannot_have_sent_is_refused_in_one_line(
    served: Served,
    session: aiohttp.ClientSession,
    caplog: pytest.LogCaptureFixture,
    body: bytes,
    headers: dict[str, str],
    status: int,
) -> None:
    """Requests without a signature, and malformed ones with one, get their 4xx and a line in the log at most, and
    reach no handler."""
    now = str(int(time.time()))
    if headers.get("X-Slack-Signature") == "REAL":
        signature = SignatureVerifier(served.signing_secret).generate_signature(timestamp=now, body=body)
        headers = headers | {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": str(signature)}
    app, _ = await built(served, session)
    reached = []

    @app.use
    async def behind_the_signature(next: Callable[[], Awaitable[Any]]) -> Any:
        reached.append(1)
        return await next()

    server = HttpTransport(web_app(app, served.signing_secret), port=0)
    await server.start()
    headers = {name: value.replace("NOW", now) for name, value in headers.items()}
    async with session.post(f"http://127.0.0.1:{server.port}{PATH}", data=body, headers=headers) as answer:
        assert answer.status == status
    await server.close()
    assert reached == []
    assert len(caplog.records) <= 1
    assert not any(record.exc_info for record in caplog.records)


HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
SIGNED = HEAD + b"X-Slack-Request-Timestamp: 1700000000\r\nX-Slack-Signature: " + SIGNATURE.encode() + b"\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GARBAGE\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"400"),
        (HEAD + b"Content-Length: abc\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc", b"400"),
        (SIGNED + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", b"400"),
        (HEAD + b"X: " + b"a" * 20_000 + b"\r\n\r\n", b"400"),
        (HEAD + b"X-Slack-Signature: v0=\x00\r\n\r\n", b"400"),
        (HEAD + b"X-Slack-Signature: v0=\xff\xfe\r\nContent-Length: 1\r\n\r\na", b"401"),
        (SIGNED + b"Content-Length: 3000000\r\n\r\n" + b"a" * 3_000_000, b"413"),
        (SIGNED + b"Content-Length: 10\r\n\r\nabc", b""),
    ],
)
async def test_what_is_no_http_ends_in_one_line(
    served: Served, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, sent: bytes, status: bytes
) -> None:
    """Scanners and broken senders fill no log with traces of our code, also when they go away in the middle."""
    app, _ = await built(served, session)
    server = HttpTransport(web_app(app, served.signing_secret), port=0)
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(sent)
    if status:
        assert status in await reader.readline()
    writer.close()
    await server.close()
    assert len(caplog.records) <= 1
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    "sent", [b"", b"POST", HEAD, HEAD + b"Content-Length: 5\r\n", HEAD + b"Content-Length: 1\r\n\r\na"]
)
async def test_connections_on_which_nothing_comes_are_closed(
    served: Served, session: aiohttp.ClientSession, sent: bytes
) -> None:
    """Whoever opens hundreds and says nothing, stops in the middle of the headers, or has been answered, holds none."""
    app, _ = await built(served, session)
    server = HttpTransport(web_app(app, served.signing_secret), port=0, idle=0.3)
    await server.start()
    opened = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(200)]
    for _, writer in opened:
        writer.write(sent)
    async with asyncio.timeout(20):
        for reader, writer in opened:
            await reader.read()  # until it is closed at the other end
            writer.close()
    await server.close()


async def test_a_body_that_does_not_come_is_not_waited_for(
    served: Served, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.http._BODY_SECONDS", 0.2)
    app, _ = await built(served, session)
    server = HttpTransport(web_app(app, served.signing_secret), port=0, idle=0.3)
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(SIGNED + b"Content-Length: 10\r\n\r\nabc")
    async with asyncio.timeout(20):
        assert b"408" in await reader.readline()
        await reader.read()
    writer.close()
    await server.close()


async def test_a_body_that_does_not_come_holds_no_stop(
    served: Served, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is let go without the answer that it would have got in the end: the whole bot stops within ten seconds."""
    monkeypatch.setattr("bot.slack.http._BODY_SECONDS", 4.0)
    monkeypatch.setattr("bot.slack.http._STOP_SECONDS", 0.01)
    app, _ = await built(served, session)
    server = HttpTransport(web_app(app, served.signing_secret), port=0)
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(SIGNED + b"Content-Length: 10\r\nExpect: 100-continue\r\n\r\n")
    async with asyncio.timeout(60):
        assert b"100" in await reader.readline()  # it is being read
        await server.close()
        assert b"HTTP" not in await reader.read()
    writer.close()


async def test_a_taken_port_is_said(served: Served, session: aiohttp.ClientSession) -> None:
    app, _ = await built(served, session)
    first = HttpTransport(web_app(app, served.signing_secret), port=0)
    await first.start()
    with pytest.raises(SettingsError, match="POLICYBOT_HTTP_PORT"):
        await HttpTransport(web_app(app, served.signing_secret), port=first.port).start()
    await first.close()


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1/api/", True),
        ("http://localhost/api/", True),
        ("http://[::1]:3/api/", True),
        ("https://slack.com/api/", False),
        ("https://localhost.evil.example/", False),
        ("not a url", False),
    ],
)
def test_only_this_machine_goes_without_the_proxy(url: str, local: bool) -> None:
    assert is_local(url) == local
