"""What is refused: bad rules before anything is stored, people and places after, each with its sentence."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.bound import BoundRoutes
from bot.errors import ChatError, ChatUnavailable, Refused
from bot.review.commands import AskStatus, ProposeRule
from bot.review.errors import Reason
from bot.review.model import DraftState, ProposalState
from bot.review.quotas import Quota, Quotas
from bot.review.votes import Vote
from bot.routing import Routing
from tests.support.bot import Bot


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("", Reason.EMPTY_RULE),
        ("  \n ", Reason.EMPTY_RULE),
        ("x" * 2001, Reason.RULE_TOO_LONG),
        ("🙂🙂 ✅", Reason.NO_WORDS),
        ("1234 !!", Reason.NO_WORDS),
        (":tada: :rocket:", Reason.NO_WORDS),
        ("allow\x07 refund", Reason.CONTROL_CHARACTERS),
        ("allow \x00 refund", Reason.CONTROL_CHARACTERS),
        ("allow \x9b refund", Reason.CONTROL_CHARACTERS),
        ("allow \ud800 refund", Reason.CONTROL_CHARACTERS),
        ("deny all. " * 21, Reason.TOO_MANY_PIECES),
        ("- allow agents to refund\n" * 21, Reason.TOO_MANY_PIECES),
    ],
)
async def test_a_rule_that_cannot_be_read_is_refused_before_anything_is_stored(
    bot: Bot, rule: str, reason: Reason
) -> None:
    with pytest.raises(Refused) as refused:
        await bot.propose(rule)
    assert refused.value.reason is reason
    assert await bot.due() == 0


@pytest.mark.parametrize(
    "rule",
    ["x" * 2000, "allow\n\trefund", "Größere Rückzahlungen verbieten", "<!channel> allow refund", "退款 allow"],
)
async def test_a_rule_that_is_only_unusual_is_kept_as_it_was_typed(bot: Bot, rule: str) -> None:
    """Other languages, links and mentions are the translator's matter, and the cards escape them."""
    assert (await bot.proposal(await bot.propose(rule))).rule == rule


async def test_a_generation_of_too_many_pieces_ends_with_what_to_do_and_none_is_dropped(bot: Bot) -> None:
    """Not the first twenty of them: the thread says how many there are, and to propose them in several messages."""
    proposal_id = await bot.propose("nobody may use:; " + "; ".join(f"tool {number}" for number in range(21)))
    await bot.pass_time()
    proposal = await bot.proposal(proposal_id)
    assert (proposal.state, await bot.store.drafts(proposal_id)) == (ProposalState.FAILED, ())
    assert "holds 22 rules, and 20 is the most" in proposal.trouble
    assert "several messages" in proposal.trouble


async def test_who_proposes_too_much_is_told_when_to_go_on(bot: Bot) -> None:
    """The rule over the quota is not stored; a minute later, or with one decided, the next one is."""
    quotas = Quotas(person=Quota(open=3, in_a_minute=2))
    bot = Bot(bot.store, bot.world, bot.clock, replace(bot.options, quotas=quotas))
    await bot.propose()
    await bot.propose()
    with pytest.raises(Refused, match=r"2 rules were proposed by you within a minute.*again in 60 seconds") as refused:
        await bot.propose()
    assert refused.value.reason is Reason.TOO_MANY_AT_ONCE
    await bot.pass_time(60)
    last = await bot.propose()
    await bot.pass_time(60)
    with pytest.raises(Refused, match=r"3 proposals of yours are open.*/policy status"):
        await bot.propose()
    await bot.decide(f"{last}.1")
    await bot.pass_time(60)
    await bot.propose()


async def test_a_direct_message_is_no_place_to_review(bot: Bot) -> None:
    with pytest.raises(Refused, match="in a channel"):
        await bot.propose(channel_id="D123", channel_name="directmessage")


async def test_a_channel_without_an_engine_is_told_so(bot: Bot) -> None:
    """Rules go where the routing says; elsewhere nothing is stored."""
    bot = Bot(bot.store, bot.world, bot.clock, replace(bot.options, routes=BoundRoutes(Routing(), bot.store)))
    with pytest.raises(Refused, match="No policy engine is set up for this channel"):
        await bot.propose()
    assert await bot.due() == 0


async def test_somebody_of_another_team_is_refused_at_once(bot: Bot) -> None:
    with pytest.raises(Refused) as refused:
        await bot.propose(user_team_id="T2")
    assert refused.value.reason is Reason.OUTSIDER


STRANGERS = [
    ("U_GUEST", "Guests cannot"),
    ("U_STRANGER", "Only members"),
    ("U_OTHER_TEAM", "Only members"),
    ("U_BOT", "Apps and bots"),
    ("U_GONE", "does not know you"),
    ("U_NOBODY", "does not know you"),
]


async def unsaid(bot: Bot, user: str) -> str:
    """A proposal of somebody of whom Slack does not say at once who they are."""
    bot.world.faults["person"] = [ChatUnavailable("Slack is down.")]
    return await bot.propose(user_id=user)


@pytest.mark.parametrize(("user", "said"), STRANGERS)
async def test_who_may_not_propose_is_refused_before_anything_is_stored(bot: Bot, user: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        await bot.propose(user_id=user)
    assert await bot.due() == 0


async def test_governance_is_asked_before_anything_is_stored(bot: Bot) -> None:
    """A channel shared with another company is refused with governance's reason."""
    bot.world.shared = {"C1"}
    with pytest.raises(Refused, match="People of another company are in this channel"):
        await bot.propose()
    assert await bot.due() == 0


async def test_slack_that_does_not_answer_keeps_nobody_waiting(bot: Bot) -> None:
    """The rule is stored after a second, as one of which it is not known yet whether it may be proposed."""
    held = bot.world.holds["person"] = asyncio.Event()
    bot = Bot(bot.store, bot.world, bot.clock, replace(bot.options, admission_patience=0.05))
    command = ProposeRule("key", "T1", "C1", "general", "U_ASKS", "T1", "allow agents to use refund")
    proposed = await bot.review.propose(command)
    assert not proposed.admitted
    held.set()
    await bot.pass_time()
    assert (await bot.proposal(proposed.proposal_id)).state is ProposalState.IN_REVIEW


@pytest.mark.parametrize(("user", "said"), STRANGERS)
async def test_who_may_not_propose_is_told_in_private_and_nothing_is_posted(bot: Bot, user: str, said: str) -> None:
    """Where Slack could not say so at once, as soon as it can."""
    proposal_id = await unsaid(bot, user)
    await bot.pass_time()
    proposal = await bot.proposal(proposal_id)
    assert proposal.state is ProposalState.REFUSED
    assert said in proposal.trouble
    [(told, text)] = bot.world.rows("SELECT user, text FROM told")
    assert (told, text) == (user, proposal.trouble)
    assert (bot.world.count("posts"), bot.world.calls("start_generation")) == (0, 0)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("not_in_channel", "/invite @policybot"),
        ("channel_not_found", "private"),
        ("is_archived", "archived"),
        ("restricted_action", "restricted_action"),
    ],
)
async def test_where_the_bot_cannot_post_the_person_is_told_what_to_do(bot: Bot, code: str, said: str) -> None:
    """Nothing is generated for a rule that nobody could review."""
    bot.world.faults["post"] = [ChatError("Slack refused.", code=code)]
    proposal_id = await bot.propose()
    await bot.pass_time()
    proposal = await bot.proposal(proposal_id)
    assert proposal.state is ProposalState.REFUSED
    assert bot.world.rows("SELECT user, text FROM told") == [("U_ASKS", proposal.trouble)]
    assert said in proposal.trouble
    assert (bot.world.count("posts"), bot.world.calls("start_generation")) == (0, 0)


async def test_a_private_sentence_is_not_lost_while_slack_is_down(bot: Bot) -> None:
    bot.world.faults["tell"] = [ChatUnavailable("Slack is down.")] * 3
    await unsaid(bot, "U_GUEST")
    await bot.pass_time()
    assert bot.world.count("told") == 1


async def test_a_private_sentence_that_slack_refuses_is_not_tried_for_ever(bot: Bot) -> None:
    bot.world.faults["tell"] = [ChatError("Slack refused.", code="user_not_found")]
    await unsaid(bot, "U_GUEST")
    await bot.pass_time()
    assert (bot.world.calls("tell"), bot.world.count("told")) == (1, 0)


async def test_the_requester_is_told_when_slack_cannot_say_who_they_are(bot: Bot) -> None:
    """No thread exists yet, so the end is said in private."""
    bot.world.faults["person"] = [ChatUnavailable("Slack is down.")] * 100
    proposal_id = await bot.propose()
    await bot.pass_time(900)
    assert (await bot.proposal(proposal_id)).state is ProposalState.FAILED
    [(text,)] = bot.world.rows("SELECT text FROM told")
    assert text == f"Slack is down. Tried {bot.options.retry_limit} times. Nothing was posted."


async def test_the_same_command_delivered_twice_is_one_proposal(bot: Bot) -> None:
    """Also when both deliveries run at once: one thread, one generation."""
    both = await asyncio.gather(*[bot.propose(key="the-same") for _ in range(2)])
    again = await bot.propose(key="the-same")
    assert {*both, again} == {again}
    await bot.pass_time()
    assert [bot.world.count(table) for table in ("generations", "posts")] == [1, 3]


async def test_the_same_rule_of_two_people_is_two_proposals_that_know_of_it(bot: Bot) -> None:
    first = await bot.propose("Allow refund")
    second = await bot.propose("allow  REFUND", user_id="U_MEMBER")
    assert first != second
    assert (await bot.proposal(second)).same_rule_as == first


async def reviewed(bot: Bot) -> str:
    proposal_id = await bot.propose()
    await bot.pass_time()
    return f"{proposal_id}.1"


@pytest.mark.parametrize(
    ("user", "vote", "reason"),
    [
        ("U_MEMBER", Vote.APPROVE, Reason.NOT_ALLOWED),
        ("U_MEMBER", Vote.REJECT, Reason.NOT_ALLOWED),
        ("U_ASKS", Vote.APPROVE, Reason.NOT_ALLOWED),
        ("U_GUEST", Vote.APPROVE, Reason.GUEST),
        ("U_STRANGER", Vote.APPROVE, Reason.OUTSIDER),
        ("U_BOT", Vote.APPROVE, Reason.BOT_PERSON),
        ("U_GONE", Vote.APPROVE, Reason.UNKNOWN_PERSON),
        ("U_NOBODY", Vote.APPROVE, Reason.UNKNOWN_PERSON),
    ],
)
async def test_who_may_not_decide_changes_nothing(bot: Bot, user: str, vote: Vote, reason: Reason) -> None:
    """Even one who stands in the approver list: a guest, an outsider, a bot and a deleted account have no say."""
    draft_id = await reviewed(bot)
    with pytest.raises(Refused) as refused:
        await bot.decide(draft_id, vote, user)
    assert refused.value.reason is reason
    assert (await bot.draft(draft_id)).state is DraftState.IN_REVIEW
    assert await bot.store.votes(draft_id) == ()


async def test_with_no_approvers_nobody_may_approve(bot: Bot) -> None:
    """An empty or disabled group fails closed."""
    draft_id = await reviewed(bot)
    bot.world.may_approve = frozenset()
    with pytest.raises(Refused, match="no approvers are configured"):
        await bot.decide(draft_id)


async def test_authority_is_asked_at_the_click(bot: Bot) -> None:
    """Who was an approver when the card was posted, and is none now, may not approve."""
    draft_id = await reviewed(bot)
    bot.world.may_approve = frozenset({"U_SECOND"})
    with pytest.raises(Refused):
        await bot.decide(draft_id, user="U_APPROVES")
    await bot.decide(draft_id, user="U_SECOND")


async def test_the_requester_may_withdraw(bot: Bot) -> None:
    draft_id = await reviewed(bot)
    decided = await bot.decide(draft_id, Vote.REJECT, "U_ASKS")
    assert (decided.draft.state, decided.draft.decided_by) == (DraftState.REJECTED, "U_ASKS")


async def test_a_second_click_is_told_who_was_first_and_when(bot: Bot) -> None:
    draft_id = await reviewed(bot)
    when = f"{bot.clock.now():%Y-%m-%d %H:%M} UTC"
    await bot.decide(draft_id)
    for vote, user in ((Vote.APPROVE, "U_APPROVES"), (Vote.REJECT, "U_SECOND")):
        with pytest.raises(Refused, match=f"approved by <@U_APPROVES>, {when}") as refused:
            await bot.decide(draft_id, vote, user)
        assert refused.value.reason is Reason.ALREADY_DECIDED
    assert len(await bot.store.votes(draft_id)) == 1


async def test_two_people_at_once_act_once(bot: Bot) -> None:
    """One approves and one rejects in the same instant: it is rejected, or the rejection came too late. Never both."""
    draft_id = await reviewed(bot)
    both = await asyncio.gather(
        bot.decide(draft_id, Vote.APPROVE, "U_APPROVES"),
        bot.decide(draft_id, Vote.REJECT, "U_SECOND"),
        return_exceptions=True,
    )
    refused = [found.reason for found in both if isinstance(found, Refused)]
    state = (await bot.draft(draft_id)).state
    assert (state, refused) in [
        (DraftState.REJECTED, []),
        (DraftState.REJECTED, [Reason.ALREADY_DECIDED]),
        (DraftState.APPROVED, [Reason.ALREADY_DECIDED]),
    ]
    await bot.pass_time()
    assert bot.world.count("policies") == (1 if state is DraftState.APPROVED else 0)


async def test_a_click_on_an_old_card_is_not_counted(bot: Bot) -> None:
    draft_id = await reviewed(bot)
    with pytest.raises(Refused) as refused:
        await bot.decide(draft_id, version=7)
    assert refused.value.reason is Reason.CARD_OUTDATED


async def test_a_click_on_what_is_not_there_is_refused(bot: Bot) -> None:
    with pytest.raises(Refused) as refused:
        await bot.decide("P-NONE.1")
    assert refused.value.reason is Reason.UNKNOWN_DRAFT


async def test_a_draft_without_a_statement_cannot_be_approved(bot: Bot) -> None:
    proposal_id = await bot.propose("? be nice; allow refund")
    await bot.pass_time()
    with pytest.raises(Refused) as refused:
        await bot.decide(f"{proposal_id}.1")
    assert refused.value.reason is Reason.NOT_REVIEWABLE


async def test_status_shows_what_is_open_here_or_of_mine(bot: Bot) -> None:
    """One by its id also when it has ended, in any case of letters; nothing of other channels or teams."""
    ended = await unsaid(bot, "U_GUEST")
    await bot.pass_time()
    mine = await bot.propose(channel_id="C2")
    found = (await bot.review.status(AskStatus("T1", "C1", "U_ASKS"))).proposals
    assert [each.proposal.id for each in found] == [mine]
    [(proposal, drafts)] = (await bot.review.status(AskStatus("T1", "C1", "U_MEMBER", ended.lower()))).proposals
    assert (proposal.state, drafts) == (ProposalState.REFUSED, ())
    with pytest.raises(Refused, match=f"no proposal {mine}"):
        await bot.review.status(AskStatus("T1", "C1", "U_MEMBER", mine))


@pytest.mark.parametrize(("user", "said"), STRANGERS)
async def test_status_shows_nothing_to_who_has_no_part_in_it(bot: Bot, user: str, said: str) -> None:
    """Neither the open ones of a channel that they are in, nor one by its id."""
    mine = await bot.propose()
    for proposal_id in ("", mine):
        with pytest.raises(Refused, match=said):
            await bot.review.status(AskStatus("T1", "C1", user, proposal_id))
    with pytest.raises(Refused, match="Only members"):
        await bot.review.status(AskStatus("T2", "C1", "U_ASKS", mine))
