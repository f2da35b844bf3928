"""Making an example small and human, with Cedar as the judge of every step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.analysis.model import (
    DATETIME,
    DECIMAL,
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
from bot.analysis.sets.concrete import Concrete, EntityData, to_json
from bot.analysis.sets.policies import Parsed, literals
from bot.analysis.smt.literals import DAY, LONG_MAX, LONG_MIN, encode_ip, literal

Holds = Callable[[Concrete], bool]
Path = tuple[Any, ...]
_MISSING = object()
_NOON = 1_768_478_400_000  # 2026-01-15T12:00:00Z, a Thursday
_MIDNIGHT = _NOON - DAY // 2
_STEPS = {"Long": 1, "decimal": 100, "datetime": 60_000, "duration": 60_000}
_PLAIN: Mapping[str, tuple[int, ...]] = {
    "Long": (1, 10, 100, 0),
    "decimal": (10_000, 100_000, 1_000_000, 0),
    "datetime": (_NOON,),
    "duration": (3_600_000, 0),
}
_PRINCIPALS = {
    "AgentCore::OAuthUser": "alice",
    "AgentCore::IamEntity": "arn:aws:sts::123456789012:assumed-role/agent",
}
_TRIALS = 400


@dataclass
class Hints:
    """Values that policies mention, by which a reader recognises an example; and the names of attributes they read."""

    texts: list[str] = field(default_factory=list)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    addresses: list[int] = field(default_factory=list)
    entities: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Slot:
    """A place in a request that can be changed: where, of which type, and whether it may be left out."""

    path: Path
    type: Type
    optional: bool


def hints_of(policies: Iterable[Parsed]) -> Hints:
    """The constants in policies, in their order."""
    hints = Hints()
    for policy in policies:
        for kind, value in literals(policy.est):
            _add_hint(hints, kind, value)
    return hints


def _add_hint(hints: Hints, kind: str, value: Any) -> None:
    if kind == "attr":
        hints.names.add(value)
    elif kind in ("str", "like"):
        hints.texts.append(value)
    elif kind == "int":
        hints.numbers.setdefault("Long", []).append(value)
    elif kind == "entity":
        hints.entities.setdefault(value[0], []).append(value[1])
    elif kind == "ip":
        code = encode_ip(value) if isinstance(value, str) else None
        hints.addresses.extend([] if code is None else [code])
    elif isinstance(value, str):
        try:
            read = literal(kind, value)
        except ValueError:
            read = None
        hints.numbers.setdefault(kind, []).extend([] if read is None else [read])


def shrink(request: Concrete, environment: Environment, model: Model, hints: Hints, holds: Holds) -> Concrete:
    """A smaller, more readable request for which `holds` is still true."""
    shrinker = _Shrinker(environment, model, hints, holds)
    request = shrinker.rename(request)
    for _ in range(2):
        before = request
        request = shrinker.drop(request)
        request = shrinker.simplify(request)
        if request == before:
            break
    return request


def near_misses(request: Concrete, environment: Environment, model: Model, hints: Hints) -> Iterator[Concrete]:
    """Requests that differ from this one in one place, the values that policies mention first."""
    found = list(slots(request, environment, model))
    for slot in sorted(found, key=lambda slot: slot.path[:1] != ("context",) or slot.path[:2] == ("context", "system")):
        for value in candidates(slot.type, hints, model, slot.path):
            if value != value_at(request, slot.path):
                yield with_value(request, slot.path, value)
    for slot in found:
        if slot.optional:
            yield with_value(request, slot.path, _MISSING)


class _Shrinker:
    def __init__(self, environment: Environment, model: Model, hints: Hints, holds: Holds) -> None:
        self._environment = environment
        self._model = model
        self._hints = hints
        self._holds = holds
        self._trials = 0

    def _try(self, request: Concrete) -> bool:
        self._trials += 1
        return self._trials <= _TRIALS and self._holds(request)

    def rename(self, request: Concrete) -> Concrete:
        """Give the principal and the resource names that people use."""
        for uid in (request.principal, request.resource):
            shape = self._model.entities[uid[0]]
            if shape.members or uid[1] == self._model.resource_id:
                continue
            for name in (_PRINCIPALS.get(uid[0], "example"), *self._hints.entities.get(uid[0], ()), "someone"):
                if name == uid[1]:
                    break
                renamed = _renamed(request, uid, (uid[0], name))
                if renamed is not None and self._try(renamed):
                    request = renamed
                    break
        return request

    def drop(self, request: Concrete) -> Concrete:
        """Leave out what can be left out: optional inputs, claims, set elements, parents, entities."""
        for slot in reversed(list(slots(request, self._environment, self._model))):
            if slot.optional and value_at(request, slot.path) is not _MISSING:
                request = self._replace(request, slot.path, (_MISSING,))
        for uid in list(request.entities):
            data = request.entities[uid]
            for parent in data.parents:
                kept = tuple(other for other in request.entities[uid].parents if other != parent)
                smaller = _with_entity(request, uid, replace(request.entities[uid], parents=kept))
                request = smaller if self._try(smaller) else request
        for uid in list(request.entities):
            smaller = replace(request, entities={u: d for u, d in request.entities.items() if u != uid})
            if not self._named(uid, smaller) and self._try(smaller):
                request = smaller
        return request

    def _named(self, uid: Uid, request: Concrete) -> bool:
        """The request or a policy names the entity, and something could be read of it: Cedar skips a policy that reads
        an entity which is not there, and then an example would show that alone."""
        shape = self._model.entities[uid[0]]
        if uid in (request.principal, request.resource):
            return True
        if not shape.attributes.attributes and shape.tags is None:
            return False
        reference = {"type": uid[0], "id": uid[1]}
        parts = [
            request.context,
            *(part for data in request.entities.values() for part in (data.attributes, data.tags)),
        ]
        return uid[1] in self._hints.entities.get(uid[0], ()) or any(
            _holds_reference(part, reference) for part in parts
        )

    def simplify(self, request: Concrete) -> Concrete:
        """Put readable values in place of the solver's."""
        for slot in list(slots(request, self._environment, self._model)):
            if value_at(request, slot.path) is not _MISSING:
                request = self._replace(request, slot.path, candidates(slot.type, self._hints, self._model, slot.path))
        return request

    def _replace(self, request: Concrete, path: Path, values: Iterable[Any]) -> Concrete:
        """The first of these values that still holds; the present one, when it comes first or none does."""
        now = value_at(request, path)
        for value in values:
            if value == now and type(value) is type(now):
                break
            changed = with_value(request, path, value)
            if self._try(changed):
                return changed
        return request


def _holds_reference(value: Any, reference: Mapping[str, str]) -> bool:
    if isinstance(value, Mapping):
        return value.get("__entity") == reference or any(_holds_reference(part, reference) for part in value.values())
    return isinstance(value, list) and any(_holds_reference(part, reference) for part in value)


def candidates(kind: Type, hints: Hints, model: Model, path: Path) -> Iterator[Any]:
    """Readable values of a type, the best first."""
    if isinstance(kind, EntityType):
        shape = model.entities.get(kind.name)
        names = shape.members if shape and shape.members else (*hints.entities.get(kind.name, ()), "example")
        yield from ({"__entity": {"type": kind.name, "id": name}} for name in dict.fromkeys(names))
    elif isinstance(kind, SetType):
        yield []
        for element in candidates(kind.element, hints, model, path):
            yield [element]
    elif isinstance(kind, ScalarType):
        if kind.name == "Bool":
            yield from (False, True)
        elif kind.name == "String":
            yield from dict.fromkeys([_sample(path), *hints.texts, "other"])
        elif kind.name == "ipaddr":
            codes = [*hints.addresses, *(code for text in ("10.0.0.1", "192.0.2.1") if (code := encode_ip(text)))]
            yield from (to_json(kind, code) for code in codes)
        else:
            near, plain = list(_numbers(kind, hints)), _PLAIN[kind.name]
            # What policies do not read gets a plain value; what they read, one at the border.
            ordered = (*near, *plain) if path[-1] in hints.names or path[-1] in hints.texts else (*plain, *near)
            yield from (to_json(kind, number) for number in dict.fromkeys(ordered))


def _numbers(kind: ScalarType, hints: Hints) -> Iterator[int]:
    known = list(hints.numbers.get(kind.name, ()))
    if kind == DATETIME:
        yield _NOON
        # A duration next to an instant is mostly a time of day.
        known += [_MIDNIGHT + offset for offset in hints.numbers.get("duration", ()) if 0 <= offset < DAY]
    if kind == DECIMAL:
        known += [number * 10_000 for number in hints.numbers.get("Long", ())]
    step = _STEPS[kind.name]
    for number in known:
        yield from (near for near in (number, number - step, number + step) if LONG_MIN <= near <= LONG_MAX)


def _sample(path: Path) -> str:
    """An ordinary text for an input or claim."""
    return f"some {path[-1]}" if isinstance(path[-1], str) else "example"


def slots(request: Concrete, environment: Environment, model: Model) -> Iterator[Slot]:
    """Every place that can be changed: the context, then the attributes and tags of each entity."""
    yield from _record_slots(environment.context, ("context",), request)
    for uid, data in request.entities.items():
        shape = model.entities[uid[0]]
        for tag in data.tags:
            if shape.tags is not None:
                yield from _type_slots(shape.tags, ("entities", uid, "tags", tag), request, optional=True)
        attributes = tuple(pair for pair in shape.attributes.attributes if pair[0] != model.id_attribute)
        yield from _record_slots(RecordType(attributes), ("entities", uid, "attributes"), request)


def _record_slots(kind: RecordType, path: Path, request: Concrete) -> Iterator[Slot]:
    for name, attribute in kind.attributes:
        yield from _attribute_slots(attribute, (*path, name), request)


def _attribute_slots(attribute: Attribute, path: Path, request: Concrete) -> Iterator[Slot]:
    if value_at(request, path) is not _MISSING:
        yield from _type_slots(attribute.type, path, request, optional=not attribute.required)


def _type_slots(kind: Type, path: Path, request: Concrete, *, optional: bool) -> Iterator[Slot]:
    if optional or not isinstance(kind, RecordType):
        yield Slot(path, kind, optional)
    if isinstance(kind, RecordType):
        yield from _record_slots(kind, path, request)


def value_at(request: Concrete, path: Path) -> Any:
    """What a request has at a path, or a mark that it has nothing there."""
    where, rest = _root(request, path)
    for key in rest:
        if not isinstance(where, Mapping) or key not in where:
            return _MISSING
        where = where[key]
    return where


def _root(request: Concrete, path: Path) -> tuple[Any, Path]:
    if path[0] == "context":
        return request.context, path[1:]
    return getattr(request.entities[path[1]], path[2]), path[3:]


def with_value(request: Concrete, path: Path, value: Any) -> Concrete:
    """The request with another value at a path; the mark for nothing takes it out."""
    where, rest = _root(request, path)
    changed = _changed(where, rest, value)
    if path[0] == "context":
        return replace(request, context=changed)
    return _with_entity(request, path[1], _with_part(request.entities[path[1]], path[2], changed))


def _with_part(data: EntityData, part: str, value: dict[str, Any]) -> EntityData:
    return replace(data, tags=value) if part == "tags" else replace(data, attributes=value)


def _changed(where: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    changed = dict(where)
    if len(path) > 1:
        changed[path[0]] = _changed(where[path[0]], path[1:], value)
    elif value is _MISSING:
        changed.pop(path[0], None)
    else:
        changed[path[0]] = value
    return changed


def _with_entity(request: Concrete, uid: Uid, data: EntityData) -> Concrete:
    return replace(request, entities={**request.entities, uid: data})


def _renamed(request: Concrete, old: Uid, new: Uid) -> Concrete | None:
    """The request with an entity under another id everywhere; None when that id is taken."""
    if new in request.entities:
        return None

    def uid(found: Uid) -> Uid:
        return new if found == old else found

    def value(found: Any) -> Any:
        if isinstance(found, list):
            return [value(part) for part in found]
        if not isinstance(found, dict):
            return found
        if found.get("__entity") == {"type": old[0], "id": old[1]}:
            return {"__entity": {"type": new[0], "id": new[1]}}
        return {name: value(part) for name, part in found.items()}

    entities = {
        uid(name): EntityData(value(data.attributes), value(data.tags), tuple(map(uid, data.parents)))
        for name, data in request.entities.items()
    }
    return Concrete(uid(request.principal), request.action, uid(request.resource), value(request.context), entities)
