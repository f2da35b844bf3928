"""The payloads that Slack sends: commands, block actions, forms, shortcuts, suggestions, events."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bot.workspace.residents import Here
from bot.workspace.wire import Json, new_id

VERIFICATION_TOKEN = "embedded-verification"  # noqa: S105 - Slack's deprecated field, not a secret


def _who(person: Json) -> Json:
    return {
        "id": person["id"],
        "username": person["name"],
        "name": person["name"],
        "team_id": person["team_id"],
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


class Payloads:
    """What one workspace sends; `org_wide` says whether the app is installed in the whole organisation."""

    def __init__(self, here: Here, org_wide: Callable[[], bool]) -> None:
        self._here = here
        self._org_wide = org_wide

    def _interaction(self, kind: str, person: Json, **fields: Any) -> Json:
        here, org = self._here, self._here.enterprise
        team = {"id": here.team_id, "domain": here.domain}
        return {
            "type": kind,
            "user": _who(person),
            "api_app_id": here.app_id,
            "token": VERIFICATION_TOKEN,
            "team": team | ({"enterprise_id": org.id, "enterprise_name": org.name} if org else {}),
            "enterprise": {"id": org.id, "name": org.name} if org else None,
            "is_enterprise_install": self._org_wide(),
            **fields,
        }

    def command(self, person: Json, channel: Json, name: str, text: str, trigger_id: str, response_url: str) -> Json:
        """A slash command. All values are strings, as over HTTP."""
        here, org = self._here, self._here.enterprise
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": here.team_id,
            "team_domain": here.domain,
            **({"enterprise_id": org.id, "enterprise_name": org.name} if org else {}),
            "channel_id": channel["id"],
            "channel_name": _channel_name(channel),
            "user_id": person["id"],
            "user_name": person["name"],
            "command": name,
            "text": text,
            "api_app_id": here.app_id,
            "is_enterprise_install": str(self._org_wide()).lower(),
            "response_url": response_url,
            "trigger_id": trigger_id,
        }

    def message_click(
        self,
        person: Json,
        channel: Json,
        message: Json,
        actions: list[Json],
        state: Json,
        trigger_id: str,
        response_url: str,
    ) -> Json:
        """`block_actions` of a message."""
        return self._interaction(
            "block_actions",
            person,
            **in_message(channel, message),
            trigger_id=trigger_id,
            state={"values": state},
            response_url=response_url,
            actions=actions,
        )

    def view_click(self, person: Json, view: Json, actions: list[Json], trigger_id: str) -> Json:
        """`block_actions` of a modal or of the Home tab."""
        container = {"type": "view", "view_id": view["id"]}
        where = {"container": container, "trigger_id": trigger_id, "view": view}
        return self._interaction("block_actions", person, **where, actions=actions)

    def submission(self, person: Json, view: Json, trigger_id: str, response_urls: list[Json]) -> Json:
        """`view_submission`. `response_urls` has one for each select that asked for it."""
        more = {"trigger_id": trigger_id, "view": view, "response_urls": response_urls}
        return self._interaction("view_submission", person, **more)

    def closing(self, person: Json, view: Json, *, cleared: bool) -> Json:
        """`view_closed`."""
        return self._interaction("view_closed", person, view=view, is_cleared=cleared)

    def message_shortcut(
        self,
        person: Json,
        channel: Json,
        message: Json,
        callback_id: str,
        trigger_id: str,
        response_url: str,
        at: str,
    ) -> Json:
        """`message_action`, a shortcut on a message."""
        return self._interaction(
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

    def global_shortcut(self, person: Json, callback_id: str, trigger_id: str, at: str) -> Json:
        """`shortcut`, a shortcut from anywhere."""
        return self._interaction("shortcut", person, callback_id=callback_id, trigger_id=trigger_id, action_ts=at)

    def suggestion(self, person: Json, block: Json, element: Json, typed: str, where: Json) -> Json:
        """`block_suggestion`: options are asked for what was typed; `where` is the view, or channel and message."""
        ids = {"action_id": element["action_id"], "block_id": block["block_id"]}
        return self._interaction("block_suggestion", person, **ids, value=typed, **where)

    def event(self, body: Json, *, shared: bool = False) -> Json:
        """An `event_callback` around an event."""
        here, wide = self._here, self._org_wide()
        authorization = {
            "enterprise_id": here.enterprise_id,
            "team_id": here.team_id,
            "user_id": here.bot_user,
            "is_bot": True,
            "is_enterprise_install": wide,
        }
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": here.team_id,
            **({"enterprise_id": here.enterprise_id} if here.enterprise else {}),
            "context_team_id": here.team_id,
            "context_enterprise_id": here.enterprise_id,
            "api_app_id": here.app_id,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(float(body.get("event_ts", time.time()))),
            "authorizations": [authorization],
            "is_ext_shared_channel": shared,
            "event_context": new_id("EC"),
            "event": body,
        }

    def revoked(self) -> Json:
        """`tokens_revoked`, for the app's bot here."""
        return self.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self._here.bot_user]}})

    def leaving(self) -> list[Json]:
        """What Slack tells an app that was taken away."""
        return [self.revoked(), self.event({"type": "app_uninstalled"})]
