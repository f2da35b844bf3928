"""Who is concerned by a change in one environment, and whether every call is: the solver is asked, not the syntax."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.analysis.model import TEXT, Environment
from bot.analysis.sets.always import Decisions
from bot.analysis.sets.compare import Comparison, Shown
from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.given import ANY_REQUEST, Given
from bot.analysis.sets.policies import Parsed
from bot.analysis.sets.search import Found, Impossible, Outcome, Search, Unknown
from bot.analysis.smt.terms import BOOL, STRING, Leaf, Term, subterms
from bot.analysis.smt.values import Unsupported
from bot.cedar.gateway import IAM_ENTITY

POSSIBLY_ANYONE = "possibly anyone"
# No policy names it: who may do something under this id may do it under any.
_NOBODY = "⁂"
_MOST_VALUES = 3
_WORD = re.compile(r"[^\s“”,;=()]+")
_MOST_CLAIMS = 6


def decided_alike(
    comparison: Comparison, environment: Environment, policies: Mapping[str, Parsed], shown: Shown
) -> bool:
    """Every request of the environment is decided by these policies as the one that is shown."""
    session = comparison.session
    here = {name: policy for name, policy in policies.items() if policy.applies(environment, session.model)}
    first = next((name for name in shown.after.reasons if name in here), "")
    decisions = Decisions(Search(session, environment, here, comparison.deadline), here, first)
    return isinstance(decisions.denied() if shown.after.allowed else decisions.allowed(), Impossible)


def whom_of(comparison: Comparison, environment: Environment, shown: Shown, within: Given = ANY_REQUEST) -> str:
    """The callers of the requests that change as the one that is shown; `within` the requests that are asked about."""
    return _Whom(comparison, environment, shown, within).said()


@dataclass(frozen=True)
class _Caller:
    """What is asked of a caller: claims that it does not have, or no claims at all; an id that no policy names; none of
    these values for a claim, or for its id ("")."""

    without: tuple[str, ...] = ()
    no_claims: bool = False
    nobody: bool = False
    other: tuple[str, tuple[str, ...]] | None = None


class _Whom:
    def __init__(self, comparison: Comparison, environment: Environment, shown: Shown, within: Given) -> None:
        self._comparison = comparison
        self._within = within
        self._environment = environment
        self._before = shown.before.allowed
        self._first = shown.request
        self._kind = environment.principal
        self._terms = comparison.session.terms
        shape = comparison.session.model.entities[self._kind]
        self._named = not shape.members
        self._texts = shape.tags == TEXT
        self._principal = self._terms.app(Leaf("principal", shape.members), STRING)
        self._noun = "IAM caller" if self._kind == IAM_ENTITY else "caller"

    def said(self) -> str:
        """A phrase for them."""
        anyone = self._ask(_Caller(no_claims=True, nobody=True))
        if isinstance(anyone, Found):
            return "any IAM caller" if self._kind == IAM_ENTITY else "anyone"
        if isinstance(anyone, Unknown):
            return POSSIBLY_ANYONE
        claims = [claim for claim in _tags(self._first) if self._never(_Caller(without=(claim,)))]
        named = self._never(_Caller(nobody=True))
        if claims or named:
            return self._all_of(claims, named)
        return self._one_of()

    def _all_of(self, claims: list[str], named: bool) -> str:
        """Every one of these claims is needed, and the id."""
        ids = list(map(as_one, self._values(""))) if named else []
        who = f"{self._noun} {' or '.join(ids)}" if ids else f"{self._noun}s"
        if named and not ids:
            who += " with certain ids"
        needed = []
        for claim in claims:
            values, name = " or ".join(map(as_one, self._values(claim))), as_one(claim)
            needed.append(f"{name} = {values}" if values else f"a {name} claim")
        join = " and " if named and not ids else " with "
        return f"{who}{join}{' and '.join(needed)}" if needed else who

    def _one_of(self) -> str:
        """No single claim is needed, but one of several: those without which no request changes."""
        found: dict[str, None] = dict.fromkeys(_tags(self._first))
        nobody = False
        while len(found) <= _MOST_CLAIMS:
            outcome = self._ask(_Caller(without=tuple(found), nobody=nobody))
            if isinstance(outcome, Unknown):
                return POSSIBLY_ANYONE
            if isinstance(outcome, Impossible):
                break
            more = [claim for claim in _tags(outcome.request) if claim not in found]
            if not more and nobody:
                return POSSIBLY_ANYONE
            nobody = nobody or not more
            found.update(dict.fromkeys(more))
        else:
            return f"{self._noun}s with certain claims"
        for claim in list(found):
            fewer = tuple(each for each in found if each != claim)
            if self._never(_Caller(without=fewer, nobody=nobody)):
                del found[claim]
        said = f"{self._noun}s with {' or '.join(f'a {as_one(claim)} claim' for claim in found)}"
        return f"{said}, or with certain ids" if nobody else said

    def _values(self, claim: str) -> list[str]:
        """The only values of a claim (or of the id) that such requests have; empty when there are more than a few."""
        if not self._texts and claim:
            return []
        values = [_value(self._first, claim)]
        while len(values) <= _MOST_VALUES:
            outcome = self._ask(_Caller(other=(claim, tuple(values))))
            if isinstance(outcome, Impossible):
                return values
            if isinstance(outcome, Unknown):
                return []
            values.append(_value(outcome.request, claim))
        return []

    def _never(self, caller: _Caller) -> bool:
        return isinstance(self._ask(caller), Impossible)

    def _ask(self, caller: _Caller) -> Outcome:
        """A request that changes so, of such a caller."""
        try:
            return self._comparison.flip(self._environment, before=self._before, given=self._given(caller))
        except Unsupported as error:
            return Unknown(str(error))

    def _given(self, caller: _Caller) -> Given:
        terms = self._terms
        asked = [terms.negate(self._has(claim)) for claim in caller.without]
        if caller.nobody and self._named:
            asked.append(terms.equal(self._principal, terms.constant(_NOBODY)))
        if caller.other:
            claim, values = caller.other
            subject = self._tag(claim) if claim else self._principal
            asked += [terms.negate(terms.equal(subject, terms.constant(value))) for value in values]

        def holds(request: Concrete) -> bool:
            tags = _tags(request)
            return (
                self._within.holds(request)
                and not (caller.no_claims and tags)
                and not any(claim in tags for claim in caller.without)
                and not (caller.nobody and self._named and request.principal[1] != _NOBODY)
                and not (caller.other and _value(request, caller.other[0]) in caller.other[1])
            )

        asked += self._within.terms
        if caller.no_claims:
            return Given(tuple(map(self._without_claims, asked)), self._without_claims, holds)
        return Given(tuple(asked), holds=holds)

    def _without_claims(self, meaning: Term) -> Term:
        """What is left of a policy's meaning for a caller that has no claims."""
        claims = {
            term: self._terms.false
            for term in subterms((meaning,))
            if term.op == "app" and term.leaf.name == f"{self._kind} tag?"
        }
        return self._terms.substitute(meaning, claims) if claims else meaning

    def _has(self, claim: str) -> Term:
        return self._terms.app(Leaf(f"{self._kind} tag?"), BOOL, (self._principal, self._terms.constant(claim)))

    def _tag(self, claim: str) -> Term:
        return self._terms.app(Leaf(f"{self._kind} tag"), STRING, (self._principal, self._terms.constant(claim)))


def as_one(text: str) -> str:
    """A value, or a claim's name, so that it cannot be taken for the words around it, nor overlooked."""
    if _WORD.fullmatch(text):
        return text
    inner = text.replace("“", r"\u{201c}").replace("”", r"\u{201d}")
    return f"“{inner}”"


def _tags(request: Concrete) -> Mapping[str, object]:
    return request.entities[request.principal].tags


def _value(request: Concrete, claim: str) -> str:
    return str(_tags(request).get(claim, "")) if claim else request.principal[1]
