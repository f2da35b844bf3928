"""Several workspaces in one page: gone between with the keyboard, kept apart, and found again by the address."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.workspace import Rates, WorkspaceConfig, serve
from bot.workspace.server import Served
from bot.workspace.teams import Channel, Person, Team, Teams
from tests.browser.conftest import Visit
from tests.support.browsing import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

NORTH, SOUTH = "T0NORTH", "T0SOUTH"


def team(name: str, *people: Person, installed: bool = True) -> Team:
    """A workspace whose channel and first person have the ids that those of the others have."""
    general = Channel(name="general", members=(*(each.name for each in people), "app"))
    return Team(id=f"T0{name.upper()}", name=name, people=people, channels=(general,), installed=installed)


@pytest_asyncio.fixture(loop_scope="session")
async def served(browser: Browser) -> AsyncIterator[Served]:
    ann, bob = Person(name="ann", real_name="Ann North"), Person(name="bob", real_name="Bob")
    north, south = team("North", ann, bob), team("South", Person(name="ann", real_name="Ann South"), installed=False)
    config = WorkspaceConfig(page=True, rates=Rates(enforced=False), teams=Teams(teams=(north, south)))
    async with serve(config) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def ann(served: Served, visit: Visit) -> Visitor:
    return await visit(served.url)


async def address(visitor: Visitor) -> str:
    return str(await visitor.page.evaluate("location.hash"))


async def test_one_goes_to_another_workspace_by_the_keyboard_and_comes_back_to_where_one_was(ann: Visitor) -> None:
    """The list has a label; what is written in one workspace stands in that one alone, also under the same ids."""
    await ann.becomes("Bob – Member")
    await ann.types("only in the north")
    await expect(ann.channel.get_by_role("article")).to_have_count(1)
    workspaces = ann.page.get_by_label("Workspace", exact=True).and_(ann.page.get_by_role("combobox"))
    await workspaces.focus()
    await workspaces.press("S")
    await expect(ann.page).to_have_title("#general – South")
    await expect(ann.page.get_by_label("I am").locator("option")).to_have_text(["Ann South – Member"])
    await expect(ann.channel).to_contain_text("Nothing has been said here yet")
    await expect(ann.page.get_by_text("is not installed here.")).to_be_visible()
    assert await address(ann) == f"#{SOUTH}/U0ANN/C0GENERAL"
    await ann.types("only in the south")
    await expect(ann.channel.get_by_role("article")).to_contain_text(["only in the south"])
    await expect(workspaces).to_be_visible()
    await workspaces.focus()
    await workspaces.press("N")
    await expect(ann.channel.get_by_role("article")).to_contain_text(["only in the north"])
    await expect(ann.page.get_by_label("I am").locator("option:checked")).to_have_text("Bob – Member")
    await ann.page.go_back()
    await expect(ann.channel.get_by_role("article")).to_contain_text(["only in the south"])
    await ann.page.reload()
    await expect(ann.channel.get_by_role("article")).to_contain_text(["only in the south"])
    await expect(workspaces.locator("option:checked")).to_have_text("South")


async def test_an_address_finds_a_workspace_and_one_of_nowhere_comes_to_the_first(served: Served, visit: Visit) -> None:
    await served.at(SOUTH).perform("types", {"user": "U0ANN", "channel": "general", "text": "hello"})
    found = await visit(served.url, f"#{SOUTH}/U0ANN/C0GENERAL")
    await expect(found.channel.get_by_role("article")).to_contain_text(["hello"])
    inside = await visit(served.url, f"#{SOUTH}/U0BOB/C0GENERAL")  # whom there is only in the other one
    await expect(inside.channel.get_by_role("article")).to_contain_text(["hello"])
    lost = await visit(served.url, "#T0NOWHERE/U0ANN/C0GENERAL")
    await expect(lost.page).to_have_title("#general – North")


async def test_a_page_of_one_workspace_offers_no_other(riley: Visitor) -> None:
    await expect(riley.page.get_by_label("I am")).to_be_visible()
    await expect(riley.page.locator("#workspace")).to_have_count(0)
    assert (await address(riley)).startswith("#U0RILEYREQ/")
