"""The nodes of a policy's logic, and how each kind of Cedar expression becomes one.

Negation is pushed into the leaves (`!(x < y)` is `x >= y`); an expression that has no leaf of its own stays whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

Est: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Constant:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True)
class Has:
    """An input, named by its path below `context`, is given; or, at whatever level, is missing."""

    path: tuple[str, ...]
    positive: bool = True


@dataclass(frozen=True)
class HasClaim:
    """A claim of the caller is present, or absent."""

    key: str
    positive: bool = True


@dataclass(frozen=True)
class Claim:
    """A claim that is present and `is` one of the values, is `like` a pattern, or has a `word`; or not so, or absent.

    A key of None is the caller's id.
    """

    key: str | None
    test: str
    values: tuple[str, ...]
    positive: bool = True


@dataclass(frozen=True)
class Compare:
    """Two terms under one of `< <= > >= == !=`."""

    left: Est
    sign: str
    right: Est


@dataclass(frozen=True)
class OneOf:
    """A term equals one of some literals, or none of them."""

    left: Est
    values: tuple[Est, ...]
    positive: bool = True


@dataclass(frozen=True)
class Between:
    """A term lies between two literals, both included.

    A time of day may pass midnight; an instant ends before `high`.
    """

    left: Est
    low: Est
    high: Est


@dataclass(frozen=True)
class Like:
    """A term matches a pattern: literal texts with None for each wildcard."""

    left: Est
    pattern: tuple[str | None, ...]
    positive: bool = True


@dataclass(frozen=True)
class Contains:
    """A set has a member."""

    left: Est
    value: Est
    positive: bool = True


@dataclass(frozen=True)
class Opaque:
    """An expression that has no idiomatic phrase."""

    expression: Est
    positive: bool = True


@dataclass(frozen=True)
class And:
    """All parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """One of the parts holds."""

    parts: tuple[Node, ...]


Leaf: TypeAlias = Constant | Has | HasClaim | Claim | Compare | OneOf | Between | Like | Contains | Opaque
Node: TypeAlias = Leaf | And | Or

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
DECIMAL_SIGNS = {"lessThan": "<", "lessThanOrEqual": "<=", "greaterThan": ">", "greaterThanOrEqual": ">="}
LITERALS = ("Value", "decimal", "datetime", "duration", "ip")


def is_literal(term: Est) -> bool:
    """True for a literal value, of an extension type too."""
    kind = next(iter(term))
    return kind == "Value" or (kind in LITERALS and len(term[kind]) == 1 and "Value" in term[kind][0])


def input_path(term: Est) -> tuple[str, ...] | None:
    """`("input", "order", "total")` for `context.input.order.total`, None for any other term."""
    path: list[str] = []
    while "." in term:
        path.insert(0, term["."]["attr"])
        term = term["."]["left"]
    return tuple(path) if term == {"Var": "context"} and path[:1] == ["input"] else None


def normal(expression: Est, positive: bool) -> Node:
    """The tree of an expression, or of its negation, just as it is written."""
    kind, body = next(iter(expression.items()))
    if kind == "!":
        return normal(body["arg"], not positive)
    if kind in ("&&", "||"):
        junction = And if (kind == "&&") == positive else Or
        return joined(junction, (normal(operand, positive) for operand in _operands(expression, kind)))
    if kind == "if-then-else" and "if-then-else" not in str(body["if"]):
        chosen = (And((normal(body["if"], way == "then"), normal(body[way], positive))) for way in ("then", "else"))
        return joined(Or, chosen)
    found = next((leaf for read in _LEAVES if (leaf := read(kind, body))), Opaque(expression))
    return found if positive else _negated(found)


def _operands(expression: Est, kind: str) -> list[Est]:
    """The operands of a chain of one operator, in order; chains are long to the left."""
    found = []
    while kind in expression:
        found.append(expression[kind]["right"])
        expression = expression[kind]["left"]
    return [expression, *reversed(found)]


def _negated(node: Node) -> Node:
    if isinstance(node, And | Or):
        return joined(Or if isinstance(node, And) else And, map(_negated, node.parts))
    if isinstance(node, Constant):
        return Constant(not node.value)
    if isinstance(node, Compare):
        if isinstance(node.right.get("Value"), bool):
            return replace(node, right={"Value": not node.right["Value"]})
        return replace(node, sign=OPPOSITE[node.sign])
    assert not isinstance(node, Between)
    return replace(node, positive=not node.positive)


def joined(junction: type[And] | type[Or], parts: Iterable[Node]) -> Node:
    """One flat `And` or `Or`, without the constants that change nothing and without repeats."""
    neutral, flat = Constant(junction is And), []
    for part in parts:
        for one in part.parts if isinstance(part, junction) else (part,):
            if one != neutral and one not in flat:
                flat.append(one)
    if not flat:
        return neutral
    return flat[0] if len(flat) == 1 else junction(tuple(flat))


# Leaves: each function reads one kind of expression or answers None.


def _constant(kind: str, body: Any) -> Node | None:
    return Constant(body) if kind == "Value" and isinstance(body, bool) else None


def _presence(kind: str, body: Any) -> Node | None:
    if kind == "has":
        path = input_path({".": body})
        return Has(path) if path else None
    if kind == "hasTag" and body["left"] == {"Var": "principal"} and isinstance(body["right"].get("Value"), str):
        return HasClaim(body["right"]["Value"])
    return None


def _flag(kind: str, body: Any) -> Node | None:
    return Compare({kind: body}, "==", {"Value": True}) if input_path({kind: body}) else None


def _comparison(kind: str, body: Any) -> Node | None:
    if kind in DECIMAL_SIGNS and len(body) == 2:
        left, sign, right = body[0], DECIMAL_SIGNS[kind], body[1]
    elif kind in OPPOSITE:
        left, sign, right = body["left"], kind, body["right"]
    else:
        return None
    if is_literal(left) and not is_literal(right):
        left, sign, right = right, MIRRORED[sign], left
    if sign in ("==", "!=") and isinstance(right.get("Value"), bool):
        return Compare(left, "==", {"Value": right["Value"] == (sign == "==")})
    if sign in ("==", "!=") and is_literal(right):
        return replace(_one_of(left, [right]), positive=sign == "==")
    return Compare(left, sign, right)


def _one_of(left: Est, values: Sequence[Est]) -> Claim | OneOf:
    texts = [value["Value"] for value in values if isinstance(value.get("Value"), str)]
    if (key := _claim(left)) and len(texts) == len(values):
        return Claim(key[0], "is", tuple(texts))
    return OneOf(left, tuple(values))


def _match(kind: str, body: Any) -> Node | None:
    if kind != "like":
        return None
    pattern: list[str | None] = []
    for part in body["pattern"]:
        if isinstance(part, str):
            pattern.append(None)
        elif pattern and pattern[-1] is not None:
            pattern[-1] += part["Literal"]
        else:
            pattern.append(part["Literal"])
    if key := _claim(body["left"]):
        return Claim(key[0], "like", (pattern_text(pattern),))
    return Like(body["left"], tuple(pattern))


def pattern_text(pattern: Sequence[str | None]) -> str:
    """A pattern as Cedar writes it: `*` for a wildcard, a literal star and backslash escaped."""
    return "".join("*" if part is None else part.replace("\\", "\\\\").replace("*", "\\*") for part in pattern)


def _membership(kind: str, body: Any) -> Node | None:
    if kind == "contains":
        members = body["left"].get("Set")
        if members and all(map(is_literal, members)):
            return _one_of(body["right"], members)
        return Contains(body["left"], body["right"]) if input_path(body["left"]) else None
    if kind in ("containsAny", "containsAll") and input_path(body["left"]) and body["right"].get("Set"):
        members = [Contains(body["left"], member) for member in body["right"]["Set"]]
        return joined(Or if kind == "containsAny" else And, members)
    return None


_LEAVES: tuple[Callable[[str, Any], Node | None], ...] = (
    _constant,
    _presence,
    _flag,
    _comparison,
    _match,
    _membership,
)


def _claim(term: Est) -> tuple[str | None] | None:
    """The key of `principal.getTag("key")` in a tuple, None in a tuple for `principal.id`, else None."""
    if term == {".": {"left": {"Var": "principal"}, "attr": "id"}}:
        return (None,)
    tag = term.get("getTag")
    if tag and tag["left"] == {"Var": "principal"} and isinstance(tag["right"].get("Value"), str):
        return (tag["right"]["Value"],)
    return None
