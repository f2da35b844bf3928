"""What is no rule never becomes a public review: it is asked about in private, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from bot.blocks import ids
from bot.workspace import team
from tests.support.scene import REFUND_RULE, Scene, buttons, proposal_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
Json = dict[str, Any]
TALK = "thanks everybody that was a lovely lunch"


async def asked(desk: Scene, text: str = TALK) -> tuple[str, Json]:
    """Type a text that is no rule; gives the proposal and the question about it, once it is asked."""
    proposal_id = await desk.proposes(text)

    async def look() -> Json | None:
        heard = await desk.riley.reads_private()
        return next((each for each in heard if proposal_id in str(each.get("blocks"))), None)

    return proposal_id, await desk.until(look)


async def test_small_talk_is_asked_about_and_nobody_else_sees_it(fresh: Scene) -> None:
    _, question = await asked(fresh)
    assert "I find no rule" in question["shown"]
    assert buttons(question) == [ids.ASKED_PROPOSE, ids.ASKED_ANEW, ids.ASKED_FORGET]
    assert await fresh.riley.reads(team.AGENT_RULES) == []
    assert await fresh.engine.generations() == []
    assert "no open proposal" in str((await fresh.riley.types("/policy status", team.AGENT_RULES))["ack"])


async def test_whoever_insists_gets_the_review(fresh: Scene) -> None:
    proposal_id, question = await asked(fresh)
    await fresh.riley.clicks(question, ids.ASKED_PROPOSE)
    await fresh.told(fresh.riley, f"{proposal_id} is proposed")
    assert await fresh.message(proposal_id, "parent", "lovely lunch")
    assert await fresh.message(proposal_id, "card/1")
    await fresh.riley.clicks(question, ids.ASKED_PROPOSE)  # twice is once
    assert len(await fresh.riley.reads(team.AGENT_RULES)) == 1
    assert len(await fresh.engine.generations()) == 1


async def test_whoever_did_not_mean_it_forgets_it(fresh: Scene) -> None:
    proposal_id, question = await asked(fresh)
    await fresh.riley.clicks(question, ids.ASKED_FORGET)
    await fresh.told(fresh.riley, "It is forgotten")
    heard = len(await fresh.heard(fresh.riley))
    await fresh.riley.clicks(question, ids.ASKED_PROPOSE)
    await fresh.told(fresh.riley, f"{proposal_id} was answered already", after=heard)
    assert await fresh.riley.reads(team.AGENT_RULES) == []


async def test_said_differently_it_is_another_rule_and_the_first_is_forgotten(fresh: Scene) -> None:
    proposal_id, question = await asked(fresh)
    await fresh.riley.clicks(question, ids.ASKED_ANEW)
    view = await fresh.form(fresh.riley, "process_refund")
    heard = len(await fresh.heard(fresh.riley))
    assert view["state"]["values"]["propose.rule"][ids.PROPOSE_TYPED]["value"] == TALK
    sent = await fresh.riley.submits(view, {"propose.rule": REFUND_RULE})
    assert sent["closed"], sent
    other = proposal_in(await fresh.told(fresh.riley, "is saved as", after=heard))
    assert other != proposal_id
    assert await fresh.card(other)
    status = await fresh.riley.types(f"/policy status {proposal_id}", team.AGENT_RULES)
    assert "not meant as a rule" in str(status["ack"])


async def test_nobody_else_answers_for_the_requester(fresh: Scene) -> None:
    proposal_id, question = await asked(fresh)
    payload = {**question, "to": team.APPROVER_AVERY}
    with pytest.raises(Exception, match="no message"):
        await fresh.avery.clicks(payload, ids.ASKED_PROPOSE)
    assert proposal_id


@pytest.mark.parametrize("where", ["command", "mention", "thread"])
async def test_talk_of_tools_and_people_opens_no_review_wherever_it_is_typed(desk: Scene, where: str) -> None:
    for text in (
        "the refund tool is down",
        "my refund was denied",
        "support agents",
        "revoke managers",
        "I need refunds",
    ):
        root = await desk.avery.types("Good morning.", team.AGENT_RULES)
        before, made = len(await desk.heard(desk.riley)), len(await desk.engine.generations())
        public = len(await desk.avery.reads(team.AGENT_RULES))
        if where == "command":
            await desk.riley.types(f"/policy {text}", team.AGENT_RULES)
        else:
            thread = root["ts"] if where == "thread" else None
            root = await desk.riley.types(f"@policybot {text}", team.AGENT_RULES, thread) if thread is None else root
            if thread is not None:
                await desk.riley.types(f"@policybot {text}", team.AGENT_RULES, thread)
        await desk.told(desk.riley, f"I find no rule in “{text}”", after=before)
        assert len(await desk.avery.reads(team.AGENT_RULES)) == public + (where == "mention")
        assert len(await desk.avery.reads_thread({"channel": team.AGENT_RULES, **root})) == 1 + (where == "thread")
        assert len(await desk.engine.generations()) == made
