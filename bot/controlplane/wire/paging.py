"""Opaque page tokens. A token names the last row that was given, so pages stay right while rows come and go."""

from __future__ import annotations

import base64
import binascii
import hashlib

from bot.controlplane.wire.faults import Violation, invalid

_SEAL = 8


def page_token(scope: str, after: int) -> str:
    """A token for the page of a list (`scope` says which list) that follows the row number `after`."""
    row = after.to_bytes(8, "big")
    return base64.urlsafe_b64encode(row + _seal(scope, row)).rstrip(b"=").decode()


def page_start(scope: str, token: str | None) -> int:
    """The row number after which a page starts. Raises ValidationException for a token that this list did not give."""
    if token is None:
        return 0
    try:
        found = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        found = b""
    row, seal = found[:8], found[8:]
    if len(row) != 8 or seal != _seal(scope, row):
        message = "Value at '/nextToken' failed to satisfy constraint: Member must be a token that this list returned"
        raise invalid([Violation("/nextToken", message)])
    return int.from_bytes(row, "big")


def _seal(scope: str, row: bytes) -> bytes:
    return hashlib.sha256(scope.encode() + b"\0" + row).digest()[:_SEAL]
