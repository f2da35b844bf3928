"""People are called in Slack itself: a mention that notifies, once, in the thread of what they can decide."""

from __future__ import annotations

import pytest

from bot.blocks import ids
from bot.workspace import team
from bot.workspace.people import Person
from tests.support.scene import Json, Scene

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def calls(person: Person, part: str) -> list[Json]:
    """The mentions that notified a person of a text."""
    return [each for each in await person.notifications("mention") if part in str(each)]


async def said_in_thread(desk: Scene, proposal: str, *parts: str) -> Json:
    """A message of a proposal's thread that says all of this, once it stands."""

    async def look() -> Json | None:
        found = [each for standing in (await desk.messages(proposal)).values() for each in standing]
        return next((each for each in found if all(part in each["shown"] for part in parts)), None)

    return await desk.until(look)


async def test_the_approvers_are_notified_once_and_whoever_asked_at_the_end(fresh: Scene) -> None:
    """The group is mentioned as a group; edits of cards notify nobody; the reason of a reject reaches the requester."""
    proposal = await fresh.proposes()
    card = await fresh.card(proposal)
    call = await said_in_thread(fresh, proposal, "waits for your decision")
    assert {team.APPROVER_AVERY, team.APPROVER_BLAIR} <= set(call["notified"])
    assert team.REQUESTER not in call["notified"]
    [block] = call["blocks"]
    [line] = block["elements"]
    assert line["elements"][0] == {"type": "usergroup", "usergroup_id": team.APPROVERS_GROUP}
    await fresh.avery.clicks(card, ids.REJECT)
    form = await fresh.form(fresh.avery, "Reject")
    assert (await fresh.avery.submits(form, {"reason": "Ask <@UAVERY> & <!channel> before."}))["closed"]
    end = await said_in_thread(fresh, proposal, f"{proposal} is closed.", "was rejected by", "before.")
    assert team.REQUESTER in end["notified"]
    assert team.APPROVER_BLAIR not in end["notified"]
    private = await fresh.told(fresh.riley, f"{proposal} is closed.", "was rejected by")
    assert "before." in private
    assert len(await calls(fresh.blair, proposal)) == 1


async def test_an_empty_group_is_said_to_whoever_asked_at_once(fresh: Scene) -> None:
    """Nobody can approve: no call goes out, and the requester hears it before anybody clicks."""
    await fresh.client.perform("changes_usergroup", {"users": [team.REQUESTER]})
    proposal = await fresh.proposes()
    said = await said_in_thread(fresh, proposal, "nobody can approve 1 card")
    assert said["notified"] == [team.REQUESTER]
    await fresh.told(fresh.riley, "Nobody can approve 1 card")
    assert await calls(fresh.blair, proposal) == []
