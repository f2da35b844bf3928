"""Conditions in Cedar's JSON form: what they mention, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Expression = Mapping[str, Any]


def parts(expression: Any, skip: tuple[str, ...] = ()) -> Iterator[Expression]:
    """An expression and every expression in it, without the operators to `skip` and what they are applied to."""
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(reversed(part))
        elif isinstance(part, dict):
            yield part
            if "Value" not in part and not part.keys() & set(skip):
                waiting.extend(reversed(list(part.values())))


def path(expression: Any) -> tuple[str, ...]:
    """`("resource", "requester")` of `resource.requester`; empty for what is not an attribute of a variable."""
    names: list[str] = []
    while isinstance(expression, dict) and "." in expression:
        names.insert(0, expression["."]["attr"])
        expression = expression["."]["left"]
    if isinstance(expression, dict) and "Var" in expression:
        return (expression["Var"], *names)
    return ()


def mentions(expression: Any, variable: str) -> bool:
    """Whether a variable of the request stands in it."""
    return any(part.get("Var") == variable for part in parts(expression))


def entities(policy: Expression) -> Iterator[tuple[str, str]]:
    """The type and the id of each entity that a policy names, in its scope and in its conditions."""
    for variable in ("principal", "action", "resource"):
        scope = policy[variable]
        scope = {**scope, **scope.get("in", {})}
        for named in (scope.get("entity"), *scope.get("entities", ())):
            if named:
                yield named["type"], named["id"]
    yield from _literals(policy["conditions"])


def whom(policy: Expression) -> Iterator[tuple[str, str]]:
    """The people and groups that a policy is for by name: in its scope and its `when` clauses, unless negated."""
    principal = policy["principal"]
    scope = {**principal, **principal.get("in", {})}.get("entity")
    if scope:
        yield scope["type"], scope["id"]
    for clause in clauses(policy):
        if clause["kind"] == "when" and mentions(clause["body"], "principal"):
            yield from _literals(clause["body"], skip=("!", "!="))


def _literals(expression: Any, skip: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for part in parts(expression, skip):
        value = part.get("Value")
        if isinstance(value, dict) and "__entity" in value:
            yield value["__entity"]["type"], value["__entity"]["id"]


def clauses(policy: Expression) -> Iterator[Expression]:
    """The conditions of a policy taken apart: `when { a && b }` is `when { a } when { b }`, and `unless { a || b }` is
    `unless { a } unless { b }`, errors included."""
    for condition in policy["conditions"]:
        joint = "&&" if condition["kind"] == "when" else "||"
        for body in _operands(condition["body"], joint):
            yield {"kind": condition["kind"], "body": body}


def _operands(expression: Any, operator: str) -> Iterator[Any]:
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict) and operator in part:
            waiting += [part[operator]["right"], part[operator]["left"]]
        else:
            yield part


def about_the_change(policy: Expression) -> dict[str, Any]:
    """The policy without whatever it says of the person: it matches the changes that the policy applies to."""
    return {
        "effect": policy["effect"],
        "principal": {"op": "All"},
        "action": policy["action"],
        "resource": policy["resource"],
        "conditions": [clause for clause in clauses(policy) if not mentions(clause["body"], "principal")],
    }


def mixed(policy: Expression) -> bool:
    """Whether one clause asks about the person and about the change together, so that it cannot be taken apart.

    That the person is, or is not, the requester is such a question too, but one about the person.
    """
    return any(
        mentions(clause["body"], "principal") and any(map(_of_the_change, parts(clause["body"])))
        for clause in clauses(policy)
    )


def _of_the_change(part: Expression) -> bool:
    named = path(part)
    return len(named) > 1 and named[0] in ("resource", "context") and named[:2] != ("resource", "requester")
