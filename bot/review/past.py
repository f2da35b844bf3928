"""What policybot had to do with a policy."""

from __future__ import annotations

from dataclasses import dataclass

from bot.review.model import Draft, Proposal


@dataclass(frozen=True)
class Past:
    """A draft about a policy, with the proposal that it is of."""

    proposal: Proposal
    draft: Draft
