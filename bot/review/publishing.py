"""Messages as desired state: rendered from the store at the time of posting, so that only the newest is ever shown."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cachetools import TTLCache

from bot.cedar import digest
from bot.errors import ChatError, ChatUnavailable, StaleWrite
from bot.review.announcing import Announcing
from bot.review.authority import Authority
from bot.review.errors import Reason, channel_refusal, sentence, silenced
from bot.review.family import pieces_of
from bot.review.messages import Drawn, MessageKind, Notice, Posting
from bot.review.model import Proposal, ProposalState
from bot.review.once import GONE, Once
from bot.review.options import Options
from bot.review.ports import Cards, Clock, Messenger
from bot.review.stores import Store
from bot.review.votes import NOTHING_COUNTED
from bot.review.work import Claim

log = logging.getLogger(__name__)

_CHANNELS = 1024
_READERS_AGE = 30.0
"""Seconds for which an update of what stands need not ask again who reads its channel."""
_MOVED = "This message stands elsewhere in this channel."


@dataclass(frozen=True)
class Publishing:
    """Makes Slack show what the store says."""

    store: Store
    messenger: Messenger
    authority: Authority
    cards: Cards
    clock: Clock
    options: Options
    once: Once
    announcing: Announcing
    readers: TTLCache[str, bool] = field(default_factory=lambda: TTLCache(_CHANNELS, _READERS_AGE))
    """Of each channel whether messages are withheld there, as it was lately."""

    async def show(self, claim: Claim) -> None:
        """Bring one message up to date and give it back. Slack being down is never a reason to give up."""
        posting = await self.store.posting(claim.id)
        try:
            drawn = await self._drawn(posting)
            if isinstance(drawn, str):
                await self.store.unpostable(claim, posting, trouble=drawn, notice=drawn)
                return
            message, ts = drawn.message, posting.ts
            fingerprint = digest(message.text, json.dumps(message.blocks, sort_keys=True))
            if ts:
                await self._update(posting, drawn, fingerprint)
            else:
                ts = await self.once.post(claim, posting, drawn.place, drawn.first or message)
                if ts and (posting.tried or drawn.first):  # an earlier try may have left an earlier state
                    await self.messenger.update(**drawn.where, ts=ts, message=message)
        except ChatUnavailable as error:
            await self._later(claim, error)
        except ChatError as error:
            await self._refused(claim, posting, error)
        else:
            if not ts:
                await self.store.later(claim, after=self.once.on_its_way(posting))
                return
            pause, looks = self.options.message_pause, self.once.looks(posting)
            await self.store.shown(claim, posting, ts=ts, fingerprint=fingerprint, pause=pause, looks=looks)

    async def _drawn(self, posting: Posting) -> Drawn | str:
        """The message as it should stand, or why none is posted. Raises StaleWrite where its proposal is gone."""
        if posting.announcement is not None:
            return await self.announcing.drawn(posting.announcement, stands=bool(posting.ts))
        proposal = await self._proposal(posting)
        if await self._withheld(proposal, posting):
            if not posting.ts:
                return sentence(Reason.SHARED_MEANWHILE, proposal_id=proposal.id)
            return Drawn(_place(posting, proposal), self.cards.withheld(proposal.id))
        drafts = await self.store.drafts(proposal.id)
        own = next((draft for draft in drafts if draft.id == posting.draft_id), None)
        beside = await self.store.beside(proposal)
        rule = await pieces_of(self.store, proposal) if own else ()  # only a card speaks of the others' pieces
        message = self.cards.message(posting.kind, proposal, drafts, own, beside, rule)
        # Whom a post names Slack notifies, whom an update names it does not: who may decide is called once for all
        # cards (`telling.calling`).
        uncounted = replace(own, tally=NOTHING_COUNTED) if own else None
        quiet = self.cards.message(posting.kind, proposal, drafts, uncounted, beside, rule)
        return Drawn(_place(posting, proposal), message, quiet if quiet != message else None)

    async def _proposal(self, posting: Posting) -> Proposal:
        proposal = await self.store.proposal(posting.proposal_id)
        if proposal is None:
            raise StaleWrite(f"There is no proposal {posting.proposal_id}.", id=posting.proposal_id)
        return proposal

    async def _withheld(self, proposal: Proposal, posting: Posting | None = None) -> bool:
        """Whether others than the team could read it. Asked anew for whatever is posted, and for what stands once
        others may have come to read it: then its fingerprint is forgotten."""
        channel = proposal.channel_id
        known = self.readers.get(channel) if posting and posting.fingerprint else None
        if known is None:
            known = await self.authority.withheld(proposal.team_id, channel, proposal.engine_id, proposal.gateway_arn)
            self.readers[channel] = known
        return known

    async def tell(self, claim: Claim) -> None:
        """Say one sentence and give it back. A crash may say it in private twice, which does no harm."""
        notice = await self.store.notice(claim.id)
        try:
            ts = await self._say(claim, notice)
        except ChatUnavailable as error:
            # What stands may have to be withheld from those who read it now: there is no giving up on that.
            if notice.ts or claim.attempts + 1 < self.options.retry_limit:
                await self._later(claim, error)
            else:
                await self._untold(claim, error)
        except ChatError as error:
            await self._untold(claim, error)
        else:
            if ts is None:
                # It counts as no failure and as no success: whoever cannot be told is given up after some.
                await self.store.later(claim, after=self.once.on_its_way(notice), throttled=True)
                return
            await self.store.noticed(claim, ts=ts, looks=self.once.looks(notice) if ts else ())

    async def _say(self, claim: Claim, notice: Notice) -> str | None:
        """Say it, or bring it up to date where it stands: then its ts in the thread; None while it may be on its way
        there."""
        proposal = await self.store.proposal(notice.proposal_id)
        if proposal is None:
            return ""
        if notice.user_id:
            asks = proposal.state is ProposalState.ASKED
            await self.messenger.tell(
                team=proposal.team_id,
                channel=notice.channel_id,
                user=notice.user_id,
                text=notice.text,
                response_url=notice.response_url,
                thread_ts=proposal.in_thread,
                blocks=self.cards.question(proposal, notice.text).blocks if asks else (),
            )
            return ""
        team = proposal.team_id
        if not proposal.thread_ts:
            return ""
        withheld = await self._withheld(proposal)
        message = self.cards.withheld(proposal.id) if withheld else self.cards.said(notice.text)
        place = {"team": team, "channel": proposal.channel_id, "thread_ts": proposal.thread_ts}
        if notice.ts:
            if self.once.due_to_look(notice):
                await self.once.tidy(notice, place, instead=self.cards.said(_MOVED))
            await self.messenger.update(team=team, channel=proposal.channel_id, ts=notice.ts, message=message)
            return notice.ts
        if withheld:
            return ""
        return await self.once.post(claim, notice, place, message) or None

    async def _update(self, posting: Posting, drawn: Drawn, fingerprint: str) -> None:
        if self.once.due_to_look(posting):
            await self.once.tidy(posting, drawn.place, instead=self.cards.said(_MOVED))
        if fingerprint != posting.fingerprint:
            await self.messenger.update(**drawn.where, ts=posting.ts, message=drawn.message)

    async def _later(self, claim: Claim, error: ChatUnavailable) -> None:
        if error.retry_after:  # Slack says when, and nothing has happened
            await self.store.later(claim, after=error.retry_after, trouble=error.sentence, throttled=True)
            return
        wait = self.options.delay(claim.attempts, random.random())  # noqa: S311 (spreads tries, keeps no secret)
        await self.store.later(claim, after=wait, trouble=error.sentence, failed=True)

    async def _refused(self, claim: Claim, posting: Posting, error: ChatError) -> None:
        announced = posting.announcement is not None
        if posting.ts and error.code in GONE and not announced:
            await self.store.gone(claim, posting)
            return
        log.warning("message refused", extra={"posting": posting.key, "code": error.code})
        notice = "" if announced else _refusal(await self._proposal(posting), error)
        await self.store.unpostable(claim, posting, trouble=error.sentence, notice=notice)

    async def _untold(self, claim: Claim, error: ChatError) -> None:
        log.warning("notice not delivered", extra={"notice": claim.id, "code": error.code})
        await self.store.noticed(claim, trouble=error.sentence)


def _refusal(proposal: Proposal, error: ChatError) -> str:
    refused = proposal.state is ProposalState.ADMITTED
    return channel_refusal(error.code) if refused else silenced(proposal.id, error.code)


def _place(posting: Posting, proposal: Proposal) -> Mapping[str, str]:
    """Where a message belongs; the thread is empty for the one that begins it."""
    thread = proposal.in_thread if posting.kind is MessageKind.PARENT else proposal.thread_ts
    return {"team": proposal.team_id, "channel": proposal.channel_id, "thread_ts": thread}
