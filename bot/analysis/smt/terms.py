"""Formulas over Booleans, integers and strings, built by a factory that shares and simplifies.

A term exists once per factory, so equal terms are the same object. Arguments keep the order in which they were given:
the text of a query depends on the query alone, not on what was asked before, and so does the solver's answer.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

BOOL: Final = "Bool"
INT: Final = "Int"
STRING: Final = "String"
_PAUSE = 64
Constant = bool | int | str
Pattern = tuple[str | None, ...]
"""A `like` pattern: literal texts, and None for `*`."""


class Leaf(NamedTuple):
    """What an uninterpreted function stands for.

    `domain` bounds its values: (least, greatest) for integers, the listed values for strings, () for all. `role` marks
    the functions that axioms speak of: ("member", element type) and ("ancestor", child type, parent type).
    """

    name: str
    domain: tuple[Constant, ...] = ()
    role: tuple[str, ...] = ()


class Term:
    """One node. `payload` is a constant's value, a Leaf, a Pattern, or None."""

    __slots__ = ("args", "key", "op", "payload", "sort")

    def __init__(self, op: str, args: tuple[Term, ...], payload: Constant | Leaf | Pattern | None, sort: str) -> None:
        self.op = op
        self.args = args
        self.payload = payload
        self.sort = sort
        self.key: int = zlib.crc32(
            repr((op, payload, sort, [argument.key for argument in args])).encode(errors="replace")
        )

    def __repr__(self) -> str:
        shown = [repr(self.payload)] if self.payload is not None else []
        return f"{self.op}({', '.join(shown + [repr(argument) for argument in self.args])})"

    @property
    def leaf(self) -> Leaf:
        """What this `app` stands for."""
        assert isinstance(self.payload, Leaf)
        return self.payload

    @property
    def pattern(self) -> Pattern:
        """What this `like` matches."""
        assert isinstance(self.payload, tuple)
        assert not isinstance(self.payload, Leaf)
        return self.payload


class Terms:
    """The factory. One for as long as its terms are used; never cleared in part.

    `pause` is called again and again while terms are made; what it raises ends their making.
    """

    def __init__(self) -> None:
        self._table: dict[tuple[object, ...], Term] = {}
        self._complements: dict[Term, Term] = {}
        self._bounds: dict[Term, tuple[int | None, int | None]] = {}
        self.pause: Callable[[], None] = _go_on
        self.true = self.constant(True)
        self.false = self.constant(False)

    def __len__(self) -> int:
        return len(self._table)

    def _make(self, op: str, args: tuple[Term, ...], payload: Constant | Leaf | Pattern | None, sort: str) -> Term:
        key = (op, payload, sort, args)
        found = self._table.get(key)
        if found is None:
            if not len(self._table) % _PAUSE:
                self.pause()
            found = self._table[key] = Term(op, args, payload, sort)
        return found

    def constant(self, value: Constant) -> Term:
        """A Boolean, an integer or a string."""
        return self._make(
            "const", (), value, BOOL if isinstance(value, bool) else INT if isinstance(value, int) else STRING
        )

    def app(self, leaf: Leaf, sort: str, args: tuple[Term, ...] = ()) -> Term:
        """An uninterpreted function applied; with no arguments, a variable."""
        return self._make("app", args, leaf, sort)

    def negate(self, term: Term) -> Term:
        """The complement, with "not" moved inwards; kept, so that a term and its complement know each other."""
        found = self._complements.get(term)
        if found is None:
            found = self._complements[term] = self._negated(term)
            self._complements.setdefault(found, term)
        return found

    def _negated(self, term: Term) -> Term:
        if term.op == "const":
            return self.constant(not term.payload)
        if term.op == "and":
            return self.any(map(self.negate, term.args))
        if term.op == "or":
            return self.all(map(self.negate, term.args))
        return self._make("not", (term,), None, BOOL)

    def all(self, terms: Iterable[Term]) -> Term:
        """The conjunction."""
        return self._junction("and", "or", terms, self.true, self.false)

    def any(self, terms: Iterable[Term]) -> Term:
        """The disjunction."""
        return self._junction("or", "and", terms, self.false, self.true)

    def _junction(self, op: str, dual: str, terms: Iterable[Term], unit: Term, zero: Term) -> Term:
        kept: dict[Term, None] = {}
        for term in _flatten(op, terms):
            if term is zero or self._complements.get(term) in kept:
                return zero
            if term is not unit:
                kept[term] = None
        if any(term.op == dual for term in kept):
            reduced = [self._reduce(term, dual, kept) for term in kept]
            if reduced != list(kept):
                return self._junction(op, dual, reduced, unit, zero)
        if len(kept) < 2:
            return next(iter(kept), unit)
        return self._make(op, tuple(kept), None, BOOL)

    def _reduce(self, term: Term, dual: str, facts: dict[Term, None]) -> Term:
        """A child of the dual kind with what its siblings already decide taken out."""
        if term.op != dual:
            return term
        if any(part in facts for part in term.args):
            return self.true if dual == "or" else self.false
        kept = [part for part in term.args if self._complements.get(part) not in facts]
        if len(kept) == len(term.args):
            return term
        return self.any(kept) if dual == "or" else self.all(kept)

    def implies(self, left: Term, right: Term) -> Term:
        return self.any((self.negate(left), right))

    def choose(self, condition: Term, yes: Term, no: Term) -> Term:
        """`yes` where the condition holds, else `no`; both of one sort."""
        if condition is self.true or yes is no:
            return yes
        if condition is self.false:
            return no
        if yes.sort == BOOL:
            return self.any((self.all((condition, yes)), self.all((self.negate(condition), no))))
        return self._make("ite", (condition, yes, no), None, yes.sort)

    def equal(self, left: Term, right: Term) -> Term:
        if left is right:
            return self.true
        if left.op == "const" and right.op == "const":
            return self.constant(left.payload == right.payload)
        if left.op == "const" or (
            right.op != "const" and (right.key, repr(right.payload)) < (left.key, repr(left.payload))
        ):
            left, right = right, left
        if right.op == "const" and self._outside(left, right.payload):
            return self.false
        if left.sort == BOOL:
            if right.op == "const":
                return left if right.payload else self.negate(left)
            if self.negate(left) is right:
                return self.false
        return self._make("eq", (left, right), None, BOOL)

    def _outside(self, term: Term, value: object) -> bool:
        if term.sort == INT and isinstance(value, int):
            least, greatest = self.bounds(term)
            return (least is not None and value < least) or (greatest is not None and value > greatest)
        return term.sort == STRING and term.op == "app" and bool(term.leaf.domain) and value not in term.leaf.domain

    def at_most(self, left: Term, right: Term) -> Term:
        """left <= right, integers."""
        if left is right:
            return self.true
        low, high = self.bounds(left), self.bounds(right)
        if low[1] is not None and high[0] is not None and low[1] <= high[0]:
            return self.true
        if low[0] is not None and high[1] is not None and low[0] > high[1]:
            return self.false
        return self._make("le", (left, right), None, BOOL)

    def less(self, left: Term, right: Term) -> Term:
        return self.negate(self.at_most(right, left))

    def add(self, left: Term, right: Term) -> Term:
        if left.op == "const" and right.op == "const":
            return self.constant(_int(left) + _int(right))
        if right.op == "const" and _int(right) == 0:
            return left
        return self._make("add", (left, right), None, INT)

    def multiply(self, left: Term, right: Term) -> Term:
        if left.op == "const" and right.op == "const":
            return self.constant(_int(left) * _int(right))
        return self._make("mul", (left, right), None, INT)

    def subtract(self, left: Term, right: Term) -> Term:
        return self.add(left, self.multiply(self.constant(-1), right))

    def floor_divide(self, term: Term, by: int) -> Term:
        """Rounded down; `by` > 0."""
        if term.op == "const":
            return self.constant(_int(term) // by)
        return self._make("div", (term, self.constant(by)), None, INT)

    def modulo(self, term: Term, by: int) -> Term:
        """From 0 to by - 1; `by` > 0."""
        if term.op == "const":
            return self.constant(_int(term) % by)
        return self._make("mod", (term, self.constant(by)), None, INT)

    def like(self, text: Term, pattern: Pattern) -> Term:
        if None not in pattern:
            return self.equal(text, self.constant("".join(part or "" for part in pattern)))
        if all(part is None for part in pattern):
            return self.true
        if text.op == "const":
            return self.constant(like_matches(str(text.payload), pattern))
        return self._make("like", (text,), pattern, BOOL)

    def exists(self, bound: Term, body: Term) -> Term:
        """Some value of the bound variable makes the body true."""
        return self.false if body is self.false else self._make("exists", (bound, body), None, BOOL)

    def within(self, term: Term, domain: tuple[Constant, ...]) -> Term:
        """The value is one of a leaf's domain."""
        if not domain:
            return self.true
        if term.sort == STRING:
            return self.any(self.equal(term, self.constant(value)) for value in domain)
        least, greatest = domain
        return self.all((self.at_most(self.constant(least), term), self.at_most(term, self.constant(greatest))))

    def in_domain(self, app: Term) -> Term:
        """What a leaf's domain says of it: the one place where it is not taken for granted."""
        if app.sort != INT:
            return self.within(app, app.leaf.domain)
        least, greatest = map(self.constant, app.leaf.domain)
        return self._make(
            "and", tuple(self._make("le", pair, None, BOOL) for pair in ((least, app), (app, greatest))), None, BOOL
        )

    def bounds(self, term: Term) -> tuple[int | None, int | None]:
        """The least and greatest value that an integer term can take, as far as its shape tells."""
        found = self._bounds.get(term)
        if found is None:
            found = self._bounds[term] = self._compute_bounds(term)
        return found

    def _compute_bounds(self, term: Term) -> tuple[int | None, int | None]:
        if term.op == "const":
            return _int(term), _int(term)
        if term.op == "app" and term.leaf.domain:
            least, greatest = term.leaf.domain
            return int(least), int(greatest)
        if term.op == "mod":
            return 0, _int(term.args[1]) - 1
        if term.op not in ("add", "mul", "div", "ite"):
            return None, None
        (low_a, high_a), (low_b, high_b) = (self.bounds(argument) for argument in term.args[-2:])
        if low_a is None or high_a is None or low_b is None or high_b is None:
            return None, None
        if term.op == "ite":
            return min(low_a, low_b), max(high_a, high_b)
        if term.op == "add":
            return low_a + low_b, high_a + high_b
        if term.op == "div":
            return low_a // low_b, high_a // low_b
        products = [a * b for a in (low_a, high_a) for b in (low_b, high_b)]
        return min(products), max(products)

    def substitute(self, term: Term, replaced: Mapping[Term, Term]) -> Term:
        """The term with each replaced sub-term put in its place; the inside of `exists` is left as it is."""
        done: dict[Term, Term] = dict(replaced)
        for part in subterms((term,), into_exists=False, stop=replaced):
            if part not in done:
                args = tuple(done[argument] for argument in part.args) if part.op != "exists" else part.args
                done[part] = part if args == part.args else self._rebuild(part, args)
        return done[term]

    def _rebuild(self, term: Term, args: tuple[Term, ...]) -> Term:
        match term.op:
            case "and":
                return self.all(args)
            case "or":
                return self.any(args)
            case "not":
                return self.negate(args[0])
            case "eq":
                return self.equal(*args)
            case "le":
                return self.at_most(*args)
            case "ite":
                return self.choose(*args)
            case "like":
                return self.like(args[0], term.pattern)
            case _:
                return self._make(term.op, args, term.payload, term.sort)


def subterms(
    roots: Iterable[Term], *, into_exists: bool = True, stop: Mapping[Term, object] | None = None
) -> Iterator[Term]:
    """Every sub-term once, arguments before the terms that use them, in the order of the roots.

    `stop` names terms that are yielded but not entered.
    """
    seen: set[Term] = set()
    for root in roots:
        stack: list[tuple[Term, bool]] = [(root, False)]
        while stack:
            term, entered = stack.pop()
            if entered:
                yield term
                continue
            if term in seen:
                continue
            seen.add(term)
            stack.append((term, True))
            if (term.op != "exists" or into_exists) and not (stop and term in stop):
                stack.extend((argument, False) for argument in reversed(term.args) if argument not in seen)


def like_matches(text: str, pattern: Pattern) -> bool:
    """Cedar's `like`: `*` (None) stands for any text, everything else for itself."""
    parts: list[str] = [""]
    for part in pattern:
        if part is None:
            parts.append("")
        else:
            parts[-1] += part
    if len(parts) == 1:
        return text == parts[0]
    if not text.startswith(parts[0]):
        return False
    position = len(parts[0])
    for part in parts[1:-1]:
        found = text.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return len(text) - len(parts[-1]) >= position and text.endswith(parts[-1])


def _flatten(op: str, terms: Iterable[Term]) -> Iterator[Term]:
    for term in terms:
        if term.op == op:
            yield from term.args
        else:
            yield term


def _go_on() -> None:
    """No end of time."""


def _int(term: Term) -> int:
    assert isinstance(term.payload, int)
    return term.payload
