"""What is decided otherwise when the tools of a gateway are others: a difference across two schemas.

A request that fits both schemas is decided by the policies alone. What only the new schema takes could not be asked
before, and what only the old one took cannot be any more, so each side forbids what the other side's tools do not take:
a condition on the input's shape, which Cedar can say exactly. Where it cannot, nothing is claimed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.analysis.change import Change, Example
from bot.analysis.difference import Difference, difference
from bot.analysis.model import RecordType, SetType, Type, gateway_model
from bot.analysis.sets.policies import Parsed, readable_policies
from bot.analysis.sets.session import Deadline, Limits, started
from bot.analysis.unseen import Unseen
from bot.cedar.gateway import IAM_ENTITY, OAUTH_USER
from bot.cedar.policies import digest
from bot.cedar.schema import GatewaySchema

_NEVER, _ALWAYS = "false", "true"
_GUARD = "the tool as it was or is"
"""The name under which a shape is forbidden; no policy of an engine has blanks in its name."""
_OTHERWISE = "the input that it takes now and the one before cannot be told apart in Cedar"


def retooled(
    before: Mapping[str, str],
    after: Mapping[str, str],
    then: GatewaySchema,
    now: GatewaySchema,
    limits: Limits | Deadline | None = None,
) -> Difference:
    """The difference between policies on a gateway as it was and policies on it as it is, each from names to
    statements. A tool that came has nothing before, one that is gone nothing after; of one whose input changed what
    becomes allowed is asked with the new input, and what becomes denied with the old one."""
    deadline = started(limits)
    came, doubts = _guards(now, then)
    went, more = _guards(then, now)
    opened = difference({**before, **came}, after, now, deadline)
    closed = difference(before, {**after, **went}, then, deadline)
    lost = {(each.principal_type, each.action): each for each in closed.changes if _guard(each.action) in went}
    found = [_both(each, lost.pop((each.principal_type, each.action), None)) for each in opened.changes]
    doubts |= {action: why for action, why in more.items() if action not in doubts}
    parsed, unread = readable_policies({**{f"{name} before": text for name, text in before.items()}, **after})
    doubts = {action: why for action, why in doubts.items() if unread or _spoken(parsed.values(), action)}
    sure = [_plain(each) for each in (*found, *lost.values()) if each.action not in doubts]
    unsure = [_doubted(principal, *each) for each in doubts.items() for principal in (OAUTH_USER, IAM_ENTITY)]
    return Difference((*sure, *unsure))


def _guards(tools: GatewaySchema, others: GatewaySchema) -> tuple[dict[str, str], dict[str, str]]:
    """Forbids what `tools` take and `others` do not, by name; and the tools of which that cannot be said, with why."""
    ours, theirs = _inputs(tools), _inputs(others)
    guards: dict[str, str] = {}
    doubts = {
        action: why
        for action, why in tools.skipped.items()
        if tools.gateway.tool(action) != others.gateway.tool(action)
    }
    for action, shape in ours.items():
        if why := others.skipped.get(action) or _unseen(others, action):
            doubts[action] = why
            continue
        fits = _fits(shape, theirs[action], "context.input") if action in theirs else _NEVER
        if fits is None:
            doubts[action] = _OTHERWISE
        elif fits != _ALWAYS:
            scope = f"principal, action == AgentCore::Action::{json.dumps(action, ensure_ascii=False)}, resource"
            guards[_guard(action)] = f"forbid({scope}) unless {{ {fits} }};"
    return guards, doubts


def _unseen(schema: GatewaySchema, action: str) -> str:
    """Why a tool cannot be seen there, if it is one; empty where it can."""
    return next((each.unreadable for each in schema.gateway.targets if each.may_hide(action)), "")


def _guard(action: str) -> str:
    return f"{_GUARD}: {action}"


def _spoken(policies: Iterable[Parsed], action: str) -> bool:
    """Whether some policy may speak of a tool; if none does, every call of it is denied, whatever it takes."""
    return any(map(Unseen(action.partition("___")[0], action).may_be_in, policies))


def _inputs(schema: GatewaySchema) -> dict[str, RecordType]:
    """The input of each tool that Cedar can express."""
    found: dict[str, RecordType] = {}
    for each in gateway_model(schema).environments:
        attribute = each.context.by_name.get("input")
        if attribute is not None and isinstance(attribute.type, RecordType):
            found[each.action[1]] = attribute.type
    return found


def _fits(shape: RecordType, other: RecordType, at: str) -> str | None:
    """A condition on a value of `shape` that holds exactly when it is one of `other` too; None where none is exact."""
    parts: list[str] = []
    for name, attribute in shape.attributes:
        has, there = f"{at} has {_text(name)}", f"{at}[{_text(name)}]"
        match = other.by_name.get(name)
        inner = _of_type(attribute.type, match.type, there) if match is not None else _NEVER
        if inner is None or not name.isprintable():
            return None
        if attribute.required:
            part = inner
        elif match is not None and match.required:
            part = f"({has} && {inner})"
        elif inner == _ALWAYS:
            continue
        else:
            part = f"(!({has}) || {inner})"
        if part == _NEVER:
            return _NEVER
        if part != _ALWAYS:
            parts.append(part)
    if any(each.required and name not in shape.by_name for name, each in other.attributes):
        return _NEVER
    return " && ".join(parts) or _ALWAYS


def _of_type(one: Type, other: Type, at: str) -> str | None:
    """The same for a value of one type; None where two types have values that arrive as the same JSON."""
    if one == other:
        return _ALWAYS
    if isinstance(one, RecordType) and isinstance(other, RecordType):
        return _fits(one, other, at)
    return None if _arrives(one) == _arrives(other) else _NEVER


def _arrives(found: Type) -> str:
    """How a value of a type comes in a call: the kinds of JSON are told apart, the texts of one kind are not."""
    if isinstance(found, RecordType):
        return "object"
    if isinstance(found, SetType):
        return "array"
    return {"Bool": "boolean", "Long": "number", "decimal": "number"}.get(found.name, "text")


def _text(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _both(opened: Change, closed: Change | None) -> Change:
    """One change of a tool: what the new input opens, and what the old one loses."""
    if closed is None or closed.status == "unchanged":
        return opened
    if opened.status == "unchanged":
        return closed
    shown = opened if opened.newly_allowed else closed
    reasons = "; ".join(dict.fromkeys(filter(None, (opened.reason, closed.reason))))
    changed = bool(opened.newly_allowed or closed.newly_denied)
    return replace(
        shown,
        status="changed" if changed else "not analysed",
        newly_allowed=opened.newly_allowed,
        newly_denied=closed.newly_denied,
        reason=reasons,
        basis=digest(opened.basis, closed.basis),
        every=shown.every and not (opened.newly_allowed and closed.newly_denied),
    )


def _doubted(principal: str, action: str, why: str) -> Change:
    """Of a tool whose old and new inputs cannot be compared nothing is shown."""
    return Change(principal, action, "not analysed", reason=why, basis=digest(action, why))


def _plain(change: Change) -> Change:
    """Without the guards among the policies that decide an example."""
    return replace(
        change,
        newly_allowed=_without(change.newly_allowed),
        newly_denied=_without(change.newly_denied),
        still_denied=_without(change.still_denied),
    )


def _without(example: Example | None) -> Example | None:
    if example is None:
        return None
    return replace(
        example,
        reasons_before=tuple(_named(example.reasons_before)),
        reasons_after=tuple(_named(example.reasons_after)),
    )


def _named(reasons: tuple[str, ...]) -> Iterator[str]:
    return (each for each in reasons if not each.startswith(_GUARD))
