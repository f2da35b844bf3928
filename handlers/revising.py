"""What leads to another change under review: a revision, an act on a policy in effect, and taking something back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import Block, CardRef, FormOrigin, card_ref, form_origin, ids
from bot.blocks.revising import (
    ACTS,
    act_form,
    act_why,
    edit_cedar_form,
    edit_rule_form,
    edited_rule,
    edited_statement,
    form_error,
)
from bot.blocks.timing import until_error, until_text
from bot.errors import Refused
from bot.review.commands import Again, ApproveClean, Extend, ProposeAct, Revise, TakeBack, Undo, Withdraw
from bot.review.model import Draft
from bot.review.timing import read_until
from handlers.errors import sentence_for, tell
from handlers.forms import OUTDATED, approval_form, show_draft, submitted
from handlers.identity import Caller, of_interaction
from handlers.services import Services

log = structlog.get_logger(__name__)

_TITLES = {ids.EDIT_RULE: "Edit the rule", ids.EDIT_CEDAR: "Edit the Cedar", ids.APPROVE_FORM: "Approve"}


async def more(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """An entry of a card's menu: the action, and the card."""
    chosen = str((body["actions"][0].get("selected_option") or {}).get("value") or "")
    action, _, value = chosen.partition(" ")
    await _chosen(ack, body, client, services, action, card_ref(value))


async def act(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """A button of a card: edit, promote, demote, revoke, undo, withdraw, approve the clean ones."""
    clicked = body["actions"][0]
    await _chosen(ack, body, client, services, str(clicked["action_id"]), card_ref(str(clicked.get("value") or "")))


async def edit_rule(ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    """Another rule is reviewed instead."""
    await _revise(ack, body, view, services, rule=edited_rule(view))


async def edit_cedar(ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    """A statement that a person wrote is reviewed instead."""
    await _revise(ack, body, view, services, statement=edited_statement(view))


async def offered(ack: AsyncAck, body: Mapping[str, Any], services: Services) -> None:
    """One of the readings of a rule, or what may have been meant by a slip: reviewed as the next revision."""
    clicked = body["actions"][0]
    caller, ref = of_interaction(body), card_ref(str(clicked.get("value") or ""))
    if ref is None:
        await ack()
        await tell(services, caller, OUTDATED)
        return

    async def take(ref: CardRef, caller: Caller, services: Services) -> str:
        draft = await services.review.look(ref.draft_id, user_id=caller.user_id, user_team_id=caller.user_team_id)
        number = ids.OFFERS.index(clicked["action_id"])
        if number >= len(draft.analysis.offers):
            return OUTDATED
        offer = draft.analysis.offers[number]
        command = Revise(
            key=sha256(f"{clicked['action_id']}\0{draft.id}\0{draft.version}".encode()).hexdigest(),
            proposal_id=draft.proposal_id,
            user_id=caller.user_id,
            user_team_id=caller.user_team_id,
            rule=offer.rule,
            draft_id=draft.id,
            version=ref.version,
        )
        proposed = await services.revising.revise(command)
        return f"“{offer.rule}” is reviewed instead, as {proposed.proposal_id}, in the same thread."

    task = services.tasks.start(_said(take, ref, caller, services, "offer"), name="offer")
    await services.tasks.ready(task, services.patience)
    await ack()


async def propose_act(ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    """Propose what the form is about."""
    origin = form_origin(view)
    caller = of_interaction(body, origin.channel_id)
    draft_id, who = origin.ref.draft_id, (caller.user_id, caller.user_team_id)
    wanted = ACTS[origin.action]

    try:
        until = read_until(until_text(view), services.clock.now())
    except Refused as error:
        await ack(response_action="errors", errors=until_error(error.sentence))
        return

    async def work() -> None:
        if origin.action == ids.EXTEND and until is not None:
            await services.extending.extend(Extend(_key(view), draft_id, *who, until=until, why=act_why(view)))
            return
        if wanted is None:
            await services.revising.undo(Undo(_key(view), draft_id, *who, why=act_why(view)))
            return
        command = ProposeAct(
            _key(view),
            wanted,
            services.team_id,
            caller.channel_id,
            *who,
            draft_id=draft_id,
            why=act_why(view),
            until=until,
        )
        await services.revising.act(command)

    await submitted(ack, caller, services, work(), partial(form_error, view), doing=origin.action)


async def _revise(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    services: Services,
    *,
    rule: str = "",
    statement: str = "",
) -> None:
    origin = form_origin(view)
    caller = of_interaction(body, origin.channel_id)

    async def work() -> None:
        draft = await services.review.look(
            origin.ref.draft_id, user_id=caller.user_id, user_team_id=caller.user_team_id
        )
        by_hand = view["callback_id"] == ids.EDIT_CEDAR_FORM
        command = Revise(
            key=_key(view),
            proposal_id=draft.proposal_id,
            user_id=caller.user_id,
            user_team_id=caller.user_team_id,
            rule=rule,
            statement=statement,
            draft_id=draft.id,
            version=origin.ref.version,
            by_hand=by_hand,
        )
        await services.revising.revise(command)

    await submitted(ack, caller, services, work(), partial(form_error, view), doing="revise")


async def _chosen(
    ack: AsyncAck,
    body: Mapping[str, Any],
    client: AsyncWebClient,
    services: Services,
    action: str,
    ref: CardRef | None,
) -> None:
    caller = of_interaction(body)
    at_once = {ids.WITHDRAW: _withdraw, ids.TAKE_BACK: _take_back, ids.APPROVE_CLEAN: _approve_clean, ids.AGAIN: _again}
    if ref is None or not (action in at_once or action in _TITLES or action in ACTS):
        await ack()
        await tell(services, caller, OUTDATED)
    elif action in at_once:
        task = services.tasks.start(_said(at_once[action], ref, caller, services, action), name=action)
        await services.tasks.ready(task, services.patience)
        await ack()
    else:
        await _open(ack, body, client, services, action, ref)


async def _open(
    ack: AsyncAck,
    body: Mapping[str, Any],
    client: AsyncWebClient,
    services: Services,
    action: str,
    ref: CardRef,
) -> None:
    """The form of an action, loading until the draft is read."""
    origin = FormOrigin(ref, of_interaction(body).channel_id, action if action in ACTS else "")

    async def show(draft: Draft) -> Block:
        if action in ACTS:
            return act_form(origin, draft)
        if action == ids.APPROVE_FORM:
            return await approval_form(draft, origin, services)
        if action == ids.EDIT_CEDAR:
            return edit_cedar_form(origin, draft)
        return edit_rule_form(origin, draft, await services.revising.rule_of(draft.proposal_id))

    await show_draft(ack, body, client, services, _TITLES.get(action, "Propose a change"), show, ref)


_Word = Callable[[CardRef, Caller, Services], Awaitable[str]]


async def _said(word: _Word, ref: CardRef, caller: Caller, services: Services, action: str) -> None:
    """Do it, and say in private what came of it, or why nothing did."""
    try:
        said = await word(ref, caller, services)
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        said = sentence_for(error, doing=action)
    else:
        log.info("done", action=action, draft_id=ref.draft_id, user=caller.user_id)
    await tell(services, caller, said)


async def _withdraw(ref: CardRef, caller: Caller, services: Services) -> str:
    await services.deciding.withdraw(Withdraw(ref.draft_id, caller.user_id, caller.user_team_id))
    return "It is withdrawn; nothing comes of it."


async def _take_back(ref: CardRef, caller: Caller, services: Services) -> str:
    await services.deciding.take_back(TakeBack(ref.draft_id, caller.user_id, caller.user_team_id))
    return "Your vote is taken back. You can vote again as long as the card is open."


async def _approve_clean(ref: CardRef, caller: Caller, services: Services) -> str:
    draft = await services.review.look(ref.draft_id, user_id=caller.user_id, user_team_id=caller.user_team_id)
    command = ApproveClean(draft.proposal_id, caller.user_id, caller.user_team_id, ref.clean)
    done = await services.deciding.approve_clean(command)
    return f"Your approval is recorded on {len(done)} {'policy' if len(done) == 1 else 'policies'}."


async def _again(ref: CardRef, caller: Caller, services: Services) -> str:
    """Propose once more what ended; the same click delivered twice is one proposal."""
    await services.review.look(ref.draft_id, user_id=caller.user_id, user_team_id=caller.user_team_id)
    key = sha256(f"again\0{ref.draft_id}".encode()).hexdigest()
    proposed = await services.revising.again(Again(key, ref.draft_id, caller.user_id, caller.user_team_id))
    return f"It is proposed again as {proposed.proposal_id}, in the same thread."


def _key(view: Mapping[str, Any]) -> str:
    """The same for one form, however often its submission is delivered; a form that was refused keeps it."""
    return sha256(f"{view['id']}\0{view['callback_id']}".encode()).hexdigest()
