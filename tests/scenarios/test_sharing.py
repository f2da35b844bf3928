"""A channel that is shared with another company after something was proposed in it: they read nothing of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

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


async def test_what_is_in_review_is_withheld_and_ends(desk: Scene) -> None:
    """Rule, Cedar and buttons go; the requester is told in private, and nobody can approve what cannot be read."""
    proposal = await desk.proposes()
    assert buttons(await desk.card(proposal))
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

    async def closing() -> Json | None:
        found = await desk.messages(proposal)
        some = [each for kind in found if kind.startswith("notice/") for each in found[kind]]
        return next((each for each in some if "Lisbon" in each["shown"]), None)

    said = await desk.until(closing)
    await shared(desk)
    standing = await redacted(desk, proposal)
    assert "Lisbon" not in str(standing)
    await shared(desk, is_shared=False)
    again = await desk.until(closing)
    assert again["ts"] == said["ts"], "it is shown again where it stood, and notifies nobody anew"


async def test_a_rule_that_is_admitted_when_the_channel_is_shared_is_not_posted(desk: Scene) -> None:
    """Slack does not take the first message at once; by the time that it does, others read the channel."""
    await desk.fault("ratelimited", "chat.postMessage", seconds=0.5)
    proposal = await desk.proposes()
    await shared(desk)
    await desk.told(desk.riley, "People of another company are in ", "in a channel of your own")
    assert await desk.messages(proposal) == {}


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
