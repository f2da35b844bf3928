"""One embedded Slack: its app, the app's ways to the bot, and the workspaces where the app may be installed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from bot.workspace.config import APP_TOKEN_MARK, WorkspaceConfig
from bot.workspace.delivery.dispatch import Dispatcher
from bot.workspace.delivery.signed_http import SignedHttp
from bot.workspace.delivery.socket_mode import SocketMode
from bot.workspace.faults import Faults, Journal
from bot.workspace.grants import Grants, where
from bot.workspace.store import Store
from bot.workspace.webapi.rates import RateLimits
from bot.workspace.wire import CannotAct, Json, SlackError, Stamps
from bot.workspace.workspace import Workspace


class Slack:
    """The parts that all workspaces share, and the workspaces by their ids. `url` is set once the server listens."""

    def __init__(self, config: WorkspaceConfig) -> None:
        self.config = config
        self.teams = config.teams
        self.clock = config.clock
        self.url = ""
        self.store = Store(config.data_dir)
        self.changes = self.store.changes
        kept = {
            "app": self._secret("app", config.app_token, APP_TOKEN_MARK),
            "signing": self._secret("signing", config.signing_secret),
            "admin": self._secret("admin", config.admin_token),
            "client": self._secret("client", config.client_secret or config.teams.app.client_secret),
        }
        self.app_token, self.signing_secret = kept["app"], kept["signing"]
        self.admin_token, self.client_secret = kept["admin"], kept["client"]
        self.client_id = config.teams.app.client_id
        self.stamps = Stamps(self.clock)
        self.grants = Grants(self.store, self.clock, config.timings)
        self.faults = Faults(self.changes.bump)
        self.journal = Journal(self.changes.bump)
        self.rates = RateLimits(config.rates, self.clock)
        app_id = config.teams.app.id
        self.socket_mode = SocketMode(self.clock, config.timings, config.connection_cap, self.changes, app_id)
        self.http = SignedHttp(config.event_url, self.signing_secret) if config.event_url else None
        transport = self.http or self.socket_mode
        self.dispatcher = Dispatcher(transport, self.clock, config.timings, self.faults, self.journal)
        fresh = "teams" not in self.store.shelf("known")
        self.workspaces = {team.id: Workspace(self, team, place) for place, team in enumerate(self.teams.teams)}
        self.first = next(iter(self.workspaces.values()))
        self._settle(fresh)

    def _secret(self, name: str, given: str, mark: str = "") -> str:
        """A secret from the configuration, else as it was before a restart, else a fresh one."""
        kept = self.store.shelf("secrets")
        if given or name not in kept:
            kept[name] = {"value": given or mark + secrets.token_hex(16)}
        return str(kept[name]["value"])

    def _settle(self, fresh: bool) -> None:
        """Install the app where the file says that it is from the start; later starts leave that as it was."""
        kept = self.store.shelf("secrets").get("bot", {}).get("value", "")  # of a store from before there were grants
        for team in self.teams.teams:
            workspace = self.workspaces[team.id]
            given = (self.config.bot_token or kept) if workspace is self.first else ""
            standing = workspace.grant
            if (fresh and team.installed) or (given and standing and standing["token"] != given):
                place = where(team.id, workspace.here.enterprise_id or "", self.config.scopes, "")
                self.grants.issue(place, token=given, rotates=self.config.token_rotation and not given)
        self.store.shelf("known")["teams"] = {"ids": list(self.workspaces)}

    @property
    def api_url(self) -> str:
        """The base URL for Slack clients, ending in a slash."""
        return f"{self.url}/api/"

    @property
    def admin_url(self) -> str:
        """The base URL of the admin API, ending in a slash."""
        return f"{self.url}/admin/"

    def workspace(self, team_id: str) -> Workspace:
        """The workspace with this id; CannotAct when there is none."""
        if team_id not in self.workspaces:
            known = ", ".join(self.workspaces)
            raise CannotAct(f"There is no workspace {team_id} here. There are {known}.", code="team_not_found")
        return self.workspaces[team_id]

    def reached(self, grant: Json, arguments: Mapping[str, Any]) -> Workspace:
        """The workspace that a call with this grant is about.

        A token of the whole organisation says it by `team_id`, or by what it names: a channel, a person, a view, a
        trigger id. `missing_argument` when nothing says it, `team_access_not_granted` for a team out of reach.
        """
        named = str(arguments.get("team_id") or "")
        if grant["team"]:
            return self.workspaces[grant["team"]]
        inside = [each for each in self.workspaces.values() if each.here.enterprise_id == grant["enterprise"]]
        if named:
            found = next((each for each in inside if each.here.team_id == named), None)
            if found is None:
                raise SlackError("team_access_not_granted")
            return found
        return next((each for each in inside if each.has(arguments)), inside[0])

    def installs(self, place: Json) -> Json:
        """Install the app: a grant, with a token that rotates where the app's tokens do."""
        return self.grants.issue(place, rotates=self.config.token_rotation)

    def uninstalls(self, grant: Json) -> None:
        """Take the app away from where `grant` is for, and tell it: its tokens are dead by then."""
        gone = [each for each in self.workspaces.values() if (found := each.grant) and _alike(found, grant)]
        events = [each.payloads.leaving() for each in gone]
        self.grants.end(grant["team"], grant["enterprise"], "uninstalled")
        for workspace, payloads in zip(gone, events, strict=True):
            if workspace.grant is None:
                workspace.conversations.leave_all(workspace.here.bot_user)
                for payload in payloads:
                    if payload["event"]["type"] in self.config.events:
                        self.dispatcher.event(payload)

    def revokes(self, grant: Json) -> None:
        """Let one token not be used any more, and tell the app."""
        workspace = self.reached(grant, {})
        payload = workspace.payloads.revoked()
        self.grants.revoke(grant["token"])
        if payload["event"]["type"] in self.config.events:
            self.dispatcher.event(payload)

    async def stop(self) -> None:
        """End deliveries and connections, and close the store."""
        await self.dispatcher.stop()
        await self.socket_mode.stop()
        if self.http is not None:
            await self.http.stop()
        self.store.close()


def _alike(one: Json, other: Json) -> bool:
    return bool(one["team"] == other["team"] and (one["team"] or one["enterprise"] == other["enterprise"]))
