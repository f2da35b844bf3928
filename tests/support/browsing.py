"""A real browser for tests: Debian's Chromium, driven by Playwright, and somebody who sits in front of it."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, async_playwright

NONE_HERE = "there is no Chromium here: its package is called chromium with apt-get"
PATIENCE = 60_000.0
"""Milliseconds after which what a test waits for is said to be missing."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

RILEY, AVERY, BLAIR = "Riley Reyes – Requester", "Avery Adams – Approver", "Blair Brandt – Approver, workspace admin"
GALE, ORLA = "Gale Guest – Guest", "Orla Outside – From another company"


def chromium() -> str | None:
    """The installed browser."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextlib.asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """The browser while the block lasts, without its sandbox, which containers cannot have."""
    path = chromium()
    assert path is not None, NONE_HERE
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Visitor:
    """One browser window on the page. `complaints` has what went wrong in it: errors, and requests to elsewhere."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note everything that a well-behaved page never does."""
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("console", self._console)
        self.page.on("request", lambda asked: self._request(asked.url))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self.page.set_default_timeout(PATIENCE)

    def _console(self, said: ConsoleMessage) -> None:
        """An error that is logged, except of a call that the workspace refused, or that the network lost."""
        if said.type == "error" and not re.search(r"status of 400|net::ERR_(CONNECTION|INCOMPLETE|EMPTY)", said.text):
            self.complaints.append(f"console: {said.text}")

    def _request(self, url: str) -> None:
        if not url.startswith((self.url, "data:")):
            self.complaints.append(f"request: {url}")

    async def comes(self, place: str = "") -> None:
        await self.page.goto(f"{self.url}/{place}")
        await self.page.get_by_role("main").get_by_role("heading", level=1).filter(has_text=re.compile(".")).wait_for()

    async def becomes(self, who: str) -> None:
        await self.page.get_by_label("I am").select_option(label=who)

    @property
    def box(self) -> Locator:
        """The box under the channel."""
        return self.page.get_by_role("main").get_by_role("combobox")

    async def types(self, text: str) -> None:
        await self.box.fill(text)
        await self.box.press("Enter")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("complementary", name="Thread")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("complementary", name="Panels")

    @property
    def policies(self) -> Locator:
        return self.panel.get_by_role("region", name="Policies")

    @property
    def agent(self) -> Locator:
        return self.panel.get_by_role("region", name="An agent's call")

    @property
    def channel(self) -> Locator:
        return self.page.get_by_role("log", name="Messages")

    @property
    def form(self) -> Locator:
        return self.page.get_by_role("dialog")

    async def proposes(self, rule: str) -> None:
        """Type a rule and open its thread."""
        await self.types(f"/policy {rule}")
        await self.page.get_by_role("button", name="open the thread").last.click()

    def button(self, name: str) -> Locator:
        """A button of the newest card in the thread."""
        return self.thread.get_by_role("button", name=name, exact=True).last

    async def approves(self) -> None:
        """Approve the newest card, ticking what it asks to be ticked, and say so again when asked.

        A promotion asks that nothing has tested the policy when its minute ended between its creation and the calls.
        """
        await self.thread.get_by_role("button", name=re.compile("^Approve( …)?$")).last.click()
        approve = self.form.get_by_role("button", name="Approve", exact=True)
        await approve.wait_for()
        for box in await self.form.get_by_role("checkbox").all():
            await box.check()
        await approve.click()

    async def widest(self) -> float:
        """By how many pixels the page is wider than its window."""
        return float(await self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@contextlib.asynccontextmanager
async def visiting(browser: Browser, url: str, **settings: Any) -> AsyncIterator[Visitor]:
    """Somebody with a window of their own; `settings` are Playwright's for a context."""
    options: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US", **settings}
    context: BrowserContext = await browser.new_context(**options)
    try:
        visitor = Visitor(await context.new_page(), url)
        visitor.watch()
        yield visitor
    finally:
        await context.close()
