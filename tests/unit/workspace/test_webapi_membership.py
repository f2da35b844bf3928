"""Channels that the bot makes, who is in them, what is pinned, and messages that come later."""

from __future__ import annotations

from typing import Any

import pytest

from bot.workspace import Rates
from bot.workspace.team import AGENT_RULES, BOT_USER, GUEST, MEMBER, OUTSIDER, PRIVATE, REQUESTER, WITHOUT_BOT
from bot.workspace.wire import CannotAct

EVENTS = frozenset(
    {
        *("channel_created", "member_joined_channel", "member_left_channel", "channel_left"),
        *("pin_added", "pin_removed", "message.channels", "team_join", "user_change"),
    }
)


async def heard(socket: Any) -> dict[str, Any]:
    """The next event, acknowledged."""
    frame = await socket.frame()
    await socket.ack(frame)
    event: dict[str, Any] = frame["payload"]["event"]
    return event


async def test_a_channel_that_the_bot_makes_fills_and_leaves_is_told_to_it(open_bench: Any) -> None:
    bench = await open_bench(rates=Rates(enforced=False), events=EVENTS)
    socket = await bench.connect()
    made = (await bench.call("conversations.create", name="new-rules"))["channel"]
    assert (made["is_member"], made["is_private"], made["creator"]) == (True, False, BOT_USER)
    assert (await heard(socket))["type"] == "channel_created"
    invited = await bench.call("conversations.invite", channel=made["id"], users=f"{MEMBER},{REQUESTER}")
    assert invited["channel"]["num_members"] == 3
    told = [await heard(socket), await heard(socket)]
    assert {(event["type"], event["user"], event["inviter"]) for event in told} == {
        ("member_joined_channel", MEMBER, BOT_USER),
        ("member_joined_channel", REQUESTER, BOT_USER),
    }
    assert (await bench.call("conversations.kick", channel=made["id"], user=MEMBER))["ok"]
    assert ((left := await heard(socket))["type"], left["user"]) == ("member_left_channel", MEMBER)
    assert (await bench.call("conversations.leave", channel=made["id"]))["ok"]
    assert {(await heard(socket))["type"], (await heard(socket))["type"]} == {"member_left_channel", "channel_left"}
    assert (await bench.call("conversations.leave", channel=made["id"]))["not_in_channel"]


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("conversations.create", {}, "invalid_name_required"),
        ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
        ("conversations.create", {"name": "No Spaces"}, "invalid_name_specials"),
        ("conversations.create", {"name": "agent-rules"}, "name_taken"),
        ("conversations.invite", {"channel": AGENT_RULES, "users": ""}, "no_user"),
        ("conversations.invite", {"channel": AGENT_RULES, "users": BOT_USER}, "cant_invite_self"),
        ("conversations.invite", {"channel": AGENT_RULES, "users": OUTSIDER}, "cant_invite"),
        ("conversations.invite", {"channel": AGENT_RULES, "users": MEMBER}, "already_in_channel"),
        ("conversations.invite", {"channel": WITHOUT_BOT, "users": GUEST}, "not_in_channel"),
        ("conversations.kick", {"channel": AGENT_RULES, "user": GUEST}, "cant_kick_from_general"),
        ("conversations.kick", {"channel": AGENT_RULES, "user": BOT_USER}, "cant_kick_self"),
        ("conversations.leave", {"channel": AGENT_RULES}, "cant_leave_general"),
        ("conversations.leave", {"channel": PRIVATE}, "channel_not_found"),
        ("pins.add", {"channel": AGENT_RULES}, "no_item_specified"),
        ("pins.add", {"channel": AGENT_RULES, "timestamp": "1.0"}, "message_not_found"),
        ("chat.scheduleMessage", {"channel": AGENT_RULES, "text": "x", "post_at": "soon"}, "invalid_time"),
        ("chat.scheduleMessage", {"channel": AGENT_RULES, "text": "x", "post_at": 1}, "time_in_past"),
        ("chat.scheduleMessage", {"channel": AGENT_RULES, "text": "x", "post_at": 9_999_999_999}, "time_too_far"),
        (
            "chat.deleteScheduledMessage",
            {"channel": AGENT_RULES, "scheduled_message_id": "Q0"},
            "invalid_scheduled_message_id",
        ),
    ],
)
async def test_what_slack_refuses_is_refused(bench: Any, method: str, arguments: Any, error: str) -> None:
    assert (await bench.call(method, **arguments))["error"] == error


async def test_making_a_private_channel_needs_another_scope(open_bench: Any) -> None:
    bench = await open_bench(rates=Rates(enforced=False), scopes=frozenset({"channels:manage"}))
    assert (await bench.call("conversations.create", name="open"))["ok"]
    refused = await bench.call("conversations.create", name="closed", is_private=True)
    assert (refused["error"], refused["needed"]) == ("missing_scope", "groups:write")


async def test_a_pin_is_kept_on_the_message_and_told(open_bench: Any) -> None:
    bench = await open_bench(rates=Rates(enforced=False), events=frozenset({"pin_added", "pin_removed"}))
    socket = await bench.connect()
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="keep"))["ts"]
    where = {"channel": AGENT_RULES, "timestamp": ts}
    assert (await bench.call("pins.add", **where))["ok"]
    assert (await heard(socket))["item"]["message"]["pinned_to"] == [AGENT_RULES]
    assert (await bench.call("pins.add", **where))["error"] == "already_pinned"
    (item,) = (await bench.call("pins.list", channel=AGENT_RULES))["items"]
    assert (item["message"]["text"], item["created_by"]) == ("keep", BOT_USER)
    assert (await bench.call("pins.remove", **where))["ok"]
    assert (await heard(socket))["type"] == "pin_removed"
    assert (await bench.call("pins.remove", **where))["error"] == "no_pin"


async def test_a_scheduled_message_comes_when_it_is_due_unless_it_is_taken_back(bench: Any) -> None:
    now = int(bench.clock.seconds())
    for text, seconds in (("one", 60), ("two", 120)):
        waits = await bench.call("chat.scheduleMessage", channel=AGENT_RULES, text=text, post_at=now + seconds)
    await bench.clock.advance(61)
    read = bench.person(MEMBER).reads
    await bench.served.workspace.wait_until(lambda: bench.served.workspace.messages.records)
    assert [message["text"] for message in await read(AGENT_RULES)] == ["one"]
    taken = {"channel": AGENT_RULES, "scheduled_message_id": waits["scheduled_message_id"]}
    assert (await bench.call("chat.deleteScheduledMessage", **taken))["ok"]
    await bench.clock.advance(61)
    assert (await bench.call("chat.scheduledMessages.list"))["scheduled_messages"] == []
    assert [message["text"] for message in await read(AGENT_RULES)] == ["one"]


async def test_a_scheduled_message_outlives_the_process(tmp_path: Any, open_bench: Any) -> None:
    first = await open_bench(data_dir=tmp_path)
    later = int(first.clock.seconds()) + 60
    await first.call("chat.scheduleMessage", channel=AGENT_RULES, text="later", post_at=later)
    first.served.workspace.store.close()
    again = await open_bench(data_dir=tmp_path)
    await again.clock.advance(120)
    await again.served.workspace.wait_until(lambda: again.served.workspace.messages.records)
    assert [message["text"] for message in await again.person(MEMBER).reads(AGENT_RULES)] == ["later"]


async def test_the_bot_hears_its_own_messages_their_changes_and_their_end(open_bench: Any) -> None:
    bench = await open_bench(rates=Rates(enforced=False), events=EVENTS)
    socket = await bench.connect()
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="one"))["ts"]
    own = await heard(socket)
    assert (own["type"], own["user"], "bot_id" in own, own["ts"]) == ("message", BOT_USER, True, ts)
    await bench.call("chat.update", channel=AGENT_RULES, ts=ts, text="two")
    edited = await heard(socket)
    assert (edited["subtype"], edited["message"]["text"], edited["previous_message"]["text"]) == (
        "message_changed",
        "two",
        "one",
    )
    await bench.call("chat.delete", channel=AGENT_RULES, ts=ts)
    assert ((gone := await heard(socket))["subtype"], gone["deleted_ts"]) == ("message_deleted", ts)


async def test_people_who_come_and_change_are_told(open_bench: Any) -> None:
    bench = await open_bench(events=EVENTS)
    socket = await bench.connect()
    added = await bench.act("adds_user", name="zoe", real_name="Zoe Zimmer")
    assert ((joined := await heard(socket))["type"], joined["user"]["id"]) == ("team_join", added["id"])
    await bench.act("changes_user", user=added["id"], is_admin=True)
    assert ((changed := await heard(socket))["type"], changed["user"]["is_admin"]) == ("user_change", True)


@pytest.mark.parametrize(
    ("given", "error", "pointer"),
    [
        ({"blocks": [{"type": "divider"}]}, "", ""),
        ({"message": {"text": "x", "blocks": [{"type": "divider"}]}}, "", ""),
        ({"view": {"type": "home", "blocks": []}}, "", ""),
        ({"blocks": [{"type": "spell"}]}, "invalid_blocks", "/0/type"),
        ({"message": {"blocks": [{"type": "header"}]}}, "invalid_message", "/0"),
        ({"view": {"type": "modal", "blocks": []}}, "invalid_view", "/"),
        ({}, "invalid_arguments", ""),
        ({"blocks": [], "view": {}}, "invalid_arguments", ""),
        ({"blocks": "[{"}, "invalid_blocks", "/"),
    ],
)
async def test_blocks_are_validated_without_a_scope(open_bench: Any, given: Any, error: str, pointer: str) -> None:
    bench = await open_bench(scopes=frozenset())
    answer = await bench.call("blocks.validate", **given)
    assert answer.get("error", "") == error
    if pointer:
        assert answer["errors"][0]["pointer"] == pointer
        assert answer["errors"][0]["message"]


async def test_a_workspace_can_be_told_to_know_no_newer_blocks(bench: Any) -> None:
    """Wherever blocks are given: a message, its update, a view, and in other blocks."""
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    within = {"type": "container", "title": {"type": "plain_text", "text": "x"}, "child_blocks": [table]}
    grid = {"type": "layout", "label": "x", "rows": [{"items": [{"blocks": [{"type": "divider"}]}]}]}
    posted = await bench.call("chat.postMessage", channel=AGENT_RULES, text="x", blocks=[table])
    where = {"channel": AGENT_RULES, "text": "x"}
    assert (await bench.act("refuses_blocks", types=["table", "layout"]))["refused_blocks"] == ["layout", "table"]
    for method, more in (
        ("chat.postMessage", {**where, "blocks": [table]}),
        ("chat.postMessage", {**where, "blocks": [within]}),
        ("chat.update", {**where, "ts": posted["ts"], "blocks": [table]}),
        ("blocks.validate", {"blocks": [table]}),
    ):
        assert (await bench.call(method, **more))["error"] == "invalid_blocks"
    view = {"type": "home", "blocks": [grid]}
    assert (await bench.call("views.publish", user_id=MEMBER, view=view))["error"] == "invalid_arguments"
    assert (await bench.call("chat.postMessage", **where, blocks=[{"type": "divider"}]))["ok"]
    await bench.act("refuses_blocks", types=[])
    assert (await bench.call("chat.postMessage", **where, blocks=[within]))["ok"]
    assert (await bench.call("views.publish", user_id=MEMBER, view=view))["ok"]
    with pytest.raises(CannotAct, match="no block spell"):
        await bench.act("refuses_blocks", types=["spell"])
