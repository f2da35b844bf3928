"""The form of a rule while it is written: where the rule goes, and what our reader makes of it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import Block
from bot.blocks import proposing as blocks
from bot.blocks.choosing import chosen_gateway
from bot.review.place import Asker
from handlers.errors import sentence_for
from handlers.forms import update
from handlers.identity import asker_of, of_interaction
from handlers.services import Services


async def typed(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Something was typed into the rule: show what our reader makes of it."""
    await ack()
    view: Block = body["view"]
    key: str | None = chosen_gateway(view)
    origin, rule = blocks.propose_origin(view), blocks.rule_of(view)
    if not rule or not origin.channel_id:
        return
    asker = asker_of(of_interaction(body, origin.channel_id), services.team_id)
    if origin.placed != origin.channel_id:  # nobody chose it: Slack put in the channel that was open
        view, key = await _placed(view, asker, services)
    shown = view if key is None else await _read(view, rule, replace(asker, chosen=key), services)
    await update(client, str(body["view"]["id"]), shown)


async def moved(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Another channel was chosen: show where its rules go, and for which gateways one can be proposed there."""
    await ack()
    origin, rule = blocks.propose_origin(body["view"]), blocks.rule_of(body["view"])
    if not origin.channel_id:
        return
    asker = asker_of(of_interaction(body, origin.channel_id), services.team_id)
    view, key = await _placed(body["view"], asker, services)
    shown = view
    if rule and key is not None:
        shown = await _read(view, rule, replace(asker, chosen=key), services)
    await update(client, str(body["view"]["id"]), shown)


async def chosen(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Another gateway was chosen: show its tools, or what our reader makes of the rule there. One that may not be
    chosen any more stays in the select, so that nothing goes elsewhere unseen."""
    await ack()
    view, key = body["view"], chosen_gateway(body["view"])
    origin, rule = blocks.propose_origin(view), blocks.rule_of(view)
    asker = asker_of(of_interaction(body, origin.channel_id), services.team_id, key)
    if rule:
        shown = await _read(view, rule, asker, services)
    else:
        try:
            shown = blocks.with_place(view, await services.reading.place(asker))
        except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
            shown = blocks.with_reading(view, blocks.not_read(sentence_for(error, doing="choose a gateway")))
    await update(client, str(view["id"]), shown)


async def _placed(view: Mapping[str, Any], asker: Asker, services: Services) -> tuple[Block, str | None]:
    """The form with where its rule goes, or why it cannot go there; and the key of the gateway that its select begins
    with, empty where it has none, and None where the rule cannot go there."""
    try:
        place = await services.reading.place(asker)
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        return blocks.with_place(view, None, trouble=sentence_for(error, doing="open the form")), None
    return blocks.with_place(view, place), place.route.key if place.choices else ""


async def _read(view: Mapping[str, Any], rule: str, asker: Asker, services: Services) -> Block:
    """The form with what our reader makes of the rule at a gateway."""
    try:
        said = blocks.read_so_far(await services.reading.read(asker, rule))
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        said = blocks.not_read(sentence_for(error, doing="read"))
    return blocks.with_reading(view, said)
