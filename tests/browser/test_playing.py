"""The playground in a browser: whole lives of rules, refusals, hostile texts, two windows, reloads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.embedded import Embedded
from bot.playground import playing
from bot.workspace.team import AGENT_RULES, APPROVER_AVERY
from tests.browser.conftest import Visit
from tests.support.browsing import AVERY, BLAIR, GALE, ORLA, RILEY, Visitor
from tests.support.scene import UNHURRIED, free_port

pytestmark = pytest.mark.asyncio(loop_scope="session")

RULE = "allow support agents to call refund tool"


async def test_the_whole_life_of_a_rule(riley: Visitor) -> None:
    """Typed by one, approved by another, created; then promoted: and the panel shows the engine at each step."""
    await riley.proposes(RULE)
    await expect(riley.button("Approve")).to_be_visible()
    await expect(riley.policies).to_contain_text("No policies")
    await expect(riley.policies).to_contain_text("Newly allowed")
    await riley.becomes(AVERY)
    await riley.approves()
    await expect(riley.button("Promote …")).to_be_visible()
    await expect(riley.policies.get_by_role("listitem")).to_contain_text("Log-only")
    await expect(riley.policies.get_by_role("listitem")).to_contain_text("support-agent")
    await riley.policies.get_by_text("Cedar", exact=True).click()
    await expect(riley.policies.get_by_label(re.compile("Cedar of"))).to_contain_text("permit(")


async def test_an_agent_feels_the_rule(riley: Visitor) -> None:
    """Denied by default; still denied while the policy is log-only, and told so; allowed once it is promoted."""
    call = riley.agent.get_by_role("button", name="Call", exact=True)
    verdict = riley.agent.get_by_role("status")
    await call.click()
    await expect(verdict).to_contain_text("Denied")
    await expect(verdict).to_contain_text("No policy applies to the request")
    await riley.proposes(RULE)
    await riley.becomes(AVERY)
    await riley.approves()
    await riley.button("Promote …").wait_for()
    await call.click()
    await expect(verdict).to_contain_text("enforced, it would have decided otherwise")
    await expect(verdict).to_contain_text("Denied")
    await riley.button("Promote …").click()
    await riley.form.get_by_role("button", name=re.compile("Promote|Propose")).click()
    await expect(riley.form).to_have_count(0)
    await riley.becomes(BLAIR)
    await riley.approves()
    # While it is UPDATING the gateway decides by what it knew.
    await expect(riley.policies.get_by_role("listitem")).to_contain_text(re.compile("ACTIVE.*Enforced", re.DOTALL))
    await call.click()
    await expect(verdict).to_contain_text("Allowed")
    await expect(verdict).to_contain_text("Decided by permit_process_refund")
    await riley.agent.get_by_label("Value").fill("intern")
    await call.click()
    await expect(verdict).to_contain_text("Denied")
    await riley.agent.get_by_label("amount").fill("much")
    await call.click()
    await expect(verdict).to_contain_text("amount takes a number")


async def test_a_form_keeps_what_is_wrong_beside_it(riley: Visitor) -> None:
    """An empty form is not sent: the field says so, has the focus, and the next try goes through."""
    await riley.proposes(RULE)
    await riley.becomes(AVERY)
    await riley.button("Reject").click()
    field = riley.form.get_by_role("textbox").first
    await expect(field).to_be_focused()
    await riley.form.get_by_role("button", name=re.compile("Reject")).click()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description(re.compile("Please complete this required field"))
    await field.fill("Not before the audit.")
    await riley.form.get_by_role("button", name=re.compile("Reject")).click()
    await expect(riley.form).to_have_count(0)
    await expect(riley.thread).to_contain_text("Not before the audit.")


@pytest.mark.parametrize("who", [GALE, ORLA])
async def test_whoever_may_not_propose_is_told_in_private(riley: Visitor, who: str) -> None:
    """A guest and somebody from another company get a sentence; the others see nothing of it."""
    await riley.becomes(who)
    if who == ORLA:
        await riley.page.get_by_role("button", name="partners").click()
    await riley.types(f"/policy {RULE}")
    await expect(riley.channel.get_by_text("Only visible to you")).to_be_visible()
    await expect(riley.channel).to_contain_text(re.compile("guest|only members of the workspace", re.IGNORECASE))
    await riley.becomes(BLAIR)
    await expect(riley.channel).to_contain_text("Nothing has been said here yet")


async def test_what_the_workspace_refuses_is_said_and_kept(riley: Visitor) -> None:
    """An unknown command and one in a thread are refused as Slack does, and what was typed is still in the box."""
    await riley.types("/nothing at all")
    await expect(riley.page.get_by_role("status").last).to_contain_text("/nothing is not a valid command.")
    await expect(riley.box).to_have_value("/nothing at all")
    await riley.proposes(RULE)
    reply = riley.thread.get_by_role("combobox")
    await reply.fill("/policy status")
    await reply.press("Enter")
    await expect(riley.page.get_by_role("status").last).to_contain_text("not supported in threads")


HOSTILE = [
    "<script>document.title='hacked'</script>",
    "<img src=x onerror=\"document.title='hacked'\">",
    "javascript:document.title='hacked'",
    "\u202edrawkcab\u202c \u2066isolated\u2069",
    "`*_~`* _~ &lt;!here&gt; <!channel> <@U0RILEYREQ>",
    "W" * 2000,
]


async def test_a_hostile_message_is_text(riley: Visitor) -> None:
    """What somebody types is shown as they typed it: nothing runs, nothing is loaded, nothing widens the page."""
    for count, text in enumerate(HOSTILE, 1):
        await riley.types(text)
        await expect(riley.channel.get_by_role("article")).to_have_count(count)
        shown = await riley.channel.get_by_role("article").last.inner_text()
        assert text in shown or text.startswith("`*")
        assert "hacked" not in await riley.page.title()
        assert await riley.page.locator("script, img, iframe, object, style").count() == 1
        assert await riley.widest() <= 0


async def test_hostile_rules_stay_where_they_are_shown(riley: Visitor) -> None:
    """A rule with markup in it, and one of fifteen pieces, go through cards, notices and the panel as text."""
    await riley.types("/policy allow <script>alert(1)</script> & <@U0AVERYAPP> to call refund tool")
    await expect(riley.channel).to_contain_text("script")
    many = "; ".join(f"allow support agents to call refund tool when amount is below {at}" for at in range(1, 16))
    await riley.types(f"/policy {many}")
    parent = riley.channel.get_by_role("article").filter(has_text="is below 15")
    await parent.get_by_role("button", name="open the thread").click()
    await expect(riley.thread.get_by_role("article").filter(has_text="process_refund")).to_have_count(15)
    assert await riley.page.locator("script, img, iframe, object, style").count() == 1
    assert await riley.widest() <= 0


async def test_a_reload_in_the_middle_loses_nothing(riley: Visitor) -> None:
    """The person, the thread and the open form are there again, with what was typed into it."""
    await riley.proposes(RULE)
    await riley.becomes(AVERY)
    await riley.button("Reject").click()
    await riley.form.get_by_role("textbox").first.fill("Half a thou")
    async with riley.page.expect_response("**/page/act"):
        pass  # what was typed is sent when somebody pauses
    await riley.page.reload()
    await expect(riley.form.get_by_role("textbox").first).to_have_value("Half a thou")
    await expect(riley.page.get_by_label("I am").locator("option:checked")).to_have_text(AVERY)
    await riley.page.keyboard.press("Escape")
    await expect(riley.form).to_have_count(0)
    await expect(riley.button("Approve")).to_be_visible()
    await riley.page.go_back()
    await expect(riley.page.get_by_label("I am").locator("option:checked")).to_have_text(RILEY)


async def test_two_windows_see_each_other(game: Embedded, visit: Visit, riley: Visitor) -> None:
    """What one approves, the other sees without doing anything."""
    avery = await visit(game.slack.url)
    await avery.becomes(AVERY)
    await riley.proposes(RULE)
    await avery.page.get_by_role("button", name="open the thread").click()
    await avery.approves()
    await expect(riley.button("Promote …")).to_be_visible()
    await expect(riley.thread).to_contain_text("Avery Adams")


async def test_a_restart_is_outlived(visit: Visit, tmp_path: Path) -> None:
    """While the playground is away the page says so; back at its port, it goes on where it was, without a reload."""
    port = free_port()
    async with playing(port, data_dir=tmp_path, timings=UNHURRIED) as running:
        riley = await visit(running.slack.url)
        await riley.proposes(RULE)
        await expect(riley.button("Approve")).to_be_visible()
    await expect(riley.page.get_by_role("navigation")).to_contain_text("Reconnecting")
    async with playing(port, data_dir=tmp_path, timings=UNHURRIED) as running:
        said = {"user": APPROVER_AVERY, "text": "while you were away", "channel": AGENT_RULES}
        await running.slack.client.perform("types", said)
        await expect(riley.channel).to_contain_text("while you were away")
        await expect(riley.page.get_by_role("navigation")).not_to_contain_text("Reconnecting")
        await riley.becomes(AVERY)
        await riley.approves()
        await expect(riley.button("Promote …")).to_be_visible()
