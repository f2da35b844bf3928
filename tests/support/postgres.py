"""A PostgreSQL server of the tests' own: in a temporary folder, on 127.0.0.1, with a port of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

FAST = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}  # a crash of the process loses nothing


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl: on the path, or where Debian keeps them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return folders[-1] if folders else None


class Cluster:
    """A server that can be stopped and started again. `url()` makes a new, empty database each time. Only a `durable`
    one writes as a real one does."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._settings = {} if durable else FAST
        self._folder = Path(tempfile.mkdtemp(prefix="policybot-pg-")) if os.geteuid() == 0 else folder
        self._data = self._folder / "data"
        self._bin = binaries() or Path()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    def create(self) -> None:
        """Make the cluster and start it."""
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", str(self._data), "-U", "policybot", "-A", "trust", "-N", "--no-instructions")
        self.start()

    def start(self) -> None:
        settings = {**self._settings, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        options = " ".join(
            [f"-p {self.port}", *(f"-c {name}={value or chr(39) * 2}" for name, value in settings.items())]
        )
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; `immediate` is a crash."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", mode, "stop")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self) -> str:
        """The URL of a new database."""
        name = f"t{uuid.uuid4().hex}"
        host = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "policybot")
        self._run("createdb", *host, name)
        return f"postgresql://policybot@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        user = {"user": "postgres"} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            **user,  # type: ignore[call-overload]  # the user depends on who runs the tests
        )
        assert done.returncode == 0, f"{program}: {done.stderr or done.stdout}"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A PostgreSQL server for the session."""
    if binaries() is None:
        reason = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    cluster = Cluster(tmp_path_factory.mktemp("postgres"))
    cluster.create()
    try:
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'policybot.db'}"
    url: str = request.getfixturevalue("postgres").url()
    return url
