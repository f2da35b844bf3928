"""AgentCore, Slack or the database in trouble: nothing is lost or doubled, and the thread says what is wrong."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.blocks import ids
from bot.workspace import Timings, team
from tests.support.scene import REFUND_RULE, Scene, Wobbly, assert_once, config, proposal_in, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

AGAIN = "It is tried again by itself"


@pytest.mark.parametrize("fault", ["down", "throttle", "broken", "html", "lost"])
async def test_trouble_with_the_control_plane_is_told_and_overcome(shaky: tuple[Scene, Wobbly], fault: str) -> None:
    """The thread tells the trouble while it lasts; after it the card appears: one generation, one policy."""
    desk, proxy = shaky
    proxy.breaks(fault)
    proposal = await desk.proposes()
    await desk.message(proposal, "progress", AGAIN)
    proxy.mends()
    card = await desk.card(proposal)
    assert AGAIN not in (await desk.messages(proposal))["progress"][0]["shown"]
    assert len(await desk.engine.started_for(proposal)) == 1

    proxy.breaks(fault, only="/policies")
    await desk.avery.clicks(card, ids.APPROVE)
    await desk.card(proposal, AGAIN)
    assert "ACTIVE" not in (await desk.messages(proposal))["parent"][0]["shown"]
    proxy.mends()
    await desk.settled(proposal)
    assert len(await desk.engine.made_for(proposal)) == 1


async def test_a_lost_answer_to_the_creation_makes_no_second_policy(shaky: tuple[Scene, Wobbly]) -> None:
    """AgentCore created the policy and its answer never came: the same policy is found again, not another made."""
    desk, proxy = shaky
    proposal = await desk.proposes("allow support agents to look up orders")
    card = await desk.card(proposal)
    proxy.breaks("lost", only="/policies")
    await desk.avery.clicks(card, ids.APPROVE)
    await proxy.noticed()
    await desk.card(proposal, AGAIN)
    proxy.mends()
    await desk.settled(proposal)
    assert len(await desk.engine.made_for(proposal)) == 1


async def test_the_command_is_acknowledged_while_the_control_plane_hangs(shaky: tuple[Scene, Wobbly]) -> None:
    """The rule is safe before AgentCore is asked anything; when it answers again, the review goes on."""
    desk, proxy = shaky
    proxy.breaks("hang")
    proposal = await desk.proposes()
    await proxy.noticed()
    assert await desk.message(proposal, "parent", "the policy generation starts")
    proxy.mends()
    await desk.card(proposal)
    assert len(await desk.engine.started_for(proposal)) == 1


@pytest.mark.parametrize("kind", ["ratelimited", "server_error", "html", "lost_answer"])
async def test_slack_in_trouble_shows_each_message_once(desk: Scene, kind: str) -> None:
    """Whatever Slack answers to posts and updates, exactly one parent, one progress and one card stand in the end."""
    await desk.fault(kind, "chat.postMessage", times=3 if kind == "lost_answer" else 1)
    await desk.fault(kind, "chat.update", times=2)
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    await desk.fault(kind, "chat.update")
    await desk.avery.clicks(card, ids.APPROVE)
    after = await _finished(desk, proposal)
    assert_once(after)
    assert (await desk.client.perform("status", {}))["faults"] == []
    assert len(await desk.engine.made_for(proposal)) == 1


@pytest.mark.parametrize("how", ["drop_connections", "disconnect"])
async def test_a_lost_socket_is_opened_again(fresh: Scene, how: str) -> None:
    """A socket cut by the network or refreshed by Slack comes back, and the click after it counts."""
    proposal = await fresh.proposes()
    card = await fresh.card(proposal)
    await fresh.client.perform(how, {})

    async def connected() -> bool:
        return bool((await fresh.client.perform("status", {}))["connections"])

    assert await fresh.until(connected, 15)
    await fresh.avery.clicks(card, ids.APPROVE)
    after = await fresh.settled(proposal)
    assert_once(after)


async def test_the_command_is_acknowledged_while_slacks_api_is_slow(desk: Scene) -> None:
    """No call to Slack stands between the command and its acknowledgement."""
    asked = len(await desk.client.perform("reads_calls", {"method": "users.info"}))
    await desk.fault("slow", "users.info", seconds=8)
    answer = await desk.person(team.APPROVER_BLAIR).types(f"/policy {REFUND_RULE}", team.AGENT_RULES)
    assert answer["acknowledged"], answer["error"]
    assert len(await desk.client.perform("reads_calls", {"method": "users.info"})) == asked
    await desk.card(proposal_in(answer["ack"]["text"]))


async def test_the_command_is_acknowledged_while_the_database_is_locked(tmp_path: Path) -> None:
    """Slack gets a sentence within its three seconds, and the person the outcome when the database is back."""
    path = tmp_path / "policybot.db"
    async with scene(config(settings={"POLICYBOT_DATABASE_URL": f"sqlite:///{path}"}, timings=Timings())) as desk:
        other = sqlite3.connect(path, isolation_level=None, timeout=5, check_same_thread=False)
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        answer = await desk.riley.types(f"/policy {REFUND_RULE}", team.AGENT_RULES)
        assert answer["acknowledged"], answer["error"]
        assert "it is not saved yet" in answer["ack"]["text"]
        assert await desk.riley.reads(team.AGENT_RULES) == []
        other.execute("ROLLBACK")
        outcome = await desk.told(desk.riley, "Your rule is saved as P-")
        card = await desk.card(proposal_in(outcome))
        used = await desk.client.perform("reads_calls", {"method": "response_url"})
        assert [call["ok"] for call in used] == [True]

        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        clicked = await desk.avery.clicks(card, ids.APPROVE)
        assert clicked["acknowledged"], clicked["error"]
        other.execute("ROLLBACK")
        other.close()
        await desk.settled(proposal_in(outcome))


async def _finished(desk: Scene, proposal: str) -> dict[str, list[dict[str, Any]]]:
    """Everything of a proposal, once it is closed; an approval that another policy voided is given again."""
    async with asyncio.timeout(30):
        return await desk.settled(proposal)


@pytest.mark.parametrize("how", ["status", "status of it", "an invitation"])
async def test_a_card_that_somebody_deleted_comes_back(fresh: Scene, how: str) -> None:
    """By asking for it, and by inviting the bot anew; it stands once, and can be decided on."""
    proposal_id = await fresh.proposes()
    card = await fresh.card(proposal_id)
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {fresh.slack.bot_token}"}
        gone = {"channel": card["channel"], "ts": card["ts"]}
        async with session.post(f"{fresh.slack.api_url}chat.delete", json=gone, headers=headers) as answer:
            assert (await answer.json())["ok"]
    assert "card/1" not in await fresh.messages(proposal_id)
    if how == "an invitation":
        await fresh.client.perform("removes", {"user": team.REQUESTER, "channel": team.AGENT_RULES})
        await fresh.riley.invites(team.AGENT_RULES, team.BOT_USER)
    else:
        await fresh.riley.types(f"/policy status {proposal_id if how == 'status of it' else ''}", team.AGENT_RULES)
    card = await fresh.card(proposal_id)
    await fresh.avery.clicks(card, ids.APPROVE)
    assert_once(await fresh.settled(proposal_id))
