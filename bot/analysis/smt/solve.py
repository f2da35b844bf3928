"""Asking a solver: the port, and cvc5 behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.analysis.smt.terms import BOOL, INT, Constant, Pattern, Term, subterms


@dataclass(frozen=True)
class Answer:
    """What a solver says of a problem; with "sat" the value of each `app` term, with "unknown" why."""

    status: Literal["sat", "unsat", "unknown"]
    values: Mapping[Term, Constant] = field(default_factory=dict)
    reason: str = ""


class Solver(Protocol):
    """Decides whether ground assertions have a model."""

    def check(self, assertions: Sequence[Term], seconds: float) -> Answer:
        """Answer within about this many seconds. The same assertions get the same answer, unless time runs out."""
        ...


def smt_text(text: str) -> str:
    """A string in SMT-LIB's escapes, in which a backslash stands for itself only if nothing after it looks like one."""
    return "".join(c if " " <= c <= "~" and c != "\\" else f"\\u{{{ord(c):x}}}" for c in text)


class Cvc5:
    """cvc5, with a new term manager and solver for each problem: nothing is carried over from one to the next."""

    def check(self, assertions: Sequence[Term], seconds: float) -> Answer:
        import cvc5  # 30 ms that `policybot translate` need not spend

        manager = cvc5.TermManager()
        solver = cvc5.Solver(manager)
        solver.setLogic("QF_SNIA" if any(map(_is_product, subterms(assertions))) else "QF_SLIA")
        for option, value in (
            ("produce-models", "true"),
            ("strings-exp", "true"),
            ("tlimit-per", str(max(1, int(seconds * 1000)))),
        ):
            solver.setOption(option, value)
        started = time.monotonic()
        try:
            translated = _Translation(cvc5, manager).assertions(assertions, solver.assertFormula, started + seconds)
            result = solver.checkSat()
            if result.isUnsat():
                return Answer("unsat")
            if not result.isSat():
                late = time.monotonic() - started >= seconds * 0.9
                return Answer("unknown", reason=f"no answer in {seconds:.0f} s" if late else "the solver gave up")
            return Answer("sat", {term: _value(term, solver.getValue(ours)) for term, ours in translated.items()})
        except TimeoutError:
            return Answer("unknown", reason=f"no answer in {seconds:.0f} s")
        except RuntimeError as error:
            return Answer("unknown", reason=f"the solver failed: {error}")


def _is_product(term: Term) -> bool:
    return term.op == "mul" and all(part.op != "const" for part in term.args)


def _value(term: Term, value: Any) -> Constant:
    if term.sort == BOOL:
        return bool(value.getBooleanValue())
    return int(value.getIntegerValue()) if term.sort == INT else str(value.getStringValue())


class _Translation:
    """Our terms as cvc5's, each once."""

    def __init__(self, cvc5: Any, manager: Any) -> None:
        self._manager = manager
        kind = cvc5.Kind
        self._kinds = {
            "not": kind.NOT,
            "and": kind.AND,
            "or": kind.OR,
            "eq": kind.EQUAL,
            "ite": kind.ITE,
            "le": kind.LEQ,
            "add": kind.ADD,
            "mul": kind.MULT,
            "div": kind.INTS_DIVISION,
            "mod": kind.INTS_MODULUS,
        }
        self._in_regexp, self._to_regexp = kind.STRING_IN_REGEXP, kind.STRING_TO_REGEXP
        self._concat, self._star = kind.REGEXP_CONCAT, kind.REGEXP_STAR
        self._sorts = {
            BOOL: manager.getBooleanSort(),
            INT: manager.getIntegerSort(),
            "String": manager.getStringSort(),
        }

    def assertions(self, assertions: Sequence[Term], add: Callable[[Any], None], ends: float) -> dict[Term, Any]:
        """Adds each assertion; returns the `app` terms with what stands for them. Raises TimeoutError."""
        done: dict[Term, Any] = {}
        leaves: dict[Term, Any] = {}
        for term in subterms(assertions):
            if time.monotonic() > ends:
                raise TimeoutError
            if term.op == "app":
                done[term] = leaves[term] = self._manager.mkConst(self._sorts[term.sort], f"v{len(leaves)}")
            elif term.op == "const":
                done[term] = self._constant(term.payload)
            elif term.op == "like":
                done[term] = self._like(done[term.args[0]], term.pattern)
            else:
                done[term] = self._manager.mkTerm(self._kinds[term.op], *(done[part] for part in term.args))
        for term in assertions:
            add(done[term])
        return leaves

    def _constant(self, value: Any) -> Any:
        if isinstance(value, bool):
            return self._manager.mkBoolean(value)
        return self._manager.mkInteger(str(value)) if isinstance(value, int) else self._string(value)

    def _string(self, value: str) -> Any:
        return self._manager.mkString(smt_text(value), True)

    def _like(self, text: Any, pattern: Pattern) -> Any:
        make = self._manager.mkTerm
        any_text = make(self._star, self._manager.mkRegexpAllchar())
        parts = [any_text if part is None else make(self._to_regexp, self._string(part)) for part in pattern]
        return make(self._in_regexp, text, make(self._concat, *parts) if len(parts) > 1 else parts[0])
