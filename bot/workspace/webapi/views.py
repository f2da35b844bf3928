"""views.*: modals by trigger id, updates under a hash, the Home tab."""

from __future__ import annotations

from bot.workspace import blockkit, files
from bot.workspace.webapi.call import Call
from bot.workspace.wire import Json, SlackError


async def open_view(call: Call) -> Json:
    """views.open"""
    view = _view(call, "modal")
    trigger = call.workspace.triggers.redeem(_trigger_id(call))
    _unused_external_id(call, view)
    return {"view": call.workspace.views.open(trigger.user_id, view)}


async def push(call: Call) -> Json:
    """views.push"""
    view = _view(call, "modal")
    trigger = call.workspace.triggers.redeem(_trigger_id(call))
    _unused_external_id(call, view)
    return {"view": call.workspace.views.push(trigger.user_id, view)}


async def update(call: Call) -> Json:
    """views.update"""
    if not call.has("view_id") and not call.has("external_id"):
        raise SlackError("invalid_arguments", ("missing required field: view_id",))
    user_id, old = call.workspace.views.find(call.text("view_id"), call.text("external_id"))
    view = _view(call, old["type"])
    return {"view": call.workspace.views.update(user_id, old, view, call.text("hash") or None)}


async def publish(call: Call) -> Json:
    """views.publish"""
    user_id = call.workspace.conversations.user(call.required("user_id"))["id"]
    view = _view(call, "home")
    return {"view": call.workspace.views.publish(user_id, view, call.text("hash") or None)}


def _trigger_id(call: Call) -> str:
    return call.text("trigger_id") or call.required("interactivity_pointer")


def _view(call: Call, kind: str) -> Json:
    view: Json | None = call.json("view", dict)
    if view is None:
        raise SlackError("invalid_arguments", ("missing required field: view",))
    blockkit.check_view(view, kind, call.workspace.refused_blocks)
    files.check_asked_for(call.workspace, view)
    return view


def _unused_external_id(call: Call, view: Json) -> None:
    external_id = view.get("external_id")
    if not external_id:
        return
    try:
        call.workspace.views.find("", external_id)
    except SlackError:
        return
    raise SlackError("duplicate_external_id")
