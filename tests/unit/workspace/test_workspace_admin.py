"""The admin API: guarded by its token, the same acts as in process, waiting for changes instead of asking again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.workspace.admin import TOKEN_HEADER
from bot.workspace.people import Client, Person, Remote, until
from bot.workspace.team import AGENT_RULES, APPROVER_AVERY, APPROVERS_GROUP, MEMBER, REQUESTER
from bot.workspace.wire import CannotAct
from tests.support.clock import ManualClock


@pytest.fixture
async def remote(bench: Any) -> AsyncIterator[Remote]:
    async with Remote(bench.served.admin_url, bench.served.admin_token) as remote:
        yield remote


async def test_the_admin_api_answers_its_token_only(bench: Any) -> None:
    url = f"{bench.served.admin_url}status"
    for headers in ({}, {TOKEN_HEADER: "wrong"}, {"Authorization": f"Bearer {bench.served.bot_token}"}):
        async with bench.session.post(url, headers=headers) as response:
            assert (response.status, (await response.json())["error"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("act", "body", "code"),
    [
        ("vanish", "{}", "no_such_act"),
        ("types", "{}", "bad_arguments"),
        ("types", '{"user": "U", "text": "x", "channel": "C", "colour": 1}', "bad_arguments"),
        ("types", "[", "bad_arguments"),
        ("types", "[]", "bad_arguments"),
        ("types", '{"user": "U0", "text": "x", "channel": "C"}', "user_not_found"),
        ("disconnect", '{"reason": "bored"}', "no_such_reason"),
        ("probe", '{"kind": "ssl_check"}', "no_such_probe"),
        ("changes_user", '{"user": "U0"}', "not_found"),
        ("changes_usergroup", '{"colour": "red"}', "no_such_fact"),
    ],
)
async def test_an_act_that_cannot_be_done_is_a_sentence(bench: Any, act: str, body: str, code: str) -> None:
    headers = {TOKEN_HEADER: bench.served.admin_token}
    async with bench.session.post(bench.served.admin_url + act, data=body, headers=headers) as response:
        answer = await response.json()
    assert (response.status, answer["ok"], answer["error"]) == (400, False, code)
    assert answer["sentence"].endswith(".")


async def test_changes_are_asked_for_with_numbers_and_nothing_else_with_get(bench: Any) -> None:
    headers = {TOKEN_HEADER: bench.served.admin_token}
    for path in ("changes?since=x", "status"):
        async with bench.session.get(bench.served.admin_url + path, headers=headers) as response:
            assert response.status == 400


@pytest.mark.parametrize("where", ["in process", "remote"])
async def test_a_person_is_the_same_in_process_and_from_afar(bench: Any, remote: Remote, where: str) -> None:
    client: Client = remote if where == "remote" else bench.served.client
    riley = Person(client, REQUESTER)
    said = await riley.types("hello", AGENT_RULES)
    assert [message["ts"] for message in await riley.reads(AGENT_RULES)] == [said["ts"]]
    with pytest.raises(CannotAct) as refused:
        await Person(client, MEMBER).types("/other", AGENT_RULES)
    assert refused.value.code == "no_such_command"


@pytest.mark.parametrize("where", ["in process", "remote"])
async def test_waiting_ends_with_the_change_that_was_waited_for(bench: Any, remote: Remote, where: str) -> None:
    client: Client = remote if where == "remote" else bench.served.client
    asked = 0

    async def second() -> Any:
        nonlocal asked
        asked += 1
        return (await Person(client, MEMBER).reads(AGENT_RULES))[1:]

    waiting = asyncio.ensure_future(until(client, second))
    for text in ("one", "two"):
        assert (await bench.call("chat.postMessage", channel=AGENT_RULES, text=text))["ok"]
    (message,) = await waiting
    assert message["text"] == "two"
    assert asked <= 20


async def test_waiting_for_what_never_comes_ends(bench: Any) -> None:
    async def never() -> bool:
        return False

    with pytest.raises(TimeoutError):
        await bench.person(MEMBER).until(never, 0.05)


async def test_the_team_can_be_changed_under_the_bots_feet(bench: Any) -> None:
    await bench.act("changes_usergroup", users=[APPROVER_AVERY])
    listed = await bench.call("usergroups.users.list", usergroup=APPROVERS_GROUP)
    assert listed["users"] == [APPROVER_AVERY]
    await bench.act("changes_usergroup", date_delete=1)
    assert (await bench.call("usergroups.users.list", usergroup=APPROVERS_GROUP))["error"] == "no_such_subteam"
    await bench.act("changes_user", user=MEMBER, deleted=True)
    assert (await bench.call("users.info", user=MEMBER))["user"]["deleted"] is True


async def test_the_whole_team_can_be_read(bench: Any) -> None:
    everyone = await bench.act("reads_team")
    assert MEMBER in {user["id"] for user in everyone["users"]}
    channel = next(channel for channel in everyone["channels"] if channel["id"] == AGENT_RULES)
    assert MEMBER in channel["members"]
    assert [group["handle"] for group in everyone["usergroups"]] == ["policy-approvers"]


async def test_a_subscribed_event_can_be_sent(bench: Any) -> None:
    socket = await bench.connect()
    await bench.act("sends_event", kind="tokens_revoked", body={"tokens": {"bot": ["U1"]}})
    event = (await socket.frame())["payload"]["event"]
    assert (event["type"], event["tokens"]) == ("tokens_revoked", {"bot": ["U1"]})


@pytest.mark.parametrize("clock", [ManualClock, MovableClock])
async def test_the_clock_moves_on_and_whoever_waits_wakes(open_bench: Any, clock: type[MovableClock]) -> None:
    """A trigger and what the bot is late for run out at their time; nobody turns the clock back."""
    bench = await open_bench(clock=clock())
    before = bench.clock.seconds()
    sleeper = asyncio.ensure_future(bench.clock.sleep(3600))
    await asyncio.sleep(0)  # so that it sleeps
    status = await bench.act("moves_clock", seconds=1800)
    assert not sleeper.done()
    assert bench.clock.seconds() >= before + 1800
    assert set(status) == set(await bench.act("status"))
    await bench.act("moves_clock", seconds=1801)
    await asyncio.wait_for(sleeper, 10)
    for seconds in (-1, float("inf"), float("nan")):
        with pytest.raises(CannotAct, match="Time moves on only"):
            await bench.act("moves_clock", seconds=seconds)
    assert (await bench.call("chat.postMessage", channel=AGENT_RULES, text="now"))["ts"] > f"{before + 3600:.6f}"


async def test_a_message_reads_as_a_person_sees_it(bench: Any) -> None:
    code = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "permit (…);"}]}
    user = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": MEMBER}]}
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "A <rule>"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"by <@{REQUESTER}> &amp; <https://x.test|x>"}},
        {"type": "rich_text", "elements": [code, user]},
    ]
    await bench.call("chat.postMessage", channel=AGENT_RULES, text="fallback", blocks=blocks)
    (message,) = await bench.person(MEMBER).reads(AGENT_RULES)
    assert message["shown"].splitlines() == [
        "A <rule>",
        "by @riley & x (https://x.test)",
        "permit (…);",
        "@morgan",
        "[would have notified 2: @morgan, @riley]",
    ]
