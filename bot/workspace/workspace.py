"""One workspace of an embedded Slack: its people, its messages and views, and what the bot is told of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from bot.workspace.conversations import Conversations
from bot.workspace.delivery.dispatch import Answer, Envelope
from bot.workspace.messages import Messages
from bot.workspace.payloads import Payloads
from bot.workspace.residents import Here
from bot.workspace.teams import Team
from bot.workspace.telling import Telling
from bot.workspace.tickets import ResponseUrls, Triggers
from bot.workspace.views import Views
from bot.workspace.wire import Json

if TYPE_CHECKING:
    from bot.workspace.slack import Slack

_T = TypeVar("_T")


class Workspace:
    """One workspace. What all of them share (clock, transports, faults, journal, rates) is the Slack's."""

    def __init__(self, slack: Slack, team: Team, place: int) -> None:
        self.slack = slack
        self.config = slack.config
        self.clock = slack.clock
        # The first workspace keeps its things under the names that they had when there was one.
        self.store = slack.store.part(f"{team.id}/" if place else "")
        self.changes = slack.changes
        self.stamps = slack.stamps
        self.faults, self.journal, self.rates = slack.faults, slack.journal, slack.rates
        self.socket_mode, self.http, self.dispatcher = slack.socket_mode, slack.http, slack.dispatcher
        self.here = self._here(team, place)
        org_teams = tuple(each.id for each in slack.teams.teams) if slack.teams.enterprise else ()
        self.conversations = Conversations(self.store, self.here, team, org_teams, self.config.app_name)
        self.messages = Messages(self.store, self.conversations, self.stamps)
        self.views = Views(self.store, self.here)
        self.files = self.store.shelf("files")
        self.scheduled = self.store.shelf("scheduled")
        self.triggers = Triggers(self.clock, self.config.timings)
        self.response_urls = ResponseUrls(self.store, self.clock, self.config.timings, self.messages)
        self.payloads = Payloads(self.here, lambda: bool((grant := self.grant) and not grant["team"]))
        self.telling = Telling(self)
        self.refused_blocks: frozenset[str] = frozenset()

    def _here(self, team: Team, place: int) -> Here:
        """Who the app is here: as a store has it, else by the app's id."""
        app = self.slack.teams.app
        tail = app.id[2:] + (str(place + 1) if place else "")
        ids = {"app_id": app.id, "bot_id": f"B0{tail}", "bot_user": f"U0{tail}"}
        for user in self.store.shelf("users").values():
            if user["is_bot"] and "api_app_id" in user["profile"]:
                profile = user["profile"]
                ids = {"app_id": profile["api_app_id"], "bot_id": profile["bot_id"], "bot_user": user["id"]}
        domain = team.domain or team.id.lower()
        return Here(team.id, team.name or domain, domain, **ids, enterprise=self.slack.teams.enterprise)

    @property
    def grant(self) -> Json | None:
        """What the app has here: a live grant of this workspace, else of its organisation; None when it has none."""
        return self.slack.grants.of(self.here.team_id, self.here.enterprise_id or "")

    @property
    def bot_token(self) -> str:
        """The app's token here, empty where it is not installed."""
        return str((self.grant or {}).get("token", ""))

    @property
    def url(self) -> str:
        return self.slack.url

    @property
    def api_url(self) -> str:
        return self.slack.api_url

    @property
    def admin_url(self) -> str:
        return self.slack.admin_url

    def has(self, arguments: Mapping[str, Any]) -> bool:
        """Whether a call that names no team names something of this one."""
        named = {str(arguments[name]) for name in ("channel", "user", "users", "user_id") if arguments.get(name)}
        if named and named <= {*self.conversations.channels, *self.conversations.users}:
            return bool(named & {*self.conversations.channels}) or arguments.get("channel") is None
        trigger_id = str(arguments.get("trigger_id") or "")
        return self.triggers.knows(trigger_id) or self.views.knows(str(arguments.get("view_id") or ""))

    def event(self, kind: str, body: Json, channel: Json | None = None) -> None:
        """Tell the bot of an event when it is here and has subscribed to `kind` (such as `message.im`)."""
        if kind in self.config.events and self.grant is not None:
            shared = bool(channel and channel["is_ext_shared"])
            self.dispatcher.event(self.payloads.event({**body, "event_ts": self.stamps.new()}, shared=shared))

    async def once(self, envelope: Envelope) -> Answer:
        """Deliver what a person did, once, to the bot; nobody answers where it is not installed."""
        if self.grant is None:
            return Answer(error="app_not_installed")
        return await self.dispatcher.once(envelope)

    async def wait_until(self, predicate: Callable[[], _T | Awaitable[_T]], seconds: float = 10.0) -> _T:
        """Wait until `predicate` gives something truthy, and return that; asked again after each change only."""
        async with asyncio.timeout(seconds):
            while True:
                revision = self.changes.revision
                found = predicate()
                result = await found if isinstance(found, Awaitable) else found
                if result:
                    return result
                await self.changes.beyond(revision)
