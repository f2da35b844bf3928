"""A look at the database that another process may be using: nothing of it is changed."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError
from bot.storage.engine import open_to_read
from bot.storage.schema import migrations

_REVISIONS = sa.text("SELECT version_num FROM alembic_version")


async def look_at(url: str) -> str:
    """What stands at a URL, as a sentence. Raises SettingsError for what cannot be used, StoreError for no answer."""
    if new := _new_file(url):
        return new
    database = open_to_read(url)
    shown = make_url(url).database if database.is_sqlite else ""
    where = shown or database.engine.url.set(query={}).render_as_string(hide_password=True)
    try:
        async with database.read() as connection:
            there = await connection.run_sync(lambda each: sa.inspect(each).has_table("alembic_version"))
            revision = (await connection.execute(_REVISIONS)).scalar() if there else None
    finally:
        await database.close()
    return _of_revision(str(revision or ""), where)


def _new_file(url: str) -> str:
    """What is so of a file that is not there yet; empty for one that is, and for a server."""
    with contextlib.suppress(ArgumentError):
        parsed = make_url(url)
        if not parsed.drivername.startswith("sqlite") or not parsed.database or parsed.database == ":memory:":
            return ""
        path = Path(parsed.database)
        if not path.parent.is_dir():
            raise SettingsError(f"The database cannot be kept in {path.parent}: there is no such folder.")
        if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
            raise SettingsError(f"The database cannot be kept in {path.parent}: it is not writable.")
        return "" if path.exists() else f"The first start makes {path}."
    return ""


def _of_revision(revision: str, where: str) -> str:
    scripts = ScriptDirectory.from_config(migrations())
    if not revision:
        return f"{where} answers and is empty: the first start makes its tables."
    if revision == scripts.get_current_head():
        return f"{where} answers, and its schema is of this version."
    if revision in {each.revision for each in scripts.walk_revisions()}:
        return f"{where} answers; the next start brings its schema up to date."
    return f"{where} answers, and its schema is of a newer policybot ({revision}): this one works on it as it is."
