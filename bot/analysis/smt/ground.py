"""From formulas to ones that a solver of strings and linear integers takes: no `exists`, no unexplained function.

Every formula added here is true of all of Cedar's requests, so that what has no model before has none after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from bot.analysis.smt.hierarchy import hierarchy_axioms
from bot.analysis.smt.literals import LONG_MAX, LONG_MIN
from bot.analysis.smt.terms import INT, Leaf, Term, Terms, subterms


def ground(terms: Terms, assertions: Iterable[Term]) -> list[Term]:
    """The assertions with `exists` replaced, and the axioms of all functions that occur in them.

    What is left of functions are `app` terms, each to be read as one variable. Raises Unsupported when the entity
    hierarchy in question is too large.
    """
    problem = _without_exists(terms, list(assertions))
    problem += hierarchy_axioms(terms, problem)
    leaves = [term for term in subterms(problem) if term.op == "app"]
    problem += [terms.in_domain(leaf) for leaf in leaves if leaf.leaf.domain]
    problem += _congruence(terms, leaves)
    return [term for term in dict.fromkeys(problem) if term is not terms.true]


def _without_exists(terms: Terms, assertions: list[Term]) -> list[Term]:
    """Each `exists x. f(x)` as a Boolean E: E implies f(w) for a new w, and f(r) implies E for every relevant r.

    Relevant are the elements whose membership in some symbolic set is in question, of the same element type. They are
    enough: in a model, sets can be cut down to them.
    """
    found = [term for term in subterms(assertions) if term.op == "exists"]
    if not found:
        return assertions
    flags = {term: terms.app(Leaf(f"exists {number}"), "Bool") for number, term in enumerate(found)}
    witnesses = [
        terms.app(Leaf(f"witness {number}", term.args[0].leaf.domain), term.args[0].sort)
        for number, term in enumerate(found)
    ]
    bodies = [terms.substitute(term.args[1], flags) for term in found]
    problem = [terms.substitute(term, flags) for term in assertions]
    bound = {term.args[0]: term.args[0] for term in found}
    for term, body, witness in zip(found, bodies, witnesses, strict=True):
        problem.append(terms.implies(flags[term], terms.substitute(body, {term.args[0]: witness})))
    elements = _elements(problem + bodies, bound)
    problem += _element_ranges(terms, problem)
    for term, body in zip(found, bodies, strict=True):
        instances = _Instances(terms, body, term.args[0])
        for element in elements.get(term.args[0].leaf.name, ()):
            problem.append(terms.implies(instances.of(element), flags[term]))
    return problem


class _Instances:
    """A formula about a variable with one element after the other in its place.

    A set literal is a long row of `variable == constant`, and gives as many constant elements: which of the row holds
    for an element is looked up, not computed again from each.
    """

    def __init__(self, terms: Terms, body: Term, variable: Term) -> None:
        self._terms = terms
        self._body = body
        self._variable = variable
        self._rows: dict[Term, tuple[set[Term], set[Term], list[Term]]] = {}

    def of(self, element: Term) -> Term:
        if element.op != "const":
            return self._terms.substitute(self._body, {self._variable: element})
        return self._of_constant(self._body, element)

    def _of_constant(self, term: Term, element: Term) -> Term:
        if term.op not in ("and", "or"):
            return self._terms.substitute(term, {self._variable: element})
        equal, unequal, rest = self._row(term)
        join, decided = (
            (self._terms.all, self._terms.false) if term.op == "and" else (self._terms.any, self._terms.true)
        )
        # Some `variable == a` of a row holds for these a alone; some `variable != a` for all but a, when it is the one.
        yes, no = (equal, unequal) if term.op == "or" else (unequal, equal)
        if element in yes or len(no) > (element in no):
            return decided
        return join(self._of_constant(part, element) for part in rest)

    def _row(self, term: Term) -> tuple[set[Term], set[Term], list[Term]]:
        """The constants that the variable is said to equal, and not to equal, and the other parts."""
        found = self._rows.get(term)
        if found is None:
            equal, unequal, rest = found = self._rows[term] = (set(), set(), [])
            for part in term.args:
                equation = part.args[0] if part.op == "not" else part
                if equation.op == "eq" and equation.args[0] is self._variable and equation.args[1].op == "const":
                    (unequal if part.op == "not" else equal).add(equation.args[1])
                else:
                    rest.append(part)
        return found


def _elements(problem: Sequence[Term], bound: dict[Term, Term]) -> dict[str, dict[Term, None]]:
    """Elements of symbolic sets, by the name of the bound variable of their type."""
    found: dict[str, dict[Term, None]] = {}
    for term in _members(problem):
        if not any(part in bound for part in subterms(term.args)):
            found.setdefault(f"bound {term.leaf.role[1]}", {})[term.args[-1]] = None
    return found


def _members(problem: Sequence[Term]) -> Iterator[Term]:
    return (term for term in subterms(problem) if term.op == "app" and term.leaf.role[:1] == ("member",))


def _element_ranges(terms: Terms, problem: Sequence[Term]) -> Iterator[Term]:
    """No set contains the outcome of an overflow."""
    for term in list(_members(problem)):
        element = term.args[-1]
        if element.sort == INT and element.op not in ("const", "app"):
            yield terms.implies(term, terms.within(element, (LONG_MIN, LONG_MAX)))


def _congruence(terms: Terms, leaves: Sequence[Term]) -> Iterator[Term]:
    """A function has one value for equal arguments."""
    functions: dict[tuple[Leaf, str], list[Term]] = {}
    for leaf in leaves:
        if leaf.args:
            functions.setdefault((leaf.leaf, leaf.sort), []).append(leaf)
    for applications in functions.values():
        for left, right in _perhaps_same(applications):
            same = terms.all(terms.equal(a, b) for a, b in zip(left.args, right.args, strict=True))
            if same is not terms.false:
                yield terms.implies(same, terms.equal(left, right))


def _perhaps_same(applications: Sequence[Term]) -> Iterator[tuple[Term, Term]]:
    """The pairs whose last arguments are not different constants."""
    by_constant: dict[Term, list[Term]] = {}
    others = []
    for application in applications:
        last = application.args[-1]
        if last.op == "const":
            by_constant.setdefault(last, []).append(application)
        else:
            others.append(application)
    for same in (*by_constant.values(), others):
        yield from combinations(same, 2)
    for left in others:
        yield from ((left, right) for same in by_constant.values() for right in same)
