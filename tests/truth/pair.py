"""Two approvals at the same instant on one engine: each difference has to hold when its policy comes."""

from __future__ import annotations

import asyncio

from tests.truth.claims import Tally
from tests.truth.house import House
from tests.truth.life import Life, Plan


async def together(house: House, lane_number: int, first: Plan, second: Plan) -> Tally:
    """Both cards are shown before either is approved."""
    channel, lane = house.move_in(lane_number)
    tally = Tally()
    lives = [Life(house, lane_number, plan, tally, channel=channel) for plan in (first, second)]
    for policy in first.standing:
        lane.put(policy)
    for life in lives:
        await life.propose()
        await life.shown(lane)
    await asyncio.gather(*(life.decide("approve") for life in lives))
    for life in lives:
        await life.end(lane)
    return tally
