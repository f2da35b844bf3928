"""Conditions amid the words of a tool phrase: values, flags, numbers and amounts before its noun."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.beside import named_text
from bot.language.gateway.context import Context
from bot.language.gateway.subjects import Amount, of_one_list
from bot.language.gateway.verbs import is_said_to_do, is_verb
from bot.language.grammar.actions.tools import Deed
from bot.language.meaning.model import (
    Beside,
    Compared,
    Flagged,
    Formula,
    Said,
    Value,
    Valued,
    about,
    joined,
    negated,
    terms,
)
from bot.language.text.tokens import Token
from bot.language.text.words import forms, is_plural, parts, singular, stem
from bot.language.wordlists import BEFORE_VERBS, STOPS, VERB_CLASSES

_MODALS = BEFORE_VERBS - {"to", "not", "never", "nobody", "ever"}
_LOOKING = VERB_CLASSES["read"] - {"open", "download"}


def count_of(context: Context, op: str, number: Amount, noun: Deed) -> Deed:
    """ "Up to 5,000 coins": a number of what the tool is named for, where an input is counted in it."""
    token = context.tokens[noun.places[0]]
    return Deed(noun.places, Compared(op, number.quantity, "", (), (*number.said, token), noun=token.stem))


def count_of_some(context: Context, op: str, number: Amount, values: tuple[Value, ...], noun: Deed) -> Deed | None:
    """ "Up to 20 adult or senior tickets": a number of them, and what each is."""
    some, counted = value_in(context, values), count_of(context, op, number, noun)
    if some is None or some.when is None or counted.when is None:
        return None
    return replace(counted, when=joined("and", counted.when, some.when), inner=some.inner)


def counted_out(context: Context, op: str, number: Amount, more: Deed, unit: str) -> Deed:
    """ "Up to 100 bonus points": a word of the tool before the noun that an input counts."""
    said = (*number.said, context.tokens[more.places[0]], context.tokens[more.places[0] + 1])
    return Deed(more.places, Compared(op, number.quantity, unit, (), said))


def value_in(context: Context, values: tuple[Value, ...]) -> Deed | None:
    """Listed values amid a tool phrase: "urgent tickets", "minibar or laundry charges"."""
    said = tuple(token for value in values for token in value.said)
    line, at = context.line(), context.tokens.index(said[0])
    if said[0].low in _LOOKING:
        return None  # to check settlements is to look at them, though one may be paid by check
    if line.low(at - 1) in _MODALS or (is_verb(said[0]) and is_said_to_do(line, at, first=True)):
        return None  # who may delete mail rules makes none that delete
    plain = said[-1].low not in context.lexicon.listed and not _plural_of(context, said[-1])
    if plain and said[-1].stem in context.lexicon.by_name_stem:
        return None  # "pay carriers", where carriers are approved: a thing of the gateway, and no kind of claim
    return Deed((), Valued("==", values, (), said), said)


def _plural_of(context: Context, token: Token) -> bool:
    """Whether a word is the plural of a listed value, and of no word of a tool's name, which may share its stem only:
    vaccinations, where a tool is about vaccines."""
    one = singular(token.low)
    return one in context.lexicon.listed and one not in context.lexicon.spelled


def values_in(context: Context, values: tuple[Value, ...]) -> Deed | None:
    """ "Urgent and high tickets": some of each; of a list, those that have both."""
    found = value_in(context, values)
    if found is None or not isinstance(found.when, Valued) or not of_one_list(context.lexicon, values):
        return None
    return replace(found, when=replace(found.when, both=True))


def bound_noun(context: Context, subject: Said, pred: Formula) -> Deed | None:
    """ "Settlement payouts above 500": a noun of the phrase that is an input, with its bound."""
    return cond_before(context, about(subject, pred)) if is_plural(subject[-1].low) else None


def cond_before(context: Context, cond: Formula) -> Deed:
    """A condition amid a tool phrase: "evening slots for technicians"."""
    return Deed((), cond)


def word_with_value(context: Context, noun: Deed, value: Value) -> Deed | None:
    """ "Export the space HANDBOOK": a word of the tool that is the noun of an input too, and its value."""
    span = (context.tokens[noun.places[0]],)
    if is_verb(span[0]) or not (value.quoted or not value.text.islower() or not value.text.isalpha()):
        return None
    return Deed(noun.places, Beside("", span, value)) if named_text(context.lexicon, span) else None


def noun_with(context: Context, noun: Deed, pred: Formula) -> Deed | None:
    """ "Create branches starting with bot/": a word of the tool that is the noun of an input too, and its bound."""
    span = (context.tokens[noun.places[0]],)
    return Deed(noun.places, about(span, pred)) if named_text(context.lexicon, span) else None


def flag_in(context: Context, flag: Said) -> Deed | None:
    """A flag amid a tool phrase: "express refunds"."""
    done = len(flag) == 1 and is_verb(flag[0]) and not flag[0].low.endswith("ed") and not _whole_flag(context, flag[0])
    if done or not _spelled_flag(context, flag) or _acted_on(context, flag) or _of_another(context, flag):
        return None
    return Deed((), Flagged(flag, flag), flag)


def _of_another(context: Context, flag: Said) -> bool:
    """Whether a flag is before a noun that it is not said of: "medical students", where it says "medical reasons"."""
    noun = next((token for token in context.tokens if token.start > flag[-1].start), None)
    if noun is None or not is_plural(noun.low):
        return False
    tools = context.lexicon.by_input_word.get(flag[0].stem, ())
    near = [(tool, found) for tool in tools for found in tool.inputs if found.leaf == (flag[0].stem,)]
    return any(found.is_of_another(noun.stem) and noun.stem not in tool.name for tool, found in near)


def _acted_on(context: Context, flag: Said) -> bool:
    """Whether a flag's plural noun stands where the thing would that something is done to: who may "delete subtasks"
    deletes no issue `withSubtasks`."""
    at = next((n for n, token in enumerate(context.tokens) if token == flag[0]), 0)
    after = at + len(flag)
    if not at or not is_plural(flag[-1].low) or not is_verb(context.tokens[at - 1]):
        return False
    then = context.tokens[after : after + 1]
    return not any(each.is_word and each.stem in context.lexicon.by_any_stem and each.low not in STOPS for each in then)


def _whole_flag(context: Context, token: Token) -> bool:
    """Whether a word is all of a boolean's name: who may "review payouts" makes no payout with a `secondReview`."""
    return any(found.leaf == (token.stem,) for tool in context.lexicon.tools for found in tool.inputs)


def _spelled_flag(context: Context, flag: Said) -> bool:
    """Whether words are spelled as a boolean input is: "approve" is no `approved`."""
    if len(flag) == 1 and _is_done_so(context, flag[0]):
        return True
    said = {part for token in flag for part in parts(token.text)}
    return any(found.kind == "Bool" and said <= {*found.own} for tool in context.lexicon.tools for found in tool.inputs)


def _is_done_so(context: Context, token: Token) -> bool:
    """Whether a participle says how a deed is done, right before its noun: a "forced cancel" is a call of `force`, and
    of what is waived in a "waived cancellation" the input says more. What is done to a thing ("refunded orders") says
    nothing of how another thing is done to it."""
    after = next((each for each in context.tokens if each.start > token.start), None)
    noun = after is not None and (is_plural(after.low) or after.low.endswith(("ion", "al", "ment")))
    if after is None or not noun or not token.low.endswith("ed"):
        return False
    return any(
        after.stem in {tool.name[0], *map(stem, tool.does.words[:1])}
        and found.kind == "Bool"
        and token.low in forms(found.own[0])
        and (len(found.own) == 1 or found.own[0] == "waive")
        for tool in context.lexicon.tools
        for found in tool.inputs
    )


def unflag_in(context: Context, flag: Said) -> Deed:
    """ "Unpaid leave"."""
    return Deed((), negated(Flagged(flag, flag)), flag)


def cond_in(context: Context, cond: Formula) -> Deed:
    """A comparison amid a tool phrase: "refund up to 300 dollars"."""
    bare = any(
        isinstance(each, Compared)
        and not (each.unit or each.quantity.currency or each.quantity.percent or each.subject)
        for each in terms(cond)
    )
    return Deed((), cond, counted=bare)
