"""Questions: what is asked, and of which requests."""

from __future__ import annotations

from dataclasses import replace

from bot.language.gateway.context import Context
from bot.language.gateway.subjects import Amount
from bot.language.meaning.model import Asked, Compared, Draft, What, Who, join
from bot.language.wordlists import FORBID, PERMIT, Effect


def asked(context: Context, kind: str, effect: Effect, what: Draft, who: Who | None = None) -> Asked | None:
    """ "Who may refund", "can interns refund": the requests are as a permit of that would have them."""
    draft = join(Draft(PERMIT, who), what)
    return Asked(kind, effect == FORBID, draft) if draft is not None else None


def asked_passive(context: Context, kind: str, what: Draft, effect: Effect = PERMIT) -> Asked:
    """ "Can orders be cancelled": a phrase that has an effect itself."""
    return Asked(kind, FORBID in {effect, what.effect}, replace(what, effect=PERMIT))


def asked_what(context: Context, who: Who, effect: Effect = PERMIT) -> Asked:
    """ "What may interns do": of every tool."""
    return Asked("what", effect == FORBID, Draft(PERMIT, who, What(((),), everything=True)))


def asked_mod(context: Context, asked: Asked, mod: Draft | None = None, left: Draft | None = None) -> Asked | None:
    """A question with one more modifier: "… when the amount is over 500", "… by interns"."""
    draft = join(asked.draft, mod or left or Draft())
    return replace(asked, draft=draft) if draft is not None and not asked.draft.open else None


def asked_amount(context: Context, asked: Asked, amount: Amount) -> Asked | None:
    """ "Can a manager refund 200": of exactly that."""
    return asked_mod(context, asked, Draft(when=Compared("==", amount.quantity, amount.unit, (), amount.said)))


def someone(context: Context, right: Who) -> Who:
    """ "Someone with role manager"."""
    return right
