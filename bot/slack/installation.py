"""Checking tokens before anything starts: Bolt alone would retry a wrong one for ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatError, ChatUnavailable, SettingsError
from bot.slack.errors import calling

REQUIRED_SCOPES = (
    "chat:write",
    "commands",
    "users:read",
    "im:write",
    "channels:history",
    "channels:read",
    "groups:history",
    "groups:read",
)
GROUP_SCOPE = "usergroups:read"


@dataclass(frozen=True)
class Installation:
    """The app in a workspace. `scopes` is empty when Slack did not say."""

    team_id: str
    team: str
    url: str
    bot_id: str
    bot_user_id: str
    token: str = field(repr=False)
    scopes: frozenset[str] = frozenset()
    enterprise_id: str = ""
    org_wide: bool = False
    """Whether the app is in the whole organisation, and `team_id` the workspace of it that is meant."""


def missing_scopes(granted: Iterable[str], wanted: Iterable[str] = REQUIRED_SCOPES) -> tuple[str, ...]:
    """The scopes that the bot cannot do without and was not granted."""
    own = frozenset(granted)
    return tuple(scope for scope in wanted if scope not in own)


async def check_bot_token(client: AsyncWebClient, *, scopes: Iterable[str] = REQUIRED_SCOPES) -> Installation:
    """Ask Slack whose token this is.

    Raises SettingsError with what to set when the token is missing, of another kind, not accepted, or lacks a scope,
    and ChatUnavailable when Slack cannot be reached.
    """
    token = client.token or ""
    if not token.startswith("xoxb-"):
        raise SettingsError(f"SLACK_BOT_TOKEN {_kind(token)}. Set the app's bot token, which starts with xoxb-.")
    try:
        with calling("check the bot token"):
            answer = await client.auth_test()
    except ChatUnavailable:
        raise
    except ChatError as error:
        raise SettingsError(error.sentence, code=error.code) from error
    granted = frozenset(filter(None, (part.strip() for part in _header(answer.headers).split(","))))
    missing = [scope for scope in scopes if scope not in granted]
    if granted and missing:
        raise SettingsError(
            f"The Slack app lacks the {'scopes' if len(missing) > 1 else 'scope'} {', '.join(missing)}. Add what "
            "`policybot manifest` lists and install the app anew."
        )
    if not answer.get("bot_id"):
        raise SettingsError("SLACK_BOT_TOKEN is not a bot's token. Set the app's bot token, which starts with xoxb-.")
    return Installation(
        team_id=str(answer["team_id"]),
        team=str(answer.get("team") or ""),
        url=str(answer.get("url") or ""),
        bot_id=str(answer["bot_id"]),
        bot_user_id=str(answer["user_id"]),
        token=token,
        scopes=granted,
    )


async def check_app_token(client: AsyncWebClient, app_token: str) -> str:
    """Ask Slack for a socket once and return its URL, good for one connection. Raises like `check_bot_token`."""
    if not app_token.startswith("xapp-"):
        wanted = "the app-level token with connections:write, which starts with xapp-"
        raise SettingsError(f"SLACK_APP_TOKEN {_kind(app_token)}. Set {wanted}.")
    try:
        with calling("open a socket"):
            answer = await client.apps_connections_open(app_token=app_token)
    except ChatUnavailable:
        raise
    except ChatError as error:
        raise SettingsError(_app_sentence(error), code=error.code) from error
    return str(answer["url"])


def _app_sentence(error: ChatError) -> str:
    if error.code in ("invalid_auth", "not_authed", "token_revoked", "account_inactive"):
        return "Slack does not accept SLACK_APP_TOKEN. Make an app-level token with connections:write and set it."
    if error.code in ("missing_scope", "no_permission", "access_denied"):
        return "SLACK_APP_TOKEN lacks the scope connections:write. Make an app-level token that has it."
    if error.code in ("forbidden_team", "socket_mode_disabled", "method_not_supported_for_channel_type"):
        return "Socket Mode is switched off for this Slack app. Switch it on, or unset SLACK_APP_TOKEN to use HTTP."
    return f"Slack did not open a socket: {error.sentence}"


_KINDS = {
    "xoxb-": "is a bot token",
    "xoxp-": "is a user token",
    "xoxe": "is a rotating token",
    "xapp-": "is an app-level token",
}


def _kind(token: str) -> str:
    """What is wrong with a token, without showing it."""
    if not token:
        return "is not set"
    return next((said for start, said in _KINDS.items() if token.startswith(start)), "is not a Slack token")


def _header(headers: object) -> str:
    items = dict(headers.items()) if hasattr(headers, "items") else {}
    return next((str(value) for name, value in items.items() if str(name).lower() == "x-oauth-scopes"), "")
