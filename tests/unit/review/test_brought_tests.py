"""A proposal brings tests to its route when it is admitted, all of them or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.cedar import Request
from bot.errors import Refused
from bot.review.errors import Reason
from bot.review.examples import Examples
from bot.review.model import ProposalState
from bot.review.place import Asker
from bot.review.tested import MOST_TESTS, NewTest
from tests.support.bot import Bot
from tests.support.world import ENGINE, GATEWAY


def a_test(name: str, **members: Any) -> NewTest:
    request = Request("AgentCore::OAuthUser", "someone", "Pay___pay", GATEWAY, {"amount": 20})
    return replace(NewTest(name, request, allowed=True), **members)


async def names(bot: Bot) -> list[str]:
    return [each.name for each in await bot.store.examples(ENGINE, GATEWAY)]


async def test_they_are_kept_once_when_it_is_admitted(bot: Bot) -> None:
    proposal = await bot.propose(key="key", tests=(a_test("small"), a_test("also small")))
    assert await names(bot) == []
    await bot.due()
    assert await names(bot) == ["also small", "small"]
    assert await bot.propose(key="key", tests=(a_test("small"), a_test("also small"))) == proposal
    await bot.due()
    assert len(await names(bot)) == 2
    assert [each.added_by for each in await bot.store.examples(ENGINE, GATEWAY)] == ["U_ASKS", "U_ASKS"]


async def test_whoever_is_not_admitted_brings_none(bot: Bot) -> None:
    bot.world.shared.add("C1")
    with pytest.raises(Refused):
        await bot.propose(tests=(a_test("small"),))
    bot.world.shared.clear()
    proposal = await bot.propose(tests=(a_test("small"),))
    bot.world.shared.add("C1")
    await bot.due()
    assert (await bot.proposal(proposal)).state is ProposalState.REFUSED
    assert await names(bot) == []


async def test_a_name_that_is_taken_meanwhile_ends_it_and_keeps_none(bot: Bot) -> None:
    """Two proposals bring a test of one name at once: the first that is admitted has it."""
    first = await bot.propose("one", tests=(a_test("small"),))
    second = await bot.propose("two", tests=(a_test("other"), a_test("SMALL")))
    await bot.due()
    states = {each: (await bot.proposal(each)).state for each in (first, second)}
    assert sorted(state is ProposalState.REFUSED for state in states.values()) == [False, True]
    kept = await names(bot)
    assert kept == (["small"] if states[second] is ProposalState.REFUSED else ["SMALL", "other"])
    told = bot.world.rows("SELECT text FROM told WHERE user = 'U_ASKS'")
    assert any("on this route already" in str(text) for (text,) in told)


@pytest.mark.parametrize(
    ("tests", "reason"),
    [
        ((a_test("a"), a_test("A")), Reason.TEST_TAKEN),
        ((a_test("  "),), Reason.TEST_NAME),
        ((a_test("a", request=Request("AgentCore::OAuthUser", "x", "Pay___pay", "arn:other")),), Reason.TEST_ELSEWHERE),
    ],
)
async def test_what_cannot_be_a_test_is_refused_before_anything_is_saved(
    bot: Bot, tests: tuple[NewTest, ...], reason: Reason
) -> None:
    with pytest.raises(Refused) as refused:
        await bot.propose(tests=tests)
    assert refused.value.reason == reason
    assert await bot.store.open_proposals(team_id="T1", channel_id="C1", user_id="U_ASKS") == ()


async def test_more_than_a_route_may_have_end_it(bot: Bot) -> None:
    proposal = await bot.propose(tests=tuple(a_test(f"t{number}") for number in range(MOST_TESTS + 1)))
    await bot.due()
    assert (await bot.proposal(proposal)).state is ProposalState.REFUSED
    assert await names(bot) == []


@pytest.mark.parametrize("name", ["x" * 59 + " and more", "two  words", "ß" * 70])
async def test_a_test_is_given_up_by_the_name_that_was_typed(bot: Bot, name: str) -> None:
    """Blanks and length are made even when it is added; so are they when it is named again."""
    await bot.propose(tests=(a_test(name),))
    await bot.due()
    (kept,) = await names(bot)
    assert kept == kept.strip()
    asker = Asker("T1", "C1", "U_ASKS", "T1")
    examples = Examples(bot.store, bot.review._authority, bot.clock, bot.options)
    await examples.remove(asker, name)
    assert await names(bot) == []
