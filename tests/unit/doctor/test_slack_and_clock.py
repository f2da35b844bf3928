"""What the doctor concludes from what Slack and the clocks say."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from bot.doctor.clocks import examine_clock
from bot.doctor.sample import sample_blocks
from bot.doctor.workspace import compared, examine_app, examine_card, scopes
from bot.manifest import socket_mode_manifest
from bot.settings import read_settings
from bot.slack.client import http_session, web_client
from bot.slack.installation import GROUP_SCOPE, REQUIRED_SCOPES, Installation
from bot.slack.scopes import SCOPES
from bot.workspace import WorkspaceConfig, serve, team

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
OURS = frozenset(socket_mode_manifest()["oauth_config"]["scopes"]["bot"])


def test_every_scope_of_the_manifest_says_what_it_is_for_and_is_asked_for_by_an_installation() -> None:
    assert set(SCOPES) == OURS


@pytest.mark.parametrize("scope", sorted(OURS))
def test_a_missing_scope_is_named_with_what_it_is_for(scope: str) -> None:
    """A fault where the bot cannot start without it, else a warning."""
    (found,) = scopes(OURS - {scope}, groups=True)
    assert f"The scope {scope} is missing" in found.says
    assert SCOPES[scope] in found.says
    assert found.level == ("fault" if scope in (*REQUIRED_SCOPES, GROUP_SCOPE) else "warning")


def test_without_groups_nobody_needs_to_read_them() -> None:
    (found,) = scopes(OURS - {GROUP_SCOPE}, groups=False)
    assert found.level == "warning"


def without(*path: str | int) -> dict[str, Any]:
    manifest: Any = copy.deepcopy(socket_mode_manifest())
    at = manifest
    for name in path[:-1]:
        at = at[name]
    del at[path[-1]]
    return dict(manifest)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (("features", "slash_commands", 0), "The app has no slash command /policy."),
        (("settings", "event_subscriptions", "bot_events", 0), "does not subscribe to the event app_home_opened"),
        (("settings", "event_subscriptions"), "does not subscribe to the event member_joined_channel"),
        (("settings", "interactivity"), "Interactivity is off"),
        (("features", "app_home"), "Home tab is off"),
        (("settings", "socket_mode_enabled"), "Socket Mode is off for the app, and the bot is set up for it."),
    ],
)
def test_what_the_app_lacks_is_named(path: tuple[str | int, ...], said: str) -> None:
    assert any(said in each.says for each in compared(without(*path), socket=True))


def test_the_manifest_lacks_nothing() -> None:
    assert list(compared(socket_mode_manifest(), socket=True)) == []


@pytest.mark.parametrize(
    ("date", "level"),
    [
        ("Sun, 22 Nov 2026 12:00:10 GMT", "ok"),
        ("Sun, 22 Nov 2026 12:01:00 GMT", "warning"),
        ("Sun, 22 Nov 2026 11:50:00 GMT", "fault"),
    ],
)
def test_a_clock_that_is_off_is_said(date: str, level: str) -> None:
    (found,) = examine_clock(NOON, [("Slack's", date), ("AWS's", "")])
    assert found.level == level


def test_a_date_that_is_none_says_nothing() -> None:
    assert list(examine_clock(NOON, [("Slack's", ""), ("AWS's", "yesterday")])) == []


async def test_the_sample_card_is_one_that_the_workspace_takes() -> None:
    """Posted as a message, its blocks pass Slack's rules; where Slack does not check them, nothing is said."""
    async with serve(WorkspaceConfig()) as slack, http_session() as session:
        client = web_client(slack.bot_token, slack.api_url, session)
        opened = await client.conversations_open(users=team.REQUESTER)
        await client.chat_postMessage(channel=opened["channel"]["id"], text="sample", blocks=sample_blocks())
        assert all(each.level == "ok" for each in await examine_card(client))


@asynccontextmanager
async def slack_with(manifest: dict[str, Any] | None) -> AsyncIterator[str]:
    """A Slack that knows one app, and shows its manifest to a configuration token alone."""

    async def answer(request: web.Request) -> web.Response:
        method = request.path.rpartition("/")[2]
        form = {**request.query, **await request.post()}
        if method == "bots.info":
            return web.json_response({"ok": True, "bot": {"id": form["bot"], "app_id": "A1"}})
        assert method == "apps.manifest.export"
        if manifest is None or form.get("app_id") != "A1" or not _is_config(request):
            return web.json_response({"ok": False, "error": "token_expired"})
        return web.json_response({"ok": True, "manifest": manifest})

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    await runner.cleanup()


def _is_config(request: web.Request) -> bool:
    return request.headers.get("Authorization", "") == "Bearer xoxe.xoxp-config"


@pytest.mark.parametrize(
    ("manifest", "level", "said"),
    [
        (socket_mode_manifest(), "ok", "has the command"),
        (without("settings", "interactivity"), "fault", "Interactivity is off"),
        (None, "warning", "cannot be read (token_expired)"),
    ],
)
async def test_a_configuration_token_shows_what_the_app_has(
    manifest: dict[str, Any] | None, level: str, said: str
) -> None:
    """Asked with that token and for that app, by the bot's own id."""
    settings = read_settings({"SLACK_CONFIG_TOKEN": "xoxe.xoxp-config", "SLACK_APP_TOKEN": "xapp-1"})
    installation = Installation("T1", "Team", "", "B1", "U1", "xoxb-1")
    async with slack_with(manifest) as url, http_session() as session:
        (found,) = await examine_app(web_client("xoxb-1", url, session), settings, installation)
    assert (found.level, said in found.says) == (level, True)


async def test_without_a_configuration_token_it_says_what_cannot_be_seen() -> None:
    async with http_session() as session:
        client = web_client("xoxb-1", "http://127.0.0.1:9/api/", session)
        (found,) = await examine_app(client, read_settings({}), Installation("T1", "Team", "", "B1", "U1", "xoxb-1"))
    assert (found.level, "SLACK_CONFIG_TOKEN" in found.do) == ("note", True)
