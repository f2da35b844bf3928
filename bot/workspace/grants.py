"""Bot tokens: who has which, for which team and scopes, until when; refresh tokens; codes of an installation."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from bot.clock import MovableClock
from bot.workspace.config import BOT_TOKEN_MARK, Timings
from bot.workspace.store import Store
from bot.workspace.wire import Json, SlackError

_DEAD = {"revoked": "token_revoked", "uninstalled": "account_inactive"}


class Grants:
    """A grant is `{"token", "team", "enterprise", "scopes", "user", "expires", "refresh", "state"}`.

    `team` is empty for an installation in the whole organisation; `scopes` None is everything; `expires` None is never.
    """

    def __init__(self, store: Store, clock: MovableClock, timings: Timings) -> None:
        self._clock = clock
        self._timings = timings
        self._grants = store.shelf("grants")
        self._codes = store.shelf("oauth_codes")

    def issue(self, where: Json, *, token: str = "", rotates: bool = False, replaces: str = "") -> Json:
        """A grant for `where`, which has `team`, `enterprise`, `scopes`, `user`. What rotates expires in half a day.

        `replaces` is the token that this one is the successor of; without it, other grants for the same team end.
        """
        if not replaces:
            self.end(where["team"], where["enterprise"], "revoked")
        mark = "xoxe." + BOT_TOKEN_MARK if rotates else BOT_TOKEN_MARK
        grant: Json = {
            **{name: where[name] for name in ("team", "enterprise", "scopes", "user")},
            "token": token or mark + secrets.token_hex(16),
            "expires": self._clock.seconds() + self._timings.token if rotates else None,
            "refresh": "xoxe-1-embedded-" + secrets.token_hex(24) if rotates else "",
            "state": "live",
        }
        self._grants[grant["token"]] = grant
        return grant

    def find(self, token: str) -> Json:
        """The grant of a token; `invalid_auth`, `token_expired`, `token_revoked` or `account_inactive` otherwise."""
        grant = next((kept for own, kept in self._grants.items() if _same(own, token)), None)
        if grant is None:
            raise SlackError("invalid_auth")
        if grant["state"] != "live":
            raise SlackError(_DEAD[grant["state"]])
        if grant["expires"] is not None and self._clock.seconds() >= grant["expires"]:
            raise SlackError("token_expired")
        return grant

    def refresh(self, refresh_token: str) -> Json:
        """The successor of a grant. A refresh token is good for one use: `invalid_refresh_token`."""
        for token, grant in self._grants.items():
            if grant["refresh"] and _same(grant["refresh"], refresh_token) and grant["state"] == "live":
                self._grants[token] = {**grant, "refresh": ""}
                return self.issue(grant, rotates=True, replaces=token)
        raise SlackError("invalid_refresh_token")

    def of(self, team: str, enterprise: str) -> Json | None:
        """The newest live grant for a team, else that of its organisation."""
        live = [grant for grant in self._grants.values() if grant["state"] == "live"]
        own = [grant for grant in live if grant["team"] and grant["team"] == team]
        wide = [grant for grant in live if not grant["team"] and enterprise and grant["enterprise"] == enterprise]
        return next(reversed(own or wide), None)

    def end(self, team: str, enterprise: str, state: str) -> None:
        """Let no token for exactly this team, or this organisation, be used any more."""
        for token, grant in self._grants.items():
            if (grant["team"], grant["enterprise"] if not team else "") == (team, enterprise if not team else ""):
                self._grants[token] = {**grant, "state": state if grant["state"] == "live" else grant["state"]}

    def revoke(self, token: str) -> None:
        """Let one token not be used any more."""
        self._grants[token] = {**self._grants[token], "state": "revoked"}

    def code(self, where: Json, redirect_uri: str) -> str:
        """A code that `redeem` takes once, within ten minutes."""
        code = secrets.token_hex(24)
        expires = self._clock.seconds() + self._timings.oauth_code
        self._codes[code] = {"where": where, "redirect_uri": redirect_uri, "expires": expires, "used": False}
        return code

    def redeem(self, code: str, redirect_uri: str) -> Json:
        """What a code stands for; `invalid_code`, `code_already_used`, `code_expired` or `bad_redirect_uri`."""
        kept = next((kept for own, kept in self._codes.items() if _same(own, code)), None)
        if kept is None:
            raise SlackError("invalid_code")
        if kept["used"]:
            raise SlackError("code_already_used")
        if self._clock.seconds() > kept["expires"]:
            raise SlackError("code_expired")
        if kept["redirect_uri"] != redirect_uri:
            raise SlackError("bad_redirect_uri")
        self._codes[code] = {**kept, "used": True}
        where: dict[str, Any] = kept["where"]
        return where


def _same(own: str, given: str) -> bool:
    return secrets.compare_digest(own.encode(), given.encode())


def where(team: str, enterprise: str, scopes: Iterable[str] | None, user: str) -> Json:
    """What a grant is for: one team, or with an empty `team` the whole organisation."""
    kept = None if scopes is None else sorted(scopes)
    return {"team": team, "enterprise": enterprise, "scopes": kept, "user": user}
