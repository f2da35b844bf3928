"""Installing an app as a person does in a browser: the app's link, Slack's page, Allow, and the way back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie

import aiohttp


@dataclass(frozen=True)
class Page:
    """What a browser ended on."""

    status: int
    text: str
    url: str


class _Form(HTMLParser):
    """The hidden inputs of a page's form."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") == "hidden":
            self.hidden[str(found["name"])] = str(found["value"])


class Browser:
    """A browser that keeps cookies, the `Secure` ones on this machine's http as well, and follows nothing by itself."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self.cookies: dict[str, str] = {}

    async def get(self, url: str) -> tuple[Page, str]:
        """The page at a URL, and where it leads to."""
        return await self._ask("GET", url, None)

    async def _ask(self, method: str, url: str, form: dict[str, str] | None) -> tuple[Page, str]:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        async with self._session.request(method, url, data=form, headers=sent, allow_redirects=False) as answer:
            for line in answer.headers.getall("Set-Cookie", []):
                for name, morsel in SimpleCookie(line).items():
                    self.cookies[name] = morsel.value
            return Page(answer.status, await answer.text(), url), answer.headers.get("Location", "")

    async def asked(self, start: str) -> tuple[str, dict[str, str]]:
        """Slack's page of an installation that begins at the app's link: its URL, and what its form keeps."""
        page, onward = await self.get(start)
        link = onward or re.findall(r'href="([^"]*/oauth/v2/authorize[^"]*)"', page.text)[0].replace("&amp;", "&")
        return await self.asked_at(link)

    async def asked_at(self, link: str) -> tuple[str, dict[str, str]]:
        """The same at Slack's own address."""
        asked, _ = await self.get(link)
        assert asked.status == 200, asked.text
        form = _Form()
        form.feed(asked.text)
        return link, form.hidden

    async def decides(self, link: str, kept: dict[str, str], place: str, decision: str = "allow") -> str:
        """Choose a workspace or an organisation and decide: where Slack leads back to."""
        chosen = {**kept, "place": place, "decision": decision}
        page, back = await self._ask("POST", link.partition("?")[0], chosen)
        assert page.status == 302, page.text
        return back

    async def installs(self, start: str, place: str, decision: str = "allow") -> Page:
        """All of it: what the app shows in the end."""
        link, kept = await self.asked(start)
        page, _ = await self.get(await self.decides(link, kept, place, decision))
        return page
