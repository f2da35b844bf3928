"""What is done about a policy once it is in effect: promoted, demoted, revoked, undone; each card is held, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.blocks import ids
from bot.review.model import Act, Draft, DraftState
from bot.workspace.people import until
from bot.workspace.wire import CannotAct
from tests.support.scene import buttons
from tests.truth.clicking import form_of
from tests.truth.life import SECONDS, Deed, Life, key_of
from tests.truth.plane import Lane, Moment, statement_of

Json = dict[str, Any]
BUTTONS = {"turn": (ids.PROMOTE, ids.DEMOTE), "revoke": (ids.REVOKE,), "undo": (ids.UNDO,)}
STEPS = tuple(BUTTONS)


async def follow(life: Life, lane: Lane, steps: Sequence[tuple[str, Sequence[tuple[str, Deed]]]]) -> None:
    """Do each step on the newest card; `steps` are names of BUTTONS with what others do between card and click."""
    for step, deeds in steps:
        card, draft = await life.card(1)
        if draft.state is not DraftState.IN_EFFECT:
            return
        card = await _led_on(life) or card
        offered = next((each for each in BUTTONS[step] if each in buttons(card)), "")
        if not offered:
            life.tally.notes[f"no {step} on the card"] += 1
            continue
        found = await _proposed(life, card, offered)
        if not found:
            life.tally.notes[f"{step} refused"] += 1
            continue
        life.tally.notes[offered] += 1
        life = replace(life, proposal=found, seen=None)
        if not await life.shown(lane):
            return
        for _, deed in deeds:
            deed(lane)
        before = lane.moment()
        await life.decide("approve")
        card, draft = await life.card(1)
        if draft.state is DraftState.IN_EFFECT:
            _held(life, draft, lane, before)
        else:
            await life.end(lane)


async def _led_on(life: Life) -> Json | None:
    """The card once it leads on: it is shown anew a moment after its policy stands. None where it never does."""

    async def look() -> Json | None:
        card = await life.standing()
        return card if card and any(each in buttons(card) for some in BUTTONS.values() for each in some) else None

    try:
        return await until(life.house.slack.client, look, SECONDS / 6)
    except TimeoutError:
        return None


async def _proposed(life: Life, card: Json, button: str) -> str:
    """The proposal that a button's form makes; empty when it was refused."""
    asker = life.house.asker(life.lane)
    known = await _proposals(life)
    try:
        await asker.clicks(card, button)
        submitted = await asker.submits(await form_of(asker), {})
    except CannotAct:  # the card changed under the hand
        return ""
    if submitted["errors"]:
        return ""

    async def look() -> str:
        return next(iter(await _proposals(life) - known), "")

    return str(await asker.until(look, SECONDS))


async def _proposals(life: Life) -> set[str]:
    """The proposals that have a card in the life's channel."""
    found = set()
    for parent in await life.house.slack.client.perform("reads_channel", {"channel": life.channel}):
        where = {"channel": life.channel, "ts": parent["ts"]}
        for message in await life.house.slack.client.perform("reads_thread", where):
            name, _, kind = key_of(message).partition("/")
            if kind.startswith("card"):
                found.add(name)
    return found


def _held(life: Life, draft: Draft, lane: Lane, before: Moment) -> None:
    """The card that was approved, against the engine just before, and what stands against what was approved."""
    assert life.seen is not None
    card, approved = life.seen
    if draft.act is Act.CREATE:
        stands = [each for each in lane.kept() if each.name == draft.policy_name]
    else:
        stands = [each for each in lane.kept() if each.body["policyId"] == draft.policy_id]
    wanted = 0 if draft.act is Act.REVOKE else 1
    life.tally.holds(f"{draft.act}: stands", len(stands) == wanted, f"{len(stands)} policies stand after it")
    for policy in stands:
        is_now = (statement_of(policy), policy.body["enforcementMode"])
        same = is_now == (approved.statement, approved.enforcement_mode)
        life.tally.holds(f"{draft.act}: as approved", same, f"{is_now} is not what was approved")
    life.hold(card, approved, before, decided=True)
