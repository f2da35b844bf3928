"""The prose of lawyers and standards: conditions amid a clause, and an agent before the verb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from bot.language.gateway.context import Context
from bot.language.gateway.groups import surely_people
from bot.language.gateway.tool_words import ToolWords
from bot.language.gateway.verbs import senses_of
from bot.language.grammar.actions.clauses import clause
from bot.language.grammar.actions.conditions import of_thing
from bot.language.grammar.actions.passives import passive
from bot.language.grammar.actions.tools import Deed
from bot.language.meaning.model import Draft, Fact, Formula, Said, Who, about, join
from bot.language.text.words import is_plural, singular, stem
from bot.language.wordlists import FORBID, PEOPLE_NOUNS, PERMIT, Effect

_COUNTED = frozenset({"total", "sum", "number", "count", "aggregate", "all"})


def both_when(context: Context, left: Draft, right: Draft) -> Draft | None:
    """ "If the amount is under 500, and in any event only before 2026-12-31"."""
    return join(left, right)


def permit_alone(context: Context, draft: Draft) -> Draft | None:
    """ "…, but not otherwise" says of a permit what is so anyway; of a ban it would be a permit."""
    return draft if draft.effect == PERMIT else None


def but_these(context: Context, cond: Formula, thing: int) -> Draft:
    """ "Urgent tickets excepted, …"."""
    return Draft(unless=of_thing(context, thing, cond))


def in_measure(context: Context, pred: Formula, subject: Said) -> Formula | None:
    """ "Not exceeding 5 kg in weight"; "in total" may be over many calls."""
    return None if _COUNTED & {token.low for token in subject} else about(subject, pred)


def for_whoever(context: Context, who: Who) -> Draft | None:
    """ "Whether by interns or by leads"."""
    return Draft(who=who) if who.condition is not None else None


def state_when(context: Context, effect: Effect, what: Draft, mod: Draft) -> Draft | None:
    """ "Refunds where express is true are forbidden"."""
    draft = join(what, mod)
    return clause(context, effect, draft) if draft is not None else None


def state_by(
    context: Context, effect: Effect, what: Draft, who: Who, prep: str, mod: Draft | None = None
) -> Draft | None:
    """ "The cancellation of orders by interns is prohibited"."""
    draft = join(what, mod) if mod is not None else what
    return clause(context, effect, draft, who) if draft is not None else None


def passive_by(
    context: Context, deed: Deed, effect: Effect, who: Who, more: Deed | tuple[Deed, ...], only: str = ""
) -> Draft | None:
    """ "Orders may by managers alone be cancelled"; "may not by managers alone" says who else may."""
    draft = passive(context, deed, effect, more) if not only or effect == PERMIT else None
    return join(draft, Draft(who=who)) if draft is not None else None


def same_twice(context: Context, left: Who, right: Who) -> Who | None:
    """ "Managers, and only managers": said twice, they are the same."""
    return left if left.condition is not None and left.condition == right.condition else None


def exempted(context: Context, draft: Draft, who: Who) -> Draft | None:
    """ "…. This does not apply to managers": of a ban, which is none for them."""
    if draft.effect != FORBID or who.condition is None or draft.unless is not None:
        return None
    return join(draft, Draft(unless=Fact(who.condition)))


def not_even(context: Context, draft: Draft, who: Who) -> Draft | None:
    """ "No refunds over 500, not even by managers"; what is banned for some says nothing of others."""
    everyone = draft.who is None or draft.who.condition is None
    return draft if draft.effect == FORBID and everyone and not draft.excepts and who.condition is not None else None


def them_only(context: Context, draft: Draft, who: Who) -> Draft | None:
    """ "Orders may be cancelled (managers only)"; of a ban, or of other people, it says something else."""
    allowed = draft.effect == PERMIT and draft.who is None and not draft.excepts
    return join(draft, Draft(who=who)) if allowed and who.condition is not None else None


def handed(context: Context, what: Draft, word: str, who: Who) -> Draft | None:
    """ "Refunds up to 250 are delegated to managers"; what a tool itself assigns may be with somebody already."""
    lexicon = context.lexicon
    taken = stem(word) in lexicon.by_name_stem or stem(word) in lexicon.by_input_word
    return None if taken else clause(context, PERMIT, what, who)


def state_but_to(context: Context, effect: Effect, what: Draft, who: Who) -> Draft | None:
    """ "Refunds are prohibited, except to managers"; those to whom the tool sends something may be meant as well."""
    tools = context.tools_of(what.what) if what.what is not None and not what.what.everything else ()
    about = {word for tool in tools for found in tool.inputs for word in found.leaf}
    at = max(n for n, token in enumerate(context.tokens) if token.low == "to")
    done_to = any(
        is_plural(token.low)
        and token.stem in about
        and not (then and is_plural(then.low) and surely_people(then.low))  # "claims managers"
        for token, then in zip_longest(context.tokens[at:], context.tokens[at + 1 :])
    )
    if effect != FORBID or done_to or _hands_over(context, tools) or who.condition is None:
        return None
    draft = clause(context, effect, what)
    return replace(draft, unless=Fact(who.condition), open=True) if draft and draft.unless is None else None


def _hands_over(context: Context, tools: Sequence[ToolWords]) -> bool:
    """Whether a tool does something to who may be one of those people; a thing that is an input is nobody."""
    nouns = (found.words[-1] for tool in tools for found in tool.does.complements if found.preposition == "to")
    things = context.lexicon.by_input_word
    return any(
        surely_people(noun) or singular(noun) in PEOPLE_NOUNS | _PARTIES or stem(noun) not in things for noun in nouns
    )


_HANDED = frozenset(
    map(stem, ("refund", "lend", "loan", "sell", "rent", "lease", "credit", "reimburse", "return", "release"))
)
_PARTIES = frozenset({"customer", "client", "account", "party"})


def nobody_but_to(context: Context, effect: Effect, what: Draft, who: Who) -> Draft | None:
    """ "Nobody may cancel orders, except to managers"; "nobody may refund, except to members" is of who gets it."""
    tools = context.tools_of(what.what) if what.what is not None else ()
    if any(senses_of(tool) & {"give", "send"} or not _HANDED.isdisjoint(tool.verbs) for tool in tools):
        return None
    return state_but_to(context, FORBID, what, who) if effect == PERMIT else None


def barred_others(context: Context, effect: Effect, what: Draft, who: Who) -> Draft | None:
    """ "Closing accounts by personnel other than managers is prohibited"; allowed so, it would not say of whom."""
    return clause(context, effect, what, who) if effect == FORBID else None
