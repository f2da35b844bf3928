"""Files in a form of the page: chosen, taken out, refused, and sent only once they are all there."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Route, expect

from bot.workspace.team import REQUESTER
from tests.browser.conftest import Visit
from tests.support.browsing import Visitor
from tests.support.kitchen import form, labelled
from tests.support.shop import Shop

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOTES = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"hello")
PAPERS = {**labelled({"type": "file_input", "action_id": "papers"}), "optional": True}
UPLOADS = "**/page/upload?*"


@pytest_asyncio.fixture(loop_scope="session")
async def riley(shop: Shop, visit: Visit) -> Visitor:
    return await visit(shop.served.url)


async def test_files_are_chosen_taken_out_and_kept_through_errors(riley: Visitor, shop: Shop) -> None:
    """With the keyboard as well; what the workspace refuses is said, and what somebody took out is not sent."""
    element = {"type": "file_input", "action_id": "papers", "filetypes": ["txt", "pdf"], "max_files": 2}
    shop.answers["form"] = form(labelled(element))
    await riley.types("/form")
    field, chosen = riley.form.get_by_label("The papers"), riley.form.get_by_role("list", name="Chosen files")
    assert await field.get_attribute("accept") == ".txt,.pdf"

    def paper(name: str, size: int = 5) -> FilePayload:
        return FilePayload(name=name, mimeType="text/plain", buffer=b"x" * size)

    await field.set_input_files([paper("one.txt"), paper("<b>two</b>.txt")])
    await expect(chosen.get_by_role("listitem")).to_have_text(["one.txt 5 bytes×", "<b>two</b>.txt 5 bytes×"])
    await field.set_input_files([paper("three.pdf"), paper("large.pdf", 10_000_001)])
    await expect(chosen.get_by_role("listitem")).to_have_count(3)
    await expect(riley.page.get_by_text("A file in a form has at most 10 MB.")).to_be_visible()
    await riley.form.get_by_role("button", name="Save").click()
    await expect(field).to_have_accessible_description("Please choose at most 2 files.")
    await expect(field).to_be_focused()
    await riley.page.keyboard.press("Tab")
    await expect(riley.form.get_by_role("button", name="Remove one.txt")).to_be_focused()
    await riley.page.keyboard.press("Enter")
    await expect(field).to_be_focused()
    await expect(chosen.get_by_role("listitem")).to_have_count(2)
    # What a browser tells when somebody closes the choice of files without choosing: the form stays.
    await field.evaluate("field => field.dispatchEvent(new Event('cancel', { bubbles: true }))")
    assert await riley.widest() <= 0
    await riley.form.get_by_role("button", name="Save").click()
    state = (await shop.next("view_submission"))["view"]["state"]["values"]["papers"]["papers"]
    assert [file["name"] for file in state["files"]] == ["<b>two</b>.txt", "three.pdf"]
    assert {file["user"] for file in state["files"]} == {REQUESTER}


async def _held(riley: Visitor, shop: Shop) -> list[Route]:
    """A form with a file chosen whose upload waits: it is in the list as soon as the page has asked for it."""
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await riley.page.route(UPLOADS, hold)
    shop.answers["form"] = form(PAPERS)
    await riley.types("/form")
    async with riley.page.expect_request(UPLOADS):
        await riley.form.get_by_label("The papers").set_input_files(NOTES)
    return held


async def test_a_form_is_not_sent_while_a_file_is_on_its_way(riley: Visitor, shop: Shop) -> None:
    """It would go without it, where files are optional."""
    held = await _held(riley, shop)
    await riley.form.get_by_role("button", name="Save").click()
    await expect(riley.page.get_by_text("A file is still on its way.")).to_be_visible()
    assert shop.got == []
    await held[0].continue_()
    await expect(riley.form.get_by_role("list", name="Chosen files").get_by_role("listitem")).to_have_count(1)
    await riley.form.get_by_role("button", name="Save").click()
    state = (await shop.next("view_submission"))["view"]["state"]["values"]["papers"]["papers"]
    assert [file["name"] for file in state["files"]] == ["notes.txt"]


async def test_what_a_form_does_not_show_is_not_sent(riley: Visitor, shop: Shop) -> None:
    """A file that arrives after its app has drawn the form anew is not in the new one."""
    held = await _held(riley, shop)
    view = (await shop.served.client.perform("reads_modals", {"user": REQUESTER}))[-1]
    await shop.web.views_update(view_id=view["id"], view=form(PAPERS, title="After"))
    await expect(riley.form.get_by_role("heading", name="After")).to_be_visible()
    async with riley.page.expect_response(UPLOADS) as answered:
        await held[0].continue_()
    await (await answered.value).finished()
    await riley.form.get_by_role("button", name="Save").click()
    state = (await shop.next("view_submission"))["view"]["state"]["values"]["papers"]["papers"]
    assert state["files"] == []
