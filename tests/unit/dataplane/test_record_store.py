"""The gateway's record: what happens when it cannot be kept."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.dataplane.record.store import RecordStore
from bot.errors import SettingsError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def messages(store: RecordStore) -> list[str]:
    return [event.message for event in store.events(["g"], 0, 10**15)]


def test_a_full_disk_loses_what_does_not_fit_and_nothing_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = RecordStore(tmp_path, lambda: NOW)
    store.write("g", NOW, {"n": 1})
    assert messages(store) == ['{"n": 1}']
    pages = store._database.execute("PRAGMA page_count").fetchone()[0]
    store._database.execute(f"PRAGMA max_page_count = {pages}")  # SQLite answers as it does on a full disk
    store.write("g", NOW, {"long": "x" * 100_000})
    with caplog.at_level(logging.ERROR):
        assert messages(store) == ['{"n": 1}']
    assert "1 events of the gateway's record could not be kept: database or disk is full" in caplog.text
    store._database.execute(f"PRAGMA max_page_count = {pages + 100}")
    store.write("g", NOW, {"n": 2})
    assert messages(store) == ['{"n": 2}', '{"n": 1}']
    store.close()


def test_a_folder_that_holds_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "controlplane.record.sqlite3").write_bytes(b"not a database, and long enough to be looked into" * 40)
    with pytest.raises(SettingsError, match="cannot keep the gateway's record: file is not a database"):
        RecordStore(tmp_path, lambda: NOW)
