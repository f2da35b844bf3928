"""Requests that must stay as they are: kept by command or from a tried one, on every card, and broken knowingly."""

from __future__ import annotations

import pytest

from bot.blocks import ids
from bot.workspace import team
from tests.support.scene import Json, Scene, buttons, proposal_in, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

BIG = "allow everyone to call refund tool if the amount is below 900"
LIMIT = "nobody may call refund tool if the amount is above 100"


async def answer(desk: Scene, typed: str, who: str = team.REQUESTER) -> str:
    """What somebody is told, who types something after `/policy`."""
    return await desk.answered(typed, who)


async def test_a_change_that_breaks_a_test_has_to_be_approved_as_one(fresh: Scene) -> None:
    """“1 of 1 tests hold” on a card that leaves it alone; its name, and a tick of its own, on one that breaks it."""
    desk = fresh
    kept = await answer(desk, "test add small-refunds allow role=support-agent process_refund amount=20 orderId=o1")
    assert "“small-refunds” must stay allowed" in kept
    assert "small-refunds" in await answer(desk, "test list")

    first = await desk.proposes("allow managers to look up orders")
    await desk.card(first, "0 of 1 tests hold", "Not as wanted today, and not with this either: “small-refunds”.")
    await allow_refunds(desk)
    block = await desk.proposes("nobody may call refund tool if the amount is below 50")
    card = await desk.card(block, "0 of 1 tests hold", "It breaks one, or may:")
    assert "“small-refunds” must stay allowed, and would not be" in card["shown"]
    assert ids.APPROVE not in buttons(card)
    await desk.avery.clicks(card, ids.APPROVE_FORM)
    form = await desk.form(desk.avery, "small-refunds")
    assert (await desk.avery.submits(form, {}))["errors"]
    assert (await desk.avery.submits(form, {"seen": ["breaks"]}))["closed"]
    await desk.settled(block)

    harmless = await desk.proposes(LIMIT)
    await desk.card(harmless, "1 of 1 tests hold")


async def test_a_proposal_brings_tests_of_its_own(fresh: Scene) -> None:
    """They hold for it and for what comes later; what cannot be kept is refused before anything is saved."""
    desk = fresh
    small, big = (
        "small allow role=support-agent process_refund amount=20 orderId=o",
        "big deny process_refund amount=950",
    )
    said = await answer(desk, f"{BIG} --test {small} --test {big} orderId=o --for 2 days")
    assert "It brings 2 tests for this channel's gateway." in said
    card = await desk.card(proposal_in(said), "2 of 2 tests hold", "For a time")
    assert "--test" not in card["shown"]
    listed = await answer(desk, "test list")
    assert "small" in listed
    assert "big" in listed
    for bad, why in (
        (f"{LIMIT} --test {small}", "There is a test called “small” on this route already"),
        (f"{LIMIT} --test a {small[6:]} --test A {small[6:]}", "There is a test called “A”"),
        (f"{LIMIT} --test x maybe process_refund amount=2", "must stay allowed or denied"),
        (f"{LIMIT} --test x allow no_such_tool", "is no tool of the gateway"),
        (f"{LIMIT} --test", "must stay allowed or denied"),
    ):
        assert why in await answer(desk, bad)
    assert len(await desk.engine.generations()) == 1
    assert "a" not in (await answer(desk, "test list")).partition("tests: ")[2].split(", ")


async def allow_refunds(desk: Scene) -> None:
    """Refunds by support agents are allowed, and enforced."""
    await desk.engine.policies()
    gateway = next(iter((await desk.engine.call("list_gateways"))["items"]))["gatewayId"]
    arn = (await desk.engine.call("get_gateway", gatewayIdentifier=gateway))["gatewayArn"]
    await desk.engine.creates(
        "open_refunds",
        "permit(principal is AgentCore::OAuthUser, "
        f'action == AgentCore::Action::"RefundTool___process_refund", resource == AgentCore::Gateway::"{arn}");',
    )


async def test_a_tried_request_is_kept_with_one_click(fresh: Scene) -> None:
    """From the form of Try a request, as it would be with the draft; an open card says so soon."""
    desk = fresh
    proposal = await desk.proposes(BIG)
    card = await desk.card(proposal)
    await desk.riley.clicks(card, ids.TRY_REQUEST)
    form = await desk.form(desk.riley, "amount")
    blocks = {block["label"]["text"]: block for block in form["blocks"] if block["type"] == "input"}
    values = {blocks["amount"]["block_id"]: {"value": "20"}}
    for label, block in blocks.items():
        if not block.get("optional") and label != "amount" and block["element"]["type"] == "plain_text_input":
            values[block["block_id"]] = {"value": "o-1"}
    tried = (await desk.riley.submits(form, values))["view"]
    assert "Keep as a test: stays allowed" in view_text(tried)
    await desk.riley.clicks_in(tried, ids.KEEP_ALLOWED)
    await modal(desk, "Kept as the test")
    await desk.card(proposal, "1 of 1 tests hold")


async def modal(desk: Scene, said: str) -> Json:
    async def look() -> Json | None:
        views = await desk.riley.reads_modals()
        return views[-1] if views and said in view_text(views[-1]) else None

    return await desk.until(look)


async def test_what_is_no_test_is_one_sentence(desk: Scene) -> None:
    """Nothing is kept, and the person is told what to write instead."""
    wrong = {
        "test add": "test add NAME",
        "test add x": "must stay allowed or denied",
        "test add x maybe process_refund": "must stay allowed or denied",
        "test add x allow": "There is no tool in it",
        "test add x allow fly amount=1": "is no tool of the gateway",
        "test add x allow process_refund speed=1": "has no input “speed”",
        "test add x allow process_refund amount=much": "amount: ",
        'test add x allow process_refund orderId="o': "A quote is not closed",
        "test remove nothing-like-it": "no test called “nothing-like-it”",
    }
    for typed, said in wrong.items():
        assert said in await answer(desk, typed), typed


async def test_names_are_taken_once_and_given_up_by_whoever_may(fresh: Scene) -> None:
    desk = fresh
    call = "role=support-agent process_refund amount=20 orderId=o1"
    assert "Kept" in await answer(desk, f"test add Mine allow {call}")
    assert "already" in await answer(desk, f"test add mine deny {call}")
    assert "Guests cannot" in await answer(desk, f"test add theirs allow {call}", team.GUEST)
    assert "removed" not in await answer(desk, "test remove mine", team.MEMBER)
    assert "removed" in await answer(desk, "test remove mine")
    assert "no tests" in await answer(desk, "test")
