"""The server: only for this machine, one port, one clean end, never beside real tokens."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import SettingsError
from bot.workspace import WorkspaceConfig, build_app, refuse_beside_real_tokens, run, serve
from bot.workspace.server import SLACK


@pytest.mark.parametrize("path", ["/api/auth.test", "/admin/status", "/link", "/hooks/commands/x"])
async def test_a_request_under_a_foreign_name_is_refused(bench: Any, path: str) -> None:
    async with bench.session.post(bench.served.url + path, headers={"Host": "evil.test"}) as response:
        assert response.status == 403


async def test_localhost_is_this_machine_too(bench: Any) -> None:
    url = bench.served.api_url.replace("127.0.0.1", "localhost")
    headers = {"Authorization": f"Bearer {bench.served.bot_token}"}
    async with bench.session.post(f"{url}auth.test", headers=headers) as response:
        assert (await response.json())["ok"]


async def test_two_workspaces_do_not_share_tokens() -> None:
    async with serve(WorkspaceConfig()) as one, serve(WorkspaceConfig()) as two:
        assert one.bot_token != two.bot_token
        assert one.bot_token.startswith("xoxb-")
        assert one.app_token.startswith("xapp-")
        assert one.signing_secret != two.signing_secret


async def test_tokens_can_be_given() -> None:
    config = WorkspaceConfig(bot_token="xoxb-embedded-b", app_token="xapp-embedded-a", signing_secret="s")
    async with serve(config) as served:
        assert (served.bot_token, served.app_token, served.signing_secret) == (
            "xoxb-embedded-b",
            "xapp-embedded-a",
            "s",
        )


async def test_the_application_serves_under_any_runner_and_knows_its_address() -> None:
    app = build_app(WorkspaceConfig(bot_token="xoxb-embedded-b"))
    async with TestClient(TestServer(app)) as client:
        response = await client.post("/api/auth.test", headers={"Authorization": "Bearer xoxb-embedded-b"})
        assert (await response.json())["url"] == f"{app[SLACK].url}/"
        assert str(client.make_url("")).startswith(app[SLACK].url)


async def test_a_taken_port_is_a_sentence(bench: Any) -> None:
    port = int(bench.served.url.rpartition(":")[2])
    with pytest.raises(SettingsError, match=f"Port {port} is taken by another program. Name a free one"):
        async with serve(WorkspaceConfig(), port):
            pass


async def test_a_port_that_cannot_be_is_a_sentence() -> None:
    with pytest.raises(SettingsError, match="Port 99999 is not a port"):
        async with serve(WorkspaceConfig(), 99_999):
            pass


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-1234567890-1234567890123-abcdefghijklmnop"),
        ("SLACK_BOT_TOKEN", " xoxe.xoxb-1-abcdef"),
        ("SLACK_APP_TOKEN", "xapp-1-A0123456789-1234567890123-abcdef"),
    ],
)
def test_a_real_token_in_the_environment_stops_the_workspace_without_printing_it(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        refuse_beside_real_tokens({name: value}, allow=False)
    assert name in str(refused.value)
    assert value.strip() not in str(refused.value)
    refuse_beside_real_tokens({name: value}, allow=True)


@pytest.mark.parametrize("environ", [{}, {"SLACK_BOT_TOKEN": ""}, {"SLACK_BOT_TOKEN": "xoxb-embedded-0a"}])
def test_no_token_or_an_embedded_one_does_not_stop_the_workspace(environ: dict[str, str]) -> None:
    refuse_beside_real_tokens(environ, allow=False)


async def test_running_beside_real_tokens_is_refused_before_anything_listens() -> None:
    with pytest.raises(SettingsError):
        await run(WorkspaceConfig(), 0, environ={"SLACK_BOT_TOKEN": "xoxb-1-2-real"})


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_it_listens_and_ends_cleanly_when_told_to(sign: signal.Signals, tmp_path: Path) -> None:
    script = (
        "import asyncio, pathlib, sys\n"
        "from bot.workspace import WorkspaceConfig, run\n"
        "asyncio.run(run(WorkspaceConfig(data_dir=pathlib.Path(sys.argv[1])), 0, environ={}))\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", script, str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={key: value for key, value in os.environ.items() if not key.startswith("SLACK_")},
    )
    assert process.stdout is not None
    first = (await process.stdout.readline()).decode().strip()
    assert first.startswith("listening on http://127.0.0.1:")
    settings = dict([(await process.stdout.readline()).decode().strip().split("=", 1) for _ in range(3)])
    headers = {"Authorization": f"Bearer {settings['SLACK_BOT_TOKEN']}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            settings["SLACK_API_URL"] + "apps.connections.open", data={"token": settings["SLACK_APP_TOKEN"]}
        ) as opened,
        session.ws_connect((await opened.json())["url"]) as ws,
        session.post(settings["SLACK_API_URL"] + "auth.test", headers=headers) as response,
    ):
        assert (await response.json())["ok"]
        assert (await ws.receive_json())["type"] == "hello"
        process.send_signal(sign)
        _, stderr = await process.communicate()
    assert (process.returncode, stderr) == (0, b"")
