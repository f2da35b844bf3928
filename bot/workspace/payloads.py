"""The payloads that Slack sends: commands, block actions, forms, shortcuts, suggestions, events."""

from __future__ import annotations

import time
from typing import Any

from bot.workspace import team
from bot.workspace.wire import Json, new_id

VERIFICATION_TOKEN = "embedded-verification"  # noqa: S105 - Slack's deprecated field, not a secret


def _who(person: Json) -> Json:
    return {
        "id": person["id"],
        "username": person["name"],
        "name": person["name"],
        "team_id": person["team_id"],
    }


def _interaction(kind: str, person: Json, **fields: Any) -> Json:
    return {
        "type": kind,
        "user": _who(person),
        "api_app_id": team.APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": {"id": team.TEAM_ID, "domain": team.TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        **fields,
    }


def command(person: Json, channel: Json, name: str, text: str, trigger_id: str, response_url: str) -> Json:
    """A slash command. All values are strings, as over HTTP."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team.TEAM_ID,
        "team_domain": team.TEAM_DOMAIN,
        "channel_id": channel["id"],
        "channel_name": _channel_name(channel),
        "user_id": person["id"],
        "user_name": person["name"],
        "command": name,
        "text": text,
        "api_app_id": team.APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def _channel_name(channel: Json) -> str:
    if channel["is_im"]:
        return "directmessage"
    return "privategroup" if channel["is_private"] else str(channel["name"])


def action(block: Json, element: Json, state: Json, at: str) -> Json:
    """One entry of `actions`: what was clicked or chosen."""
    entry: Json = {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "type": element["type"],
        "action_ts": at,
    }
    for field in ("text", "value", "style", "placeholder"):
        if field in element:
            entry[field] = element[field]
    return entry | state


def message_click(
    person: Json, channel: Json, message: Json, actions: list[Json], state: Json, trigger_id: str, response_url: str
) -> Json:
    """`block_actions` of a message."""
    return _interaction(
        "block_actions",
        person,
        **in_message(channel, message),
        trigger_id=trigger_id,
        state={"values": state},
        response_url=response_url,
        actions=actions,
    )


def in_message(channel: Json, message: Json) -> Json:
    """The part of a payload that says in which message something was done."""
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel["id"],
        "is_ephemeral": bool(message.get("is_ephemeral")),
    }
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    place = {"id": channel["id"], "name": _channel_name(channel)}
    return {"container": container, "channel": place, "message": message}


def view_click(person: Json, view: Json, actions: list[Json], trigger_id: str) -> Json:
    """`block_actions` of a modal or of the Home tab."""
    container = {"type": "view", "view_id": view["id"]}
    return _interaction("block_actions", person, container=container, trigger_id=trigger_id, view=view, actions=actions)


def submission(person: Json, view: Json, trigger_id: str) -> Json:
    """`view_submission`."""
    return _interaction("view_submission", person, trigger_id=trigger_id, view=view, response_urls=[])


def closing(person: Json, view: Json, *, cleared: bool) -> Json:
    """`view_closed`."""
    return _interaction("view_closed", person, view=view, is_cleared=cleared)


def message_shortcut(
    person: Json, channel: Json, message: Json, callback_id: str, trigger_id: str, response_url: str, at: str
) -> Json:
    """`message_action`, a shortcut on a message."""
    return _interaction(
        "message_action",
        person,
        callback_id=callback_id,
        trigger_id=trigger_id,
        response_url=response_url,
        channel={"id": channel["id"], "name": _channel_name(channel)},
        message_ts=message["ts"],
        message=message,
        action_ts=at,
    )


def global_shortcut(person: Json, callback_id: str, trigger_id: str, at: str) -> Json:
    """`shortcut`, a shortcut from anywhere."""
    return _interaction("shortcut", person, callback_id=callback_id, trigger_id=trigger_id, action_ts=at)


def suggestion(person: Json, block: Json, element: Json, typed: str, where: Json) -> Json:
    """`block_suggestion`: options are asked for what was typed; `where` is the view, or channel and message."""
    return _interaction(
        "block_suggestion",
        person,
        action_id=element["action_id"],
        block_id=block["block_id"],
        value=typed,
        **where,
    )


def event(body: Json, *, shared: bool = False) -> Json:
    """An `event_callback` around an event."""
    authorization = {
        "enterprise_id": None,
        "team_id": team.TEAM_ID,
        "user_id": team.BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team.TEAM_ID,
        "context_team_id": team.TEAM_ID,
        "api_app_id": team.APP_ID,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(float(body.get("event_ts", time.time()))),
        "authorizations": [authorization],
        "is_ext_shared_channel": shared,
        "event_context": new_id("EC"),
        "event": body,
    }
