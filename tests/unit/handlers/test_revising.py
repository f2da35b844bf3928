"""Buttons and forms that lead to another change: what is refused is said at the form or in private."""

from __future__ import annotations

from dataclasses import replace

from bot.blocks import ids
from bot.review.model import DraftState
from tests.support.desk import STATEMENT, Desk


def option(card: dict[str, object], label: str) -> str:
    """The value of a menu's entry."""
    blocks = card["blocks"]
    assert isinstance(blocks, list)
    options = [
        each
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
        for each in element.get("options", ())
    ]
    return next(str(each["value"]) for each in options if label in each["text"]["text"])


async def test_more_characters_than_agentcore_takes_are_refused_at_the_field(desk: Desk) -> None:
    """All fields together hold more, so nothing is cut off; nothing is proposed."""
    statement = STATEMENT.format(arn=desk.schema.gateway.arn)
    long = statement + "\n// why" * 1_350
    card = await desk.card(statement=long)
    await desk.avery.clicks(card, ids.MORE, option(card, "Edit Cedar"))
    form = await desk.form(desk.avery, "One Cedar statement")
    inputs = [block for block in form["blocks"] if block["type"] == "input"]
    assert len(inputs) == 4
    full = {block["block_id"]: {block["element"]["action_id"]: "x" * 3000} for block in inputs}
    answer = await desk.avery.submits(form, full)
    assert "AgentCore takes 10,000" in " ".join(answer["errors"].values())
    assert len(desk.shelf.proposals) == 1


async def test_a_form_that_was_refused_is_sent_again_and_is_one_proposal(desk: Desk) -> None:
    """Its key comes of the form: the refused try left nothing behind."""
    card = await desk.card()
    await desk.riley.clicks(card, ids.MORE, option(card, "Edit rule"))
    form = await desk.form(desk.riley, "The rule")
    assert (await desk.riley.submits(form, {"text": " "}))["errors"]
    assert len(desk.shelf.proposals) == 1
    assert (await desk.riley.submits(form, {"text": "allow refunds below 100"}))["closed"]
    made = [each for each in desk.shelf.proposals.values() if each.revises]
    assert [each.rule for each in made] == ["allow refunds below 100"]


async def test_an_undo_is_not_undone_even_where_an_older_card_offers_it(desk: Desk) -> None:
    """What stands in the store counts, not what the card showed."""
    card = await desk.card(state=DraftState.IN_EFFECT, policy_id="p-1")
    kept = desk.shelf.kept["P-ABCDEF.1"]
    desk.shelf.kept[kept.id] = replace(kept, undoes="P-222222.1")
    await desk.riley.clicks(card, ids.UNDO)
    form = await desk.form(desk.riley, "is taken back")
    answer = await desk.riley.submits(form, {})
    assert "This is an undo itself." in " ".join(answer["errors"].values())
    desk.shelf.kept[kept.id] = replace(kept, extends="P-222222.2")
    answer = await desk.riley.submits(form, {})
    assert "can be undone, and this is none" in " ".join(answer["errors"].values())
    assert len(desk.shelf.proposals) == 1
