"""Symbolic Cedar values of statically known type, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.analysis.model import TEXT, Attribute, EntityType, Model, RecordType, ScalarType, SetType, Type
from bot.analysis.smt.literals import IP_MAX, LONG_MAX, LONG_MIN
from bot.analysis.smt.terms import BOOL, INT, STRING, Constant, Leaf, Term, Terms

_SORTS = {"Bool": BOOL, "String": STRING}


class Unsupported(Exception):
    """A construct that the analysis does not model. The message names it."""


class TimeIsUp(Unsupported):
    """The time for a review ended while its formulas were built."""


@dataclass(frozen=True)
class Scalar:
    """A Boolean, number, string, instant, address, or the id of an entity: one term."""

    type: ScalarType | EntityType
    term: Term


@dataclass(frozen=True)
class Record:
    """A record: for each attribute that it may have, when it is there and its value."""

    attributes: Mapping[str, tuple[Term, Value]]


@dataclass(frozen=True)
class SymbolicSet:
    """A set known only by what it contains: membership is the function `name` over `args` and the element."""

    element: Type
    name: str
    args: tuple[Term, ...]


@dataclass(frozen=True)
class SetValue:
    """The union of pieces, each an element or a symbolic set, and when it belongs."""

    pieces: tuple[tuple[Term, Value | SymbolicSet], ...]

    @cached_property
    def constants(self) -> frozenset[tuple[ScalarType | EntityType, Term]]:
        """The known elements that always belong."""
        return frozenset((piece.type, piece.term) for _, piece in self.pieces if isinstance(piece, Scalar)) - {
            (piece.type, piece.term) for _, piece in self.others if isinstance(piece, Scalar)
        }

    @cached_property
    def others(self) -> tuple[tuple[Term, Value | SymbolicSet], ...]:
        """The pieces that are not known, or belong only at times."""
        return tuple(
            (guard, piece)
            for guard, piece in self.pieces
            if not isinstance(piece, Scalar) or piece.term.op != "const" or guard.op != "const"
        )


Value = Scalar | Record | SetValue


class Fields(Mapping[str, tuple[Term, "Value"]]):
    """A record's attributes, made when first asked for."""

    def __init__(self, names: tuple[str, ...], make: Callable[[str], tuple[Term, Value]]) -> None:
        self._names = names
        self._make = make
        self._made: dict[str, tuple[Term, Value]] = {}

    def __getitem__(self, name: str) -> tuple[Term, Value]:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def sort_of(kind: ScalarType | EntityType) -> str:
    """The sort of the term that stands for a scalar."""
    return STRING if isinstance(kind, EntityType) else _SORTS.get(kind.name, INT)


def domain_of(model: Model, kind: Type) -> tuple[Constant, ...]:
    """What a scalar's term ranges over, as a Leaf has it."""
    if isinstance(kind, EntityType):
        shape = model.entities.get(kind.name)
        return shape.members if shape else ()
    if not isinstance(kind, ScalarType) or kind.name in _SORTS:
        return ()
    if kind.name == "datetime":
        return model.instants
    return (0, IP_MAX) if kind.name == "ipaddr" else (LONG_MIN, LONG_MAX)


def part_name(name: str, attribute: str) -> str:
    """The name of the function that stands for an attribute of what `name` stands for."""
    return f"{name}.{attribute}" if attribute.isidentifier() else f"{name}[{attribute!r}]"


class Values:
    """Makes symbolic values and compares them."""

    def __init__(self, terms: Terms, model: Model) -> None:
        self.terms = terms
        self.model = model

    def symbolic(self, kind: Type, name: str, args: tuple[Term, ...] = ()) -> Value:
        """An unknown value: the function `name` over `args`."""
        if isinstance(kind, RecordType):
            by_name = kind.by_name
            return Record(
                Fields(tuple(by_name), lambda part: self.attribute(by_name[part], part_name(name, part), args))
            )
        if isinstance(kind, SetType):
            return SetValue(((self.terms.true, SymbolicSet(kind.element, name, args)),))
        return Scalar(kind, self.terms.app(Leaf(name, domain_of(self.model, kind)), sort_of(kind), args))

    def attribute(self, attribute: Attribute, name: str, args: tuple[Term, ...]) -> tuple[Term, Value]:
        """When an attribute is there, and its value."""
        present = self.terms.true if attribute.required else self.presence(name, args)
        return present, self.symbolic(attribute.type, name, args)

    def presence(self, name: str, args: tuple[Term, ...]) -> Term:
        return self.terms.app(Leaf(f"{name}?"), BOOL, args)

    def member(self, of: SymbolicSet, element: Term) -> Term:
        """An element, as a term, is in a symbolic set."""
        leaf = Leaf(f"{of.name}∋", (), ("member", repr(of.element)))
        return self.terms.app(leaf, BOOL, (*of.args, element))

    def text(self, value: str) -> Scalar:
        if any(ord(character) > 0x2FFFF for character in value):
            raise Unsupported("a character above U+2FFFF")
        return Scalar(TEXT, self.terms.constant(value))

    def equal(self, left: Value | None, right: Value | None) -> Term:
        """Cedar's `==`; values of different types are not equal."""
        if isinstance(left, Scalar) and isinstance(right, Scalar):
            return self.terms.equal(left.term, right.term) if left.type == right.type else self.terms.false
        if isinstance(left, SetValue) and isinstance(right, SetValue):
            return self.terms.all((self.contains_all(left, right), self.contains_all(right, left)))
        if isinstance(left, Record) and isinstance(right, Record):
            return self.terms.all(
                self._same_attribute(left.attributes.get(name), right.attributes.get(name))
                for name in {**dict.fromkeys(left.attributes), **dict.fromkeys(right.attributes)}
            )
        return self.terms.false

    def _same_attribute(self, left: tuple[Term, Value] | None, right: tuple[Term, Value] | None) -> Term:
        terms = self.terms
        if left is None or right is None:
            present = left or right
            return terms.negate(present[0]) if present else terms.true
        both = terms.all((left[0], right[0]))
        return terms.all((terms.equal(left[0], right[0]), terms.implies(both, self.equal(left[1], right[1]))))

    def choose(self, condition: Term, yes: Value, no: Value) -> Value:
        """`yes` where the condition holds, else `no`. Raises Unsupported when they are of different types."""
        terms = self.terms
        if condition.op == "const":
            return yes if condition.payload else no
        if isinstance(yes, Scalar) and isinstance(no, Scalar) and yes.type == no.type:
            return Scalar(yes.type, terms.choose(condition, yes.term, no.term))
        if isinstance(yes, SetValue) and isinstance(no, SetValue):
            otherwise = terms.negate(condition)
            return SetValue(
                tuple((terms.all((condition, guard)), piece) for guard, piece in yes.pieces)
                + tuple((terms.all((otherwise, guard)), piece) for guard, piece in no.pieces)
            )
        if isinstance(yes, Record) and isinstance(no, Record):
            names = {**dict.fromkeys(yes.attributes), **dict.fromkeys(no.attributes)}
            return Record({name: self._choose_attribute(condition, yes, no, name) for name in names})
        raise Unsupported("an if-then-else whose branches have different types")

    def _choose_attribute(self, condition: Term, yes: Record, no: Record, name: str) -> tuple[Term, Value]:
        terms = self.terms
        if name not in no.attributes:
            present, value = yes.attributes[name]
            return terms.all((condition, present)), value
        if name not in yes.attributes:
            present, value = no.attributes[name]
            return terms.all((terms.negate(condition), present)), value
        (here, first), (there, second) = yes.attributes[name], no.attributes[name]
        return terms.choose(condition, here, there), self.choose(condition, first, second)

    def contains(self, whole: SetValue, element: Value) -> Term:
        """The element is in the set."""
        pieces = whole.pieces
        if isinstance(element, Scalar) and element.term.op == "const":
            if (element.type, element.term) in whole.constants:
                return self.terms.true
            pieces = whole.others
        return self.terms.any(self.terms.all((guard, self._contains_piece(piece, element))) for guard, piece in pieces)

    def _contains_piece(self, piece: Value | SymbolicSet, element: Value) -> Term:
        if not isinstance(piece, SymbolicSet):
            return self.equal(piece, element)
        if not isinstance(piece.element, ScalarType | EntityType):
            raise Unsupported("a set of records or of sets")
        if not isinstance(element, Scalar) or element.type != piece.element:
            return self.terms.false
        return self.member(piece, element.term)

    def contains_all(self, whole: SetValue, part: SetValue) -> Term:
        """Every element of `part` is in `whole`."""
        terms = self.terms
        return terms.all(
            terms.implies(
                guard,
                terms.negate(self.some(piece, lambda element: terms.negate(self.contains(whole, element))))
                if isinstance(piece, SymbolicSet)
                else self.contains(whole, piece),
            )
            for guard, piece in part.pieces
        )

    def contains_any(self, whole: SetValue, part: SetValue) -> Term:
        """Some element of `part` is in `whole`."""
        return self.any_element(part, lambda element: self.contains(whole, element))

    def is_empty(self, whole: SetValue) -> Term:
        return self.terms.negate(self.any_element(whole, lambda _: self.terms.true))

    def any_element(self, whole: SetValue, holds: Callable[[Value], Term]) -> Term:
        """Some element makes `holds` true."""
        return self.terms.any(
            self.terms.all((guard, self.some(piece, holds) if isinstance(piece, SymbolicSet) else holds(piece)))
            for guard, piece in whole.pieces
        )

    def some(self, of: SymbolicSet, holds: Callable[[Value], Term]) -> Term:
        """Some element of a symbolic set makes `holds` true."""
        if not isinstance(of.element, ScalarType | EntityType):
            raise Unsupported("a set of records or of sets")
        leaf = Leaf(f"bound {of.element!r}", domain_of(self.model, of.element))
        bound = self.terms.app(leaf, sort_of(of.element))
        element = Scalar(of.element, bound)
        return self.terms.exists(bound, self.terms.all((self.member(of, bound), holds(element))))
