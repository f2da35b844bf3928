"""What an approver does with a card: approve in the way that it offers, or reject."""

from __future__ import annotations

from typing import Any

from bot.blocks import ids
from bot.workspace.people import Person
from tests.support.scene import buttons
from tests.truth.claims import Tally

Json = dict[str, Any]
APPROVALS = (ids.APPROVE, ids.APPROVE_FORM)


async def approve(person: Person, card: Json, tally: Tally) -> bool:
    """False when the card offers no way. What has to be seen first counts only with every tick."""
    offered = next((button for button in buttons(card) if button in APPROVALS), None)
    if offered is None:
        tally.notes["no Approve on the card"] += 1
        return False
    tally.notes[offered] += 1
    await person.clicks(card, offered)
    if offered == ids.APPROVE_FORM:
        form = await form_of(person)
        inputs = {each["element"]["action_id"]: each["element"] for each in form["blocks"] if each["type"] == "input"}
        reason = {"reason": "Wanted all the same."} if "reason" in inputs else {}
        ticks = [option["value"] for option in inputs.get("seen", {}).get("options", ())]
        if ticks:
            refused = await person.submits(form, reason)
            tally.holds("what is asked for has to be ticked", bool(refused["errors"]), f"approved without {ticks}")
        await person.submits(form, {**({"seen": ticks} if ticks else {}), **reason})
    return True


async def reject(person: Person, card: Json) -> None:
    """With a reason."""
    await person.clicks(card, ids.REJECT)
    await person.submits(await form_of(person), {"reason": "Not wanted any more."})


async def form_of(person: Person) -> Json:
    """The form on top, once it is there to be filled."""

    async def look() -> Json | None:
        forms = await person.reads_modals()
        return forms[-1] if forms and forms[-1]["submit"] else None  # until then it says that it is loading

    found: Json = await person.until(look)
    return found


def waits_for_a_decision(card: Json) -> bool:
    """Whether there is anything on it to approve or reject with."""
    return any(button in (*APPROVALS, ids.REJECT) for button in buttons(card))


def shown_version(card: Json) -> int | None:
    """The version of the draft that a card's buttons decide on."""
    for block in card.get("blocks", ()):
        for element in block.get("elements", ()):
            if element.get("action_id") in (*APPROVALS, ids.REJECT) and (ref := ids.card_ref(element.get("value", ""))):
                return ref.version
    return None
