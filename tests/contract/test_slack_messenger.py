"""The messenger against the embedded Slack: posted once under a key, updated, told in private, errors as ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from bot.errors import ChatError, ChatUnavailable
from bot.review.messages import SlackMessage
from bot.slack.client import http_session
from bot.slack.messenger import EVENT_TYPE, SlackMessenger
from bot.slack.older import OlderBlocks
from bot.slack.pacing import Pacer
from bot.workspace import Rates, WorkspaceConfig, serve, team
from bot.workspace.people import Person
from bot.workspace.server import Served

TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": text}] for text in ("Tool", "refund")]}
PLAIN = {"type": "section", "text": {"type": "plain_text", "text": "refund"}}
NEWER = SlackMessage("refund", (TABLE,), (PLAIN,))
HELLO = SlackMessage("hello", ({"type": "section", "text": {"type": "plain_text", "text": "hello"}},))


@dataclass
class Office:
    """A workspace and a messenger in it."""

    served: Served
    messenger: SlackMessenger

    @property
    def riley(self) -> Person:
        return Person(self.served.client, team.REQUESTER)

    async def does(self, act: str, **arguments: Any) -> Any:
        return await self.served.client.perform(act, arguments)

    async def post(self, channel: str = team.AGENT_RULES, thread_ts: str = "", key: str = "m#1", **more: Any) -> str:
        message = more.get("message", HELLO)
        return await self.messenger.post(channel=channel, thread_ts=thread_ts, message=message, key=key)

    async def standing(self, thread_ts: str = "", key: str = "m#1") -> tuple[str, ...]:
        return await self.messenger.standing(channel=team.AGENT_RULES, thread_ts=thread_ts, key=key)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with serve(WorkspaceConfig(rates=Rates(enforced=False))) as served, http_session() as session:
        yield Office(served, SlackMessenger(served.bot_token, served.api_url, session, Pacer(interval=0.0)))


async def test_a_post_carries_its_key(office: Office) -> None:
    ts = await office.post()
    (message,) = await office.riley.reads(team.AGENT_RULES)
    assert message["ts"] == ts
    assert message["metadata"] == {"event_type": EVENT_TYPE, "event_payload": {"key": "m#1"}}


@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_post_whose_answer_was_lost_is_found(office: Office, in_thread: bool) -> None:
    thread_ts = await office.post(key="parent") if in_thread else ""
    await office.does("fault", kind="lost_answer", method="chat.postMessage")
    with pytest.raises(ChatUnavailable):
        await office.post(thread_ts=thread_ts)
    (ts,) = await office.standing(thread_ts)
    channel = await office.riley.reads(team.AGENT_RULES)
    found = await office.riley.reads_thread(channel[0]) if in_thread else channel
    assert [message["ts"] for message in found if message["metadata"]["event_payload"]["key"] == "m#1"] == [ts]


async def test_of_another_key_nothing_stands(office: Office) -> None:
    await office.post(key="other")
    assert await office.standing() == ()


async def test_an_earlier_message_is_found_behind_many_others(office: Office) -> None:
    first = await office.post(key="m#1")
    for number in range(120):
        await office.post(key=f"other#{number}")
    assert await office.standing() == (first,)


async def test_an_app_that_may_not_read_finds_nothing(office: Office) -> None:
    await office.does("fault", kind="error", method="conversations.history", code="missing_scope")
    assert await office.standing() == ()


@pytest.mark.parametrize("fault", ["", "missing_scope", "ratelimited"])
async def test_what_is_private_is_seen_in_a_thread_that_is_begun_and_else_in_the_channel(
    office: Office, fault: str
) -> None:
    """Slack shows nobody what is private in a thread without replies, though it answers `ok`."""
    root, begun = await office.post(key="a"), await office.post(key="b")
    await office.post(thread_ts=begun, key="c")
    if fault:
        await office.does("fault", kind="error", method="conversations.replies", code=fault, times=2)
    for thread in (root, begun):
        await office.messenger.tell(channel=team.AGENT_RULES, user=team.REQUESTER, text="psst", thread_ts=thread)
    told = await office.riley.reads_private()
    assert [each.get("thread_ts") for each in told] == [None, None if fault else begun]


async def test_an_update_shows_another_content_under_the_same_key(office: Office) -> None:
    ts = await office.post()
    other = SlackMessage("bye", ({"type": "section", "text": {"type": "plain_text", "text": "bye"}},))
    await office.messenger.update(channel=team.AGENT_RULES, ts=ts, message=other)
    (message,) = await office.riley.reads(team.AGENT_RULES)
    assert message["text"] == "bye"
    assert message["metadata"]["event_payload"] == {"key": "m#1"}


async def test_an_update_of_a_message_that_is_gone_says_so(office: Office) -> None:
    with pytest.raises(ChatError) as raised:
        await office.messenger.update(channel=team.AGENT_RULES, ts="1.0", message=HELLO)
    assert raised.value.code == "message_not_found"


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        (team.WITHOUT_BOT, "not_in_channel"),
        (team.PRIVATE, "channel_not_found"),
        (team.ARCHIVED, "is_archived"),
    ],
)
async def test_a_channel_that_cannot_be_posted_in_is_said_by_slacks_code(
    office: Office, channel: str, code: str
) -> None:
    with pytest.raises(ChatError) as raised:
        await office.post(channel=channel)
    assert raised.value.code == code


@pytest.mark.parametrize("kind", ["server_error", "html"])
async def test_a_slack_that_is_broken_is_tried_again_later(office: Office, kind: str) -> None:
    await office.does("fault", kind=kind, method="chat.postMessage")
    with pytest.raises(ChatUnavailable):
        await office.post()


async def test_a_rate_limit_passes_on_how_long_to_wait(office: Office) -> None:
    await office.does("fault", kind="ratelimited", method="chat.postMessage", seconds=17)
    with pytest.raises(ChatUnavailable) as raised:
        await office.post()
    assert raised.value.retry_after == 17


async def test_a_sentence_reaches_one_person_in_the_channel(office: Office) -> None:
    await office.messenger.tell(channel=team.AGENT_RULES, user=team.REQUESTER, text="Not yet.")
    (message,) = await office.riley.reads_private(team.AGENT_RULES)
    assert message["text"] == "Not yet."
    assert not await office.riley.reads(team.AGENT_RULES)


@pytest.mark.parametrize("channel", [team.PRIVATE, team.WITHOUT_BOT, ""])
async def test_where_the_bot_is_not_the_sentence_comes_as_a_direct_message(office: Office, channel: str) -> None:
    await office.messenger.tell(channel=channel, user=team.REQUESTER, text="Invite me.")
    channels = (await office.does("reads_team"))["channels"]
    (direct,) = [each["id"] for each in channels if set(each["members"]) == {team.REQUESTER, team.BOT_USER}]
    assert [message["text"] for message in await office.riley.reads(direct)] == ["Invite me."]


async def test_a_used_up_response_url_is_followed_by_another_way(office: Office) -> None:
    dead = office.served.url + "/hooks/commands/none"
    await office.messenger.tell(channel=team.AGENT_RULES, user=team.REQUESTER, text="Still told.", response_url=dead)
    assert [found["text"] for found in await office.riley.reads_private(team.AGENT_RULES)] == ["Still told."]


@pytest.mark.parametrize("kind", ["server_error", "html", "ratelimited"])
async def test_a_response_url_that_fails_is_followed_by_another_way(office: Office, kind: str) -> None:
    """Whoever clicked is told although the answer to the click cannot be posted where Slack asked for it."""
    await office.does("fault", kind=kind, method="response_url")
    issued = office.served.workspace.response_urls.issue("commands", team.REQUESTER, team.AGENT_RULES)
    url = office.served.url + issued
    await office.messenger.tell(channel=team.AGENT_RULES, user=team.REQUESTER, text="Told.", response_url=url)
    assert [found["text"] for found in await office.riley.reads_private(team.AGENT_RULES)] == ["Told."]


async def test_a_sentence_names_people_but_calls_no_channel(office: Office) -> None:
    text = f"decided by <@{team.APPROVER_AVERY}> of <!channel> <https://evil.example|x> & more"
    await office.messenger.tell(channel=team.AGENT_RULES, user=team.REQUESTER, text=text)
    (message,) = await office.riley.reads_private(team.AGENT_RULES)
    assert f"<@{team.APPROVER_AVERY}>" in message["text"]
    assert "&lt;!channel&gt; &lt;https://evil.example|x&gt; &amp; more" in message["text"]


async def kinds(office: Office) -> list[str]:
    """The first block of each message in the channel."""
    return [message["blocks"][0]["type"] for message in await office.riley.reads(team.AGENT_RULES)]


async def refusals(office: Office) -> int:
    return sum(call["error"] == "invalid_blocks" for call in await office.does("reads_calls"))


@asynccontextmanager
async def spoken_to(office: Office, team_id: str, older: OlderBlocks) -> AsyncIterator[Office]:
    """The office by another messenger, which takes it for the workspace `team_id`."""
    token, url, pacer = office.served.bot_token, office.served.api_url, Pacer(interval=0.0)
    async with http_session() as session:
        yield Office(office.served, SlackMessenger(token, url, session, pacer, team=team_id, older=older))


async def test_newer_blocks_are_shown_where_slack_takes_them(office: Office) -> None:
    await office.post(message=NEWER)
    assert await kinds(office) == ["table"]


async def test_a_workspace_that_refuses_newer_blocks_is_shown_plain_ones_at_once_and_not_asked_again(
    office: Office,
) -> None:
    await office.does("refuses_blocks", types=["table"])
    ts = await office.post(message=NEWER)
    assert (await kinds(office), await refusals(office)) == (["section"], 1)
    await office.messenger.update(channel=team.AGENT_RULES, ts=ts, message=NEWER)
    await office.post(message=NEWER, key="m#2")
    assert (await kinds(office), await refusals(office)) == (["section", "section"], 1)


async def test_an_update_that_is_refused_for_newer_blocks_shows_plain_ones_at_once(office: Office) -> None:
    ts = await office.post(message=NEWER)
    await office.does("refuses_blocks", types=["table"])
    await office.messenger.update(channel=team.AGENT_RULES, ts=ts, message=NEWER)
    assert (await kinds(office), await refusals(office)) == (["section"], 1)


async def test_what_a_workspace_refused_is_known_to_all_that_speak_to_it_and_of_no_other(office: Office) -> None:
    """A token that was replaced, as every twelve hours, forgets nothing."""
    older = OlderBlocks()
    await office.does("refuses_blocks", types=["table"])
    async with spoken_to(office, "T1", older) as first:
        await first.post(message=NEWER)
    await office.does("refuses_blocks", types=[])
    async with spoken_to(office, "T1", older) as again, spoken_to(office, "T2", older) as other:
        await again.post(message=NEWER, key="m#2")
        await other.post(message=NEWER, key="m#3")
    assert (await kinds(office), await refusals(office)) == (["section", "section", "table"], 1)


async def test_a_refusal_is_forgotten_after_a_day(office: Office) -> None:
    """Slack brings new blocks to one workspace after the other."""
    now = 0.0
    older = OlderBlocks(lambda: now)
    async with spoken_to(office, "T1", older) as first:
        await office.does("refuses_blocks", types=["table"])
        await first.post(message=NEWER)
        await office.does("refuses_blocks", types=[])
        now = 25 * 3600.0
        await first.post(message=NEWER, key="m#2")
    assert await kinds(office) == ["section", "table"]


async def test_a_message_that_is_wrong_in_any_form_is_refused_and_remembered_of_nobody(office: Office) -> None:
    wrong = SlackMessage("refund", (TABLE,), ({"type": "spell"},))
    await office.does("refuses_blocks", types=["table"])
    with pytest.raises(ChatError) as raised:
        await office.post(message=wrong)
    assert raised.value.code == "invalid_blocks"
    await office.does("refuses_blocks", types=[])
    await office.post(message=NEWER, key="m#2")
    assert await kinds(office) == ["table"]
