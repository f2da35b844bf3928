"""How fast the playground answers in a browser, how heavy its page is, and how much of Block Kit it draws.

    python tests/bench/bench_page.py [--rounds 5] [--json]

Each figure stands beside a baseline of the same run, so that machines can be compared.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import aiohttp
from playwright.async_api import Browser

from bot.embedded import Embedded
from bot.logs import configure
from bot.playground import playing
from bot.workspace import team
from bot.workspace.blockkit.blocks import BLOCKS
from bot.workspace.blockkit.elements import ELEMENTS
from bot.workspace.blockkit.rich_text import PARTS, SECTIONS
from bot.workspace.page.files import FOLDER
from bot.workspace.people import Person
from tests.support.browsing import Visitor, launched, visiting

RULE = "allow support agents to call refund tool when amount is below {}"
AIM_CARD, AIM_SCRIPT = 5.0, 150 * 1024
KNOWN = """async () => ({
    ...(await import('/page/kit/blocks.js')).KNOWN,
    rich: (await import('/page/kit/rich_text.js')).RICH_PARTS,
})"""


@dataclass(frozen=True)
class Figure:
    """A value and what it is held against."""

    value: float
    unit: str
    baseline: float
    against: str

    @property
    def ratio(self) -> float:
        return self.value / self.baseline


async def card_without_browser(running: Embedded, number: int) -> float:
    """Seconds from a typed command to its card in the workspace."""
    riley = Person(running.slack.client, team.REQUESTER)
    started = time.perf_counter()
    await riley.types(f"/policy {RULE.format(number)}", team.AGENT_RULES)

    async def look() -> bool:
        parents = await riley.reads(team.AGENT_RULES)
        threads = [await riley.reads_thread(parent) for parent in parents if parent.get("reply_count")]
        return any(
            f"below {number}" in each["shown"] and "draft.approve" in str(each) for one in threads for each in one
        )

    await riley.until(look, 60)
    return time.perf_counter() - started


async def card_in_browser(visitor: Visitor, number: int) -> float:
    """Seconds from Enter in the box to the card's Approve on the screen, its thread opened as soon as it can be."""
    await visitor.page.evaluate("document.querySelector('#thread [aria-label=\"Close the thread\"]')?.click()")
    await visitor.box.fill(f"/policy {RULE.format(number)}")
    started = time.perf_counter()
    await visitor.box.press("Enter")
    parent = visitor.channel.get_by_role("article").filter(has_text=f"below {number}")
    await parent.get_by_role("button", name="open the thread").click()
    await visitor.button("Approve").wait_for()
    return time.perf_counter() - started


async def first_paint(browser: Browser, url: str) -> float:
    """Milliseconds until a browser that has never been here paints something."""
    async with visiting(browser, url) as visitor:
        await visitor.comes()
        entries = "performance.getEntriesByType('paint').map((entry) => entry.startTime)"
        return float(min(await visitor.page.evaluate(entries)))


async def files_alone(url: str) -> float:
    """Milliseconds to fetch the page's files one after the other, with no browser."""
    started = time.perf_counter()
    async with aiohttp.ClientSession() as session:
        for path in sorted(FOLDER.rglob("*.*")):
            async with session.get(f"{url}/page/{path.relative_to(FOLDER).as_posix()}") as response:
                await response.read()
    return (time.perf_counter() - started) * 1000


async def measure(rounds: int) -> dict[str, Figure]:
    """Every figure, medians over rounds."""
    async with playing() as running, launched() as browser, visiting(browser, running.slack.url) as visitor:
        url = running.slack.url
        await visitor.comes()
        seen = [await card_in_browser(visitor, number) for number in range(100, 100 + rounds)]
        alone = [await card_without_browser(running, number) for number in range(200, 200 + rounds)]
        paints = [await first_paint(browser, url) for _ in range(rounds)]
        fetches = [await files_alone(url) for _ in range(rounds)]
        known: Mapping[str, list[str]] = await visitor.page.evaluate(KNOWN)
    script = sum(path.stat().st_size for path in FOLDER.rglob("*.js"))
    found = {
        "first command to card on the screen": Figure(seen[0], "s", AIM_CARD, "the aim"),
        "command to card on the screen": Figure(
            statistics.median(seen), "s", statistics.median(alone), "the same command without a browser"
        ),
        "first paint": Figure(statistics.median(paints), "ms", statistics.median(fetches), "its files alone"),
        "script": Figure(script, "bytes", AIM_SCRIPT, "the aim"),
    }
    for name, exist in (("blocks", BLOCKS), ("elements", ELEMENTS), ("rich", {**PARTS, **SECTIONS})):
        what = {"rich": "parts of rich text"}.get(name, name)
        drawn = len(set(known[name]) & set(exist))
        found[f"{what} drawn"] = Figure(drawn, "types", len(exist), "those that the workspace accepts")
    return found


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    configure("ERROR")
    found = asyncio.run(measure(chosen.rounds))
    if chosen.json:
        rows = {name: {**vars(each), "ratio": each.ratio} for name, each in found.items()}
        print(json.dumps(rows))  # noqa: T201
        return
    for name, each in found.items():
        held = f"{each.ratio:6.2f} of {each.baseline:.2f}, {each.against}"
        print(f"{name:38} {each.value:10.2f} {each.unit:6} {held}")  # noqa: T201


if __name__ == "__main__":
    main()
