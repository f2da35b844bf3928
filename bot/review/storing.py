"""A new proposal into the store, under the first free id."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.errors import StoreError
from bot.review import lifecycle
from bot.review.model import Proposal
from bot.review.options import Options
from bot.review.stores import Records

_ID_ATTEMPTS = 20


@dataclass(frozen=True)
class Proposed:
    """A proposal is stored; `again` when the same command had been delivered before.

    `admitted`: the person may propose it, as was asked before; else the worker asks.
    """

    proposal_id: str
    again: bool
    admitted: bool = True


async def stored(store: Records, options: Options, wanted: Proposal) -> Proposed:
    """Store a proposal. Raises Refused when there are too many, StoreError when it could not be stored."""
    for attempt in range(_ID_ATTEMPTS):
        proposal_id = lifecycle.proposal_id(wanted.key, attempt)
        named = replace(
            wanted,
            id=proposal_id,
            generation_name=lifecycle.generation_name(proposal_id),
            generation_token=lifecycle.client_token("generation", proposal_id, wanted.key),
        )
        kept = await store.add_proposal(named, options.quotas)
        if kept is not None:
            proposal, new = kept
            return Proposed(proposal.id, again=not new)
    raise StoreError("No free id was found for the proposal.", key=wanted.key)
