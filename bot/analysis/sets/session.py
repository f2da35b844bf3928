"""What is worked out once for a schema: terms, encodings, and the solver to ask."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cedarpy

from bot.analysis.model import Environment, Model, gateway_model
from bot.analysis.sets.judge import Judge, Requests, policy_set
from bot.analysis.sets.policies import Parsed
from bot.analysis.smt.encode import Encoder, Meaning
from bot.analysis.smt.ground import ground
from bot.analysis.smt.solve import Answer, Cvc5, Solver
from bot.analysis.smt.terms import Term, Terms
from bot.analysis.smt.values import TimeIsUp, Unsupported
from bot.cedar.schema import GatewaySchema

_MOST_TERMS = 600_000
_MOST_SESSIONS = 8
_MOST_SETS = 8
_NO_END = Terms().pause


@dataclass(frozen=True)
class Limits:
    """How long the solver may take, in seconds: for one query, and for all that one call asks."""

    query_seconds: float = 5.0
    review_seconds: float = 30.0


@dataclass
class Deadline:
    """The time that is left of Limits, counted from when this was made."""

    limits: Limits
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Give the whole time again, for the next of several reviews."""
        self._ends = time.monotonic() + self.limits.review_seconds

    def next_query(self) -> float:
        """Seconds for the next query; not above 0 when time is up."""
        return min(self.limits.query_seconds, self._ends - time.monotonic())

    @property
    def over(self) -> bool:
        """Time is up."""
        return time.monotonic() >= self._ends

    def hold(self) -> None:
        """Raise TimeIsUp when it is."""
        if self.over:
            raise TimeIsUp(f"the {self.limits.review_seconds:.0f} s for a review are over")


def started(limits: Limits | Deadline | None) -> Deadline:
    """The deadline of a call: its caller's, when it is one of several under one limit; else its own, from now on."""
    return limits if isinstance(limits, Deadline) else Deadline(limits or Limits())


class Session:
    """A schema's model, and its policies' meanings so far."""

    def __init__(self, model: Model, handle: cedarpy.Schema, solver: Solver | None = None) -> None:
        self.model = model
        self.handle = handle
        self.solver: Solver = solver or Cvc5()
        self.terms = Terms()
        self._encoders: dict[int, Encoder] = {}
        self.requests = Requests(model, handle)
        self._sets: OrderedDict[tuple[str, ...], cedarpy.PolicySet] = OrderedDict()
        self._meanings: dict[tuple[str, int], Meaning | Unsupported] = {}

    def meaning(self, policy: Parsed, environment: Environment, deadline: Deadline | None = None) -> Meaning:
        """When a policy matches in an environment. Raises Unsupported."""
        self._until(deadline)
        key = (policy.text, id(environment))
        found = self._meanings.get(key)
        if found is None:
            found = self._meanings[key] = self._encode(policy, environment)
        if isinstance(found, Unsupported):
            raise found
        return found

    def _encode(self, policy: Parsed, environment: Environment) -> Meaning | Unsupported:
        encoder = self._encoders.get(id(environment))
        if encoder is None:
            encoder = self._encoders[id(environment)] = Encoder(self.terms, self.model, environment)
        try:
            return encoder.policy(policy.est)
        except TimeIsUp:
            raise
        except Unsupported as error:
            return Unsupported(*error.args)
        except RecursionError:
            return Unsupported("a condition nested too deeply")

    def judge(self, policies: Mapping[str, Parsed]) -> Judge:
        """Cedar on each of these policies by itself."""
        sides = [{n: p for n, p in policies.items() if p.permits is permits} for permits in (True, False)]
        return Judge(self.requests, [(tuple(side), self.policy_set(side)) for side in sides if side])

    def policy_set(self, policies: Mapping[str, Parsed]) -> cedarpy.PolicySet:
        """Cedar's handle of a set; the ids are positions."""
        return self._set(tuple(policy.statement for policy in policies.values()))

    def _set(self, statements: tuple[str, ...]) -> cedarpy.PolicySet:
        found = self._sets.pop(statements, None) or policy_set(statements)
        self._sets[statements] = found
        while len(self._sets) > _MOST_SETS:
            self._sets.popitem(last=False)
        return found

    def check(self, assertions: Sequence[Term], deadline: Deadline) -> Answer:
        """Whether some request makes all assertions true. Raises Unsupported."""
        whole = self.terms.all(assertions)
        if whole is self.terms.false:
            return Answer("unsat")
        self._until(deadline)
        try:
            deadline.hold()
            problem = ground(self.terms, whole.args if whole.op == "and" else (whole,))
            deadline.hold()
        except TimeIsUp as error:
            return Answer("unknown", reason=str(error))
        if self.terms.false in problem:
            return Answer("unsat")
        return self.solver.check(problem, deadline.next_query())

    def _until(self, deadline: Deadline | None) -> None:
        """Terms are made until then."""
        self.terms.pause = deadline.hold if deadline else _NO_END

    @property
    def full(self) -> bool:
        """It holds more than is worth keeping."""
        return len(self.terms) > _MOST_TERMS


_sessions: OrderedDict[int, tuple[GatewaySchema, Session]] = OrderedDict()


def session_for(schema: GatewaySchema) -> Session:
    """The session of a gateway's schema; the last few are kept."""
    kept = _sessions.pop(id(schema), None)
    if kept is None or kept[1].full:
        kept = (schema, Session(gateway_model(schema), schema.handle))
    _sessions[id(schema)] = kept
    while len(_sessions) > _MOST_SESSIONS:
        _sessions.popitem(last=False)
    return kept[1]
