"""Callers who stand for all that policies can tell apart, where a record does not say which claims a caller has."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.cedar import Policy, Request, parse_policy
from bot.cedar.dogwood import plain_part
from bot.errors import PolicyError

MOST = 256
"""How many callers stand for all, at most."""
_NOBODY = "somebody else"
_CONNECTIVES = ("&&", "||", "!", "if-then-else")


class Callers:
    """Each claim with every value that the policies name for it, with another one, and left out. Raises PolicyError."""

    def __init__(self, statements: Iterable[str]) -> None:
        self._policies = [parse_policy(plain_part(statement)[0]) for statement in statements]
        self._named: dict[str, _Named] = {}

    def of(self, request: Request) -> list[tuple[dict[str, str], Request]]:
        """Claims, and the request as it is from a caller with them. Raises PolicyError when there are too many."""
        if request.action not in self._named:
            self._named[request.action] = _Named(each for each in self._policies if _covers(each, request.action))
        named = self._named[request.action]
        ids = [request.principal_id] if request.principal_id else [*sorted(named.ids), _NOBODY]
        claims = [name for name in named.values if name != "sub"]
        choices = [[None, *sorted(named.values[name]), _NOBODY] for name in claims]
        count = len(ids)
        for each in choices:
            count *= len(each)
        if count > MOST:
            raise PolicyError(
                f"{request.action}: the policies tell {count:,} kinds of callers apart, more than {MOST}."
            )
        found = []
        for id_, values in itertools.product(ids, itertools.product(*choices)):
            tags = {name: value for name, value in zip(claims, values, strict=True) if value is not None}
            whole = {"sub": id_, **tags} if request.principal_type.endswith("OAuthUser") else {}
            found.append((tags, replace(request, principal_id=id_, tags=whole)))
        return found


def _covers(policy: Policy, action: str) -> bool:
    """Whether a policy's scope may reach an action, by its name, by its target's, or by all of them."""
    names = policy.actions
    return not names or any(name == action or "___" not in name for name in names)


class _Named:
    """The claims that policies ask for, with the texts they compare them with, and the ids of callers they name."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.values: dict[str, set[str]] = {}
        self.ids: set[str] = set()
        for policy in policies:
            self._read(policy.est)

    def _read(self, node: Any) -> None:
        if isinstance(node, list):
            for each in node:
                self._read(each)
        elif isinstance(node, Mapping):
            for operator, operands in node.items():
                self._take(operator, operands)
                self._read(operands)

    def _take(self, operator: str, operands: Any) -> None:
        if operator in ("hasTag", "getTag"):
            self.values.setdefault(_claim(operands["right"]), set())
        if operator not in _CONNECTIVES and isinstance(operands, Mapping | list):
            for claim in _claims_in(operands):
                self.values.setdefault(claim, set()).update(_texts_in(operands) - {claim})
        if operator == "entity" and str(operands.get("type", "")).endswith(("OAuthUser", "IamEntity")):
            self.ids.add(str(operands["id"]))


def _claims_in(node: Any) -> Iterator[str]:
    """The claims that are read in an expression, where it is no condition made of others."""
    if isinstance(node, list):
        for each in node:
            yield from _claims_in(each)
    elif isinstance(node, Mapping):
        for operator, operands in node.items():
            if operator == "getTag":
                yield _claim(operands["right"])
            if operator not in (*_CONNECTIVES, "conditions"):
                yield from _claims_in(operands)


def _texts_in(node: Any) -> set[str]:
    """The texts in an expression; a pattern stands for a text that it matches."""
    if isinstance(node, list):
        return set().union(*map(_texts_in, node))
    if not isinstance(node, Mapping):
        return set()
    if isinstance(node.get("Value"), str):
        return {node["Value"]}
    if "pattern" in node:
        return {"".join(each["Literal"] if isinstance(each, Mapping) else "x" for each in node["pattern"])}
    return set().union(*map(_texts_in, node.values()))


def _claim(node: Mapping[str, Any]) -> str:
    found = node.get("Value")
    if not isinstance(found, str):
        raise PolicyError("A policy asks for a claim whose name it computes.")
    return found
