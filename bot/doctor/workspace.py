"""Slack as the bot finds it: tokens, scopes, sockets, what the app offers, the channels, and a card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.finding import Finding, fault, note, ok, warning
from bot.doctor.sample import sample_blocks
from bot.errors import ChatError, SettingsError
from bot.manifest import socket_mode_manifest
from bot.routing import Route
from bot.settings import Settings
from bot.slack.errors import calling
from bot.slack.installation import GROUP_SCOPE, REQUIRED_SCOPES, Installation, check_app_token, check_bot_token
from bot.slack.scopes import SCOPES

_AGAIN = "Add it to the app (`policybot manifest` lists all) and install the app anew."


async def examine_bot_token(client: AsyncWebClient) -> tuple[list[Finding], Installation | None]:
    """Whose token this is; nothing more of Slack can be seen without one."""
    try:
        installation = await check_bot_token(client, scopes=())
    except (SettingsError, ChatError) as error:
        return [fault("slack", error.sentence, lasting=isinstance(error, SettingsError))], None
    where = f"{installation.team} ({installation.team_id})"
    return [ok("slack", f"The bot token is of {installation.bot_user_id} in {where}.")], installation


def scopes(granted: frozenset[str], *, groups: bool) -> Iterable[Finding]:
    """Each scope of the manifest that the token lacks, with what it is for."""
    if not granted:
        yield note("slack", "Slack did not say which scopes the token has.")
        return
    needed = {*REQUIRED_SCOPES, *((GROUP_SCOPE,) if groups else ())}
    wanted = dict.fromkeys([*needed, *socket_mode_manifest()["oauth_config"]["scopes"]["bot"]])
    missing = [scope for scope in wanted if scope not in granted]
    for scope in sorted(missing):
        says = f"The scope {scope} is missing: it is there to {SCOPES.get(scope, 'do what the manifest says')}."
        yield fault("slack", says, _AGAIN) if scope in needed else warning("slack", says, _AGAIN)
    if not missing:
        yield ok("slack", f"The token has the {len(wanted)} scopes.")


async def examine_transport(client: AsyncWebClient, settings: Settings) -> list[Finding]:
    """Whether Slack's requests can reach the bot, as far as that is seen from here."""
    if settings.slack_app_token:
        try:
            await check_app_token(client, settings.slack_app_token.get_secret_value())
        except (SettingsError, ChatError) as error:
            return [fault("slack", error.sentence, lasting=isinstance(error, SettingsError))]
        return [ok("slack", "Socket Mode is on, and SLACK_APP_TOKEN opens a socket.")]
    if settings.slack_signing_secret:
        says = (
            "Slack calls over HTTP. Only a request of Slack's shows whether the URL and the signing secret are right."
        )
        return [note("slack", says, "Type /policy help.")]
    do = "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for Slack's HTTP requests."
    return [fault("slack", "There is no way for Slack's requests to come.", do, lasting=True)]


async def examine_app(client: AsyncWebClient, settings: Settings, installation: Installation) -> list[Finding]:
    """Whether the app has the manifest's command, events and interactivity: only a configuration token shows it."""
    if not settings.slack_config_token:
        says = "Slack shows the app's command, events and interactivity only to a configuration token."
        return [
            note("slack", says, "Set SLACK_CONFIG_TOKEN (api.slack.com/apps, Your App Configuration Tokens) to see.")
        ]
    token = settings.slack_config_token.get_secret_value()
    try:
        with calling("say which app this is"):
            app_id = (await client.bots_info(bot=installation.bot_id))["bot"]["app_id"]
        with calling("show the app's manifest"):
            answer = await client.apps_manifest_export(app_id=app_id, token=token)
    except ChatError as error:
        says = f"The app's manifest cannot be read ({error.code})."
        return [warning("slack", says, "Configuration tokens last twelve hours: make a new one.")]
    found = list(compared(answer.get("manifest") or {}, socket=bool(settings.slack_app_token)))
    return found or [ok("slack", "The app has the command, events and interactivity of the manifest.")]


def compared(manifest: Mapping[str, Any], *, socket: bool) -> Iterable[Finding]:
    """What an app's manifest lacks of ours."""
    ours, theirs = socket_mode_manifest(), manifest
    for kind, key in (("slash_commands", "command"), ("shortcuts", "callback_id")):
        have = {each.get(key) for each in _at(theirs, "features", kind) or ()}
        for each in _at(ours, "features", kind) or ():
            if each[key] not in have:
                yield fault("slack", f"The app has no {kind[:-1].replace('_', ' ')} {each[key]}.", _AGAIN)
    events = set(_at(theirs, "settings", "event_subscriptions", "bot_events") or ())
    for event in _at(ours, "settings", "event_subscriptions", "bot_events") or ():
        if event not in events:
            yield fault("slack", f"The app does not subscribe to the event {event}.", _AGAIN)
    if not _at(theirs, "settings", "interactivity", "is_enabled"):
        yield fault(
            "slack", "Interactivity is off: no button does anything.", "Switch it on under Interactivity & Shortcuts."
        )
    if not _at(theirs, "features", "app_home", "home_tab_enabled"):
        yield warning("slack", "The app's Home tab is off.", "Switch it on under App Home.")
    if socket is not bool(_at(theirs, "settings", "socket_mode_enabled")):
        state, wanted = ("off", "it") if socket else ("on", "HTTP")
        says = f"Socket Mode is {state} for the app, and the bot is set up for {wanted}."
        yield fault("slack", says, "Switch it, or set SLACK_APP_TOKEN accordingly.")


def _at(document: Mapping[str, Any], *path: str) -> Any:
    found: Any = document
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


async def examine_channels(client: AsyncWebClient, routes: Sequence[Route]) -> list[Finding]:
    """Whether the bot is in the channels that the routing file names."""
    found: list[Finding] = []
    for channel in dict.fromkeys(each for route in routes for each in route.channels):
        try:
            with calling("show a channel"):
                answer = await client.conversations_info(channel=channel)
        except ChatError as error:
            found.append(warning("slack", f"The channel {channel} of a route cannot be seen ({error.code}).", _INVITE))
            continue
        if not answer["channel"].get("is_member"):
            found.append(warning("slack", f"The bot is not in the channel {channel} of a route.", _INVITE))
    return found


_INVITE = "Type /invite @policybot there, or correct the routing file."


async def examine_card(client: AsyncWebClient) -> list[Finding]:
    """Whether Slack takes a card's blocks; nothing where Slack does not offer to say."""
    try:
        await client.blocks_validate(blocks=sample_blocks())
    except SlackApiError as error:
        code = str((getattr(error.response, "data", None) or {}).get("error") or "")
        if code == "unknown_method":
            return []
        if code.startswith("invalid_"):
            return [
                warning("slack", f"Slack does not accept a sample card: {_complaint(error)}", "Report this as a fault.")
            ]
        return [note("slack", f"Slack did not check a sample card ({code or 'no answer'}).")]
    except Exception as error:  # noqa: BLE001 - this check is a courtesy of Slack's; the others say when it is not there
        return [note("slack", f"Slack did not check a sample card ({type(error).__name__}).")]
    return [ok("slack", "Slack accepts a sample card.")]


def _complaint(error: SlackApiError) -> str:
    errors = (error.response.data.get("errors") if isinstance(error.response.data, dict) else None) or [{}]
    return f"{errors[0].get('message') or 'it does not say why'} (at {errors[0].get('pointer') or '/'})."
