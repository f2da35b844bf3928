"""What is kept survives a restart; a folder that cannot be used is a sentence."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingsError
from bot.workspace import WorkspaceConfig, serve
from bot.workspace.people import Person
from bot.workspace.store import Changes, Store
from bot.workspace.team import AGENT_RULES, BOT_USER, MEMBER, REQUESTER, WITHOUT_BOT


def test_objects_come_back_in_the_order_they_were_first_written(tmp_path: Path) -> None:
    store = Store(tmp_path)
    shelf = store.shelf("things")
    for key in ("b", "a", "c"):
        shelf[key] = {"key": key, "text": "ä <&>"}
    shelf["b"] = {"key": "b", "text": "changed"}
    del shelf["a"]
    store.close()
    again = Store(tmp_path)
    assert [(key, value["text"]) for key, value in again.shelf("things").items()] == [("b", "changed"), ("c", "ä <&>")]
    again.close()


async def test_a_workspace_goes_on_after_a_restart_where_it_was(open_bench: Any, tmp_path: Path) -> None:
    config = WorkspaceConfig(data_dir=tmp_path)
    async with serve(config) as served:
        tokens = (served.bot_token, served.app_token, served.signing_secret, served.admin_token)
        riley = Person(served.client, REQUESTER)
        said = await riley.types("parent", AGENT_RULES)
        await riley.types("reply", AGENT_RULES, thread_ts=said["ts"])
        await riley.invites(WITHOUT_BOT, BOT_USER)
        await served.client.perform("changes_user", {"user": MEMBER, "is_restricted": True})
    bench = await open_bench(data_dir=tmp_path)
    served = bench.served
    assert tokens == (served.bot_token, served.app_token, served.signing_secret, served.admin_token)
    (parent,) = await bench.person(MEMBER).reads(AGENT_RULES)
    assert [message["text"] for message in await bench.person(MEMBER).reads_thread(parent)] == ["parent", "reply"]
    posted = await bench.call("chat.postMessage", channel=WITHOUT_BOT, text="joined")
    assert posted["ok"]
    assert posted["ts"] > parent["latest_reply"]
    assert (await bench.call("users.info", user=MEMBER))["user"]["is_restricted"] is True


async def test_a_home_tab_and_a_response_url_survive_a_restart(open_bench: Any, tmp_path: Path) -> None:
    first = await open_bench(data_dir=tmp_path / "a")
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    await first.call("views.publish", user_id=MEMBER, view=view)
    socket = await first.connect()
    frame, _ = await socket.answer(first.person(REQUESTER).types("/policy x", AGENT_RULES))
    path = frame["payload"]["response_url"].removeprefix(first.served.url)
    first.served.workspace.store.close()
    second = await open_bench(data_dir=tmp_path / "a")
    assert (await second.person(MEMBER).reads_home())["blocks"][0]["type"] == "divider"
    async with second.session.post(second.served.url + path, json={"text": "late"}) as response:
        assert response.status == 200
    assert [note["text"] for note in await second.person(REQUESTER).reads_private()] == ["late"]


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match=r"The data folder .* cannot be written: .*Name another with --data\."):
        Store(tmp_path / "file" / "data")


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "workspace.sqlite3").write_text("this is no database, but it is long enough to look at it" * 20)
    with pytest.raises(SettingsError, match="cannot keep the workspace's database: file is not a database"):
        Store(tmp_path)


def test_a_folder_that_another_workspace_holds_is_a_sentence(tmp_path: Path) -> None:
    holder = Store(tmp_path)
    with pytest.raises(SettingsError, match="Another workspace is using the data folder"):
        Store(tmp_path)
    holder.close()


async def test_whoever_waits_for_a_change_wakes_for_it_and_for_nothing_else() -> None:
    changes = Changes()
    waiting = asyncio.ensure_future(changes.beyond(0))
    await asyncio.sleep(0)
    assert not waiting.done()
    changes.bump()
    assert await waiting == 1
    assert await changes.beyond(0) == 1
    assert await changes.within(1, 0.0) == 1


async def test_what_was_written_survives_a_kill(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, signal, sys\n"
        "from bot.workspace.store import Store\n"
        "shelf = Store(pathlib.Path(sys.argv[1])).shelf('things')\n"
        "for number in range(100):\n"
        "    shelf[str(number)] = {'number': number}\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(tmp_path))
    assert await process.wait() == -signal.SIGKILL
    store = Store(tmp_path)
    assert [value["number"] for value in store.shelf("things").values()] == list(range(100))
    store.close()
