"""The schema, brought up to date by Alembic when the bot starts."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.errors import StoreError

_ADVISORY_LOCK = 7_052_913_380


def upgrade(connection: sa.Connection) -> None:
    """Run the migrations that are missing, in the connection's transaction, one replica at a time.

    Raises StoreError for a schema that a newer version of policybot made.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    config = migrations()
    _refuse_newer(connection, config)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def migrations() -> Config:
    """Alembic's configuration of our migrations."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config


def _refuse_newer(connection: sa.Connection, config: Config) -> None:
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    newer = set(MigrationContext.configure(connection).get_current_heads()) - known
    if newer:
        raise StoreError(
            f"The database has a newer schema ({', '.join(sorted(newer))}) than this version of policybot knows: "
            "start the newer version, or restore the back-up from before it."
        )
