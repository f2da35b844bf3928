"""What is asked of a request beside how policies decide it: of its caller, or any other condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.analysis.sets.concrete import Concrete
from bot.analysis.smt.terms import Term


def _same(term: Term) -> Term:
    return term


def _any(_: Concrete) -> bool:
    return True


@dataclass(frozen=True)
class Given:
    """Conditions on a request: `terms` for the solver, `rewrite` for what they make of a policy's meaning, and `holds`
    to check them on the request found."""

    terms: tuple[Term, ...] = ()
    rewrite: Callable[[Term], Term] = _same
    holds: Callable[[Concrete], bool] = _any


ANY_REQUEST = Given()
