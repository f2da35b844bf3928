"""Repeated deliveries are dropped, and nothing else is."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.workspace import team
from handlers.dedupe import Seen, delivery_key
from tests.support.desk import Desk


def click(**changes: Any) -> dict[str, Any]:
    action = {"action_id": "draft.approve", "action_ts": "1.0"} | changes
    return {"type": "block_actions", "user": {"id": "U1"}, "container": {"message_ts": "9.0"}, "actions": [action]}


async def test_a_key_is_seen_once_until_it_is_forgotten() -> None:
    now = [0.0]
    seen = Seen(lambda: now[0])
    assert seen.before("a") is None
    outcome = seen.begins("a")
    assert seen.before("a") is outcome
    assert seen.before("b") is None
    now[0] = 901.0
    assert seen.before("a") is None


async def test_what_failed_is_as_if_it_had_not_been() -> None:
    """The next delivery is handled."""
    seen = Seen()
    seen.begins("a").set_result(False)
    seen.begins("b").set_result(True)
    await asyncio.sleep(0)
    assert seen.before("a") is None
    assert seen.before("b") is not None


async def _shared(desk: Desk) -> None:
    body = {"channel": team.AGENT_RULES, "connected_team_id": team.OTHER_TEAM_ID, "event_ts": "1.0"}
    await desk.does("sends_event", kind="channel_shared", body=body)


async def _deliveries(desk: Desk, count: int) -> list[dict[str, Any]]:
    async def look() -> list[dict[str, Any]] | None:
        found = [each for each in await desk.does("reads_deliveries") if each["name"] == "channel_shared"]
        return found if len(found) >= count else None

    return await desk.riley.until(look)


async def test_an_event_that_could_not_be_handled_is_handled_when_slack_sends_it_again(desk: Desk) -> None:
    """The database was down: the event is not acknowledged, and its second delivery is not taken for seen."""
    desk.shelf.faults = 1
    await _shared(desk)
    found = await _deliveries(desk, 2)
    assert [each["acknowledged"] for each in found] == [False, True]
    assert desk.shelf.shown_again == [team.AGENT_RULES]


async def test_an_event_delivered_twice_at_once_is_one_act(desk: Desk) -> None:
    """Slack thinks that the first was lost while it is under way: the second is answered when the first is done."""
    await desk.does("fault", kind="duplicate", method="events_api")
    desk.shelf.gate.clear()
    await _shared(desk)
    await asyncio.sleep(0.1)  # whatever arrives when, it is one act
    desk.shelf.gate.set()
    found = await _deliveries(desk, 1)
    assert found[0]["acknowledged"]
    assert desk.shelf.shown_again == [team.AGENT_RULES]


def test_an_event_delivered_again_has_the_same_key() -> None:
    assert delivery_key({"event_id": "Ev1", "type": "event_callback"}) == delivery_key({"event_id": "Ev1"})


def test_two_clicks_are_two_and_one_click_twice_is_one() -> None:
    assert delivery_key(click()) == delivery_key(click())
    assert delivery_key(click()) != delivery_key(click(action_ts="2.0"))


def test_commands_and_forms_are_told_apart_by_the_review() -> None:
    assert delivery_key({"command": "/policy", "text": "x"}) == ""
    assert delivery_key({"type": "view_submission", "user": {"id": "U1"}}) == ""
