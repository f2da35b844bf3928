"""A change for a time, from the command to its end, with the real buttons and a clock that is moved."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.blocks import ids
from bot.clock import MovableClock
from bot.workspace import team
from tests.support.scene import REFUND_RULE, Json, Scene, config, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAY = 86400.0


@pytest_asyncio.fixture(loop_scope="session")
async def timed() -> AsyncIterator[tuple[Scene, MovableClock]]:
    clock = MovableClock()
    async with scene(config(clock=clock)) as found:
        yield found, clock


async def thread(desk: Scene, proposal: str) -> list[Json]:
    """Every message of a proposal's thread, those of later proposals in it as well."""
    for parent in await desk.client.perform("reads_channel", {"channel": team.AGENT_RULES}):
        if proposal in parent["shown"]:
            found = await desk.client.perform("reads_thread", {"channel": team.AGENT_RULES, "ts": parent["ts"]})
            return list(found)
    return []


async def said(desk: Scene, proposal: str, *parts: str) -> Json:
    """A message of the thread that says all of this, once it stands."""

    async def look() -> Json | None:
        found = await thread(desk, proposal)
        return next((each for each in found if all(part in each["shown"] for part in parts)), None)

    try:
        return await desk.until(look)
    except TimeoutError:
        standing = "\n".join(each["shown"] for each in await thread(desk, proposal))
        raise AssertionError(f"nothing says {parts}; there stands:\n{standing}") from None


async def offers(desk: Scene, proposal: str, action: str) -> Json:
    """The message of the thread that has a button, once it stands."""

    async def look() -> Json | None:
        return next((each for each in await thread(desk, proposal) if f"'{action}'" in str(each["blocks"])), None)

    return await desk.until(look)


async def test_a_rule_for_two_days_is_extended_and_then_taken_back(timed: tuple[Scene, MovableClock]) -> None:
    desk, clock = timed
    proposal = await desk.proposes(f"{REFUND_RULE} --for 2 days")
    until = clock.now() + timedelta(days=2)
    card = await desk.card(proposal, "Mode if approved", f"{until:%Y-%m-%d}")
    assert "--for" not in (await desk.message(proposal, "parent"))["shown"]
    await desk.avery.clicks(card, ids.APPROVE)
    scheduled = await offers(desk, proposal, ids.EXTEND)
    assert len(await desk.engine.made_for(proposal)) == 1

    await clock.advance(1.1 * DAY)
    notice = await said(desk, proposal, "is deleted by itself", "Press “Extend …”")
    assert {team.REQUESTER, team.APPROVER_AVERY} <= set(notice["notified"])
    await desk.blair.clicks(scheduled, ids.EXTEND)
    form = await desk.form(desk.blair, "Extend")
    early = await desk.blair.submits(form, {"until": "1 hour"})
    assert "Choose a later time" in str(early["errors"])
    sent = await desk.blair.submits(form, {"until": "3 days"})
    assert sent["closed"], sent
    extension = await said(desk, proposal, "Extend ", "Mode if approved")
    await desk.avery.clicks(extension, ids.APPROVE)
    await said(desk, proposal, "It was extended until")

    await clock.advance(2 * DAY)
    await offers(desk, proposal, ids.EXTEND)
    assert len(await desk.engine.made_for(proposal)) == 1
    await clock.advance(1.5 * DAY)
    await said(desk, proposal, "is over: the policy", "is deleted")
    assert await desk.engine.made_for(proposal) == []
    await desk.told(desk.riley, "is over: the policy")


async def test_an_end_that_cannot_be_done_any_more_is_not_announced_as_if_it_could(
    timed: tuple[Scene, MovableClock],
) -> None:
    """Somebody else changed the policy: those who asked and decided hear so while there is time to do something."""
    desk, clock = timed
    proposal = await desk.proposes(f"{REFUND_RULE} --for 2 days")
    await desk.avery.clicks(await desk.card(proposal), ids.APPROVE)
    await offers(desk, proposal, ids.EXTEND)
    (policy,) = await desk.engine.made_for(proposal)
    statement = policy["definition"]["cedar"]["statement"].replace("permit", "forbid", 1)
    await desk.engine.updates(policy, definition={"cedar": {"statement": statement}})

    await clock.advance(1.1 * DAY)
    notice = await said(desk, proposal, "as things stand it cannot be taken back then", policy["name"])
    assert "somebody changed or deleted it" in notice["shown"]
    assert {team.REQUESTER, team.APPROVER_AVERY} <= set(notice["notified"])
    assert not [each for each in await thread(desk, proposal) if "by itself, as it was approved" in each["shown"]]
    await clock.advance(1.5 * DAY)
    await said(desk, proposal, "is over, and it was not taken back")


async def test_a_time_that_cannot_be_read_is_refused_and_nothing_is_saved(timed: tuple[Scene, MovableClock]) -> None:
    desk, _ = timed
    for option, why in (
        ("--for ever", "as a time"),
        ("--for", "as a time"),
        ("--for 7 days please", "as a time"),
        ("--for 7 days --until 2099-01-01 00:00 UTC", "only once how long"),
        ("--until 2020-01-01 00:00 UTC", "in the past"),
    ):
        answer = await desk.riley.types(f"/policy {REFUND_RULE} {option}", team.AGENT_RULES)
        assert why in answer["ack"]["text"]
    assert await desk.engine.generations() == []


async def test_an_approver_sets_a_time_in_the_form(timed: tuple[Scene, MovableClock]) -> None:
    """From the card's menu; what is no time is said at its field, and what counts stands on the card."""
    desk, clock = timed
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    await desk.avery.clicks(card, ids.MORE, _entry(card, "Approve for a time"))
    form = await desk.form(desk.avery, "For how long?")
    assert "as a time" in str((await desk.avery.submits(form, {"until": "a while"}))["errors"])
    assert (await desk.avery.submits(form, {"until": "5 days"}))["closed"]
    await offers(desk, proposal, ids.EXTEND)
    await clock.advance(6 * DAY)
    await said(desk, proposal, "is over: the policy", "is deleted")


def _entry(card: Json, label: str) -> str:
    """The value of an entry of a card's menu."""
    menus = [
        each for block in card["blocks"] for each in block.get("elements", ()) if each.get("action_id") == ids.MORE
    ]
    (found,) = (each["value"] for menu in menus for each in menu["options"] if label in each["text"]["text"])
    return str(found)
