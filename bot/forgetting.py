"""Deleting all that is kept of a workspace, when somebody asks for that."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import BadInput
from bot.review.clock import SystemClock
from bot.review.record import Entry
from bot.settings import read_settings
from bot.storage.store import open_store


async def forget(team_id: str) -> Mapping[str, int]:
    """How many rows of each table went. The audit log is one chain and stays; it says that this was done.

    Raises BadInput when nothing is kept of the workspace, SettingsError when the database is in use.
    """
    store = await open_store(read_settings().database_url, SystemClock())
    try:
        gone = {table: count for table, count in (await store.forget_workspace(team_id)).items() if count}
        if not gone:
            raise BadInput(f"Nothing is kept of a workspace {team_id}: name it by its id, which starts with T.")
        await store.note(Entry("workspace.forgotten", team_id, data={"rows": gone}))
    finally:
        await store.close()
    return gone
