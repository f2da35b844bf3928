"""One bot that workspaces install: reviews apart, an uninstall in the middle of one, an organisation, wrong links."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.fernet import Fernet

from bot.blocks import ids
from bot.errors import ChatUnavailable, SettingsError
from bot.slack.oauth import INSTALL_PATH, REDIRECT_PATH
from bot.slack.teams import TeamDirectory
from tests.support.installed import CHANNELS, NED, NIA, NOA, NORTH, ORG, SAM, SOUTH, SUE, WEST, WIN, Many, many
from tests.support.process import policybot
from tests.support.scene import REFUND_RULE, buttons

pytestmark = pytest.mark.asyncio(loop_scope="function")


@pytest_asyncio.fixture
async def three(tmp_path: Path) -> AsyncIterator[Many]:
    async with many(tmp_path) as running:
        yield running


async def approved(running: Many, team: str, who: str) -> None:
    """Approve the card that stands in a workspace."""
    (found,) = [each for each in await running.thread(team, who, "Mode if approved") if ids.APPROVE in buttons(each)]
    assert (await running.person(team, who).clicks(found, ids.APPROVE))["acknowledged"]


async def test_reviews_of_two_workspaces_are_apart_and_a_third_is_not_served(three: Many) -> None:
    for team in (NORTH, SOUTH):
        page = await three.installs(team)
        assert (page.status, "policybot is installed in" in page.text) == (200, True)
    for team, who in ((NORTH, NED), (SOUTH, SUE)):
        assert (await three.person(team, who).types(f"/policy {REFUND_RULE}", CHANNELS[team]))["acknowledged"]
    for team, who in ((NORTH, NED), (SOUTH, SUE)):
        await three.thread(team, who, "Mode if approved")
    # Each is spoken to with its own token, and each sees its own.
    for team in (NORTH, SOUTH):
        posted = {each["channel"] for each in await three.calls(team) if each["method"] == "chat.postMessage"}
        assert posted == {CHANNELS[team]}
    assert all("North" not in each["shown"] for each in await three.thread(SOUTH, SUE))
    ned = three.person(NORTH, NED)
    await ned.types("/policy status", CHANNELS[NORTH])

    async def one() -> list[str]:
        return [each["shown"] for each in await ned.reads_private() if "in review" in each["shown"].lower()]

    (status,) = await ned.until(one)
    assert status.count("P-") == 1

    # Whoever approves in one workspace ends the review there alone.
    await approved(three, SOUTH, SAM)
    await three.thread(SOUTH, SUE, "ACTIVE")
    assert "Mode if approved" in "\n".join(each["shown"] for each in await three.thread(NORTH, NED))

    refused = three.person(WEST, WIN).types("/policy help", CHANNELS[WEST])
    with pytest.raises(Exception, match="not a valid command"):
        await refused


async def test_an_uninstall_in_the_middle_of_a_review_ends_nothing_and_harms_nobody(
    three: Many, caplog: pytest.LogCaptureFixture
) -> None:
    """Tokens are dead at once; what was to be said waits, also beside others' work, and comes with the next one."""
    caplog.set_level(logging.WARNING)
    await three.installs(NORTH)
    await three.installs(SOUTH)
    ned = three.person(NORTH, NED)
    await ned.types(f"/policy {REFUND_RULE}", CHANNELS[NORTH])
    await three.slack.at(NORTH).perform("uninstalls", {})
    await three.gone(NORTH)
    before = len(await three.calls(NORTH))
    await three.person(SOUTH, SUE).types(f"/policy {REFUND_RULE}", CHANNELS[SOUTH])
    await approved(three, SOUTH, SAM)
    await three.thread(SOUTH, SUE, "ACTIVE")
    assert len(await three.calls(NORTH)) == before
    assert not [record for record in caplog.records if record.exc_info]

    # Installed again, the bot is invited again, and the review goes on where it was.
    await three.installs(NORTH)
    await three.person(NORTH, NIA).invites(CHANNELS[NORTH], three.slack.slack.workspace(NORTH).here.bot_user)
    await three.thread(NORTH, NED, "Mode if approved")
    await approved(three, NORTH, NOA)
    await three.thread(NORTH, NED, "ACTIVE")


async def test_people_of_the_organisation_are_members_and_its_one_token_serves_all(tmp_path: Path) -> None:
    async with many(tmp_path, slack={"org_deploy": True}) as running:
        assert "installed in" in (await running.installs(ORG)).text
        for team, who in ((WEST, WIN), (SOUTH, SUE)):
            await running.person(team, who).types(f"/policy {REFUND_RULE}", CHANNELS[team])
        for team, who in ((WEST, WIN), (SOUTH, SUE)):
            await running.thread(team, who, "Mode if approved")
        # Sam is of South, and in a channel of North that workspaces of the organisation share.
        sam = running.person(NORTH, "U0SAMNORTH")
        await sam.types(f"/policy {REFUND_RULE}", "C0ORG")

        async def asked() -> bool:
            return any("proposes" in each["shown"] for each in await sam.reads("C0ORG"))

        assert await sam.until(asked, 30)
        (said,) = [each["shown"] for each in await sam.reads_private()]
        assert said.startswith("Your rule is saved as P-")


async def test_an_installation_for_the_organisation_has_the_routes_of_its_workspaces_watched(tmp_path: Path) -> None:
    """Each from the first word that comes from it, and none once the app is gone from the organisation."""

    async def watched(running: Many) -> list[int]:
        return [len(await running.bot.store.watched_routes(team)) for team in (WEST, SOUTH)]

    async with many(tmp_path, slack={"org_deploy": True}) as running:
        await running.installs(ORG)
        await running.person(WEST, WIN).types("/policy help", CHANNELS[WEST])
        assert await watched(running) == [1, 0]
        await running.person(SOUTH, SUE).types("/policy help", CHANNELS[SOUTH])
        assert await watched(running) == [1, 1]
        await running.slack.at(WEST).perform("uninstalls", {})
        async with asyncio.timeout(60):
            while await watched(running) != [0, 0]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await running.installs(ORG)
        assert await watched(running) == [1, 1]


async def test_word_of_an_end_that_comes_after_the_next_installation_ends_nothing(
    three: Many, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await three.installs(NORTH)
    await three.slack.at(NORTH).perform("sends_event", {"kind": "app_uninstalled", "body": {}})
    async with asyncio.timeout(60):
        while "installed anew meanwhile" not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert await three.bot.store.installation(NORTH) is not None
    assert (await three.person(NORTH, NED).types("/policy help", CHANNELS[NORTH]))["acknowledged"]


async def test_without_an_organisation_wide_installation_others_of_it_are_outsiders(three: Many) -> None:
    await three.installs(NORTH)
    sam = three.person(NORTH, "U0SAMNORTH")
    await sam.types(f"/policy {REFUND_RULE}", "C0ORG")

    async def told() -> list[str]:
        return [each["shown"] for each in await sam.reads_private()]

    (said,) = await sam.until(told)
    assert "workspace" in said.lower() or "company" in said.lower()
    assert await sam.reads("C0ORG") == []


async def test_a_link_back_that_is_stale_foreign_cancelled_or_made_up_installs_nothing(three: Many) -> None:
    """One sentence for whoever tried, and nothing kept."""
    browser = three.browser
    link, kept = await browser.asked(three.url + INSTALL_PATH)
    back = await browser.decides(link, kept, NORTH)
    assert (await browser.get(back))[0].status == 200
    again, _ = await browser.get(back)
    assert (again.status, "not begun in this browser" in again.text or "used already" in again.text) != (200, False)
    await three.slack.at(NORTH).perform("uninstalls", {})
    await three.gone(NORTH)

    cancelled = await three.installs(NORTH, "deny")
    assert "Nothing was installed: the installation was cancelled." in cancelled.text
    for query in ("", "?code=x", "?code=x&state=made-up", "?state=%00&code=%F0%9F%98%80"):
        page, _ = await browser.get(three.url + REDIRECT_PATH + query)
        assert page.status in (400, 401)
        assert "Nothing was installed" in page.text

    link, kept = await browser.asked(three.url + INSTALL_PATH)
    foreign = await browser.decides(link, {**kept, "state": "someone-elses"}, NORTH)
    page, _ = await browser.get(foreign)
    assert (page.status, "Nothing was installed" in page.text) == (400, True)
    assert await three.bot.store.installation(NORTH) is None


async def test_a_state_is_good_once_and_for_ten_minutes(three: Many) -> None:
    store = three.bot.store
    await store.issue_state("one", 600)
    assert [await store.take_state("one"), await store.take_state("one"), await store.take_state("two")] == [
        True,
        False,
        False,
    ]
    await store.issue_state("late", -1)
    assert not await store.take_state("late")
    taken = [asyncio.create_task(store.take_state("both")) for _ in range(2)]
    await asyncio.gather(*taken)
    assert not any(task.result() for task in taken)


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_tokens_are_sealed_and_keys_can_be_changed(tmp_path: Path) -> None:
    """The database holds no token as it is; a new key opens what the old one sealed and takes its place; a wrong key is
    one sentence."""
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    async with many(tmp_path, key=old) as running:
        await running.installs(NORTH)
        token = running.slack.slack.workspace(NORTH).bot_token
        row = await running.bot.store.installation(NORTH)
        assert row is not None
        sealed = row.bot_token
    assert token.encode() not in _bytes(tmp_path)
    with pytest.raises(SettingsError, match="sealed with a key that POLICYBOT_SECRET_KEYS does not have"):
        async with many(tmp_path, key=new):
            pass
    async with many(tmp_path, key=f"{new},{old}") as running:
        row = await running.bot.store.installation(NORTH)
        assert row is not None
        assert row.bot_token != sealed
    async with many(tmp_path, key=new) as running:
        assert await running.bot.store.installation(NORTH) is not None
    for key, said in (("short", "has a key that is none"), (" , ", "is needed to keep tokens")):
        with pytest.raises(SettingsError, match=said):
            async with many(tmp_path, key=key):
                pass


async def test_a_revoked_token_is_let_go_at_once_and_one_that_died_unheard_harms_nobody(three: Many) -> None:
    await three.installs(NORTH)
    await three.installs(SOUTH)
    await three.slack.at(NORTH).perform("revokes_token", {})
    await three.gone(NORTH)

    # Slack's word is lost: the next call finds out, and says to come back.
    await three.bot.connected.tokens.of(SOUTH)
    grants = three.slack.slack.grants
    grants.revoke(three.slack.slack.workspace(SOUTH).bot_token)
    with pytest.raises(ChatUnavailable) as gone:
        await TeamDirectory(three.bot.connected.lines).person(SOUTH, SUE)
    assert (gone.value.code, gone.value.retry_after > 60) == ("not_installed", True)


async def test_an_installation_with_fewer_scopes_than_are_needed_is_refused_with_their_names(
    three: Many, caplog: pytest.LogCaptureFixture
) -> None:
    browser = three.browser
    link, kept = await browser.asked(three.url + INSTALL_PATH)
    back = await browser.decides(link, {**kept, "scope": "commands,chat:write,users:read"}, NORTH)
    page, _ = await browser.get(back)
    assert "Slack did not grant the scopes im:write, channels:history" in page.text
    assert await three.bot.store.installation(NORTH) is None
    assert any("installation refused" in record.getMessage() for record in caplog.records)


async def test_slack_being_away_while_somebody_installs_is_one_sentence(three: Many) -> None:
    browser = three.browser
    link, kept = await browser.asked(three.url + INSTALL_PATH)
    back = await browser.decides(link, kept, NORTH)
    await three.slack.client.perform("fault", {"kind": "html", "method": "oauth.v2.access", "times": 5})
    page, _ = await browser.get(back)
    assert page.status >= 400
    assert "Nothing was installed" in page.text
    assert "Traceback" not in page.text


async def test_a_workspace_is_forgotten_by_a_command(tmp_path: Path) -> None:
    async with many(tmp_path) as running:
        for team, who in ((NORTH, NED), (SOUTH, SUE)):
            await running.installs(team)
            await running.person(team, who).types(f"/policy {REFUND_RULE}", CHANNELS[team])
            await running.thread(team, who, "Mode if approved")
        database = {"POLICYBOT_DATABASE_URL": running.bot.settings.database_url}
        busy = await policybot("forget", NORTH, "--yes", settings=database)
        assert (busy.code, "Another policybot is using the database" in busy.sentence) == (2, True)
    unsure = await policybot("forget", NORTH, settings=database)
    assert (unsure.code, "Say --yes" in unsure.sentence) == (2, True)
    done = await policybot("forget", NORTH, "--yes", settings=database)
    assert (done.code, "proposals: 1" in done.out, "installations: 1" in done.out) == (0, True, True)
    again = await policybot("forget", NORTH, "--yes", settings=database)
    assert (again.code, "Nothing is kept of a workspace" in again.sentence) == (2, True)
    verified = await policybot("audit", "verify", settings=database)
    assert (verified.code, "the chain holds" in verified.out) == (0, True)


async def test_a_route_is_for_the_workspace_that_it_names_and_for_nobody_who_installs_the_bot_besides(
    tmp_path: Path,
) -> None:
    """Whoever installs the bot says who is in a group of theirs: a route that names nobody is not taken to mean all."""
    with pytest.raises(SettingsError, match="each route of POLICYBOT_CONFIG names the one that it is for"):
        async with many(tmp_path, on=""):
            pass
    async with many(tmp_path, on=NORTH) as running:
        await running.installs(NORTH)
        await running.installs(SOUTH)
        sue = running.person(SOUTH, SUE)
        said = await sue.types(f"/policy {REFUND_RULE}", CHANNELS[SOUTH])
        assert "No policy engine is set up for this channel" in said["ack"]["text"]
        await running.person(NORTH, NED).types(f"/policy {REFUND_RULE}", CHANNELS[NORTH])
        await running.thread(NORTH, NED, "Mode if approved")
        assert await sue.reads(CHANNELS[SOUTH]) == []


async def test_whoever_types_where_the_bot_has_no_tokens_any_more_is_told_so(three: Many) -> None:
    """Slack still delivers; the bot answers with one sentence, and nothing is done."""
    await three.installs(NORTH)
    await three.bot.store.uninstall(NORTH, "")
    three.bot.connected.tokens.forget(NORTH)
    ned = three.person(NORTH, NED)
    await ned.types(f"/policy {REFUND_RULE}", CHANNELS[NORTH])

    async def told() -> list[str]:
        return [each["shown"] for each in await ned.reads_private()]

    (said,) = await ned.until(told)
    assert said.startswith("policybot is not installed in this workspace any more, so nothing was done.")
    assert await ned.reads(CHANNELS[NORTH]) == []
