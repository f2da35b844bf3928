"""blocks.validate: Block Kit's rules without sending anything, for blocks, a message or a view."""

from __future__ import annotations

import re

from bot.workspace import blockkit
from bot.workspace.webapi.call import Call
from bot.workspace.wire import Json, SlackError

_KINDS = ("blocks", "message", "view")
_COMPLAINT = re.compile(r"(?P<message>.*) \[json-pointer:(?P<pointer>[^\]]*)\]", re.DOTALL)


async def validate(call: Call) -> Json:
    """blocks.validate"""
    given = [kind for kind in _KINDS if call.has(kind)]
    if len(given) != 1:
        raise SlackError("invalid_arguments", ("provide exactly one of blocks, message, view",))
    (kind,) = given
    try:
        _check(call, kind)
    except SlackError as error:
        if not error.messages and error.error not in ("msg_blocks_too_long", "view_too_large"):
            raise
        errors = [_error(message) for message in error.messages or (error.error,)]
        raise SlackError(f"invalid_{kind}", errors=errors) from error
    return {}


def _check(call: Call, kind: str) -> None:
    total, refused = call.workspace.config.message_text_total, call.workspace.refused_blocks
    if kind == "blocks":
        blockkit.check_message(call.json("blocks", list, "invalid_blocks"), total, refused)
    elif kind == "message":
        message: Json = call.json("message", dict, "invalid_message")
        blockkit.check_message(message.get("blocks") or [], total, refused)
    else:
        view: Json = call.json("view", dict, "invalid_view")
        blockkit.check_view(view, "home" if view.get("type") == "home" else "modal", refused)


def _error(said: str) -> Json:
    found = _COMPLAINT.fullmatch(said)
    if found is None:
        return {"code": said, "message": said, "pointer": "/"}
    pointer = re.sub("^/(blocks|view)(?=/|$)", "", found["pointer"]) or "/"
    return {"code": "failed_constraint", "message": found["message"], "pointer": pointer}
