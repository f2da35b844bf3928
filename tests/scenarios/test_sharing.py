"""A channel that is shared with another company after something was proposed in it: they read nothing of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot import governance
from bot.blocks import ids
from bot.workspace import team
from tests.support.scene import Json, Scene, buttons, config, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

WITHHELD = "is not shown here any more"
SECRETS = ("refund", "permit", "arn:aws", "123456789012", "RefundTool")


@pytest_asyncio.fixture(loop_scope="session")
async def desk() -> AsyncIterator[Scene]:
    async with scene(config()) as found:
        yield found


async def shared(desk: Scene, *, is_shared: bool = True) -> None:
    """The company of Orla comes into the channel, or leaves it."""
    deed = "shares_channel" if is_shared else "unshares_channel"
    await desk.client.perform(deed, {"channel": team.AGENT_RULES})


async def everything(desk: Scene) -> list[Json]:
    """Every message of the channel and its threads."""
    found: list[Json] = []
    for parent in await desk.client.perform("reads_channel", {"channel": team.AGENT_RULES}):
        found += await desk.client.perform("reads_thread", {"channel": team.AGENT_RULES, "ts": parent["ts"]})
    return found


async def redacted(desk: Scene, proposal: str) -> dict[str, list[Json]]:
    """The messages of a proposal, once each of them that can be changed says nothing."""

    async def look() -> dict[str, list[Json]] | None:
        found = await desk.messages(proposal)
        cards = [each for some in found.values() for each in some]
        return found if cards and all(WITHHELD in each["shown"] for each in cards) else None

    return await desk.until(look)


async def said_in_thread(desk: Scene, proposal: str, *said: str) -> Json:
    """What the thread was told, once it stands: it comes after the cards that it speaks of."""

    async def look() -> Json | None:
        found = await desk.messages(proposal)
        some = [each for kind in found if kind.startswith("notice/") for each in found[kind]]
        return next((each for each in some if all(part in each["shown"] for part in said)), None)

    return await desk.until(look)


async def posted(desk: Scene, kind: str, most: int, least: int, **more: Any) -> str:
    """Propose a rule while Slack takes the next `most` posts badly; at least so many have come to it then."""
    await desk.fault(kind, "chat.postMessage", times=most, **more)
    proposal = await desk.proposes()

    async def look() -> bool:
        faults = (await desk.client.perform("status", {}))["faults"]
        return bool(sum(fault["times"] for fault in faults) <= most - least)

    await desk.until(look)
    return proposal


async def test_what_is_in_review_is_withheld_and_ends(desk: Scene) -> None:
    """Rule, Cedar and buttons go; the requester is told in private, and nobody can approve what cannot be read."""
    proposal = await desk.proposes()
    assert buttons(await desk.card(proposal))
    await said_in_thread(desk, proposal, "waits for your decision")
    before = len(await everything(desk))
    await shared(desk)
    standing = await redacted(desk, proposal)
    for kind, some in standing.items():
        for each in some:
            assert not [secret for secret in SECRETS if secret in str(each["blocks"]) + each["text"]], kind
            assert buttons(each) == []
    told = await desk.told(desk.riley, "People of another company are in the channel", "in a channel of your own")
    assert proposal in told
    assert len(await everything(desk)) == before, "nothing more is said before the other company"


async def test_what_is_in_effect_is_withheld_until_the_channel_is_ones_own_again(desk: Scene) -> None:
    proposal = await desk.proposes()
    await desk.avery.clicks(await desk.card(proposal), ids.APPROVE)
    await desk.settled(proposal)
    await shared(desk)
    await redacted(desk, proposal)
    await shared(desk, is_shared=False)
    await desk.message(proposal, "parent", "Closed", "ACTIVE")
    await desk.card(proposal, "created, log-only, ACTIVE")


async def test_what_the_thread_was_told_is_withheld_as_well(desk: Scene) -> None:
    """Why it was rejected, and of which policy: a mention of the requester, which stands beside the cards."""
    proposal = await desk.proposes()
    await desk.avery.clicks(await desk.card(proposal), ids.REJECT)
    form = await desk.form(desk.avery, "Reject")
    await desk.avery.submits(form, {"reason": "The Lisbon audit is not over."})
    said = await said_in_thread(desk, proposal, "Lisbon")
    await shared(desk)
    standing = await redacted(desk, proposal)
    assert "Lisbon" not in str(standing)
    await shared(desk, is_shared=False)
    again = await said_in_thread(desk, proposal, "Lisbon")
    assert again["ts"] == said["ts"], "it is shown again where it stood, and notifies nobody anew"


async def test_a_rule_that_is_admitted_when_the_channel_is_shared_is_not_posted(desk: Scene) -> None:
    """Slack does not take the first message at once; by the time that it does, others read the channel."""
    proposal = await posted(desk, "server_error", most=1000, least=1)
    await shared(desk)
    await desk.client.perform("clear_faults", {})
    await desk.told(desk.riley, "People of another company are in ", "in a channel of your own")
    assert await desk.messages(proposal) == {}


async def test_what_is_at_slacks_door_when_the_channel_is_shared_is_withheld_once_it_stands(desk: Scene) -> None:
    """The fourth post calls the approvers: it was sent before anybody could know, and comes after the cards."""
    proposal = await posted(desk, "slow", most=4, least=4, seconds=0.5)
    await shared(desk)
    await said_in_thread(desk, proposal, WITHHELD)
    assert set(await redacted(desk, proposal)) >= {"parent", "progress", "card/1", "notice/0"}


async def test_where_governance_lets_others_read_nothing_is_withheld(tmp_path: Path) -> None:
    text = Path(governance.__file__).with_name("governance.cedar").read_text()
    start = text.index('@id("not-in-shared-channels")')
    (tmp_path / "governance.cedar").write_text(text[:start] + text[text.index("@id(", start + 5) :])
    async with scene(config(settings={"POLICYBOT_GOVERNANCE": str(tmp_path / "governance.cedar")})) as desk:
        proposal = await desk.proposes()
        await desk.card(proposal)
        await shared(desk)
        await desk.avery.clicks(await desk.card(proposal), ids.APPROVE)
        await desk.settled(proposal)
