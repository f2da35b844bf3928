"""The form in which a rule is written, from every place that opens it, and rules written to the bot in a thread."""

from __future__ import annotations

from typing import Any

import pytest

from bot.blocks import ids
from bot.workspace import team
from bot.workspace.people import Person
from tests.support.scene import REFUND_RULE, Scene, buttons, proposal_in, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")
Json = dict[str, Any]
RULE, WHY, TIME, TESTS, CHANNEL = "propose.rule", "propose.why", "time.until", "propose.tests", "propose.channel"


async def in_thread(desk: Scene, thread: Json, *said: str) -> Json:
    """A message of a thread of this channel, once it says all of `said`."""

    async def look() -> Json | None:
        found = await desk.riley.reads_thread(thread)
        return next((each for each in found if all(part in each["shown"] for part in said)), None)

    return await desk.until(look)


async def typed(desk: Scene, person: Person, view: Json, rule: str, *said: str) -> None:
    """Type a rule, and wait until the form says all of this of it."""
    await person.clicks_in(view, ids.PROPOSE_TYPED, rule)

    async def look() -> bool:
        text = view_text((await person.reads_modals())[-1])
        return all(part in text for part in ("As I read it so far", *said))

    await desk.until(look)


async def test_alone_the_command_opens_a_form_that_reads_along(desk: Scene) -> None:
    await desk.riley.types("/policy", team.AGENT_RULES)
    view = await desk.form(desk.riley, "process_refund")  # the gateway's tools are the hint
    assert "Support agents may call" not in view_text(view)
    below = "allow support agents to call refund tool if the amount is below 500"
    await typed(desk, desk.riley, view, below, "✓", "process_refund", "500")
    await typed(desk, desk.riley, view, "allow support agents to call reimbursement tool", "?", "reimbursement")
    (open_view,) = await desk.riley.reads_modals()
    assert open_view["state"]["values"][RULE][ids.PROPOSE_TYPED]["value"].endswith("reimbursement tool")
    await desk.riley.closes(open_view)  # or who opens the next form may be shown this one a while longer


async def test_what_is_written_in_the_form_is_reviewed_as_it_says(fresh: Scene) -> None:
    """The reason, the time and the calls that must stay come along, and are on the card."""
    await fresh.riley.types("/policy", team.AGENT_RULES)
    view = await fresh.form(fresh.riley, "process_refund")
    kept = "small allow role=support-agent process_refund amount=20 orderId=o-1\n"
    values = {RULE: REFUND_RULE, WHY: "the desk is slow", TIME: "7 days", TESTS: kept}
    sent = await fresh.riley.submits(view, values)
    assert sent["closed"], sent
    proposal_id = proposal_in(await fresh.told(fresh.riley, "is saved as", "in this channel"))
    card = await fresh.card(proposal_id)
    assert "the desk is slow" in card["shown"] or "the desk is slow" in str(
        (await fresh.messages(proposal_id))["parent"]
    )
    assert "taken back" in card["shown"]
    answer = await fresh.riley.types("/policy test list", team.AGENT_RULES)
    assert "small" in str(answer["ack"])


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({RULE: "x" * 1990 + " allow\u202eall"}, RULE, "invisible character"),
        ({RULE: REFUND_RULE, TIME: "tomorrowish"}, TIME, "cannot read"),
        ({RULE: REFUND_RULE, TESTS: "small perhaps role=x process_refund"}, TESTS, "whether it must stay"),
        ({RULE: "👍"}, RULE, "no words"),
    ],
)
async def test_what_is_wrong_in_the_form_is_said_at_its_field(
    desk: Scene, values: Json, field: str, sentence: str
) -> None:
    before = len(await desk.engine.generations())
    await desk.riley.types("/policy", team.AGENT_RULES)
    view = await desk.form(desk.riley, "process_refund")
    sent = await desk.riley.submits(view, values)
    assert not sent["closed"]
    assert sentence in sent["errors"][field]
    assert len(await desk.engine.generations()) == before
    await desk.riley.closes(view)


async def test_the_shortcut_asks_for_the_channel(desk: Scene) -> None:
    await desk.riley.uses_shortcut(ids.PROPOSE_SHORTCUT)
    view = await desk.form(desk.riley, "Where is it reviewed?")
    sent = await desk.riley.submits(view, {RULE: REFUND_RULE, CHANNEL: team.PRIVATE})
    assert "Invite me with /invite @policybot" in sent["errors"][CHANNEL]
    heard = len(await desk.heard(desk.riley))
    sent = await desk.riley.submits(view, {RULE: REFUND_RULE, CHANNEL: team.AGENT_RULES})
    assert sent["closed"], sent
    assert await desk.card(proposal_in(await desk.told(desk.riley, "is saved as", after=heard)))


async def test_a_message_becomes_a_rule_that_is_reviewed_in_its_thread(desk: Scene) -> None:
    said = await desk.avery.types("allow support agents to call `process_refund`", team.AGENT_RULES)
    message = next(each for each in await desk.riley.reads(team.AGENT_RULES) if each["ts"] == said["ts"])
    await desk.riley.uses_message_shortcut(message, ids.PROPOSE_MESSAGE)
    view = await desk.form(desk.riley, "process_refund")
    assert "process_refund" in view["state"]["values"][RULE][ids.PROPOSE_TYPED]["value"]
    sent = await desk.riley.submits(view, {})
    assert sent["closed"], sent
    parent = await in_thread(desk, message, "proposes a rule")
    card = await in_thread(desk, message, "Mode if approved")
    assert ids.APPROVE in buttons(card)
    channel = [each["ts"] for each in await desk.riley.reads(team.AGENT_RULES)]
    assert not {parent["ts"], card["ts"]} & {*channel}
    await desk.avery.clicks(card, ids.APPROVE)
    assert await in_thread(desk, message, "Closed", "ACTIVE")


async def test_the_bots_own_message_is_no_rule(desk: Scene) -> None:
    proposal_id = await desk.proposes()
    card = await desk.card(proposal_id)
    await desk.riley.uses_message_shortcut(card, ids.PROPOSE_MESSAGE)
    assert await desk.told(desk.riley, "one of my own")
    assert not await desk.riley.reads_modals()


async def test_a_mention_in_a_thread_is_reviewed_there(fresh: Scene) -> None:
    said = await fresh.avery.types("Who may refund? I would let the desk do it.", team.AGENT_RULES)
    thread = next(each for each in await fresh.riley.reads(team.AGENT_RULES) if each["ts"] == said["ts"])
    await fresh.riley.types(f"@policybot {REFUND_RULE}", team.AGENT_RULES, thread["ts"])
    assert await fresh.told(fresh.riley, "is saved as", "in this thread")
    card = await in_thread(fresh, thread, "Mode if approved")
    assert ids.APPROVE in buttons(card)
    assert len(await fresh.riley.reads(team.AGENT_RULES)) == 1  # nothing of it stands in the channel itself


async def test_a_mention_alone_offers_the_form_there(fresh: Scene) -> None:
    said = await fresh.riley.types("@policybot", team.AGENT_RULES)
    await fresh.told(fresh.riley, "who may, or may not, call which tool")
    answer = (await fresh.riley.reads_private())[-1]
    await fresh.riley.clicks(answer, ids.PROPOSE_OPEN)
    view = await fresh.form(fresh.riley, "process_refund")
    sent = await fresh.riley.submits(view, {RULE: REFUND_RULE})
    assert sent["closed"], sent
    thread = next(each for each in await fresh.riley.reads(team.AGENT_RULES) if each["ts"] == said["ts"])
    assert await in_thread(fresh, thread, "Mode if approved")


async def test_a_direct_message_is_answered_and_offers_the_form_with_what_was_said(fresh: Scene) -> None:
    channel = (await fresh.client.perform("opens_direct", {"user": team.REQUESTER}))["channel"]
    await fresh.riley.types(REFUND_RULE, channel)

    async def answered() -> Json | None:
        return next((each for each in await fresh.riley.reads(channel) if ids.PROPOSE_OPEN in buttons(each)), None)

    answer = await fresh.until(answered)
    assert "by the team, in a channel" in answer["shown"]
    await fresh.riley.clicks(answer, ids.PROPOSE_OPEN)
    view = await fresh.form(fresh.riley, "Where is it reviewed?")
    assert view["state"]["values"][RULE][ids.PROPOSE_TYPED]["value"] == REFUND_RULE
    sent = await fresh.riley.submits(view, {CHANNEL: team.AGENT_RULES})
    assert sent["closed"], sent
    assert await fresh.card(proposal_in(await fresh.told(fresh.riley, "is saved as")))


@pytest.mark.parametrize("who", [team.GUEST, team.OUTSIDER])
async def test_whoever_has_no_part_in_reviews_is_told_so_in_a_direct_message(desk: Scene, who: str) -> None:
    person = desk.person(who)
    channel = (await desk.client.perform("opens_direct", {"user": who}))["channel"]
    await person.types(REFUND_RULE, channel)

    async def answered() -> Json | None:
        return next((each for each in await person.reads(channel) if "Ask a" in each["shown"]), None)

    assert not buttons(await desk.until(answered))
