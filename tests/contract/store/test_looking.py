"""A database is looked at without being changed, and one of a newer version is left alone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.errors import SettingsError
from bot.storage.looking import look_at
from bot.storage.store import open_store
from tests.support.world import MovableClock


async def newer(url: str) -> None:
    """What a later version of policybot leaves behind."""
    store = await open_store(url, MovableClock())
    async with store.database.write() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    await store.close()


async def test_before_and_after_the_first_start(database_url: str) -> None:
    first = await look_at(database_url)
    assert "first start makes" in first
    assert await look_at(database_url) == first, "looking made nothing"
    store = await open_store(database_url, MovableClock())
    assert "its schema is of this version" in await look_at(database_url), "while a bot has it open, too"
    await store.close()


async def test_a_newer_schema_is_said_and_left_as_it_is(database_url: str) -> None:
    """An older replica starts beside a newer one; what is looked at next says the same."""
    await newer(database_url)
    for _ in range(2):
        assert "newer policybot (9999)" in await look_at(database_url)
        await (await open_store(database_url, MovableClock())).close()


async def test_a_password_is_not_said(database_url: str) -> None:
    with_password = database_url.replace("policybot@", "policybot:hidden-word@")
    assert "hidden-word" not in await look_at(with_password)


@pytest.mark.parametrize("url", ["sqlite:////no/such/folder/it.db", "mysql://x", "nonsense", "sqlite:///:memory:"])
async def test_what_cannot_be_used_is_a_setting(url: str) -> None:
    with pytest.raises(SettingsError, match=r"POLICYBOT_DATABASE_URL|no such folder"):
        await look_at(url)
