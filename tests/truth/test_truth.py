"""What a card says is what happens: whole lives through the real bot, held against Cedar itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.logs import configure
from tests.truth.directed import freeze, pair, plans, rule
from tests.truth.house import House, gateway_of, house
from tests.truth.mutants import MUTANTS, Mutant, caught
from tests.truth.pair import together
from tests.truth.run import lived, many
from tests.truth.several import beside, pieces

pytestmark = pytest.mark.asyncio(loop_scope="session")

LANES = 4
LIVES, SEED = 8, 20261126
# The others are run by `python -m tests.truth.mutants`.
PUT_BACK = (
    "log-only counts as enforced",
    "an approval stands whatever changed",
    "a permit does not wait for the forbid of its rule",
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def home() -> AsyncIterator[House]:
    """A bot that enforces what is approved. Its lives share nothing but the process."""
    configure("CRITICAL", json_lines=True)
    async with house(lanes=LANES, enforcement_mode="ACTIVE", validation_mode="IGNORE_ALL_FINDINGS") as found:
        yield found


async def test_random_lives_keep_every_claim_of_their_cards(home: House) -> None:
    """No card of a random engine, candidate and act of others says what brute force denies."""
    tally, wrong = await many(home, LANES, LIVES, SEED)
    assert wrong == []
    assert tally.claims["unchanged"] > LIVES
    assert tally.claims["newly allowed"]
    assert tally.claims["created"]
    assert tally.claims["never looser"]


async def test_lives_that_were_lied_about_are_told_as_they_are(home: House) -> None:
    """The states of an engine in which a card once said less than what happened: none of them does any more."""

    async def lane(number: int) -> dict[str, list[str]]:
        mine = list(plans(gateway_of(number)))[number::LANES]
        return {name: (await lived(home, number, plan)).disagreements for name, plan in mine}

    told = await asyncio.gather(*map(lane, range(LANES)))
    assert {name: wrong for each in told for name, wrong in each.items() if wrong} == {}


async def test_of_two_approvals_at_one_instant_each_is_what_its_card_showed(home: House) -> None:
    """The second is looked at again, because the first changes what it changes."""
    assert (await together(home, 0, *pair(gateway_of(0)))).disagreements == []


async def test_a_rule_of_pieces_and_a_card_beside_a_freeze_come_out_as_told(home: House) -> None:
    """The permit waits for the forbid of its rule; and what a freeze keeps closed opens when it ends."""
    assert (await pieces(home, 0, rule(gateway_of(0)))).disagreements == []
    assert (await beside(home, 0, freeze(gateway_of(0)))).disagreements == []


@pytest.mark.parametrize("mutant", [each for each in MUTANTS if each.says in PUT_BACK], ids=lambda each: each.says)
async def test_a_lie_that_is_put_back_is_caught(home: House, mutant: Mutant) -> None:
    """The harness would have found it."""
    found = await caught(home, mutant)
    assert all(found.values()), found
