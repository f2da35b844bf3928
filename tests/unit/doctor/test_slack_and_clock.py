"""What the doctor concludes from what Slack and the clocks say."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.doctor.clocks import examine_clock
from bot.doctor.sample import sample_blocks
from bot.doctor.workspace import compared, examine_card, scopes
from bot.manifest import socket_mode_manifest
from bot.slack.client import http_session, web_client
from bot.slack.installation import GROUP_SCOPE, REQUIRED_SCOPES
from bot.slack.scopes import SCOPES
from bot.workspace import WorkspaceConfig, serve, team

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
OURS = frozenset(socket_mode_manifest()["oauth_config"]["scopes"]["bot"])


def test_every_scope_of_the_manifest_says_what_it_is_for() -> None:
    assert set(SCOPES) >= OURS


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
