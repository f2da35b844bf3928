"""Cedar text from a reading: nodes of cedarpy's tree, printed with no brackets but those that are needed."""

from __future__ import annotations

from collections.abc import Iterable

from cedarpy import pst

from bot.cedar import Gateway
from bot.language.meaning.logic import Logic, expression

_ACTION = pst.EntityType("Action", ("AgentCore",))
_GATEWAY = pst.EntityType("Gateway", ("AgentCore",))
_INFIX = {
    "eq": "==",
    "not_eq": "!=",
    "less": "<",
    "less_eq": "<=",
    "greater": ">",
    "greater_eq": ">=",
    "and": "&&",
    "or": "||",
}
_METHODS = {
    "contains": "contains", "get_tag": "getTag", "has_tag": "hasTag", "decimal_less_than": "lessThan",
    "decimal_less_eq": "lessThanOrEqual", "decimal_greater": "greaterThan", "decimal_greater_eq": "greaterThanOrEqual",
}  # fmt: skip
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
_OR, _AND, _RELATION, _PRIMARY = 1, 2, 3, 4


def statement(
    gateway: Gateway,
    effect: pst.Effect,
    actions: Iterable[str],
    when: Logic | None,
    unless: Logic | None,
    *,
    group: bool = False,
) -> str:
    """One policy. No `actions` is every action; with `group` the one action is a target, and stands for its tools."""
    return printed(policy(gateway, effect, tuple(actions), when, unless, group=group))


def policy(
    gateway: Gateway,
    effect: pst.Effect,
    actions: tuple[str, ...],
    when: Logic | None,
    unless: Logic | None,
    *,
    group: bool,
) -> pst.Template:
    """The policy as a node of Cedar's tree."""
    uids = tuple(pst.EntityUid(_ACTION, action) for action in actions)
    scope: pst.ActionConstraint
    if not uids:
        scope = pst.ScopeAny()
    elif len(uids) == 1 and not group:
        scope = pst.ActionEq(uids[0])
    else:
        scope = pst.ActionIn(uids)
    clauses: list[pst.Clause] = []
    if when is not None:
        clauses.append(pst.When(expression(when)))
    if unless is not None:
        clauses.append(pst.Unless(expression(unless)))
    namespace, _, basename = gateway.principal_type.rpartition("::")
    return pst.Template(
        id="policy0",
        effect=effect,
        principal=pst.ScopeIs(pst.EntityType(basename, tuple(namespace.split("::")))),
        action=scope,
        resource=pst.ScopeEq(pst.EntityUid(_GATEWAY, gateway.arn)),
        clauses=tuple(clauses),
        annotations={},
    )


def printed(template: pst.Template) -> str:
    """The policy as text, laid out as AgentCore's documentation lays policies out."""
    assert isinstance(template.principal, pst.ScopeIs)
    assert isinstance(template.resource, pst.ScopeEq)
    assert isinstance(template.resource.entity, pst.EntityUid)
    lines = [
        f"{template.effect}(",
        f"  principal is {template.principal.entity_type},",
        f"  {_scope(template.action)},",
        f"  resource == {_uid(template.resource.entity)}",
        ")",
    ]
    for clause in template.clauses:
        word = "when" if isinstance(clause, pst.When) else "unless"
        lines += [f"{word} {{", *(f"  {line}" for line in _conjuncts(clause.expr)), "}"]
    return "\n".join(lines) + ";"


def expression_text(logic: Logic) -> str:
    """A condition as Cedar, on one line."""
    return _text(expression(logic), 0)


def _scope(scope: pst.ActionConstraint) -> str:
    match scope:
        case pst.ActionEq(entity):
            return f"action == {_uid(entity)}"
        case pst.ActionIn((entity,)):
            return f"action in {_uid(entity)}"
        case pst.ActionIn(entities):
            return "action in [\n" + ",\n".join(f"    {_uid(entity)}" for entity in entities) + "\n  ]"
        case _:
            return "action"


def _conjuncts(expr: pst.Expr) -> list[str]:
    """A conjunction with one line for each part."""
    parts = _operands("and", expr)
    level = _AND if len(parts) > 1 else 0
    texts = [_text(parts[0], level), *(_text(part, _RELATION) for part in parts[1:])]
    return [text + (" &&" if position < len(texts) - 1 else "") for position, text in enumerate(texts)]


def _operands(op: str, expr: pst.Expr) -> list[pst.Expr]:
    """The operands of a chain that leans to the left, however long."""
    parts: list[pst.Expr] = []
    while isinstance(expr, pst.BinaryOp) and expr.op == op:
        parts.append(expr.right)
        expr = expr.left
    return [expr, *reversed(parts)]


def _text(expr: pst.Expr, level: int) -> str:
    """An expression, in brackets when it binds less tightly than `level` asks."""
    text, own = _bare(expr)
    return f"({text})" if own < level else text


def _bare(expr: pst.Expr) -> tuple[str, int]:
    match expr:
        case pst.BinaryOp(op) if op in {"and", "or"}:
            own = _AND if op == "and" else _OR
            first, *rest = _operands(op, expr)
            return f" {_INFIX[op]} ".join([_text(first, own), *(_text(part, own + 1) for part in rest)]), own
        case pst.BinaryOp(op, left, right) if op in _INFIX:
            return f"{_text(left, _PRIMARY)} {_INFIX[op]} {_text(right, _PRIMARY)}", _RELATION
        case pst.BinaryOp(op, left, right):
            return f"{_text(left, _PRIMARY)}.{_METHODS[op]}({_text(right, 0)})", _PRIMARY
        case pst.UnaryOp("not", arg):
            return f"!({_text(arg, 0)})", _PRIMARY
        case pst.UnaryOp("to_time", arg):
            return f"{_text(arg, _PRIMARY)}.toTime()", _PRIMARY
        case pst.UnaryOp(op, arg):
            return f"{op}({_text(arg, 0)})", _PRIMARY
        case pst.HasAttr(base, (attr,)):
            return f"{_text(base, _PRIMARY)} has {_attribute(attr)}", _RELATION
        case pst.Like(base, pattern):
            return f"{_text(base, _PRIMARY)} like {_pattern(pattern)}", _RELATION
        case _:
            return _leaf(expr), _PRIMARY


def _leaf(expr: pst.Expr) -> str:
    match expr:
        case pst.GetAttr(base, attr):
            return (
                f"{_text(base, _PRIMARY)}.{attr}"
                if attr.isidentifier()
                else f"{_text(base, _PRIMARY)}[{_string(attr)}]"
            )
        case pst.Var(name):
            return name
        case pst.BoolLit(value):
            return "true" if value else "false"
        case pst.LongLit(value):
            return str(value)
        case pst.StringLit(value):
            return _string(value)
        case pst.EntityLit(value):
            return _uid(value)
    raise AssertionError(f"the reader makes no {type(expr).__name__}")


def _attribute(name: str) -> str:
    return name if name.isidentifier() else _string(name)


def _uid(uid: pst.EntityUid) -> str:
    return f"{uid.type}::{_string(uid.id)}"


def _string(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(char, char) for char in text) + '"'


def _pattern(pattern: tuple[pst.PatternElem, ...]) -> str:
    parts = [
        "*" if isinstance(part, pst.Wildcard) else "\\*" if part.value == "*" else _ESCAPES.get(part.value, part.value)
        for part in pattern
    ]
    return '"' + "".join(parts) + '"'
