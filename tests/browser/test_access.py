"""The page without a mouse, without sight, on a phone, and at night."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from bot.embedded import Embedded
from tests.browser.conftest import Visit
from tests.support.browsing import AVERY, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

RULE = "allow support agents to call refund tool"
PHONE = {"width": 390, "height": 844}
NAMELESS = re.compile(
    r"^\s*- (button|textbox|combobox|checkbox|radio|link|dialog|article|log|listbox)(?: \[\S+\])*:?\s*$"
)

# The contrast of every text with what lies behind it; those below WCAG's AA as "ratio: text".
CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((part, at) => (at === 3 ? part / 255 : part));
  };
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3])).concat(1);
  const behind = (node) => {
    const own = rgba(getComputedStyle(node).backgroundColor);
    if (own[3] === 1) return own;
    return over(own, node.parentElement ? behind(node.parentElement) : [255, 255, 255, 1]);
  };
  const light = (colour) => {
    const linear = (part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = colour.map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility()) continue;
    if (node.closest(':disabled, noscript, option, .skip')) continue;
    const style = getComputedStyle(node);
    const ground = behind(node);
    const [one, two] = [light(over(rgba(style.color), ground)), light(ground)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (two + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return found;
}"""


NAME = """() => {
  const at = document.activeElement;
  if (at.matches('select')) return at.selectedOptions[0].text;
  return at.matches('a, button, textarea') ? at.ariaLabel || at.innerText : '';
}"""


async def _tab_to(visitor: Visitor, name: str) -> None:
    """Press Tab until the control whose name matches has the focus."""
    for _ in range(120):
        await visitor.page.keyboard.press("Tab")
        if re.search(name, await visitor.page.evaluate(NAME)):
            return
    raise AssertionError(f"the Tab key does not lead to {name}")


async def test_everything_can_be_done_with_the_keyboard(riley: Visitor) -> None:
    """A command completed and sent, its thread opened, another person chosen, the card approved, the thread closed."""
    keys = riley.page.keyboard
    await keys.press("Tab")
    await expect(riley.page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    await keys.press("Enter")
    await expect(riley.box).to_be_focused()
    await keys.type("/po")
    await expect(riley.page.get_by_role("option", name="/policy")).to_be_visible()
    await keys.press("Enter")
    await expect(riley.box).to_have_value("/policy ")
    await keys.type(f"{RULE}")
    await keys.press("Enter")
    await riley.page.get_by_role("button", name="open the thread").wait_for()
    await _tab_to(riley, "open the thread")
    await keys.press("Enter")
    await expect(riley.button("Approve")).to_be_visible()
    await _tab_to(riley, "Riley Reyes – Requester")
    await keys.type("Avery")
    await expect(riley.page.get_by_label("I am").locator("option:checked")).to_have_text(AVERY)
    await riley.button("Approve").wait_for()
    await _tab_to(riley, "^Approve$")
    await keys.press("Enter")
    await expect(riley.form.get_by_role("button", name="Approve")).to_be_focused()
    await keys.press("Escape")
    await expect(riley.form).to_have_count(0)
    await expect(riley.button("Approve")).to_be_focused()
    await keys.press("Enter")
    await keys.press("Enter")
    await expect(riley.button("Promote …")).to_be_visible()
    await riley.thread.get_by_role("combobox").focus()
    await keys.press("Escape")
    await expect(riley.thread).to_have_count(0)
    await expect(riley.page.get_by_role("button", name="open the thread")).to_be_focused()


async def test_every_control_has_a_name(riley: Visitor) -> None:
    """What a screen reader is told of the page, a thread, a menu and a form: no control without a name."""
    await riley.proposes(RULE)
    await riley.becomes(AVERY)
    await riley.button("Approve").wait_for()
    snapshots = [await riley.page.locator("body").aria_snapshot()]
    await riley.button("Try a request").click()
    await riley.form.get_by_role("textbox").first.wait_for()
    snapshots.append(await riley.form.aria_snapshot())
    lines = [line for snapshot in snapshots for line in snapshot.splitlines()]
    assert [line for line in lines if NAMELESS.match(line)] == []
    for region in ("navigation", "main", "complementary", "log", "dialog"):
        assert any(line.strip().startswith(f"- {region} ") for line in lines), region


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_texts_stand_out_by_day_and_by_night(game: Embedded, visit: Visit, scheme: Any) -> None:
    """Every text has the contrast that WCAG's AA asks for, in the system's own light or dark colours."""
    visitor = await visit(game.slack.url, color_scheme=scheme)
    await visitor.proposes(RULE)
    await visitor.button("Approve").wait_for()
    ground = await visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")
    assert await visitor.page.evaluate(CONTRAST) == []
    await visitor.becomes(AVERY)
    await visitor.button("Reject").click()
    await visitor.form.get_by_role("button", name=re.compile("Reject")).click()
    await visitor.form.get_by_text("Please complete").wait_for()
    assert await visitor.page.evaluate(CONTRAST) == []


async def test_a_phone_shows_one_thing_at_a_time(game: Embedded, visit: Visit) -> None:
    """Channels, conversation, thread, form and panel each fill a narrow window, and none is wider than it."""
    visitor = await visit(game.slack.url, viewport=PHONE, has_touch=True, is_mobile=True)
    await expect(visitor.page.get_by_role("navigation")).to_be_hidden()
    await visitor.page.get_by_role("button", name="Channels and people").click()
    await visitor.page.get_by_role("button", name="water-cooler").click()
    await expect(visitor.page.get_by_role("heading", name="#water-cooler")).to_be_visible()
    await visitor.page.get_by_role("button", name="Channels and people").click()
    await visitor.page.get_by_role("button", name="agent-rules").click()
    assert await visitor.widest() <= 0
    await visitor.proposes(RULE)
    await visitor.button("Approve").wait_for()
    await expect(visitor.page.get_by_role("main")).to_be_hidden()
    assert await visitor.widest() <= 0
    await visitor.button("Try a request").click()
    box = await visitor.form.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert box["y"] + box["height"] <= PHONE["height"]
    await visitor.page.keyboard.press("Escape")
    await visitor.thread.get_by_role("button", name="Close the thread").click()
    await visitor.page.get_by_role("button", name="Panels").click()
    await expect(visitor.panel).to_contain_text("Last difference")
    assert await visitor.widest() <= 0
    await visitor.panel.get_by_role("button", name="Close the panels").click()
    await expect(visitor.box).to_be_visible()
