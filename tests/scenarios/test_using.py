"""`/policy use`: a channel's rules go to another gateway, where governance lets somebody say so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.controlplane.config import SAMPLE_GATEWAY
from bot.workspace import team
from bot.workspace.people import Person
from tests.support.scene import Json, Scene, config, scene, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

OTHER = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/returns-gateway-r1e2t3u4r5"
OTHER_ID = OTHER.rsplit("/", 1)[1]


def gateways(folder: Path) -> tuple[Path, Path]:
    """The sample gateway, and one like it with another id."""
    first = json.loads(Path(SAMPLE_GATEWAY).read_text("utf-8"))
    text = json.dumps(first)
    arn = next(part for part in text.split('"') if ":gateway/" in part)
    other = folder / "other.json"
    other.write_text(text.replace(arn, OTHER).replace(arn.rsplit("/", 1)[1], OTHER_ID), "utf-8")
    return Path(SAMPLE_GATEWAY), other


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path) -> AsyncIterator[Scene]:
    async with scene(config(gateways=gateways(tmp_path))) as found:
        yield found


async def used(desk: Scene, person: Person, text: str, *said: str, channel: str = team.AGENT_RULES) -> str:
    """What somebody who types the command is told in private."""
    before = len(await desk.heard(person))
    answer = await person.types(f"/policy use {text}".strip(), channel)
    assert answer["acknowledged"], answer
    return await desk.told(person, *said, after=before)


async def public(desk: Scene, part: str) -> list[Json]:
    """The messages of the channel that say something, once there is one."""

    async def look() -> list[Json]:
        history = await desk.avery.reads(team.AGENT_RULES)
        return [message for message in history if part in json.dumps(message, ensure_ascii=False)]

    return await desk.until(look)


async def test_an_administrator_sends_the_rules_of_a_channel_to_another_gateway(desk: Scene) -> None:
    await used(desk, desk.blair, OTHER_ID, OTHER_ID, "now")
    assert len(await public(desk, "Rules of this channel now go to")) == 1
    proposal = await desk.proposes()
    card = await desk.card(proposal)
    assert OTHER_ID in json.dumps(card)


async def test_what_is_under_review_stays_and_default_takes_the_channel_back(desk: Scene) -> None:
    before = await desk.proposes()
    first = await desk.card(before)
    await used(desk, desk.blair, OTHER_ID, OTHER_ID)
    await desk.avery.clicks(first, "draft.approve")
    await desk.settled(before)
    (policy,) = await desk.engine.made_for(before)
    assert OTHER not in policy["definition"]["cedar"]["statement"]
    await used(desk, desk.blair, "default", "support-desk")
    after = await desk.card(await desk.proposes())
    assert OTHER_ID not in json.dumps(after)


@pytest.mark.parametrize(
    ("who", "text", "said"),
    [
        (team.REQUESTER, OTHER_ID, "administrators"),
        (team.APPROVER_AVERY, OTHER_ID, "administrators"),
        (team.GUEST, OTHER_ID, "Guests"),
        (team.APPROVER_BLAIR, "returns-gatewy-r1e2t3u4r5", OTHER_ID),
        (team.APPROVER_BLAIR, "nowhere", "There is no gateway nowhere"),
        (team.APPROVER_BLAIR, "<!channel>" + "x" * 3000, "There is no gateway"),
    ],
)
async def test_who_may_not_and_what_is_not_there_is_said_in_private(
    desk: Scene, who: str, text: str, said: str
) -> None:
    await used(desk, desk.person(who), text, said)
    assert "<!channel>" not in (await desk.person(who).reads_private())[-1]["text"]
    history = await desk.avery.reads(team.AGENT_RULES)
    assert "now go to" not in json.dumps(history)
    assert OTHER_ID not in json.dumps(await desk.card(await desk.proposes()))


async def test_two_at_one_moment_leave_one_binding_and_each_announcement_is_true(desk: Scene) -> None:
    await asyncio.gather(
        desk.blair.types(f"/policy use {OTHER_ID}", team.AGENT_RULES),
        desk.blair.types(f"/policy use {OTHER_ID}", team.AGENT_RULES),
    )
    assert len(await public(desk, "Rules of this channel now go to")) == 1


async def test_the_list_shows_what_may_be_used_and_binds_by_a_button(desk: Scene) -> None:
    answer = await desk.blair.types("/policy use", team.AGENT_RULES)
    assert answer["acknowledged"], answer

    async def look() -> Json | None:
        stack = await desk.blair.reads_modals()
        return stack[-1] if stack and OTHER_ID in view_text(stack[-1]) else None

    view = await desk.until(look)
    assert "support-desk" in view_text(view)
    assert "Use it here" in json.dumps(view)
