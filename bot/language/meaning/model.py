"""What a rule means before it meets the gateway: terms, formulas over them, and drafts.

A draft is what a phrase of a rule contributes: an effect, who, which tools, conditions, exceptions. Two phrases join
when their drafts do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.language.meaning.logic import Logic
from bot.language.text.quantities import Quantity
from bot.language.text.tokens import Token
from bot.language.wordlists import Effect

Said = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A value as typed: several words only where quotes or the schema hold them together."""

    text: str
    quoted: bool = False
    said: Said = field(default=(), compare=False, hash=False)


@dataclass(frozen=True, slots=True)
class Compared:
    """An input against a number; without a subject the amount of the tool, or what counts its `noun` ("5,000 coins").

    `age` says that it was said as an age: "older than"; `tail` is what its unit is said to lead up to or come after:
    "14 days until due", and `of` what it was said to be: "long" ("for a period of"), "longer" (than it), or "worth"."""

    op: str
    quantity: Quantity
    unit: str = ""
    subject: Said = ()
    said: Said = field(default=(), compare=False, hash=False)
    age: bool = False
    noun: str = ""
    tail: Said = ()
    of: str = ""

    def after(self, before: Compared) -> Compared:
        """What is left out of a bound is as in the one before: "up to 1000 EUR, everyone else up to 100"."""
        if self.unit or self.subject or self.noun or self.quantity.currency:
            return self
        quantity = replace(self.quantity, currency=before.quantity.currency)
        return replace(self, unit=before.unit, subject=before.subject, noun=before.noun, quantity=quantity)


@dataclass(frozen=True, slots=True)
class Valued:
    """An input against values, any of them: `how` is ==, contains, starts or ends. Without a subject the input that
    lists the value. `prep` is the preposition before them; `both` says
    that they were joined by "and", which a list can have and a single text cannot, `listed` that the subject must
    list them, and `others` that anything but them was said."""

    how: str
    values: tuple[Value, ...]
    subject: Said = ()
    said: Said = field(default=(), compare=False, hash=False)
    prep: str = field(default="", compare=False, hash=False)
    both: bool = False
    listed: bool = False
    others: bool = False


@dataclass(frozen=True, slots=True)
class Flagged:
    """A boolean input that is true; `verb` is a participle that its description must have: "paid by gift card"."""

    subject: Said
    said: Said = field(default=(), compare=False, hash=False)
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """An input that is there at all."""

    subject: Said
    said: Said = field(default=(), compare=False, hash=False)


@dataclass(frozen=True, slots=True)
class Has:
    """ "With a note", "without approval": a boolean input that is true, or any other that is there."""

    subject: Said
    said: Said = field(default=(), compare=False, hash=False)


@dataclass(frozen=True, slots=True)
class Against:
    """One input against another."""

    op: str
    other: Said
    subject: Said = ()
    said: Said = field(default=(), compare=False, hash=False)


@dataclass(frozen=True, slots=True)
class Beside:
    """A value that no schema lists, beside the noun of its input: "on the release branch", "every branch but master".

    `after` says that the noun comes behind its value.
    """

    prep: str
    thing: Said
    value: Value
    after: bool = False
    negative: bool = False


@dataclass(frozen=True, slots=True)
class OwnerRepo:
    """ "Of initech/website", on a tool that has both."""

    value: Value
    prep: str = ""


@dataclass(frozen=True, slots=True)
class DoneBy:
    """ "Owned by initech", "assigned to ana", "titled wip": a participle of the name of an input, and its value."""

    verb: str
    by: str
    value: Value


@dataclass(frozen=True, slots=True)
class DoneListed:
    """ "Paid by wire": a value that an input lists, and a participle that its name or description has too."""

    verb: str
    value: Value


@dataclass(frozen=True, slots=True)
class Dated:
    """An input that holds a date against a whole day: its first instant, and the first after it."""

    op: str
    first: object
    after: object
    subject: Said


@dataclass(frozen=True, slots=True)
class Whatever:
    """Any value of the input that `other` is about: "leads up to 100, auditors for any amount"."""

    subject: Said
    other: Formula | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """What a condition is said of must be what the tool is about: "the order" of a refund is, "the ticket" is not."""

    thing: Token


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition that no tool changes: a time, or who the caller is."""

    logic: Logic


@dataclass(frozen=True, slots=True)
class Neg:
    """A negation."""

    item: Formula


@dataclass(frozen=True, slots=True)
class And:
    """Every one of the items."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the items."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Ungrouped(Or):
    """What hangs on a tool phrase, joined by an "or" that nothing groups: "in EUR or over 6000"."""


@dataclass(frozen=True, slots=True)
class UngroupedNeg(Neg):
    """The same with a "not" that reaches over the "or": "not in EUR or over 6000"."""


Term = Compared | Valued | Flagged | Given | Has | Against | Beside | OwnerRepo | DoneBy | DoneListed | Dated
Formula = Term | Whatever | Own | Fact | Neg | And | Or


def joined(op: str, *items: Formula) -> Formula:
    """Formulas joined by "and" or "or", chains of one joiner flat."""
    kind = And if op == "and" else Or
    flat: list[Formula] = []
    for item in items:
        flat += item.items if isinstance(item, kind) else (item,)
    flat = list(dict.fromkeys(flat))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def halved(left: Formula, right: Formula) -> bool:
    """Whether a bare value stands behind one that is denied."""
    last = left.items[-1] if isinstance(left, And) else left
    denied_value = isinstance(last, Neg) and isinstance(last.item, Valued)
    return denied_value and isinstance(right, Valued) and not (right.subject or right.prep)


def torn(left: Formula | None, right: Formula | None) -> bool:
    """Whether of two conditions that stand side by side one may be of a half of the other alone: "over 5000 in EUR or
    over 6000 in USD"."""
    return None not in (left, right) and any(isinstance(side, Ungrouped | UngroupedNeg) for side in (left, right))


def negated(item: Formula) -> Formula:
    """The negation; a double one is none."""
    return item.item if isinstance(item, Neg) else Neg(item)


def terms(formula: Formula) -> Iterator[Term | Fact]:
    """The leaves of a formula, from left to right."""
    match formula:
        case Neg(item):
            yield from terms(item)
        case And(items) | Or(items):
            for item in items:
                yield from terms(item)
        case Whatever() | Own():
            return
        case _:
            yield formula


def about(subject: Said, formula: Formula) -> Formula:
    """The formula with its open terms said of a subject."""
    match formula:
        case Neg(item):
            return Neg(about(subject, item))
        case And(items):
            return And(tuple(about(subject, item) for item in items))
        case Or(items):
            return Or(tuple(about(subject, item) for item in items))
        case Compared() | Valued() | Against() if not formula.subject:
            return replace(formula, subject=subject, said=(*subject, *formula.said))
    return formula


# ---- what phrases contribute -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Who:
    """Who a phrase speaks of; no condition is everyone. `form` is how it ends: a claim, a list, a further condition.

    It is not `sure` where a noun of it may as well be a thing: "gadgets" may refund, but "refunds for gadgets" are
    refunds of them.
    """

    condition: Logic | None = None
    form: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class What:
    """The tools that a phrase names. More than one choice is a question; a target stands for all of its tools.

    `verb` is the stem of what its words say is done, `unsaid` are verbs of the tools' names that they leave out, and
    `places` are the words.
    """

    choices: tuple[tuple[str, ...], ...]
    target: str = ""
    everything: bool = False
    verb: str = field(default="", compare=False)
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)
    places: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """What phrases have contributed so far; conditions of the tool phrase itself count as `when`.

    One that ends in an exception is `open`: what follows could belong to the exception, or to the rule. What stands
    `beside` it are further tools of one list, each with conditions of its own. What `must` be so is said without an
    effect: all of that is allowed, or nothing else is.
    """

    effect: Effect | None = None
    who: Who | None = None
    what: What | None = None
    when: Formula | None = None
    unless: Formula | None = None
    open: bool = False
    beside: tuple[Draft, ...] = ()
    must: Formula | None = None

    @property
    def excepts(self) -> bool:
        """Whether it has an exception already: what follows could belong to that."""
        return self.unless is not None or self.open or (self.who is not None and self.who.form == "but")


def senses(draft: Draft) -> tuple[Draft, ...]:
    """What a draft can mean: of one that says what must be so, the permit of it and the ban of all else."""
    if draft.must is None:
        return (draft,)
    # Who calls stands first, as where it is said first: a reading is offered only where its words say the same text.
    both_said = (draft.must, draft.when) if isinstance(draft.must, Fact) else (draft.when, draft.must)
    when = joined("and", *(each for each in both_said if each is not None))
    plain = replace(draft, must=None)
    return (replace(plain, effect="permit", when=when), replace(plain, effect="forbid", unless=draft.must))


def spread(draft: Draft) -> tuple[Draft, ...]:
    """A draft as one for each part of its list of tools, all with its effect and people."""
    parts = (replace(draft, what=part.what, when=part.when, beside=()) for part in draft.beside)
    return (replace(draft, beside=()), *parts)


def join(left: Draft, right: Draft) -> Draft | None:
    """Both contributions as one, or None where they say one thing twice."""
    if (left.effect and right.effect) or (left.who and right.who) or (left.what and right.what):
        return None
    if left.unless and right.unless:
        return None
    who = left.who or right.who
    if (left.effect or right.effect) == "permit" and who is not None and who.form == "staff":
        return None  # all but some of those who work there, whoever they are
    if (left.must and (right.effect or right.unless)) or (right.must and (left.effect or left.unless)):
        return None
    if any(one.beside and (other.when or other.unless) for one, other in ((left, right), (right, left))):
        return None  # of one of the tools, or of them all
    if torn(left.when, right.when):
        return None
    when = joined("and", left.when, right.when) if left.when and right.when else left.when or right.when
    return Draft(
        left.effect or right.effect,
        who,
        left.what or right.what,
        when,
        left.unless or right.unless,
        right.open,
        left.beside or right.beside,
        left.must or right.must,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: `kind` is who, whether or what, `denied` that it asks what is blocked; `draft` are the requests."""

    kind: str
    denied: bool
    draft: Draft
