"""Random schemas, policies and requests: the analysis against Cedar, and cvc5 against z3.

    python tests/bench/fuzz_analysis.py --seed 1 --policies 2000

For each policy and each random request, the encoding's "matches" and "errors" are compared with Cedar's. For each
question to the solvers, both must agree, every model must be a request that Cedar decides as asked, and no random
request may contradict "unsat". Sets of policies are compared, and related, in the same way. Prints the counts; the
first disagreement ends the run with a traceback.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import cedarpy
import z3

from bot.analysis.model import (
    BOOLEAN,
    DATETIME,
    DECIMAL,
    DURATION,
    IPADDR,
    LONG,
    TEXT,
    EntityType,
    Environment,
    RecordType,
    ScalarType,
    SetType,
    Type,
    Uid,
    schema_model,
)
from bot.analysis.sets.compare import Comparison
from bot.analysis.sets.concrete import Concrete, EntityData, apply_operator, concretise, to_json
from bot.analysis.sets.described import Described, Witness
from bot.analysis.sets.judge import Judge, Verdict
from bot.analysis.sets.policies import Parsed, from_est
from bot.analysis.sets.relations import Relations
from bot.analysis.sets.search import Impossible
from bot.analysis.sets.session import Deadline, Limits, Session
from bot.analysis.smt.ground import ground
from bot.analysis.smt.literals import DAY, LONG_MAX, LONG_MIN, encode_ip, write
from bot.analysis.smt.solve import Answer, Cvc5, smt_text
from bot.analysis.smt.terms import BOOL, INT, Constant, Term, subterms
from bot.analysis.smt.values import Unsupported, part_name

_SCALARS = (BOOLEAN, LONG, TEXT, DECIMAL, DATETIME, DURATION, IPADDR, EntityType("User"), EntityType("Color"))
_TEXTS = ("", "a", "b", "ab", "a*b", "back\\slash", 'quo"te', "é", "\U0001f600", "abc")
_LONGS = (0, 1, -1, 2, 7, 100, LONG_MAX, LONG_MIN, LONG_MAX - 9)
_DECIMALS = (0, 15_000, -1, 10_000, LONG_MAX, LONG_MIN)
_INSTANTS = (0, 1_768_478_400_000, DAY - 1, DAY, -1, -DAY, 253_402_300_799_999, -62_135_596_800_000)
_DURATIONS = (0, 1, -1, DAY, 3_600_000, -DAY - 1, LONG_MAX, LONG_MIN)
_ADDRESSES = (
    "10.0.0.1",
    "10.0.0.0/8",
    "127.0.0.1",
    "127.0.0.0/7",
    "224.0.0.1",
    "0.0.0.0/0",
    "::1",
    "ff00::/8",
    "1:2::3/64",
)
_IDS = {"User": ("alice", "bob", "", "é"), "Group": ("g1", "g2", "g3"), "Doc": ("d1", "d2"), "Color": ("red", "blue")}


class Z3:
    """z3 behind the port of `bot.analysis.smt.solve`."""

    def check(self, assertions: Sequence[Term], seconds: float) -> Answer:
        context = z3.Context()
        solver = z3.Solver(ctx=context)
        solver.set("timeout", max(1, int(seconds * 1000)))
        leaves: dict[Term, Any] = {}
        done: dict[Term, Any] = {}
        for term in subterms(assertions):
            done[term] = self._term(term, [done[part] for part in term.args], leaves, context)
        solver.add([done[term] for term in assertions])
        status = solver.check()
        if status == z3.unsat:
            return Answer("unsat")
        if status != z3.sat:
            return Answer("unknown", reason=solver.reason_unknown())
        model = solver.model()
        return Answer("sat", {term: _value(term, model.eval(each, True)) for term, each in leaves.items()})

    def _term(self, term: Term, args: list[Any], leaves: dict[Term, Any], context: Any) -> Any:
        if term.op == "app":
            make = {BOOL: z3.Bool, INT: z3.Int}.get(term.sort, z3.String)
            leaves[term] = make(f"v{len(leaves)}", context)
            return leaves[term]
        if term.op == "const":
            return _constant(term.payload, context)
        if term.op == "like":
            any_text = z3.Full(z3.ReSort(z3.StringSort(context)))
            parts = [any_text if part is None else z3.Re(_constant(part, context)) for part in term.pattern]
            return z3.InRe(args[0], z3.Concat(*parts) if len(parts) > 1 else parts[0])
        return _OPERATIONS[term.op](args)


_OPERATIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "not": lambda args: z3.Not(args[0]),
    "and": lambda args: z3.And(*args),
    "or": lambda args: z3.Or(*args),
    "eq": lambda args: args[0] == args[1],
    "ite": lambda args: z3.If(*args),
    "le": lambda args: args[0] <= args[1],
    "add": lambda args: args[0] + args[1],
    "mul": lambda args: args[0] * args[1],
    "div": lambda args: args[0] / args[1],
    "mod": lambda args: args[0] % args[1],
}


def _constant(value: Any, context: Any) -> Any:
    if isinstance(value, bool):
        return z3.BoolVal(value, context)
    return z3.IntVal(value, context) if isinstance(value, int) else z3.StringVal(smt_text(value), context)


def _value(term: Term, value: Any) -> Constant:
    if term.sort == BOOL:
        return bool(z3.is_true(value))
    if term.sort == INT:
        return int(value.as_long())
    return re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda found: chr(int(found[1], 16)), value.as_string())


class Generator:
    """Random schemas, policies and requests. Texts and ids come from small pools, so that conditions meet."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ill_typed = 0.01

    def schema(self) -> dict[str, Any]:
        """A schema in Cedar's JSON form with one environment: User, edit, Doc."""
        context = {f"c{number}": self._attribute(2) for number in range(7)}
        return {
            "": {
                "entityTypes": {
                    "User": {
                        "memberOfTypes": ["Group"],
                        "shape": self._record_type({f"u{number}": self._attribute(1) for number in range(5)}),
                        "tags": self._type_json(self._type(0) if self.random.random() < 0.8 else SetType(TEXT)),
                    },
                    "Group": {"memberOfTypes": self.random.choice([["Group"], []])},
                    "Doc": {
                        "memberOfTypes": self.random.choice([[], ["Group"]]),
                        "shape": self._record_type({"owner": {"type": "Entity", "name": "User"}}),
                    },
                    "Color": {"enum": list(_IDS["Color"])},
                },
                "actions": {
                    "write": {},
                    "other": {},
                    "edit": {
                        "memberOf": [{"id": "write"}],
                        "appliesTo": {
                            "principalTypes": ["User"],
                            "resourceTypes": ["Doc"],
                            "context": self._record_type(context),
                        },
                    },
                },
            }
        }

    def _type(self, depth: int) -> Type:
        if depth and self.random.random() < 0.35:
            if self.random.random() < 0.6:
                return SetType(self.random.choice(_SCALARS))
            return RecordType(())
        return self.random.choice(_SCALARS)

    def _attribute(self, depth: int) -> dict[str, Any]:
        return {**self._type_json(self._type(depth), depth), "required": self.random.random() < 0.6}

    def _type_json(self, kind: Type, depth: int = 0) -> dict[str, Any]:
        if isinstance(kind, RecordType):
            return self._record_type({f"r{number}": self._attribute(depth - 1) for number in range(2)})
        if isinstance(kind, SetType):
            return {"type": "Set", "element": self._type_json(kind.element)}
        if isinstance(kind, EntityType):
            return {"type": "Entity", "name": kind.name}
        return {"type": "EntityOrCommon", "name": kind.name}

    def _record_type(self, attributes: dict[str, Any]) -> dict[str, Any]:
        return {"type": "Record", "attributes": attributes}

    def value(self, kind: Type) -> Constant:
        """A scalar as the encoding has it."""
        choose = self.random.choice
        if isinstance(kind, EntityType):
            return choose(_IDS[kind.name])
        assert isinstance(kind, ScalarType)
        if kind == IPADDR:
            return encode_ip(choose(_ADDRESSES)) or 0
        pools: Mapping[str, Sequence[Constant]] = {
            "Bool": (True, False),
            "Long": _LONGS,
            "String": _TEXTS,
            "decimal": _DECIMALS,
            "datetime": _INSTANTS,
            "duration": _DURATIONS,
        }
        return choose(pools[kind.name])


class Policies:
    """Random policies in Cedar's JSON form over a model's only environment."""

    def __init__(self, generator: Generator, environment: Environment, shapes: Mapping[str, Any]) -> None:
        self._generator = generator
        self._random = generator.random
        self._places: list[tuple[Any, Type, list[Any]]] = []
        self._collect({"Var": "context"}, environment.context, [])
        named = {"Value": {"__entity": {"type": "User", "id": "bob"}}}
        for owner in ({"Var": "principal"}, _get({"Var": "resource"}, "owner"), named):
            self._collect(owner, shapes["User"].attributes, [])
        self._tags = shapes["User"].tags

    def _collect(self, base: Any, record: RecordType, guards: list[Any]) -> None:
        """Every attribute that can be read, with the `has` that guards it."""
        for name, attribute in record.attributes:
            place = _get(base, name)
            own = guards if attribute.required else [*guards, {"has": {"left": base, "attr": name}}]
            self._places.append((place, attribute.type, own))
            if isinstance(attribute.type, RecordType):
                self._collect(place, attribute.type, own)

    def policy(self) -> dict[str, Any]:
        choose = self._random.choice
        conditions = [
            {"kind": choose(("when", "when", "unless")), "body": self.expression(BOOLEAN, 4)}
            for _ in range(choose((1, 1, 2)))
        ]
        return {
            "effect": choose(("permit", "forbid")),
            "principal": choose(
                (
                    {"op": "All"},
                    {"op": "All"},
                    {"op": "==", "entity": {"type": "User", "id": "alice"}},
                    {"op": "in", "entity": {"type": "Group", "id": "g1"}},
                    {"op": "is", "entity_type": "User", "in": {"entity": {"type": "Group", "id": "g2"}}},
                    {"op": "is", "entity_type": "Doc"},
                )
            ),
            "action": choose(
                (
                    {"op": "All"},
                    {"op": "==", "entity": {"type": "Action", "id": "edit"}},
                    {"op": "in", "entity": {"type": "Action", "id": "write"}},
                    {"op": "in", "entities": [{"type": "Action", "id": "other"}]},
                    {"op": "All"},
                )
            ),
            "resource": choose(({"op": "All"}, {"op": "is", "entity_type": "Doc"})),
            "conditions": conditions,
        }

    def expression(self, kind: Type, depth: int) -> Any:
        """An expression of a type; now and then of another."""
        if self._random.random() < self._generator.ill_typed:
            kind = self._random.choice(_SCALARS)
        if kind == BOOLEAN and depth > 0 and self._random.random() < 0.93:
            return self._test(depth)
        if depth > 0 and self._random.random() < 0.12:
            return self._if(kind, depth)
        found = [place for place in self._places if place[1] == kind]
        if found and self._random.random() < 0.65:
            place, _, guards = self._random.choice(found)
            return place if not guards or kind != BOOLEAN else _chain("&&", [*guards, place])
        if kind == self._tags and self._random.random() < 0.5:
            return {"getTag": {"left": {"Var": "principal"}, "right": self.expression(TEXT, 0)}}
        return self._compound(kind, depth)

    def _if(self, kind: Type, depth: int) -> Any:
        return {
            "if-then-else": {
                "if": self.expression(BOOLEAN, depth - 1),
                "then": self.expression(kind, depth - 1),
                "else": self.expression(kind, depth - 1),
            }
        }

    def _compound(self, kind: Type, depth: int) -> Any:
        choose = self._random.choice
        if isinstance(kind, SetType):
            return {"Set": [self.expression(kind.element, depth - 1) for _ in range(choose((0, 1, 2, 3)))]}
        if isinstance(kind, RecordType):
            return {"Record": {name: self.expression(part.type, depth - 1) for name, part in kind.attributes}}
        if kind == LONG and depth > 0 and self._random.random() < 0.6:
            return self._number(depth)
        if kind == DATETIME and depth > 0 and self._random.random() < 0.4:
            return choose(
                (
                    {"offset": [self.expression(DATETIME, depth - 1), self.expression(DURATION, depth - 1)]},
                    {"toDate": [self.expression(DATETIME, depth - 1)]},
                )
            )
        if kind == DURATION and depth > 0 and self._random.random() < 0.4:
            return choose(
                (
                    {"durationSince": [self.expression(DATETIME, depth - 1), self.expression(DATETIME, depth - 1)]},
                    {"toTime": [self.expression(DATETIME, depth - 1)]},
                )
            )
        return self._literal(kind)

    def _number(self, depth: int) -> Any:
        op = self._random.choice(("+", "-", "*", "neg", "toDays", "toHours", "toSeconds", "toMilliseconds"))
        if op == "neg":
            return {"neg": {"arg": self.expression(LONG, depth - 1)}}
        if op.startswith("to"):
            return {op: [self.expression(DURATION, depth - 1)]}
        right = self._literal(LONG) if op == "*" else self.expression(LONG, depth - 1)
        return {op: {"left": self.expression(LONG, depth - 1), "right": right}}

    def _literal(self, kind: Type) -> Any:
        if isinstance(kind, EntityType) and kind.name == "User" and self._random.random() < 0.4:
            return {"Var": "principal"}
        value = self._generator.value(kind)
        if isinstance(kind, EntityType):
            return {"Value": {"__entity": {"type": kind.name, "id": value}}}
        assert isinstance(kind, ScalarType)
        if kind in (BOOLEAN, LONG, TEXT):
            return {"Value": value}
        function = "ip" if kind == IPADDR else kind.name
        return {function: [{"Value": write(function, int(value))}]}

    def _test(self, depth: int) -> Any:
        return self._random.choice(_TESTS)(self, depth - 1)

    def _both(self, kind: Type, depth: int) -> dict[str, Any]:
        return {"left": self.expression(kind, depth), "right": self.expression(kind, depth)}

    def _logic(self, depth: int) -> Any:
        op = self._random.choice(("&&", "||"))
        return {op: self._both(BOOLEAN, depth)}

    def _not(self, depth: int) -> Any:
        return {"!": {"arg": self.expression(BOOLEAN, depth)}}

    def _equal(self, depth: int) -> Any:
        place, kind, _ = self._random.choice(self._places)
        other = self.expression(kind, depth)
        return {self._random.choice(("==", "!=")): {"left": place, "right": other}}

    def _order(self, depth: int) -> Any:
        kind = self._random.choice((LONG, LONG, DATETIME, DURATION))
        return {self._random.choice(("<", "<=", ">", ">=")): self._both(kind, depth)}

    def _decimal(self, depth: int) -> Any:
        name = self._random.choice(("lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"))
        return {name: [self.expression(DECIMAL, depth), self.expression(DECIMAL, depth)]}

    def _address(self, depth: int) -> Any:
        name = self._random.choice(("isIpv4", "isIpv6", "isLoopback", "isMulticast", "isInRange", "isInRange"))
        subject = self.expression(IPADDR, depth)
        return {name: [subject, self._literal(IPADDR)] if name == "isInRange" else [subject]}

    def _like(self, depth: int) -> Any:
        parts = [
            self._random.choice(("Wildcard", {"Literal": "a"}, {"Literal": "b"}, {"Literal": "\\"})) for _ in range(3)
        ]
        return {"like": {"left": self.expression(TEXT, depth), "pattern": parts}}

    def _has(self, depth: int) -> Any:
        guarded = [place for place in self._places if place[2]]
        if guarded and self._random.random() < 0.5:
            place, kind, guards = self._random.choice(guarded)
            return _chain("&&", [*guards, {"==": {"left": place, "right": self.expression(kind, depth)}}])
        key = self.expression(TEXT, 0)
        return {"hasTag": {"left": {"Var": "principal"}, "right": key}}

    def _set(self, depth: int) -> Any:
        sets = [place for place in self._places if isinstance(place[1], SetType)]
        kind = self._random.choice(sets)[1] if sets else SetType(LONG)
        assert isinstance(kind, SetType)
        op = self._random.choice(("contains", "containsAll", "containsAny", "isEmpty", "=="))
        left = self.expression(kind, depth)
        if op == "isEmpty":
            return {op: {"arg": left}}
        return {op: {"left": left, "right": self.expression(kind.element if op == "contains" else kind, depth)}}

    def _in(self, depth: int) -> Any:
        left = self._random.choice(({"Var": "principal"}, {"Var": "resource"}, _get({"Var": "resource"}, "owner")))
        group = {"Value": {"__entity": {"type": "Group", "id": self._random.choice(_IDS["Group"])}}}
        right = self._random.choice(
            (
                group,
                {"Set": [group, self.expression(EntityType("User"), depth)]},
                self.expression(EntityType("User"), depth),
            )
        )
        users = [place for place, kind, _ in self._places if kind == SetType(EntityType("User"))]
        return {"in": {"left": left, "right": self._random.choice([right, right, *users])}}

    def _is(self, depth: int) -> Any:
        body: dict[str, Any] = {"left": self.expression(EntityType("User"), depth), "entity_type": "User"}
        if self._random.random() < 0.5:
            body["in"] = {"Value": {"__entity": {"type": "Group", "id": "g1"}}}
        return {"is": body}


_TESTS = (
    Policies._logic,
    Policies._logic,
    Policies._logic,
    Policies._not,
    Policies._equal,
    Policies._equal,
    Policies._order,
    Policies._decimal,
    Policies._address,
    Policies._like,
    Policies._has,
    Policies._has,
    Policies._set,
    Policies._set,
    Policies._in,
    Policies._is,
)


def _get(base: Any, name: str) -> dict[str, Any]:
    return {".": {"left": base, "attr": name}}


def _chain(op: str, parts: list[Any]) -> Any:
    whole = parts[0]
    for part in parts[1:]:
        whole = {op: {"left": whole, "right": part}}
    return whole


Tables = dict[tuple[str, ...], dict[tuple[Constant, ...], Constant]]


class Requests:
    """Random requests, each as Cedar takes it and as a table of the encoding's functions."""

    def __init__(self, generator: Generator, session: Session) -> None:
        self._generator = generator
        self._random = generator.random
        self._model = session.model
        self._environment = session.model.environments[0]

    def request(self) -> tuple[Concrete, Tables]:
        choose = self._random.choice
        tables: Tables = {}
        principal, resource = ("User", choose(_IDS["User"])), ("Doc", choose(_IDS["Doc"]))
        tables[("principal",)] = {(): principal[1]}
        tables[("resource",)] = {(): resource[1]}
        context = self._record(self._environment.context, "context", (), tables)
        entities = {
            (kind, name): self._entity((kind, name), tables) for kind in self._model.entities for name in _IDS[kind]
        }
        self._hierarchy(entities, tables)
        return Concrete(principal, self._environment.action, resource, context, entities), tables

    def _entity(self, uid: Uid, tables: Tables) -> EntityData:
        shape = self._model.entities[uid[0]]
        attributes = self._record(shape.attributes, uid[0], (uid[1],), tables, entity=True)
        tags = {}
        name = f"{uid[0]} tag"
        for key in _TEXTS if shape.tags else ():
            if self._random.random() < 0.4 and shape.tags:
                tables.setdefault((f"{name}?",), {})[uid[1], key] = True
                tags[key] = self._value(shape.tags, name, (uid[1], key), tables)
        return EntityData(attributes, tags)

    def _hierarchy(self, entities: dict[Uid, EntityData], tables: Tables) -> None:
        """Parents in one order of all groups, so that nothing is its own ancestor."""
        order = {name: position for position, name in enumerate(_IDS["Group"])}
        above: dict[Uid, set[Uid]] = {}
        for uid in sorted(entities, key=lambda uid: (uid[0] != "Group", order.get(uid[1], 0))):
            groups = [("Group", name) for name in _IDS["Group"] if uid[0] != "Group" or order[name] < order[uid[1]]]
            allowed = "Group" in self._model.entities[uid[0]].parents
            parents = tuple(group for group in groups if allowed and self._random.random() < 0.4)
            above[uid] = {each for parent in parents for each in (parent, *above[parent])}
            data = entities[uid]
            entities[uid] = EntityData(data.attributes, data.tags, parents)
            for ancestor in above[uid]:
                tables.setdefault(("ancestor", uid[0], ancestor[0]), {})[uid[1], ancestor[1]] = True

    def _record(
        self, kind: RecordType, name: str, args: tuple[Constant, ...], tables: Tables, *, entity: bool = False
    ) -> dict[str, Any]:
        record = {}
        for part, attribute in kind.attributes:
            path = part_name(name, part)
            if not attribute.required and self._random.random() < 0.4:
                continue
            if not attribute.required:
                tables.setdefault((f"{path}?",), {})[args] = True
            record[part] = self._value(attribute.type, path, args, tables)
        return record

    def _value(self, kind: Type, name: str, args: tuple[Constant, ...], tables: Tables) -> Any:
        if isinstance(kind, RecordType):
            return self._record(kind, name, args, tables)
        if isinstance(kind, SetType):
            values = dict.fromkeys(
                self._generator.value(kind.element) for _ in range(self._random.choice((0, 1, 2, 3)))
            )
            for value in values:
                tables.setdefault((f"{name}∋",), {})[(*args, value)] = True
            return [self._json(kind.element, value) for value in values]
        value = self._generator.value(kind)
        tables.setdefault((name,), {})[args] = value
        return self._json(kind, value)

    def _json(self, kind: Type, value: Constant) -> Any:
        if isinstance(kind, EntityType):
            return {"__entity": {"type": kind.name, "id": value}}
        assert isinstance(kind, ScalarType)
        return to_json(kind, value)


def evaluate(term: Term, tables: Tables, bound: Mapping[Term, Constant] | None = None) -> Any:
    """A term's value in a request; `exists` by trying every element of every set."""
    if bound and term in bound:
        return bound[term]
    if term.op == "exists":
        variable, body = term.args
        kind = {BOOL: bool, INT: int}.get(variable.sort, str)
        elements = [key[-1] for name, table in tables.items() if name[0].endswith("∋") for key in table]
        return any(evaluate(body, tables, {variable: each}) for each in elements if type(each) is kind)
    args = [evaluate(part, tables, bound) for part in term.args]
    if term.op == "app":
        name = (term.leaf.name, *term.leaf.role[1:]) if term.leaf.role[:1] == ("ancestor",) else (term.leaf.name,)
        return tables.get(name, {}).get(tuple(args), {BOOL: False, INT: 0}.get(term.sort, ""))
    return apply_operator(term, args, {})


def _parsed(est: dict[str, Any]) -> Parsed:
    alone = {"staticPolicies": {"policy0": est}, "templates": {}, "templateLinks": []}
    return from_est(est, str(cedarpy.policies_from_json_str(json.dumps(alone))))


class Fuzz:
    """One run: counts what was compared, and raises AssertionError on the first disagreement."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.counts: Counter[str] = Counter()
        self._generator = Generator(seed)

    def run(self, policies: int, *, requests: int = 12, per_schema: int = 25) -> Counter[str]:
        """Fuzz this many policies, and pairs of them."""
        while self.counts["policies"] < policies:
            document = self._generator.schema()
            session = Session(schema_model(document), cedarpy.Schema.from_json_str(json.dumps(document)))
            self.counts["schemas"] += 1
            self._schema(session, min(per_schema, policies - self.counts["policies"]), requests)
        return self.counts

    def _schema(self, session: Session, policies: int, requests: int) -> None:
        environment = session.model.environments[0]
        maker = Policies(self._generator, environment, session.model.entities)
        asked = Requests(self._generator, session)
        drawn = [asked.request() for _ in range(requests)]
        last: Parsed | None = None
        kept: list[Parsed] = []
        for _ in range(policies):
            policy = _parsed(maker.policy())
            self.counts["policies"] += 1
            try:
                session.meaning(policy, environment)
            except Unsupported as error:
                self.counts[f"not analysed: {error}"] += 1
                continue
            judge = session.judge({"policy": policy, **({"last": last} if last else {})})
            verdicts = [judge(request) for request, _ in drawn]
            self._evaluations(session, policy, drawn, verdicts)
            self._questions(session, policy, last, judge, verdicts)
            last = policy
            kept.append(policy)
        self._sets(session, kept, [request for request, _ in drawn])

    def _evaluations(
        self, session: Session, policy: Parsed, drawn: list[tuple[Concrete, Tables]], verdicts: list[Verdict]
    ) -> None:
        meaning = session.meaning(policy, session.model.environments[0])
        for (request, tables), verdict in zip(drawn, verdicts, strict=True):
            ours = evaluate(meaning.matches, tables), evaluate(meaning.errors, tables)
            cedar = "policy" in verdict.matching, "policy" in verdict.errors
            assert ours == cedar, (self.seed, policy.text, request, ours, cedar)
            self.counts["evaluations"] += 1
            self.counts["evaluations that match"] += cedar[0]
            self.counts["evaluations that end in an error"] += cedar[1]

    def _questions(
        self, session: Session, policy: Parsed, last: Parsed | None, judge: Judge, verdicts: list[Verdict]
    ) -> None:
        environment = session.model.environments[0]
        meaning, negate = session.meaning(policy, environment), session.terms.negate

        def matching(verdict: Verdict) -> bool:
            return "policy" in verdict.matching

        questions: list[tuple[list[Term], Callable[[Verdict], bool]]] = [
            ([meaning.matches], matching),
            ([negate(meaning.matches)], lambda verdict: not matching(verdict)),
            ([meaning.errors], lambda verdict: "policy" in verdict.errors),
        ]
        if last:
            other = session.meaning(last, environment).matches
            questions += [
                ([meaning.matches, negate(other)], lambda v: matching(v) and "last" not in v.matching),
                ([meaning.matches, other], lambda v: matching(v) and "last" in v.matching),
            ]
        for assertions, holds in questions:
            self._question(session, policy, assertions, judge, holds, any(map(holds, verdicts)))

    def _sets(self, session: Session, policies: list[Parsed], requests: list[Concrete]) -> None:
        """Two sets that share policies and names: what is said of both, against what Cedar decides on every random
        request."""
        draw = self._generator.random
        for _ in range(3):
            names = {f"p{number}": policy for number, policy in enumerate(draw.sample(policies, min(8, len(policies))))}
            before, after = (
                {name: draw.choice((policy, policy, draw.choice(policies))) for name, policy in drawn.items()}
                for drawn in ({name: names[name] for name in names if draw.random() < 0.8} for _ in range(2))
            )
            comparison = Comparison(session, before, after, Deadline(Limits(5, 60)))
            decided = [[each.allowed for each in comparison.decisions(request)] for request in requests]
            for was in (False, True):
                outcome = comparison.flip(session.model.environments[0], before=was)
                self.counts["set comparisons"] += 1
                self.counts[f"set comparisons: {type(outcome).__name__}"] += 1
                refuted = [was, not was] in decided and isinstance(outcome, Impossible)
                assert not refuted, (self.seed, "refuted", before, after)
            judge = session.judge(names)
            verdicts = [judge(request) for request in requests]
            self._relations(session, names, verdicts)
            self._described(session, names, draw.choice(policies), requests)

    def _described(
        self, session: Session, policies: dict[str, Parsed], about: Parsed, requests: list[Concrete]
    ) -> None:
        judge = session.judge({"about": about})
        described = Described(session, policies, about, "about", Deadline(Limits(5, 60)))
        inside = [request for request in requests if "about" in judge(request).matching]
        for allowed in (True, False):
            found = described.first(allowed=allowed)
            self.counts["boundaries"] += 1
            self.counts[f"boundaries: {type(found).__name__}"] += 1
            if isinstance(found, Witness):
                assert "about" in judge(found.request).matching, (self.seed, "outside", policies, about)
            if isinstance(found, Impossible):
                whole = session.judge(policies)
                crossed = [request for request in inside if whole(request).allows(policies) is allowed]
                assert not crossed, (self.seed, "refuted", policies, about)

    def _relations(self, session: Session, policies: dict[str, Parsed], verdicts: list[Verdict]) -> None:
        relations = Relations(session, policies, Deadline(Limits(5, 60)))
        for name in policies:
            related = relations.related(name)
            self.counts["policies related to others"] += 1
            for other in (*related.equivalent, *related.shadowing, *related.overriding):
                self.counts["relations found"] += 1
                assert all(other in v.matching for v in verdicts if name in v.matching), (self.seed, name, other)
            if related.redundant is not None:
                self.counts["redundancies found"] += 1
                others = {each: policy for each, policy in policies.items() if each != name}
                assert all(v.allows(others) is v.allows(policies) for v in verdicts), (self.seed, name, policies)

    def _question(
        self,
        session: Session,
        policy: Parsed,
        assertions: list[Term],
        judge: Judge,
        holds: Callable[[Verdict], bool],
        seen: bool,
    ) -> None:
        self.counts["questions"] += 1
        problem = ground(session.terms, assertions)
        folded = session.terms.false in problem
        answers = [Answer("unsat")] * 2 if folded else [solver.check(problem, 5) for solver in (Cvc5(), Z3())]
        self.counts["questions that reach the solvers"] += not folded
        statuses = {answer.status for answer in answers} - {"unknown"}
        self.counts["unknown"] += sum(answer.status == "unknown" for answer in answers)
        assert len(statuses) < 2, (self.seed, "the solvers disagree", policy.text, answers)
        assert not (seen and "unsat" in statuses), (self.seed, "a request refutes unsat", policy.text)
        for answer in answers:
            if answer.status == "sat":
                named = [("User", "bob")]
                request = concretise(session.model, session.model.environments[0], answer.values, named)
                assert holds(judge(request)), (self.seed, "Cedar refutes sat", policy.text, request)
                self.counts["models that Cedar confirms"] += 1
        self.counts["unsat"] += "unsat" in statuses


def main() -> None:
    """Run as a command."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--policies", type=int, default=2000)
    chosen = arguments.parse_args()
    started = time.monotonic()
    for name, count in sorted(Fuzz(chosen.seed).run(chosen.policies).items()):
        sys.stdout.write(f"{count:8,}  {name}\n")
    sys.stdout.write(f"{time.monotonic() - started:8.0f}  seconds\n")


if __name__ == "__main__":
    main()
