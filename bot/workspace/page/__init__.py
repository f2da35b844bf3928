"""The workspace as a page in a browser: a thin client over what its people see and do."""

from __future__ import annotations

from bot.workspace.page.plugins import Plugin
from bot.workspace.page.serving import Page

__all__ = ["Page", "Plugin"]
