"""What the review domain needs from the database, and nothing about which one. Every method raises StoreError."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bot.review.drift import Watch
from bot.review.evidence import Seen
from bot.review.messages import Announcement, Notice, Posting, Told
from bot.review.model import Draft, Proposal
from bot.review.past import Past
from bot.review.quotas import NO_QUOTAS, Quotas
from bot.review.record import Entry, Row
from bot.review.routes import Binding, Route
from bot.review.tested import Example
from bot.review.votes import CastVote
from bot.review.work import Claim, WorkKind


class Recorder(Protocol):
    """The store, for what is to be kept of what happened."""

    def answering(self) -> AbstractContextManager[None]:
        """Somebody waits for an answer while the block runs: what nobody waits for can hold still for a moment."""
        ...

    async def note(self, entry: Entry) -> None:
        """Record something that changes no state, such as a refusal. Raises StoreError."""
        ...


class ExampleStore(Recorder, Protocol):
    """The store, for the tests of routes."""

    async def examples(self, engine_id: str, gateway_arn: str) -> tuple[Example, ...]:
        """The tests of a route, by name."""
        ...

    async def add_example(self, example: Example, *, most: int) -> None:
        """Keep a test, and have the open drafts of its engine looked at again.

        Raises Refused when the route has one of that name, whatever its case, or as many as may be.
        """
        ...

    async def remove_example(self, example: Example, by: str) -> bool:
        """Give a test up, likewise; False when it is not there any more."""
        ...


class Watches(Protocol):
    """The store, for what others change on routes."""

    async def watch_routes(self, team_id: str, routes: Sequence[tuple[str, str, str]], *, spread: float = 0.0) -> None:
        """Watch these routes (channel, engine, gateway; the first of an engine and gateway counts) and no others.

        With `spread` it is one workspace of many: its routes are its own, and first looked at within so many seconds.
        """
        ...

    async def watch(self, watch_id: str) -> Watch | None: ...

    async def watched(
        self,
        claim: Claim,
        watch: Watch,
        *,
        after: float,
        entry: Entry | None = None,
        told: Sequence[Announcement] = (),
    ) -> None:
        """Write what is known now, with what is recorded of it and what is to be `told` of it, or told otherwise; due
        again after some seconds. Raises StaleWrite."""
        ...

    async def shown_again(self, announced: Sequence[str]) -> None:
        """Look again at what stands of announcements, by their ids: others may read it by now."""
        ...

    async def busy(self, engine_id: str) -> bool:
        """Whether a draft is being sent to the engine, or has its turn: what changes there now may be ours."""
        ...

    async def sent(self, engine_id: str, policy_ids: Sequence[str]) -> tuple[Draft, ...]:
        """The drafts about these policies that AgentCore took: in effect, not enacted after all, or settling; in the
        order in which they came to that."""
        ...

    async def observed(self, engine_id: str, gateway_arn: str, found: Mapping[str, Seen]) -> None:
        """Keep what a gateway recorded of policies, by their ids, with the drafts of that gateway that show it: those
        that left a policy log-only and are in effect, and open ones to promote it. Their messages are marked where a
        count is another."""
        ...

    async def channel_of(self, team_id: str, engine_id: str) -> str:
        """The channel of a workspace that was bound to an engine last, or that of the newest proposal about it; empty
        when there is none."""
        ...


class Bindings(Recorder, Protocol):
    """The store, for which gateways channels are bound to."""

    async def binding(self, team_id: str, channel_id: str) -> Binding:
        """What a channel was bound to last; of version 0 where it never was."""
        ...

    async def bound_channels(self, team_id: str) -> tuple[str, ...]:
        """The channels of a workspace that are bound now, in the order of their ids."""
        ...

    async def bind(
        self, before: Binding, engine_id: str, gateway_arn: str, *, by: str, now: Route, was: Route | None
    ) -> bool:
        """Bind a channel, or take it back with empty ids, and have the channel told; recorded with where its rules
        went (`was`) and go. False when it is not bound as `before` any more."""
        ...


class Threads(Protocol):
    """The store, for what belongs together."""

    async def thread(self, proposal_id: str) -> tuple[Proposal, ...]:
        """A proposal, and those that live in its thread, the oldest first; nothing when there is none."""
        ...


class Records(ExampleStore, Threads, Protocol):
    """The store, for people: what is there, and the two things people do."""

    async def add_proposal(self, proposal: Proposal, quotas: Quotas = NO_QUOTAS) -> tuple[Proposal, bool] | None:
        """Store a proposal, due at once, and return it and True; or the one that is there with the same key, and False.

        None when the id is taken by another key. Sets `same_rule_as` to an open proposal with the same words. Raises
        Refused when one more is more than a quota allows, also of those that come at the same moment.
        """
        ...

    async def proposal(self, proposal_id: str) -> Proposal | None: ...

    async def draft(self, draft_id: str) -> Draft | None: ...

    async def drafts(self, proposal_id: str) -> tuple[Draft, ...]:
        """The drafts of a proposal, in order."""
        ...

    async def beside(self, proposal: Proposal) -> tuple[Draft, ...]:
        """What is in effect of the other proposals of the same thread, the oldest first."""
        ...

    async def enacted(self, engine_id: str, policy_id: str) -> Draft | None:
        """The newest draft about a policy that is in effect; None when no draft made the policy what it is."""
        ...

    async def scheduled(self, engine_id: str, policy_id: str) -> tuple[Draft, ...]:
        """The drafts that will take back a change of a policy at their time."""
        ...

    async def ends(self, engine_id: str, gateway_arn: str) -> tuple[Draft, ...]:
        """All drafts of a route that will take back a change at their time."""
        ...

    async def answered(self, proposal_id: str, *, insists: bool, response_url: str) -> bool:
        """Whoever was asked whether a text is a rule answered: it is admitted anew, or over. `response_url` is where
        they are told from now on. False when nobody is asked any more."""
        ...

    async def open_proposals(
        self, *, team_id: str, channel_id: str, user_id: str, skip: int = 0, most: int = 20
    ) -> tuple[Proposal, ...]:
        """Those not ended that the person proposed or that stand in the channel, the newest first."""
        ...

    async def count_open(self, *, team_id: str, channel_id: str, user_id: str) -> int:
        """How many `open_proposals` there are."""
        ...

    async def readers_changed(self, channel_id: str) -> None:
        """Others can read a channel than before: whatever was shown there is looked at anew, and what is in review."""
        ...

    async def look_again(self, proposal_ids: Sequence[str]) -> None:
        """Show what stands of proposals once more: what somebody deleted is posted anew."""
        ...

    async def show_again(self, channel_id: str) -> None:
        """The bot is in a channel again: what Slack refused to show there is due now."""
        ...

    async def cast(self, vote: CastVote, before: Draft, after: Draft) -> bool:
        """Record a vote and write what it makes of its draft, both or nothing.

        False when the draft is not in that state, version and digest any more: somebody was faster.
        """
        ...

    async def take_back(self, draft: Draft, user_id: str) -> bool:
        """Take a person's approval of this version back; False when there is none, or the draft is decided."""
        ...

    async def counted(self, before: Draft, after: Draft, votes: Sequence[CastVote]) -> bool:
        """Write what a count of these votes makes of a draft.

        False when the draft is not in that state, version and digest any more, or its votes are not these any more.
        """
        ...

    async def settle(self, before: Draft, after: Draft) -> bool:
        """Write what a person makes of a draft without a vote; False as for `cast`."""
        ...

    async def votes(self, draft_id: str) -> tuple[CastVote, ...]:
        """Every vote ever cast on a draft, the oldest first."""
        ...


class Histories(Threads, Protocol):
    """The store, for looking back."""

    async def past(self, engine_id: str, policy_ids: Sequence[str], *, name: str = "") -> tuple[Past, ...]:
        """Every draft about one of these policies of an engine, or one called `name`, the oldest proposal first."""
        ...

    async def recorded_of(self, proposal_ids: Sequence[str]) -> tuple[Row, ...]:
        """What the record has of these proposals, in its order."""
        ...


class Homes(Records, Histories, Protocol):
    """The store, for what one person sees of everything."""

    async def in_review(self, team_id: str, most: int) -> tuple[Past, ...]:
        """The drafts of a team that wait for a decision, the oldest first."""
        ...

    async def ending(self, team_id: str, most: int) -> tuple[Past, ...]:
        """The drafts that take a change back at their time, the next first."""
        ...

    async def decided(self, team_id: str, most: int) -> tuple[Past, ...]:
        """The drafts that somebody decided on, the latest first."""
        ...

    async def watched_routes(self, team_id: str) -> tuple[Watch, ...]:
        """The routes that are watched, in a lasting order."""
        ...

    async def channel_of(self, team_id: str, engine_id: str) -> str: ...


class Queue(Protocol):
    """The store, for workers: who works on what. Leases run on the database's clock."""

    async def due(self) -> frozenset[WorkKind]:
        """The kinds of which something is due that nobody holds."""
        ...

    async def claim(self, kind: WorkKind, *, limit: int, lease: float) -> tuple[Claim, ...]:
        """Take up to `limit` due rows that nobody holds, for `lease` seconds. Rows in unknown states stay untouched."""
        ...

    async def renew(self, claim: Claim, *, lease: float) -> bool:
        """Hold on for `lease` more seconds; False when the row is not ours any more."""
        ...

    async def release(self, claim: Claim) -> None:
        """Give a row back as it is; no matter when it is not ours any more."""
        ...

    async def lost(self, claim: Claim) -> None:
        """Somebody else had the row while we worked on it: what a message of it shows is not known, so show it anew."""
        ...

    async def later(
        self, claim: Claim, *, after: float | None, trouble: str = "", failed: bool = False, throttled: bool = False
    ) -> None:
        """Give a row back, due after some seconds (None: when somebody asks). `failed` counts an attempt; `throttled`
        does not: whoever is asked to wait has not failed, and does not wait longer each time.

        The row is due at once when somebody asked for attention since it was claimed, unless either. `trouble`
        replaces what the row said before, and its messages are marked when it differs. Raises StaleWrite.
        """
        ...

    def subscribe(self, wake: Callable[[], None]) -> None:
        """Call `wake` when there may be work. Only a hint: it can be lost."""
        ...


class Moves(Protocol):
    """The store, for handlers: one write each, guarded by the lease, marking messages in the same transaction.

    Each gives the row back and raises StaleWrite when the lease is gone or the state is not what it was.
    """

    async def move_proposal(
        self,
        claim: Claim,
        before: Proposal,
        after: Proposal,
        *,
        due: bool,
        drafts: Sequence[Draft] = (),
        notice: str = "",
        told: Sequence[Told] = (),
    ) -> None:
        """Write what differs; add `drafts`; keep `notice` for the requester, and what is to be `told`.

        One that is admitted brings its tests to its route. Raises Refused, writing nothing, as `add_example` does.
        """
        ...

    async def tended(
        self,
        claim: Claim,
        proposal: Proposal,
        *,
        marked: Sequence[Draft],
        told: Sequence[Told],
        due_at: datetime | None,
    ) -> None:
        """Keep what is to be `told` of a proposal in review, and when the people of the `marked` drafts were called or
        reminded; the proposal is due again at `due_at`, or when somebody asks."""
        ...

    async def move_draft(
        self,
        claim: Claim,
        before: Draft,
        after: Draft,
        *,
        due: bool,
        told: Sequence[Told] = (),
        drafts: Sequence[Draft] = (),
        others: Sequence[tuple[Draft, Draft]] = (),
    ) -> None:
        """Write what differs and keep what is to be `told`; the proposal is asked to look whether all is settled.

        `drafts` are added to its proposal. Of `others`, scheduled drafts, what differs is written as well, or nothing
        at all when one of them is not as it was any more.

        A draft that is neither approved, sent nor being created any more gives its engine's turn back; one that became
        ACTIVE has the others of its engine looked at again.
        """
        ...

    async def take_turn(self, claim: Claim, engine_id: str) -> bool:
        """Whether the claimed draft has its engine's turn now: one change of an engine is checked and sent at a time,
        across replicas. Raises StaleWrite."""
        ...

    async def end_turn(self, claim: Claim) -> None:
        """Give the turn back before the draft is settled, so that others need not wait for the service."""
        ...

    async def posting(self, message_id: str) -> Posting: ...

    async def trying(self, claim: Claim) -> None:
        """Note that posting may happen from now on; the lease stays."""
        ...

    async def tried(self, claim: Claim, *, perhaps: bool) -> None:
        """Note that nothing is on its way any more; it was posted `perhaps`, or it was not. The lease stays."""
        ...

    async def shown(
        self, claim: Claim, posting: Posting, *, ts: str, fingerprint: str, pause: float, looks: Sequence[float] = ()
    ) -> None:
        """What was wanted stands at `ts`; not touched again for `pause` seconds, and looked for after each of `looks`.

        A parent gives its proposal the thread, and moves it from ADMITTED to ANNOUNCED.
        """
        ...

    async def gone(self, claim: Claim, posting: Posting) -> None:
        """The message cannot be updated: post another copy, and look for what is left of this one."""
        ...

    async def unpostable(self, claim: Claim, posting: Posting, *, trouble: str, notice: str) -> None:
        """Slack will not take the message, or may not have it: rest until the next change, and tell the requester.

        A proposal whose parent it is moves from ADMITTED to REFUSED.
        """
        ...

    async def notice(self, notice_id: str) -> Notice: ...

    async def noticed(self, claim: Claim, *, ts: str = "", trouble: str = "", looks: Sequence[float] = ()) -> None:
        """A notice is delivered, as the message `ts` where it is in a thread, or cannot be; looked for after each of
        `looks`."""
        ...


class Store(Records, Histories, Queue, Moves, Watches, Bindings, Protocol):
    """The database: the truth about every proposal. Raises StoreError when it cannot be reached."""

    async def close(self) -> None: ...
