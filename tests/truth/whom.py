"""Whom a card speaks of: its noun phrases read back, and asked of a caller."""

from __future__ import annotations

import re

from bot.cedar import Request
from bot.cedar.gateway import IAM_ENTITY

_CALLER = re.compile(r"(?P<iam>IAM )?callers?(?: (?!with )(?P<ids>.+?))?(?: with (?P<claims>.+))?")
_VALUE = re.compile(r"(?P<name>\w+) = (?P<values>.+)")
_ANY = re.compile(r"an? (?P<name>\w+) claim")


def concerns(whom: str, request: Request) -> bool | None:
    """Whether a caller is one of those; None for a phrase that says less than who it is."""
    if whom in ("anyone", "possibly anyone"):
        return True
    iam = request.principal_type == IAM_ENTITY
    if whom == "any IAM caller":
        return iam
    found = _CALLER.fullmatch(whom)
    if found is None or "certain" in whom:
        return None
    if bool(found["iam"]) is not iam or (found["ids"] and request.principal_id not in found["ids"].split(" or ")):
        return False
    return _claims(found["claims"], request) if found["claims"] else True


def _claims(said: str, request: Request) -> bool | None:
    """`role = lead or intern and a team claim`: all of them; `a role claim or a team claim`: one of them."""
    parts = said.split(" and ")
    if len(parts) == 1 and " or a" in said:
        told = [_claim(part, request) for part in said.split(" or ")]
        return None if None in told else any(told)
    told = [_claim(part, request) for part in parts]
    return None if None in told else all(told)


def _claim(said: str, request: Request) -> bool | None:
    if found := _ANY.fullmatch(said):
        return found["name"] in request.tags
    if found := _VALUE.fullmatch(said):
        return request.tags.get(found["name"]) in found["values"].split(" or ")
    return None
