"""Whom a card speaks of: its noun phrases read back, and asked of a caller."""

from __future__ import annotations

import re

from bot.cedar import Request
from bot.cedar.gateway import IAM_ENTITY

_CALLER = re.compile(r"(?P<iam>IAM )?callers?(?: (?!with )(?P<ids>.+?))?(?: with (?P<claims>.+))?")
_OUTSIDE = r"(?=(?:[^“”]|“[^”]*”)*$)"
_AND, _OR = re.compile(" and " + _OUTSIDE), re.compile(" or " + _OUTSIDE)
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
    if bool(found["iam"]) is not iam or (found["ids"] and request.principal_id not in _listed(found["ids"])):
        return False
    return _claims(found["claims"], request) if found["claims"] else True


def _claims(said: str, request: Request) -> bool | None:
    """`role = lead or intern and a team claim`: all of them; `a role claim or a team claim`: one of them."""
    parts = _AND.split(said)
    if len(parts) == 1 and all(map(_ANY.fullmatch, _OR.split(said))):
        told = [_claim(part, request) for part in _OR.split(said)]
        return None if None in told else any(told)
    told = [_claim(part, request) for part in parts]
    return None if None in told else all(told)


def _claim(said: str, request: Request) -> bool | None:
    if found := _ANY.fullmatch(said):
        return found["name"] in request.tags
    if found := _VALUE.fullmatch(said):
        return request.tags.get(found["name"]) in _listed(found["values"])
    return None


def _listed(values: str) -> list[str]:
    """Values with “or” between them; those of several words are in quotation marks."""
    return [each[1:-1] if each.startswith("“") else each for each in _OR.split(values)]
