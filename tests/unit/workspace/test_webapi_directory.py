"""Who is who, and where: auth, users, groups, channels, files, and pages of them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from bot.workspace.team import (
    AGENT_RULES,
    APPROVER_AVERY,
    APPROVER_BLAIR,
    APPROVERS_GROUP,
    ARCHIVED,
    BOT_ID,
    BOT_USER,
    GUEST,
    MEMBER,
    OTHER_TEAM_ID,
    OUTSIDER,
    PRIVATE,
    REQUESTER,
    SHARED,
    TEAM_ID,
    WITHOUT_BOT,
)

EVERYONE = (REQUESTER, APPROVER_AVERY, APPROVER_BLAIR, MEMBER, GUEST, OUTSIDER)


async def test_the_bot_is_told_who_it_is(bench: Any) -> None:
    me = await bench.call("auth.test", team_id=TEAM_ID)
    assert (me["user_id"], me["bot_id"], me["team_id"]) == (BOT_USER, BOT_ID, TEAM_ID)
    assert (await bench.call("bots.info", bot=BOT_ID))["bot"]["user_id"] == BOT_USER
    assert (await bench.call("bots.info", bot="B0"))["error"] == "bot_not_found"
    assert (await bench.call("api.test", foo="bar", token="x"))["args"] == {"foo": "bar"}
    assert (await bench.call("api.test", error="my_error"))["error"] == "my_error"


async def test_the_team_has_a_guest_an_outsider_and_two_approvers(bench: Any) -> None:
    """Whoever is of another company is told by the team: Slack calls only people out of reach strangers."""
    users = {user_id: (await bench.call("users.info", user=user_id))["user"] for user_id in EVERYONE}
    assert [user_id for user_id, user in users.items() if user.get("is_restricted")] == [GUEST]
    assert users[OUTSIDER]["team_id"] == OTHER_TEAM_ID
    assert {user["team_id"] for user_id, user in users.items() if user_id != OUTSIDER} == {TEAM_ID}
    assert (await bench.call("users.info", user="U0"))["error"] == "user_not_found"
    listed = await bench.call("usergroups.users.list", usergroup=APPROVERS_GROUP, team_id=TEAM_ID)
    assert listed["users"] == [APPROVER_AVERY, APPROVER_BLAIR]
    (group,) = (await bench.call("usergroups.list"))["usergroups"]
    assert (group["handle"], "users" in group) == ("policy-approvers", False)
    assert (await bench.call("usergroups.users.list", usergroup="S0"))["error"] == "no_such_subteam"


async def test_people_from_elsewhere_are_not_listed(bench: Any) -> None:
    members = (await bench.call("users.list"))["members"]
    assert {member["id"] for member in members} == {*EVERYONE, BOT_USER} - {OUTSIDER}


async def test_a_list_comes_in_pages_that_a_cursor_joins(bench: Any) -> None:
    seen, cursor = [], ""
    while True:
        answer = await bench.call("users.list", limit=2, cursor=cursor)
        seen += [member["id"] for member in answer["members"]]
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 6
    assert (await bench.call("users.list", cursor="zz"))["error"] == "invalid_cursor"
    assert (await bench.call("users.list", limit=0))["error"] == "invalid_limit"
    assert (await bench.call("users.list", limit="x"))["error"] == "invalid_arguments"


async def test_the_bot_sees_public_channels_and_its_own_and_no_private_one(bench: Any) -> None:
    everything = "public_channel,private_channel,im,mpim"
    channels = (await bench.call("conversations.list", types=everything))["channels"]
    assert {channel["id"]: channel["is_member"] for channel in channels} == {
        AGENT_RULES: True,
        WITHOUT_BOT: False,
        SHARED: True,
        ARCHIVED: True,
    }
    assert not any("members" in channel for channel in channels)
    active = (await bench.call("conversations.list", exclude_archived=True))["channels"]
    assert ARCHIVED not in {channel["id"] for channel in active}
    assert (await bench.call("conversations.info", channel=PRIVATE))["error"] == "channel_not_found"
    assert (await bench.call("conversations.members", channel=PRIVATE))["error"] == "channel_not_found"
    shared = (await bench.call("conversations.info", channel=SHARED))["channel"]
    assert (shared["is_ext_shared"], shared["is_member"]) == (True, True)
    members = (await bench.call("conversations.members", channel=AGENT_RULES, limit=3))["members"]
    assert len(members) == 3


async def test_the_bot_joins_public_channels_by_itself(bench: Any) -> None:
    socket = await bench.connect()
    assert (await bench.call("conversations.history", channel=WITHOUT_BOT))["error"] == "not_in_channel"
    assert (await bench.call("conversations.join", channel=WITHOUT_BOT))["channel"]["is_member"]
    assert (await socket.frame())["payload"]["event"]["type"] == "member_joined_channel"
    assert (await bench.call("conversations.join", channel=WITHOUT_BOT))["warning"] == "already_in_channel"
    assert (await bench.call("conversations.history", channel=WITHOUT_BOT))["ok"]
    assert (await bench.call("conversations.join", channel=PRIVATE))["error"] == "channel_not_found"
    assert (await bench.call("conversations.join", channel=ARCHIVED))["error"] == "is_archived"


async def test_a_direct_message_is_opened_once_and_a_group_too(bench: Any) -> None:
    one = await bench.call("conversations.open", users=REQUESTER)
    two = await bench.call("conversations.open", users=[REQUESTER], return_im=True)
    assert one["channel"]["id"] == two["channel"]["id"]
    assert two["channel"]["is_im"] is True
    group = await bench.call("conversations.open", users=f"{REQUESTER},{MEMBER}", return_im=True)
    assert (group["channel"]["is_mpim"], group["channel"]["is_im"]) == (True, False)
    assert (await bench.call("conversations.open"))["error"] == "users_list_not_supplied"
    assert (await bench.call("conversations.open", users="U0"))["error"] == "user_not_found"
    assert (await bench.call("conversations.open", users=BOT_USER))["error"] == "cannot_dm_bot"


async def test_history_is_newest_first_and_can_be_bounded(bench: Any) -> None:
    stamps = []
    for text in ("one", "two", "three"):
        stamps.append((await bench.call("chat.postMessage", channel=AGENT_RULES, text=text))["ts"])
        await bench.clock.advance(1)
    history = await bench.call("conversations.history", channel=AGENT_RULES)
    assert [message["text"] for message in history["messages"]] == ["three", "two", "one"]
    bounded = await bench.call("conversations.history", channel=AGENT_RULES, oldest=stamps[0], latest=stamps[2])
    assert [message["text"] for message in bounded["messages"]] == ["two"]
    inclusive = await bench.call(
        "conversations.history", channel=AGENT_RULES, oldest=stamps[0], latest=stamps[2], inclusive=True, limit=2
    )
    assert [message["text"] for message in inclusive["messages"]] == ["three", "two"]
    assert inclusive["has_more"] is True
    missing = await bench.call("conversations.replies", channel=AGENT_RULES, ts="1.000001")
    assert missing["error"] == "thread_not_found"


async def test_a_file_is_uploaded_in_three_steps_and_read_back(bench: Any) -> None:
    content = b"permit(principal, action, resource);"
    ticket = await bench.call("files.getUploadURLExternal", filename="rule.cedar", length=len(content))
    unfinished = await bench.call("files.completeUploadExternal", files=[{"id": ticket["file_id"]}])
    assert unfinished["error"] == "file_not_found"
    async with bench.session.post(ticket["upload_url"], data=b"too short") as response:
        assert response.status == 400
    async with bench.session.post(ticket["upload_url"] + "x", data=content) as response:
        assert response.status == 404
    async with bench.session.post(ticket["upload_url"], data=content) as response:
        assert (response.status, await response.text()) == (200, f"OK - {len(content)}")
    ts = (await bench.call("chat.postMessage", channel=AGENT_RULES, text="parent"))["ts"]
    files = [{"id": ticket["file_id"], "title": "The rule"}]
    done = await bench.call("files.completeUploadExternal", files=files, channel_id=AGENT_RULES, thread_ts=ts)
    assert done["files"][0]["title"] == "The rule"
    (parent,) = await bench.person(MEMBER).reads(AGENT_RULES)
    _, reply = await bench.person(MEMBER).reads_thread(parent)
    assert reply["files"][0]["id"] == ticket["file_id"]
    kept = await bench.act("reads_file", file=ticket["file_id"])
    assert base64.b64decode(kept["content"]) == content
    url = (await bench.call("files.info", file=ticket["file_id"]))["file"]["url_private"]
    async with bench.session.get(url) as response:
        assert response.status == 403
    async with bench.session.get(url, headers={"Authorization": f"Bearer {bench.served.bot_token}"}) as response:
        assert await response.read() == content


@pytest.mark.parametrize(
    ("channel", "error"), [(WITHOUT_BOT, "not_in_channel"), (PRIVATE, "channel_not_found"), (ARCHIVED, "is_archived")]
)
async def test_a_file_goes_only_where_the_bot_may_write(bench: Any, channel: str, error: str) -> None:
    ticket = await bench.call("files.getUploadURLExternal", filename="x", length=1)
    async with bench.session.post(ticket["upload_url"], data=b"x"):
        pass
    files = [{"id": ticket["file_id"]}]
    answer = await bench.call("files.completeUploadExternal", files=files, channel_id=channel)
    assert answer["error"] == error
    assert (await bench.call("files.info", file=ticket["file_id"]))["error"] == "file_not_found"
