"""One Cedar policy as data: its effect, its scope and its digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import cedarpy

from bot.errors import PolicyError

# Cedar's parser recurses on the machine's stack: a text that only nests, or only chains, would end the process.
_DEEPEST = 100
_LONGEST = 2_000
_LINK = re.compile(r"&&|\|\||[-+*.!;]|\bif\b")
_END = re.compile(r'"(?:\\.|[^"\\])*"|//[^\r\n]*|;', re.DOTALL)
_BEGINNING = re.compile(r"//[^\r\n]*|(\S)")
_NOT_CODE = re.compile(r'"(?:\\.|[^"\\])*"|//[^\r\n]*', re.DOTALL)


@dataclass(frozen=True)
class Policy:
    """A static policy. `est` is Cedar's JSON form of it (effect, principal, action, resource, conditions)."""

    statement: str
    est: Mapping[str, Any] = field(repr=False)

    @property
    def effect(self) -> str:
        """`permit` or `forbid`."""
        return str(self.est["effect"])

    @property
    def principal_type(self) -> str | None:
        """The entity type its scope names (`==`, `is` or `is … in`), or None."""
        return _type_of(self.est["principal"])

    @property
    def actions(self) -> tuple[str, ...]:
        """The ids of the actions and action groups that its scope names; empty means every action."""
        scope = self.est["action"]
        named = [scope["entity"]] if "entity" in scope else scope.get("entities", [])
        return tuple(entity["id"] for entity in named)

    @property
    def resources(self) -> tuple[str, ...]:
        """The gateway ARNs that its scope names with `==`, `in` or `is … in`; empty means every gateway."""
        scope = self.est["resource"]
        entity = scope.get("entity") or scope.get("in", {}).get("entity")
        return (entity["id"],) if entity and entity["type"] == "AgentCore::Gateway" else ()

    @property
    def resource_type(self) -> str | None:
        """The resource type its scope names, or None for a bare `resource`."""
        return _type_of(self.est["resource"])


class TooDeep(PolicyError):
    """Cedar takes the policy, but it nests deeper than can be looked into."""


def parse_policy(statement: str) -> Policy:
    """The one static policy in a text. Raises PolicyError with Cedar's message, or when there is not exactly one."""
    check_nesting(statement)
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(statement))
    except ValueError as error:
        raise PolicyError(str(error)) from error
    except RecursionError as error:
        raise TooDeep("The policy's conditions nest or chain too deeply to be taken apart.") from error
    policies = list(parsed["staticPolicies"].values())
    if parsed["templates"] or len(policies) != 1:
        count = len(policies) + len(parsed["templates"])
        raise PolicyError(
            "A policy statement holds exactly one permit or forbid, "
            + ("and no template slots." if parsed["templates"] else f"this one holds {count}.")
        )
    return Policy(statement, policies[0])


def statements(text: str) -> Iterator[tuple[int, str]]:
    """The policies in a text, each up to its semicolon, with the line on which it begins."""
    start = 0
    ends = [token.end() for token in _END.finditer(text) if token[0] == ";"]
    for end in (*ends, len(text)):
        statement = text[start:end]
        begins = next((token.start() for token in _BEGINNING.finditer(statement) if token[1]), None)
        if begins is not None:
            yield text.count("\n", 0, start + begins) + 1, statement[begins:]
        start = end


def same_statement(one: str, other: str) -> bool:
    """Whether two statements say the same: Cedar whatever its spacing and comments, anything else to the letter."""
    try:
        return parse_policy(one).est == parse_policy(other).est
    except PolicyError:
        return one.strip() == other.strip()


def digest(*parts: str) -> str:
    """SHA-256, in hex, over texts kept apart: what an approval binds to."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def check_nesting(text: str) -> None:
    """Raise PolicyError for a Cedar text whose brackets or chains nest deeper than the parser can bear."""
    code = _NOT_CODE.sub("", text)
    links = 0
    for link in _LINK.finditer(code):
        links = 0 if link[0] == ";" else links + 1
        if links > _LONGEST:
            raise PolicyError(f"The policy cannot be read: it chains more than {_LONGEST} operators.")
    depth = 0
    for character in code:
        depth = max(0, depth + (character in "([{") - (character in ")]}"))
        if depth > _DEEPEST:
            raise PolicyError(f"The policy cannot be read: it nests deeper than {_DEEPEST} brackets.")


def _type_of(scope: Mapping[str, Any]) -> str | None:
    if "entity_type" in scope:
        return str(scope["entity_type"])
    entity = scope.get("entity")
    return str(entity["type"]) if entity else None
