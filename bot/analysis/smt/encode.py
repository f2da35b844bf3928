"""Cedar's evaluation of a policy in one request environment, as formulas.

Each expression becomes a pair: the term "evaluates without an error", and its value. The value is None where every
evaluation ends in an error. Expressions come in Cedar's JSON form of policies (the EST).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.analysis.model import BOOLEAN, LONG, TEXT, EntityType, Environment, Model
from bot.analysis.smt import operators
from bot.analysis.smt.entities import Entities
from bot.analysis.smt.literals import LONG_MAX, LONG_MIN
from bot.analysis.smt.terms import STRING, Leaf, Pattern, Term, Terms
from bot.analysis.smt.values import Record, Scalar, SetValue, Unsupported, Value, Values

Result = tuple[Term, Value | None]
Expression = Mapping[str, Any]


@dataclass(frozen=True)
class Meaning:
    """When a policy matches a request, and when its evaluation ends in an error (and it is skipped)."""

    matches: Term
    errors: Term


class Encoder:
    """Encodes policies in one request environment."""

    def __init__(self, terms: Terms, model: Model, environment: Environment) -> None:
        self._terms = terms
        self._model = model
        self._environment = environment
        self._values = Values(terms, model)
        self._entities = Entities(terms, model, self._values)
        self._error: Result = (terms.false, None)
        members = model.entities[environment.principal].members
        self._variables: dict[str, Value] = {
            "principal": self._entity(environment.principal, terms.app(Leaf("principal", members), STRING)),
            "action": self._entity(environment.action[0], terms.constant(environment.action[1])),
            "resource": self._entity(environment.resource, self._resource()),
            "context": self._values.symbolic(environment.context, "context"),
        }

    def policy(self, est: Expression) -> Meaning:
        """What a static policy means here. Raises Unsupported with the name of what is not modelled."""
        terms = self._terms
        scope = terms.all(self._scope(name, est[name]) for name in ("principal", "action", "resource"))
        ok, holds = terms.true, scope
        for condition in est["conditions"]:
            if holds is terms.false:
                break
            next_ok, value = self._boolean(self.expression(condition["body"]))
            wanted = value if condition["kind"] == "when" else terms.negate(value)
            ok, holds = terms.all((ok, terms.implies(holds, next_ok))), terms.all((holds, wanted))
        return Meaning(terms.all((ok, holds)), terms.negate(ok))

    def _scope(self, variable: str, scope: Expression) -> Term:
        if scope["op"] == "All":
            return self._terms.true
        subject = self._variables[variable]
        assert isinstance(subject, Scalar)
        if "slot" in scope or "slot" in scope.get("in", {}):
            raise Unsupported("a template")
        if scope["op"] == "is":
            same = self._terms.constant(subject.type.name == scope["entity_type"])
            within = scope.get("in")
            return (
                self._terms.all((same, self._entities.within(subject, self._uid(within["entity"])))) if within else same
            )
        named = [self._uid(entity) for entity in ([scope["entity"]] if "entity" in scope else scope["entities"])]
        if scope["op"] == "==":
            return self._values.equal(subject, named[0])
        return self._terms.any(self._entities.within(subject, entity) for entity in named)

    def expression(self, node: Expression) -> Result:
        """The term "evaluates without an error" and the value."""
        ((op, body),) = node.items()
        handler = _HANDLERS.get(op)
        if handler:
            return handler(self, body)
        if op in operators.METHODS:
            return self._method(op, body)
        if op in operators.CONSTRUCTORS:
            value = operators.construct(self._terms, op, body)
            return (self._terms.true, value) if value else self._error
        raise Unsupported(f"`{op}`")

    def _boolean(self, result: Result) -> tuple[Term, Term]:
        """A result that must be a Boolean; anything else is an error."""
        ok, value = result
        if isinstance(value, Scalar) and value.type == BOOLEAN:
            return ok, value.term
        return self._terms.false, self._terms.false

    def _truth(self, ok: Term, term: Term) -> Result:
        return ok, Scalar(BOOLEAN, term)

    def _value(self, body: Any) -> Result:
        terms = self._terms
        if isinstance(body, bool):
            return terms.true, Scalar(BOOLEAN, terms.constant(body))
        if isinstance(body, int):
            return terms.true, Scalar(LONG, terms.constant(body))
        if isinstance(body, str):
            return terms.true, self._values.text(body)
        if isinstance(body, dict) and "__entity" in body:
            return terms.true, self._uid(body["__entity"])
        raise Unsupported("a literal of an unknown kind")

    def _variable(self, name: str) -> Result:
        return self._terms.true, self._variables[name]

    def _resource(self) -> Term:
        if self._model.resource_id is not None:
            return self._terms.constant(self._model.resource_id)
        return self._terms.app(Leaf("resource", self._model.entities[self._environment.resource].members), STRING)

    def _entity(self, kind: str, term: Term) -> Scalar:
        return Scalar(EntityType(kind), term)

    def _uid(self, uid: Expression) -> Scalar:
        return self._entity(uid["type"], self._values.text(uid["id"]).term)

    def _chain(self, op: str, body: Expression) -> Result:
        """`a && b && …` or `a || b || …`, from the left, however long."""
        rights = [body["right"]]
        node = body["left"]
        while op in node:
            rights.append(node[op]["right"])
            node = node[op]["left"]
        terms = self._terms
        ok, value = self._boolean(self.expression(node))
        for right in reversed(rights):
            goes_on = value if op == "&&" else terms.negate(value)
            if ok is terms.false or goes_on is terms.false:
                break
            next_ok, next_value = self._boolean(self.expression(right))
            ok = terms.all((ok, terms.implies(goes_on, next_ok)))
            value = terms.all((value, next_value)) if op == "&&" else terms.any((value, next_value))
        return self._truth(ok, value)

    def _and(self, body: Expression) -> Result:
        return self._chain("&&", body)

    def _or(self, body: Expression) -> Result:
        return self._chain("||", body)

    def _not(self, body: Expression) -> Result:
        ok, value = self._boolean(self.expression(body["arg"]))
        return self._truth(ok, self._terms.negate(value))

    def _if(self, body: Expression) -> Result:
        terms = self._terms
        ok, condition = self._boolean(self.expression(body["if"]))
        if ok is terms.false:
            return self._error
        if condition.op == "const":
            branch_ok, value = self.expression(body["then" if condition.payload else "else"])
            return terms.all((ok, branch_ok)), value
        (ok_then, then), (ok_else, other) = self.expression(body["then"]), self.expression(body["else"])
        ok = terms.all((ok, terms.choose(condition, ok_then, ok_else)))
        if then is None or other is None:
            return ok, then or other
        return ok, self._values.choose(condition, then, other)

    def _equal(self, body: Expression) -> Result:
        (ok_left, left), (ok_right, right) = self._both(body)
        return self._truth(self._terms.all((ok_left, ok_right)), self._values.equal(left, right))

    def _unequal(self, body: Expression) -> Result:
        ok, value = self._boolean(self._equal(body))
        return self._truth(ok, self._terms.negate(value))

    def _both(self, body: Expression) -> tuple[Result, Result]:
        return self.expression(body["left"]), self.expression(body["right"])

    def _compare(self, body: Expression, test: Callable[[Term, Term], Term]) -> Result:
        (ok_left, left), (ok_right, right) = self._both(body)
        if not isinstance(left, Scalar) or not isinstance(right, Scalar) or not operators.ordered(left, right):
            return self._error
        return self._truth(self._terms.all((ok_left, ok_right)), test(left.term, right.term))

    def _less(self, body: Expression) -> Result:
        return self._compare(body, self._terms.less)

    def _at_most(self, body: Expression) -> Result:
        return self._compare(body, self._terms.at_most)

    def _greater(self, body: Expression) -> Result:
        return self._compare(body, lambda left, right: self._terms.less(right, left))

    def _at_least(self, body: Expression) -> Result:
        return self._compare(body, lambda left, right: self._terms.at_most(right, left))

    def _arithmetic(self, body: Expression, compute: Callable[[Term, Term], Term]) -> Result:
        (ok_left, left), (ok_right, right) = self._both(body)
        if not isinstance(left, Scalar) or not isinstance(right, Scalar) or not left.type == right.type == LONG:
            return self._error
        return self._in_range(self._terms.all((ok_left, ok_right)), compute(left.term, right.term))

    def _in_range(self, ok: Term, term: Term) -> Result:
        return self._terms.all((ok, self._terms.within(term, (LONG_MIN, LONG_MAX)))), Scalar(LONG, term)

    def _add(self, body: Expression) -> Result:
        return self._arithmetic(body, self._terms.add)

    def _subtract(self, body: Expression) -> Result:
        return self._arithmetic(body, self._terms.subtract)

    def _multiply(self, body: Expression) -> Result:
        return self._arithmetic(body, self._terms.multiply)

    def _negative(self, body: Expression) -> Result:
        ok, value = self.expression(body["arg"])
        if not isinstance(value, Scalar) or value.type != LONG:
            return self._error
        return self._in_range(ok, self._terms.multiply(self._terms.constant(-1), value.term))

    def _like(self, body: Expression) -> Result:
        ok, value = self.expression(body["left"])
        if not isinstance(value, Scalar) or value.type != TEXT:
            return self._error
        pattern: Pattern = tuple(None if part == "Wildcard" else part["Literal"] for part in body["pattern"])
        for part in pattern:
            self._values.text(part or "")
        return self._truth(ok, self._terms.like(value.term, pattern))

    def _is(self, body: Expression) -> Result:
        ok, value = self.expression(body["left"])
        if not isinstance(value, Scalar) or not isinstance(value.type, EntityType):
            return self._error
        if value.type.name != body["entity_type"]:
            return self._truth(ok, self._terms.false)
        if "in" not in body:
            return self._truth(ok, self._terms.true)
        ok_within, within = self._membership(value, self.expression(body["in"]))
        return self._truth(self._terms.all((ok, ok_within)), within)

    def _in_operator(self, body: Expression) -> Result:
        (ok, left), right = self._both(body)
        if not isinstance(left, Scalar) or not isinstance(left.type, EntityType):
            return self._error
        ok_right, within = self._membership(left, right)
        return self._truth(self._terms.all((ok, ok_right)), within)

    def _membership(self, left: Scalar, right: Result) -> tuple[Term, Term]:
        ok, value = right
        if isinstance(value, Scalar) and isinstance(value.type, EntityType):
            return ok, self._entities.within(left, value)
        if not isinstance(value, SetValue):
            return self._terms.false, self._terms.false
        return ok, self._values.any_element(value, lambda element: self._in_element(left, element))

    def _in_element(self, left: Scalar, element: Value) -> Term:
        if isinstance(element, Scalar) and isinstance(element.type, EntityType):
            return self._entities.within(left, element)
        raise Unsupported("`in` a set of values that are not entities")

    def _get(self, body: Expression) -> Result:
        ok, value = self.expression(body["left"])
        found = self._entities.attribute(value, body["attr"])
        return (self._terms.all((ok, found[0])), found[1]) if found else self._error

    def _has(self, body: Expression) -> Result:
        ok, value = self.expression(body["left"])
        if not isinstance(value, Record) and not (isinstance(value, Scalar) and isinstance(value.type, EntityType)):
            return self._error
        found = self._entities.attribute(value, body["attr"])
        return self._truth(ok, found[0] if found else self._terms.false)

    def _tag(self, body: Expression) -> tuple[Term, Term, Value | None] | None:
        """No error so far, the tag is there, and its value; None for operands of other types."""
        (ok_left, left), (ok_right, key) = self._both(body)
        if not isinstance(left, Scalar) or not isinstance(left.type, EntityType):
            return None
        if not isinstance(key, Scalar) or key.type != TEXT:
            return None
        return self._terms.all((ok_left, ok_right)), *self._entities.tag(left.type.name, left.term, key.term)

    def _has_tag(self, body: Expression) -> Result:
        found = self._tag(body)
        return self._truth(found[0], found[1]) if found else self._error

    def _get_tag(self, body: Expression) -> Result:
        found = self._tag(body)
        return (self._terms.all(found[:2]), found[2]) if found else self._error

    def _set_operation(self, body: Expression, compute: Callable[[SetValue, SetValue], Term]) -> Result:
        (ok_left, left), (ok_right, right) = self._both(body)
        if not isinstance(left, SetValue) or not isinstance(right, SetValue):
            return self._error
        return self._truth(self._terms.all((ok_left, ok_right)), compute(left, right))

    def _contains(self, body: Expression) -> Result:
        (ok_left, left), (ok_right, right) = self._both(body)
        if not isinstance(left, SetValue) or right is None:
            return self._error
        return self._truth(self._terms.all((ok_left, ok_right)), self._values.contains(left, right))

    def _contains_all(self, body: Expression) -> Result:
        return self._set_operation(body, self._values.contains_all)

    def _contains_any(self, body: Expression) -> Result:
        return self._set_operation(body, self._values.contains_any)

    def _is_empty(self, body: Expression) -> Result:
        ok, value = self.expression(body["arg"])
        return self._truth(ok, self._values.is_empty(value)) if isinstance(value, SetValue) else self._error

    def _set(self, body: list[Expression]) -> Result:
        results = [self.expression(element) for element in body]
        elements = [value for _, value in results if value is not None]
        if len(elements) < len(results):
            return self._error
        pieces = tuple((self._terms.true, element) for element in elements)
        return self._terms.all(ok for ok, _ in results), SetValue(pieces)

    def _record(self, body: Mapping[str, Expression]) -> Result:
        results = {name: self.expression(part) for name, part in body.items()}
        attributes = {name: (self._terms.true, value) for name, (_, value) in results.items() if value is not None}
        if len(attributes) < len(results):
            return self._error
        return self._terms.all(ok for ok, _ in results.values()), Record(attributes)

    def _too_deep(self, _: Expression) -> Result:
        raise Unsupported("a condition nested too deeply")

    def _method(self, name: str, body: list[Expression]) -> Result:
        results = [self.expression(argument) for argument in body]
        scalars = [value for _, value in results if isinstance(value, Scalar)]
        if len(scalars) < len(results):
            return self._error
        found = operators.call(self._terms, name, scalars)
        if found is None:
            return self._error
        ok, value = found
        return self._terms.all([done for done, _ in results] + [ok]), value


_HANDLERS: Mapping[str, Callable[[Encoder, Any], Result]] = {
    "Value": Encoder._value,
    "Var": Encoder._variable,
    "&&": Encoder._and,
    "||": Encoder._or,
    "!": Encoder._not,
    "if-then-else": Encoder._if,
    "==": Encoder._equal,
    "!=": Encoder._unequal,
    "<": Encoder._less,
    "<=": Encoder._at_most,
    ">": Encoder._greater,
    ">=": Encoder._at_least,
    "+": Encoder._add,
    "-": Encoder._subtract,
    "*": Encoder._multiply,
    "neg": Encoder._negative,
    "like": Encoder._like,
    "is": Encoder._is,
    "in": Encoder._in_operator,
    ".": Encoder._get,
    "has": Encoder._has,
    "hasTag": Encoder._has_tag,
    "getTag": Encoder._get_tag,
    "contains": Encoder._contains,
    "containsAll": Encoder._contains_all,
    "containsAny": Encoder._contains_any,
    "isEmpty": Encoder._is_empty,
    "Set": Encoder._set,
    "Record": Encoder._record,
    "tooDeep": Encoder._too_deep,
}
