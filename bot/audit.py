"""The record read beside a running bot: given out, and checked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from bot.errors import BadInput
from bot.review.record import Chain, Row
from bot.settings import read_settings
from bot.storage.journal import opened_record

_MOST_FAULTS = 50


async def exported(since: str) -> AsyncIterator[Row]:
    """The rows from an instant on. Raises BadInput for what is no instant, SettingsError, StoreError."""
    async with opened_record(read_settings().database_url) as record:
        async for row in record.recorded(_instant(since)):
            yield row


async def verified() -> tuple[int, str, list[str]]:
    """How many rows there are, the hash of the last, and a sentence for each fault, at most 50."""
    chain, count, found = Chain(), 0, list[str]()
    async with opened_record(read_settings().database_url) as record:
        async for row in record.recorded():
            found += chain.faults(row) if len(found) < _MOST_FAULTS else ()
            count += 1
    return count, chain.hash, found


def _instant(text: str) -> str:
    """An instant as the record writes it."""
    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"--since is {text!r}, and should be an instant such as 2026-11-01T00:00Z.") from error
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC).isoformat(timespec="microseconds")
