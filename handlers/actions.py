"""Clicks on a card. Authority and state are asked live; a button only says which card it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import (
    CardRef,
    FormOrigin,
    all_changes,
    card_ref,
    chosen_tool,
    form_origin,
    full_policy,
    reject_form,
)
from bot.review.commands import DecideDraft
from bot.review.model import Draft
from bot.review.votes import Vote
from handlers.errors import sentence_for, tell
from handlers.forms import OUTDATED, approval_form, fill, form_for, of_draft, open_form, show_draft
from handlers.identity import Caller, of_interaction
from handlers.services import Services

log = structlog.get_logger(__name__)


async def approve(ack: AsyncAck, body: Mapping[str, Any], services: Services) -> None:
    """Vote for a draft. Whoever may not, or comes late, is told in private."""
    await _vote(ack, body, services, Vote.APPROVE)


async def wait(ack: AsyncAck, body: Mapping[str, Any], services: Services) -> None:
    """Put a draft off until AgentCore would no longer refuse it."""
    await _vote(ack, body, services, Vote.WAIT)


async def approve_form(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Ask what has to be ticked or said first; the vote counts when the form is submitted."""
    caller, ref = of_interaction(body), _ref(body)

    async def show(draft: Draft) -> dict[str, Any]:
        # The version that was clicked, not the newest: whoever saw an older card is told so.
        origin = FormOrigin(ref or CardRef(draft.id, draft.version), caller.channel_id)
        return await approval_form(draft, origin, services)

    await show_draft(ack, body, client, services, "Approve", show, ref)


async def reject(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Ask for the reason; the vote counts when the form is submitted."""
    caller, ref = of_interaction(body), _ref(body)
    if ref is None:
        await _refuse(ack, caller, services)
        return
    await ack()
    await open_form(client, body, reject_form(FormOrigin(ref, caller.channel_id)), caller, services)


async def show_policy(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """The whole Cedar of a draft."""

    async def show(draft: Draft) -> dict[str, Any]:
        return full_policy(draft)

    await show_draft(ack, body, client, services, "Full policy", show, _ref(body))


async def show_changes(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Everything that a draft would change."""

    async def show(draft: Draft) -> dict[str, Any]:
        return all_changes(draft)

    await show_draft(ack, body, client, services, "All changes", show, _ref(body))


async def try_request(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """A form with the inputs of a tool that the draft is about."""
    caller, ref = of_interaction(body), _ref(body)

    async def show(draft: Draft) -> dict[str, Any]:
        origin = FormOrigin(ref or CardRef(draft.id, draft.version), caller.channel_id)
        return await form_for(draft, origin, services)

    await show_draft(ack, body, client, services, "Try a request", show, ref)


async def choose_tool(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Another tool was chosen in the form: show that one's inputs."""
    await ack()
    origin = form_origin(body["view"])
    chosen = FormOrigin(origin.ref, origin.channel_id, chosen_tool(body["view"]))
    caller = of_interaction(body, origin.channel_id)

    async def show(draft: Draft) -> dict[str, Any]:
        return await form_for(draft, chosen, services)

    look = of_draft(show, origin.ref, caller, services)
    await fill(client, body["view"]["id"], "Try a request", look)


async def unknown_action(ack: AsyncAck, body: Mapping[str, Any], services: Services) -> None:
    """A button of an older or newer version."""
    await _refuse(ack, of_interaction(body), services)


async def _vote(ack: AsyncAck, body: Mapping[str, Any], services: Services, vote: Vote) -> None:
    caller, ref = of_interaction(body), _ref(body)
    task = services.tasks.start(_decide(caller, ref, vote, services), name=vote)
    await services.tasks.ready(task, services.patience)
    await ack()


async def _decide(caller: Caller, ref: CardRef | None, vote: Vote, services: Services) -> None:
    if ref is None:
        await tell(services, caller, OUTDATED)
        return
    decide = DecideDraft(ref.draft_id, ref.version, vote, caller.user_id, caller.user_team_id)
    try:
        await services.deciding.decide(decide)
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        await tell(services, caller, sentence_for(error, doing=vote, lost="Your decision was not counted."))
    else:
        log.info("voted", vote=vote, draft_id=ref.draft_id, version=ref.version, user=caller.user_id)


async def _refuse(ack: AsyncAck, caller: Caller, services: Services) -> None:
    await ack()
    await tell(services, caller, OUTDATED)


def _ref(body: Mapping[str, Any]) -> CardRef | None:
    return card_ref(str(body["actions"][0].get("value") or ""))
