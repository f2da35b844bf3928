"""Serving an application on this machine until somebody ends it: what the embedded servers share."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
from collections.abc import AsyncIterator

from aiohttp import web

from bot.errors import SettingsError

HOST = "127.0.0.1"


@contextlib.asynccontextmanager
async def listening(app: web.Application, port: int, *, shutdown_timeout: float = 1.0) -> AsyncIterator[str]:
    """Serve on 127.0.0.1 while the block runs, and give the URL. Port 0 is a free one. A port that cannot be had is
    SettingsError."""
    if not 0 <= port < 65536:
        raise SettingsError(f"Port {port} is not a port: name one from 1 to 65535, or 0 for any.", port=port)
    # Nothing here is worth waiting for at the end: not the rest of a body that was refused, not an idle connection.
    runner = web.AppRunner(
        app, access_log=None, handle_signals=False, lingering_time=0, shutdown_timeout=shutdown_timeout
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            raise _unusable(port, error) from error
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _unusable(port: int, error: OSError) -> SettingsError:
    why = "is taken by another program" if error.errno == errno.EADDRINUSE else f"cannot be used: {error.strerror}"
    return SettingsError(f"Port {port} {why}. Name a free one with --port, or 0 for any.", port=port)


def told_to_end() -> asyncio.Event:
    """What SIGINT and SIGTERM set from now on. Call it inside the event loop."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on its loop
            loop.add_signal_handler(sign, ended.set)
    return ended
