"""One test of a policy as an English clause, in the constructions that the translator reads.

A term without a phrase of its own is its Cedar text between backticks, so that nothing is ever left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatchmethod
from typing import Any

import cedarpy

from bot.cedar import Gateway
from bot.language.readback import times as times
from bot.language.readback.nodes import (
    Between,
    Claim,
    Compare,
    Constant,
    Contains,
    Est,
    Has,
    HasClaim,
    Leaf,
    Like,
    Node,
    OneOf,
    Opaque,
    input_path,
)

_SIGNS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "==": "equal to", "!=": "not"}
_KNOWN_CLAIMS = ("role", "department", "team", "scope", "username")
_ARN = re.compile(r"arn:[a-z-]+:(?:iam|sts)::\d{12}:(?:role|assumed-role)/[\w+=,.@/-]+")
_ACCOUNT = re.compile(r"\*:(\d{12}):\*")


def quoted(text: str) -> str:
    """A text just as it is between quotes that it does not hold, or as Cedar text when it has what cannot be seen."""
    for opening, closing in ('""', "“”", "«»"):
        if text.isprintable() and not {opening, closing} & set(text):
            return f"{opening}{text}{closing}"
    return f"the text {cedar_text({'Value': text})}"


def listed(parts: Sequence[str], word: str) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return f" {word} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def cedar_text(expression: Est) -> str:
    """An expression as Cedar text, between backticks."""
    scope = {"op": "All"}
    when = [{"kind": "when", "body": expression}]
    policy = {"effect": "permit", "principal": scope, "action": scope, "resource": scope, "conditions": when}
    document = {"staticPolicies": {"p": policy}, "templates": {}, "templateLinks": []}
    text = cedarpy.policies_from_json_str(json.dumps(document))
    return f"`{text[text.index('{') + 1 : text.rindex('}')].strip()}`"


@dataclass(frozen=True)
class Phrases:
    """Clauses for the policies of some tools: `schemas` are their input schemas, none when they are not known."""

    gateway: Gateway | None
    schemas: Sequence[Mapping[str, Any]] = ()
    spoken: Mapping[tuple[str, ...], str] = field(init=False)

    def __post_init__(self) -> None:
        paths = sorted({path for schema in self.schemas for path in _paths(("input",), schema)})
        words = {path: " ".join(map(_words, path[1:])) for path in paths}
        said = list(words.values())
        object.__setattr__(
            self, "spoken", {path: text for path, text in words.items() if text and said.count(text) == 1}
        )

    @property
    def person(self) -> str:
        """How one caller is called: a user, or whoever signs with IAM."""
        return "caller" if self.gateway and self.gateway.principal_type.endswith("IamEntity") else "user"

    def clause(self, leaf: Leaf) -> str:
        """A test as a clause with a subject and a verb."""
        return self._clause(leaf)

    def adverbial(self, node: Node) -> str | None:
        """`before 2026-07-01`, `between 09:00 and 17:00 UTC`: a test of the time, else None."""
        if isinstance(node, Between):
            low, high = times.milliseconds(node.low), times.milliseconds(node.high)
            if low is None or high is None:
                return None
            return times.on_days(low, high) if times.is_now(node.left) else times.between_clocks(low, high)
        if isinstance(node, Compare) and (at := times.milliseconds(node.right)) is not None:
            if times.is_now(node.left):
                return times.at_date(node.sign, at)
            return times.at_clock(node.sign, at) if times.is_time_of_day(node.left) else None
        return None

    def described(self, claim: Claim) -> str | None:
        """What comes after "users" in a subject: `with role "a" or role "b"`; None for a caller's id."""
        if claim.key is None:
            return None
        words = [self._claim_words(claim.key, claim.test, value) for value in claim.values]
        return f"with {listed(words, 'or')}"

    def identified(self, claim: Claim) -> str | None:
        """A caller's id as a subject of its own: `the role arn:…`, `account 123456789012`."""
        named = []
        for value in claim.values:
            account = _ACCOUNT.fullmatch(value)
            if claim.test == "is" and _ARN.fullmatch(value):
                named.append(f"the role {value}")
            elif claim.test == "like" and account:
                named.append(f"account {account[1]}")
        return listed(named, "or") if claim.key is None and len(named) == len(claim.values) else None

    def term(self, term: Est) -> str:
        """A value or an input in words."""
        if path := input_path(term):
            return f"the {self._input(path)}" if len(path) > 1 else cedar_text(term)
        value = term.get("Value")
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int):
            return str(value)
        if isinstance(value, str):
            return quoted(value)
        if "decimal" in term and isinstance(number := term["decimal"][0].get("Value"), str):
            return re.sub(r"\.0+$|(?<=[1-9])0+$", "", number) if self.schemas else number
        return cedar_text(term)

    def _number(self, term: Est) -> str:
        """A term, the thousands of a number set apart."""
        whole, dot, places = self.term(term).partition(".")
        return (f"{int(whole):,}" if re.fullmatch(r"-?[1-9]\d{3,}", whole) else whole) + dot + places

    def _input(self, path: tuple[str, ...]) -> str:
        plain = len(path) == 2 and re.fullmatch(r"[a-z]+", path[1])
        if path in self.spoken:
            return self.spoken[path]
        return path[1] if plain and not self.schemas else f"`{'.'.join(path[1:])}`"

    def _literal(self, path: tuple[str, ...] | None, value: Est) -> str:
        """A literal, an entity of the enum type of the input just by its name."""
        entity = value.get("Value")
        entity = entity.get("__entity") if isinstance(entity, Mapping) else None
        if entity and path and entity["type"].split("::")[-1] == path[-1] and self.schemas:
            return quoted(entity["id"])
        return self.term(value)

    @singledispatchmethod
    def _clause(self, leaf: Any) -> str:
        raise TypeError(leaf)

    @_clause.register
    def _(self, leaf: Constant) -> str:
        return f"`{str(leaf.value).lower()}` holds"

    @_clause.register
    def _(self, leaf: Has) -> str:
        if len(leaf.path) == 1:
            return f"`context.input` is {'given' if leaf.positive else 'missing'}"
        subject = f"the {self._input(leaf.path)}"
        return f"{subject} {_is(subject)} {'given' if leaf.positive else 'missing'}"

    @_clause.register
    def _(self, leaf: HasClaim) -> str:
        return f"the {self.person} {'has a' if leaf.positive else 'does not have a'} claim {quoted(leaf.key)}"

    @_clause.register
    def _(self, leaf: Claim) -> str:
        if leaf.key is not None:
            words = listed([self._claim_words(leaf.key, leaf.test, value) for value in leaf.values], "or")
            return f"the {self.person} {'has' if leaf.positive else 'does not have'} {words}"
        if named := self.identified(leaf):
            return f"the caller {'is' if leaf.positive else 'is not'} {named}"
        verbs = {"is": ("is", "is not"), "like": ("matches", "does not match")}
        verb = verbs[leaf.test][not leaf.positive]
        return f"the caller's id {verb} {listed([quoted(value) for value in leaf.values], 'or')}"

    @_clause.register
    def _(self, leaf: Compare) -> str:
        if told := self.adverbial(leaf):
            return f"it is {told}"
        subject = self.term(leaf.left)
        if isinstance(leaf.right.get("Value"), bool):
            return f"{subject.removeprefix('the ')} is {self.term(leaf.right)}"
        return f"{subject} {_is(subject)} {_SIGNS[leaf.sign]} {self._number(leaf.right)}"

    @_clause.register
    def _(self, leaf: Between) -> str:
        if told := self.adverbial(leaf):
            return f"it is {told}"
        subject = self.term(leaf.left)
        return f"{subject} {_is(subject)} between {self._number(leaf.low)} and {self._number(leaf.high)}"

    @_clause.register
    def _(self, leaf: OneOf) -> str:
        subject, path = self.term(leaf.left), input_path(leaf.left)
        values = [self._literal(path, value) for value in leaf.values]
        if leaf.positive:
            return f"{subject} {_is(subject)} {listed(values, 'or')}"
        if len(values) == 1:
            return f"{subject} {_is(subject)} not {values[0]}"
        return f"{subject} {_is(subject)} neither {listed(values, 'nor')}"

    @_clause.register
    def _(self, leaf: Like) -> str:
        subject, inner = self.term(leaf.left), [part for part in leaf.pattern if part is not None]
        shape = tuple(part is None for part in leaf.pattern)
        verbs = {
            (True, False, True): ("contains", "does not contain"),
            (False, True): ("starts with", "does not start with"),
            (True, False): ("ends with", "does not end with"),
            (False,): ("is", "is not"),
        }
        if shape in verbs and len(inner) == 1:
            return f"{subject} {verbs[shape][not leaf.positive]} {quoted(inner[0])}"
        pattern = cedar_text({"like": {"left": leaf.left, "pattern": _pattern(leaf.pattern)}})
        return f"{pattern} {'holds' if leaf.positive else 'does not hold'}"

    @_clause.register
    def _(self, leaf: Contains) -> str:
        subject = self.term(leaf.left)
        many = _is(subject) == "are"
        verb = ("contain" if many else "contains") if leaf.positive else f"{'do' if many else 'does'} not contain"
        return f"{subject} {verb} {self._literal(input_path(leaf.left), leaf.value)}"

    @_clause.register
    def _(self, leaf: Opaque) -> str:
        return f"{cedar_text(leaf.expression)} {'holds' if leaf.positive else 'does not hold'}"

    def _claim_words(self, key: str, test: str, value: str) -> str:
        """One test of a claim: `role "a"`, `a scope containing "a"`, `claim tier = "a"`."""
        known = key in _KNOWN_CLAIMS
        named = key if known else f"claim {key}" if re.fullmatch(r"[\w:.-]+", key) else f"claim {quoted(key)}"
        if test == "like":
            inner = re.fullmatch(r"\*([^*\\]+)\*", value)
            if inner:
                return f"{'a ' if known else ''}{named} containing {quoted(inner[1])}"
            return f"{named} matching `{quoted(value)}`"
        if key != "scope":
            return (
                f"{named} {'with the word ' if test == 'word' else '' if key in _KNOWN_CLAIMS else '= '}{quoted(value)}"
            )
        return f"scope {quoted(value)}" if test == "word" else f"claim scope = {quoted(value)}"


def _is(subject: str) -> str:
    """The verb for a subject: a name that ends like a plural is one."""
    return "are" if re.search(r"[^sui]s`?$", subject) else "is"


def _pattern(pattern: Sequence[str | None]) -> list[Any]:
    return ["Wildcard" if part is None else {"Literal": part} for part in pattern]


def _paths(path: tuple[str, ...], schema: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    properties = schema.get("properties")
    for name, inner in properties.items() if isinstance(properties, Mapping) else ():
        yield (*path, name)
        if isinstance(inner, Mapping):
            yield from _paths((*path, name), inner)


def _words(name: str) -> str:
    """`rowCount`, `row_count` and `row-count` in words."""
    parts = re.split(r"[\W_]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name))
    return " ".join(parts).strip().lower()
