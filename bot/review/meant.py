"""What the requester answers who was asked in private whether a text is a rule at all."""

from __future__ import annotations

from dataclasses import dataclass

from bot.review.authority import Authority
from bot.review.errors import Reason, refused
from bot.review.model import Proposal, ProposalState
from bot.review.place import Asker
from bot.review.stores import Records


@dataclass(frozen=True)
class Meant:
    """The use cases. Each raises Refused when it is not the asker's, or nobody is asked any more; StoreError."""

    store: Records
    authority: Authority

    async def propose(self, proposal_id: str, asker: Asker, *, response_url: str = "") -> None:
        """Review it all the same. Whether the person may propose is asked again as with every rule."""
        await self._answer(proposal_id, asker, insists=True, response_url=response_url)

    async def forget(self, proposal_id: str, asker: Asker, *, response_url: str = "") -> None:
        """It was not meant as a rule."""
        await self._answer(proposal_id, asker, insists=False, response_url=response_url)

    async def text(self, proposal_id: str, asker: Asker) -> Proposal:
        """What was typed, to be said differently."""
        await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
        found = await self.store.proposal(proposal_id)
        if found is None or found.team_id != asker.team_id or found.requester_id != asker.user_id:
            raise refused(Reason.UNKNOWN_PROPOSAL, proposal_id=proposal_id)
        return found

    async def _answer(self, proposal_id: str, asker: Asker, *, insists: bool, response_url: str) -> None:
        found = await self.text(proposal_id, asker)
        if await self.store.answered(proposal_id, insists=insists, response_url=response_url):
            return
        if not (insists and (found.insisted or found.state is not ProposalState.REFUSED)):
            raise refused(Reason.NOT_ASKED, proposal_id=proposal_id)
