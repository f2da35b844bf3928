"""Opening modals inside the three seconds of a trigger, and filling them when what they show is loaded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import Block, CardRef, FormOrigin, notice, tools_of, try_form
from bot.review.model import Draft
from handlers.errors import sentence_for, tell
from handlers.identity import Caller
from handlers.services import Services

log = structlog.get_logger(__name__)
Show = Callable[[Draft], Awaitable[Block]]

_NOT_OPENED = "Slack did not open the form in time. Click again."
_NOT_SHOWN = "Slack did not take what belongs here. Close this and click again, or tell whoever runs policybot."


async def open_form(
    client: AsyncWebClient, body: Mapping[str, Any], view: Block, caller: Caller, services: Services
) -> str:
    """Open a modal and return its id; empty when Slack did not, and then the person is told."""
    try:
        answer = await client.views_open(trigger_id=str(body["trigger_id"]), view=view)
    except (SlackClientError, ClientError, TimeoutError) as error:
        log.warning("form_not_opened", error=str(error))
        await tell(services, caller, _NOT_OPENED)
        return ""
    return str(answer["view"]["id"])


async def open_loading(
    client: AsyncWebClient, body: Mapping[str, Any], title: str, caller: Caller, services: Services
) -> str:
    """Open a modal that says it is loading."""
    return await open_form(client, body, notice(title, "Loading …"), caller, services)


async def fill(
    client: AsyncWebClient, view_id: str, title: str, show: Show, ref: CardRef, caller: Caller, services: Services
) -> None:
    """Put into an open modal what `show` makes of the draft, or why it cannot be shown."""
    try:
        view = await show(await draft_for(caller, ref, services))
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


async def form_for(draft: Draft, origin: FormOrigin, services: Services, above: Iterable[Block] = ()) -> Block:
    """The form to try a request against a draft."""
    schema = await services.trying.schema(draft)
    tools = tools_of(draft.statement or "", schema)
    if not tools:
        return notice("Try a request", "The gateway has no tool that Cedar can express.")
    return try_form(origin, tools, schema, services.clock.now(), above)
