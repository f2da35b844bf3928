"""What can be set about an embedded workspace, and the guard against starting it beside real tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.clock import MovableClock
from bot.errors import SettingsError
from bot.workspace.teams import Teams, default_teams

BOT_TOKEN_MARK = "xoxb-embedded-"  # noqa: S105 - what the tokens of an embedded workspace begin with
APP_TOKEN_MARK = "xapp-embedded-"  # noqa: S105

DEFAULT_EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "member_joined_channel",
        "channel_shared",
        "channel_unshared",
        "message.im",
        "tokens_revoked",
    }
)


@dataclass(frozen=True)
class Timings:
    """Slack's time limits, in seconds."""

    acknowledgement: float = 3.0
    trigger: float = 3.0
    response_url: float = 1800.0
    response_url_uses: int = 5
    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    socket_ticket: float = 30.0
    socket_ping: float = 10.0
    connection: float = 18060.0
    connection_warning: float = 10.0
    oauth_code: float = 600.0
    token: float = 43_200.0


SLACKS = Timings()
"""The limits of the real Slack."""


@dataclass(frozen=True)
class Rates:
    """Slack's request rates. Tiers are calls a minute for each method; posts count for each channel."""

    enforced: bool = True
    posts_per_second: float = 1.0
    post_burst: int = 5
    tiers: Mapping[int, int] = field(default_factory=lambda: {1: 20, 2: 20, 3: 50, 4: 100, 5: 600})


@dataclass(frozen=True)
class WorkspaceConfig:
    """An embedded Slack. Without `data_dir` it lives in memory; with `event_url` it signs HTTP requests to that
    URL instead of waiting for Socket Mode. Tokens and secrets are made up when left empty; `bot_token` is that of the
    first team. `message_text_total` is the sum of text over all blocks above which Slack refuses a message.

    `scopes` None grants everything, and `commands` None takes any command. `hints` has each command's `description` and
    `usage_hint`; `shortcuts` are as in a manifest: `name`, `type`, `callback_id`, `description`. `unescaped` are
    commands whose text arrives as it was typed. With `token_rotation` tokens expire; `org_deploy` lets the app be
    installed in the whole organisation; `redirect_urls` are where an installation may lead back to, None for anywhere.
    `page` serves the workspaces to browsers as well.
    """

    data_dir: Path | None = None
    event_url: str | None = None
    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    admin_token: str = ""
    client_secret: str = ""
    teams: Teams = field(default_factory=default_teams)
    clock: MovableClock = field(default_factory=MovableClock)
    timings: Timings = field(default_factory=Timings)
    rates: Rates = field(default_factory=Rates)
    scopes: frozenset[str] | None = None
    events: frozenset[str] = DEFAULT_EVENTS
    commands: frozenset[str] | None = None
    hints: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shortcuts: tuple[Mapping[str, str], ...] = ()
    unescaped: frozenset[str] = frozenset()
    token_rotation: bool = False
    org_deploy: bool = False
    redirect_urls: tuple[str, ...] | None = None
    app_name: str = "Embedded"
    page: bool = False
    connection_cap: int = 10
    message_text_total: int = 12_000


_TOKEN_SHAPE = re.compile(r"xox[a-z]{1,2}(\.xox[a-z])?-|xapp-")


def refuse_beside_real_tokens(environ: Mapping[str, str], allow: bool) -> None:
    """Raise SettingsError when `environ` holds Slack tokens that are no embedded workspace's own, unless allowed."""
    if allow:
        return
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        value = environ.get(name, "").strip()
        if _TOKEN_SHAPE.match(value) and not value.startswith((BOT_TOKEN_MARK, APP_TOKEN_MARK)):
            raise SettingsError(
                f"{name} holds what looks like the token of a real Slack workspace, and the embedded workspace does "
                f"not start beside one. Unset {name}, or say that it is meant with --beside-real-tokens.",
                setting=name,
            )
