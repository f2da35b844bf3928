"""What in a policy of governance can be no more than a mistake, although Cedar takes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.cedar.hidden import hidden
from bot.governance.expressions import Expression, entities, parts, path
from bot.governance.facts import ENUMERATED

PLAIN_NAME = re.compile(r'[^\s"\\@<>|]+')
_IDS = {
    "Person": (re.compile(r"[UW][A-Z0-9]+"), "a person's id in Slack, such as U0123ABCD"),
    "Team": (re.compile(r"[TE][A-Z0-9]+"), "a workspace's id in Slack, such as T0123ABCD"),
    "Channel": (re.compile(r"[CDG][A-Z0-9]+"), "a channel's id in Slack, such as C0123ABCD"),
    "Group": (PLAIN_NAME, "a user group's handle without the @, or its id, such as security or S0123ABCD"),
}
_NAMELESS = {
    "Change": "A change has no name to be written: say which with resource.act, resource.widens and the like.",
    "Route": "A route has no name to be written: say which with context.route.gateway and the like.",
}
_REQUESTER = ("resource", "requester")


def wrong_names(named: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is wrong with the ids of entities, given as types and ids."""
    for kind, name in dict.fromkeys(named):
        if kind in _NAMELESS:
            yield _NAMELESS[kind]
        elif kind in _IDS:
            form, wanted = _IDS[kind]
            if not form.fullmatch(name):
                yield f'{kind}::"{name}" names nobody: write {wanted}.'
            elif found := hidden(name):
                yield f'{kind}::"{name}" has a character that is not what it looks like: {found[0].codepoint}.'


def wrong_in_scope(policy: Expression) -> Iterator[str]:
    """What is wrong with what a policy is said to be about."""
    yield from wrong_names(entities(policy))
    principal = policy["principal"]
    named = {**principal, **principal.get("in", {})}.get("entity")
    if principal.get("entity_type") not in (None, "Person"):
        yield f"A principal is a Person, never a {principal['entity_type']}."
    if named and named["type"] not in ("Person", "Group"):
        yield f"A principal is a Person, or is in a Group, never in a {named['type']}."
    elif named and named["type"] == "Group" and principal["op"] == "==":
        yield f'A principal is a Person: write principal in Group::"{named["id"]}".'
    resource = policy["resource"]
    about = resource.get("entity_type") or (resource.get("entity") or {}).get("type")
    if about not in (None, "Change", "Route"):
        yield f"A resource is a Change or a Route, never a {about}."


def wrong_in_conditions(policy: Expression) -> Iterator[str]:
    """What is wrong with the conditions: words that no fact has, and facts that nobody is asked for."""
    for part in parts(policy["conditions"]):
        yield from _unknown_word(part)
        yield from _unasked(part)


def _unknown_word(part: Expression) -> Iterator[str]:
    for left, right in _compared(part):
        named = path(left)
        if len(named) == 2 and named[0] == "resource" and named[1] in ENUMERATED:
            known = ENUMERATED[named[1]]
            if isinstance(right.get("Value"), str) and right["Value"] not in known:
                words = ", ".join(f'"{each}"' for each in known)
                yield f'resource.{named[1]} is never "{right["Value"]}": it is one of {words}.'


def _compared(part: Expression) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """The pairs of values that an expression holds against each other."""
    for operator in ("==", "!="):
        if operator in part:
            left, right = part[operator]["left"], part[operator]["right"]
            yield from ((left, right), (right, left))
    if "contains" in part:
        elements = part["contains"]["left"].get("Set", ())
        yield from ((part["contains"]["right"], element) for element in elements)


def _unasked(part: Expression) -> Iterator[str]:
    """Facts of somebody, or something, who is only named: Cedar would take them for not there."""
    for operator in (".", "has", "in", "is"):
        body = part.get(operator)
        if not isinstance(body, dict) or "left" not in body or (operator == "is" and "in" not in body):
            continue
        named = path(body["left"])
        if named[:2] == _REQUESTER:
            yield "Of the requester only the id is known: compare it, as in resource.requester == principal."
        elif not named:
            yield (
                f"{'What is it in' if operator in ('in', 'is') else 'A fact'} can be asked of principal, resource and "
                "context only, not of something that is named or chosen in the condition."
            )
