"""The entity hierarchy: an ancestor of an ancestor is one, and nothing is its own."""

from __future__ import annotations

from collections.abc import Sequence

from bot.analysis.smt.terms import Leaf, Term, Terms, subterms
from bot.analysis.smt.values import Unsupported

_MOST_AXIOMS = 20_000


def hierarchy_axioms(terms: Terms, problem: Sequence[Term]) -> list[Term]:
    """The axioms for the ancestor questions in a problem, and for those that follow from them."""
    edges = [term for term in subterms(problem) if term.op == "app" and term.leaf.role[:1] == ("ancestor",)]
    known = set(edges)
    axioms: dict[Term, None] = {}
    for edge in edges:
        _, child, parent = edge.leaf.role
        if child == parent:
            axioms[terms.implies(edge, terms.negate(terms.equal(*edge.args)))] = None
    position = 0
    while position < len(edges):
        for other in edges[: position + 1]:
            for low, high in ((edges[position], other), (other, edges[position])):
                above = _above(terms, low, high)
                if above is None:
                    continue
                axiom, reached = above
                axioms[axiom] = None
                if reached is not None and reached not in known:
                    known.add(reached)
                    edges.append(reached)
                if len(axioms) > _MOST_AXIOMS:
                    raise Unsupported("an entity hierarchy with too many members in question")
        position += 1
    return list(axioms)


def _above(terms: Terms, low: Term, high: Term) -> tuple[Term, Term | None] | None:
    """a in b and b' in c, where b and b' may be the same: a in c."""
    _, child, middle = low.leaf.role
    _, joint, parent = high.leaf.role
    meet = terms.equal(low.args[1], high.args[0]) if middle == joint else terms.false
    if meet is terms.false:
        return None
    premise = terms.all((low, high, meet))
    if child == parent and low.args[0] is high.args[1]:
        return terms.negate(premise), None
    reached = terms.app(Leaf("ancestor", (), ("ancestor", child, parent)), "Bool", (low.args[0], high.args[1]))
    if child != parent:
        return terms.implies(premise, reached), reached
    different = terms.negate(terms.equal(*reached.args))
    return terms.implies(premise, terms.all((reached, different))), reached
