"""What lies on disk with tokens and response URLs in it is for the user alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.controlplane.store import Store as PlaneStore
from bot.private import private_file, private_folder
from bot.review.clock import SystemClock
from bot.storage.engine import open_database
from bot.workspace.store import Store as WorkspaceStore


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    """A user whose new files everybody may read and write."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def readable_by_others(folder: Path) -> list[str]:
    """The files of a folder that hold something and are not the user's alone."""
    return [path.name for path in folder.iterdir() if path.stat().st_size and mode(path) != "0o600"]


@pytest.mark.parametrize("opened", [PlaneStore, WorkspaceStore])
@pytest.mark.parametrize("there", [False, True])
def test_a_data_folder_is_the_users_alone(
    tmp_path: Path, opened: type[PlaneStore] | type[WorkspaceStore], there: bool
) -> None:
    """New or there before, and every file in it that holds something, SQLite's own beside ours included."""
    folder = tmp_path / "deep" / "data"
    if there:
        folder.mkdir(parents=True)
    store = opened(folder)
    assert mode(folder) == "0o700"
    assert readable_by_others(folder) == []
    assert any(path.name.endswith("-wal") for path in folder.iterdir())
    store.close()


def test_a_folder_of_an_earlier_version_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("controlplane.sqlite3", "controlplane.sqlite3-wal", "controlplane.lock"):
        (folder / name).touch()
    PlaneStore(folder).close()
    assert mode(folder) == "0o700"
    assert mode(folder / "controlplane.sqlite3") == "0o600"


def test_a_folder_with_other_things_in_it_stays_as_open_as_it_is(tmp_path: Path) -> None:
    """Whoever names a folder of their own keeps it; only our files in it are closed."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "theirs.txt").write_text("x")
    private_folder(folder)
    private_file(folder / "controlplane.sqlite3")
    assert mode(folder) == "0o777"
    assert mode(folder / "theirs.txt") == "0o666"
    assert mode(folder / "controlplane.sqlite3") == "0o600"


@pytest.mark.parametrize("there", [False, True])
async def test_the_bots_database_is_the_users_alone(tmp_path: Path, there: bool) -> None:
    """New or of an earlier version: proposals hold response URLs."""
    path = tmp_path / "policybot.db"
    if there:
        path.touch()
    database = await open_database(f"sqlite:///{path}", SystemClock())
    assert readable_by_others(tmp_path) == []
    assert mode(path) == "0o600"
    await database.close()
