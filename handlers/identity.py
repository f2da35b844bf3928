"""Who acted, and where: read from a payload, never from what a message or a button's value says about people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bot.review.place import Asker


@dataclass(frozen=True)
class Caller:
    """A person who typed, clicked or submitted. `user_team_id` is the person's own team: an outsider's is another."""

    user_id: str
    user_team_id: str
    channel_id: str = ""
    channel_name: str = ""
    response_url: str = field(default="", repr=False)
    thread_ts: str = ""
    """The thread in which they wrote, and are answered."""


def of_event(event: Mapping[str, Any]) -> Caller:
    """The person behind a message that the bot is told of."""
    return Caller(
        user_id=str(event["user"]),
        user_team_id=str(event.get("user_team") or event.get("team") or ""),
        channel_id=str(event["channel"]),
        channel_name="directmessage" if event.get("channel_type") == "im" else "",
        thread_ts=str(event.get("thread_ts") or event["ts"]),
    )


def of_command(body: Mapping[str, Any]) -> Caller:
    """The person behind a slash command. Its `team_id` is the person's, also in a shared channel."""
    return Caller(
        user_id=str(body["user_id"]),
        user_team_id=str(body.get("team_id") or ""),
        channel_id=str(body.get("channel_id") or ""),
        channel_name=str(body.get("channel_name") or ""),
        response_url=str(body.get("response_url") or ""),
    )


def of_interaction(body: Mapping[str, Any], channel_id: str = "") -> Caller:
    """The person behind a click or a submitted form; `channel_id` where the form was opened."""
    channel = body.get("channel") or {}
    return Caller(
        user_id=str(body["user"]["id"]),
        user_team_id=str(body["user"].get("team_id") or ""),
        channel_id=str(channel.get("id") or channel_id),
        channel_name=str(channel.get("name") or ""),
        response_url=str(body.get("response_url") or ""),
    )


def of_any(body: Mapping[str, Any]) -> Caller | None:
    """The person behind any payload that has one."""
    if isinstance(body.get("user"), Mapping):
        return of_interaction(body)
    return of_command(body) if body.get("user_id") else None


def asker_of(caller: Caller, team_id: str, chosen: str = "") -> Asker:
    """Who asks something of the channel's route, or of the `chosen` one of those that are offered there, in the
    workspace that the bot is installed in."""
    return Asker(team_id, caller.channel_id, caller.user_id, caller.user_team_id, chosen)


def command_key(body: Mapping[str, Any]) -> str:
    """The same for the same command delivered twice, another for the same text typed again."""
    parts = [body.get(name) or "" for name in ("team_id", "channel_id", "user_id", "command", "text")]
    parts.append(body.get("trigger_id") or body.get("response_url") or "")
    return sha256("\0".join(map(str, parts)).encode()).hexdigest()
