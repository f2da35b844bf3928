"""Opening modals inside the three seconds of a trigger, and filling them when what they show is loaded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import structlog
from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import Block, CardRef, FormOrigin, approve_form, notice, tools_of, try_form
from bot.review.model import Draft
from handlers.errors import sentence_for, tell
from handlers.identity import Caller, of_interaction
from handlers.services import Services

log = structlog.get_logger(__name__)
Show = Callable[[Draft], Awaitable[Block]]
Look = Callable[[], Awaitable[Block]]

OUTDATED = "This button belongs to a card that I cannot read any more. Look at the newest card of the thread."
LOADING = "Loading …"
_NOT_OPENED = "Slack did not open the form in time. Click again."
_NOT_SHOWN = "Slack did not take what belongs here. Close this and click again, or tell whoever runs policybot."


async def open_form(
    client: AsyncWebClient,
    body: Mapping[str, Any],
    view: Block,
    caller: Caller,
    services: Services,
    *,
    on_top: bool = False,
) -> str:
    """Open a modal, or put it `on_top` of the one that is open, and return its id; empty when Slack did not, and then
    the person is told."""
    call = client.views_push if on_top else client.views_open
    try:
        answer = await call(trigger_id=str(body["trigger_id"]), view=view)
    except (SlackClientError, ClientError, TimeoutError) as error:
        log.warning("form_not_opened", error=str(error))
        await tell(services, caller, _NOT_OPENED)
        return ""
    return str(answer["view"]["id"])


async def show_look(
    client: AsyncWebClient,
    body: Mapping[str, Any],
    title: str,
    look: Look,
    caller: Caller,
    services: Services,
    *,
    on_top: bool = False,
) -> None:
    """Open a modal that says it is loading, and fill it with what `look` gives."""
    loading = notice(title, LOADING)
    view_id = await open_form(client, body, loading, caller, services, on_top=on_top)
    if view_id:
        await fill(client, view_id, title, look)


async def show_draft(
    ack: AsyncAck,
    body: Mapping[str, Any],
    client: AsyncWebClient,
    services: Services,
    title: str,
    show: Show,
    ref: CardRef | None,
) -> None:
    """Acknowledge a click, and open a modal with what `show` makes of the card's draft."""
    caller = of_interaction(body)
    await ack()
    if ref is None:
        await tell(services, caller, OUTDATED)
        return
    await show_look(client, body, title, of_draft(show, ref, caller, services), caller, services)


def of_draft(show: Show, ref: CardRef, caller: Caller, services: Services) -> Look:
    """What `show` makes of a card's draft, once it is looked up."""

    async def look() -> Block:
        return await show(await draft_for(caller, ref, services))

    return look


async def fill(client: AsyncWebClient, view_id: str, title: str, look: Look) -> None:
    """Put into an open modal what `look` gives, or why it cannot be shown."""
    try:
        view = await look()
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        view = notice(title, sentence_for(error, doing=title))
    await update(client, view_id, view)


async def draft_for(caller: Caller, ref: CardRef, services: Services) -> Draft:
    """The draft of a card for whoever wants to look behind it. Raises Refused for who may not."""
    return await services.review.look(ref.draft_id, user_id=caller.user_id, user_team_id=caller.user_team_id)


async def update(client: AsyncWebClient, view_id: str, view: Block) -> None:
    """Change an open modal. What Slack does not take is said in it; one that the person closed needs nothing."""
    for shown in (view, notice(view["title"]["text"], _NOT_SHOWN)):
        try:
            await client.views_update(view_id=view_id, view=shown)
        except (SlackClientError, ClientError, TimeoutError) as error:
            log.warning("form_not_updated", error=str(error))
        else:
            return


async def submitted(
    ack: AsyncAck,
    caller: Caller,
    services: Services,
    work: Awaitable[object],
    at_field: Callable[[str], Mapping[str, str]],
    *,
    doing: str,
) -> None:
    """Do what a form asks for. Why it is refused is said at its field while it is open, later in private."""

    async def done() -> str:
        try:
            await work
        except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
            return sentence_for(error, doing=doing)
        return ""

    async def tell_later() -> None:
        if sentence := await task:
            await tell(services, caller, sentence)

    task = services.tasks.start(done(), name=doing)
    if not await services.tasks.ready(task, services.patience):
        await ack()
        services.tasks.start(tell_later(), name="late refusal")
    elif sentence := task.result():
        await ack(response_action="errors", errors=dict(at_field(sentence)))
    else:
        await ack()


async def approval_form(draft: Draft, origin: FormOrigin, services: Services) -> Block:
    """The form of an approval that is more than a click."""
    proposal = await services.review.proposal(draft.proposal_id)
    return approve_form(origin, draft, proposal, await services.review.pieces(proposal))


async def form_for(draft: Draft, origin: FormOrigin, services: Services, above: Iterable[Block] = ()) -> Block:
    """The form to try a request against a draft."""
    schema = await services.trying.schema(draft)
    tools = tools_of(draft.statement or "", schema)
    if not tools:
        return notice("Try a request", "The gateway has no tool that Cedar can express.")
    return try_form(origin, tools, schema, services.clock.now(), above)
