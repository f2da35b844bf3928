"""Files that people give to apps: uploaded by somebody, chosen in a form, sent with it, read by whoever may."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from bot.workspace import Rates
from bot.workspace.files import MOST_BYTES
from bot.workspace.people import Person
from bot.workspace.team import AGENT_RULES, BOT_USER, MEMBER, OTHER_TEAM_ID, OUTSIDER, REQUESTER, TEAM_ID
from bot.workspace.teams import Channel, Team, Teams
from bot.workspace.teams import Person as Human
from bot.workspace.wire import CannotAct

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def asking(**more: Any) -> Json:
    """A form that asks for files."""
    element = {"type": "file_input", "action_id": "files", **more}
    block = {"type": "input", "block_id": "given", "label": plain("Files"), "element": element}
    return {"type": "modal", "title": plain("Files"), "submit": plain("Send"), "blocks": [block]}


async def opened(bench: Any, view: Json) -> Json:
    """The answer to `views.open` after a command of the requester."""
    socket = bench.sockets[0] if bench.sockets else await bench.connect()
    _, outcome = await socket.answer(bench.person(REQUESTER).types("/policy", AGENT_RULES))
    answer: Json = await bench.call("views.open", trigger_id=outcome["trigger_id"], view=view)
    return answer


async def test_a_file_of_a_person_comes_with_the_submission_and_is_read_with_the_apps_token(bench: Any) -> None:
    """By its id or as it was shown; whatever else somebody says of it, it is the workspace's file."""
    riley = bench.person(REQUESTER)
    name = "odd / {name}?#%.TXT"
    file = await riley.uploads(name, b"hello")
    other = await riley.uploads("noname", b"")
    view = (await opened(bench, asking()))["view"]
    given = [{**file, "user": MEMBER, "url_private": "https://evil.example"}, other["id"]]
    frame, outcome = await bench.sockets[0].answer(riley.submits(view, {"files": given}))
    state = frame["payload"]["view"]["state"]["values"]["given"]["files"]
    assert outcome["closed"]
    assert state == {"type": "file_input", "files": [file, other]}
    assert {
        "name": name,
        "title": name,
        "size": 5,
        "user": REQUESTER,
        "user_team": TEAM_ID,
        "filetype": "txt",
        "mimetype": "text/plain",
        "created": int(bench.clock.seconds()),
    }.items() <= file.items()
    assert (other["filetype"], other["mimetype"]) == ("binary", "application/octet-stream")
    assert (await bench.call("files.info", file=file["id"]))["file"] == file
    token = {"Authorization": f"Bearer {bench.served.bot_token}"}
    async with bench.session.get(file["url_private_download"], headers=token) as response:
        assert (response.status, await response.read()) == (200, b"hello")


async def test_a_file_names_whose_it_is(bench: Any) -> None:
    """Somebody from another company, with their team; and the app."""
    theirs = await bench.person(OUTSIDER).uploads("x", b"x")
    assert (theirs["user"], theirs["user_team"]) == (OUTSIDER, OTHER_TEAM_ID)
    ticket = await bench.call("files.getUploadURLExternal", filename="x", length=1)
    async with bench.session.post(ticket["upload_url"], data=b"x"):
        pass
    await bench.call("files.completeUploadExternal", files=[{"id": ticket["file_id"]}])
    assert (await bench.call("files.info", file=ticket["file_id"]))["file"]["user"] == BOT_USER


async def test_nobody_gives_away_a_file_of_somebody_else(bench: Any) -> None:
    view = (await opened(bench, asking()))["view"]
    theirs = await bench.person(MEMBER).uploads("secret.txt", b"x")
    for value, code in ((theirs["id"], "file_not_found"), ("F0NONE", "file_not_found"), ({}, "bad_value")):
        with pytest.raises(CannotAct) as refused:
            await bench.act("fills", user=REQUESTER, view_id=view["id"], values={"files": [value]})
        assert refused.value.code == code
    (seen,) = await bench.person(REQUESTER).reads_modals()
    assert seen["state"]["values"]["given"]["files"]["files"] == []


@pytest.mark.parametrize(
    ("element", "names", "sentence"),
    [
        ({}, [], "complete this required"),
        ({}, ["x"] * 10, ""),
        ({}, ["x"] * 11, "at most 10 files"),
        ({"max_files": 1}, ["a", "b"], "at most 1 file."),
        ({"filetypes": ["PDF", "txt"]}, ["a.pdf", "b.TXT"], ""),
        ({"filetypes": ["pdf"]}, ["a.pdf", "b.png"], "pdf. b.png is none"),
        ({"filetypes": ["pdf"]}, ["pdf"], "pdf is none"),
        ({"filetypes": []}, ["a.png"], ""),
    ],
)
async def test_the_client_holds_to_what_the_element_takes(
    bench: Any, element: Json, names: list[str], sentence: str
) -> None:
    riley = bench.person(REQUESTER)
    view = (await opened(bench, asking(**element)))["view"]
    files = [await riley.uploads(name, b"x") for name in names]
    if not sentence:
        assert (await bench.sockets[0].answer(riley.submits(view, {"files": files})))[1]["closed"]
    else:
        assert sentence in (await riley.submits(view, {"files": files}))["errors"]["given"]


@pytest.mark.parametrize(
    ("user", "name", "content", "code"),
    [
        ("U0NOBODY", "x", "", "user_not_found"),
        (REQUESTER, "", "", "bad_arguments"),
        (REQUESTER, "x" * 256, "", "bad_arguments"),
        (REQUESTER, "x", "no base64!", "bad_arguments"),
        (REQUESTER, "x", "ä", "bad_arguments"),
        (REQUESTER, "x", base64.b64encode(bytes(MOST_BYTES + 1)).decode(), "file_too_large"),
    ],
)
async def test_what_cannot_be_uploaded_is_not_kept(bench: Any, user: str, name: str, content: str, code: str) -> None:
    with pytest.raises(CannotAct) as refused:
        await bench.act("uploads", user=user, name=name, content=content)
    assert refused.value.code == code
    assert not bench.served.workspace.files


async def test_an_app_without_the_scope_asks_for_no_files_and_reads_none(open_bench: Any) -> None:
    bench = await open_bench(rates=Rates(enforced=False), scopes=frozenset({"commands", "chat:write"}))
    refused = await opened(bench, asking())
    assert (refused["error"], refused["needed"]) == ("missing_scope", "files:read")
    text = {"type": "plain_text_input", "action_id": "text"}
    inputs = [{"type": "input", "block_id": "b", "label": plain("Text"), "element": text}]
    view = (await opened(bench, {**asking(), "blocks": inputs}))["view"]
    riley = bench.person(REQUESTER)
    update = {"response_action": "update", "view": asking()}
    _, outcome = await bench.sockets[0].answer(riley.submits(view, {"text": "x"}), update)
    assert (outcome["errors"]["error"], outcome["closed"]) == ("missing_scope", False)
    file = await riley.uploads("x.txt", b"hello")
    token = {"Authorization": f"Bearer {bench.served.bot_token}"}
    async with bench.session.get(file["url_private"], headers=token) as response:
        assert response.status == 403


async def test_a_token_of_another_workspace_reads_no_files(open_bench: Any) -> None:
    rooms = (Channel(name="general", members=("ann", "app")),)
    teams = [Team(id=f"T0{name}", name=name, people=(Human(name="ann"),), channels=rooms) for name in ("ONE", "TWO")]
    bench = await open_bench(teams=Teams(teams=tuple(teams)))
    slack = bench.served.slack
    file = await Person(bench.served.at("T0TWO"), "U0ANN").uploads("x.txt", b"hello")
    for team, status in (("T0ONE", 403), ("T0TWO", 200)):
        token = {"Authorization": f"Bearer {slack.workspace(team).bot_token}"}
        async with bench.session.get(file["url_private"], headers=token) as response:
            assert response.status == status
