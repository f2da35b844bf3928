"""How a command ends: one sentence on stderr for what is wrong, and an exit code that says whose fault it is."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

from bot.errors import BadInput, PolicybotError

T = TypeVar("T")

EXIT_FAULT = 1
EXIT_BAD_INPUT = 2


class sentences:  # noqa: N801 - reads as a word at the call
    """Turns our errors into one sentence on stderr and an exit code."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, PolicybotError):
            from bot.analysis.files.text import inert

            # File names and what is quoted of their content may hold anything.
            print(inert(f"policybot: {' '.join(error.sentence.split(chr(10)))}"), file=sys.stderr)
            raise typer.Exit(EXIT_BAD_INPUT if isinstance(error, BadInput) else EXIT_FAULT) from error


def leave() -> None:
    """End the process now, where threads still wait for somebody's answer: Python would wait for them as well."""
    waiting = [each for each in threading.enumerate() if each is not threading.main_thread() and not each.daemon]
    if waiting:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, with `sentences`."""
    with sentences():
        return asyncio.run(work)
    raise AssertionError("unreachable")
