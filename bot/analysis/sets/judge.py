"""Cedar's own word on concrete requests: which policies match, which end in an error, what is decided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cedarpy

from bot.analysis.model import Model, Uid
from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.policies import Parsed

_FAILED = re.compile(r"while evaluating policy `policy(\d+)`")


class Refused(Exception):
    """Cedar does not take the request: it does not fit the schema."""


@dataclass(frozen=True)
class Verdict:
    """The policies that matched, and those whose evaluation ended in an error, with Cedar's message."""

    matching: frozenset[str]
    errors: Mapping[str, str]

    def allows(self, policies: Mapping[str, Parsed]) -> bool:
        """Cedar's decision rule over a part of the policies judged: some permit and no forbid matches."""
        effects = [policies[name].permits for name in self.matching if name in policies]
        return bool(effects) and all(effects)


class Judge:
    """Evaluates requests against a fixed set of policies, each by itself: the permits apart from the forbids, since
    Cedar names as reasons all matching policies of the effect that decides."""

    def __init__(self, requests: Requests, parts: Sequence[tuple[tuple[str, ...], cedarpy.PolicySet]]) -> None:
        """Each part is the names of policies of one effect, in the order of the handle's ids."""
        self._requests = requests
        self._parts = parts

    def __call__(self, request: Concrete) -> Verdict:
        """Which policies match. Raises Refused."""
        matching: set[str] = set()
        failed: dict[str, str] = {}
        for names, handle in self._parts:
            answer = self._requests.ask(handle, request)
            matching.update(reasons(names, answer))
            failed.update(errors(names, answer))
        return Verdict(frozenset(matching), failed)


def reasons(names: Sequence[str], answer: cedarpy.AuthzResult) -> list[str]:
    """The names of the policies that determine an answer."""
    return sorted(names[int(reason.removeprefix("policy"))] for reason in answer.diagnostics.reasons)


def errors(names: Sequence[str], answer: cedarpy.AuthzResult) -> dict[str, str]:
    """Cedar's messages for the policies whose evaluation ended in an error. Raises Refused for any other error."""
    failed = {}
    for message in answer.diagnostics.errors:
        found = _FAILED.search(message)
        if not found:
            raise Refused(message)
        failed[names[int(found[1])]] = message
    return failed


class Requests:
    """Puts concrete requests to Cedar."""

    def __init__(self, model: Model, schema: cedarpy.Schema) -> None:
        self._model = model
        self._schema = schema

    def ask(self, policies: cedarpy.PolicySet, request: Concrete) -> cedarpy.AuthzResult:
        """Cedar's whole answer. Raises Refused."""
        answer = cedarpy.is_authorized(
            {
                "principal": _uid(request.principal),
                "action": _uid(request.action),
                "resource": _uid(request.resource),
                "context": dict(request.context),
            },
            policies,
            [self._entity(uid, request) for uid in request.entities],
            schema=self._schema,
        )
        if answer.decision == cedarpy.Decision.NoDecision:
            raise Refused("; ".join(answer.diagnostics.errors))
        return answer

    def _entity(self, uid: Uid, request: Concrete) -> dict[str, Any]:
        data = request.entities[uid]
        attributes = dict(data.attributes)
        own = self._model.id_attribute
        if own and own in self._model.entities[uid[0]].attributes.by_name:
            attributes[own] = uid[1]
        entity = {"uid": _uid(uid), "attrs": attributes, "parents": [_uid(parent) for parent in data.parents]}
        if data.tags:
            entity["tags"] = dict(data.tags)
        return entity


def policy_set(statements: Sequence[str]) -> cedarpy.PolicySet:
    """Statements of one policy each, with `policy` and their positions as ids."""
    return cedarpy.PolicySet.from_str("\n".join(statements))


def _uid(uid: Uid) -> dict[str, str]:
    return {"type": uid[0], "id": uid[1]}
