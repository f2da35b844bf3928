"""The select of the gateway that a rule is for, in the form where it is written, or that a question is about. Both
directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks import ids
from bot.blocks.kit import Block, plain
from bot.blocks.modals import at_field
from bot.review.routes import Route

_GATEWAY = "propose.gateway"


def gateway_select(choices: Sequence[Route], chosen: Route, channel_id: str) -> list[Block]:
    """The select; none where there is no choice. Its id is the channel's own, so that what was chosen for one channel
    is not taken for a choice in another."""
    if not choices:
        return []
    element = gateways(choices, ids.PROPOSE_GATEWAY, chosen)
    more = {"dispatch_action": True, "hint": plain("Of this rule alone: what other rules are for stays as it is.")}
    label = plain("Which gateway is it for?")
    return [{"type": "input", "block_id": f"{_GATEWAY}.{channel_id}", "label": label, "element": element, **more}]


def gateways(choices: Sequence[Route], action_id: str, chosen: Route | None = None) -> Block:
    """A select of these gateways, of which one may be chosen already."""
    select = {"type": "static_select", "action_id": action_id, "options": [_option(each) for each in choices]}
    return {**select, "initial_option": _option(chosen)} if chosen else select


def is_gateway_select(block: Mapping[str, Any]) -> bool:
    """Whether a block of the form is the select."""
    return str(block["block_id"]).startswith(f"{_GATEWAY}.")


def chosen_gateway(view: Mapping[str, Any]) -> str:
    """The key of the route that is chosen; empty where the form has no select."""
    block = _block(view)
    found = view["state"]["values"].get(block, {}).get(ids.PROPOSE_GATEWAY, {}).get("selected_option")
    return str((found or {}).get("value") or "")


def asks_gateway(view: Mapping[str, Any]) -> bool:
    """Whether the form has the select."""
    return bool(_block(view))


def gateway_error(view: Mapping[str, Any], sentence: str) -> dict[str, str]:
    """A sentence at the select."""
    return {_block(view): at_field(sentence)}


def _block(view: Mapping[str, Any]) -> str:
    return next((str(each["block_id"]) for each in view["blocks"] if is_gateway_select(each)), "")


def _option(route: Route) -> Block:
    """A gateway by what it is called, and its policy engine, which tells apart what is called alike."""
    about = plain(f"policy engine {route.engine_id}", 75)
    return {"text": plain(route.label, 75), "value": route.key, "description": about}
