"""Effects and clauses: how the parts of a rule join."""

from __future__ import annotations

from typing import Any, cast

from bot.language.context import Context
from bot.language.meaning import Draft, Who, join
from bot.translate.vocabulary.effects import FORBID, PERMIT, Effect


def it(context: Context, **named: Any) -> Any:
    """The meaning of the only named part; a phrase with no named part means nothing by itself."""
    return next(iter(named.values()), "")


def const(context: Context, is_: str = "", **constants: str) -> str:
    """A constant of the rule."""
    return next(iter(constants.values()), is_)


def opposite(context: Context, effect: Effect) -> Effect | None:
    """What a denied permission is; a denied ban has no meaning here."""
    return cast(Effect, FORBID) if effect == PERMIT else None


def clause(
    context: Context, effect: Effect, what: Draft | None = None, who: Who | None = None, only: str = "", **more: Draft
) -> Draft | None:
    """An effect with what it is for; "only" goes with a permit."""
    if only and effect != PERMIT:
        return None
    draft: Draft | None = Draft(effect, who)
    for part in (what, *more.values()):
        if draft is not None and part is not None:
            draft = join(draft, part)
    return draft


def nobody(context: Context, effect: Effect, what: Draft, who: Who | None = None, **more: Draft) -> Draft | None:
    """ "Nobody may": the permission is denied, and so to everyone."""
    return clause(context, cast(Effect, FORBID), what, who or Who(None), **more) if effect == PERMIT else None


def no_tool(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "No refunds are allowed"."""
    return clause(context, cast(Effect, FORBID), what) if effect == PERMIT else None


def same_tool(context: Context, effect: Effect, who: Who) -> Draft | None:
    """ "Interns may not": the tool of the rule before, where that has no conditions."""
    before = context.before
    if before is None or before.what is None or before.when is not None or before.unless is not None:
        return None
    return Draft(effect, who, before.what)


def same_people(context: Context) -> Who | None:
    """ "They": the people of the rule before."""
    return context.before.who if context.before is not None else None


def same_subject(context: Context, effect: Effect, what: Draft) -> Draft | None:
    """ "May not export": a modal with no subject takes the people of the rule before."""
    who = same_people(context)
    return clause(context, effect, what, who) if who is not None else None


def with_mod(context: Context, draft: Draft, mod: Draft) -> Draft | None:
    """A phrase with one more modifier. Behind an exception a condition could belong to it, and is not taken."""
    if draft.unless is not None and mod.when is not None:
        return None
    return join(draft, mod)


def both_parts(context: Context, left: Draft, right: Draft) -> Draft | None:
    """Two contributions as one."""
    return join(left, right)


def excepted_people(context: Context, who: Who) -> Draft | None:
    """ "Except managers"."""
    from bot.language.meaning import Fact

    return Draft(unless=Fact(who.condition)) if who.condition is not None else None


def for_people(context: Context, who: Who) -> Draft:
    """People behind a preposition."""
    return Draft(who=who)
