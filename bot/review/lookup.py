"""What a person's command names, from the store."""

from __future__ import annotations

from bot.review.errors import Reason, refused
from bot.review.model import Draft, Proposal
from bot.review.stores import Records


async def proposal_of(store: Records, proposal_id: str) -> Proposal:
    """A proposal. Raises Refused when there is none."""
    proposal = await store.proposal(proposal_id)
    if proposal is None:
        raise refused(Reason.UNKNOWN_PROPOSAL, proposal_id=proposal_id)
    return proposal


async def draft_of(store: Records, draft_id: str) -> tuple[Draft, Proposal]:
    """A draft and its proposal. Raises Refused when there is none."""
    draft = await store.draft(draft_id)
    proposal = await store.proposal(draft.proposal_id) if draft else None
    if draft is None or proposal is None:
        raise refused(Reason.UNKNOWN_DRAFT)
    return draft, proposal
