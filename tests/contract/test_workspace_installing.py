"""Installing an app in the embedded Slack's workspaces, judged by the installers of Slack's Node and Python clients."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncInstallationStoreAuthorize
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Rates, WorkspaceConfig, read_teams, serve
from bot.workspace.people import Person, Remote
from bot.workspace.server import Served
from bot.workspace.wire import CannotAct
from tests.support.clock import ManualClock
from tests.support.installing import Browser

HERE = Path(__file__).parent / "workspace_node"
TEAMS = Path(__file__).parents[1] / "support" / "three_teams.yml"
NORTH, SOUTH, WEST, ORG = "T0NORTH", "T0SOUTH", "T0WEST", "E0ORG"
NED, SUE, WIN = "U0NED", "U0SUE", "U0WIN"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def slack(port: int, **settings: Any) -> AsyncIterator[Served]:
    """Three workspaces without the app, which is called over HTTP at `port`."""
    url = f"http://127.0.0.1:{port}/slack/events"
    rates = Rates(enforced=False)
    async with serve(WorkspaceConfig(teams=read_teams(TEAMS), event_url=url, rates=rates, **settings)) as served:
        yield served


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession() as session:
        yield Browser(session)


@asynccontextmanager
async def node_app(served: Served, port: int) -> AsyncIterator[str]:
    """The Node app; gives its link."""
    environ = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    more = {
        "EMBEDDED_URL": served.url,
        "EMBEDDED_API_URL": served.api_url,
        "EMBEDDED_SIGNING_SECRET": served.signing_secret,
        "EMBEDDED_CLIENT_ID": served.client_id,
        "EMBEDDED_CLIENT_SECRET": served.client_secret,
        "REDIRECT_URI": f"http://127.0.0.1:{port}/slack/oauth_redirect",
        "PORT": str(port),
    }
    process = await asyncio.create_subprocess_exec(
        "node", "installer.mjs", cwd=HERE, stdout=asyncio.subprocess.PIPE, env={**environ, **more}
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            assert (await process.stdout.readline()).startswith(b"listening")
        yield f"http://127.0.0.1:{port}/slack/install"
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.skipif(
    not (HERE / "node_modules" / "@slack" / "bolt").is_dir(),
    reason="Slack's Node client is not installed: run `npm ci` in tests/contract/workspace_node",
)
async def test_nodes_installer_serves_three_workspaces_with_one_process(browser: Browser) -> None:
    port = free_port()
    async with slack(port, org_deploy=True) as served, node_app(served, port) as link:
        for team, who, channel in ((NORTH, NED, "C0NRULES"), (SOUTH, SUE, "C0SRULES")):
            assert (await browser.installs(link, team)).status == 200
            said = await Person(served.at(team), who).types("/policy", channel)
            assert said["ack"]["text"] == f"{team} false {team}"

        # Where it is in the whole organisation, one token serves a workspace that nobody installed it in.
        assert (await browser.installs(link, ORG)).status == 200
        said = await Person(served.at(WEST), WIN).types("/policy", "C0WRULES")
        assert said["ack"]["text"] == f"{ORG} true {WEST}"

        refused = await browser.installs(link, NORTH, "deny")
        assert (refused.status, "access_denied" in refused.url) == (500, True)
        # The app refuses a state that is not the browser's own.
        asked, kept = await browser.asked(link)
        back = await browser.decides(asked, {**kept, "state": "forged"}, NORTH)
        assert (await browser.get(back))[0].status == 400


@asynccontextmanager
async def python_app(served: Served, port: int, folder: Path) -> AsyncIterator[tuple[AsyncApp, str]]:
    """An app on Slack's client for Python with its own file stores; gives it and its link."""
    settings = AsyncOAuthSettings(
        client_id=served.client_id,
        client_secret=served.client_secret,
        scopes=["commands", "chat:write", "channels:read"],
        redirect_uri=f"http://127.0.0.1:{port}/slack/oauth_redirect",
        installation_store=FileInstallationStore(base_dir=str(folder / "installations")),
        state_store=FileOAuthStateStore(expiration_seconds=600, base_dir=str(folder / "states")),
        authorization_url=f"{served.url}/oauth/v2/authorize",
        token_rotation_expiration_minutes=13 * 60,  # more than a token lasts: each request asks for a new one
    )
    client = AsyncWebClient(base_url=served.api_url)
    app = AsyncApp(signing_secret=served.signing_secret, client=client, oauth_settings=settings)
    flow = app.oauth_flow
    assert flow is not None
    assert isinstance(settings.authorize, AsyncInstallationStoreAuthorize)
    settings.authorize.token_rotator = AsyncTokenRotator(
        client_id=served.client_id, client_secret=served.client_secret, client=client
    )
    flow._async_client = client  # Bolt's flow takes no client of an app of its own by a parameter
    app.enable_token_revocation_listeners()

    @app.command("/policy")
    async def policy(ack: Any, client: AsyncWebClient) -> None:
        await ack(str((await client.auth_test())["team_id"]))

    async def install(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await flow.handle_installation(await to_bolt_request(request)))

    async def back(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await flow.handle_callback(await to_bolt_request(request)))

    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.router.add_get("/slack/install", install)
    server.router.add_get("/slack/oauth_redirect", back)
    server.router.add_post("/slack/events", events)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield app, f"http://127.0.0.1:{port}/slack/install"
    finally:
        await runner.cleanup()


async def test_pythons_bolt_installs_rotates_and_hears_of_the_end(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    async with (
        slack(port, token_rotation=True) as served,
        python_app(served, port, tmp_path) as (_, link),
    ):
        assert (await browser.installs(link, NORTH)).status == 200
        ned = Person(served.at(NORTH), NED)
        assert (await ned.types("/policy", "C0NRULES"))["ack"]["text"] == NORTH
        first = served.slack.workspace(NORTH).bot_token
        assert first.startswith("xoxe.xoxb-")

        assert (await ned.types("/policy", "C0NRULES"))["ack"]["text"] == NORTH
        assert served.slack.workspace(NORTH).bot_token != first

        await served.at(NORTH).perform("uninstalls", {})
        await served.workspace.wait_until(
            lambda: (
                {entry["name"] for entry in served.slack.journal.deliveries if entry["acknowledged"]}
                >= {"tokens_revoked", "app_uninstalled"}
            )
        )
        with pytest.raises(SlackApiError, match="account_inactive"):
            await AsyncWebClient(token=first, base_url=served.api_url).auth_test()


async def exchange(served: Served, **fields: str) -> dict[str, Any]:
    """oauth.v2.access, as the SDK sends it; the answer or the refusal."""
    client = AsyncWebClient(base_url=served.api_url)
    known = {"client_id": served.client_id, "client_secret": served.client_secret}
    try:
        answer = await client.oauth_v2_access(**{**known, **fields})
    except SlackApiError as error:
        return dict(error.response.data)
    return dict(answer.data)  # type: ignore[arg-type]  # a dict for JSON answers


async def test_a_code_is_good_once_for_its_client_for_its_way_back_and_for_ten_minutes(browser: Browser) -> None:
    clock = ManualClock()
    back = "https://app.example/slack/oauth_redirect"
    async with slack(1, clock=clock) as served:
        query = f"client_id={served.client_id}&scope=chat:write,commands&state=s&redirect_uri={back}"
        start = f"{served.url}/oauth/v2/authorize?{query}"

        async def code() -> str:
            _, kept = await browser.asked_at(start)
            led = await browser.decides(start, kept, SOUTH)
            assert led.startswith(back)
            assert parse_qs(urlsplit(led).query)["state"] == ["s"]
            return parse_qs(urlsplit(led).query)["code"][0]

        mine = await code()
        assert (await exchange(served, code=mine, redirect_uri=back, client_secret="x"))["error"] == "bad_client_secret"
        assert (await exchange(served, code=mine, redirect_uri=back, client_id="9.9"))["error"] == "invalid_client_id"
        assert (await exchange(served, code=mine, redirect_uri="https://else.example"))["error"] == "bad_redirect_uri"
        given = await exchange(served, code=mine, redirect_uri=back)
        assert (given["team"]["id"], given["scope"], given["token_type"]) == (SOUTH, "chat:write,commands", "bot")
        assert given["bot_user_id"] == served.slack.workspace(SOUTH).here.bot_user
        assert (await exchange(served, code=mine, redirect_uri=back))["error"] == "code_already_used"
        assert (await exchange(served, code="made up", redirect_uri=back))["error"] == "invalid_code"
        late = await code()
        await clock.advance(601)
        assert (await exchange(served, code=late, redirect_uri=back))["error"] == "code_expired"

        # The token has the scopes that were asked for, and no more; another installation takes its place.
        client = AsyncWebClient(token=given["access_token"], base_url=served.api_url)
        assert (await client.auth_test())["team_id"] == SOUTH
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client.users_list()
        await exchange(served, code=await code(), redirect_uri=back)
        with pytest.raises(SlackApiError, match="token_revoked"):
            await client.auth_test()


async def test_a_refresh_token_gives_one_successor(browser: Browser) -> None:
    back, clock = "http://127.0.0.1:1/back", ManualClock()
    async with slack(1, token_rotation=True, clock=clock) as served:
        start = f"{served.url}/oauth/v2/authorize?client_id={served.client_id}&scope=chat:write&redirect_uri={back}"
        _, kept = await browser.asked_at(start)
        code = parse_qs(urlsplit(await browser.decides(start, kept, WEST)).query)["code"][0]
        first = await exchange(served, code=code, redirect_uri=back)
        assert (first["expires_in"], first["access_token"][:10]) == (43_200, "xoxe.xoxb-")
        again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = await exchange(served, **again)
        assert second["team"]["id"] == WEST
        assert second["access_token"] != first["access_token"]
        assert (await exchange(served, **again))["error"] == "invalid_refresh_token"
        await clock.advance(43_200)
        client = AsyncWebClient(token=second["access_token"], base_url=served.api_url)
        with pytest.raises(SlackApiError, match="token_expired"):
            await client.auth_test()
        third = await exchange(served, grant_type="refresh_token", refresh_token=second["refresh_token"])
        second = third
        client = AsyncWebClient(token=third["access_token"], base_url=served.api_url)
        assert (await client.auth_revoke())["revoked"]
        assert (await exchange(served, grant_type="refresh_token", refresh_token=second["refresh_token"]))["error"] == (
            "invalid_refresh_token"
        )


async def test_a_token_of_the_organisation_reaches_each_of_its_workspaces(browser: Browser) -> None:
    back = "http://127.0.0.1:1/back"
    async with slack(1, org_deploy=True) as served:
        scopes = "chat:write,channels:read,users:read,team:read"
        start = f"{served.url}/oauth/v2/authorize?client_id={served.client_id}&scope={scopes}&redirect_uri={back}"
        _, kept = await browser.asked_at(start)
        code = parse_qs(urlsplit(await browser.decides(start, kept, ORG)).query)["code"][0]
        given = await exchange(served, code=code, redirect_uri=back)
        assert (given["team"], given["enterprise"]["id"], given["is_enterprise_install"]) == (None, ORG, True)
        client = AsyncWebClient(token=given["access_token"], base_url=served.api_url)
        assert (await client.auth_test())["is_enterprise_install"]
        assert {team["id"] for team in (await client.auth_teams_list())["teams"]} == {NORTH, SOUTH, WEST}
        for team, channel in ((NORTH, "C0NRULES"), (WEST, "C0WRULES")):
            assert (await client.team_info(team_id=team))["team"]["enterprise_id"] == ORG
            assert (await client.chat_postMessage(channel=channel, text="hi"))["message"]["team"] == team
            listed = await client.conversations_list(team_id=team)
            assert channel in {each["id"] for each in listed["channels"]}
        sam = (await client.users_info(user="U0SAMNORTH", team_id=NORTH))["user"]
        assert (sam["team_id"], sam["enterprise_user"]["enterprise_id"], "is_stranger" in sam) == (SOUTH, ORG, False)
        with pytest.raises(SlackApiError, match="team_access_not_granted"):
            await client.conversations_list(team_id="T0ELSEWHERE")
        # apps.uninstall ends it everywhere.
        await client.apps_uninstall(client_id=served.client_id, client_secret=served.client_secret)
        with pytest.raises(SlackApiError, match="account_inactive"):
            await client.auth_test()
        said = await Person(served.at(WEST), WIN).reads("C0WRULES")
        assert [message["text"] for message in said] == ["hi"]
        await served.at(WEST).perform("reads_team", {})


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("client_id=9.9&scope=commands&redirect_uri=https://a.example", "invalid_client_id"),
        ("client_id=1.2&scope=commands&redirect_uri=http://evil.example/x", "bad_redirect_uri"),
        ("client_id=1.2&scope=commands&redirect_uri=javascript:alert(1)", "bad_redirect_uri"),
        ("client_id=1.2&scope=%20,&redirect_uri=https://a.example", "invalid_scope"),
    ],
)
async def test_a_link_that_is_wrong_leads_nowhere(browser: Browser, query: str, said: str) -> None:
    async with slack(1) as served:
        page, onward = await browser.get(f"{served.url}/oauth/v2/authorize?{query}")
        assert (page.status, page.text.partition(":")[0], onward) == (400, said, "")


async def test_ways_back_are_those_of_the_manifest_where_it_has_any(browser: Browser) -> None:
    async with slack(1, redirect_urls=("https://app.example/",)) as served:
        start = f"{served.url}/oauth/v2/authorize?client_id={served.client_id}&scope=commands&state=%3Cb%3E"
        _, kept = await browser.asked_at(start)
        assert kept["state"] == "<b>"
        assert (await browser.decides(start, kept, NORTH)).startswith("https://app.example/?code=")
        page, _ = await browser.get(f"{start}&redirect_uri=https://b.example/")
        assert page.status == 400


async def test_the_command_serves_any_app_over_http_in_teams_from_a_file(tmp_path: Path) -> None:
    """`policybot workspace` with a manifest, a team file and an address: another app's command reaches it, signed."""
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        fields = await request.post()
        await heard.put((str(fields["command"]), str(fields["text"])))
        return web.json_response({"text": "noted"})

    server = web.Application()
    server.router.add_post("/slack/events", take)
    runner = web.AppRunner(server)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    manifest = {
        "display_information": {"name": "Lunch Bot"},
        "features": {"slash_commands": [{"command": "/lunch"}]},
        "oauth_config": {"scopes": {"bot": ["commands"]}},
    }
    offered = tmp_path / "manifest.json"
    offered.write_text(json.dumps(manifest))
    command = ("workspace", "--port", "0", "--manifest", str(offered), "--team", str(TEAMS))
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *command, "--event-url", f"http://127.0.0.1:{port}/slack/events"),
        stdout=asyncio.subprocess.PIPE,
        env=environ,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            lines = [(await process.stdout.readline()).decode().strip() for _ in range(6)]
        said = dict(line.split("=", 1) for line in lines[1:5])
        assert list(said) == ["SLACK_API_URL", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"]
        where, _, token = lines[5].removeprefix("admin API at ").partition(", token ")
        async with Remote(f"{where}T0NORTH/", token) as north, aiohttp.ClientSession() as session:
            with pytest.raises(CannotAct, match="not a valid command"):
                await Person(north, NED).types("/lunch <now>", "C0NRULES")
            browser = Browser(session)
            query = f"client_id={said['SLACK_CLIENT_ID']}&scope=commands&redirect_uri=http://127.0.0.1:{port}/back"
            start = f"{where.removesuffix('/admin/')}/oauth/v2/authorize?{query}"
            _, kept = await browser.asked_at(start)
            code = parse_qs(urlsplit(await browser.decides(start, kept, NORTH)).query)["code"][0]
            form = {"client_id": said["SLACK_CLIENT_ID"], "client_secret": said["SLACK_CLIENT_SECRET"], "code": code}
            form["redirect_uri"] = f"http://127.0.0.1:{port}/back"
            async with session.post(said["SLACK_API_URL"] + "oauth.v2.access", data=form) as answer:
                assert (await answer.json())["ok"]
            answered = await Person(north, NED).types("/lunch <now>", "C0NRULES")
            assert answered["ack"]["text"] == "noted"
        assert await heard.get() == ("/lunch", "<now>")  # this command does not ask for escaping
    finally:
        process.terminate()
        await process.wait()
        await runner.cleanup()
