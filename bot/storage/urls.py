"""Which database a URL means, and what it asks of the way there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError

_LIBPQS = frozenset(
    {
        "passfile",
        "ssl_max_protocol_version",
        "ssl_min_protocol_version",
        "sslcert",
        "sslcrl",
        "sslkey",
        "sslmode",
        "sslnegotiation",
        "sslpassword",
        "sslrootcert",
        "target_session_attrs",
    }
)
"""What every client of PostgreSQL reads in a URL, as providers write it; asyncpg takes these in a DSN alone."""
_DRIVERS = frozenset({"direct_tls", "host", "port", "prepared_statement_cache_size", "ssl", "statement_cache_size"})


def read_url(url: str) -> sa.URL:
    """The parts of a URL, with the driver that is used. Raises SettingsError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError("POLICYBOT_DATABASE_URL is not a database URL such as sqlite:///policybot.db.") from error
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    driver = drivers.get(parsed.drivername, parsed.drivername)
    if driver not in drivers.values():
        raise SettingsError(
            f"POLICYBOT_DATABASE_URL names {parsed.drivername}; use sqlite:///FILE or postgresql://USER@HOST/NAME."
        )
    if driver == "sqlite+aiosqlite" and parsed.database in (None, "", ":memory:"):
        raise SettingsError("POLICYBOT_DATABASE_URL names no file; use sqlite:///policybot.db or another file.")
    if driver == "postgresql+asyncpg" and (unknown := sorted(parsed.query.keys() - _LIBPQS - _DRIVERS)):
        raise SettingsError(
            f"POLICYBOT_DATABASE_URL asks for {', '.join(unknown)}, which is not known here: leave it out. "
            f"Known are {', '.join(sorted(_LIBPQS))}."
        )
    return parsed.set(drivername=driver)


def as_a_dsn(_dialect: Any, _record: Any, _arguments: Any, named: dict[str, Any]) -> None:
    """Before SQLAlchemy has asyncpg connect: hand on as a DSN what is only taken there."""
    if asked := {name: named.pop(name) for name in _LIBPQS & named.keys()}:
        named["dsn"] = f"postgresql://?{urlencode(asked)}"
