"""The schema, brought up to date by Alembic when the bot starts."""

from __future__ import annotations

import logging
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.storage.tables import metadata

log = logging.getLogger(__name__)

_ADVISORY_LOCK = 7_052_913_380


def upgrade(connection: sa.Connection) -> None:
    """Run the migrations that are missing, in the connection's transaction, one replica at a time.

    An empty database gets the tables as they are now: it is the same schema, without the steps to it.
    A database of a newer version is left as it is: while replicas are brought up to date one by one, an older one may
    start beside them, and what it writes is understood.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    config = migrations()
    if newer := newer_than_this(connection, config):
        log.warning("the database is of a newer policybot; this one works on it as it is", extra={"schema": newer})
        return
    if not sa.inspect(connection).get_table_names():
        metadata.create_all(connection)
        MigrationContext.configure(connection).stamp(ScriptDirectory.from_config(config), "head")
        return
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def migrations() -> Config:
    """Alembic's configuration of our migrations."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config


def newer_than_this(connection: sa.Connection, config: Config) -> list[str]:
    """The versions of a database's schema that this version of policybot does not know."""
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    return sorted(set(MigrationContext.configure(connection).get_current_heads()) - known)
