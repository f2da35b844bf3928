"""A Cedar schema as the analysis uses it: entity types, resolved attribute types, and request environments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from bot.cedar.gateway import IAM_ENTITY, OAUTH_USER
from bot.cedar.schema import GatewaySchema
from bot.errors import BadInput

Uid = tuple[str, str]
"""An entity: its type and its id."""
_Name = TypeVar("_Name", str, Uid)
_PRIMITIVES = {"Bool": "Bool", "Boolean": "Bool", "Long": "Long", "String": "String"}
# Years 1 to 9999: the clock, and inputs that arrive as texts, give no others.
_WRITABLE_INSTANTS = (-62_135_596_800_000, 253_402_300_799_999)
_EXTENSIONS = ("decimal", "datetime", "duration", "ipaddr")


@dataclass(frozen=True)
class ScalarType:
    """Bool, Long, String, decimal, datetime, duration or ipaddr."""

    name: str


@dataclass(frozen=True)
class EntityType:
    """A reference to an entity of this type."""

    name: str


@dataclass(frozen=True)
class SetType:
    """A set of values of one type."""

    element: Type


@dataclass(frozen=True)
class Attribute:
    """An attribute's type, and whether it is always there."""

    type: Type
    required: bool


@dataclass(frozen=True)
class RecordType:
    """A record, by attribute in the schema's order."""

    attributes: tuple[tuple[str, Attribute], ...]

    @cached_property
    def by_name(self) -> Mapping[str, Attribute]:
        return dict(self.attributes)


Type = ScalarType | EntityType | SetType | RecordType
BOOLEAN, LONG, TEXT = ScalarType("Bool"), ScalarType("Long"), ScalarType("String")
DECIMAL, DATETIME, DURATION, IPADDR = map(ScalarType, _EXTENSIONS)


@dataclass(frozen=True)
class EntityShape:
    """What the schema says of an entity type. `members` lists the ids of an enumerated type; else it is empty."""

    attributes: RecordType = field(default_factory=lambda: RecordType(()))
    tags: Type | None = None
    parents: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Environment:
    """A kind of request: a principal type, an action, a resource type, and the type of its context."""

    principal: str
    action: Uid
    resource: str
    context: RecordType


@dataclass(frozen=True)
class Model:
    """A schema. The members with a default say what holds beyond it for a gateway.

    `resource_id` is the one resource there is. `id_attribute` is the attribute that equals the entity's own id.
    `without_data` names entity types whose attributes and tags a request cannot carry. `instants` bounds datetimes, in
    milliseconds since 1970.
    """

    entities: Mapping[str, EntityShape]
    environments: tuple[Environment, ...]
    action_parents: Mapping[Uid, frozenset[Uid]]
    resource_id: str | None = None
    id_attribute: str | None = None
    without_data: frozenset[str] = frozenset()
    instants: tuple[int, int] = (-(2**63), 2**63 - 1)

    @cached_property
    def ancestor_types(self) -> Mapping[str, frozenset[str]]:
        """For each entity type, the types that its ancestors can have."""
        return {
            name: _closure(name, {n: shape.parents for n, shape in self.entities.items()}) for name in self.entities
        }


def gateway_model(schema: GatewaySchema) -> Model:
    """The model of a gateway: one resource, its ARN; principals whose `id` is their entity id."""
    model = schema_model(schema.document)
    carried = {OAUTH_USER, IAM_ENTITY}
    return Model(
        model.entities,
        model.environments,
        model.action_parents,
        resource_id=schema.gateway.arn,
        id_attribute="id",
        without_data=frozenset(model.entities) - carried,
        instants=_WRITABLE_INSTANTS,
    )


def schema_model(document: Mapping[str, Any]) -> Model:
    """The model of a schema in Cedar's JSON form. Raises BadInput when a name in it stands for nothing."""
    reader = _Reader(document)
    entities = dict(reader.entities())
    parents, environments = reader.actions()
    return Model(entities, tuple(environments), {uid: _closure(uid, parents) for uid in parents})


def _closure(start: _Name, edges: Mapping[_Name, Iterable[_Name]]) -> frozenset[_Name]:
    """Everything reachable from `start`, which is itself in it only by a cycle."""
    found: set[_Name] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(edges.get(name, ()))
    return frozenset(found)


class _Reader:
    """Resolves the names of a schema document. Within a namespace a common type comes before an entity type."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._common: dict[str, tuple[str, Any]] = {}
        self._entity_names: set[str] = set()
        self._actions: set[Uid] = set()
        for namespace, members in document.items():
            for name, body in (members.get("commonTypes") or {}).items():
                self._common[_qualified(namespace, name)] = (namespace, body)
            self._actions.update((_qualified(namespace, "Action"), name) for name in members.get("actions") or {})
            self._entity_names.update(_qualified(namespace, name) for name in members.get("entityTypes") or {})

    def entities(self) -> Iterator[tuple[str, EntityShape]]:
        for namespace, members in self._document.items():
            for name, body in (members.get("entityTypes") or {}).items():
                shape = self._type(namespace, body["shape"]) if body.get("shape") else RecordType(())
                if not isinstance(shape, RecordType):
                    raise BadInput(f"The schema's entity type {name} has a shape that is not a record.")
                yield (
                    _qualified(namespace, name),
                    EntityShape(
                        shape,
                        self._type(namespace, body["tags"]) if body.get("tags") else None,
                        tuple(self._entity(namespace, parent) for parent in body.get("memberOfTypes") or ()),
                        tuple(body.get("enum") or ()),
                    ),
                )

    def actions(self) -> tuple[dict[Uid, tuple[Uid, ...]], list[Environment]]:
        parents: dict[Uid, tuple[Uid, ...]] = {}
        environments: list[Environment] = []
        for namespace, members in self._document.items():
            own_type = _qualified(namespace, "Action")
            for name, body in (members.get("actions") or {}).items():
                groups = body.get("memberOf") or ()
                parents[own_type, name] = tuple(self._action(namespace, group) for group in groups)
                environments += self._environments(namespace, (own_type, name), body.get("appliesTo") or {})
        return parents, environments

    def _environments(self, namespace: str, action: Uid, applies: Mapping[str, Any]) -> Iterator[Environment]:
        context = self._type(namespace, applies["context"]) if applies.get("context") else RecordType(())
        if not isinstance(context, RecordType):
            raise BadInput(f"The schema's action {action[1]} has a context that is not a record.")
        for principal in applies.get("principalTypes") or ():
            for resource in applies.get("resourceTypes") or ():
                yield Environment(
                    self._entity(namespace, principal), action, self._entity(namespace, resource), context
                )

    def _action(self, namespace: str, group: Mapping[str, Any]) -> Uid:
        named = str(group.get("type") or "Action")
        for kind in (_qualified(namespace, named), named):
            if (kind, group["id"]) in self._actions:
                return kind, group["id"]
        raise BadInput(f"The schema names an action {group['id']} that it does not define.")

    def _entity(self, namespace: str, name: str) -> str:
        for candidate in (_qualified(namespace, name), name):
            if candidate in self._entity_names:
                return candidate
        raise BadInput(f"The schema names an entity type {name} that it does not define.")

    def _type(self, namespace: str, body: Mapping[str, Any]) -> Type:
        kind = str(body.get("type"))
        if kind == "Record":
            return RecordType(
                tuple(
                    (name, Attribute(self._type(namespace, part), part.get("required", True)))
                    for name, part in (body.get("attributes") or {}).items()
                )
            )
        if kind == "Set":
            return SetType(self._type(namespace, body["element"]))
        if kind == "Entity":
            return EntityType(self._entity(namespace, body["name"]))
        return self._named(namespace, str(body["name"]) if kind in ("EntityOrCommon", "Extension") else kind)

    def _named(self, namespace: str, name: str) -> Type:
        for candidate in (_qualified(namespace, name), name):
            if candidate in self._common:
                return self._type(*self._common[candidate])
            if candidate in self._entity_names:
                return EntityType(candidate)
        plain = name.removeprefix("__cedar::")
        if plain in _PRIMITIVES or plain in _EXTENSIONS:
            return ScalarType(_PRIMITIVES.get(plain, plain))
        raise BadInput(f"The schema names a type {name} that it does not define.")


def _qualified(namespace: str, name: str) -> str:
    return f"{namespace}::{name}" if namespace and "::" not in name else name
