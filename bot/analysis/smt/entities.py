"""What is asked of entities: their ancestors, attributes and tags. Every entity is assumed to be there."""

from __future__ import annotations

from bot.analysis.model import TEXT, EntityType, Model, Uid
from bot.analysis.smt.terms import BOOL, Leaf, Term, Terms
from bot.analysis.smt.values import Record, Scalar, Unsupported, Value, Values, part_name


class Entities:
    """The entity store as functions of entity ids."""

    def __init__(self, terms: Terms, model: Model, values: Values) -> None:
        self._terms = terms
        self._model = model
        self._values = values

    def within(self, left: Scalar, right: Scalar) -> Term:
        """The first entity is the second, or has it as an ancestor."""
        terms = self._terms
        child, parent = left.type.name, right.type.name
        same = self._values.equal(left, right)
        if left.term.op == "const" and (uid := (child, str(left.term.payload))) in self._model.action_parents:
            return self._action_in(uid, same, right)
        if same is terms.true or parent not in self._model.ancestor_types.get(child, ()):
            return same
        if child in self._model.without_data:
            raise Unsupported(f"the ancestors of a {child}, which a request does not carry")
        return terms.any(
            (same, terms.app(Leaf("ancestor", (), ("ancestor", child, parent)), BOOL, (left.term, right.term)))
        )

    def _action_in(self, uid: Uid, same: Term, right: Scalar) -> Term:
        ancestors = self._model.action_parents[uid]
        return self._terms.any(
            [same]
            + [
                self._terms.equal(right.term, self._terms.constant(name))
                for kind, name in sorted(ancestors)
                if kind == right.type.name
            ]
        )

    def attribute(self, value: Value | None, name: str) -> tuple[Term, Value] | None:
        """When the attribute is there, and its value; None when it never is."""
        if isinstance(value, Record):
            return value.attributes.get(name)
        if not isinstance(value, Scalar) or not isinstance(value.type, EntityType):
            return None
        shape = self._model.entities.get(value.type.name)
        attribute = shape.attributes.by_name.get(name) if shape else None
        if attribute is None:
            return None
        self._needs_data(value.type.name, value.term)
        if name == self._model.id_attribute:
            return self._terms.true, Scalar(TEXT, value.term)
        return self._values.attribute(attribute, part_name(value.type.name, name), (value.term,))

    def _needs_data(self, kind: str, entity: Term) -> None:
        if kind in self._model.without_data:
            raise Unsupported(f"the attributes or tags of a {kind}, which a request does not carry")
        caller = entity.op == "app" and entity.leaf.name == "principal"
        if self._model.resource_id is not None and not caller and entity.payload != self._model.resource_id:
            raise Unsupported(
                f"the attributes or tags of a {kind} who is not the caller, which a request does not carry"
            )

    def tag(self, kind: str, entity: Term, key: Term) -> tuple[Term, Value | None]:
        """When an entity has a tag, and the tag's value; None for entities of a type without tags."""
        shape = self._model.entities.get(kind)
        if shape is None or shape.tags is None:
            return self._terms.false, None
        self._needs_data(kind, entity)
        name, args = f"{kind} tag", (entity, key)
        return self._values.presence(name, args), self._values.symbolic(shape.tags, name, args)
