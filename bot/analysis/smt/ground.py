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
        variable = term.args[0]
        for element in elements.get(variable.leaf.name, ()):
            problem.append(terms.implies(terms.substitute(body, {variable: element}), flags[term]))
    return problem


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
        for left, right in combinations(applications, 2):
            same = terms.all(terms.equal(a, b) for a, b in zip(left.args, right.args, strict=True))
            if same is not terms.false:
                yield terms.implies(same, terms.equal(left, right))
