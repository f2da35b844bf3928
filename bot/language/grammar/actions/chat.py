"""What people type in a chat: a noun over who does what with it, a verdict behind people."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.language.gateway.context import Context
from bot.language.grammar.actions.clauses import clause, with_mod
from bot.language.grammar.actions.flags import flagged, unflagged
from bot.language.grammar.actions.passives import headed, passive
from bot.language.grammar.actions.people import group
from bot.language.grammar.actions.sharing import Drafts, cell
from bot.language.grammar.actions.tools import Deed
from bot.language.meaning.claims import others
from bot.language.meaning.model import Draft, Formula, Said, Value, Who, join
from bot.language.wordlists import PERMIT, Effect


@dataclass(frozen=True, slots=True)
class Can:
    """Who may do what, of a noun that is said elsewhere: "leads can close"."""

    effect: Effect
    who: Who
    more: Deed | tuple[Deed, ...]
    when: Formula | None = None


def piled(context: Context, name: Value) -> Who | None:
    """ "Order cancellations managers only"; of "close tickets agents only" the tickets are what is closed."""
    torn = any(token.stem in context.lexicon.by_any_stem for token in name.said[:-1])
    return None if torn else group(context, name)


def can(
    context: Context, effect: Effect, who: Who, more: Deed | tuple[Deed, ...], only: str | None = None
) -> tuple[Can, ...] | None:
    """ "Only leads can close"; "only" goes with a permit."""
    return (Can(effect, who, more),) if only is None or effect == PERMIT else None


def can_when(context: Context, cans: tuple[Can, ...], cond: Formula) -> tuple[Can, ...] | None:
    """ "Leads can cancel up to 100"."""
    (only,) = cans
    return (replace(only, when=cond),) if only.when is None else None


def all_cans(context: Context, left: tuple[Can, ...], right: tuple[Can, ...]) -> tuple[Can, ...]:
    """A list of them."""
    return (*left, *right)


def headed_rules(context: Context, deed: Deed, cans: tuple[Can, ...]) -> Drafts | None:
    """ "Tickets: agents can create, only leads can close"."""
    found: list[Draft] = []
    for each in cans:
        what = headed(context, deed, each.more)
        who = others(each.who, tuple(found))
        what = join(what, Draft(when=each.when)) if what is not None else None
        draft = clause(context, each.effect, what, who) if what is not None and who is not None else None
        if draft is None:
            return None
        found.append(draft)
    return tuple(found)


def headed_rule(context: Context, deed: Deed, cans: tuple[Can, ...]) -> Draft | None:
    """ "Tickets: only leads can close"."""
    found = headed_rules(context, deed, cans)
    return found[0] if found is not None else None


def case_verdict(context: Context, effect: Effect, cond: Formula) -> Draft:
    """ "Over 500: no", of a tool that is said elsewhere."""
    return Draft(effect, when=cond)


def judged_cases(context: Context, what: Draft, verdicts: Drafts) -> Drafts | None:
    """ "Refunds: late ok, damaged not ok"."""
    found = [join(each, what) for each in verdicts] if what.when is None else [None]
    return None if None in found else tuple(each for each in found if each is not None)


def flag_given(context: Context, flag: Said, negative: str = "") -> Formula | None:
    """ "Consent is given": of an input that a call may leave out, it says that it is there."""
    named = [
        found
        for word in {token.stem for token in flag}
        for found in context.lexicon.inputs_beside((word,))
        if found.kind == "Bool" and word in found.leaf
    ]
    if not named or any(any(found.optional) for found in named):
        return None
    return unflagged(context, flag) if negative else flagged(context, flag)


def only_fronted(context: Context, effect: Effect, deed: Deed, who: Who, more: Deed | tuple[Deed, ...]) -> Draft | None:
    """ "Orders over 100 only managers can cancel"."""
    what = passive(context, deed, PERMIT, more) if effect == PERMIT else None
    return clause(context, PERMIT, replace(what, effect=None), who) if what is not None else None


def judged_people(context: Context, effect: Effect, what: Draft, mod: Draft) -> Draft | None:
    """ "Refunds for interns: no"."""
    draft = cell(context, effect, what)
    return with_mod(context, draft, mod) if draft is not None else None
