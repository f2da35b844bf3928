"""With many proposals at once, the oldest is brought to its card first, and nothing waits behind the less urgent."""

from __future__ import annotations

from bot.review.work import WorkKind
from tests.support.bot import Bot
from tests.support.world import MovableClock


async def _do(bot: Bot, kind: WorkKind) -> list[str]:
    """Do what can be claimed of one kind now; what that was."""
    claims = await bot.store.claim(kind, limit=50, lease=15.0)
    for claim in claims:
        await bot.handlers[kind](claim)
    return [claim.id for claim in claims]


async def _proposed(bot: Bot, count: int) -> list[str]:
    assert isinstance(bot.clock, MovableClock)
    found = []
    for number in range(count):
        found.append(await bot.propose(f"allow tool{number}"))
        bot.clock.advance(0.01)
    await _do(bot, WorkKind.PROPOSAL)
    return found


async def test_of_a_burst_the_oldest_parents_come_first_a_few_at_a_time(bot: Bot) -> None:
    """Whatever becomes urgent waits for those few, not for the whole burst."""
    ids = await _proposed(bot, 8)
    assert sorted(await _do(bot, WorkKind.MESSAGE)) == sorted(f"{each}/parent" for each in ids[:3])


async def test_another_channel_has_places_of_its_own(bot: Bot) -> None:
    await _proposed(bot, 4)
    other = await bot.propose("allow elsewhere", channel_id="C2")
    await _do(bot, WorkKind.PROPOSAL)
    claims = await bot.store.claim(WorkKind.MESSAGE, limit=50, lease=15.0)
    assert len(claims) == 4
    assert f"{other}/parent" in {claim.id for claim in claims}
    assert await bot.store.claim(WorkKind.MESSAGE, limit=50, lease=15.0) == ()  # those that are held keep their places


async def test_a_card_and_what_stands_before_it_go_before_new_parents(bot: Bot) -> None:
    """Somebody waits to decide on it; a progress message on its own can wait for everybody's parent."""
    assert isinstance(bot.clock, MovableClock)
    ids = await _proposed(bot, 8)
    await _do(bot, WorkKind.MESSAGE)
    order = await _do(bot, WorkKind.MESSAGE)
    assert {each.partition("/")[2] for each in order} == {"parent"}
    for _ in range(4):  # generations of the first six begin and end
        await _do(bot, WorkKind.PROPOSAL)
        bot.clock.advance(bot.options.generation_poll)
    first = await _do(bot, WorkKind.MESSAGE)
    assert set(first) == {f"{each}/progress" for each in ids[:3]}
    assert set(await _do(bot, WorkKind.MESSAGE)) == {f"{each}/card/1" for each in ids[:3]}
    rest = [each for _ in range(2) for each in await _do(bot, WorkKind.MESSAGE)]
    assert set(rest) == {f"{each}/{kind}" for each in ids[3:6] for kind in ("progress", "card/1")}
    assert set(await _do(bot, WorkKind.MESSAGE)) == {f"{each}/parent" for each in ids[6:]}
