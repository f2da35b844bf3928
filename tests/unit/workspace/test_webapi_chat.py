"""What the bot writes: access, limits, updates, deletion, metadata, whom it notifies."""

from __future__ import annotations

from typing import Any

import pytest

from bot.workspace.team import (
    AGENT_RULES,
    APPROVER_AVERY,
    APPROVER_BLAIR,
    APPROVERS_GROUP,
    ARCHIVED,
    DIRECT_HUMANS,
    GUEST,
    MEMBER,
    OUTSIDER,
    PRIVATE,
    REQUESTER,
    WITHOUT_BOT,
)
from bot.workspace.wire import CannotAct

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        (WITHOUT_BOT, "not_in_channel"),
        (PRIVATE, "channel_not_found"),
        (DIRECT_HUMANS, "channel_not_found"),
        ("C0NOWHERE", "channel_not_found"),
        (ARCHIVED, "is_archived"),
    ],
)
async def test_a_post_is_refused_where_the_bot_may_not_write(bench: Any, channel: str, error: str) -> None:
    assert (await bench.call("chat.postMessage", channel=channel, text="hi"))["error"] == error


async def test_a_public_channel_can_be_written_to_unjoined_with_the_scope_for_it(open_bench: Any) -> None:
    bench = await open_bench(scopes=frozenset({"chat:write", "chat:write.public"}))
    assert (await bench.call("chat.postMessage", channel=WITHOUT_BOT, text="hi"))["ok"]
    assert (await bench.call("chat.postMessage", channel=PRIVATE, text="hi"))["error"] == "channel_not_found"


async def test_a_post_says_what_was_posted_and_gives_ids_to_blocks_and_elements(bench: Any) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [SECTION, {"type": "actions", "elements": [button]}]
    posted = await bench.call("chat.postMessage", channel=AGENT_RULES, text="hi", blocks=blocks)
    message = posted["message"]
    assert (posted["ok"], posted["channel"], message["ts"]) == (True, AGENT_RULES, posted["ts"])
    assert all(block["block_id"] for block in message["blocks"])
    assert message["blocks"][1]["elements"][0]["action_id"]


async def test_a_post_by_name_or_to_a_person_finds_the_channel_and_opens_the_direct_message(bench: Any) -> None:
    assert (await bench.call("chat.postMessage", channel="#agent-rules", text="hi"))["channel"] == AGENT_RULES
    direct = await bench.call("chat.postMessage", channel=REQUESTER, text="hi")
    opened = await bench.call("conversations.open", users=REQUESTER)
    assert direct["channel"] == opened["channel"]["id"]
    assert direct["channel"].startswith("D")


async def test_a_post_without_anything_to_show_is_refused(bench: Any) -> None:
    assert (await bench.call("chat.postMessage", channel=AGENT_RULES))["error"] == "no_text"


async def test_time_stamps_rise_and_are_never_the_same_while_time_stands_still(bench: Any) -> None:
    stamps = [(await bench.call("chat.postMessage", channel=AGENT_RULES, text="hi"))["ts"] for _ in range(5)]
    assert stamps == sorted(set(stamps))


async def test_an_update_with_text_alone_takes_the_blocks_away(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a", blocks=[SECTION]))["ts"]
    updated = await bench.call("chat.update", channel=AGENT_RULES, ts=ts, text="b")
    assert updated["message"]["text"] == "b"
    assert "blocks" not in updated["message"]
    assert "edited" in updated["message"]


async def test_an_update_with_blocks_alone_keeps_the_text_and_shows_no_edit(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a"))["ts"]
    updated = await bench.call("chat.update", channel=AGENT_RULES, ts=ts, blocks=[SECTION])
    assert updated["message"]["text"] == "a"
    assert updated["message"]["blocks"][0]["type"] == "section"
    assert "edited" not in updated["message"]


async def test_an_update_of_metadata_replaces_it_and_one_without_keeps_it(bench: Any) -> None:
    metadata = {"event_type": "proposal", "event_payload": {"id": "p1"}}
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a", metadata=metadata))["ts"]
    updated = await bench.call("chat.update", channel=AGENT_RULES, ts=ts, text="b")
    assert updated["message"]["metadata"] == metadata


async def test_metadata_is_read_back_only_on_request(bench: Any) -> None:
    metadata = {"event_type": "proposal", "event_payload": {"id": "p1"}}
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a", metadata=metadata))["ts"]
    plain = await bench.call("conversations.history", channel=AGENT_RULES)
    assert "metadata" not in plain["messages"][0]
    full = await bench.call("conversations.replies", channel=AGENT_RULES, ts=ts, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == metadata


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("{", "invalid_metadata_format"),
        ({"event_type": "x"}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"rule": "y" * 9000}}, "metadata_too_large"),
    ],
)
async def test_metadata_that_slack_would_not_take_is_refused(bench: Any, metadata: Any, error: str) -> None:
    answer = await bench.call("chat.postMessage", channel=AGENT_RULES, text="a", metadata=metadata)
    assert answer["error"] == error


async def test_only_the_bots_own_messages_can_be_updated_or_deleted(bench: Any) -> None:
    theirs = await bench.person(REQUESTER).types("hello", AGENT_RULES)
    place = {"channel": AGENT_RULES, "ts": theirs["ts"]}
    assert (await bench.call("chat.update", **place, text="b"))["error"] == "cant_update_message"
    assert (await bench.call("chat.delete", **place))["error"] == "cant_delete_message"
    missing = {"channel": AGENT_RULES, "ts": "1.000001"}
    assert (await bench.call("chat.update", **missing, text="b"))["error"] == "message_not_found"


async def test_a_channel_name_is_not_enough_for_an_update(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a"))["ts"]
    assert (await bench.call("chat.update", channel="agent-rules", ts=ts, text="b"))["error"] == "channel_not_found"


async def test_an_archived_channel_takes_no_update(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a"))["ts"]
    await bench.act("changes_channel", channel=AGENT_RULES, is_archived=True)
    assert (await bench.call("chat.update", channel=AGENT_RULES, ts=ts, text="b"))["error"] == "is_archived"


async def test_an_update_of_four_thousand_characters_without_blocks_is_the_most(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a"))["ts"]
    place = {"channel": AGENT_RULES, "ts": ts}
    assert (await bench.call("chat.update", **place, text="b" * 4000))["ok"]
    assert (await bench.call("chat.update", **place, text="b" * 4001))["error"] == "msg_too_long"


async def test_a_posted_text_is_cut_at_forty_thousand(bench: Any) -> None:
    posted = await bench.call("chat.postMessage", channel=AGENT_RULES, text="a" * 40_001)
    assert len(posted["message"]["text"]) == 40_000


async def test_an_ephemeral_message_is_seen_by_one_member_only_and_cannot_be_updated(bench: Any) -> None:
    shown = await bench.call("chat.postEphemeral", channel=AGENT_RULES, user=MEMBER, text="only you")
    assert [message["text"] for message in await bench.person(MEMBER).reads_private()] == ["only you"]
    assert await bench.person(REQUESTER).reads_private() == []
    assert await bench.person(MEMBER).reads(AGENT_RULES) == []
    update = await bench.call("chat.update", channel=AGENT_RULES, ts=shown["message_ts"], text="x")
    assert update["error"] == "message_not_found"


@pytest.mark.parametrize(
    ("channel", "user", "error"),
    [
        (AGENT_RULES, OUTSIDER, "user_not_in_channel"),
        (AGENT_RULES, "U0NOBODY", "user_not_found"),
        (WITHOUT_BOT, REQUESTER, "not_in_channel"),
        (PRIVATE, REQUESTER, "channel_not_found"),
        (ARCHIVED, REQUESTER, "is_archived"),
    ],
)
async def test_an_ephemeral_message_needs_bot_and_person_in_the_channel(
    bench: Any, channel: str, user: str, error: str
) -> None:
    assert (await bench.call("chat.postEphemeral", channel=channel, user=user, text="x"))["error"] == error


async def test_a_reply_joins_its_thread_and_the_parent_counts_it(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="parent"))["ts"]
    reply = await bench.call("chat.postMessage", channel=AGENT_RULES, text="one", thread_ts=ts)
    nested = await bench.call("chat.postMessage", channel=AGENT_RULES, text="two", thread_ts=reply["ts"])
    assert nested["message"]["thread_ts"] == ts
    (parent,) = await bench.person(REQUESTER).reads(AGENT_RULES)
    assert (parent["reply_count"], parent["latest_reply"]) == (2, nested["ts"])
    thread = await bench.call("conversations.replies", channel=AGENT_RULES, ts=ts)
    assert [message["text"] for message in thread["messages"]] == ["parent", "one", "two"]


async def test_a_broadcast_reply_shows_in_the_channel_too(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="parent"))["ts"]
    await bench.call("chat.postMessage", channel=AGENT_RULES, text="all", thread_ts=ts, reply_broadcast=True)
    assert [message["text"] for message in await bench.person(MEMBER).reads(AGENT_RULES)] == ["parent", "all"]


async def test_a_reply_to_nothing_is_refused(bench: Any) -> None:
    answer = await bench.call("chat.postMessage", channel=AGENT_RULES, text="x", thread_ts="1.000001")
    assert answer["error"] == "thread_not_found"


async def test_a_deleted_parent_leaves_a_tombstone_and_a_deleted_reply_leaves_nothing(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="parent"))["ts"]
    one = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="one", thread_ts=ts))["ts"]
    two = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="two", thread_ts=ts))["ts"]
    assert (await bench.call("chat.delete", channel=AGENT_RULES, ts=one))["ok"]
    assert (await bench.call("chat.delete", channel=AGENT_RULES, ts=ts))["ok"]
    thread = await bench.call("conversations.replies", channel=AGENT_RULES, ts=ts)
    assert [message.get("subtype") for message in thread["messages"]] == ["tombstone", None]
    assert thread["messages"][1]["ts"] == two
    assert (await bench.call("chat.update", channel=AGENT_RULES, ts=ts, text="x"))["error"] == "cant_update_message"


async def test_a_permalink_names_the_message_and_its_thread(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="parent"))["ts"]
    reply = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="one", thread_ts=ts))["ts"]
    link = (await bench.call("chat.getPermalink", channel=AGENT_RULES, message_ts=reply))["permalink"]
    assert f"/archives/{AGENT_RULES}/p{reply.replace('.', '')}?thread_ts={ts}" in link
    missing = await bench.call("chat.getPermalink", channel=AGENT_RULES, message_ts="1.000001")
    assert missing["error"] == "message_not_found"


async def test_a_reaction_counts_once(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a"))["ts"]
    place = {"channel": AGENT_RULES, "timestamp": ts, "name": "eyes"}
    assert (await bench.call("reactions.add", **place))["ok"]
    assert (await bench.call("reactions.add", **place))["error"] == "already_reacted"
    (message,) = await bench.person(MEMBER).reads(AGENT_RULES)
    assert [(reaction["name"], reaction["count"]) for reaction in message["reactions"]] == [("eyes", 1)]


STAFF = sorted([REQUESTER, APPROVER_AVERY, APPROVER_BLAIR, MEMBER, GUEST])


@pytest.mark.parametrize(
    ("content", "notified"),
    [
        ({"text": "<!channel> look"}, STAFF),
        ({"text": "<!here|here>"}, STAFF),
        ({"text": f"<!subteam^{APPROVERS_GROUP}>"}, sorted([APPROVER_AVERY, APPROVER_BLAIR])),
        ({"text": f"<@{MEMBER}>"}, [MEMBER]),
        ({"text": "&lt;!channel&gt; is only quoted"}, []),
        ({"text": "@channel is only text"}, []),
        ({"text": "@channel", "link_names": True}, STAFF),
        ({"text": "@here", "parse": "full"}, STAFF),
        ({"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "<!here>"}}]}, STAFF),
        ({"text": "x", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "<!here>"}}]}, []),
        ({"text": "x", "blocks": [{"type": "markdown", "text": "<!everyone>"}]}, STAFF),
        ({"text": "x", "attachments": [{"text": f"<@{MEMBER}>"}]}, [MEMBER]),
        (
            {
                "text": "x",
                "blocks": [
                    {
                        "type": "rich_text",
                        "elements": [
                            {"type": "rich_text_section", "elements": [{"type": "text", "text": "<!channel>"}]},
                            {"type": "rich_text_section", "elements": [{"type": "user", "user_id": MEMBER}]},
                        ],
                    }
                ],
            },
            [MEMBER],
        ),
    ],
)
async def test_a_message_records_exactly_the_people_whom_slack_would_notify(
    bench: Any, content: dict[str, Any], notified: list[str]
) -> None:
    await bench.call("chat.postMessage", channel=AGENT_RULES, **content)
    (message,) = await bench.person(REQUESTER).reads(AGENT_RULES)
    assert message["notified"] == notified
    assert sorted(entry["user"] for entry in await bench.act("reads_notifications")) == notified
    assert (f"would have notified {len(notified)}" in message["shown"]) is bool(notified)


async def test_a_mention_that_is_edited_in_notifies_nobody(bench: Any) -> None:
    """Slack notifies of posts: whoever counts on an update calls nobody."""
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="nobody"))["ts"]
    await bench.call("chat.update", channel=AGENT_RULES, ts=ts, text=f"<@{MEMBER}>")
    (message,) = await bench.person(MEMBER).reads(AGENT_RULES)
    assert (message["notified"], message["calls"]) == ([], [MEMBER])
    assert await bench.act("reads_notifications", user=MEMBER) == []


async def test_a_user_group_notifies_its_members(bench: Any) -> None:
    """By name in the text and as an element of rich text, but not its author."""
    group = {"type": "usergroup", "usergroup_id": APPROVERS_GROUP}
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [group]}]}]
    await bench.call("chat.postMessage", channel=AGENT_RULES, text="text", blocks=blocks)
    await bench.call("chat.postMessage", channel=AGENT_RULES, text=f"<!subteam^{APPROVERS_GROUP}> look")
    told = await bench.act("reads_notifications")
    assert sorted({(entry["user"], entry["why"]) for entry in told}) == [
        (APPROVER_AVERY, "mention"),
        (APPROVER_BLAIR, "mention"),
    ]
    assert len(told) == 4


async def test_an_ephemeral_message_notifies_nobody(bench: Any) -> None:
    """Whoever has to hear of something needs a message that stays."""
    for to in (MEMBER, REQUESTER):
        await bench.call("chat.postEphemeral", channel=AGENT_RULES, user=to, text=f"<@{MEMBER}> <!channel> look")
    (message,) = await bench.person(MEMBER).reads_private()
    assert "look" in message["shown"]
    assert await bench.act("reads_notifications") == []


async def test_a_mention_that_is_edited_away_still_counts_as_a_notification(bench: Any) -> None:
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text=f"<@{MEMBER}>"))["ts"]
    await bench.call("chat.update", channel=AGENT_RULES, ts=ts, text="nobody")
    (message,) = await bench.person(MEMBER).reads(AGENT_RULES)
    assert (message["notified"], message["calls"]) == ([MEMBER], [])
    assert [entry["user"] for entry in await bench.act("reads_notifications", user=MEMBER)] == [MEMBER]


async def test_a_block_that_stays_keeps_its_ids_and_one_that_changed_takes_no_click(bench: Any) -> None:
    """Whoever presses a button while the message is drawn anew presses it, or is told why that does not count."""
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "value": "1"}
    row = {"type": "actions", "elements": [button, {**button, "value": "2"}]}
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="a", blocks=[SECTION, row, row]))["ts"]
    (first,) = await bench.act("reads_channel", channel=AGENT_RULES)
    longer = {"type": "section", "text": {"type": "mrkdwn", "text": "longer"}}
    changed: dict[str, Any] = {"type": "actions", "elements": [{**button, "value": "3"}]}
    await bench.call("chat.update", channel=AGENT_RULES, ts=ts, text="b", blocks=[longer, row, changed])
    (second,) = await bench.act("reads_channel", channel=AGENT_RULES)
    assert second["blocks"][1] == first["blocks"][1]
    ids = [block["block_id"] for each in (first, second) for block in each["blocks"]]
    assert len(set(ids)) == len(ids) - 1
    gone = first["blocks"][2]
    pressed: dict[str, Any] = {"user": REQUESTER, "channel": AGENT_RULES, "ts": ts, "block_id": gone["block_id"]}
    with pytest.raises(CannotAct, match="changed meanwhile"):
        await bench.act("clicks", **pressed, action_id=gone["elements"][0]["action_id"])
    pressed["was"] = "3"
    renewed = {"type": "actions", "block_id": "anew", "elements": [{**changed["elements"][0], "action_id": "go"}]}
    await bench.call("chat.update", channel=AGENT_RULES, ts=ts, text="c", blocks=[renewed])
    assert (await bench.act("clicks", **pressed, action_id="go"))["error"] == "dispatch_failed"
    with pytest.raises(CannotAct, match="changed meanwhile"):
        await bench.act("clicks", **pressed | {"was": "2"}, action_id="go")
