"""Effects and clauses: how the parts of a rule join."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from bot.language.gateway.beside import named_text
from bot.language.gateway.context import Context
from bot.language.gateway.groups import surely_people
from bot.language.gateway.subjects import Amount, has_input
from bot.language.gateway.verbs import is_verb
from bot.language.lowering.exceptions import of_receivers
from bot.language.meaning.model import (
    Compared,
    Draft,
    Fact,
    Formula,
    Has,
    Said,
    Ungrouped,
    What,
    Who,
    about,
    halved,
    join,
    joined,
    terms,
)
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, stem
from bot.language.wordlists import FORBID, IMPERATIVES, PERMIT, PREPOSITIONS, Effect


def it(context: Context, **named: Any) -> Any:
    """The meaning of the only named part; a phrase with no named part means nothing by itself."""
    return next(iter(named.values()), "")


def const(context: Context, is_: str = "", **constants: str) -> str:
    """A constant of the rule."""
    return next(iter(constants.values()), is_)


def framed(context: Context, word: str) -> str | None:
    """ "Policy interns may not refund"; where tools work on policies, policy clerks are people."""
    return None if stem(word) in context.lexicon.by_name_stem else word


def opposite(context: Context, effect: Effect) -> Effect | None:
    """What a denied permission is; a denied ban has no meaning here."""
    return FORBID if effect == PERMIT else None


def may_in_part(context: Context, effect: Effect) -> Effect | None:
    """ "May always", "may just"; what one may not always do is done at times."""
    return effect if effect == PERMIT else None


def clause(
    context: Context,
    effect: Effect,
    what: Draft | None = None,
    who: Who | None = None,
    only: str | None = None,
    **more: Any,
) -> Draft | None:
    """An effect with what it is for; "only" goes with a permit."""
    if only is not None and effect != PERMIT:
        return None
    draft = Draft(effect, who)
    return join(draft, what) if what is not None else draft


def order(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "Block refunds"; "block IPs for at most 24 hours" may be what is done, and not that it is blocked."""
    verb = next((token for token in context.tokens if token.low in IMPERATIVES), None)
    tools = context.tools_of(what.what) if what.what is not None and not what.what.target else ()
    once = verb is not None and sum(token.stem == verb.stem for token in context.tokens) == 1
    spelled = any(token.low == tool.tool.name.lower() for token in context.tokens for tool in tools)
    if once and verb is not None and tools and not spelled and all(tool.name[0] == verb.stem for tool in tools):
        return None
    return None if verb is not None and not spelled and _names_a_tool(context, verb) else clause(context, effect, what)


def _names_a_tool(context: Context, verb: Token) -> bool:
    """Whether a verb of effect and the noun behind it are a tool's name: in "deny claims for fraud", `deny_claim`."""
    at = context.tokens.index(verb) + 1
    noun, after = context.tokens[at : at + 1], context.tokens[at + 1 : at + 2]
    names = {tool.name for tool in context.lexicon.tools}
    ends = not after or after[0].low in PREPOSITIONS
    return ends and any((verb.stem, token.stem) in names for token in noun)


def only_clause(context: Context, effect: Effect, what: Draft, who: Who) -> Draft | None:
    """ "Managers alone may"."""
    return clause(context, effect, what, who, only="only")


def only_they_do(context: Context, what: Draft, who: Who, only: str = "") -> Draft | None:
    """ "Only supervisors assign adjusters": what is done by them alone, said by a plain verb right behind them."""
    verb = what.what.verb if what.what is not None else ""
    said = next((token.low for token in context.tokens if verb and token.stem == verb), "")
    plain = bool(said) and not said.endswith(("ing", "ed")) and not is_plural(said)
    return clause(context, PERMIT, what, who) if plain else None


def never_they_do(context: Context, what: Draft, who: Who) -> Draft | None:
    """ "Interns never cancel orders"."""
    does = only_they_do(context, what, who)
    return replace(does, effect=FORBID) if does is not None else None


def no_doing(context: Context, what: Draft, who: Who, effect: Effect = FORBID) -> Draft | None:
    """ "No interns issuing cards": people, and right behind them the "-ing" of what is not to be done by them."""
    pairs = itertools.pairwise(context.tokens)
    does = any(surely_people(first.low) and then.low.endswith("ing") and is_verb(then) for first, then in pairs)
    return clause(context, effect, what, who) if does else None


def denied_clause(context: Context, effect: Effect, what: Draft, who: Who | None = None) -> Draft | None:
    """A clause whose effect is denied; a denied ban has no meaning here."""
    denied = opposite(context, effect)
    return clause(context, denied, what, who) if denied is not None else None


def must_not_happen(context: Context, effect: Effect, what: Draft, who: Who) -> Draft | None:
    """ "It must not happen that …"; what must happen is no permission."""
    return clause(context, effect, what, who) if effect == FORBID else None


def must_not_so(context: Context, effect: Effect, what: Draft, pred: Formula) -> Draft | None:
    """ "It must not happen that refunds exceed 500"."""
    return labelled(context, effect, what, pred) if effect == FORBID else None


def first_clause(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "Is allowed cancelling orders", with no rule before it of whose people it could be."""
    return clause(context, effect, what) if context.before is None else None


def first_denied(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "Is not allowed cancelling orders"."""
    return denied_clause(context, effect, what) if context.before is None else None


def only_permit(context: Context, effect: Effect) -> Effect | None:
    """ "Are only allowed"; "are only forbidden" says something else."""
    return effect if effect == PERMIT else None


def no_able(context: Context, effect: Effect) -> Effect | None:
    """ "Are no allowed"; "are no forbidden" says nothing."""
    return FORBID if effect == PERMIT else None


def only_state(context: Context, what: Draft, effect: Effect) -> Draft | None:
    """ "Refunds only are allowed"."""
    return clause(context, effect, what, only="only")


def forbidding(context: Context, effect: Effect) -> Effect | None:
    """ "Stop … from": only what forbids goes on so."""
    return effect if effect == FORBID else None


def denied_to(context: Context, effect: Effect, what: Draft, who: Who) -> Draft | None:
    """ "Deny exports to interns": where the tool itself sends something to somebody, they may be the receivers."""
    if what.what is None or what.what.target or what.what.everything:
        return clause(context, effect, what, who)
    receives = any(found.preposition == "to" for tool in context.tools_of(what.what) for found in tool.does.complements)
    return None if receives and who.condition is not None else clause(context, effect, what, who)


def to_them(context: Context, effect: Effect, what: Draft, who: Who) -> Draft | None:
    """ "To interns is not permitted the rollback": where a tool sends to what is no input of its own, they may be the
    receivers."""
    receives = any(
        found.preposition == "to" and not any(found.words[-1] in each.leaf for each in tool.inputs)
        for tool in (context.tools_of(what.what) if what.what is not None else ())
        for found in tool.does.complements
    )
    return None if receives else clause(context, effect, what, who)


def may_nothing(context: Context, effect: Effect, who: Who) -> Draft | None:
    """ "Interns may use nothing"."""
    return Draft(FORBID, who, What(((),), everything=True)) if effect == PERMIT else None


def nobody(context: Context, effect: Effect, what: Draft, who: Who | None = None) -> Draft | None:
    """ "Nobody may": the permission is denied, and so to everyone."""
    return clause(context, FORBID, what, who or Who(None)) if effect == PERMIT else None


def nobody_even(context: Context, effect: Effect, what: Draft, even: Who) -> Draft | None:
    """ "Nobody, not even managers, may": nobody has them among them, and so they change nothing."""
    return nobody(context, effect, what) if even.condition is not None else None


def denied_rule(context: Context, denied: Draft) -> Draft | None:
    """ "Not … any more"; nothing is allowed so."""
    return denied if denied.effect == FORBID else None


def no_tool(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "No refunds are allowed"."""
    return clause(context, FORBID, what) if effect == PERMIT else None


def with_emoji(context: Context, draft: Draft, emoji: str) -> Draft | None:
    """An emoji that says yes or no must say what the rule says."""
    return draft if emoji in {"", draft.effect} else None


def with_mod(context: Context, draft: Draft, mod: Draft) -> Draft | None:
    """A phrase with one more modifier. Behind an exception a condition could belong to it, and is not taken; what may
    "not be done by managers only" may be done by others too, or not by managers."""
    only = mod.who is not None and mod.who.form == "only"
    if draft.effect == FORBID and (only or (mod.unless is not None and _says_but_not(context))):
        return None
    if (draft.unless is not None or draft.open) and (mod.when is not None or mod.who is not None):
        return None
    return None if of_receivers(context, draft, mod) else join(draft, mod)


def _says_but_not(context: Context) -> bool:
    """Whether an exception may be blocked as well, behind a ban: "nobody may refund, but not interns"."""
    pairs = itertools.pairwise(context.tokens)
    return any(first.low in {"but", "though", "although", "albeit"} and then.low == "not" for first, then in pairs)


def and_mod(context: Context, draft: Draft, mod: Draft) -> Draft | None:
    """A modifier behind "and": of an exception, or of the rule, where there is one."""
    return None if draft.who is not None and draft.who.form == "but" else with_mod(context, draft, mod)


def bound_mod(context: Context, draft: Draft, mod: Draft) -> Draft | None:
    """ "Managers may refund (amount up to 500)": of the rule, unless an exception stands before it."""
    return None if draft.excepts else comma_mod(context, draft, mod)


def bound_only(context: Context, draft: Draft, mod: Draft) -> Draft | None:
    """ "Give clerks the ability to activate SIMs, plan basic only"; what is blocked only so may be allowed else."""
    return bound_mod(context, draft, mod) if draft.effect == PERMIT else None


def whatever(
    context: Context, draft: Draft | tuple[Draft, ...], subject: Said = ()
) -> Draft | tuple[Draft, ...] | None:
    """ "… for any reason" says nothing, but behind an exception, of whom it may be; "of any dataset" is of what the
    tool has as its input."""
    last = draft[-1] if isinstance(draft, tuple) else draft
    if subject and (last.what is None or not has_input(context.tools_of(last.what), subject)):
        return None
    return None if last.excepts else draft


def and_unless(context: Context, draft: Draft, mod: Draft) -> Draft | None:
    """ "…, except in zone M1, and except where the quorum is below 5": neither is permitted."""
    if draft.effect != PERMIT or draft.unless is None or mod.unless is None:
        return None
    return replace(draft, unless=joined("or", draft.unless, mod.unless))


def comma_mod(context: Context, draft: Draft, mod: Draft) -> Draft | None:
    """A modifier behind a comma, which ends an exception of people."""
    if isinstance(mod.when, Ungrouped) and draft.when is not None:
        return None  # "below 2, above 10 or in prod" is a list
    if isinstance(draft.unless, Fact) and mod.unless is None:
        return join(draft, mod)
    return with_mod(context, replace(draft, open=False), mod)


def and_when(context: Context, draft: Draft, cond: Formula) -> Draft | None:
    """ "Refunds under 500 and express": a bare condition goes on with the one before it."""
    if draft.when is None or draft.excepts or halved(draft.when, cond):
        return None
    return join(draft, Draft(when=cond))


def fronted(context: Context, left: Draft, right: Draft) -> Draft | None:
    """A modifier in front of its clause."""
    return join(left, right)


def fronted_again(context: Context, left: Draft, right: Draft, word: str) -> Draft | None:
    """ "From 2027-01-01, and only from then": the word in front once more, and no other."""
    return fronted(context, left, right) if [token.low for token in context.tokens].count(word) > 1 else None


def excepted_people(context: Context, who: Who, prep: str = "") -> Draft | None:
    """ "Except managers"; "except deletes" is nobody, and "any branch except harbor" a branch."""
    sure = (who.sure or prep == "by") and (prep or not _excepts_a_thing(context, who.form == "one"))
    return Draft(unless=Fact(who.condition)) if who.condition is not None and sure else None


def _excepts_a_thing(context: Context, one: bool) -> bool:
    """Whether "any" and an input's noun stand right before an exception: of many people only where it is led "to"."""
    tokens = context.tokens
    return any(
        tokens[at].low in {"any", "every", "each", "all"}
        and named_text(context.lexicon, tokens[at + 1 : at + 2])
        and (one or (at and tokens[at - 1].low in PREPOSITIONS))
        and tokens[at + 2].low in {"except", "but", "save", "excluding", "besides"}
        for at in range(len(tokens) - 2)
    )


def for_people(context: Context, who: Who, prep: str = "") -> Draft | None:
    """People behind a preposition; "refunds for gadgets" are of them, and by nobody in particular."""
    return Draft(who=who, open=who.form == "but") if who.sure or prep == "by" else None


def only_people(context: Context, who: Who, prep: str = "") -> Draft | None:
    """ "For managers only"."""
    said = replace(who, form="only") if prep == "by" and who.form != "but" else who
    return Draft(who=said) if who.sure or prep == "by" else None


def by_nobody(context: Context, what: Draft, who: Who | None = None) -> Draft | None:
    """ "Orders may be cancelled by nobody but managers"."""
    if what.effect != PERMIT or what.who is not None:
        return None
    return nobody(context, PERMIT, replace(what, effect=None), who)


def labelled(context: Context, effect: Effect, what: Draft, cond: Formula) -> Draft | None:
    """ "Refunds: card only", "refunds require a note"."""
    return join(Draft(effect, when=cond), what)


def bare_only(context: Context, what: Draft, mod: Draft) -> Draft | None:
    """ "Deploy services only between 8:00 and 16:00 UTC": what is done only so is allowed so."""
    draft = join(what, mod)
    ordered = context.tokens[0].low in IMPERATIVES  # "block IPs from waf only"
    return join(Draft(PERMIT), draft) if draft is not None and not ordered else None


def only_some(context: Context, effect: Effect, what: Draft, who: Who | None = None) -> Draft | None:
    """ "Only refunds under 500 are allowed", "interns may create private repositories only"."""
    return clause(context, effect, what, who, only="only") if what.when is not None else None


def must_be(context: Context, what: Draft, cond: Formula) -> Draft | None:
    """ "Refunds must be in USD"."""
    return join(Draft(must=cond), what)


def requires_that(context: Context, what: Draft, cond: Formula) -> Draft | None:
    """ "Refunds require that express is true"; what must be so of who calls may let them, or keep all others out."""
    caller = any(isinstance(each, Fact) for each in terms(cond))
    return must_be(context, what, cond) if caller else labelled(context, PERMIT, what, cond)


def must_by(context: Context, draft: Draft, who: Who) -> Draft | None:
    """ "Refunds must be processed by managers"."""
    told = replace(draft, effect=None)
    return must_be(context, told, Fact(who.condition)) if who.condition is not None else None


def must_of(context: Context, what: Draft, subject: Said, pred: Formula) -> Draft | None:
    """ "The amount of refunds must be under 500", "refunds: amount at most 500"."""
    return must_be(context, what, about(subject, pred))


def must_have(context: Context, what: Draft, subject: Said) -> Draft | None:
    """ "Refunds must have a reason"."""
    return must_be(context, what, Has(subject, subject))


def capped(context: Context, what: Draft, amount: Amount, subject: Said = ()) -> Draft | None:
    """ "Refunds are capped at 500", "max refund amount: 500"."""
    return must_be(context, what, Compared("<=", amount.quantity, amount.unit, subject, amount.said))


def must_not(context: Context, what: Draft, pred: Formula, subject: Said = ()) -> Draft | None:
    """ "Refunds must not exceed 500"."""
    return labelled(context, FORBID, what, about(subject, pred) if subject else pred)


def when_so(context: Context, effect: Effect, what: Draft, pred: Formula) -> Draft | None:
    """ "If a refund is over 500, block it"."""
    return labelled(context, effect, what, pred)


def permit_when(context: Context, draft: Draft, cond: Formula) -> Draft | None:
    """ "… is for the fraud desk only, and for 30 days at most"."""
    if draft.effect != PERMIT or draft.unless is not None or draft.open:
        return None
    return join(draft, Draft(when=cond))


def clause_when(
    context: Context, effect: Effect, what: Draft, who: Who, cond: Formula, only: str | None = None
) -> Draft | None:
    """ "Only data stewards, and only in append mode, may import files"."""
    draft = clause(context, effect, what, who, only)
    return join(draft, Draft(when=cond)) if draft is not None else None
