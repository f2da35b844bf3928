"""As process 1 of a container, where the kernel passes on no signal that nobody listens for."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.exits import EXIT_TERMINATED
from tests.support.process import ROOT, environment

ALONE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]


@pytest.fixture
def first() -> Iterator[subprocess.Popen[str]]:
    """`policybot translate --batch` as process 1 of a namespace of its own: it waits for lines, and for no signal."""
    if shutil.which("unshare") is None or subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine gives no namespace for processes")
    with subprocess.Popen(
        [*ALONE, sys.executable, "-m", "bot", "translate", "--batch"],
        env=environment({}),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_sigterm_ends_it_before_a_command_listens(first: subprocess.Popen[str]) -> None:
    """What is stopped while it starts does not have to be killed when its grace is over."""
    assert first.stdin is not None
    assert first.stdout is not None
    first.stdin.write(json.dumps({"id": "1", "rule": "x"}) + "\n")
    first.stdin.flush()
    assert json.loads(first.stdout.readline())["id"] == "1"
    (inner,) = Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text(encoding="utf-8").split()
    os.kill(int(inner), signal.SIGTERM)
    assert first.wait(timeout=60) == EXIT_TERMINATED
