"""People are called where they are needed, once, and whoever asked is told what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Refused
from bot.governance import Governance
from bot.review.commands import TakeBack, Undo, Withdraw
from bot.review.model import DraftState, ProposalState
from bot.review.people import Person
from bot.review.routes import everywhere
from bot.review.votes import Vote
from tests.support.bot import Bot
from tests.support.world import ENGINE, GATEWAY, PATIENT, MovableClock

OpenBot = Callable[..., Awaitable[Bot]]
CALLING = replace(PATIENT, routes=everywhere(ENGINE, GATEWAY))

TWO_GROUPS = """
permit(principal, action in [Action::"propose", Action::"withdraw", Action::"reject"], resource);
@id("security") @quorum("1") @group("S0APPROVERS")
permit(principal in Group::"S0APPROVERS", action == Action::"approve", resource);
@id("people") @quorum("2")
permit(principal, action == Action::"approve", resource)
when { principal == Person::"U0SECOND" || principal == Person::"U0MEMBER" || principal == Person::"U0ASKS" };
@id("not-own")
forbid(principal, action == Action::"approve", resource) when { resource.requester == principal };
"""


@pytest.fixture
async def bot(open_bot: OpenBot, tmp_path: Path, clock: MovableClock) -> Bot:
    """A bot whose route has people called."""
    return await open_bot(f"sqlite:///{tmp_path / 'policybot.db'}", clock, CALLING)


def posts(bot: Bot, part: str) -> list[str]:
    return [str(text) for (text,) in bot.world.rows("SELECT text FROM posts ORDER BY ts") if part in str(text)]


def told(bot: Bot, user: str) -> list[str]:
    return [str(text) for (text,) in bot.world.rows("SELECT text FROM told WHERE user = ? ORDER BY id", user)]


async def in_review(bot: Bot, rule: str = "allow agents to use refund") -> str:
    proposal_id = await bot.propose(rule)
    await bot.pass_time()
    assert (await bot.proposal(proposal_id)).state is ProposalState.IN_REVIEW
    return proposal_id


async def test_the_group_that_decides_is_called_once_after_all_cards_stand(bot: Bot) -> None:
    """Two cards that came together are one call, in the thread and below them; nothing calls again meanwhile."""
    proposal_id = await in_review(bot, "allow refund; allow cancel")
    await bot.pass_time(3600)
    [call] = posts(bot, "<!subteam^S0APPROVERS>")
    assert call.startswith(f"<!subteam^S0APPROVERS>: 2 cards of {proposal_id} wait for your decision.")
    order = [str(text).split()[0] for (text,) in bot.world.rows("SELECT text FROM posts ORDER BY ts")]
    assert order == ["parent", "progress", "card", "card", "<!subteam^S0APPROVERS>:"]
    [(thread,)] = bot.world.rows("SELECT thread FROM posts WHERE text LIKE '<!subteam%'")
    assert thread == "1"


async def test_people_and_groups_are_named_once_and_never_the_requester(bot: Bot) -> None:
    """Of two requirements one message comes, with how many votes it takes."""
    bot.governance = Governance.of(TWO_GROUPS)
    bot.__post_init__()
    bot.world.people |= {name: Person(name, "T1") for name in ("U0SECOND", "U0MEMBER", "U0ASKS")}
    await bot.propose(user_id="U0ASKS")
    await bot.pass_time()
    [call] = posts(bot, "waits for your decision")
    assert call.startswith("<!subteam^S0APPROVERS>, <@U0SECOND>, <@U0MEMBER>: ")
    assert "It takes 3 votes." in call
    assert "U0ASKS" not in call


async def test_a_voided_approval_calls_anew(bot: Bot) -> None:
    proposal_id = await in_review(bot)
    bot.world.add_policy("clash_1")
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    first, second = posts(bot, "<!subteam^S0APPROVERS>")
    assert "(version 2)" in second
    assert "(version" not in first


async def test_a_route_that_wants_no_mentions_has_none(open_bot: OpenBot, tmp_path: Path, clock: MovableClock) -> None:
    """Nobody is called in the thread; the requester still hears in private what came of it."""
    bot = await open_bot(f"sqlite:///{tmp_path / 'quiet.db'}", clock, PATIENT)
    proposal_id = await in_review(bot)
    await bot.decide(f"{proposal_id}.1", Vote.REJECT, reason="No.")
    await bot.pass_time()
    assert posts(bot, "<!subteam") == posts(bot, "<@U_ASKS>") == []
    assert any("was rejected" in text for text in told(bot, "U_ASKS"))


async def test_whoever_asked_is_told_of_a_reject_with_its_reason(bot: Bot) -> None:
    """With a mention in the thread, and in private; what the reason says mentions nobody."""
    proposal_id = await in_review(bot)
    await bot.decide(f"{proposal_id}.1", Vote.REJECT, reason="Ask <@U_MEMBER> and <!subteam^S0APPROVERS> first.")
    await bot.pass_time()
    [post] = posts(bot, "<@U_ASKS>")
    assert post.startswith(f"<@U_ASKS>, {proposal_id} is closed. ")
    assert "was rejected by <@U_APPROVES>: “Ask " in post
    assert " first.”" in post
    assert "<@U_MEMBER>" not in post
    assert "<!subteam" not in post
    [private] = told(bot, "U_ASKS")
    assert "was rejected by <@U_APPROVES>: “Ask " in private


async def test_whoever_asked_is_told_what_is_in_effect(bot: Bot) -> None:
    proposal_id = await in_review(bot, "allow refund; ? be nice")
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    [post] = posts(bot, f"<@U_ASKS>, {proposal_id} is closed.")
    assert "was created and is log-only." in post
    assert "“? be nice” could not become a policy." in post
    assert len([text for text in told(bot, "U_ASKS") if "is closed" in text]) == 1


async def test_whoever_withdrew_it_need_not_be_told(bot: Bot) -> None:
    proposal_id = await in_review(bot)
    await bot.deciding.withdraw(Withdraw(f"{proposal_id}.1", "U_ASKS", "T1"))
    await bot.pass_time()
    assert (await bot.proposal(proposal_id)).state is ProposalState.CLOSED
    assert posts(bot, "<@U_ASKS>") == told(bot, "U_ASKS") == []


async def test_a_failed_generation_is_told_to_whoever_asked(bot: Bot) -> None:
    proposal_id = await bot.propose("! impossible")
    await bot.pass_time()
    [post] = posts(bot, "<@U_ASKS>")
    assert post.startswith(f"<@U_ASKS>, nothing came of {proposal_id}: ")
    assert "The rule is about nothing." in told(bot, "U_ASKS")[0]


@pytest.mark.parametrize("approvers", [frozenset(), frozenset({"U_ASKS"}), frozenset({"U_GUEST", "U_GONE"})])
async def test_when_nobody_can_approve_it_is_said_at_once(bot: Bot, approvers: frozenset[str]) -> None:
    """An empty group, only the requester in it, or only people without a say: the thread and the requester hear it."""
    bot.world.may_approve = approvers
    proposal_id = await in_review(bot)
    [post] = posts(bot, "nobody can approve")
    assert post.startswith(f"<@U_ASKS>, nobody can approve 1 card of {proposal_id} as things stand")
    assert len(told(bot, "U_ASKS")) == 1
    assert posts(bot, "<!subteam") == []


async def test_a_group_that_does_not_exist_cannot_approve(bot: Bot) -> None:
    bot.governance = Governance.default(("S0NOSUCH",))
    bot.__post_init__()
    await in_review(bot)
    assert len(posts(bot, "nobody can approve")) == 1


async def test_of_a_group_of_thousands_one_who_can_is_found(bot: Bot) -> None:
    """Asked about some first, and then all: the only one who may comes last."""
    bot.world.may_approve = frozenset({f"U{number:04}" for number in range(300)} | {"U_SECOND"})
    await in_review(bot)
    assert posts(bot, "nobody can approve") == []
    assert len(posts(bot, "<!subteam")) == 1


async def recorded(bot: Bot, event: str) -> list[dict[str, Any]]:
    return [row.as_json() async for row in bot.store.recorded() if row.event == event]


async def test_what_people_are_refused_is_in_the_record(bot: Bot) -> None:
    """Who wanted what of which draft, and why not: of votes, taking back, withdrawing, undoing and proposing."""
    proposal_id = await in_review(bot)
    draft_id = f"{proposal_id}.1"
    with pytest.raises(Refused):
        await bot.decide(draft_id, user="U_ASKS")
    with pytest.raises(Refused):
        await bot.decide(draft_id, version=7)
    with pytest.raises(Refused):
        await bot.deciding.take_back(TakeBack(draft_id, "U_APPROVES", "T1"))
    with pytest.raises(Refused):
        await bot.deciding.withdraw(Withdraw(draft_id, "U_MEMBER", "T1"))
    with pytest.raises(Refused):
        await bot.revising.undo(Undo("key-undo", draft_id, "U_MEMBER", "T1"))
    with pytest.raises(Refused):
        await bot.propose("")
    with pytest.raises(Refused):
        await bot.propose("allow guests to use refund", user_id="U_GUEST")
    rows = await recorded(bot, "refused")
    found = [(row["actor"], row["data"]["action"], row["data"]["reason"], row["draft_id"]) for row in rows]
    assert found == [
        ("U_ASKS", "approve", "not_allowed", draft_id),
        ("U_APPROVES", "approve", "card_outdated", draft_id),
        ("U_APPROVES", "take_back", "no_vote", draft_id),
        ("U_MEMBER", "withdraw", "not_allowed", draft_id),
        ("U_MEMBER", "undo", "not_undone", draft_id),
        ("U_ASKS", "propose", "empty_rule", ""),
        ("U_GUEST", "propose", "guest", ""),
    ]
    assert all(row["data"]["said"] for row in rows)


async def test_no_secret_and_no_answering_url_is_in_the_record(bot: Bot) -> None:
    """Over a whole life with votes, refusals and calls: neither the response_url nor any client token."""
    proposal_id = await in_review(bot, "allow refund; allow cancel")
    with pytest.raises(Refused):
        await bot.decide(f"{proposal_id}.1", user="U_GUEST")
    await bot.decide(f"{proposal_id}.1")
    await bot.pass_time()
    await bot.decide(f"{proposal_id}.2", Vote.REJECT, reason="No.")
    await bot.pass_time()
    draft, proposal = await bot.draft(f"{proposal_id}.1"), await bot.proposal(proposal_id)
    assert draft.state is DraftState.IN_EFFECT
    secrets = [proposal.response_url, proposal.generation_token, draft.create_token]
    assert all(secrets)
    rows = [row async for row in bot.store.recorded()]
    assert {"refused", "vote", "called", "draft.in_effect"} <= {row.event for row in rows}
    for row in rows:
        assert not any(secret in value for secret in secrets for value in map(str, row.as_json().values()))
        assert "hooks.test" not in row.data
        assert "xoxb" not in row.data
