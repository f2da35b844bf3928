"""What a change of an engine's policies changes for the callers of a gateway, per principal type and tool."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.analysis.change import Change, Example, Status
from bot.analysis.model import Environment
from bot.analysis.sets.compare import Comparison, Shown
from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.policies import Parsed, readable_policies
from bot.analysis.sets.search import Unknown
from bot.analysis.sets.session import Deadline, Limits, Session, session_for, started
from bot.analysis.unseen import unseen_changes
from bot.analysis.whom import decided_alike, whom_of
from bot.cedar.evaluate import Request
from bot.cedar.policies import digest
from bot.cedar.schema import GatewaySchema

__all__ = ["Change", "Difference", "Example", "difference", "example_json", "example_of", "gateway_request"]


@dataclass(frozen=True)
class Difference:
    """The changes, one for each principal type and tool of the gateway, in the order of the gateway's tools.

    Tools that cannot be analysed at all come last, if the change may concern them.
    """

    changes: tuple[Change, ...]

    @property
    def widens(self) -> bool:
        """Some request becomes allowed."""
        return any(change.newly_allowed for change in self.changes)

    @property
    def narrows(self) -> bool:
        """Some request becomes denied."""
        return any(change.newly_denied for change in self.changes)

    @property
    def changed(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.status == "changed")

    @property
    def not_analysed(self) -> tuple[Change, ...]:
        """The changes that are not, or not wholly, known."""
        return tuple(change for change in self.changes if change.reason)

    @property
    def proved_unchanged(self) -> bool:
        """No request changes, for any principal type and tool."""
        return all(change.status == "unchanged" for change in self.changes)

    def signature(self) -> str:
        """What an approval binds to: a digest, equal for equal policies.

        It covers, for each tool and principal type that changes or is not analysed, the directions of the change and
        the policies that speak of them. A policy that comes or goes elsewhere leaves it as it is.
        """
        return digest(*(part for change in self.changes if change.status != "unchanged" for part in _signed(change)))

    def as_json(self) -> dict[str, Any]:
        """As JSON takes it; `from_json` reads it back."""
        return {
            "widens": self.widens,
            "narrows": self.narrows,
            "signature": self.signature(),
            "changes": [_change_json(change) for change in self.changes],
        }

    @staticmethod
    def from_json(found: Mapping[str, Any]) -> Difference:
        """What `as_json` wrote."""
        return Difference(tuple(_change_from_json(change) for change in found["changes"]))


def difference(
    before: Mapping[str, str], after: Mapping[str, str], schema: GatewaySchema, limits: Limits | Deadline | None = None
) -> Difference:
    """The difference between two policy sets, each from names to statements, over every request to the gateway."""
    session = session_for(schema)
    old, unread_before = readable_policies(before)
    new, unread_after = readable_policies(after)
    unread = "; ".join(dict.fromkeys([*unread_before.values(), *unread_after.values()]))
    comparison = Comparison(session, old, new, started(limits))
    seen = [change_of(comparison, each, unread=unread) for each in environments_of(session, schema)]
    return Difference((*seen, *unseen_changes(comparison, schema)))


def unchanged(schema: GatewaySchema) -> Difference:
    """The difference of what leaves every enforced policy as it is."""
    environments = environments_of(session_for(schema), schema)
    return Difference(tuple(Change(each.principal, each.action[1], "unchanged") for each in environments))


def environments_of(session: Session, schema: GatewaySchema) -> list[Environment]:
    """The request environments of a gateway, in the order of its tools, the usual kind of caller first."""
    order = {tool.action: position for position, tool in enumerate(schema.tools)}
    caller = schema.gateway.principal_type
    return sorted(
        session.model.environments, key=lambda each: (order.get(each.action[1], -1), each.principal != caller)
    )


def change_of(
    comparison: Comparison,
    environment: Environment,
    *,
    unread: str = "",
    least: Mapping[str, Parsed] | None = None,
    most: Mapping[str, Parsed] | None = None,
) -> Change:
    """What changes in one environment.

    `unread` says why nothing is known. `least` and `most` are the policies that allow the least and the most
    afterwards, for whether every call is decided so; both are the comparison's own when not given.
    """
    plain = Change(environment.principal, environment.action[1], "unchanged")
    if unread:
        return replace(plain, status="not analysed", reason=unread, basis=_basis(comparison, environment))
    if not comparison.touches(environment):
        return plain
    found = comparison.of(environment)
    reason = "; ".join(
        dict.fromkeys(part.reason for part in (found.newly_allowed, found.newly_denied) if isinstance(part, Unknown))
    )
    allowed, denied = (_example(part) for part in (found.newly_allowed, found.newly_denied))
    still = found.still_denied
    still_denied = _example(still if still and not (most and comparison.allows(most, still.request)) else None)
    status: Status = "changed" if allowed or denied else "not analysed" if reason else "unchanged"
    shown = found.newly_allowed if allowed else found.newly_denied
    whom, every = "", False
    if isinstance(shown, Shown):
        whom = whom_of(comparison, environment, shown)
        policies = (least if allowed else most) or comparison.after
        every = (
            not still_denied and not (allowed and denied) and decided_alike(comparison, environment, policies, shown)
        )
    return replace(
        plain,
        status=status,
        newly_allowed=allowed,
        newly_denied=denied,
        still_denied=still_denied,
        reason=reason,
        basis="" if status == "unchanged" else _basis(comparison, environment),
        whom=whom,
        every=every,
    )


def _basis(comparison: Comparison, environment: Environment) -> str:
    model = comparison.session.model

    def texts(policies: Mapping[str, Parsed]) -> str:
        return json.dumps(sorted(policy.text for policy in policies.values() if policy.applies(environment, model)))

    return digest(texts(comparison.before), texts(comparison.after))


def _example(found: object) -> Example | None:
    return example_of(found) if isinstance(found, Shown) else None


def example_of(shown: Shown) -> Example:
    """A confirmed request, as people take it."""
    before, after = shown.before, shown.after
    overflows = tuple(dict.fromkeys((*before.overflows, *after.overflows)))
    return Example(
        gateway_request(shown.request), before.allowed, after.allowed, before.reasons, after.reasons, overflows
    )


def gateway_request(concrete: Concrete) -> Request:
    """A request to a gateway, as people and `bot.cedar.evaluate` take it."""
    data = concrete.entities[concrete.principal]
    return Request(
        principal_type=concrete.principal[0],
        principal_id=concrete.principal[1],
        action=concrete.action[1],
        resource=concrete.resource[1],
        inputs=concrete.context.get("input", {}),
        tags=data.tags,
        now=concrete.context["system"]["now"]["__extn"]["arg"],
    )


def _signed(change: Change) -> tuple[str, ...]:
    directions = (bool(change.newly_allowed), bool(change.newly_denied), bool(change.reason))
    return change.principal_type, change.action, change.status, json.dumps(directions), change.basis


_EXAMPLES = ("newly_allowed", "newly_denied", "still_denied")


def _change_json(change: Change) -> dict[str, Any]:
    body: dict[str, Any] = {
        "principalType": change.principal_type,
        "action": change.action,
        "status": change.status,
        "reason": change.reason,
        "basis": change.basis,
        "whom": change.whom,
        "every": change.every,
        "possible": change.possible,
    }
    for name in _EXAMPLES:
        example: Example | None = getattr(change, name)
        body[name] = example_json(example) if example else None
    return body


def _change_from_json(body: Mapping[str, Any]) -> Change:
    examples = {name: _example_from_json(body[name]) for name in _EXAMPLES if body[name]}
    return Change(
        body["principalType"],
        body["action"],
        body["status"],
        reason=body["reason"],
        basis=body["basis"],
        whom=body.get("whom", ""),
        every=body.get("every", False),
        possible=body.get("possible", False),
        **examples,
    )


def example_json(example: Example) -> dict[str, Any]:
    """An example as JSON takes it."""
    request = example.request
    return {
        "principalType": request.principal_type,
        "principalId": request.principal_id,
        "action": request.action,
        "resource": request.resource,
        "inputs": dict(request.inputs),
        "tags": dict(request.tags),
        "now": request.now,
        "allowedBefore": example.allowed_before,
        "allowedAfter": example.allowed_after,
        "reasonsBefore": list(example.reasons_before),
        "reasonsAfter": list(example.reasons_after),
        "overflows": list(example.overflows),
    }


def _example_from_json(body: Mapping[str, Any]) -> Example:
    return Example(
        Request(
            body["principalType"],
            body["principalId"],
            body["action"],
            body["resource"],
            body["inputs"],
            body["tags"],
            body["now"],
        ),
        body["allowedBefore"],
        body["allowedAfter"],
        tuple(body["reasonsBefore"]),
        tuple(body["reasonsAfter"]),
        tuple(body.get("overflows", ())),
    )
