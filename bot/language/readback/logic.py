"""The conditions of a policy as a logic tree without negations inside: what a read-back says, before any word of it.

Presence guards that a test implies are absorbed (`has x && x == "a"` is one test of x), and tests of one value are
gathered (`==` in an `or`, two bounds in an `and`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.language.readback.nodes import (
    And,
    Between,
    Claim,
    Compare,
    Contains,
    Est,
    Has,
    HasClaim,
    Like,
    Node,
    OneOf,
    Or,
    input_path,
    is_literal,
    joined,
    normal,
    pattern_text,
)
from bot.language.readback.times import DAY, is_now, is_time_of_day, milliseconds


def logic_of(expression: Est, *, positive: bool = True) -> Node:
    """The tree of an expression, or of its negation."""
    return _gathered(_settled(normal(expression, positive)))


def conjunction(parts: Iterable[Node]) -> Node:
    """All of the parts as one tree."""
    return _gathered(_settled(joined(And, parts)))


# Guards: a presence test goes where another part says as much.


def _settled(node: Node) -> Node:
    if not isinstance(node, And | Or):
        return node
    node = joined(type(node), map(_settled, node.parts))
    if not isinstance(node, And | Or):
        return node
    said = _implies if isinstance(node, And) else _covers
    guards = [part for part in node.parts if isinstance(part, Has | HasClaim)]
    needless = [guard for guard in guards if any(said(part, guard) for part in node.parts if part is not guard)]
    return joined(type(node), (part for part in node.parts if part not in needless))


def _implies(node: Node, guard: Node) -> bool:
    """True when `node` cannot hold without the input or claim whose presence `guard` asks for."""
    if isinstance(node, And | Or):
        return (any if isinstance(node, And) else all)(_implies(part, guard) for part in node.parts)
    if isinstance(guard, HasClaim) and guard.positive:
        return isinstance(node, Claim) and node.positive and node.key == guard.key
    if not isinstance(guard, Has) or not guard.positive:
        return False
    if isinstance(node, Has):
        return node.positive and node.path[: len(guard.path)] == guard.path and node != guard
    return any(path[: len(guard.path)] == guard.path for path in _tested(node))


def _covers(node: Node, guard: Node) -> bool:
    """True when `node` holds wherever the input or claim whose absence `guard` asks for is absent."""
    if isinstance(node, And | Or):
        return (all if isinstance(node, And) else any)(_covers(part, guard) for part in node.parts)
    if isinstance(guard, HasClaim) and not guard.positive:
        return isinstance(node, Claim) and not node.positive and node.key == guard.key
    if isinstance(guard, Has) and not guard.positive and isinstance(node, Has) and not node.positive:
        return node != guard and node.path[: len(guard.path)] == guard.path
    return False


def _tested(node: Node) -> list[tuple[str, ...]]:
    """The paths of the inputs whose value a leaf tests."""
    if isinstance(node, Compare):
        terms = [node.left, node.right]
    elif isinstance(node, OneOf | Between | Like | Contains):
        terms = [node.left]
    else:
        terms = []
    return [path for path in map(input_path, terms) if path]


# Gathering: several tests of one value become one leaf.


def _gathered(node: Node) -> Node:
    if not isinstance(node, And | Or):
        return node
    merge = _both if isinstance(node, And) else _either
    found: list[Node] = []
    for part in _with_words([_gathered(part) for part in node.parts], positive=isinstance(node, Or)):
        for i, earlier in enumerate(found):
            if (merged := merge(earlier, part)) is not None:
                found[i] = merged
                break
        else:
            found.append(part)
    return joined(type(node), found)


def _both(one: Node, two: Node) -> Node | None:
    if isinstance(one, Compare) and isinstance(two, Compare) and one.left == two.left:
        bounds = {leaf.sign: leaf.right for leaf in (one, two)}
        low, high = bounds.get(">="), bounds.get("<" if is_now(one.left) else "<=")
        if low and high and _ordered(one.left, low, high):
            return Between(one.left, low, high)
    return _same_value(one, two, positive=False)


def _either(one: Node, two: Node) -> Node | None:
    if isinstance(one, Compare) and isinstance(two, Compare) and one.left == two.left and is_time_of_day(one.left):
        bounds = {leaf.sign: leaf.right for leaf in (one, two)}
        low, high = bounds.get(">="), bounds.get("<=")
        if low and high and _ordered(one.left, high, low):
            return Between(one.left, low, high)
    return _same_value(one, two, positive=True)


def _ordered(left: Est, low: Est, high: Est) -> bool:
    """True for bounds that a phrase with "between" or "from … to …" tells exactly."""
    if not (is_literal(low) and is_literal(high) and low.keys() == high.keys()):
        return False
    if "Value" in low or "decimal" in low:
        ends = [Decimal(bound["Value"] if "Value" in bound else bound["decimal"][0]["Value"]) for bound in (low, high)]
        return ends[0] <= ends[1]
    first, last = milliseconds(low), milliseconds(high)
    if first is None or last is None or first >= last:
        return False
    return is_time_of_day(left) or (is_now(left) and first % DAY == last % DAY == 0)


def _same_value(one: Node, two: Node, *, positive: bool) -> Node | None:
    """`x == a || x == b` as one leaf, and `x != a && x != b`."""
    if isinstance(one, OneOf) and isinstance(two, OneOf) and one.positive == two.positive == positive:
        if one.left == two.left:
            return replace(one, values=_union(one.values, two.values))
    elif isinstance(one, Claim) and isinstance(two, Claim) and one.positive == two.positive == positive:
        same = (one.key, one.test) == (two.key, two.test) and one.test != "like"
        return replace(one, values=_union(one.values, two.values)) if same else None
    return None


def _union(one: tuple[Any, ...], two: tuple[Any, ...]) -> tuple[Any, ...]:
    return one + tuple(value for value in two if value not in one)


def _with_words(parts: Sequence[Node], *, positive: bool) -> list[Node]:
    """The four tests by which a claim has a word (alone, first, last, in the middle) as one leaf."""
    found = list(parts)
    for part in parts:
        if not isinstance(part, Claim) or (part.test, part.positive, len(part.values)) != ("is", positive, 1):
            continue
        text = pattern_text(part.values)
        around = [replace(part, test="like", values=(p,)) for p in (f"{text} *", f"* {text}", f"* {text} *")]
        if all(pattern in found for pattern in around):
            found[found.index(part)] = replace(part, test="word")
            found = [one for one in found if one not in around]
    return found
