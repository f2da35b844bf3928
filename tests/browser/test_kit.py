"""Block Kit in the page: every block and element is drawn, and what is chosen reaches an app as Slack sends it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, expect

from bot.workspace.blockkit.blocks import BLOCKS
from bot.workspace.blockkit.elements import ELEMENTS
from bot.workspace.blockkit.rich_text import PARTS, SECTIONS
from bot.workspace.team import AGENT_RULES, APPROVER_AVERY, REQUESTER, SHARED
from tests.browser.conftest import Visit
from tests.support.browsing import Visitor
from tests.support.kitchen import (
    ACTING,
    ALERT,
    CONFIRM,
    FEEDBACK,
    INPUTS,
    PLAN,
    READ,
    form,
    labelled,
    plain,
)
from tests.support.shop import Shop

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]


@pytest_asyncio.fixture(loop_scope="session")
async def riley(shop: Shop, visit: Visit) -> Visitor:
    return await visit(shop.served.url)


async def test_every_block_and_element_has_a_drawer(riley: Visitor) -> None:
    """The page draws exactly what the embedded workspace accepts: no block, element or part is left out."""
    known = await riley.page.evaluate(
        """async () => ({
            ...(await import('/page/kit/blocks.js')).KNOWN,
            rich: (await import('/page/kit/rich_text.js')).RICH_PARTS,
        })"""
    )
    assert set(known["blocks"]) == set(BLOCKS)
    assert set(known["elements"]) == set(ELEMENTS)
    assert set(known["rich"]) == {*PARTS, *SECTIONS}


async def test_every_block_of_a_message_is_drawn(riley: Visitor, shop: Shop) -> None:
    """Each shows what it says, in a document that loads nothing from elsewhere."""
    for block, shown in [*READ, PLAN]:
        await shop.says(block)
        last = riley.channel.get_by_role("article").last
        await expect(last.locator(f".block-{block['type']}").first).to_be_attached()
        await expect(last).to_contain_text(shown)
    drawn = {block["type"] for block, _ in [*READ, PLAN, ALERT]} | {"actions", "context_actions", "input"}
    assert drawn == set(BLOCKS)
    assert await riley.page.get_by_role("link", name="no link").count() == 0
    await riley.page.get_by_role("button", name="Next").click()
    await expect(riley.channel.get_by_role("rowheader")).to_have_text("Row 2")
    assert await riley.widest() <= 0


async def test_a_table_breaks_between_words_and_a_word_of_2000_letters_anywhere(riley: Visitor, shop: Shop) -> None:
    """Whatever is in its columns, and however narrow the page."""
    said = "calls of process_refund, by callers with the role of support"
    row = [{"type": "raw_text", "text": each} for each in ("Newly allowed", said, f"for example {said}", *[said] * 5)]
    await shop.says({"type": "table", "rows": [[{"type": "raw_text", "text": "Change"}] * len(row), row]})
    broken = """table => [...table.querySelectorAll('th, td')].flatMap(cell => {
        const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
        while (walker.nextNode()) for (const word of walker.currentNode.data.matchAll(/\\S+/g)) {
            const range = document.createRange();
            range.setStart(walker.currentNode, word.index);
            range.setEnd(walker.currentNode, word.index + word[0].length);
            if (range.getClientRects().length > 1) found.push(word[0]);
        }
        return found;
    })"""
    table = riley.channel.get_by_role("table").last
    await expect(table).to_contain_text("Newly allowed")
    before = riley.page.viewport_size
    for width in (1360, 390):
        await riley.page.set_viewport_size({"width": width, "height": 800})
        assert await table.evaluate(broken) == []
        assert await riley.widest() <= 0
    await shop.says({"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 2000}]]})
    await expect(riley.channel.get_by_role("table").last).to_contain_text("xxx")
    assert await riley.channel.get_by_role("table").last.evaluate("table => table.offsetWidth") <= 400
    assert before is not None
    await riley.page.set_viewport_size(before)


async def test_an_unknown_block_shows_the_messages_fallback(riley: Visitor, shop: Shop) -> None:
    """A block that is newer than the page is told in the text that its app gave for that."""
    drawn = await riley.page.evaluate(
        """async () => {
            const { blocks } = await import('/page/kit/blocks.js');
            const list = [{ type: 'hologram' }, { type: 'hologram' }, { type: 'divider' }];
            return blocks(list, { fallback: 'In words' }).innerText;
        }"""
    )
    assert drawn.strip() == "In words"


async def test_what_is_clicked_in_a_message_reaches_the_app(riley: Visitor, shop: Shop) -> None:
    """Each element's action has what Slack puts in it; a confirmation that is denied sends nothing."""
    await shop.says({"type": "actions", "block_id": "b", "elements": ACTING}, FEEDBACK)
    article = riley.channel.get_by_role("article").last

    async def action() -> Json:
        found: Json = (await shop.next("block_actions"))["actions"][0]
        return found

    await article.get_by_role("button", name="Sure").click()
    await expect(riley.form).to_contain_text("All of it?")
    await riley.form.get_by_role("button", name="No").click()
    await article.get_by_role("button", name="Sure").click()
    await riley.form.get_by_role("button", name=CONFIRM["confirm"]["text"]).click()
    assert {"action_id": "sure", "value": "1", "block_id": "b"}.items() <= (await action()).items()
    assert shop.got == []
    await article.get_by_label("One of").select_option(label="Beta")
    assert (await action())["selected_option"]["value"] == "beta"
    await article.get_by_role("button", name="More actions").click()
    await riley.page.get_by_role("menuitem", name="Drop").click()
    assert (await action())["selected_option"]["value"] == "drop"
    await article.get_by_label("Which day").fill("2026-12-24")
    assert (await action())["selected_date"] == "2026-12-24"
    await article.get_by_label("Blue").check()
    assert [each["value"] for each in (await action())["selected_options"]] == ["blue"]
    await article.get_by_label("Find a tool").fill("ref")
    await riley.page.get_by_role("option", name="Refund").click()
    payload = await shop.next("block_actions")
    assert payload["actions"][0]["selected_option"]["value"] == "refund"
    assert payload["state"]["values"]["b"]["one"]["selected_option"]["value"] == "beta"
    assert payload["container"]["channel_id"] == AGENT_RULES
    await article.get_by_role("button", name="Bin it").click()
    assert (await action())["action_id"] == "bin"
    await article.get_by_role("button", name="Bad").click()
    assert (await action())["value"] == "bad"


async def test_a_service_is_connected_by_the_button_that_slack_gives_it(riley: Visitor, shop: Shop) -> None:
    """Its address opens in a window of its own, and the app hears the action that Slack names."""
    ledger = {"type": "auth_provider", "value": "ledger", "name": plain("Ledger"), "is_connected": False}
    await shop.says(ledger)
    await riley.channel.get_by_role("article").last.get_by_role("button", name="Connect Ledger").click()
    (action,) = (await shop.next("block_actions"))["actions"]
    assert (action["action_id"], action["value"]) == ("auth_provider_connect_ledger", "ledger")


async def test_every_input_of_a_form_comes_back_as_slack_sends_it(riley: Visitor, shop: Shop) -> None:
    """Filled in by hand, submitted, and in `state.values` of the submission under its block and action."""
    shop.answers["form"] = form(ALERT[0], *map(labelled, INPUTS))
    await riley.types("/form")
    dialog = riley.form
    await expect(dialog).to_contain_text(ALERT[1])

    def at(name: str) -> Any:
        return dialog.get_by_label(f"The {name}", exact=True)

    for name, value in _TYPED.items():
        await at(name).fill(value)
    for name, label in _CHOSEN.items():
        await at(name).select_option(label=label)
    await at("external").fill("shi")
    await riley.page.get_by_role("option", name="Ship").click()
    await at("externals").fill("ref")
    await riley.page.get_by_role("option", name="Refund").click()
    await at("radio").get_by_label("Beta").check()
    for group, labels in _TICKED.items():
        for label in labels:
            await at(group).get_by_label(label).check()
    await at("files").set_input_files(_GIVEN)
    await expect(dialog.get_by_role("button", name="Remove notes.txt")).to_be_visible()
    await dialog.get_by_role("button", name="Save").click()
    values = (await shop.next("view_submission"))["view"]["state"]["values"]
    await expect(dialog).to_have_count(0)
    told = {name: _plainly(inputs[name]) for name, inputs in values.items()}
    moment = told.pop("moment")
    assert datetime.fromtimestamp(moment, UTC).minute == 30
    assert told == {
        **{name: value for name, value in _TYPED.items() if name not in ("moment", "rich")},
        "rich": {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Rich"}]}],
        },
        "static": "beta",
        "user": APPROVER_AVERY,
        "channel": SHARED,
        "conversation": AGENT_RULES,
        "external": "ship",
        "radio": "beta",
        "boxes": ["alpha", "beta"],
        "statics": ["alpha", "gamma"],
        "users": [APPROVER_AVERY, REQUESTER],
        "channels": [AGENT_RULES],
        "conversations": [SHARED],
        "externals": ["refund"],
        "files": ["notes.txt"],
    }


_TYPED = {
    "text": "A text with <b>tags</b>",
    "lines": "one\ntwo",
    "rich": "Rich",
    "number": "4.5",
    "email": "a@example.com",
    "url": "https://example.com/",
    "date": "2026-12-24",
    "time": "09:15",
    "moment": "2026-12-24T10:30",
}
_GIVEN = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"hello")
_CHOSEN = {"static": "Beta", "user": "Avery Adams", "channel": "#partners", "conversation": "#agent-rules"}
_TICKED = {
    "boxes": ["Alpha", "Beta"],
    "statics": ["Alpha", "Gamma"],
    "users": ["Avery Adams", "Riley Reyes"],
    "channels": ["#agent-rules"],
    "conversations": ["#partners"],
}


def _plainly(state: Json) -> Any:
    """The value in a state; of options their values, of files their names."""
    (value,) = (inner for name, inner in state.items() if name != "type")
    if isinstance(value, list):
        named = "name" if state["type"] == "file_input" else "value"
        return sorted((each[named] if isinstance(each, dict) else each for each in value), key=str)
    return value["value"] if isinstance(value, dict) and "value" in value else value


async def test_an_apps_own_errors_and_a_second_form_on_top(riley: Visitor, shop: Shop) -> None:
    """`errors` stand at their inputs; `push` lays a form over it; closing tells the app and uncovers the first."""
    name = {"type": "plain_text_input", "action_id": "name"}
    shop.answers["form"] = form(labelled(name), title="First")
    shop.answers["view_submission"] = {"response_action": "errors", "errors": {"name": "That <name> is taken."}}
    await riley.types("/form")
    field = riley.form.get_by_label("The name")
    await field.fill("Kim")
    await riley.page.keyboard.press("Control+Enter")
    await expect(field).to_have_accessible_description("That <name> is taken.")
    await shop.next("view_submission")
    shop.answers["view_submission"] = {"response_action": "push", "view": form(labelled(name), title="Second")}
    await riley.form.get_by_role("button", name="Save").click()
    await expect(riley.form.get_by_role("heading", name="Second")).to_be_visible()
    await shop.next("view_submission")
    await riley.page.keyboard.press("Escape")
    assert (await shop.next("view_closed"))["view"]["title"]["text"] == "Second"
    await expect(riley.form.get_by_role("heading", name="First")).to_be_visible()
    await expect(field).to_have_value("Kim")


async def test_a_form_that_its_app_updates_keeps_what_was_typed(riley: Visitor, shop: Shop) -> None:
    """`views.update` while somebody types: the input that is still there has its text and the focus."""
    name = labelled({"type": "plain_text_input", "action_id": "name"})
    shop.answers["form"] = form(name, title="Before")
    await riley.types("/form")
    field = riley.form.get_by_label("The name")
    await field.press_sequentially("Half")
    view = (await shop.served.client.perform("reads_modals", {"user": REQUESTER}))[-1]
    await shop.web.views_update(
        view_id=view["id"], view=form({"type": "section", "text": plain("New")}, name, title="After")
    )
    await expect(riley.form.get_by_role("heading", name="After")).to_be_visible()
    await expect(field).to_have_value("Half")
    await expect(field).to_be_focused()


async def test_the_home_tab_and_a_shortcut(riley: Visitor, shop: Shop) -> None:
    """Opening it tells the app, what is published appears by itself, and a message's shortcut has the message."""
    await riley.page.get_by_role("navigation").get_by_role("button", name="Embedded").click()
    await expect(riley.page.get_by_role("main")).to_contain_text("has published no Home tab")
    button = {"type": "button", "action_id": "go", "text": plain("Start"), "value": "1"}
    await shop.web.views_publish(
        user_id=REQUESTER,
        view={
            "type": "home",
            "blocks": [{"type": "header", "text": plain("Welcome")}, {"type": "actions", "elements": [button]}],
        },
    )
    await riley.page.get_by_role("main").get_by_role("button", name="Start").click()
    payload = await shop.next("block_actions")
    assert (payload["container"]["type"], payload["actions"][0]["value"]) == ("view", "1")
    await riley.page.get_by_role("navigation").get_by_role("button", name="agent-rules").click()
    ts = await shop.says({"type": "section", "text": plain("A message")})
    article = riley.channel.get_by_role("article").last
    await article.hover()
    await article.get_by_role("button", name="Shortcuts for this message").click()
    await riley.page.get_by_role("menuitem", name="Make a task").click()
    payload = await shop.next("message_action")
    assert (payload["callback_id"], payload["message"]["ts"]) == ("task", ts)
    await article.get_by_role("button", name="React", exact=True).click()
    await riley.page.get_by_role("menuitem", name="eyes").click()
    await article.get_by_role("button", name="eyes, 1: Riley Reyes").click()
    await expect(article.get_by_role("button", name="eyes, 1: Riley Reyes")).to_have_count(0)
    await riley.page.get_by_role("button", name="Shortcuts", exact=True).click()
    await riley.page.get_by_role("menuitem", name="New form").click()
    assert (await shop.next("shortcut"))["callback_id"] == "new"
