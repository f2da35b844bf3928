"""The README's block that starts the parts, pasted as it is; and how commands that are typed wrongly end."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.workspace import team
from tests.support.process import ROOT, environment, policybot

pytestmark = pytest.mark.asyncio(loop_scope="session")

README = (ROOT / "README.md").read_text(encoding="utf-8")
(BLOCK,) = re.findall(r"```sh\n(parts=.*?)\n```", README, re.DOTALL)
(ACT,) = re.findall(r'`(\{"user": .*?\})`', README)


def pasted(folder: Path) -> str:
    """The block, on free ports and with its files where the test finds them."""
    script: str = BLOCK.replace("$(mktemp -d)", shlex.quote(str(folder)))
    for name in ("controlplane", "workspace"):
        assert f".venv/bin/policybot {name}" in script
        script = script.replace(f"policybot {name}", f"policybot {name} --port 0")
    return script.replace(".venv/bin/policybot", f"{shlex.quote(sys.executable)} -m bot")


async def test_the_block_of_the_readme_works_when_it_is_pasted(tmp_path: Path) -> None:
    """It brings up a bot that answers a command which a program types by the admin API, as the README says."""
    with (tmp_path / "stderr").open("wb") as log:
        shell = await asyncio.create_subprocess_exec(
            "sh", "-c", pasted(tmp_path), env=environment({}), cwd=ROOT, stderr=log, start_new_session=True
        )
    try:
        async with asyncio.timeout(90):
            while b'"event": "ready"' not in (tmp_path / "stderr").read_bytes():
                assert shell.returncode is None, (tmp_path / "stderr").read_text()
                await asyncio.sleep(0.1)
        url, token = re.findall(r"admin API at (\S+), token (\S+)", (tmp_path / "slack").read_text())[0]
        (header,) = re.findall(r"header `([\w-]+)`", README)
        headers = {header: token, "Content-Type": "application/json"}
        where = f"{url.rstrip('/')}/types"
        async with aiohttp.ClientSession(headers=headers) as session, session.post(where, data=ACT) as answer:
            said = await answer.json()
        assert said["ok"], said
        assert "/policy" in str(said["result"]["ack"])
    finally:
        os.killpg(shell.pid, signal.SIGTERM)
        await shell.wait()
    assert team.APPROVERS_GROUP in BLOCK
    assert f'"{team.AGENT_RULES}"' in ACT


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--nope"], "No such option: --nope. See `policybot --help`."),
        (["nope"], "No such command 'nope'. See `policybot --help`."),
        (["serve", "more"], "See `policybot serve --help`."),
        (["playground", "--port", "many"], "'--port'"),
        (["audit", "nope"], "See `policybot audit --help`."),
        (["try"], "'rule'"),
    ],
)
async def test_a_command_typed_wrongly_gets_one_sentence(typed: list[str], said: str) -> None:
    """Exit code 2, one line on stderr that says what was wrong and where to look."""
    ended = await policybot(*typed)
    assert (ended.code, ended.out) == (2, "")
    assert ended.sentence.startswith("policybot: ")
    assert said in ended.sentence


async def test_it_says_which_version_it_is() -> None:
    ended = await policybot("--version")
    assert ended.code == 0, ended.err
    assert re.fullmatch(r"policybot \d+\.\d+\.\d+, Python 3\.\d+\.\d+\n", ended.out)
