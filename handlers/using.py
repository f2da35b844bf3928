"""`/policy use`: the gateways that a channel may use, in private, and binding the channel to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import Block, ids, speech
from bot.blocks.listing import ListOrigin, list_origin
from bot.blocks.using import TITLE, gateways, usable_sentence, used_sentence
from bot.review.messages import SlackMessage
from bot.review.place import Asker
from handlers.command_text import Use
from handlers.errors import sentence_for
from handlers.forms import fill, show_look
from handlers.identity import Caller, asker_of, of_command, of_interaction
from handlers.services import Services

log = structlog.get_logger(__name__)


async def listed(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """`/policy use` alone."""
    await ack()
    caller = of_command(body)
    asker = asker_of(caller, services.team_id)
    origin = ListOrigin(asker.channel_id)
    await show_look(client, body, TITLE, lambda: _page(origin, asker, services), caller, services)


async def turned(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Another page of them, in the same modal."""
    await ack()
    origin = list_origin(body["view"])
    wanted = ListOrigin(origin.channel_id, page=ids.counted(body["actions"][0].get("value"), 1))
    asker = asker_of(of_interaction(body, origin.channel_id), services.team_id)
    await fill(client, str(body["view"]["id"]), TITLE, lambda: _page(wanted, asker, services))


async def chosen(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """“Use it here”: what came of it stands over the list as it is then."""
    await ack()
    origin = list_origin(body["view"])
    asker = asker_of(of_interaction(body, origin.channel_id), services.team_id)
    wanted = str(body["actions"][0].get("value") or "")

    async def look() -> Block:
        try:
            said = await _use(wanted, asker, services)
        except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
            said = sentence_for(error, doing="use a gateway")
        return await _page(origin, asker, services, said)

    await fill(client, str(body["view"]["id"]), TITLE, look)


async def typed(asked: Use, caller: Caller, services: Services) -> SlackMessage:
    """The answer to `use NAME`, and to `use` where no modal can be opened. Raises Refused and what the ports raise."""
    if not asked.name:
        return SlackMessage(speech(usable_sentence(await services.using.choices(asker_of(caller, services.team_id)))))
    return SlackMessage(speech(await _use(asked.name, asker_of(caller, services.team_id), services)))


async def _use(wanted: str, asker: Asker, services: Services) -> str:
    used = await services.using.use(asker, wanted)
    log.info("gateway used", channel=asker.channel_id, gateway=used.route.gateway_arn, changed=used.changed)
    return used_sentence(used)


async def _page(origin: ListOrigin, asker: Asker, services: Services, said: str = "") -> Block:
    return gateways(await services.using.choices(asker), origin, said)
