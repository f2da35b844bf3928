"""The notices of teams: what is never accepted, claims in front, and what is carried out."""

from __future__ import annotations

from bot.language.gateway.context import Context
from bot.language.gateway.groups import surely_people
from bot.language.gateway.naming import named_by
from bot.language.gateway.verbs import is_done, is_verb, makes
from bot.language.grammar.actions.clauses import clause, with_mod
from bot.language.grammar.actions.passives import passive
from bot.language.grammar.actions.people import caller_claims, claimed, if_not_caller, named_caller, not_people
from bot.language.grammar.actions.sharing import Drafts
from bot.language.grammar.actions.tools import Deed, listed
from bot.language.meaning.model import Draft, Fact, Formula, Neg, Value, Who, join
from bot.language.text.tokens import Token
from bot.language.text.words import stem
from bot.language.wordlists import FORBID, PERMIT, Effect


def of_deed(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "Never accept a baggage update": it is a deed by its noun, and never only a thing ("cards")."""
    if what.what is None:
        return None
    said = {token.stem for token in (context.tokens[at] for at in what.what.places) if is_done(context.lexicon, token)}
    unsaid = what.what.unsaid - said
    named = all(
        tool.name[0] not in unsaid or (makes(tool) and said & {*tool.name}) for tool in context.tools_of(what.what)
    )
    return clause(context, effect, what) if named else None


def without_claims(context: Context, effect: Effect, what: Draft, who: Who) -> Draft | None:
    """ "Without the role manager you may not refund"."""
    others = not_people(context, who)
    return clause(context, effect, what, others) if others is not None else None


def if_without(context: Context, who: Who) -> Draft | None:
    """ "No refunds without role manager"; "without team driving" may be of an input of that name."""
    tokens, inputs = context.tokens, context.lexicon.spelled_inputs
    behind = (tokens[at + 1 : at + 3] for at, token in enumerate(tokens) if token.low == "without")
    named = any(tuple(token.low for token in two) in inputs for two in behind)
    return None if named else if_not_caller(context, who)


def callers_claims(
    context: Context, of: str, key: str, values: tuple[Value, ...], negative: str = ""
) -> Fact | Neg | None:
    """ "The caller's team is platform"; a user or an agent whom a tool works on may be meant, and is no caller."""
    if of not in {"user", "agent"}:
        return named_caller(context, values, negative, key)
    worked_on = any(stem(of) in found.leaf for tool in context.lexicon.tools for found in tool.inputs)
    return None if worked_on else caller_claims(context, key, values, negative)


def in_team(context: Context, values: tuple[Value, ...]) -> Who | None:
    """ "Team leisure", where no tool has an input that is a team; "team leads" are people."""
    told = any("team" in found.leaf for tool in context.lexicon.tools for found in tool.inputs)
    people = any(not value.quoted and surely_people(value.text.lower()) for value in values)
    return None if told or people else claimed(context, "team", values)


def no_done(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "No refund shall be effected"."""
    return clause(context, FORBID, what) if effect == PERMIT else None


def neither_passive(
    context: Context, left: Deed, right: Deed, effect: Effect, more: Deed | tuple[Deed, ...]
) -> Draft | None:
    """ "Neither the address of an order nor that of a user may be modified": both, each with its own words."""
    drafts = [passive(context, deed, effect, more) for deed in (left, right)]
    if effect != PERMIT or drafts[0] is None or drafts[1] is None:
        return None
    both = listed(context, drafts[0], drafts[1])
    return clause(context, FORBID, both) if both is not None else None


def may_but_not(context: Context, effect: Effect, who: Who, left: Deed, right: Deed) -> Drafts | None:
    """ "Support may list but not create invoices": two verbs with one noun, and no condition beside them."""
    first, other = left.places, right.places
    verbs = (
        len(first) == 1 and len(other) > 1 and all(_done(context.tokens[at], context) for at in (first[0], other[0]))
    )
    if effect != PERMIT or not verbs or left.when is not None or right.when is not None:
        return None
    may, may_not = named_by(context, (first[0], *other[1:])), named_by(context, other)
    if may is None or may_not is None or may == may_not:
        return None
    return Draft(PERMIT, who, may), Draft(FORBID, who, may_not)


def _done(token: Token, context: Context) -> bool:
    """Whether a word says what is done: a verb, or how a tool's name begins."""
    return is_verb(token) or token.stem in context.lexicon.openings


def we_only(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "We only refund up to 500"; without a condition it would say what else is not done."""
    done = what.what is not None and not what.what.unsaid
    return clause(context, effect, what) if done and what.when is not None else None


def when_who(
    context: Context, effect: Effect, what: Draft, pred: Formula, who: Who, only: str | None = None
) -> Draft | None:
    """ "If the refund is more than 100, only managers may do it"."""
    draft = clause(context, effect, None, who, only)
    said = join(what, Draft(when=pred))
    return join(draft, said) if draft is not None and said is not None else None


def closed(context: Context, denied: Draft, mod: Draft) -> Draft | None:
    """ "Year-end freeze: no refunds until …": the dates say what the name stands for."""
    return with_mod(context, denied, mod) if denied.effect == FORBID else None
