"""Proposing that a change is taken back later than it was approved to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.review.authority import Authority
from bot.review.commands import Extend
from bot.review.errors import Reason, refused
from bot.review.model import DraftState, Origin, Wanted
from bot.review.options import Options
from bot.review.place import beside
from bot.review.ports import Clock
from bot.review.proposing import ACTIONS
from bot.review.refusing import recorded
from bot.review.stores import Records
from bot.review.storing import Proposed, stored
from bot.review.telling import at
from bot.review.timed import is_end


@dataclass(frozen=True)
class Extending:
    """Holds no state: the store does."""

    store: Records
    authority: Authority
    clock: Clock
    options: Options

    async def extend(self, command: Extend) -> Proposed:
        """Propose a later end, in the thread of the change. It is decided as the change was.

        Raises Refused when the person may not, when nothing is left to extend, or for a time that is not later;
        ChatUnavailable, StoreError.
        """
        async with recorded(self.store, "extend", command.user_id, draft_id=command.draft_id):
            return await self._extend(command)

    async def _extend(self, command: Extend) -> Proposed:
        end = await self.store.draft(command.draft_id)
        first = await self.store.draft(end.undoes) if end and is_end(end) else None
        root = await self.store.proposal(end.proposal_id) if end else None
        if end is None or first is None or root is None or end.until is None:
            raise refused(Reason.UNKNOWN_DRAFT)
        what = f"Extend {first.id} until {at(command.until)}: the policy {end.policy_name}"
        proposal = replace(
            beside(root, key=command.key, user_id=command.user_id, rule=what, now=self.clock.now()),
            response_url=command.response_url,
            origin=Origin.ACT,
            wanted=Wanted(first.act, end.policy_id, end.policy_name, extends=end.id),
            why=command.why,
            until=command.until,
        )
        await self.authority.check(ACTIONS[first.act], command.user_id, proposal, claimed_team=command.user_team_id)
        if end.state is not DraftState.SCHEDULED:
            raise refused(Reason.NOT_EXTENDED)
        if command.until <= end.until:
            raise refused(Reason.NOT_LATER, when=at(end.until))
        return await stored(self.store, self.options, proposal)
