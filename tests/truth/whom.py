"""Whom a card speaks of: its noun phrases read back, and asked of a caller."""

from __future__ import annotations

import re

from bot.cedar import Request
from bot.cedar.gateway import IAM_ENTITY

_CLAIM = re.compile(r"callers with (\w+) = (.+)")


def concerns(whom: str, request: Request) -> bool | None:
    """Whether a caller is one of those; None for a phrase that says less than who it is."""
    if whom.startswith("anyone"):
        return True
    if whom in ("any IAM caller", "IAM callers"):
        return request.principal_type == IAM_ENTITY
    if found := _CLAIM.fullmatch(whom):
        values = re.split(r", | or ", found[2])
        return request.tags.get(found[1]) in [value.strip('“”"') for value in values]
    return None
