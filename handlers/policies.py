"""Policies of the channel's engine, in private: who may do what, the list, one policy, its history, an act on one.

Everything is a modal: it opens at once, and is filled when AgentCore and Slack have answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import Block, ids, notice
from bot.blocks import history as history_blocks
from bot.blocks import listing as blocks
from bot.blocks import tools as tool_blocks
from bot.blocks import who as who_blocks
from bot.blocks.listing import ListOrigin
from bot.review.commands import ProposeAct
from bot.review.model import Act
from bot.review.place import Asker
from handlers.command_text import List, Looks, Show, Tools, Who
from handlers.errors import sentence_for, tell
from handlers.forms import Look, fill, show_look
from handlers.identity import Caller, asker_of, of_command, of_interaction
from handlers.services import Services

log = structlog.get_logger(__name__)

_UNKNOWN = "This button belongs to a list that I cannot read any more. Type /policy list again."
_SENT = "Its review comes in the channel; if that cannot be, I tell you there, in private."


async def asked(
    ack: AsyncAck,
    body: Mapping[str, Any],
    what: Looks,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """`/policy who`, `list`, `show`, `history` and `tools`."""
    await ack()
    caller = of_command(body)
    asker = asker_of(caller, services.team_id)
    title, look = look_of(what, asker, services)
    await show_look(client, body, title, look, caller, services)


def look_of(what: Looks, asker: Asker, services: Services) -> tuple[str, Look]:
    """The title of the modal that shows what is asked for, and what fills it."""
    if isinstance(what, Who):
        return who_blocks.TITLE, lambda: _who(asker, services)
    if isinstance(what, List):
        return blocks.LIST_TITLE, lambda: _page(_first(asker, what.text), asker, services)
    if isinstance(what, Tools):
        return tool_blocks.TITLE, lambda: _tools(_first(asker, what.text), asker, services)
    if isinstance(what, Show):
        return blocks.SHOW_TITLE, lambda: _policy(what.name, asker, services)
    return history_blocks.TITLE, lambda: _history(what.subject, asker, services)


async def turned(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Another page of the list, in the same modal."""
    await ack()
    wanted = _turned(body)
    asker = asker_of(of_interaction(body, wanted.channel_id), services.team_id, wanted.chosen)
    await fill(client, str(body["view"]["id"]), blocks.LIST_TITLE, lambda: _page(wanted, asker, services))


async def turned_tools(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Another page of the tools, in the same modal."""
    await ack()
    wanted = _turned(body)
    asker = asker_of(of_interaction(body, wanted.channel_id), services.team_id, wanted.chosen)
    await fill(client, str(body["view"]["id"]), tool_blocks.TITLE, lambda: _tools(wanted, asker, services))


async def chosen(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Something of a row's menu, or a button under a policy: shown on top of what is open."""
    await ack()
    origin = blocks.list_origin(body["view"])
    caller = of_interaction(body, origin.channel_id)
    asker = asker_of(caller, services.team_id, origin.chosen)
    deed, policy_id = blocks.chosen_deed(body["actions"][0])
    act = blocks.ACTS.get(deed)
    if deed == ids.POLICY_SHOW:
        title, look = blocks.SHOW_TITLE, lambda: _policy(policy_id, asker, services)
    elif deed == ids.POLICY_HISTORY:
        title, look = history_blocks.TITLE, lambda: _history(policy_id, asker, services)
    elif act is not None:
        title, look = f"{act.value.capitalize()} a policy", lambda: _act_form(policy_id, act, asker, services)
    else:
        await tell(services, caller, _UNKNOWN)
        return
    on_top = body["view"]["type"] == "modal"  # from App Home it is the first
    await show_look(client, body, title, look, caller, services, on_top=on_top)


async def act(ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any], services: Services) -> None:
    """Propose to promote, demote or revoke a policy: its review comes in the channel."""
    origin = blocks.list_origin(view)
    caller = of_interaction(body, origin.channel_id)
    command = ProposeAct(
        key=f"{view['id']}/{caller.user_id}",
        act=Act(origin.act),
        team_id=services.team_id,
        channel_id=origin.channel_id,
        user_id=caller.user_id,
        user_team_id=caller.user_team_id,
        policy_id=origin.policy_id,
        why=blocks.act_reason(view),
        chosen=origin.chosen,
    )
    title = str(view["title"]["text"])
    task = services.tasks.start(_propose(command, services), name="act")
    if await services.tasks.ready(task, services.patience):
        await ack(response_action="update", view=notice(title, task.result()))
        return
    await ack(response_action="update", view=notice(title, "I am looking at the policy. I will tell you in private."))
    services.tasks.start(_report(task, caller, services), name="late act")


async def _propose(command: ProposeAct, services: Services) -> str:
    try:
        proposed = await services.revising.act(command)
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        return sentence_for(error, doing=command.act.value)
    log.info("proposed", proposal_id=proposed.proposal_id, act=command.act.value, channel=command.channel_id)
    return f"Your proposal is saved as {proposed.proposal_id}. {_SENT}"


async def _report(task: asyncio.Task[str], caller: Caller, services: Services) -> None:
    await tell(services, caller, await task)


async def _who(asker: Asker, services: Services) -> Block:
    return who_blocks.who(await services.roles.roles(asker))


async def _page(origin: ListOrigin, asker: Asker, services: Services) -> Block:
    found = await services.listing.page(asker, origin.text, origin.page)
    return blocks.policy_list(found, asker.channel_id, asker.chosen)


def _first(asker: Asker, text: str) -> ListOrigin:
    """The first page of what has this text."""
    return ListOrigin(asker.channel_id, text, chosen=asker.chosen)


def _turned(body: Mapping[str, Any]) -> ListOrigin:
    """The page that a button asks for."""
    origin = blocks.list_origin(body["view"])
    return replace(origin, page=ids.counted(body["actions"][0].get("value"), 1))


async def _tools(origin: ListOrigin, asker: Asker, services: Services) -> Block:
    gateway = await services.reading.gateway(asker)
    return tool_blocks.tool_list(await services.trying.schema_of(gateway.arn), origin)


async def _policy(name: str, asker: Asker, services: Services) -> Block:
    return blocks.policy_detail(await services.listing.policy(asker, name), asker.channel_id, asker.chosen)


async def _history(subject: str, asker: Asker, services: Services) -> Block:
    return history_blocks.history(await services.listing.history(asker, subject))


async def _act_form(policy_id: str, act: Act, asker: Asker, services: Services) -> Block:
    found = await services.listing.policy(asker, policy_id)
    return blocks.act_form(found.policy, act, asker.channel_id, asker.chosen)
