"""`python -m tests.truth.run --lives 1000 --seed 7`: random lives of rules, every claim held against brute force."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator
from random import Random

from bot.logs import configure
from tests.truth.afterlife import follow
from tests.truth.claims import Tally
from tests.truth.directed import pair, plans
from tests.truth.generate import Draw
from tests.truth.house import House, gateway_of, house
from tests.truth.life import Life, Plan
from tests.truth.pair import together
from tests.truth.several import Beside, Rule, beside, pieces

# Every third house creates log-only, so that what it says is what a promotion would do.
SETTINGS = (("ACTIVE", "IGNORE_ALL_FINDINGS"), ("ACTIVE", "IGNORE_ALL_FINDINGS"), ("LOG_ONLY", "FAIL_ON_ANY_FINDINGS"))


def drawn(lives: int, seed: int, lane: int = 0) -> Iterator[Plan]:
    """Random plans for the gateway of a lane; the same seed gives the same."""
    draw = Draw(Random(f"{seed}/{lane}"), gateway_of(lane))
    for _ in range(lives):
        yield draw.plan()


async def lived(home: House, lane: int, plan: Plan) -> Tally:
    """One life; that it does not end is a disagreement too."""
    life = Life(home, lane, plan)
    try:
        await life.run()
        if plan.follow and life.proposal:
            await follow(life, life.place, plan.follow)
        return life.tally
    except TimeoutError:
        life.tally.holds("ends", False, f"{life.proposal} does not end: {await life.where()}")
        return life.tally


async def many(home: House, lanes: int, lives: int, seed: int) -> tuple[Tally, list[str]]:
    """So many lives, some at a time, with half as many rules of several pieces and changes beside one that ends; what
    did not hold comes with its plan."""
    total, wrong = Tally(), list[str]()

    async def one(lane: int) -> None:
        share = lives // lanes + (lane < lives % lanes)
        plans: list[Plan | Rule | Beside] = [*drawn(share, seed, lane)]
        draw = Draw(Random(f"{seed}/{lane}/more"), gateway_of(lane))
        plans += [draw.beside() if number % 2 else draw.rule() for number in range((share + 1) // 2)]
        for plan in plans:
            if isinstance(plan, Plan):
                tally = await lived(home, lane, plan)
            elif isinstance(plan, Rule):
                tally = await pieces(home, lane, plan)
            else:
                tally = await beside(home, lane, plan)
            add(total, tally)
            wrong.extend(f"{each}\n    {plan}" for each in tally.disagreements)

    await asyncio.gather(*map(one, range(lanes)))
    return total, wrong


def add(total: Tally, tally: Tally) -> None:
    total.claims += tally.claims
    total.notes += tally.notes
    total.decisions += tally.decisions
    total.disagreements += tally.disagreements


async def known(home: House) -> dict[str, list[str]]:
    """The lives that are known to have been lied about: what is wrong with each now."""
    found = {name: (await lived(home, 0, plan)).disagreements for name, plan in plans(gateway_of(0))}
    return {**found, "two at once": (await together(home, 0, *pair(gateway_of(0)))).disagreements}


async def main(lives: int, seed: int, lanes: int, *, directed: bool) -> int:
    configure("ERROR", json_lines=True)
    started, total, wrong = time.monotonic(), Tally(), list[str]()
    counts: Counter[str] = Counter()
    for at, (enforcement, validation) in enumerate(SETTINGS):
        share = lives // len(SETTINGS) + (at < lives % len(SETTINGS))
        async with house(lanes=lanes, enforcement_mode=enforcement, validation_mode=validation) as home:
            if directed and at == 0:
                found = await known(home)
                for name, disagreements in found.items():
                    say(f"{name}: {disagreements[0] if disagreements else 'holds'}")
            tally, more = await many(home, lanes, share, seed * len(SETTINGS) + at)
            counts[f"{enforcement}, {validation}"] += share
        add(total, tally)
        wrong += more
    say(f"{lives} lives in {time.monotonic() - started:.0f} s; {total.decisions} decisions of Cedar")
    for kind, count in sorted(total.claims.items()):
        say(f"  {count:6} {kind}")
    for note, count in sorted(total.notes.items()):
        say(f"  {count:6} ({note})")
    say(f"{sum(total.claims.values())} claims, {len(wrong)} disagreements")
    for each in wrong:
        say(f"- {each}")
    return 1 if wrong else 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    reader = argparse.ArgumentParser(prog="python -m tests.truth.run", description=__doc__)
    reader.add_argument("--lives", type=int, default=100)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--lanes", type=int, default=4)
    reader.add_argument(
        "--directed", action="store_true", help="first the lives that are known to have been lied about"
    )
    told = reader.parse_args()
    sys.exit(asyncio.run(main(told.lives, told.seed, told.lanes, directed=told.directed)))
