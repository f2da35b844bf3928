"""The embedded Slack: one workspace with a small team, over the real protocols, on 127.0.0.1.

`serve(config)` gives a workspace to connect a bot to, `bot.workspace.people.Person` acts in it, and
`bot.workspace.team` has the ids of its people and channels.
"""

from __future__ import annotations

from bot.workspace.config import Rates, Timings, WorkspaceConfig, refuse_beside_real_tokens
from bot.workspace.manifest import Offers, read_manifest
from bot.workspace.page import Plugin
from bot.workspace.server import Served, build_app, run, serve

__all__ = [
    "Offers",
    "Plugin",
    "Rates",
    "Served",
    "Timings",
    "WorkspaceConfig",
    "build_app",
    "read_manifest",
    "refuse_beside_real_tokens",
    "run",
    "serve",
]
