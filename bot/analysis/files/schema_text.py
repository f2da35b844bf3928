"""A schema in Cedar's own syntax as its JSON form. cedarpy reads and prints schemas as text only.

Cedar prints the text first, so what is read here is Cedar's one canonical spelling.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import cedarpy
from lark import Lark, Token, Transformer

_GRAMMAR = r"""
start: (namespace | declaration)*
namespace: annotation* "namespace" path "{" declaration* "}"
declaration: annotation* (entity | common | action)
entity: "entity" names (parents | shape | tags | members)* ";"
common: "type" name "=" type ";"
action: "action" keys (groups | applies)* ";"
parents: "in" paths
shape: "="? record
tags: "tags" type
members: "enum" "[" keys "]"
groups: "in" "[" group ("," group)* "]"
group: (name "::")+ key
applies: "appliesTo" "{" (applied ","?)* "}"
applied: principal | resource | context
principal: "principal" ":" paths
resource: "resource" ":" paths
context: "context" ":" type
paths: "[" [path ("," path)*] "]"
type: record | set | path
set: "Set" "<" type ">"
record: "{" [attribute ("," attribute)*] "}"
attribute: annotation* key [optional] ":" type
optional: "?"
annotation: "@" name ["(" STRING ")"]
names: name ("," name)*
keys: key ("," key)*
key: NAME | STRING
path: name ("::" name)*
name: NAME
NAME: /[A-Za-z_][A-Za-z0-9_]*/
STRING: /"(\\.|[^"\\])*"/
%import common.WS
%ignore WS
"""
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def schema_document(schema: cedarpy.Schema) -> dict[str, Any]:
    """The JSON form of a schema that cedarpy holds."""
    found: dict[str, Any] = _Document().transform(_parser().parse(str(schema)))
    return found


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", maybe_placeholders=False)


class _Part(NamedTuple):
    """A member of a declaration, under the name that the JSON form has for it."""

    name: str
    value: Any


class _Document(Transformer[Token, Any]):
    """Cedar's JSON form, bottom up."""

    def start(self, parts: list[Any]) -> dict[str, Any]:
        bare = _namespace([part for part in parts if isinstance(part, _Part)])
        spaces = dict(part for part in parts if not isinstance(part, _Part))
        return {**({"": bare} if any(bare.values()) else {}), **spaces}

    def namespace(self, parts: list[Any]) -> tuple[str, dict[str, Any]]:
        path, *declarations = [part for part in parts if part is not None]
        return path, _namespace(declarations)

    def declaration(self, parts: list[Any]) -> _Part:
        found: _Part = parts[-1]
        return found

    def entity(self, parts: list[Any]) -> _Part:
        return _Part("entityTypes", {name: dict(parts[1:]) for name in parts[0]})

    def common(self, parts: list[Any]) -> _Part:
        return _Part("commonTypes", {parts[0]: parts[1]})

    def action(self, parts: list[Any]) -> _Part:
        return _Part("actions", {name: dict(parts[1:]) for name in parts[0]})

    def parents(self, parts: list[Any]) -> _Part:
        return _Part("memberOfTypes", parts[0])

    def shape(self, parts: list[Any]) -> _Part:
        return _Part("shape", parts[0])

    def tags(self, parts: list[Any]) -> _Part:
        return _Part("tags", parts[0])

    def members(self, parts: list[Any]) -> _Part:
        return _Part("enum", parts[0])

    def groups(self, parts: list[Any]) -> _Part:
        return _Part("memberOf", parts)

    def group(self, parts: list[Any]) -> dict[str, str]:
        return {"type": "::".join(parts[:-1]), "id": parts[-1]}

    def applies(self, parts: list[Any]) -> _Part:
        return _Part("appliesTo", dict(parts))

    def applied(self, parts: list[Any]) -> _Part:
        found: _Part = parts[0]
        return found

    def principal(self, parts: list[Any]) -> _Part:
        return _Part("principalTypes", parts[0])

    def resource(self, parts: list[Any]) -> _Part:
        return _Part("resourceTypes", parts[0])

    def context(self, parts: list[Any]) -> _Part:
        return _Part("context", parts[0])

    def type(self, parts: list[Any]) -> dict[str, Any]:
        found = parts[0]
        return {"type": "EntityOrCommon", "name": found} if isinstance(found, str) else found

    def set(self, parts: list[Any]) -> dict[str, Any]:
        return {"type": "Set", "element": parts[0]}

    def record(self, parts: list[Any]) -> dict[str, Any]:
        return {"type": "Record", "attributes": dict(parts)}

    def attribute(self, parts: list[Any]) -> tuple[str, dict[str, Any]]:
        name, *optional, kind = [part for part in parts if part is not None]
        return name, {**kind, "required": not optional}

    def optional(self, parts: list[Any]) -> bool:
        return True

    def annotation(self, parts: list[Any]) -> None:
        return None

    def key(self, parts: list[Token]) -> str:
        return _text(parts[0]) if parts[0].type == "STRING" else str(parts[0])

    def name(self, parts: list[Token]) -> str:
        return str(parts[0])

    def path(self, parts: list[str]) -> str:
        return "::".join(parts)

    def names(self, parts: list[str]) -> list[str]:
        return parts

    keys = paths = names


def _namespace(declarations: list[_Part]) -> dict[str, Any]:
    members: dict[str, Any] = {"commonTypes": {}, "entityTypes": {}, "actions": {}}
    for declaration in declarations:
        members[declaration.name].update(declaration.value)
    return members


def _text(token: Token) -> str:
    return _ESCAPE.sub(
        lambda found: chr(int(found[1], 16)) if found[1] else _CONTROL.get(found[2], found[2]), token[1:-1]
    )
