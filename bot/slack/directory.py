"""Who people are, who is in a group, what a channel is, as Slack says now. What cannot be known is nobody."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatError, ChatUnavailable
from bot.review.people import ChannelInfo, Person
from bot.slack.errors import calling
from bot.slack.fresh import Fresh
from bot.slack.installation import Installation

log = logging.getLogger(__name__)

_UNKNOWN = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_AT_ONCE = 16
"""People who are asked about at the same time: a whole group at once would be told to wait."""
_SLACKBOT = "USLACKBOT"
_GROUP_ID = re.compile(r"S[A-Z0-9]{2,}")
_COMPANIES = ("connected_team_ids", "pending_connected_team_ids", "pending_shared")


class SlackDirectory:
    """The `Directory` port.

    Nothing is remembered: whoever left, or became a guest, before a click has no say in it. Questions put at the same
    moment are one call to Slack.
    """

    def __init__(self, client: AsyncWebClient, installation: Installation | None = None) -> None:
        self._client = client
        self._installation = installation
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._fresh = Fresh()

    async def person(self, user_id: str) -> Person | None:
        """The person; None when Slack does not know them. Raises ChatError or ChatUnavailable when it cannot say."""
        return await self._fresh.ask(("person", user_id), lambda: self._person(user_id))

    async def members(self, group: str) -> frozenset[str] | None:
        """The user ids in a user group, by its S… id or its handle; None when there is none that can be read.

        Raises ChatUnavailable when Slack cannot say now.
        """
        name = group.strip().removeprefix("@")
        try:
            if _GROUP_ID.fullmatch(name):
                return await self._fresh.ask(("members", name), lambda: self._members(name))
            known = (await self._fresh.ask("handles", self._by_handle)).get(name.lower())
            if known is not None:
                return known[1]
            code = "no_such_handle"
        except ChatUnavailable:
            raise
        except ChatError as error:
            code = error.code
        log.error("user group cannot be read; nobody of it has a say", extra={"group": group, "code": code})
        return None

    async def group_id(self, group: str) -> str:
        """The S… id of a user group by its id or handle; empty when there is none that can be read.

        Raises ChatUnavailable when Slack cannot say now.
        """
        name = group.strip().removeprefix("@")
        if _GROUP_ID.fullmatch(name):
            return name
        try:
            return (await self._fresh.ask("handles", self._by_handle)).get(name.lower(), ("", frozenset()))[0]
        except ChatUnavailable:
            raise
        except ChatError:
            return ""

    async def channel(self, channel_id: str) -> ChannelInfo | None:
        """The channel; None when the bot cannot see it. Raises ChatError or ChatUnavailable when Slack cannot say."""
        return await self._fresh.ask(("channel", channel_id), lambda: self._channel(channel_id))

    async def _person(self, user_id: str) -> Person | None:
        try:
            async with self._room:
                with calling("say who somebody is"):
                    answer = await self._client.users_info(user=user_id)
        except ChatUnavailable:
            raise
        except ChatError as error:
            if error.code in _UNKNOWN:
                return None
            raise
        return _inside(person_of(answer["user"]), answer["user"], self._installation)

    async def _by_handle(self) -> Mapping[str, tuple[str, frozenset[str]]]:
        """The id and the members of all enabled user groups by handle: one call, however many a decision asks for."""
        with calling("list the user groups"):
            answer = await self._client.usergroups_list(include_disabled=False, include_users=True)
        return {
            str(group["handle"]).lower(): (str(group["id"]), frozenset(map(str, group["users"])))
            for group in answer.get("usergroups") or ()
            if not group.get("date_delete") and "users" in group
        }

    async def _members(self, group_id: str) -> frozenset[str]:
        with calling("list a user group"):
            answer = await self._client.usergroups_users_list(usergroup=group_id, include_disabled=False)
        return frozenset(map(str, answer.get("users") or ()))

    async def _channel(self, channel_id: str) -> ChannelInfo | None:
        try:
            with calling("say what a channel is"):
                answer = await self._client.conversations_info(channel=channel_id)
        except ChatUnavailable:
            raise
        except ChatError as error:
            if error.code == "channel_not_found":
                return None
            raise
        return channel_of(answer["channel"])


def _inside(person: Person, user: Mapping[str, Any], installation: Installation | None) -> Person:
    """Where the app is installed in a whole organisation, its people are members of each of its workspaces."""
    known = user.get("enterprise_user") or {}
    if not (installation and installation.org_wide and known.get("enterprise_id") == installation.enterprise_id):
        return person
    teams = frozenset({person.team_id, installation.enterprise_id, *map(str, known.get("teams") or ())})
    return replace(person, team_id=installation.team_id, teams=teams)


def person_of(user: Mapping[str, Any]) -> Person:
    """A person from `users.info`'s `user`.

    Slack says `is_stranger` only of people with whom the bot shares no channel: whoever is of another company is told
    by `team_id`.
    """
    profile = user.get("profile") or {}
    name = profile.get("display_name") or user.get("real_name") or profile.get("real_name") or user.get("name") or ""
    owner = bool(user.get("is_owner") or user.get("is_primary_owner"))
    return Person(
        user_id=str(user["id"]),
        team_id=str(user.get("team_id") or profile.get("team") or ""),
        name=str(name),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_stranger=bool(user.get("is_stranger")),
        is_bot=bool(user.get("is_bot")) or user["id"] == _SLACKBOT,
        deleted=bool(user.get("deleted")),
        is_admin=owner or bool(user.get("is_admin")),
        is_owner=owner,
        username=str(user.get("name") or ""),
        email=str(profile.get("email") or ""),
    )


def channel_of(channel: Mapping[str, Any]) -> ChannelInfo:
    """A channel from `conversations.info`'s `channel`.

    A channel that only workspaces of one organisation share is not shared with another company. One that Slack calls
    shared without saying with whom is.
    """
    inside = {channel.get("context_team_id"), *(channel.get("internal_team_ids") or ())}
    others = {team for field in _COMPANIES for team in channel.get(field) or ()} - inside
    if channel.get("is_org_shared"):
        # Slack does not always name the workspaces of the organisation; without them its flags alone are to go by.
        others |= set(channel.get("shared_team_ids") or ()) - inside if channel.get("internal_team_ids") else set()
    elif channel.get("is_shared"):
        others.add("unnamed")
    return ChannelInfo(
        id=str(channel["id"]),
        name=str(channel.get("name") or ""),
        shared=bool(others or channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")),
        private=bool(channel.get("is_private") or channel.get("is_im") or channel.get("is_mpim")),
        archived=bool(channel.get("is_archived")),
        member=bool(channel.get("is_member") or channel.get("is_im")),
    )
