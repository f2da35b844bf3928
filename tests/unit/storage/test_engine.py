"""One process for one SQLite file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.review.clock import SystemClock
from bot.storage.store import open_store


async def test_a_link_to_the_file_of_another_process_is_refused(tmp_path: Path) -> None:
    """The second would drop the leases of the first, and both would do its work."""
    (tmp_path / "link.db").symlink_to(tmp_path / "policybot.db")
    first = await open_store(f"sqlite:///{tmp_path / 'policybot.db'}", SystemClock())
    try:
        with pytest.raises(SettingsError, match="Another policybot is using the database"):
            await open_store(f"sqlite:///{tmp_path / 'link.db'}", SystemClock())
    finally:
        await first.close()
