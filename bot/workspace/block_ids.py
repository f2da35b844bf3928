"""The ids that Slack gives to blocks and interactive elements that came without."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.workspace.wire import Json, new_id

GIVEN = frozenset({"block_id", "action_id"})


def with_ids(blocks: Iterable[Json], before: Iterable[Json] = ()) -> list[Json]:
    """Blocks as Slack gives them back: each with a `block_id`, each interactive element with an `action_id`.

    A block that stood there `before` as it is keeps its ids: whoever is about to click in it clicks in the same.
    (What Slack does with them is not documented.)
    """
    left, found = list(before), list[Json]()
    for block in blocks:
        same = next((each for each in left if _is_same(block, each)), None)
        if same is not None:
            left.remove(same)
        found.append(same or _with_ids({"block_id": new_id("", 5), **block}))
    return found


def _is_same(given: Any, stands: Any) -> bool:
    """Whether what stands is what is given, but for the ids that it was given here."""
    if isinstance(given, dict) and isinstance(stands, dict):
        ours = set(stands) - set(given)
        return ours <= GIVEN and all(name in stands and _is_same(each, stands[name]) for name, each in given.items())
    if isinstance(given, list) and isinstance(stands, list):
        return len(given) == len(stands) and all(map(_is_same, given, stands))
    return bool(given == stands)


PASSIVE = frozenset({"image", "plain_text", "mrkdwn", "url"})


def _with_ids(block: Json) -> Json:
    shaped = dict(block)
    if block.get("type") in ("actions", "context_actions"):
        shaped["elements"] = [_with_action_id(element) for element in block.get("elements", [])]
    for part in ("accessory", "element"):
        if isinstance(block.get(part), dict):
            shaped[part] = _with_action_id(block[part])
    if "child_blocks" in block:
        shaped["child_blocks"] = with_ids(block["child_blocks"])
    if block.get("type") == "layout":
        shaped["rows"] = [
            {**row, "items": [{**item, "blocks": with_ids(item["blocks"])} for item in row["items"]]}
            for row in block["rows"]
        ]
        shaped["fallback"] = with_ids(block.get("fallback") or [])
    if block.get("type") == "auth_provider" and block.get("fallback"):
        shaped["fallback"] = with_ids(block["fallback"])
    if block.get("type") == "carousel":
        shaped["elements"] = with_ids(block.get("elements", []))
    if block.get("type") == "card" and block.get("actions"):
        shaped["actions"] = [_with_action_id(element) for element in block["actions"]]
    return shaped


def _with_action_id(element: Json) -> Json:
    if element.get("type") in PASSIVE:
        return element
    return {"action_id": new_id("", 5), **element}
