"""A run: in each round people type and click while something goes wrong; in the end everything has to be right."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.chaos.checking import Findings, check
from tests.chaos.faults import FAULTS
from tests.chaos.town import Town, town
from tests.support.postgres import Cluster

_SETTLE_SECONDS = 180.0
_UPDATES_SECONDS = 30
_LOOKS_SECONDS = 40.0
"""The second look for what stands twice comes after half a minute."""


async def _checked(found: Town) -> Findings:
    """What is found once everything is shown: an update may come a moment after the end that it shows."""
    for _ in range(_UPDATES_SECONDS):
        findings = await check(found)
        if not findings.faults:
            break
        await asyncio.sleep(1.0)
    return findings


async def run(
    folder: Path,
    names: Sequence[str],
    seed: int,
    *,
    cluster: Cluster | None = None,
    replicas: int = 1,
    looks: float = _LOOKS_SECONDS,
    say: Callable[[str], None] = lambda _: None,
) -> Findings:
    """One town through a round for each of the named faults. `looks`: seconds for which messages may stand twice."""
    chance = random.Random(seed)
    async with town(folder, cluster=cluster, replicas=replicas) as found:
        for number, name in enumerate(names, 1):
            say(f"{number}/{len(names)} {name}")
            found.now = name
            broken = asyncio.ensure_future(FAULTS[name](found, chance))
            for _ in range(chance.randint(1, 2)):
                await found.types()
                await asyncio.sleep(chance.uniform(0.0, 0.3))
            await found.clicks()
            await broken
        await found.heal()
        await found.ended(_SETTLE_SECONDS)
        findings = await _checked(found)
        if findings.doubled and looks:
            say(f"{len(findings.doubled)} messages stand twice; looking again in {looks:.0f} s")
            await asyncio.sleep(looks)
            findings = await check(found)
        return findings
