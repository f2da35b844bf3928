"""The card's forms: trying a request, every change, the whole policy."""

from __future__ import annotations

from typing import Any

import pytest

from bot.blocks import ids
from bot.workspace.people import Person
from tests.support.scene import Json, Scene, cedar_in, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = (
    "allow support agents to call refund tool if the reason is "
    + ", ".join(f"code-{n}" for n in range(60))
    + " or late"
)


async def _opened(desk: Scene, person: Person, card: Json, action: str, *said: str) -> Json:
    """The modal that a button opens, once it says all of `said`."""
    await person.clicks(card, action)

    async def look() -> Json | None:
        for view in await person.reads_modals():
            if "Loading" not in view_text(view) and all(part in view_text(view) for part in said):
                return view
        return None

    return await desk.until(look)


def _fields(view: Json) -> dict[str, str]:
    return {block["label"]["text"]: block["block_id"] for block in view["blocks"] if block["type"] == "input"}


async def _tries(person: Person, view: Json, values: dict[str, Any]) -> Json:
    fields = _fields(view)
    return await person.submits(view, {fields[label]: value for label, value in values.items()})


async def test_a_request_is_decided_today_and_with_the_draft(desk: Scene) -> None:
    """The form says allowed or denied, now and afterwards, and by which policies."""
    proposal = await desk.proposes("allow billing agents to call refund tool if the amount is below 500")
    card = await desk.card(proposal)
    form = await _opened(desk, desk.avery, card, ids.TRY_REQUEST, "orderId")
    values = {"orderId": "A-1", "amount": "100", "Claims of the caller's token": "role = billing-agent"}
    done = await _tries(desk.avery, form, values)
    assert done["errors"] == {}
    said = view_text(done["view"])
    assert "Today: \ndenied" in said
    assert "With this draft in force: \nallowed\n, by " in said
    assert "The draft changes this request." in said

    again = await _tries(desk.avery, done["view"], {**values, "amount": "900"})
    said = view_text(again["view"])
    assert "The draft does not change this request." in said
    assert "because no policy permits it" in said
    await desk.avery.closes(again["view"])


@pytest.mark.parametrize(
    ("values", "label", "sentence"),
    [
        ({"Claims of the caller's token": "billing"}, "Claims of the caller's token", "is not a claim"),
        ({"amount": "99999999999999999999"}, "amount", "64 bits"),
        ({"amount": ""}, "amount", "required"),
    ],
)
async def test_a_bad_value_is_told_at_its_field(desk: Scene, values: dict[str, str], label: str, sentence: str) -> None:
    """What cannot be a request is said where it was typed, and the form stays."""
    proposal = await desk.proposes("allow support agents to call refund tool if the amount is below 20")
    card = await desk.card(proposal)
    form = await _opened(desk, desk.avery, card, ids.TRY_REQUEST, "orderId")
    done = await _tries(desk.avery, form, {"orderId": "A-1", "amount": "100", **values})
    assert not done["closed"]
    assert sentence in done["errors"][_fields(form)[label]]
    await desk.avery.closes(form)


async def test_another_tool_brings_its_own_inputs(desk: Scene) -> None:
    """Choosing another tool in the form shows that tool's inputs."""
    proposal = await desk.proposes("allow support agents to use any tool")
    card = await desk.card(proposal)
    form = await _opened(desk, desk.avery, card, ids.TRY_REQUEST, "Tool")
    await desk.avery.clicks_in(form, ids.TRY_TOOL, "OrderTool___change_delivery_date")

    async def look() -> Json | None:
        (view,) = await desk.avery.reads_modals()
        return view if "days" in _fields(view) else None

    view = await desk.until(look)
    assert "amount" not in _fields(view)
    await desk.avery.closes(view)


async def test_all_changes_are_listed_with_examples(desk: Scene) -> None:
    """The modal names each tool, what becomes allowed, an example, and what stays."""
    proposal = await desk.proposes("allow support agents to cancel orders if the total is below 500")
    card = await desk.card(proposal)
    view = await _opened(desk, desk.riley, card, ids.SHOW_CHANGES)
    said = view_text(view)
    assert "Risk: " in said
    assert "Newly allowed: " in said
    assert "Unchanged, proved" in said
    await desk.riley.closes(view)


async def test_the_full_policy_is_what_the_card_starts_with(desk: Scene) -> None:
    """A statement too long for the card is whole in the modal."""
    proposal = await desk.proposes(LONG)
    card = await desk.card(proposal)
    assert ids.SHOW_POLICY in str(card["blocks"]), card["shown"]
    view = await _opened(desk, desk.riley, card, ids.SHOW_POLICY, "permit")
    shown = "".join(
        run["text"]
        for block in view["blocks"]
        for part in block["elements"]
        if part["type"] == "rich_text_preformatted"
        for run in part["elements"]
    )
    start = cedar_in(card).removesuffix("…").rstrip()
    assert shown.startswith(start)
    assert len(shown) > len(start)
    assert shown.rstrip().endswith("};")
    await desk.riley.closes(view)
