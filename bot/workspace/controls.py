"""What only an operator of the embedded workspace does: faults, connections, probes, changes to the team."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.workspace.blockkit.blocks import BLOCKS
from bot.workspace.delivery.socket_mode import DISCONNECT_REASONS, GHOSTS
from bot.workspace.faults import Fault
from bot.workspace.payloads import VERIFICATION_TOKEN
from bot.workspace.residents import not_shared, person, shared_with, user_group
from bot.workspace.store import Shelf
from bot.workspace.teams import Person
from bot.workspace.wire import CannotAct, Json, new_id
from bot.workspace.workspace import Workspace

ELSEWHERE = "T0OUTSIDE"
"""The other company, where no other is named."""


class Controls:
    """Acts that no person in Slack has."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def status(self) -> Json:
        """Whether the bot is connected, and what is waiting to go wrong."""
        workspace = self._workspace
        return {
            "revision": workspace.changes.revision,
            "time": workspace.clock.seconds(),
            "transport": "http" if workspace.http else "socket_mode",
            "connections": workspace.socket_mode.connections,
            "faults": [asdict(fault) for fault in workspace.faults.waiting],
            "refused_blocks": sorted(workspace.refused_blocks),
        }

    async def fault(
        self, kind: str, method: str = "*", times: int = 1, seconds: float = 1.0, code: str = "fatal_error"
    ) -> Json:
        """Make the next `times` calls or deliveries go wrong; `bot.workspace.faults.Fault` has the kinds."""
        self._workspace.faults.add(Fault(kind, method, times, seconds, code))
        return await self.status()

    async def clear_faults(self) -> Json:
        """Forget the faults that have not happened yet."""
        self._workspace.faults.clear()
        return await self.status()

    async def refuses_blocks(self, types: list[str]) -> Json:
        """Know no blocks of these types any more, as a workspace that Slack has not given them yet; none for all."""
        if unknown := sorted(set(types) - set(BLOCKS)):
            raise CannotAct(f"Slack has no block {', '.join(unknown)}.", code="no_such_block")
        self._workspace.refused_blocks = frozenset(types)
        return await self.status()

    async def disconnect(self, reason: str = "refresh_requested", count: int = 0) -> Json:
        """Send `disconnect` on every Socket Mode connection, or on the oldest `count` of them."""
        if reason not in DISCONNECT_REASONS:
            raise CannotAct(f"The reason is one of {', '.join(DISCONNECT_REASONS)}.", code="no_such_reason")
        await self._workspace.socket_mode.disconnect(reason, count)
        return await self.status()

    async def drop_connections(self, count: int = 0) -> Json:
        """Cut every Socket Mode connection without a word, or the oldest `count` of them."""
        self._workspace.socket_mode.drop(count)
        return await self.status()

    async def haunts_connections(self, how: str = "deaf", count: int = 1) -> Json:
        """Make ghosts of the oldest Socket Mode connections, `deaf` or `forgotten`: they stand, and nothing comes."""
        if how not in GHOSTS:
            raise CannotAct(f"A ghost is one of {', '.join(GHOSTS)}.", code="no_such_ghost")
        self._workspace.socket_mode.haunt(how, count)
        return await self.status()

    async def probe(self, kind: str) -> Json:
        """Send Slack's `ssl_check` or `url_verification` to the bot's URL."""
        if self._workspace.http is None or kind not in ("ssl_check", "url_verification"):
            raise CannotAct("Probes are ssl_check and url_verification, over HTTP only.", code="no_such_probe")
        answer = await self._workspace.http.probe(kind, VERIFICATION_TOKEN)
        return {"acknowledged": answer.acknowledged, "error": answer.error, "ack": answer.payload}

    async def sends_event(self, kind: str, body: Json) -> Json:
        """Send the bot an event of any kind that it has subscribed to, such as `tokens_revoked`."""
        self._workspace.event(kind, {"type": kind.partition(".")[0], **body})
        return await self.status()

    async def changes_user(self, user: str, **facts: Any) -> Json:
        """Change a user, such as `is_restricted`, `is_admin`, `is_owner` or `team_id`."""
        changed = _changed(self._workspace.conversations.users, user, facts)
        self._workspace.telling.person("user_change", changed)
        return changed

    async def adds_user(self, name: str, real_name: str = "", **facts: Any) -> Json:
        """Let somebody join the workspace."""
        conversations = self._workspace.conversations
        try:
            entry = Person(name=name, real_name=real_name, **facts)
        except ValueError as error:
            raise CannotAct(f"{name} cannot join: {error}.", code="bad_arguments") from None
        if entry.user_id in conversations.users or conversations.names.user_id(name):
            raise CannotAct(f"There is somebody called {name} already.", code="name_taken")
        conversations.users[entry.user_id] = person(self._workspace.here, entry)
        self._workspace.telling.person("team_join", conversations.users[entry.user_id])
        return conversations.users[entry.user_id]

    async def uninstalls(self) -> Json:
        """Take the app away from this workspace, or from the organisation when it is installed there."""
        grant = self._workspace.grant
        if grant is None:
            raise CannotAct("The app is not installed here.", code="not_installed")
        self._workspace.slack.uninstalls(grant)
        return await self.status()

    async def revokes_token(self) -> Json:
        """Let the app's token of this workspace not be used any more."""
        grant = self._workspace.grant
        if grant is None:
            raise CannotAct("The app is not installed here.", code="not_installed")
        self._workspace.slack.revokes(grant)
        return await self.status()

    async def changes_usergroup(self, usergroup: str = "", **facts: Any) -> Json:
        """Change a user group, the first one when none is named: its `users`, or `date_delete` to disable it."""
        usergroup = usergroup or next(iter(self._workspace.conversations.groups), "")
        if "users" in facts:
            facts["user_count"] = len(facts["users"])
        return _changed(self._workspace.conversations.groups, usergroup, facts)

    async def adds_usergroup(self, handle: str, users: list[str], name: str = "") -> Json:
        """Make a user group with these people in it."""
        conversations = self._workspace.conversations
        if conversations.names.group_id(handle) is not None:
            raise CannotAct(f"There is a user group @{handle} already.", code="handle_already_exists")
        _known(conversations.users, users)
        group = user_group(self._workspace.here, new_id("S"), handle, name, users, users[0] if users else "")
        conversations.groups[group["id"]] = group
        return group

    async def leaves_usergroup(self, user: str, usergroup: str = "") -> Json:
        """Take somebody out of a user group, the first one when none is named."""
        usergroup = usergroup or next(iter(self._workspace.conversations.groups), "")
        _known(self._workspace.conversations.groups, [usergroup])
        members = self._workspace.conversations.groups[usergroup]["users"]
        if user not in members:
            raise CannotAct(f"{user} is not in {usergroup}.", code="not_in_group")
        return await self.changes_usergroup(usergroup, users=[member for member in members if member != user])

    async def deactivates(self, user: str) -> Json:
        """Switch somebody's account off. User groups keep naming them, as Slack's lists may do for a while."""
        return await self.changes_user(user, deleted=True)

    async def shares_channel(self, channel: str, with_team: str = ELSEWHERE, pending: bool = False) -> Json:
        """Share a channel with another company, or invite that company to it (`pending`)."""
        channels = self._workspace.conversations.channels
        _known(channels, [channel])
        channels[channel] = channels[channel] | shared_with(self._workspace.here, with_team, pending=pending)
        if not pending:  # Slack has no event for a company that is invited and has not come
            self._workspace.telling.shares(channels[channel], with_team)
        return channels[channel]

    async def unshares_channel(self, channel: str, with_team: str = ELSEWHERE) -> Json:
        """Take a channel back from another company, or the invitation of that company."""
        channels = self._workspace.conversations.channels
        _known(channels, [channel])
        pending = channels[channel]["is_pending_ext_shared"]
        channels[channel] = channels[channel] | not_shared(self._workspace.here)
        if not pending:
            self._workspace.telling.unshares(channels[channel], with_team)
        return channels[channel]

    async def moves_clock(self, seconds: float) -> Json:
        """Move the workspace's time on, waking whoever waits for a moment before that."""
        if not 0 <= seconds < float("inf"):
            raise CannotAct("Time moves on only, by a number of seconds.", code="bad_arguments")
        await self._workspace.clock.advance(seconds)
        return await self.status()

    async def changes_channel(self, channel: str, **facts: Any) -> Json:
        """Change a channel, such as `is_archived`."""
        return _changed(self._workspace.conversations.channels, channel, facts)


def _known(shelf: Shelf, keys: list[str]) -> None:
    for key in keys:
        if key not in shelf:
            raise CannotAct(f"There is no {key} here. There are {', '.join(sorted(shelf))}.", code="not_found")


def _changed(shelf: Shelf, key: str, facts: Json) -> Json:
    _known(shelf, [key])
    unknown = sorted(set(facts) - set(shelf[key]))
    if unknown:
        raise CannotAct(f"{key} has no {', '.join(unknown)}.", code="no_such_fact")
    shelf[key] = {**shelf[key], **facts}
    return shelf[key]
