"""What people do, and the payloads that the bot gets for it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.workspace.team import (
    AGENT_RULES,
    APPROVERS_GROUP,
    ARCHIVED,
    BOT_USER,
    DIRECT_HUMANS,
    MEMBER,
    OTHER_TEAM_ID,
    OUTSIDER,
    PRIVATE,
    REQUESTER,
    SHARED,
    TEAM_ID,
    WITHOUT_BOT,
)
from bot.workspace.wire import CannotAct

BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "p1"}
SELECT = {
    "type": "static_select",
    "action_id": "mode",
    "options": [
        {"text": {"type": "plain_text", "text": "Log"}, "value": "log"},
        {"text": {"type": "plain_text", "text": "Enforce"}, "value": "enforce"},
    ],
}
ACTIONS = [{"type": "actions", "block_id": "row", "elements": [BUTTON, SELECT]}]


async def test_a_command_carries_strings_ids_a_trigger_and_a_response_url(bench: Any) -> None:
    socket = await bench.connect()
    frame, typed = await socket.answer(bench.person(REQUESTER).types("/policy allow it", AGENT_RULES))
    payload = frame["payload"]
    assert (frame["type"], frame["accepts_response_payload"], typed["acknowledged"]) == ("slash_commands", True, True)
    assert all(isinstance(value, str) for value in payload.values())
    assert (payload["command"], payload["text"], payload["user_id"]) == ("/policy", "allow it", REQUESTER)
    assert (payload["team_id"], payload["channel_id"], payload["channel_name"]) == (TEAM_ID, AGENT_RULES, "agent-rules")
    assert payload["response_url"].startswith(bench.served.url)
    assert payload["trigger_id"]
    assert "thread_ts" not in payload


@pytest.mark.parametrize(
    ("channel", "name"), [(PRIVATE, "privategroup"), (DIRECT_HUMANS, "directmessage"), (WITHOUT_BOT, "water-cooler")]
)
async def test_a_command_works_where_the_bot_is_not(bench: Any, channel: str, name: str) -> None:
    socket = await bench.connect()
    frame, _ = await socket.answer(bench.person(REQUESTER).types("/policy help", channel))
    assert (frame["payload"]["channel_id"], frame["payload"]["channel_name"]) == (channel, name)


async def test_what_a_person_types_arrives_escaped_with_names_and_links_resolved(bench: Any) -> None:
    socket = await bench.connect()
    text = "/policy  a < b & <!channel> @morgan, #agent-rules @policy-approvers https://x.test/?a=1&b=2 @nobody @here "
    frame, _ = await socket.answer(bench.person(REQUESTER).types(text, AGENT_RULES))
    assert frame["payload"]["text"] == (
        f"a &lt; b &amp; &lt;!channel&gt; <@{MEMBER}|morgan>, <#{AGENT_RULES}|agent-rules> "
        f"<!subteam^{APPROVERS_GROUP}|@policy-approvers> <https://x.test/?a=1&amp;b=2> @nobody <!here>"
    )


async def test_what_a_person_types_arrives_as_it_is_without_should_escape(open_bench: Any) -> None:
    bench = await open_bench(unescaped=frozenset({"/policy"}))
    socket = await bench.connect()
    frame, _ = await socket.answer(bench.person(REQUESTER).types("/policy a <b> @morgan", AGENT_RULES))
    assert frame["payload"]["text"] == "a <b> @morgan"


async def test_a_command_in_a_thread_is_refused_by_slack_and_never_delivered(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a"))["ts"]
    with pytest.raises(CannotAct, match="not supported in threads"):
        await bench.person(REQUESTER).types("/policy help", AGENT_RULES, thread_ts=ts)
    assert await bench.act("reads_deliveries") == []


@pytest.mark.parametrize(
    ("user", "text", "channel", "code"),
    [
        (REQUESTER, "/other x", AGENT_RULES, "no_such_command"),
        (MEMBER, "/policy x", PRIVATE, "not_in_channel"),
        (OUTSIDER, "/policy x", AGENT_RULES, "not_in_channel"),
        ("U0NOBODY", "/policy x", AGENT_RULES, "user_not_found"),
        (BOT_USER, "/policy x", AGENT_RULES, "user_disabled"),
        (REQUESTER, "/policy x", "C0NOWHERE", "channel_not_found"),
        (REQUESTER, "hello", ARCHIVED, "is_archived"),
        (REQUESTER, "  ", AGENT_RULES, "no_text"),
    ],
)
async def test_nobody_does_what_slack_would_not_let_them(
    bench: Any, user: str, text: str, channel: str, code: str
) -> None:
    with pytest.raises(CannotAct) as refused:
        await bench.person(user).types(text, channel)
    assert refused.value.code == code


@pytest.mark.parametrize(("payload", "private"), [({"text": "only you"}, True), ({"text": "all"}, False)])
async def test_a_text_in_the_acknowledgement_is_shown_as_it_asks(bench: Any, payload: Any, private: bool) -> None:
    socket = await bench.connect()
    kind = {} if private else {"response_type": "in_channel"}
    await socket.answer(bench.person(REQUESTER).types("/policy x", WITHOUT_BOT), payload | kind)
    seen = await bench.person(REQUESTER).reads_private()
    everyone = await bench.person(MEMBER).reads(WITHOUT_BOT)
    assert [message["text"] for message in (seen if private else everyone)] == [payload["text"]]
    assert (everyone if private else seen) == []


async def test_a_click_carries_the_message_the_value_and_who_clicked(bench: Any) -> None:
    socket = await bench.connect()
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a", blocks=ACTIONS))["ts"]
    (message,) = await bench.person(MEMBER).reads(AGENT_RULES)
    frame, _ = await socket.answer(bench.person(MEMBER).clicks(message, "go"))
    payload, action = frame["payload"], frame["payload"]["actions"][0]
    assert (frame["type"], frame["accepts_response_payload"], payload["type"]) == (
        "interactive",
        False,
        "block_actions",
    )
    assert (payload["user"]["id"], payload["user"]["team_id"], payload["team"]["id"]) == (MEMBER, TEAM_ID, TEAM_ID)
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == ts
    assert (action["action_id"], action["block_id"], action["value"]) == ("go", "row", "p1")
    assert payload["state"]["values"] == {"row": {"mode": {"type": "static_select", "selected_option": None}}}


async def test_an_outsiders_click_names_their_own_team(bench: Any) -> None:
    socket = await bench.connect()
    await bench.call("chat.postMessage", channel=SHARED, text="a", blocks=ACTIONS)
    (message,) = await bench.person(OUTSIDER).reads(SHARED)
    frame, _ = await socket.answer(bench.person(OUTSIDER).clicks(message, "go"))
    assert (frame["payload"]["user"]["team_id"], frame["payload"]["team"]["id"]) == (OTHER_TEAM_ID, TEAM_ID)


async def test_a_choice_is_one_of_the_options_and_stays_in_the_messages_state(bench: Any) -> None:
    socket = await bench.connect()
    await bench.call("chat.postMessage", channel=AGENT_RULES, text="a", blocks=ACTIONS)
    member = bench.person(MEMBER)
    (message,) = await member.reads(AGENT_RULES)
    frame, _ = await socket.answer(member.clicks(message, "mode", "enforce"))
    assert frame["payload"]["actions"][0]["selected_option"]["value"] == "enforce"
    frame, _ = await socket.answer(member.clicks(message, "go"))
    assert frame["payload"]["state"]["values"]["row"]["mode"]["selected_option"]["value"] == "enforce"
    with pytest.raises(CannotAct, match="It offers log, enforce"):
        await member.clicks(message, "mode", "delete")


async def test_a_button_that_is_gone_cannot_be_clicked(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a", blocks=ACTIONS))["ts"]
    (message,) = await bench.person(MEMBER).reads(AGENT_RULES)
    await bench.call("chat.update", channel=AGENT_RULES, ts=ts, text="done")
    with pytest.raises(CannotAct, match="It offers nothing"):
        await bench.person(MEMBER).clicks(message, "go")


async def test_an_ephemeral_message_is_clicked_by_its_reader_only(bench: Any) -> None:
    socket = await bench.connect()
    await bench.call("chat.postEphemeral", channel=AGENT_RULES, user=MEMBER, text="a", blocks=ACTIONS)
    (message,) = await bench.person(MEMBER).reads_private()
    frame, _ = await socket.answer(bench.person(MEMBER).clicks(message, "go"))
    assert frame["payload"]["container"]["is_ephemeral"] is True
    with pytest.raises(CannotAct, match="There is no message"):
        await bench.person(REQUESTER).clicks(message, "go")


async def test_a_message_shortcut_carries_the_message_and_its_thread(bench: Any) -> None:
    socket = await bench.connect()
    said = await bench.person(REQUESTER).types("agents may refund", AGENT_RULES)
    await bench.person(MEMBER).types("why?", AGENT_RULES, thread_ts=said["ts"])
    _, reply = await bench.person(MEMBER).reads_thread(said)
    frame, _ = await socket.answer(bench.person(MEMBER).uses_message_shortcut(reply, "propose"))
    payload = frame["payload"]
    assert (payload["type"], payload["callback_id"]) == ("message_action", "propose")
    assert payload["message"]["thread_ts"] == said["ts"]
    assert payload["response_url"]


async def test_a_global_shortcut_has_a_trigger_and_no_channel(bench: Any) -> None:
    socket = await bench.connect()
    frame, _ = await socket.answer(bench.person(REQUESTER).uses_shortcut("new_rule"))
    assert (frame["payload"]["type"], frame["payload"]["callback_id"]) == ("shortcut", "new_rule")
    assert "channel" not in frame["payload"]


async def test_a_mention_reaches_the_bot_where_it_is_a_member_with_the_thread(bench: Any) -> None:
    socket = await bench.connect()
    said = await bench.person(REQUESTER).types("hello", AGENT_RULES)
    await bench.person(REQUESTER).types("@embedded allow", WITHOUT_BOT)
    await bench.person(REQUESTER).types("@embedded allow", AGENT_RULES, thread_ts=said["ts"])
    frame = await socket.frame()
    event = frame["payload"]["event"]
    assert (frame["type"], frame["retry_attempt"], frame["payload"]["type"]) == ("events_api", 0, "event_callback")
    assert (event["type"], event["channel"], event["thread_ts"]) == ("app_mention", AGENT_RULES, said["ts"])
    assert event["text"] == f"<@{BOT_USER}> allow"
    assert frame["payload"]["authorizations"][0]["user_id"] == BOT_USER


async def test_an_event_from_a_shared_channel_says_so(bench: Any) -> None:
    socket = await bench.connect()
    await bench.person(OUTSIDER).types("@embedded hi", SHARED)
    payload = (await socket.frame())["payload"]
    assert payload["is_ext_shared_channel"] is True
    assert payload["event"]["team"] == OTHER_TEAM_ID


async def test_a_direct_message_to_the_bot_is_an_event(bench: Any) -> None:
    socket = await bench.connect()
    opened = await bench.act("opens_direct", user=REQUESTER)
    await bench.person(REQUESTER).types("allow refunds", opened["channel"])
    event = (await socket.frame())["payload"]["event"]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "allow refunds")


async def test_events_that_are_not_subscribed_to_do_not_come(open_bench: Any) -> None:
    bench = await open_bench(events=frozenset({"message.channels"}))
    socket = await bench.connect()
    await bench.act("opens_home", user=REQUESTER)
    await bench.person(REQUESTER).types("@embedded hi", AGENT_RULES)
    event = (await socket.frame())["payload"]["event"]
    assert (event["type"], event["channel_type"]) == ("message", "channel")


async def test_an_invited_bot_is_told_and_can_write_then_and_not_after_it_was_removed(bench: Any) -> None:
    socket = await bench.connect()
    await bench.person(REQUESTER).invites(PRIVATE, BOT_USER)
    event = (await socket.frame())["payload"]["event"]
    assert (event["type"], event["channel"], event["inviter"]) == ("member_joined_channel", PRIVATE, REQUESTER)
    assert (await bench.call("chat.postMessage", channel=PRIVATE, text="hi"))["ok"]
    await bench.act("removes", user=REQUESTER, channel=PRIVATE)
    assert (await bench.call("chat.postMessage", channel=PRIVATE, text="hi"))["error"] == "channel_not_found"


async def test_a_channel_comes_to_be_shared_and_is_ones_own_again(bench: Any) -> None:
    """The bot is told of the company that comes and goes; of one that is invited Slack tells nothing."""
    socket = await bench.connect()
    await bench.act("shares_channel", channel=AGENT_RULES, pending=True)
    await bench.act("unshares_channel", channel=AGENT_RULES)
    await bench.act("shares_channel", channel=PRIVATE)  # the bot is not in it
    await bench.act("shares_channel", channel=AGENT_RULES)
    event = (await socket.frame())["payload"]["event"]
    assert (event["type"], event["channel"]) == ("channel_shared", AGENT_RULES)
    assert (await bench.call("conversations.info", channel=AGENT_RULES))["channel"]["is_ext_shared"]
    await bench.act("unshares_channel", channel=AGENT_RULES)
    event = (await socket.frame())["payload"]["event"]
    assert (event["type"], event["is_ext_shared"]) == ("channel_unshared", False)
    found = (await bench.call("conversations.info", channel=AGENT_RULES))["channel"]
    assert (found["is_ext_shared"], found["connected_team_ids"]) == (False, [])


async def test_two_clicks_at_once_are_two_deliveries(bench: Any) -> None:
    socket = await bench.connect()
    await bench.call("chat.postMessage", channel=AGENT_RULES, text="a", blocks=ACTIONS)
    (message,) = await bench.person(MEMBER).reads(AGENT_RULES)
    clicks = [asyncio.ensure_future(bench.person(user).clicks(message, "go")) for user in (MEMBER, REQUESTER)]
    frames = [await socket.frame(), await socket.frame()]
    for frame in frames:
        await socket.ack(frame)
    assert all(outcome["acknowledged"] for outcome in await asyncio.gather(*clicks))
    assert {frame["payload"]["user"]["id"] for frame in frames} == {MEMBER, REQUESTER}
