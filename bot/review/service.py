"""The use cases: what handlers call. Each is committed when it returns, and raises Refused with a sentence."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from typing import NamedTuple

from bot.errors import ChatError
from bot.governance import Action
from bot.review.authority import Authority
from bot.review.commands import AskStatus, ProposeRule
from bot.review.errors import Reason, refused
from bot.review.examples import brought
from bot.review.family import pieces_of
from bot.review.lookup import draft_of, proposal_of
from bot.review.model import Draft, Proposal
from bot.review.options import Options
from bot.review.place import Asker, place
from bot.review.ports import Clock
from bot.review.refusing import recorded
from bot.review.rule_text import check_rule
from bot.review.stores import Records
from bot.review.storing import Proposed, stored

PAGE = 10
"""Proposals on a page."""


class ProposalStatus(NamedTuple):
    """A proposal with its drafts, in order."""

    proposal: Proposal
    drafts: tuple[Draft, ...]


class Statuses(NamedTuple):
    """A page of proposals, the newest first, and how many there are on all `pages`."""

    proposals: tuple[ProposalStatus, ...]
    total: int
    page: int = 1
    pages: int = 1


class Review:
    """Proposing and asking. Holds no state: the store does."""

    def __init__(self, store: Records, authority: Authority, clock: Clock, options: Options) -> None:
        self._store = store
        self._authority = authority
        self._clock = clock
        self._options = options

    async def propose(self, command: ProposeRule) -> Proposed:
        """Store a rule that somebody wants and may propose: somebody who may not is told nothing else.

        Whether they may is asked first, for `Options.admission_patience` seconds at most; when Slack does not say in
        that time, the rule is stored all the same, and the worker asks. Raises Refused when the rule cannot be read,
        the place or person cannot propose, or too much is proposed, StoreError when it could not be stored.
        """
        async with recorded(self._store, Action.PROPOSE, command.user_id, team_id=command.team_id):
            return await self._propose(command)

    async def _propose(self, command: ProposeRule) -> Proposed:
        rule = command.rule.strip()
        check_rule(rule)
        if command.until is not None and command.until <= self._clock.now():
            raise refused(Reason.PAST, when=f"{command.until:%Y-%m-%d %H:%M} UTC")
        if command.channel_name == "directmessage":
            raise refused(Reason.DIRECT_MESSAGE)
        if command.user_team_id not in ("", command.team_id):
            raise refused(Reason.OUTSIDER)
        asker = Asker(command.team_id, command.channel_id, command.user_id, command.user_team_id, command.chosen)
        wanted = replace(
            await place(asker, self._options.routes, self._clock.now(), key=command.key, rule=rule),
            response_url=command.response_url,
            why=command.why,
            until=command.until,
            in_thread=command.in_thread,
        )
        wanted = replace(wanted, tests=await brought(self._store, wanted, command.tests))
        admitted = await self._admitted(wanted, command.user_team_id)
        return replace(await stored(self._store, self._options, wanted), admitted=admitted)

    async def invited(self, channel_id: str) -> None:
        """The bot was invited to a channel, perhaps again: what it could not show there meanwhile is shown now."""
        await self._store.show_again(channel_id)

    async def look_again(self, found: Statuses) -> None:
        """Somebody asks for these: what somebody else deleted of their messages is posted anew."""
        await self._store.look_again([each.proposal.id for each in found.proposals])

    async def shared(self, channel_id: str) -> None:
        """A channel came to be shared with another company, or is not any more: what stands there is shown anew."""
        await self._store.readers_changed(channel_id)

    async def status(self, command: AskStatus) -> Statuses:
        """A page of the person's open proposals and the channel's; or one, also when it has ended.

        Raises Refused when there is no such proposal for this person in this channel, or when the person has no part in
        the team's reviews; ChatUnavailable.
        """
        await self._authority.member(command.user_id, command.team_id, command.user_team_id)
        if not command.proposal_id:
            of = {"team_id": command.team_id, "channel_id": command.channel_id, "user_id": command.user_id}
            total = await self._store.count_open(**of)
            pages = max(1, math.ceil(total / PAGE))
            page = min(max(command.page, 1), pages)
            found = await self._store.open_proposals(**of, skip=(page - 1) * PAGE, most=PAGE)
            return Statuses(tuple([await self._with_drafts(each) for each in found]), total, page, pages)
        wanted = command.proposal_id.strip().upper()
        proposal = await self._store.proposal(wanted)
        if (
            proposal is None
            or proposal.team_id != command.team_id
            or (proposal.channel_id != command.channel_id and proposal.requester_id != command.user_id)
        ):
            raise refused(Reason.UNKNOWN_PROPOSAL, proposal_id=wanted)
        return Statuses((await self._with_drafts(proposal),), 1)

    async def proposal(self, proposal_id: str) -> Proposal:
        """A proposal. Raises Refused when there is none."""
        return await proposal_of(self._store, proposal_id)

    async def pieces(self, proposal: Proposal) -> tuple[Draft, ...]:
        """All pieces of the rule of a proposal."""
        return await pieces_of(self._store, proposal)

    async def draft(self, draft_id: str) -> Draft:
        """A draft. Raises Refused when there is none."""
        return (await draft_of(self._store, draft_id))[0]

    async def look(self, draft_id: str, *, user_id: str, user_team_id: str) -> Draft:
        """A draft for a person who wants to look behind its card, where the engine's other policies are named.

        Raises Refused when there is none, or when the person has no part in the team's reviews; ChatUnavailable.
        """
        draft, proposal = await draft_of(self._store, draft_id)
        await self._authority.member(user_id, proposal.team_id, user_team_id)
        return draft

    async def _with_drafts(self, proposal: Proposal) -> ProposalStatus:
        return ProposalStatus(proposal, await self._store.drafts(proposal.id))

    async def _admitted(self, wanted: Proposal, claimed_team: str) -> bool:
        """Whether it is known that the person may propose this; raises Refused when it is known that they may not."""
        try:
            async with asyncio.timeout(self._options.admission_patience):
                await self._authority.check(Action.PROPOSE, wanted.requester_id, wanted, claimed_team=claimed_team)
        except (ChatError, TimeoutError):
            return False
        return True
