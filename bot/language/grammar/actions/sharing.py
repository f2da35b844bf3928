"""Several rules in one sentence: shares of a tool, verdicts on tools, and what goes on from the rule before."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.subjects import Amount, has_value_mark, of_one_list
from bot.language.grammar.actions.amounts import compared
from bot.language.grammar.actions.clauses import clause
from bot.language.lowering.exceptions import does_behind_but, done_alike
from bot.language.meaning.claims import others
from bot.language.meaning.model import Beside, Compared, Draft, Formula, Neg, Said, Valued, Whatever, Who, join, terms
from bot.language.wordlists import FORBID, PERMIT, Effect

Drafts = tuple[Draft, ...]
_SIGNS = frozenset({"=", ">", "-", "–", "—", "→", "⇒", "➡", "➔"})


def share(context: Context, who: Who, cond: Formula) -> Draft | None:
    """ "Managers up to 1000": who, and their condition, of a tool that is said elsewhere; "recipients max 50", where
    that is an input, is no share."""
    return Draft(who=who, when=cond) if who.form != "input" else None


def share_any(context: Context, who: Who, subject: Said) -> Draft:
    """ "Auditors for any amount": who, of a tool and a condition that are said elsewhere."""
    return Draft(who=who, when=Whatever(subject))


def share_unlimited(context: Context, who: Who) -> Draft:
    """ "Leads without limit", of a bound that is said elsewhere."""
    return Draft(who=who, when=Whatever(()))


def both_shares(context: Context, left: Draft | Drafts, right: Draft) -> Drafts:
    """A list of shares."""
    return (*(left if isinstance(left, tuple) else (left,)), right)


def both_cells(context: Context, left: Draft | Drafts, right: Draft) -> Drafts | None:
    """Rules of one line, "A = managers, B = nobody"; a noun that heads the first would be of the others as well."""
    texts = {token.text for token in context.tokens}
    return None if ":" in texts and texts & _SIGNS else both_shares(context, left, right)


def also_people(context: Context, first: Draft, who: Who) -> Drafts | None:
    """ "Managers may refund up to 100, leads too"."""
    of_all = first.who is None or first.who.condition is None or who.condition is None
    return None if of_all else (first, replace(first, who=who, open=False))


def also_tool(context: Context, first: Draft, what: Draft) -> Drafts | None:
    """ "Interns may not refund. Same for exporting customers": of the same people, where nothing more was asked."""
    if first.when or first.unless or first.beside or first.must or first.open or first.effect is None:
        return None
    other = join(Draft(first.effect, first.who), what)
    return (first, other) if other is not None else None


def but_not(context: Context, first: Draft, what: Draft) -> Drafts | None:
    """ "Interns may create tickets but not process refunds": the other is blocked for the same people."""
    if first.effect != PERMIT or first.who is None or first.unless is not None or first.open or what.beside:
        return None
    if not (does_behind_but(context) or done_alike(context, first, what)):
        return None  # "read employees but not salaries" speaks of what is read
    other = join(Draft(FORBID, first.who), what)
    return (first, other) if other is not None and other.what != first.what else None


def beyond(context: Context, first: Draft | Drafts, who: Who | None = None) -> Drafts | None:
    """ "…, supervisors up to 50k, nobody above that": what is beyond it is blocked, or only for others."""
    drafts = first if isinstance(first, tuple) else (first,)
    last = drafts[-1]
    bound = last.when
    if not isinstance(bound, Compared) or bound.op not in {"<", "<="} or last.effect != PERMIT or last.unless:
        return None
    others = [each.when.quantity.value for each in drafts if isinstance(each.when, Compared)]
    if max(others) > bound.quantity.value or any(each.beside for each in drafts):
        return None
    over = replace(bound, op=">" if bound.op == "<=" else ">=")
    return (*drafts, Draft(PERMIT if who else FORBID, who or Who(None), last.what, over))


def only_some_tools(context: Context, first: Draft, who: Who, what: Draft) -> Drafts | None:
    """ "Hosts may register visitors and report faults, guests only report faults"."""
    tools, ours = ({tool.key for tool in context.tools_of(each.what)} for each in (first, what))
    plain = first.effect == PERMIT and not first.excepts and not first.beside and first.who is not None
    plain = plain and first.when is None and first.unless is None  # which may be of the others as well
    return (first, replace(what, effect=PERMIT, who=who)) if plain and ours < tools and not what.excepts else None


def nobody_over(context: Context, first: Draft | Drafts, cond: Formula) -> Drafts | None:
    """ "…, leads up to 250, nobody more than 1,000": no bound before it is above that one."""
    drafts = first if isinstance(first, tuple) else (first,)
    bounds = [each.when for each in drafts if isinstance(each.when, Compared)]
    if not isinstance(cond, Compared) or cond.op not in {">", ">="} or len(bounds) < len(drafts):
        return None
    alike = all(_alike(each, cond) and each.quantity.value <= cond.quantity.value for each in bounds)
    plain = all(each.effect == PERMIT and not each.excepts and not each.beside for each in drafts)
    return (*drafts, Draft(FORBID, Who(None), drafts[-1].what, cond)) if alike and plain else None


def never_ones(context: Context, first: Draft, cond: Formula) -> Drafts | None:
    """ "Alarms may be silenced for an hour, critical ones never": those are blocked for the same people."""
    if first.effect != PERMIT or first.what is None or first.unless is not None or first.open or first.beside:
        return None
    return (first, Draft(FORBID, first.who, first.what, cond))


def verdict_for(context: Context, effect: Effect, who: Who) -> Draft:
    """ "Ok for managers", of a tool that is said elsewhere."""
    return Draft(effect, who)


def judged_for(context: Context, what: Draft, verdicts: Drafts) -> Drafts | None:
    """ "Refunds: ok for managers, not ok for interns"."""
    found: list[Draft] = []
    for each in verdicts:
        who = others(each.who, tuple(found)) if each.who is not None else None
        draft = join(replace(each, who=who), what) if who is not None else None
        if draft is None:
            return None
        found.append(draft)
    return tuple(found)


def goes_on(context: Context, first: Draft | Drafts, share: Draft) -> Drafts | None:
    """The tool and the effect of the rule before, with other people and another bound."""
    drafts = first if isinstance(first, tuple) else (first,)
    last = drafts[-1]
    if last.what is None or last.beside or last.effect != PERMIT or last.unless is not None or last.who is None:
        return None
    if share.who is None or not _alike(last.when, share.when) or (share.what or last.what) != last.what:
        return None
    who = others(share.who, drafts)
    return (*drafts, Draft(last.effect, who, last.what, _behind(last.when, share.when))) if who is not None else None


def goes_on_from_any(context: Context, first: Draft, subject: Said, share: Draft) -> Drafts | None:
    """ "In any environment, developers only in dev": what the first may do whatever it is, others may do so bounded."""
    open_ = first.effect == PERMIT and first.when is None and first.unless is None and first.who is not None
    if not open_ or first.what is None or first.beside or share.who is None or isinstance(share.when, Whatever):
        return None
    who = others(share.who, (first,))
    if who is None:
        return None
    return (replace(first, when=Whatever(subject, share.when)), Draft(PERMIT, who, first.what, share.when))


def goes_on_in(context: Context, first: Draft, share: Draft) -> Drafts | None:
    """ "In dev, anyone may deploy; in production, leads only": other values of one list, for other people."""
    one, other = first.when, share.when
    if not (isinstance(one, Valued) and isinstance(other, Valued)):
        return None
    apart = {each.text.lower() for each in one.values}.isdisjoint(each.text.lower() for each in other.values)
    alike = apart and of_one_list(context.lexicon, (*one.values, *other.values))
    return goes_on(context, first, share) if alike else None


def _alike(first: Formula | None, when: Formula | None) -> bool:
    """Whether a share says of the same thing what the rule before does, or any of it: "…, admins on any branch"."""
    first, when = (each.item if isinstance(each, Neg) else each for each in (first, when))
    if isinstance(when, Whatever):
        return isinstance(first, Compared | Beside | Valued) if when.subject else isinstance(first, Compared)
    if isinstance(first, Beside) and isinstance(when, Beside):
        return _typed(first.thing) == _typed(when.thing)
    if isinstance(first, Valued) and isinstance(when, Valued):
        return (first.how, _typed(first.subject)) == (when.how, _typed(when.subject))
    return type(first) is type(when) is Compared


def _typed(said: Said) -> tuple[str, ...]:
    return tuple(token.low for token in said)


def _behind(first: Formula | None, when: Formula | None) -> Formula | None:
    """What a share asks, with what it leaves out."""
    if isinstance(when, Whatever):
        return replace(when, other=first)
    if not (isinstance(first, Compared) and isinstance(when, Compared)):
        return when
    return when.after(first)


def shared_out(context: Context, what: Draft, shares: Drafts) -> Drafts | None:
    """ "Refunds: managers up to 1000, everyone else up to 100"."""
    if what.when is not None or what.what is None:
        return None
    found: Drafts | None = (Draft(PERMIT, shares[0].who, what.what, shares[0].when),)
    for each in shares[1:]:
        found = goes_on(context, found, each) if found is not None else None
    return found


def share_bound(context: Context, who: Who, cond: Formula, bound: Formula) -> Draft | None:
    """ "Late -> clerks up to 50": both are asked of their calls."""
    own = share(context, who, bound)
    return join(own, Draft(when=cond)) if own is not None and isinstance(bound, Compared) else None


def cased_out(context: Context, what: Draft, shares: Drafts) -> Drafts | None:
    """ "Refunds: late -> clerks up to 50, damaged -> leads": each listed value of one input once."""
    values = [each for one in shares if one.when is not None for each in terms(one.when) if isinstance(each, Valued)]
    listed = [value for each in values for value in each.values]
    texts = {value.text.lower() for value in listed}
    if what.when is not None or what.what is None or len(texts) < len(shares):
        return None
    if not of_one_list(context.lexicon, listed):
        return None
    found = [join(Draft(PERMIT, what=what.what), one) for one in shares]
    return None if None in found else tuple(one for one in found if one is not None)


def judged(context: Context, who: Who, verdicts: Drafts) -> Drafts | None:
    """ "Editors: create_file yes, delete_file no"."""
    found = [join(Draft(who=who), each) for each in verdicts]
    return None if any(each is None for each in found) else tuple(each for each in found if each is not None)


def row_verdict(context: Context, effect: Effect, what: Draft, who: Who) -> Draft | None:
    """ "Refunds: interns no"; behind people with commas alone the verdict may be of the last."""
    lows = {token.low for token in context.tokens}
    parted = effect == FORBID and who.form == "list" and "," in lows and not lows & {"and", "or", "&"}
    return None if parted else clause(context, effect, what, who)


def cell(context: Context, effect: Effect, what: Draft, who: Who | None = None) -> Draft | None:
    """ "Refunds: no"; a boolean's name right before the mark has a value there, or the tool a verdict."""
    return None if has_value_mark(context.tokens, what.when) else clause(context, effect, what, who)


def when_cell(context: Context, effect: Effect, what: Draft, mod: Draft, who: Who | None = None) -> Draft | None:
    """ "Refunds when the amount is over 500: no"."""
    draft = join(what, mod)
    return cell(context, effect, draft, who) if draft is not None else None


def bare_share(context: Context, who: Who, amount: Amount) -> Draft | None:
    """ "Managers 200", of a bound that is said in front of it."""
    return share(context, who, compared(context, "==", amount))


def both_like(context: Context, left: Draft | Drafts, right: Draft) -> Drafts | None:
    """ "Hosts up to 50, managers 200": at most that, as the one before."""
    like = _like(left, right)
    return both_shares(context, left, like) if like is not None else None


def goes_on_like(context: Context, first: Draft | Drafts, share: Draft) -> Drafts | None:
    """ "Hosts may refund up to 50, managers 200"."""
    like = _like(first, share)
    return goes_on(context, first, like) if like is not None else None


def _like(left: Draft | Drafts, right: Draft) -> Draft | None:
    last, own = (left[-1] if isinstance(left, tuple) else left).when, right.when
    if not isinstance(last, Compared) or last.op not in {"<=", "<"} or not isinstance(own, Compared):
        return None
    return replace(right, when=replace(own, op=last.op))
