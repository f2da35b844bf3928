"""The embedded workspace against Slack's Python client: a Bolt app, the same over Socket Mode and over signed HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Timings, WorkspaceConfig, serve
from bot.workspace.people import Person
from bot.workspace.server import Served
from bot.workspace.team import AGENT_RULES, APPROVER_AVERY, BOT_USER, MEMBER, REQUESTER, WITHOUT_BOT
from tests.support.bolt import connected

Json = dict[str, Any]

BUTTONS: list[Json] = [
    {"type": "section", "text": {"type": "plain_text", "text": "Approve?"}},
    {
        "type": "actions",
        "block_id": "decision",
        "elements": [
            {"type": "button", "action_id": "approve", "text": {"type": "plain_text", "text": "Approve"}, "value": "p1"}
        ],
    },
]
FORM: Json = {
    "type": "modal",
    "callback_id": "edit",
    "title": {"type": "plain_text", "text": "Edit"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "rule",
            "label": {"type": "plain_text", "text": "Rule"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "tool",
            "optional": True,
            "label": {"type": "plain_text", "text": "Tool"},
            "element": {"type": "external_select", "action_id": "tools"},
        },
    ],
}


GIVING: Json = {
    **{key: FORM[key] for key in ("type", "title", "submit")},
    "callback_id": "give",
    "blocks": [
        {
            "type": "input",
            "block_id": "given",
            "label": {"type": "plain_text", "text": "Files"},
            "element": {"type": "file_input", "action_id": "files", "filetypes": ["cedar"], "max_files": 2},
        }
    ],
}


def register(app: AsyncApp) -> None:
    """A small bot that uses each way of acknowledging and answering."""
    register_messages(app)
    register_forms(app)
    register_files(app)


def register_messages(app: AsyncApp) -> None:
    @app.command("/policy")
    async def command(ack: Any, body: Json, client: AsyncWebClient, respond: Any) -> None:
        if body["text"] == "text":
            await ack("only you")
        elif body["text"] == "respond":
            await ack()
            await respond(text="by url", response_type="in_channel")
        elif body["text"] == "form":
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        else:
            await ack()
            posted = await client.chat_postMessage(channel=body["channel_id"], text=body["text"], blocks=BUTTONS)
            await client.chat_postMessage(channel=body["channel_id"], text="working", thread_ts=posted["ts"])

    @app.action("approve")
    async def approve(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        done = f"approved by {body['user']['id']} for {body['actions'][0]['value']}"
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text=done)

    @app.event("app_mention")
    async def mention(event: Json, say: Any) -> None:
        await say(text="hello", thread_ts=event.get("thread_ts") or event["ts"])


def register_forms(app: AsyncApp) -> None:
    @app.view("edit")
    async def edit(ack: Any, body: Json, view: Json, client: AsyncWebClient) -> None:
        text = view["state"]["values"]["rule"]["text"]["value"]
        if text == "bad":
            await ack(response_action="errors", errors={"rule": "not a rule"})
        else:
            await ack()
            await client.chat_postMessage(channel=body["user"]["id"], text=text)

    @app.options("tools")
    async def tools(ack: Any, payload: Json) -> None:
        name = f"{payload['value']}und"
        await ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name}])

    @app.shortcut("propose")
    async def propose(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view={**FORM, "private_metadata": body["message"]["ts"]})

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        await client.views_publish(user_id=event["user"], view=view)


def register_files(app: AsyncApp) -> None:
    @app.shortcut("give")
    async def give(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=GIVING)

    @app.view("give")
    async def given(ack: Any, body: Json, view: Json, client: AsyncWebClient) -> None:
        await ack()
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {client.token}"}) as session:
            for file in view["state"]["values"]["given"]["files"]["files"]:
                assert (await client.files_info(file=file["id"]))["file"]["user"] == body["user"]["id"]
                async with session.get(file["url_private_download"]) as response:
                    text = f"{file['name']} has {await response.text()}"
                await client.chat_postMessage(channel=body["user"]["id"], text=text)


@asynccontextmanager
async def socket_app(served: Served) -> AsyncIterator[AsyncSocketModeHandler]:
    app = AsyncApp(client=AsyncWebClient(token=served.bot_token, base_url=served.api_url))
    register(app)
    async with connected(app, served.app_token) as handler:
        yield handler


@asynccontextmanager
async def over_socket_mode() -> AsyncIterator[Served]:
    async with serve(WorkspaceConfig()) as served, socket_app(served):
        yield served


@asynccontextmanager
async def over_http(secret: str = "", bots_secret: str = "") -> AsyncIterator[Served]:
    secret = secret or "embedded-secret"
    app = AsyncApp(
        client=AsyncWebClient(token="xoxb-embedded-http"),
        signing_secret=bots_secret or secret,
        process_before_response=True,
    )
    register(app)
    runner = web.AppRunner(app.web_app(path="/slack/events"))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        config = WorkspaceConfig(event_url=url, signing_secret=secret, bot_token="xoxb-embedded-http")
        async with serve(config) as served:
            app.client.base_url = served.api_url
            yield served
    finally:
        await runner.cleanup()


@pytest.fixture(params=["socket mode", "http"])
async def served(request: pytest.FixtureRequest) -> AsyncIterator[Served]:
    """A workspace with the small bot connected, over each transport."""
    async with over_socket_mode() if request.param == "socket mode" else over_http() as served:
        yield served


async def messages_of(person: Person, text: str, channel: str = AGENT_RULES) -> list[Json]:
    return [message for message in await person.reads(channel) if text in message["shown"]]


async def test_a_command_posts_a_card_that_a_click_updates(served: Served) -> None:
    riley, avery = Person(served.client, REQUESTER), Person(served.client, APPROVER_AVERY)
    assert (await riley.types("/policy allow refunds", AGENT_RULES))["acknowledged"]

    async def card() -> Any:
        return [message for message in await riley.reads(AGENT_RULES) if message.get("reply_count")]

    (message,) = await riley.until(card)
    assert [reply["text"] for reply in await riley.reads_thread(message)] == ["allow refunds", "working"]
    assert (await avery.clicks(message, "approve"))["acknowledged"]
    (message,) = await avery.until(lambda: messages_of(avery, f"approved by {APPROVER_AVERY} for p1"))
    assert "blocks" not in message


async def test_a_text_given_to_ack_is_private(served: Served) -> None:
    riley = Person(served.client, REQUESTER)
    assert (await riley.types("/policy text", AGENT_RULES))["ack"]["text"] == "only you"
    assert [message["text"] for message in await riley.reads_private()] == ["only you"]


async def test_respond_reaches_a_channel_that_the_bot_is_not_in(served: Served) -> None:
    riley = Person(served.client, REQUESTER)
    await riley.types("/policy respond", WITHOUT_BOT)
    assert await riley.until(lambda: messages_of(riley, "by url", WITHOUT_BOT))


async def test_a_form_is_opened_refused_and_accepted(served: Served) -> None:
    riley = Person(served.client, REQUESTER)
    await riley.types("/policy form", AGENT_RULES)
    (view,) = await riley.until(riley.reads_modals)
    refused = await riley.submits(view, {"text": "bad"})
    assert refused["errors"] == {"rule": "not a rule"}
    assert (await riley.submits(view, {"text": "allow refunds"}))["closed"]
    direct = (await served.client.perform("opens_direct", {"user": REQUESTER}))["channel"]
    assert await riley.until(lambda: messages_of(riley, "allow refunds", direct))


async def test_files_that_a_person_gives_are_read_by_the_app(served: Served) -> None:
    riley = Person(served.client, REQUESTER)
    await riley.uses_shortcut("give")
    (view,) = await riley.until(riley.reads_modals)
    files = [await riley.uploads(f"{name}.cedar", name.encode()) for name in ("one", "two", "three")]
    assert (await riley.submits(view, {"files": files}))["errors"] == {"given": "Please choose at most 2 files."}
    assert (await riley.submits(view, {"files": files[:2]}))["closed"]
    direct = (await served.client.perform("opens_direct", {"user": REQUESTER}))["channel"]
    for text in ("one.cedar has one", "two.cedar has two"):
        assert await riley.until(lambda text=text: messages_of(riley, text, direct))  # type: ignore[misc]


async def test_options_are_suggested_for_what_is_typed(served: Served) -> None:
    riley = Person(served.client, REQUESTER)
    await riley.types("/policy form", AGENT_RULES)
    (view,) = await riley.until(riley.reads_modals)
    arguments = {"user": REQUESTER, "view_id": view["id"], "action_id": "tools", "query": "ref"}
    assert [option["value"] for option in await served.client.perform("suggests", arguments)] == ["refund"]


async def test_a_mention_is_answered_in_its_thread(served: Served) -> None:
    riley = Person(served.client, REQUESTER)
    said = await riley.types("@embedded hello", AGENT_RULES)

    async def answered() -> Any:
        return (await riley.reads_thread(said))[1:]

    (reply,) = await riley.until(answered)
    assert reply["user"] == BOT_USER


async def test_a_message_shortcut_opens_a_form_about_the_message(served: Served) -> None:
    riley = Person(served.client, REQUESTER)
    said = await riley.types("agents may refund", AGENT_RULES)
    assert (await riley.uses_message_shortcut(said, "propose"))["acknowledged"]
    (view,) = await riley.until(riley.reads_modals)
    assert view["private_metadata"] == said["ts"]


async def test_the_home_tab_is_published_when_it_is_opened(served: Served) -> None:
    member = Person(served.client, MEMBER)
    await member.opens_home()
    view = await member.until(member.reads_home)
    assert view is not None
    assert view["blocks"][0]["type"] == "divider"


async def test_an_act_that_no_listener_takes_is_an_error_that_the_person_sees(served: Served) -> None:
    riley = Person(served.client, REQUESTER)
    said = await riley.types("hello", AGENT_RULES)
    outcome = await riley.uses_message_shortcut(said, "unknown")
    assert outcome["error"] in ("operation_timeout", "http_client_error")
    assert outcome["error"] in (await riley.reads_private())[0]["text"]


async def connected_again(served: Served) -> bool:
    """Whether a connection that is not the first has been opened."""
    calls = await served.client.perform("reads_calls", {"method": "apps.connections.open"})
    return len(calls) >= 2 and (await served.client.perform("status", {}))["connections"] == 1


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_bolt_reconnects_when_it_is_asked_to(reason: str) -> None:
    async with over_socket_mode() as served:
        riley = Person(served.client, REQUESTER)
        await served.client.perform("disconnect", {"reason": reason})
        await riley.until(lambda: connected_again(served))
        assert (await riley.types("/policy text", AGENT_RULES))["acknowledged"]


async def test_an_event_that_found_nobody_is_handled_once_the_bot_is_there() -> None:
    timings = Timings(event_retries=(0.0, 0.3, 3.0, 9.0))
    async with serve(WorkspaceConfig(timings=timings)) as served:
        riley = Person(served.client, REQUESTER)
        said = await riley.types("@embedded hello", AGENT_RULES)
        async with socket_app(served):

            async def answered() -> Any:
                return (await riley.reads_thread(said))[1:]

            (reply,) = await riley.until(answered)
            assert reply["user"] == BOT_USER


async def test_a_request_signed_with_another_secret_is_refused_by_bolt() -> None:
    async with over_http(secret="ours", bots_secret="theirs") as served:
        outcome = await Person(served.client, REQUESTER).types("/policy text", AGENT_RULES)
        assert outcome["error"] == "http_client_error"


async def test_the_probes_of_a_url_are_answered_by_bolt() -> None:
    async with over_http() as served:
        assert (await served.client.perform("probe", {"kind": "ssl_check"}))["acknowledged"]
        verified = await served.client.perform("probe", {"kind": "url_verification"})
        assert verified["ack"] == {"challenge": "embedded-challenge"}


async def test_socket_mode_is_off_while_requests_go_over_http() -> None:
    async with over_http() as served, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {served.app_token}"}
        async with session.post(f"{served.api_url}apps.connections.open", headers=headers) as response:
            assert (await response.json())["ok"] is False
