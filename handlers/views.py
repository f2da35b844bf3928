"""Submitted forms. What is wrong with a form is said at its fields while it is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import (
    Block,
    FormErrors,
    FormOrigin,
    approve_error,
    findings_reason,
    form_origin,
    notice,
    parse_request,
    reject_error,
    reject_reason,
    ticked,
    trial_blocks,
)
from bot.blocks.held_tests import keep_buttons
from bot.blocks.timing import until_error, until_text
from bot.errors import Refused
from bot.review.commands import DecideDraft
from bot.review.decision import Tick
from bot.review.timing import read_until
from bot.review.votes import Vote
from handlers.errors import sentence_for
from handlers.forms import draft_for, form_for, submitted, update
from handlers.identity import Caller, of_interaction
from handlers.services import Services


async def reject(ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    """Vote against a draft, with the reason that was typed."""
    reason = reject_reason(view)
    if len(reason) < 3:
        await ack(response_action="errors", errors=reject_error("Say in a few words why."))
        return
    await _vote(ack, body, view, services, Vote.REJECT, reject_error, reason=reason)


async def approve(ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    """Vote for a draft, with what was ticked and said in the form."""
    reason = findings_reason(view)
    vote = Vote.APPROVE if reason is None else Vote.APPROVE_UNVALIDATED

    def at_form(sentence: str) -> dict[str, str]:
        return approve_error(view, sentence)

    try:
        until = read_until(until_text(view), services.clock.now())
    except Refused as error:
        await ack(response_action="errors", errors=until_error(error.sentence))
        return
    await _vote(ack, body, view, services, vote, at_form, reason=reason or "", seen=ticked(view), until=until)


async def try_request(
    ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any], client: AsyncWebClient, services: Services
) -> None:
    """Decide the typed request today and with the draft, and show both above the form."""
    caller, origin = of_interaction(body), form_origin(view)
    task = services.tasks.start(_try(view, caller, origin, services), name="try a request")
    if not await services.tasks.ready(task, services.patience):
        await ack(response_action="update", view=notice("Try a request", "Deciding …"))
        services.tasks.start(_show_later(task, str(view["id"]), client), name="late trial")
        return
    outcome = task.result()
    if isinstance(outcome, FormErrors):
        await ack(response_action="errors", errors=dict(outcome.errors))
    else:
        await ack(response_action="update", view=outcome)


async def unknown_form(ack: AsyncAck) -> None:
    """A form of an older or newer version: close it."""
    await ack(response_action="clear")


async def _vote(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    services: Services,
    vote: Vote,
    at_field: Callable[[str], dict[str, str]],
    *,
    reason: str = "",
    seen: frozenset[Tick] = frozenset(),
    until: datetime | None = None,
) -> None:
    """Cast the vote of a form. Why it is refused is said at the field while the form is open, later in private."""
    origin = form_origin(view)
    caller, ref = of_interaction(body, origin.channel_id), origin.ref
    who = (caller.user_id, caller.user_team_id)
    decide = DecideDraft(ref.draft_id, ref.version, vote, *who, reason, seen, until)
    await submitted(ack, caller, services, services.deciding.decide(decide), at_field, doing=vote)


async def _try(view: Mapping[str, Any], caller: Caller, origin: FormOrigin, services: Services) -> Block | FormErrors:
    try:
        draft = await draft_for(caller, origin.ref, services)
        schema = await services.trying.schema(draft)
        trial = await services.trying.request(draft, parse_request(view, schema))
        return await form_for(draft, origin, services, [*trial_blocks(trial), keep_buttons(trial)])
    except FormErrors as errors:
        return errors
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        return notice("Try a request", sentence_for(error, doing="try a request"))


async def _show_later(task: asyncio.Task[Block | FormErrors], view_id: str, client: AsyncWebClient) -> None:
    outcome = await task
    if isinstance(outcome, FormErrors):
        outcome = notice("Try a request", " ".join(outcome.errors.values()))
    await update(client, view_id, outcome)
