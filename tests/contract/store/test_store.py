"""What every store promises, held to on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from bot.errors import Refused, SettingsError, StaleWrite, StoreError
from bot.review.clock import SystemClock
from bot.review.errors import Reason
from bot.review.found import Analysis, Finding, SecondReading, Verdict
from bot.review.messages import MessageKind, Told
from bot.review.model import Draft, DraftState, Proposal, ProposalState
from bot.review.quotas import Quota, Quotas
from bot.review.votes import CastVote, Vote
from bot.review.work import Claim, WorkKind
from bot.storage import schema
from bot.storage.base import want
from bot.storage.store import SqlStore, open_store
from bot.storage.tables import messages, metadata, proposals
from bot.storage.tables import notices as notices_table
from tests.support.world import MovableClock

Opening = Callable[[str], Awaitable[SqlStore]]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_proposal(number: int = 1, **members: Any) -> Proposal:
    made = Proposal(
        id=f"P-{number:06}",
        key=f"key-{number}",
        team_id="T1",
        channel_id="C1",
        requester_id="U1",
        rule="Allow agents to refund",
        engine_id="e1",
        gateway_arn="g1",
        state=ProposalState.RECEIVED,
        created_at=NOON,
        response_url="https://hooks.test/1",
    )
    return replace(made, **members)


def a_draft(proposal: Proposal, ordinal: int = 1, **members: Any) -> Draft:
    made = Draft(
        id=f"{proposal.id}.{ordinal}",
        proposal_id=proposal.id,
        ordinal=ordinal,
        asset_id=f"a{ordinal}",
        fragment="Allow agents",
        statement="permit(principal, action, resource);",
        findings=(Finding("VALID"), Finding("INVALID", "why", "policybot")),
        state=DraftState.IN_REVIEW,
        analysis=Analysis(
            read_back="Anyone may.",
            findings=(Finding("shadowed"),),
            warnings=(Finding("not_attached", source="policybot"),),
            difference={"tools": [1, {"a": None}]},
            second=SecondReading(Verdict.DIFFER, "It lets alice in too.", looser=True),
            basis={"enforced": {"a": "permit"}},
            engine_digest="eng",
        ),
        digest="d1",
        policy_name=f"permit_{ordinal}",
        create_token="t" * 36,
    )
    return replace(made, **members)


async def take(store: SqlStore, kind: WorkKind, lease: float = 15.0) -> Claim:
    (claim,) = await store.claim(kind, limit=1, lease=lease)
    return claim


async def reviewed(store: SqlStore, *found: Draft, number: int = 1) -> Proposal:
    """A proposal in review with its drafts, its parent standing, written as a worker does."""
    stored = await store.add_proposal(a_proposal(number))
    assert stored
    proposal = stored[0]
    admitted = replace(proposal, state=ProposalState.ADMITTED)
    await store.move_proposal(await take(store, WorkKind.PROPOSAL), proposal, admitted, due=False)
    claim = await take(store, WorkKind.MESSAGE)
    await store.shown(claim, await store.posting(claim.id), ts="1.5", fingerprint="f", pause=0)
    before = await store.proposal(proposal.id)
    assert before
    after = replace(before, state=ProposalState.GENERATING, generation_id="g-1")
    await store.move_proposal(await take(store, WorkKind.PROPOSAL), before, after, due=True)
    reviewing = replace(after, state=ProposalState.IN_REVIEW, uncovered=("on weekends",))
    made = found or (a_draft(proposal),)
    await store.move_proposal(await take(store, WorkKind.PROPOSAL), after, reviewing, due=False, drafts=made)
    final = await store.proposal(proposal.id)
    assert final
    return final


async def test_a_proposal_comes_back_as_it_was_stored(store: SqlStore) -> None:
    """Every member survives, times in UTC included."""
    wanted = a_proposal(generation_name="rule_P1", generation_token="t" * 36, rule="Ünïcode \U0001f600 & <b>")
    assert await store.add_proposal(wanted) == (wanted, True)
    assert await store.proposal(wanted.id) == wanted
    assert await store.proposal("P-NONE") is None


async def test_the_same_command_twice_is_one_proposal(store: SqlStore) -> None:
    """Also when both arrive at once: one row, and both get its id."""
    both = await asyncio.gather(*[store.add_proposal(a_proposal()) for _ in range(2)])
    assert sorted(found[1] for found in both if found) == [False, True]
    assert {found[0].id for found in both if found} == {"P-000001"}


async def test_an_id_taken_by_another_key_is_told_apart(store: SqlStore) -> None:
    """Short ids can collide; the second command must not become the first one's proposal."""
    await store.add_proposal(a_proposal())
    assert await store.add_proposal(a_proposal(key="other")) is None


@pytest.mark.parametrize(
    ("quotas", "reason"),
    [
        (Quotas(person=Quota(open=3)), Reason.TOO_MANY_OPEN),
        (Quotas(channel=Quota(in_a_minute=3)), Reason.TOO_MANY_AT_ONCE),
        (Quotas(workspace=Quota(3, 3), person=Quota(100, 100)), Reason.TOO_MANY_AT_ONCE),
    ],
)
async def test_a_quota_holds_for_proposals_that_come_at_the_same_moment(
    opening: Opening, database_url: str, store: SqlStore, quotas: Quotas, reason: Reason
) -> None:
    """Exactly as many are stored as there may be, by however many processes; the same command again is no new one."""
    others = [store, store] if store.database.is_sqlite else [store, await opening(database_url)]
    tried = await asyncio.gather(
        *(others[number % 2].add_proposal(a_proposal(number), quotas) for number in range(12)), return_exceptions=True
    )
    refused = [found for found in tried if isinstance(found, Refused)]
    stored = [found[0] for found in tried if isinstance(found, tuple)]
    assert (len(stored), {found.reason for found in refused}) == (3, {reason})
    assert await store.add_proposal(a_proposal(int(stored[0].id[2:])), quotas) == (stored[0], False)


async def test_a_quota_counts_what_is_open_or_of_the_last_minute_and_is_its_own(store: SqlStore) -> None:
    """Others in the channel, other channels and other teams have theirs; a minute later there is room again."""
    quotas = Quotas(person=Quota(in_a_minute=1), channel=Quota(open=3))
    await store.add_proposal(a_proposal(1), quotas)
    with pytest.raises(Refused, match="by you"):
        await store.add_proposal(a_proposal(2, channel_id="C2"), quotas)
    assert await store.add_proposal(a_proposal(3, requester_id="U2"), quotas)
    assert await store.add_proposal(a_proposal(4, team_id="T2"), quotas)
    with pytest.raises(Refused, match="again in 20 seconds"):
        await store.add_proposal(a_proposal(5, created_at=NOON + timedelta(seconds=40)), quotas)
    later = NOON + timedelta(seconds=60)
    assert await store.add_proposal(a_proposal(6, created_at=later), quotas)
    with pytest.raises(Refused, match="3 proposals in this channel are open"):
        await store.add_proposal(a_proposal(7, requester_id="U3", created_at=later), quotas)
    claim, _ = await store.claim(WorkKind.PROPOSAL, limit=2, lease=15)
    found = await store.proposal(claim.id)
    assert found
    await store.move_proposal(claim, found, replace(found, state=ProposalState.REFUSED), due=False)
    assert await store.add_proposal(a_proposal(7, requester_id="U3", created_at=later), quotas)


async def test_the_same_rule_by_another_person_is_marked(store: SqlStore) -> None:
    """Case and spacing do not matter, team and engine do, and an ended proposal does not count."""
    await store.add_proposal(a_proposal(1))
    twin = await store.add_proposal(a_proposal(2, rule="  allow AGENTS\nto refund ", requester_id="U2"))
    elsewhere = await store.add_proposal(a_proposal(3, team_id="T2"))
    assert twin
    assert elsewhere
    assert (twin[0].same_rule_as, elsewhere[0].same_rule_as) == ("P-000001", "")
    for claim in await store.claim(WorkKind.PROPOSAL, limit=2, lease=15):
        before = await store.proposal(claim.id)
        assert before
        await store.move_proposal(claim, before, replace(before, state=ProposalState.REFUSED), due=False)
    after = await store.add_proposal(a_proposal(4))
    assert after
    assert after[0].same_rule_as == ""


async def test_open_proposals_are_the_persons_and_the_channels(store: SqlStore) -> None:
    await store.add_proposal(a_proposal(1, channel_id="C2"))
    await store.add_proposal(a_proposal(2, requester_id="U2", created_at=datetime(2026, 11, 22, 13, tzinfo=UTC)))
    await store.add_proposal(a_proposal(3, requester_id="U2", channel_id="C2"))
    await store.add_proposal(a_proposal(4, team_id="T2"))
    found = await store.open_proposals(team_id="T1", channel_id="C1", user_id="U1")
    assert [proposal.id for proposal in found] == ["P-000002", "P-000001"]


async def test_drafts_come_back_as_they_were_stored(store: SqlStore) -> None:
    """Findings and analysis included; a draft without a statement keeps none."""
    one, two = a_draft(a_proposal()), a_draft(a_proposal(), 2, statement=None, state=DraftState.UNUSABLE)
    proposal = await reviewed(store, one, two)
    assert await store.drafts(proposal.id) == (one, two)
    assert await store.draft(two.id) == two
    assert (proposal.thread_ts, proposal.uncovered) == ("1.5", ("on weekends",))


async def test_a_claimed_row_is_nobody_elses(store: SqlStore) -> None:
    """Workers that claim at the same time get different rows, each one once."""
    for number in range(10):
        await store.add_proposal(a_proposal(number))
    claims = await asyncio.gather(*[store.claim(WorkKind.PROPOSAL, limit=4, lease=15) for _ in range(5)])
    ids = [claim.id for found in claims for claim in found]
    assert len(ids) == len(set(ids)) == 10
    assert await store.claim(WorkKind.PROPOSAL, limit=4, lease=15) == ()


async def test_a_row_is_not_claimed_before_it_is_due(store: SqlStore, clock: MovableClock) -> None:
    """Due times are the application's, so a test can move them and a restart keeps them."""
    await store.add_proposal(a_proposal())
    await store.later(await take(store, WorkKind.PROPOSAL), after=60)
    clock.advance(59)
    assert await store.claim(WorkKind.PROPOSAL, limit=1, lease=15) == ()
    clock.advance(1)
    assert (await take(store, WorkKind.PROPOSAL)).id == "P-000001"


async def eventually(store: SqlStore, kind: WorkKind) -> Claim:
    """The claim of a row whose lease is about to end by the database's clock."""
    async with asyncio.timeout(10):
        while not (claims := await store.claim(kind, limit=1, lease=15)):  # noqa: ASYNC110  (the database's clock)
            await asyncio.sleep(0.01)
    return claims[0]


async def test_a_zombie_writes_nothing(store: SqlStore) -> None:
    """When a lease ended and another worker took the row, whatever the first one writes is refused."""
    await store.add_proposal(a_proposal())
    zombie = await take(store, WorkKind.PROPOSAL, lease=0.01)
    owner = await eventually(store, WorkKind.PROPOSAL)
    before = a_proposal()
    refused = replace(before, state=ProposalState.REFUSED)
    with pytest.raises(StaleWrite):
        await store.move_proposal(zombie, before, refused, due=False, notice="never said")
    with pytest.raises(StaleWrite):
        await store.later(zombie, after=1)
    assert not await store.renew(zombie, lease=15)
    await store.release(zombie)
    assert await store.renew(owner, lease=15)
    assert await store.claim(WorkKind.NOTICE, limit=1, lease=15) == ()
    assert await store.proposal(before.id) == before


async def test_a_renewed_lease_holds(store: SqlStore) -> None:
    """A renewal counts from now, not from when the row was claimed."""
    await store.add_proposal(a_proposal())
    claim = await take(store, WorkKind.PROPOSAL, lease=0.01)
    assert await store.renew(claim, lease=15)
    await asyncio.sleep(0.05)
    assert await store.claim(WorkKind.PROPOSAL, limit=1, lease=15) == ()


async def test_a_released_row_is_free_at_once_and_no_failure(store: SqlStore) -> None:
    """Losing the process or the database never counts as an attempt."""
    await store.add_proposal(a_proposal())
    await store.release(await take(store, WorkKind.PROPOSAL))
    assert (await take(store, WorkKind.PROPOSAL)).attempts == 0


async def test_failures_in_a_row_are_counted_and_a_success_forgets_them(store: SqlStore) -> None:
    await store.add_proposal(a_proposal())
    for expected in (0, 1):
        claim = await take(store, WorkKind.PROPOSAL)
        assert claim.attempts == expected
        await store.later(claim, after=0, trouble="It is down.", failed=True)
    assert (await store.proposal("P-000001") or a_proposal()).trouble == "It is down."
    await store.later(await take(store, WorkKind.PROPOSAL), after=0)
    assert (await take(store, WorkKind.PROPOSAL)).attempts == 0
    assert (await store.proposal("P-000001") or a_proposal(trouble="?")).trouble == ""


async def test_a_row_in_an_unknown_state_is_left_alone(store: SqlStore) -> None:
    """A newer version's rows wait for it: they are not claimed, not failed, and reading one says why."""
    await store.add_proposal(a_proposal())
    async with store.database.write() as connection:
        await connection.execute(sa.update(proposals).values(state="awaiting_quorum"))
    assert await store.claim(WorkKind.PROPOSAL, limit=1, lease=15) == ()
    with pytest.raises(StoreError, match="awaiting_quorum"):
        await store.proposal("P-000001")


async def test_a_move_that_the_table_does_not_allow_is_refused(store: SqlStore) -> None:
    """A bug in a handler cannot bring a proposal where it must not be."""
    await store.add_proposal(a_proposal())
    closed = replace(a_proposal(), state=ProposalState.CLOSED)
    with pytest.raises(StoreError, match="cannot become closed"):
        await store.move_proposal(await take(store, WorkKind.PROPOSAL), a_proposal(), closed, due=False)


async def test_a_move_from_another_state_than_it_was_is_refused(store: SqlStore) -> None:
    """Compare-and-set: what a handler decided on is still so, or nothing is written."""
    await store.add_proposal(a_proposal())
    claim = await take(store, WorkKind.PROPOSAL)
    before = a_proposal(state=ProposalState.ANNOUNCED)
    with pytest.raises(StaleWrite):
        await store.move_proposal(claim, before, replace(before, state=ProposalState.GENERATING), due=True)


def approved(draft: Draft) -> Draft:
    return replace(draft, state=DraftState.APPROVED)


def a_vote(draft: Draft, user: str, **members: Any) -> CastVote:
    return replace(CastVote(draft.id, draft.version, user, Vote.APPROVE, draft.digest), **members)


async def test_people_who_end_it_at_once_end_it_once(store: SqlStore) -> None:
    """One vote moves the draft; no other is kept."""
    draft = a_draft(await reviewed(store))
    votes = [a_vote(draft, f"U{number}", vote=Vote.REJECT) for number in range(6)]
    ends = [replace(draft, state=DraftState.REJECTED, deciders=(vote.user_id,)) for vote in votes]
    done = await asyncio.gather(*[store.cast(vote, draft, end) for vote, end in zip(votes, ends, strict=True)])
    assert done.count(True) == 1
    winner = votes[done.index(True)]
    [kept] = await store.votes(draft.id)
    stored = await store.draft(draft.id)
    assert stored
    assert (kept.user_id, stored.deciders, stored.state) == (winner.user_id, (winner.user_id,), DraftState.REJECTED)


async def test_people_who_approve_at_once_all_have_a_vote(store: SqlStore) -> None:
    """A vote alone moves nothing; who votes again has one vote."""
    draft = a_draft(await reviewed(store))
    votes = [a_vote(draft, f"U{number}") for number in range(6)]
    assert all(await asyncio.gather(*[store.cast(vote, draft, draft) for vote in votes + votes[:1]]))
    assert sorted(vote.user_id for vote in await store.votes(draft.id)) == [f"U{number}" for number in range(6)]


async def test_a_count_holds_for_the_votes_that_stand(store: SqlStore) -> None:
    """A vote that came, or was taken back, after the count was begun makes it void; nothing is half done."""
    draft = a_draft(await reviewed(store))
    for user in ("U1", "U2"):
        assert await store.cast(a_vote(draft, user), draft, draft)
    both = await store.votes(draft.id)
    assert not await store.counted(draft, approved(draft), both[:1])
    assert await store.take_back(draft, "U2")
    assert not await store.take_back(draft, "U2"), "there is none any more"
    assert not await store.counted(draft, approved(draft), both)
    assert (await store.draft(draft.id) or draft).state is DraftState.IN_REVIEW
    assert await store.counted(draft, approved(draft), both[:1])
    assert (await store.draft(draft.id) or draft).state is DraftState.APPROVED
    assert not await store.take_back(draft, "U1"), "it was enough"


async def test_a_vote_that_was_taken_back_can_be_cast_again(store: SqlStore) -> None:
    draft = a_draft(await reviewed(store))
    assert await store.cast(a_vote(draft, "U1"), draft, draft)
    assert await store.take_back(draft, "U1")
    assert await store.cast(a_vote(draft, "U1"), draft, draft)
    assert [vote.taken_back_at for vote in await store.votes(draft.id)] == [None]


async def test_a_revision_closes_what_is_open_of_the_one_before(store: SqlStore) -> None:
    """And nothing that was sent; somebody who revises it a second time at that moment is refused."""
    made = [a_draft(a_proposal(), ordinal) for ordinal in (1, 2)]
    before = await reviewed(store, *made)
    assert await store.cast(a_vote(made[1], "U2"), made[1], replace(made[1], state=DraftState.REJECTED))
    revisions = [
        a_proposal(id=f"P-00000{number}", key=f"r{number}", revises=before.id, revision=2) for number in (8, 9)
    ]
    done = await asyncio.gather(*[store.add_proposal(each) for each in revisions], return_exceptions=True)
    assert [type(each).__name__ for each in done].count("Refused") == 1
    states = [draft.state for draft in await store.drafts(before.id)]
    assert states == [DraftState.REPLACED, DraftState.REJECTED]


@pytest.mark.parametrize("other", [{"version": 2}, {"digest": "d2"}])
async def test_a_vote_on_something_else_than_stands_there_counts_nothing(
    store: SqlStore, other: dict[str, Any]
) -> None:
    """An approval binds to the version and the digest that were seen."""
    draft = a_draft(await reviewed(store))
    seen = replace(draft, **other)
    assert not await store.cast(a_vote(seen, "U2"), seen, approved(seen))
    assert await store.votes(draft.id) == ()
    assert await store.draft(draft.id) == draft


async def test_a_decision_during_the_proposals_own_step_is_not_overlooked(store: SqlStore) -> None:
    """Whoever asks for attention while a row is held gets it: the wait that is saved stays due."""
    draft = a_draft(await reviewed(store))
    async with store.database.write() as connection:
        await connection.execute(sa.update(proposals).values(due_at=NOON))
    held = await take(store, WorkKind.PROPOSAL)
    assert await store.cast(a_vote(draft, "U2"), draft, replace(draft, state=DraftState.REJECTED))
    await store.later(held, after=None)
    assert (await take(store, WorkKind.PROPOSAL)).id == "P-000001"


async def sending(store: SqlStore, *ordinals: int) -> list[tuple[Draft, Claim]]:
    """Approved drafts of one engine, each claimed by a worker."""
    made = [a_draft(a_proposal(), ordinal) for ordinal in ordinals]
    await reviewed(store, *made)
    for draft in made:
        assert await store.cast(a_vote(draft, "U2"), draft, approved(draft))
    held = {claim.id: claim for claim in await store.claim(WorkKind.DRAFT, limit=9, lease=15)}
    return [(approved(draft), held[draft.id]) for draft in made]


async def test_one_draft_of_an_engine_has_its_turn_until_it_is_settled(store: SqlStore) -> None:
    """Whoever comes second waits, and has the turn when the first is settled."""
    found = await sending(store, 1, 2)
    turns = await asyncio.gather(*[store.take_turn(claim, "e-1") for _, claim in found])
    assert sorted(turns) == [False, True]
    (draft, held), (_, other) = found if turns[0] else reversed(found)
    assert await store.take_turn(held, "e-1"), "taking it again is having it"
    for state in (DraftState.SENDING, DraftState.SETTLING):
        stored = await store.draft(draft.id)
        assert stored
        await store.move_draft(held, stored, replace(stored, state=state), due=True)
        assert not await store.take_turn(other, "e-1")
        [held] = [each for each in await store.claim(WorkKind.DRAFT, limit=9, lease=15) if each.id == draft.id]
    stored = await store.draft(draft.id)
    assert stored
    await store.move_draft(held, stored, replace(stored, state=DraftState.IN_EFFECT), due=False)
    assert await store.take_turn(other, "e-1")


async def test_a_worker_that_lost_its_draft_takes_no_turn(store: SqlStore) -> None:
    """A turn taken for a draft that others have settled would never end."""
    [(_, claim)] = await sending(store, 1)
    with pytest.raises(StaleWrite):
        await store.take_turn(replace(claim, lease="another's"), "e-1")


async def test_what_is_told_reaches_each_once(store: SqlStore) -> None:
    """A sentence for the thread and the same one for a person are two; the same again is none."""
    [(draft, claim)] = await sending(store, 1)
    told = (Told("", "It changed."), Told("U2", "It changed."), Told("U2", "It changed."))
    await store.move_draft(claim, draft, replace(draft, state=DraftState.IN_REVIEW), due=False, told=told)
    assert [each.id for each in await store.claim(WorkKind.NOTICE, limit=9, lease=15)] == [
        f"{draft.proposal_id}/notice/1"
    ]
    async with store.database.write() as connection:  # what the thread is told waits for the messages before it
        await connection.execute(sa.update(messages).values(ts="1.1", due_at=None))
        await connection.execute(sa.update(notices_table).values(lease=None, lease_until=None))
    notices = [await store.notice(each.id) for each in await store.claim(WorkKind.NOTICE, limit=9, lease=15)]
    assert sorted((notice.user_id, notice.text) for notice in notices) == [("", "It changed."), ("U2", "It changed.")]


async def test_messages_are_posted_in_their_order(store: SqlStore) -> None:
    """Progress and cards wait for the parent, a card for the ones before it, and none for one that cannot be posted."""
    proposal = await reviewed(store, a_draft(a_proposal(), 1), a_draft(a_proposal(), 2))

    async def unposted() -> Claim | None:
        for claim in await store.claim(WorkKind.MESSAGE, limit=10, lease=15):
            if not (await store.posting(claim.id)).ts:
                return claim
            await store.later(claim, after=None)
        return None

    progress = await unposted()
    assert progress
    assert progress.id == f"{proposal.id}/progress"
    assert await unposted() is None
    await store.unpostable(progress, await store.posting(progress.id), trouble="invalid_blocks", notice="Sorry.")
    card = await unposted()
    assert card
    assert card.id == f"{proposal.id}/card/1"


async def test_changes_while_a_message_is_shown_are_shown_later_in_one(store: SqlStore, clock: MovableClock) -> None:
    """Coalescing: what changed meanwhile makes the message due once, when its pause is over, and shown anew."""
    await reviewed(store)
    async with store.database.write() as connection:
        await connection.execute(sa.delete(messages).where(messages.c.kind != MessageKind.PARENT.value))
    claim = await take(store, WorkKind.UPDATE)
    posting = await store.posting(claim.id)
    draft = a_draft(a_proposal())
    await store.cast(a_vote(draft, "U2"), draft, replace(draft, state=DraftState.REJECTED))
    await store.shown(claim, posting, ts="1.5", fingerprint="f2", pause=3)
    assert await store.claim(WorkKind.UPDATE, limit=1, lease=15) == ()
    clock.advance(3)
    claim = await take(store, WorkKind.UPDATE)
    assert (await store.posting(claim.id)).fingerprint == ""
    await store.shown(claim, await store.posting(claim.id), ts="1.5", fingerprint="f3", pause=3)
    assert (await store.posting(claim.id)).fingerprint == "f3"
    clock.advance(60)
    assert await store.claim(WorkKind.UPDATE, limit=1, lease=15) == ()


async def test_whoever_is_asked_to_wait_waits_so_long_and_has_not_failed(store: SqlStore, clock: MovableClock) -> None:
    """However often it is asked, and whatever changes meanwhile: Slack said when."""
    proposal = await reviewed(store)
    claims = await store.claim(WorkKind.UPDATE, limit=10, lease=15)
    claim = next(each for each in claims if each.id.endswith("/parent"))
    for _ in range(3):
        await store.later(claim, after=30, trouble="Slack asks to wait.", throttled=True)
        async with store.database.write() as connection:
            await want(connection, proposal.id, clock.now())
        clock.advance(31)
        claims = await store.claim(WorkKind.UPDATE, limit=10, lease=15)
        claim = next(each for each in claims if each.id.endswith("/parent"))
        assert claim.attempts == 0
    await store.later(claim, after=30, trouble="It failed.", failed=True)
    clock.advance(31)
    claims = await store.claim(WorkKind.UPDATE, limit=10, lease=15)
    assert next(each for each in claims if each.id.endswith("/parent")).attempts == 1


async def test_a_lost_message_gets_another_key(store: SqlStore) -> None:
    """A copy that is posted anew must not be taken for the one that is gone."""
    await reviewed(store)
    claims = await store.claim(WorkKind.UPDATE, limit=10, lease=15)
    parent = next(claim for claim in claims if claim.id.endswith("/parent"))
    before = await store.posting(parent.id)
    await store.trying(parent)
    await store.gone(parent, before)
    after = await store.posting(parent.id)
    assert (after.ts, after.tried, after.copy) == ("", False, before.copy + 1)
    assert after.key != before.key


async def test_a_write_that_is_cancelled_leaves_the_store_usable(store: SqlStore) -> None:
    """A lost lease cancels its handler at any await: no connection, lock or half a transaction stays behind."""
    for number in range(60):
        task = asyncio.create_task(store.add_proposal(a_proposal(number)))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(30):
        assert await store.add_proposal(a_proposal(100))
    claims = await store.claim(WorkKind.PROPOSAL, limit=100, lease=15)
    assert "P-000100" in {claim.id for claim in claims}


async def test_a_notice_is_kept_until_it_is_delivered(store: SqlStore) -> None:
    await store.add_proposal(a_proposal())
    refused = replace(a_proposal(), state=ProposalState.REFUSED, trouble="No.")
    await store.move_proposal(
        await take(store, WorkKind.PROPOSAL), a_proposal(), refused, due=False, notice="You cannot."
    )
    claim = await take(store, WorkKind.NOTICE)
    notice = await store.notice(claim.id)
    assert (notice.user_id, notice.text, notice.response_url) == ("U1", "You cannot.", "https://hooks.test/1")
    await store.noticed(claim)
    assert await store.claim(WorkKind.NOTICE, limit=1, lease=15) == ()


async def test_work_is_announced_to_subscribers(store: SqlStore) -> None:
    """Workers hear of new work without waiting for the next poll."""
    heard = asyncio.Event()
    store.subscribe(heard.set)
    await store.add_proposal(a_proposal())
    async with asyncio.timeout(10):
        await heard.wait()


async def test_the_migrations_make_the_tables_that_the_code_uses(opening: Opening, database_url: str) -> None:
    """A column added to the tables without a migration fails here: an empty database never runs one."""

    def as_made(connection: sa.Connection) -> dict[str, Any]:
        seen = sa.inspect(connection)
        found: dict[str, Any] = {}
        for table in seen.get_table_names():
            columns = [{**each, "type": str(each["type"])} for each in seen.get_columns(table)]
            found[table] = [
                sorted(columns, key=lambda each: str(each["name"])),
                seen.get_pk_constraint(table),
                sorted(seen.get_indexes(table), key=lambda each: str(each["name"])),
                sorted(seen.get_unique_constraints(table), key=str),
                sorted(seen.get_foreign_keys(table), key=str),
                connection.scalar(sa.text("SELECT version_num FROM alembic_version")),
            ]
        return found

    def stepwise(connection: sa.Connection) -> dict[str, Any]:
        metadata.drop_all(connection)
        connection.execute(sa.text("DROP TABLE alembic_version"))
        config = schema.migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return as_made(connection)

    store = await opening(database_url)
    async with store.database.write() as connection:
        at_once = await connection.run_sync(as_made)
        assert len(at_once) > len(metadata.tables)
        assert await connection.run_sync(stepwise) == at_once


async def test_opening_again_keeps_everything(opening: Opening, database_url: str, clock: MovableClock) -> None:
    """Migrations run at every start and change nothing that is up to date."""
    first = await open_store(database_url, clock)
    await first.add_proposal(a_proposal())
    await first.close()
    assert await (await opening(database_url)).proposal("P-000001") == a_proposal()


async def test_replicas_may_start_at_the_same_time(opening: Opening, postgres: Any) -> None:
    """Migrations take turns by an advisory lock."""
    url = postgres.url()
    stores = await asyncio.gather(*[opening(url) for _ in range(4)])
    await stores[0].add_proposal(a_proposal())
    assert await stores[3].proposal("P-000001") == a_proposal()


async def test_a_replica_waits_for_anothers_migrations_longer_than_for_any_command(
    opening: Opening, postgres: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large database may take minutes, where a command of the bot is given up after seconds."""
    url = postgres.url()
    first = await opening(url)
    monkeypatch.setattr("bot.storage.engine._COMMAND_SECONDS", 0.1)
    lock = {"key": schema._ADVISORY_LOCK}
    async with first.database.write() as connection:
        await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), lock)
        second = asyncio.ensure_future(opening(url))
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        while not await connection.scalar(waiting):
            assert not second.done()
        assert await asyncio.wait({second}, timeout=0.5) == (set(), {second})
    assert await (await second).proposal("P-000001") is None


async def test_replicas_never_share_a_row_and_hear_of_each_others_work(opening: Opening, postgres: Any) -> None:
    """SKIP LOCKED gives each row to one replica; NOTIFY wakes the others."""
    url = postgres.url()
    one, two = await opening(url), await opening(url)
    heard = asyncio.Event()
    two.subscribe(heard.set)
    async with asyncio.timeout(10):
        while not heard.is_set():  # the listener may still be connecting
            async with one.database.write(wakes=True):
                pass
            await asyncio.sleep(0.02)
    for number in range(20):
        await one.add_proposal(a_proposal(number))
    rounds = [store.claim(WorkKind.PROPOSAL, limit=3, lease=15) for _ in range(5) for store in (one, two)]
    ids = [claim.id for found in await asyncio.gather(*rounds) for claim in found]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 3


async def test_a_file_is_one_process_alone(tmp_path: Any) -> None:
    """A second bot on the same SQLite file would double work: it is told so."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    first = await open_store(url, SystemClock())
    with pytest.raises(SettingsError, match="Another policybot is using the database"):
        await open_store(url, SystemClock())
    await first.close()
    await (await open_store(url, SystemClock())).close()


async def test_a_restart_frees_what_the_dead_process_held(tmp_path: Any, clock: MovableClock) -> None:
    """On SQLite nobody else can hold a lease, so nothing waits for one to end."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    first = await open_store(url, clock)
    await first.add_proposal(a_proposal())
    await take(first, WorkKind.PROPOSAL, lease=3600)
    await first.close()
    second = await open_store(url, clock)
    assert (await take(second, WorkKind.PROPOSAL)).attempts == 0
    await second.close()


async def test_sqlite_commits_survive_a_power_cut(tmp_path: Any, clock: MovableClock) -> None:
    """The settings that durability rests on are those of every connection."""
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", clock)
    async with store.database.read() as connection:
        found = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    await store.close()
    assert found == ["wal", 2, 1, 5000]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///{tmp}/missing/bot.db", "there is no such folder"),
        ("sqlite://", "names no file"),
        ("mysql://localhost/x", "use sqlite:///FILE or postgresql://"),
        ("not a url", "not a database URL"),
        ("postgresql://u@127.0.0.1/x?sslmodus=require", "asks for sslmodus, which is not known"),
    ],
)
async def test_a_url_that_cannot_be_used_gets_a_sentence(tmp_path: Any, url: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        await open_store(url.format(tmp=tmp_path), SystemClock())


async def test_a_file_that_is_no_database_gets_a_sentence(tmp_path: Any) -> None:
    (tmp_path / "bot.db").write_text("this is not SQLite, but long enough to be looked at as a header of one" * 20)
    with pytest.raises(StoreError, match="database"):
        await open_store(f"sqlite:///{tmp_path / 'bot.db'}", SystemClock())


async def test_a_server_that_is_down_is_a_store_error() -> None:
    """Never a driver's own exception, and never a wait without end."""
    with pytest.raises(StoreError, match="did not answer"):
        await open_store("postgresql://nobody@127.0.0.1:1/none", SystemClock())


async def test_the_newest_drafts_of_an_engine_are_found_with_their_proposal(store: SqlStore) -> None:
    """In their order, no more than asked for, and none of another engine."""
    made = tuple(a_draft(a_proposal(), ordinal) for ordinal in (1, 2, 3))
    proposal = await reviewed(store, *made)
    found = await store.newest("e1", 2)
    assert [(past.proposal.id, past.draft.ordinal) for past in found] == [(proposal.id, 1), (proposal.id, 2)]
    assert found[0].draft.analysis.difference == {"tools": [1, {"a": None}]}
    assert await store.newest("e2", 2) == ()
