"""How a command ends: one sentence on stderr for what is wrong, and an exit code that says whose fault it is."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

from bot.errors import BadInput, PolicybotError

T = TypeVar("T")

_WRONG: Any = next(each for each in typer.BadParameter.__mro__ if each.__name__ == "ClickException")
"""What Typer raises for a command that is typed wrongly: Click's own in some releases, a copy of it in others."""

EXIT_FAULT = 1
EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143


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


def start(app: typer.Typer) -> None:
    """Run the command line, and leave with its exit code. A command that is typed wrongly gets one sentence, and 2."""
    if os.getpid() == 1:  # in a container, where SIGTERM ends nothing that does not listen for it
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_TERMINATED))
    try:
        code = app(prog_name="policybot", standalone_mode=False)
    except _WRONG as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()
            sys.exit(EXIT_BAD_INPUT)
        command = getattr(getattr(error, "ctx", None), "command_path", "policybot")
        said = " ".join(error.format_message().split()).rstrip(".")
        print(f"policybot: {said}. See `{command} --help`.", file=sys.stderr)
        code = EXIT_BAD_INPUT
    except (typer.Abort, KeyboardInterrupt):
        code = EXIT_INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, with `sentences`."""
    with sentences():
        return asyncio.run(work)
    raise AssertionError("unreachable")
