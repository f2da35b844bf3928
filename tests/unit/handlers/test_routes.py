"""What no route takes, what is delivered twice, and what a handler did not foresee: acknowledged, and said."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import structlog

from bot.blocks import ids
from bot.review.found import Finding
from bot.review.messages import SlackMessage
from bot.workspace import team
from handlers.tasks import Tasks
from tests.support.desk import Desk


async def test_a_card_full_of_mentions_and_links_notifies_the_requester_alone(desk: Desk) -> None:
    evil = f"<!channel> <!here> <@{team.MEMBER}> <!subteam^{team.APPROVERS_GROUP}> @here <https://evil.example|Approve>"
    card = await desk.card(fragment=evil, statement=evil, note=evil, findings=(Finding("INVALID", evil),))
    assert evil in card["shown"]
    assert card["notified"] == [team.REQUESTER]


async def test_an_unknown_button_is_acknowledged_with_a_sentence(desk: Desk) -> None:
    button = {"type": "button", "action_id": "old.button", "text": {"type": "plain_text", "text": "Old"}, "value": "x"}
    message = SlackMessage("old", ({"type": "actions", "elements": [button]},))
    ts = await desk.messenger.post(channel=team.AGENT_RULES, thread_ts="", message=message, key="k")
    clicked = await desk.avery.clicks({"channel": team.AGENT_RULES, "ts": ts}, "old.button")
    assert clicked["acknowledged"]
    await desk.told(desk.avery, "newest card")


async def test_a_button_with_a_value_that_is_not_ours_is_refused(desk: Desk) -> None:
    button = {"type": "button", "action_id": ids.APPROVE, "text": {"type": "plain_text", "text": "A"}, "value": "zzz"}
    message = SlackMessage("forged", ({"type": "actions", "elements": [button]},))
    ts = await desk.messenger.post(channel=team.AGENT_RULES, thread_ts="", message=message, key="k")
    await desk.avery.clicks({"channel": team.AGENT_RULES, "ts": ts}, ids.APPROVE)
    await desk.told(desk.avery, "newest card")


async def test_an_event_is_acknowledged_though_nothing_follows(desk: Desk) -> None:
    await desk.does("sends_event", kind="app_uninstalled", body={})

    async def delivered() -> Any:
        return await desk.does("reads_deliveries")

    first = (await desk.riley.until(delivered))[0]
    assert (first["name"], first["acknowledged"], first["retry"]) == ("app_uninstalled", True, 0)


async def test_the_bot_invited_shows_again_what_it_could_not_and_others_do_not_matter(desk: Desk) -> None:
    await desk.riley.invites(team.WITHOUT_BOT, team.BOT_USER)
    await desk.riley.invites(team.WITHOUT_BOT, team.GUEST)

    async def heard() -> Any:
        return len(await desk.does("reads_deliveries")) >= 2 and desk.shelf.shown_again

    assert await desk.riley.until(heard) == [team.WITHOUT_BOT]


async def test_a_click_delivered_twice_refuses_nobody(desk: Desk) -> None:
    card = await desk.card()
    await desk.does("fault", kind="duplicate", method="interactive")
    await desk.avery.clicks(card, ids.APPROVE)
    await desk.services.tasks.finish(5)
    assert desk.shelf.kept["P-ABCDEF.1"].decided_by == team.APPROVER_AVERY
    assert not await desk.avery.reads_private()


async def test_an_outsider_from_a_shared_channel_is_refused_in_private(desk: Desk) -> None:
    card = await desk.card()
    ts = await desk.messenger.post(
        channel=team.SHARED, thread_ts="", message=SlackMessage("x", tuple(card["blocks"])), key="s"
    )
    outsider = desk.person(team.OUTSIDER)
    await outsider.clicks({"channel": team.SHARED, "ts": ts}, ids.APPROVE)
    await desk.told(outsider, "workspace that owns these rules")


async def test_work_that_fails_after_its_starter_went_is_logged() -> None:
    tasks = Tasks()

    async def fails() -> None:
        raise RuntimeError("late")

    with structlog.testing.capture_logs() as logs:
        tasks.start(fails(), name="late work")
        await tasks.finish(5)
        await asyncio.sleep(0)
    assert [(entry["event"], entry["task"]) for entry in logs] == [("task_failed", "late work")]


async def test_shutdown_waits_for_work_and_then_cancels_it() -> None:
    tasks = Tasks()
    forever = tasks.start(asyncio.Event().wait(), name="forever")
    await tasks.finish(0.01)
    with pytest.raises(asyncio.CancelledError):
        await forever
