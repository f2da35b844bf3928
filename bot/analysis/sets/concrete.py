"""From a solver's model to a request that Cedar takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.analysis.model import (
    LONG,
    TEXT,
    Attribute,
    EntityType,
    Environment,
    Model,
    RecordType,
    ScalarType,
    SetType,
    Type,
    Uid,
)
from bot.analysis.smt.literals import LONG_MAX, LONG_MIN, write
from bot.analysis.smt.terms import Constant, Term, like_matches, subterms
from bot.analysis.smt.values import part_name

_FUNCTIONS = {"ipaddr": "ip"}
_DEFAULTS: Mapping[str, Any] = {
    "Bool": False,
    "Long": 0,
    "String": "",
    "decimal": {"__extn": {"fn": "decimal", "arg": "0.0"}},
    "datetime": {"__extn": {"fn": "datetime", "arg": "2026-01-01T12:00:00.000Z"}},
    "duration": {"__extn": {"fn": "duration", "arg": "0ms"}},
    "ipaddr": {"__extn": {"fn": "ip", "arg": "192.0.2.1"}},
}
DEFAULT_ID = "example"


@dataclass(frozen=True)
class EntityData:
    """What an entity store holds of an entity; values in Cedar's JSON form."""

    attributes: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, Any] = field(default_factory=dict)
    parents: tuple[Uid, ...] = ()


@dataclass(frozen=True)
class Concrete:
    """A request and the entities that it goes with; values in Cedar's JSON form."""

    principal: Uid
    action: Uid
    resource: Uid
    context: Mapping[str, Any]
    entities: Mapping[Uid, EntityData]


def concretise(
    model: Model, environment: Environment, values: Mapping[Term, Constant], named: Iterable[Uid] = ()
) -> Concrete:
    """The request that a model describes, with the entities `named`; what it leaves open is filled in."""
    return _Concretiser(model, _tables(values)).request(environment, named)


def evaluate(terms: tuple[Term, ...], values: Mapping[Term, Constant]) -> tuple[Constant, ...]:
    """The values of terms, given those of the `app` terms in them."""
    done: dict[Term, Any] = {}
    for term in subterms(terms, into_exists=False):
        done[term] = apply_operator(term, [done[part] for part in term.args], values)
    return tuple(done[term] for term in terms)


def apply_operator(term: Term, args: list[Any], values: Mapping[Term, Constant]) -> Any:
    """A term's value, given those of its arguments; an `app` that has none gets its sort's plainest."""
    match term.op:
        case "const":
            return term.payload
        case "app":
            return values.get(term, {"Bool": False, "Int": 0}.get(term.sort, ""))
        case "not":
            return not args[0]
        case "ite":
            return args[1] if args[0] else args[2]
        case "like":
            return like_matches(args[0], term.pattern)
        case _:
            return _OPERATIONS[term.op](args)


_OPERATIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "and": all,
    "or": any,
    "eq": lambda args: args[0] == args[1],
    "le": lambda args: args[0] <= args[1],
    "add": lambda args: args[0] + args[1],
    "mul": lambda args: args[0] * args[1],
    "div": lambda args: args[0] // args[1],
    "mod": lambda args: args[0] % args[1],
}
_Table = dict[tuple[Constant, ...], Constant]


def _tables(values: Mapping[Term, Constant]) -> dict[tuple[str, ...], _Table]:
    """The functions of a model by name; ancestors by name and both types."""
    tables: dict[tuple[str, ...], _Table] = {}
    for term, value in values.items():
        role = term.leaf.role[1:] if term.leaf.role[:1] == ("ancestor",) else ()
        tables.setdefault((term.leaf.name, *role), {})[evaluate(term.args, values)] = value
    return tables


class _Concretiser:
    def __init__(self, model: Model, tables: Mapping[tuple[str, ...], _Table]) -> None:
        self._model = model
        self._tables = tables
        self._waiting: dict[Uid, None] = {}

    def request(self, environment: Environment, named: Iterable[Uid]) -> Concrete:
        principal = self._uid(environment.principal, self._value("principal", ()))
        fixed = self._model.resource_id
        resource = self._uid(environment.resource, self._value("resource", ()) if fixed is None else fixed)
        context = self._record(environment.context, "context", ())
        for name, table in self._tables.items():
            if name[0] == "ancestor":
                for arguments in table:
                    self._uid(name[1], arguments[0])
                    self._uid(name[2], arguments[1])
        for uid in named:
            self._uid(*uid)
        return Concrete(principal, environment.action, resource, context, dict(self._entities()))

    def _entities(self) -> Iterator[tuple[Uid, EntityData]]:
        done: set[Uid] = set()
        while self._waiting:
            uid = next(iter(self._waiting))
            del self._waiting[uid]
            shape = self._model.entities.get(uid[0])
            absent = uid[0] in self._model.without_data and uid[1] != self._model.resource_id
            if uid in done or shape is None or absent:
                continue
            done.add(uid)
            attributes = {
                name: self._attribute(attribute, part_name(uid[0], name), (uid[1],))
                for name, attribute in shape.attributes.attributes
                if name != self._model.id_attribute and self._present(attribute, part_name(uid[0], name), (uid[1],))
            }
            yield uid, EntityData(attributes, dict(self._tags(uid, shape.tags)), tuple(self._parents(uid)))

    def _parents(self, uid: Uid) -> Iterator[Uid]:
        for name, table in self._tables.items():
            if name[:2] == ("ancestor", uid[0]):
                for (child, parent), holds in table.items():
                    if holds and child == uid[1]:
                        yield self._uid(name[2], parent)

    def _tags(self, uid: Uid, kind: Type | None) -> Iterator[tuple[str, Any]]:
        name = f"{uid[0]} tag"
        for (entity, key), there in self._tables.get((f"{name}?",), {}).items():
            if kind and there and entity == uid[1]:
                yield _text(key), self._attribute(Attribute(kind, True), name, (entity, key))

    def _value(self, name: str, args: tuple[Constant, ...]) -> Constant | None:
        return self._tables.get((name,), {}).get(args)

    def _present(self, attribute: Attribute, name: str, args: tuple[Constant, ...]) -> bool:
        return attribute.required or bool(self._value(f"{name}?", args))

    def _record(self, kind: RecordType, name: str, args: tuple[Constant, ...]) -> dict[str, Any]:
        return {
            part: self._attribute(attribute, part_name(name, part), args)
            for part, attribute in kind.attributes
            if self._present(attribute, part_name(name, part), args)
        }

    def _attribute(self, attribute: Attribute, name: str, args: tuple[Constant, ...]) -> Any:
        kind = attribute.type
        if isinstance(kind, RecordType):
            return self._record(kind, name, args)
        if isinstance(kind, SetType):
            return self._set(kind, name, args)
        return self._scalar(kind, self._value(name, args))

    def _set(self, kind: SetType, name: str, args: tuple[Constant, ...]) -> list[Any]:
        element = kind.element
        if not isinstance(element, ScalarType | EntityType):
            return []
        return [
            self._scalar(element, arguments[-1])
            for arguments, there in self._tables.get((f"{name}∋",), {}).items()
            if there and arguments[:-1] == args and _storable(element, arguments[-1])
        ]

    def _scalar(self, kind: ScalarType | EntityType, value: Constant | None) -> Any:
        if isinstance(kind, EntityType):
            uid = self._uid(kind.name, value)
            return {"__entity": {"type": uid[0], "id": uid[1]}}
        if value is None:
            return _DEFAULTS[kind.name]
        return to_json(kind, value)

    def _uid(self, kind: str, value: Constant | None) -> Uid:
        shape = self._model.entities.get(kind)
        members = shape.members if shape else ()
        if value is None or (members and value not in members):
            value = members[0] if members else DEFAULT_ID
        uid = (kind, _text(value))
        self._waiting[uid] = None
        return uid


def to_json(kind: ScalarType, value: Constant) -> Any:
    """A value in Cedar's JSON form."""
    if kind == TEXT:
        return _text(value)
    if kind.name == "Bool" or kind == LONG:
        return value
    function = _FUNCTIONS.get(kind.name, kind.name)
    try:
        return {"__extn": {"fn": function, "arg": write(function, int(value))}}
    except ValueError:
        # An instant in a year that has no text.
        since = {"__extn": {"fn": "duration", "arg": write("duration", int(value))}}
        return {"__extn": {"fn": "offset", "args": [to_json(kind, 0), since]}}


def _storable(kind: ScalarType | EntityType, value: Constant) -> bool:
    """False for the outcome of an overflow, which no request can carry."""
    return isinstance(value, str | bool) or kind.name == "ipaddr" or LONG_MIN <= value <= LONG_MAX


def _text(value: object) -> str:
    """A text without surrogates, which Cedar's strings cannot hold; each becomes a private character of its own."""
    return "".join(chr(0xE000 + ord(c) - 0xD800) if "\ud800" <= c <= "\udfff" else c for c in str(value))
