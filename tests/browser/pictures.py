"""The pictures of the docs, made anew: `.venv/bin/python -m tests.browser.pictures` writes docs/pictures/*.png."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, expect

from bot.logs import configure
from bot.playground import playing
from tests.support.browsing import AVERY, BLAIR, GALE, PATIENCE, Visitor, launched, visiting

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MOST_BYTES, COLOURS = 150_000, 128
DESK: dict[str, Any] = {"viewport": {"width": 1360, "height": 820}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 760}, "is_mobile": True, "has_touch": True}
NIGHT: dict[str, Any] = {**DESK, "color_scheme": "dark"}
RULE = "allow support agents to call refund tool when amount is below 500"


async def review(visitor: Visitor) -> None:
    """A rule whose card waits for a decision."""
    await visitor.proposes(RULE)
    await visitor.button("Approve").wait_for()
    await expect(visitor.policies).to_contain_text("Newly allowed")
    await _from_the_top(visitor)


async def form(visitor: Visitor) -> None:
    """A form over it, with what is missing."""
    await review(visitor)
    await visitor.becomes(AVERY)
    await visitor.button("Reject").click()
    await visitor.form.get_by_role("button", name=re.compile("Reject")).click()
    await visitor.form.get_by_text("Please complete").wait_for()


async def allowed(visitor: Visitor) -> None:
    """The rule approved and promoted, and an agent's call that it allows."""
    await review(visitor)
    await visitor.becomes(AVERY)
    await visitor.approves()
    call = visitor.agent.get_by_role("button", name="Call", exact=True)
    await visitor.button("Promote …").wait_for()
    await call.click()  # a promotion that no call has tested takes more than a click
    await expect(visitor.agent.get_by_role("status")).to_contain_text("Log-only")
    await visitor.button("Promote …").click()
    await visitor.form.get_by_role("button", name=re.compile("Promote|Propose")).click()
    await expect(visitor.form).to_have_count(0)
    await visitor.becomes(BLAIR)
    await visitor.approves()
    await expect(visitor.policies.get_by_role("listitem")).to_contain_text("Enforced")
    await call.click()
    await expect(visitor.agent.get_by_role("status")).to_contain_text("Allowed")


async def guest(visitor: Visitor) -> None:
    """A guest who is refused, in private."""
    await visitor.becomes(GALE)
    await visitor.types(f"/policy {RULE}")
    await visitor.channel.get_by_text("Only visible to you").wait_for()
    await visitor.agent.get_by_role("button", name="Call", exact=True).click()
    await expect(visitor.agent.get_by_role("status")).to_contain_text("Denied")


async def phone(visitor: Visitor) -> None:
    """A card on a phone."""
    await visitor.proposes(RULE)
    await visitor.button("Approve").wait_for()
    await _from_the_top(visitor)


async def _from_the_top(visitor: Visitor) -> None:
    """Scroll the thread to where its card begins, once everything has been said in it."""
    await visitor.thread.get_by_text("waits for your decision").wait_for()
    card = visitor.thread.get_by_role("article").filter(
        has=visitor.page.get_by_role("button", name="Approve", exact=True)
    )
    await card.evaluate("node => node.scrollIntoView()")
    await visitor.page.mouse.move(0, 0)


PICTURES: dict[str, tuple[Callable[[Visitor], Awaitable[None]], dict[str, Any]]] = {
    "review": (review, DESK),
    "form": (form, DESK),
    "allowed": (allowed, DESK),
    "guest": (guest, DESK),
    "phone": (phone, PHONE),
    "night": (review, NIGHT),
}


async def picture(browser: Browser, name: str) -> int:
    """Play up to a state and keep what is seen; gives the bytes that it takes."""
    plays, settings = PICTURES[name]
    async with playing() as running, visiting(browser, running.slack.url, **settings) as visitor:
        await visitor.comes()
        await plays(visitor)
        seen = await visitor.page.screenshot(animations="disabled", caret="hide")
    few = Image.open(io.BytesIO(seen)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)
    return (FOLDER / f"{name}.png").stat().st_size


async def main() -> None:
    """Make every picture; one that is too heavy for a repository is said."""
    configure("ERROR")
    expect.set_options(timeout=PATIENCE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with launched() as browser:
        for name in PICTURES:
            size = await picture(browser, name)
            heavy = f", more than {MOST_BYTES}" if size > MOST_BYTES else ""
            print(f"docs/pictures/{name}.png {size} bytes{heavy}")


if __name__ == "__main__":
    asyncio.run(main())
