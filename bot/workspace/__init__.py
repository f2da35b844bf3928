"""The embedded Slack: one workspace with a small team, over the real protocols, on 127.0.0.1.

`serve(config)` gives a workspace to connect a bot to, `bot.workspace.people.Person` acts in it, and
`bot.workspace.team` has the ids of the people and channels that it has by default.
"""

from __future__ import annotations

from bot.workspace.config import SLACKS, Rates, Timings, WorkspaceConfig, refuse_beside_real_tokens
from bot.workspace.manifest import Offers, read_manifest
from bot.workspace.page import Plugin
from bot.workspace.server import Served, build_app, run, serve
from bot.workspace.teams import Teams, default_teams, read_teams

__all__ = [
    "SLACKS",
    "Offers",
    "Plugin",
    "Rates",
    "Served",
    "Teams",
    "Timings",
    "WorkspaceConfig",
    "build_app",
    "default_teams",
    "read_manifest",
    "read_teams",
    "refuse_beside_real_tokens",
    "run",
    "serve",
]
