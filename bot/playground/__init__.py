"""`policybot playground`: the whole product in a browser, on an embedded Slack and an embedded control plane."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

from bot.controlplane import ControlPlaneConfig
from bot.dataplane import DataplaneConfig, TokenKey
from bot.embedded import Embedded, EmbeddedConfig, embedded
from bot.hosting import told_to_end
from bot.logs import configure
from bot.manifest import MANIFEST
from bot.playground.agent import agent_panel
from bot.playground.policies import policies_panel
from bot.routing import read_routing
from bot.settings import read_settings
from bot.workspace import SLACKS, Rates, Timings, WorkspaceConfig, read_manifest

__all__ = ["playground", "playing"]

_LOOKS = "3"
"""Seconds between two looks at what happened on the engine and at its gateway: whoever plays waits for them."""


@contextlib.asynccontextmanager
async def playing(
    port: int = 0,
    gateways: tuple[Path, ...] = (),
    data_dir: Path | None = None,
    *,
    generation: Literal["faithful", "faulty"] = "faithful",
    timings: Timings = SLACKS,
) -> AsyncIterator[Embedded]:
    """Everything with the page at `slack.url`, while the block lasts. Raises PolicybotError when it cannot start.

    The workspace offers the bot what its manifest asks for, and no more: as it will be where it is installed.
    """
    glossary = read_routing(read_settings()).glossary
    key = TokenKey.kept(data_dir) if data_dir else TokenKey()
    config = EmbeddedConfig(
        plane=ControlPlaneConfig(
            gateways=gateways, latency=0.2, generation=generation, dataplane=DataplaneConfig(key=key)
        ),
        glossary=glossary,
        slack=WorkspaceConfig(rates=Rates(enforced=False), timings=timings, page=True, **read_manifest(MANIFEST)),
        settings={"POLICYBOT_DRIFT_SECONDS": _LOOKS, "POLICYBOT_EVIDENCE_SECONDS": _LOOKS},
        port=port,
        data_dir=data_dir,
    )
    async with embedded(config) as running, agent_panel(running) as agent, policies_panel(running) as policies:
        for panel in (agent, policies):
            running.slack.page.plug(panel)
        yield running


async def playground(
    port: int,
    gateways: tuple[Path, ...],
    data_dir: Path | None,
    *,
    opens: bool,
    generation: Literal["faithful", "faulty"],
) -> None:
    """Serve until SIGINT or SIGTERM. Prints the page's address when it can be played, and opens a browser there."""
    configure("WARNING")
    ended = told_to_end()
    async with playing(port, gateways, data_dir, generation=generation) as running:
        print(_welcome(running, data_dir), flush=True)
        if opens and _has_screen():
            await asyncio.to_thread(webbrowser.open, running.slack.url)
        await ended.wait()


def _has_screen() -> bool:
    """Whether a browser would come up in a window; without one, Python would start a browser of the terminal here."""
    windows = sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())
    return windows and sys.stdout.isatty()


def _welcome(running: Embedded, data_dir: Path | None) -> str:
    kept = (
        f"Everything is kept in {data_dir}." if data_dir else "Nothing is kept; name a folder with --data to keep it."
    )
    return (
        f"listening on {running.slack.url}\n"
        "Open it in a browser, type /policy allow support agents to call refund tool in #agent-rules as Riley, and "
        f"approve as Avery.\n{kept} Ctrl-C ends it."
    )
