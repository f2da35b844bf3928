"""Folders and files that only the user may look into: tokens and response URLs lie in them."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import SettingsError

_OURS = ("controlplane.", "workspace.", "policybot.")
_BESIDE = ("-wal", "-shm", "-journal")


def private_folder(path: Path) -> None:
    """Make a folder for the user alone. One that is there becomes so if it holds nothing but ours. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    if all(found.name.startswith(_OURS) for found in path.iterdir()):
        _close_to_others(path, 0o700)


def private_file(path: Path) -> None:
    """Make a database file for the user alone, or make one that is there so, with what SQLite keeps beside it.

    SQLite gives the files that it makes later the permissions of this one. Raises OSError.
    """
    path = path.resolve()
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for each in (path, *(path.with_name(path.name + suffix) for suffix in _BESIDE)):
        if each.exists():
            _close_to_others(each, 0o600)


def private_database(path: Path | None, schema: str) -> sqlite3.Connection:
    """Open a SQLite database with these tables, in a file for the user alone or, without a path, in memory.

    Raises OSError, sqlite3.Error.
    """
    if path:
        private_file(path)
    database = sqlite3.connect(path or ":memory:", isolation_level=None)
    try:
        # In WAL mode a commit is in the operating system's hands before the answer leaves: a kill cannot take it back.
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA user_version = 0")  # a write, so that a read-only file is found out now
        database.executescript(schema)
    except sqlite3.Error:
        database.close()
        raise
    return database


class KeptDatabase:
    """A SQLite database in a folder that one process at a time may use, or without a folder in memory."""

    def __init__(self, folder: Path | None, name: str, schema: str) -> None:
        """`name` is the program's, as the sentence says it: "control plane". Raises SettingsError when the folder
        cannot be had."""
        self._lock = _locked(folder, name) if folder else None
        try:
            self.database = private_database(folder / f"{_file(name)}.sqlite3" if folder else None, schema)
        except (OSError, sqlite3.Error) as error:
            self._release()
            raise SettingsError(
                f"The data folder {folder} cannot keep the {name}'s database: {error}. Name another with --data.",
                folder=str(folder),
            ) from error

    def _release(self) -> None:
        if self._lock:
            self._lock.release()

    def close(self) -> None:
        """Close it and let another process have the folder."""
        self.database.close()
        self._release()


def _file(name: str) -> str:
    return name.replace(" ", "")


def _locked(folder: Path, name: str) -> FileLock:
    try:
        private_folder(folder)
        lock = FileLock(folder / f"{_file(name)}.lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        raise SettingsError(
            f"Another {name} is using the data folder {folder}: end it, or name another folder with --data.",
            folder=str(folder),
        ) from error
    except OSError as error:
        raise SettingsError(
            f"The data folder {folder} cannot be written: {error.strerror or error}. Name another with --data.",
            folder=str(folder),
        ) from error
    return lock


def _close_to_others(path: Path, mode: int) -> None:
    with contextlib.suppress(PermissionError):  # somebody else's, who let us in: theirs to decide
        path.chmod(mode)
