"""Every method of the embedded Web API called by slack_sdk, in the encoding that slack_sdk gives it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.models.blocks import HeaderBlock
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.workspace import Rates, WorkspaceConfig, serve
from bot.workspace.people import Person
from bot.workspace.server import Served
from bot.workspace.team import AGENT_RULES, APPROVERS_GROUP, BOT_ID, BOT_USER, MEMBER, REQUESTER, TEAM_ID, WITHOUT_BOT
from bot.workspace.webapi.methods import METHODS


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serve(WorkspaceConfig(rates=Rates(posts_per_second=1000, post_burst=100))) as served:
        yield served


@pytest.fixture
def client(served: Served) -> AsyncWebClient:
    return AsyncWebClient(token=served.bot_token, base_url=served.api_url, team_id=TEAM_ID)


async def test_every_method_is_reachable_by_slack_sdk(served: Served, client: AsyncWebClient) -> None:
    """One call of each method of the table, so that a method whose encoding is not read is found."""
    posted = await client.chat_postMessage(channel=AGENT_RULES, text="hi", blocks=[HeaderBlock(text="Title")])
    ts = posted["ts"]
    assert posted["message"]["blocks"][0]["text"]["text"] == "Title"
    await client.api_test(foo="bar")
    me = await client.auth_test()
    assert me.headers["x-oauth-scopes"]
    assert (await client.apps_connections_open(app_token=served.app_token))["url"].startswith("ws://127.0.0.1:")
    assert (await client.bots_info(bot=BOT_ID))["bot"]["id"] == BOT_ID
    assert (await client.users_info(user=MEMBER))["user"]["id"] == MEMBER
    assert len((await client.users_list(limit=3))["members"]) == 3
    assert len((await client.usergroups_list(include_users=True))["usergroups"][0]["users"]) == 2
    assert len((await client.usergroups_users_list(usergroup=APPROVERS_GROUP))["users"]) == 2
    assert (await client.chat_update(channel=AGENT_RULES, ts=ts, text="new"))["text"] == "new"
    assert (await client.chat_postEphemeral(channel=AGENT_RULES, user=MEMBER, text="psst"))["message_ts"]
    assert (await client.chat_getPermalink(channel=AGENT_RULES, message_ts=ts))["permalink"]
    assert (await client.reactions_add(channel=AGENT_RULES, timestamp=ts, name="eyes"))["ok"]
    given = (await client.reactions_get(channel=AGENT_RULES, timestamp=ts))["message"]["reactions"]
    assert [(each["name"], each["users"]) for each in given] == [("eyes", [BOT_USER])]
    assert [item["message"]["ts"] for item in (await client.reactions_list())["items"]] == [ts]
    assert (await client.reactions_remove(channel=AGENT_RULES, timestamp=ts, name="eyes"))["ok"]
    assert (await client.reactions_list())["items"] == []
    assert (await client.users_lookupByEmail(email="morgan@example.com"))["user"]["id"] == MEMBER
    assert {each["name"] for each in (await client.users_conversations())["channels"]} >= {"agent-rules", "partners"}
    assert (await client.team_info())["team"]["id"] == TEAM_ID
    assert (await client.conversations_info(channel=AGENT_RULES))["channel"]["name"] == "agent-rules"
    assert (await client.conversations_list(types=["public_channel", "private_channel"]))["channels"]
    assert (await client.conversations_open(users=[REQUESTER]))["channel"]["id"].startswith("D")
    assert MEMBER in (await client.conversations_members(channel=AGENT_RULES))["members"]
    assert (await client.conversations_join(channel=WITHOUT_BOT))["channel"]["is_member"]
    assert (await client.conversations_history(channel=AGENT_RULES, limit=1))["messages"][0]["ts"] == ts
    assert (await client.conversations_replies(channel=AGENT_RULES, ts=ts))["messages"][0]["ts"] == ts
    home = View(type="home", blocks=[HeaderBlock(text="Home")])
    assert (await client.views_publish(user_id=MEMBER, view=home))["view"]["type"] == "home"
    uploaded = await client.files_upload_v2(channel=AGENT_RULES, thread_ts=ts, content="permit;", filename="p.cedar")
    assert (await client.files_info(file=uploaded["files"][0]["id"]))["file"]["size"] == 7
    await client.pins_add(channel=AGENT_RULES, timestamp=ts)
    assert [item["message"]["ts"] for item in (await client.pins_list(channel=AGENT_RULES))["items"]] == [ts]
    await client.pins_remove(channel=AGENT_RULES, timestamp=ts)
    later = int(served.workspace.clock.seconds()) + 60
    waits = await client.chat_scheduleMessage(channel=AGENT_RULES, post_at=later, text="later")
    waiting = (await client.chat_scheduledMessages_list())["scheduled_messages"]
    assert [(each["text"], each["post_at"]) for each in waiting] == [("later", later)]
    scheduled = waits["scheduled_message_id"]
    await client.chat_deleteScheduledMessage(channel=AGENT_RULES, scheduled_message_id=scheduled)
    made = (await client.conversations_create(name="new-rules"))["channel"]["id"]
    await client.conversations_invite(channel=made, users=[MEMBER, REQUESTER])
    await client.conversations_kick(channel=made, user=MEMBER)
    assert set((await client.conversations_members(channel=made))["members"]) == {BOT_USER, REQUESTER}
    await client.conversations_leave(channel=made)
    assert (await client.api_call("blocks.validate", json={"blocks": [{"type": "divider"}]}))["ok"]
    assert (await client.auth_teams_list())["teams"] == [{"id": TEAM_ID, "name": "Embedded workspace"}]
    assert (await client.chat_delete(channel=AGENT_RULES, ts=ts))["ok"]
    assert (await client.auth_revoke(test=True))["revoked"] is False
    called = {call["method"] for call in await served.client.perform("reads_calls", {}) if call["ok"]}
    elsewhere = {"views.open", "views.push", "views.update", "oauth.v2.access", "apps.uninstall"}
    assert called == set(METHODS) - elsewhere


async def test_an_error_reaches_the_caller_with_slacks_word_and_the_places(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=AGENT_RULES, text="x", blocks=[{"type": "alert"}])
    assert refused.value.response["error"] == "invalid_blocks"
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] unsupported type: alert [json-pointer:/blocks/0/type]"
    ]


async def test_the_sdks_retry_handler_waits_as_long_as_it_is_told(served: Served, client: AsyncWebClient) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    await served.client.perform("fault", {"kind": "ratelimited", "method": "chat.postMessage", "seconds": 1})
    assert (await client.chat_postMessage(channel=AGENT_RULES, text="x"))["ok"]
    calls = await served.client.perform("reads_calls", {"method": "chat.postMessage"})
    assert [call["status"] for call in calls] == [429, 200]
    assert calls[1]["at"] - calls[0]["at"] >= 1


async def test_an_html_page_is_an_error_and_not_a_crash_of_the_caller(served: Served, client: AsyncWebClient) -> None:
    await served.client.perform("fault", {"kind": "html", "method": "chat.postMessage"})
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=AGENT_RULES, text="x")


async def test_a_cursor_is_followed_by_the_sdk(client: AsyncWebClient) -> None:
    seen: list[Any] = []
    async for page in await client.users_list(limit=2):
        seen += page["members"]
    assert len(seen) == 6


async def test_the_webhook_client_posts_to_a_response_url(served: Served) -> None:
    path = served.workspace.response_urls.issue("commands", REQUESTER, AGENT_RULES)
    webhook = AsyncWebhookClient(served.url + path)
    answer = await webhook.send(text="hi", response_type="in_channel")
    assert (answer.status_code, answer.body) == (200, "ok")
    assert [message["text"] for message in await Person(served.client, MEMBER).reads(AGENT_RULES)] == ["hi"]
