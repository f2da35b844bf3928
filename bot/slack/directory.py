"""Who people are and who may approve, as Slack says now. Closed by default: what cannot be known is nobody."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatError, ChatUnavailable
from bot.review.model import Person
from bot.slack.errors import calling

log = logging.getLogger(__name__)

_UNKNOWN = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_FRESH_SECONDS = 2.0
_STALE_SECONDS = 90.0
_REMEMBERED = 5_000
_SLACKBOT = "USLACKBOT"


class SlackDirectory:
    """The `Directory` port. `users` and `groups` are the ids that the settings name as approvers.

    Slack is asked at every decision, so that whoever left, or became a guest, a moment ago has no say: an answer of the
    last two seconds serves clicks that come together. Group members as they were up to ninety seconds ago serve only
    while Slack cannot answer.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        users: Iterable[str] = (),
        groups: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._users = frozenset(users)
        self._groups = tuple(groups)
        self._clock = clock
        self._people: dict[str, tuple[float, Person | None]] = {}
        self._members: dict[str, tuple[float, frozenset[str]]] = {}

    async def person(self, user_id: str) -> Person | None:
        """The person; None when Slack does not know them. Raises ChatError or ChatUnavailable when it cannot say."""
        known = self._people.get(user_id)
        if known and known[0] > self._clock() - _FRESH_SECONDS:
            return known[1]
        found = await self._asked(user_id)
        if len(self._people) >= _REMEMBERED:
            self._people.clear()
        self._people[user_id] = (self._clock(), found)
        return found

    async def approvers(self) -> frozenset[str]:
        """The configured people and the members of the configured groups. Raises ChatUnavailable when it is unknown."""
        members = await asyncio.gather(*map(self._group, self._groups))
        return self._users.union(*members)

    async def _asked(self, user_id: str) -> Person | None:
        try:
            with calling("say who somebody is"):
                answer = await self._client.users_info(user=user_id)
        except ChatUnavailable:
            raise
        except ChatError as error:
            if error.code in _UNKNOWN:
                return None
            raise
        return person_of(answer["user"])

    async def _group(self, group: str) -> frozenset[str]:
        asked_at, known = self._members.get(group, (float("-inf"), frozenset()))
        age = self._clock() - asked_at
        if age < _FRESH_SECONDS:
            return known
        try:
            with calling("list a user group"):
                answer = await self._client.usergroups_users_list(usergroup=group, include_disabled=False)
            known = frozenset(map(str, answer.get("users") or ()))
        except ChatUnavailable:
            if age < _STALE_SECONDS:
                return known
            raise
        except ChatError as error:
            log.error("user group cannot be read; nobody of it may approve", extra={"group": group, "code": error.code})
            known = frozenset()
        self._members[group] = (self._clock(), known)
        return known


def person_of(user: Mapping[str, Any]) -> Person:
    """A person from `users.info`'s `user`."""
    profile = user.get("profile") or {}
    name = profile.get("display_name") or user.get("real_name") or profile.get("real_name") or user.get("name") or ""
    return Person(
        user_id=str(user["id"]),
        team_id=str(user.get("team_id") or profile.get("team") or ""),
        name=str(name),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_stranger=bool(user.get("is_stranger")),
        is_bot=bool(user.get("is_bot")) or user["id"] == _SLACKBOT,
        deleted=bool(user.get("deleted")),
    )
