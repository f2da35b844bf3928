"""What takes up the rule before, or the half before: another case, another bound, what else happens."""

from __future__ import annotations

import itertools
from dataclasses import replace

from bot.language.gateway.context import Context, share_a_tool
from bot.language.gateway.inputs import listing
from bot.language.gateway.subjects import Amount, of_one_list
from bot.language.grammar.actions.amounts import compared
from bot.language.grammar.actions.conditions import valued
from bot.language.grammar.actions.sharing import share
from bot.language.grammar.actions.tools import Deed
from bot.language.grammar.actions.topics import case_of
from bot.language.meaning.model import (
    And,
    Compared,
    Draft,
    Formula,
    Given,
    Neg,
    Value,
    Valued,
    What,
    Whatever,
    Who,
    join,
    joined,
)
from bot.language.text.words import singular
from bot.language.wordlists import FORBID, PERMIT, Effect

Drafts = tuple[Draft, ...]
_UPPER = frozenset({"<", "<="})
_UNSAID = ""


def case_for(context: Context, effect: Effect, who: Who, cond: Formula) -> Draft | None:
    """ "Premium is for managers", behind who may book trips in economy: of another case, and of nothing wider."""
    before = context.before
    if before is None or effect != PERMIT or before.effect != PERMIT or before.what is None or before.beside:
        return None
    asked = before.when if before.unless is None else Neg(before.unless) if before.when is None else None
    if before.must or before.open or who.condition is None or _for_things(context) or not _apart(context, asked, cond):
        return None
    return Draft(PERMIT, who, before.what, cond)


def _for_things(context: Context) -> bool:
    """Whether what something is for may be a value: "for inverters it is 8 hours"."""
    tokens = context.tokens
    behind = (tokens[at + 1 : at + 3] for at, token in enumerate(tokens) if token.low == "for")
    tools = context.tools_of(context.before.what if context.before is not None else None)
    said = {word for each in itertools.chain(*behind) for word in (each.low, singular(each.low))}
    return any(listing(tool, word) for tool in tools for word in said)


def excepted_for(context: Context, effect: Effect, who: Who) -> Draft | None:
    """ "Those are for managers", behind an exception of a case."""
    unless = context.before.unless if context.before is not None else None
    return case_for(context, effect, who, unless) if isinstance(unless, Valued) else None


def half_case(context: Context, first: Draft | Drafts, half: Draft) -> Drafts | None:
    """ "…, business for directors", behind a case and whom it is for."""
    drafts = first if isinstance(first, tuple) else (first,)
    told = [case_for(replace(context, before=each), PERMIT, half.who, half.when) for each in drafts
            if half.who is not None and half.when is not None]  # fmt: skip
    found = [each for each in told if each is not None]
    return (*drafts, found[-1]) if len(found) == len(drafts) else None


def _apart(context: Context, one: Formula | None, other: Formula) -> bool:
    """Whether no call is of both, which is all that is asked of either."""
    if isinstance(one, Compared) and isinstance(other, Compared):
        near, far = one.quantity.value, other.quantity.value
        return one.op in _UPPER and other.op in {">", ">="} and near <= far and {one.op, other.op} != {"<=", ">="}
    denied = isinstance(one, Neg)
    said = one.item if isinstance(one, Neg) else one
    if not (isinstance(said, Valued) and isinstance(other, Valued)) or {said.how, other.how} != {"=="}:
        return False
    texts, others = ({each.text.lower() for each in valued.values} for valued in (said, other))
    listed = of_one_list(context.lexicon, (*said.values, *other.values))
    return listed and (others <= texts if denied else texts.isdisjoint(others))


def case_state(context: Context, effect: Effect, cond: Formula, who: Who | None = None) -> Draft | None:
    """ "Anything above 75 is blocked", "medium is off limits for interns", of the tool of the rule before."""
    before = context.before
    if effect == PERMIT:
        return case_for(context, effect, who, cond) if who is not None else None
    if before is None or not all(share_a_tool(each, before) for each in context.earlier):
        return None  # of the last rule, or of each
    return case_of(context, Draft(FORBID, who or Who(None)), cond)


def beyond_case(context: Context) -> Formula | None:
    """ "Anything above that", behind a bound."""
    bound = context.before.when if context.before is not None and context.before.unless is None else None
    if not isinstance(bound, Compared) or bound.op not in _UPPER:
        return None
    return replace(bound, op=">" if bound.op == "<=" else ">=")


def reaches(context: Context, effect: Effect, who: Who, cond: Formula) -> Draft | None:
    """ "Leads can go up to 150": the rule before with another bound, for other people."""
    before = context.before
    if before is None or before.when is None or before.effect != PERMIT or effect != PERMIT or before.beside:
        return None
    asked = before.when.items if isinstance(before.when, And) else (before.when,)
    bounds = [each for each in asked if isinstance(each, Compared)]
    if len(bounds) != 1 or not isinstance(cond, Compared) or before.must or before.open:
        return None
    if before.who is None or before.who.condition is None or who.condition is None or who == before.who:
        return None
    bound = _rebound(bounds[0], cond)
    if bound is None:
        return None
    return replace(before, who=who, when=joined("and", *(bound if each is bounds[0] else each for each in asked)))


def reaches_amount(context: Context, who: Who, amount: Amount) -> Draft | None:
    """ "For leads the limit is 150"."""
    found = compared(context, "<=", amount)
    return None if _for_things(context) else reaches(context, PERMIT, who, found)


def reaches_any(context: Context, who: Who) -> Draft | None:
    """ "Leads have no limit", behind a bound."""
    before = context.before
    if before is None or before.effect != PERMIT or before.beside or before.must or before.excepts:
        return None
    if _for_things(context):
        return None
    asked = before.when.items if isinstance(before.when, And) else (before.when,)
    kept = [each for each in asked if each is not None and not (isinstance(each, Compared) and each.op in _UPPER)]
    if len(kept) != len(asked) - 1 or who.condition is None:
        return None
    return replace(before, who=who, when=joined("and", *kept) if kept else None)


def _rebound(first: Compared, then: Compared) -> Compared | None:
    """A bound on the same side as the one before."""
    sides = {one.op in _UPPER if one.op in {"<", "<=", ">", ">="} else None for one in (first, then)}
    return then.after(first) if len(sides) == 1 and None not in sides else None


def bounded_case(context: Context, bound: Formula, cond: Formula) -> Draft | None:
    """ "Below 5 on Google", of a tool that is said elsewhere."""
    plain = isinstance(bound, Compared) and isinstance(cond, Valued)
    return Draft(when=joined("and", bound, cond)) if plain else None


def amount_case(context: Context, amount: Amount, cond: Formula) -> Draft | None:
    """ "14 for mid-market", bounded like the one before."""
    return bounded_case(context, compared(context, _UNSAID, amount), cond)


def noun_case(context: Context, values: tuple[Value, ...], noun: Deed, bound: Formula) -> Draft | None:
    """ "Editor access for up to 14 days", behind viewer access."""
    cond = valued(context, values)
    draft = bounded_case(context, bound, cond) if cond is not None else None
    said, verbs = {context.tokens[at].stem for at in noun.places}, {token.stem for token in context.tokens}
    keys = [tool.key for tool in context.lexicon.tools if said <= {*tool.name[1:]} and tool.name[0] in verbs]
    return replace(draft, what=What((tuple(keys),))) if draft is not None and keys else None


def case_on(context: Context, first: Draft | Drafts, case: Draft) -> Drafts | None:
    """ "Up to 2 on TikTok, and up to 5 on Google": the same rule for another value of one list, with its own bound."""
    drafts = first if isinstance(first, tuple) else (first,)
    last = drafts[-1]
    split, other = _bound_and_case(last.when), _bound_and_case(case.when)
    if last.what is None or last.effect is None or last.excepts or last.beside or last.must or not (split and other):
        return None
    if case.what is not None and not {*itertools.chain(*last.what.choices)} <= {*case.what.choices[0]}:
        return None
    told = [each for draft in drafts if (each := _bound_and_case(draft.when))]
    if len(told) < len(drafts) or not all(_apart(context, each[1], other[1]) for each in told):
        return None
    bare = other[0].op == _UNSAID and split[0].op in _UPPER  # "exactly 5" is another bound
    then = replace(other[0], op=split[0].op) if bare else other[0]
    bound = _rebound(split[0], then)
    return (*drafts, replace(last, when=joined("and", bound, other[1]))) if bound is not None else None


def _bound_and_case(when: Formula | None) -> tuple[Compared, Valued] | None:
    """What a rule asks, where that is a bound and a value and nothing more."""
    match when:
        case And((Compared() as bound, Valued() as case)) | And((Valued() as case, Compared() as bound)):
            return bound, case
    return None


def limit_head(context: Context, what: Draft) -> Draft | None:
    """ "Refund limits", over the limits of some people."""
    return what if what.what is not None and not (what.when or what.unless or what.beside or what.effect) else None


def limit_share(context: Context, who: Who, cond: Formula | None = None, amount: Amount | None = None) -> Draft | None:
    """ "Support agents $100", below limits."""
    bound = compared(context, "<=", amount) if amount is not None else cond
    return share(context, who, bound) if isinstance(bound, Compared) and bound.op in _UPPER else None


def limit_of(context: Context, what: Draft, share: Draft) -> Draft | None:
    """ "Refund limits: support agents $100"."""
    when = None if isinstance(share.when, Whatever) else share.when
    return replace(share, effect=PERMIT, what=what.what, when=when) if what.what is not None else None


def limit_case(context: Context, what: Draft, who: Who, values: tuple[Value, ...], amount: Amount) -> Draft | None:
    """ "Expense limits for employees: meals: $60"."""
    cond, bound = valued(context, values), limit_share(context, who, amount=amount)
    return join(Draft(PERMIT, what=what.what, when=cond), bound) if cond is not None and bound is not None else None


def why_given(context: Context, at: str) -> Formula:
    """ "If they say why": the reason is given."""
    word = next(token for token in context.tokens if token.low == at)
    return Given((replace(word, low="reason", text="reason"),), (word,))


def why_missing(context: Context, at: str) -> Formula:
    """ "Without saying why"."""
    return Neg(why_given(context, at))
