"""The page's API: for its own page alone, with the workspace's own refusals, and nothing parsed from texts."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from bot.workspace.files import MOST_BYTES
from bot.workspace.page import Plugin
from bot.workspace.page.files import FOLDER
from bot.workspace.team import AGENT_RULES, APPROVER_AVERY, GUEST, OUTSIDER, PRIVATE, REQUESTER
from bot.workspace.teams import Channel, Team, Teams
from bot.workspace.teams import Person as Human
from bot.workspace.wire import CannotAct

OWN = {"Sec-Fetch-Site": "same-origin"}
BUTTON = [
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"}],
    }
]


@pytest.fixture
async def desk(open_bench: Any) -> Any:
    return await open_bench(page=True)


async def _act(desk: Any, body: Any, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    """Call the page's API as a browser would; gives the status and the body."""
    url = f"{desk.served.url}/page/act"
    async with desk.session.post(url, json=body, headers=OWN if headers is None else headers) as response:
        return response.status, await response.json()


@asynccontextmanager
async def _stream(desk: Any, **looking: str) -> AsyncIterator[Any]:
    """Parts of the stream one after the other, as pairs of a name and its data."""
    url = f"{desk.served.url}/page/stream"
    async with desk.session.get(url, params=looking, headers=OWN) as response:
        assert response.status == 200

        async def parts() -> AsyncIterator[tuple[str, Any]]:
            name = ""
            async for line in response.content:
                if line.startswith(b"event: "):
                    name = line[7:].strip().decode()
                elif line.startswith(b"data: "):
                    yield name, json.loads(line[6:])

        yield parts()


async def _until(parts: Any, name: str) -> Any:
    """The data of the next part with this name."""
    async for found, data in parts:
        if found == name:
            return data
    raise AssertionError(f"the stream ended without {name}")


# -- whose calls are answered ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_only_the_page_itself_is_answered(desk: Any, headers: dict[str, str]) -> None:
    """Neither a page of another origin, nor whoever does not say where they come from, acts or looks."""
    body = {"act": "types", "user": REQUESTER, "channel": AGENT_RULES, "text": "hello"}
    status, answer = await _act(desk, body, headers)
    assert (status, answer["error"]) == (403, "other_origin")
    for path in (f"stream?user={REQUESTER}", "teams"):
        async with desk.session.get(f"{desk.served.url}/page/{path}", headers=headers) as response:
            assert response.status == 403
    assert await desk.act("reads_channel", channel=AGENT_RULES) == []


async def test_another_name_for_this_machine_is_not_answered(desk: Any) -> None:
    """A page that makes its own name point here (DNS rebinding) gets nothing, not even the document."""
    for path in ("/", "/page/main.js", "/page/teams"):
        headers = {**OWN, "Host": "evil.example"}
        async with desk.session.get(desk.served.url + path, headers=headers) as response:
            assert response.status == 403


async def test_a_form_of_another_page_is_no_call(desk: Any) -> None:
    """What a form could send without being asked about, a text that looks like JSON, is refused."""
    url = f"{desk.served.url}/page/act"
    async with desk.session.post(
        url, data='{"act": "opens_home"}', headers={**OWN, "Content-Type": "text/plain"}
    ) as it:
        assert (it.status, (await it.json())["error"]) == (400, "bad_arguments")


async def test_every_answer_forbids_what_the_page_does_not_need(desk: Any) -> None:
    """The document, modules, calls and refusals carry the same strict policy; the page loads from its own origin."""
    for path in ("/", "/page/main.js", "/page/kit/kit.css", "/page/teams"):
        async with desk.session.get(desk.served.url + path, headers=OWN) as response:
            policy = response.headers["Content-Security-Policy"]
            assert response.status == 200
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "'unsafe" not in policy
            for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
                assert part in policy


@pytest.mark.parametrize(
    "path", ["/page/../server.py", "/page/%2e%2e/files.py", "/page/files.py", "/page/", "/page/x.js"]
)
async def test_only_the_pages_own_files_are_served(desk: Any, path: str) -> None:
    async with desk.session.get(URL(desk.served.url + path, encoded=True), headers=OWN) as response:
        assert response.status == 404


async def test_without_the_page_there_is_none(open_bench: Any) -> None:
    """A workspace for programs alone serves no document and no calls of a page."""
    bench = await open_bench()
    for path in ("/", "/page/main.js", "/page/teams"):
        async with bench.session.get(bench.served.url + path, headers=OWN) as response:
            assert response.status == 404


async def test_each_workspace_is_looked_into_and_acted_in_by_its_id(open_bench: Any) -> None:
    """The first one where none is named; the same ids in two workspaces are two people and two channels."""
    rooms = (Channel(name="general", members=("ann", "app")),)
    each = [Team(id=f"T0{name}", name=name, people=(Human(name="ann"),), channels=rooms) for name in ("ONE", "TWO")]
    desk = await open_bench(page=True, teams=Teams(teams=tuple(each)))
    async with desk.session.get(f"{desk.served.url}/page/teams", headers=OWN) as response:
        found = await response.json()
    assert found == [{"id": f"T0{name}", "name": name, "people": ["U0ANN"]} for name in ("ONE", "TWO")]
    said = {"act": "types", "user": "U0ANN", "channel": "C0GENERAL"}
    assert (await _act(desk, {**said, "text": "first"}))[0] == 200
    assert (await _act(desk, {**said, "text": "second", "team": "T0TWO"}))[0] == 200
    for team, text in (("", "first"), ("T0ONE", "first"), ("T0TWO", "second")):
        async with _stream(desk, user="U0ANN", channel="C0GENERAL", team=team) as parts:
            assert [message["text"] for message in (await _until(parts, "messages"))["changed"]] == [text]


async def _upload(desk: Any, content: bytes, headers: dict[str, str], **query: str) -> tuple[int, dict[str, Any]]:
    url = f"{desk.served.url}/page/upload"
    headers = {"Content-Type": "application/octet-stream", **headers}
    async with desk.session.post(url, data=io.BytesIO(content), params=query, headers=headers) as response:
        return response.status, await response.json()


async def test_a_file_is_uploaded_as_its_bytes(desk: Any) -> None:
    content = bytes(range(256))
    status, answer = await _upload(desk, content, OWN, user=REQUESTER, name="a & b.bin")
    assert (status, answer["result"]["name"], answer["result"]["user"]) == (200, "a & b.bin", REQUESTER)
    kept = await desk.act("reads_file", file=answer["result"]["id"])
    assert base64.b64decode(kept["content"]) == content


@pytest.mark.parametrize(
    ("size", "headers", "query", "code"),
    [
        (1, {}, {}, "other_origin"),
        (1, {"Sec-Fetch-Site": "cross-site"}, {}, "other_origin"),
        (1, {**OWN, "Content-Type": "text/plain"}, {}, "bad_arguments"),
        (1, {**OWN, "Content-Type": "multipart/form-data"}, {}, "bad_arguments"),
        (MOST_BYTES + 1, OWN, {}, "file_too_large"),
        (1, OWN, {"user": "U0NOBODY"}, "user_not_found"),
        (1, OWN, {"user": ""}, "user_not_found"),
        (1, OWN, {"name": ""}, "bad_arguments"),
        (1, OWN, {"team": "T0NOWHERE"}, "team_not_found"),
    ],
)
async def test_no_other_file_is_taken(
    desk: Any, size: int, headers: dict[str, str], query: dict[str, str], code: str
) -> None:
    """Of another page, of nobody, or too large, which is said before it is read."""
    status, answer = await _upload(desk, bytes(size), headers, **{"user": REQUESTER, "name": "x", **query})
    assert (status, answer["error"]) == (403 if code == "other_origin" else 400, code)
    assert not desk.served.workspace.files


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "bad_arguments"),
        ({}, "no_such_act"),
        ({"act": ["types"]}, "no_such_act"),
        ({"act": "opens_home", "user": REQUESTER, "team": "T0NOWHERE"}, "team_not_found"),
        ({"act": "opens_home", "user": REQUESTER, "team": ["T0EMBEDDED"]}, "team_not_found"),
        ({"act": "moves_clock", "seconds": 9}, "no_such_act"),
        ({"act": "changes_user", "user": GUEST, "is_admin": True}, "no_such_act"),
        ({"act": "types", "user": "U0NOBODY", "channel": AGENT_RULES, "text": "x"}, "user_not_found"),
        ({"act": "types", "user": ["U"], "channel": AGENT_RULES, "text": "x"}, "bad_arguments"),
        ({"act": "types", "user": {"$ne": 1}, "channel": AGENT_RULES, "text": "x"}, "bad_arguments"),
        ({"act": "types", "user": GUEST, "channel": PRIVATE, "text": "x"}, "not_in_channel"),
        ({"act": "types", "user": GUEST, "channel": "../../etc", "text": "x"}, "channel_not_found"),
        ({"act": "types", "user": REQUESTER, "channel": AGENT_RULES, "text": 5}, "bad_arguments"),
        ({"act": "types", "user": REQUESTER, "channel": AGENT_RULES, "text": "/nothing at all"}, "no_such_command"),
        (
            {"act": "types", "user": REQUESTER, "channel": AGENT_RULES, "text": "x", "thread_ts": "\x00"},
            "thread_not_found",
        ),
        (
            {"act": "clicks", "user": REQUESTER, "channel": AGENT_RULES, "ts": "1.0", "action_id": "a"},
            "message_not_found",
        ),
        ({"act": "fills", "user": REQUESTER, "view_id": "V<script>", "values": {}}, "view_not_found"),
        ({"act": "opens_home", "user": "U0NOBODY"}, "user_not_found"),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(desk: Any, body: Any, code: str) -> None:
    """Unknown people, ids of any shape, and acts that are an operator's, are refused and change nothing."""
    before = desk.served.workspace.changes.revision
    status, answer = await _act(desk, body)
    assert (status, answer["ok"], answer["error"]) == (400, False, code)
    assert answer["sentence"].endswith(".")
    assert desk.served.workspace.changes.revision == before


@pytest.mark.parametrize(
    "looking",
    [
        {},
        {"user": "U0NOBODY"},
        {"user": REQUESTER, "team": "T0NOWHERE"},
        {"user": GUEST, "channel": PRIVATE},
        {"user": OUTSIDER, "channel": AGENT_RULES},
        {"user": REQUESTER, "channel": AGENT_RULES, "thread": "1.0"},
        {"user": REQUESTER, "channel": "C<svg/onload=1>"},
    ],
)
async def test_nobody_looks_where_they_are_not(desk: Any, looking: dict[str, str]) -> None:
    async with desk.session.get(f"{desk.served.url}/page/stream", params=looking, headers=OWN) as response:
        assert (response.status, (await response.json())["ok"]) == (400, False)


@pytest.mark.parametrize("value", [{}, [[]], {"value": ["x"]}, 7.5, [None], {"nested": {"deep": 1}}])
async def test_a_value_that_no_client_could_send_is_refused(desk: Any, value: Any) -> None:
    """A choice is an id, an option, or a list of those; anything else gets a sentence, not a fault."""
    options = [{"text": {"type": "plain_text", "text": "One"}, "value": "1"}]
    blocks = [
        {"type": "actions", "elements": [{"type": kind, "action_id": kind, **more} for kind, more in _INPUTS(options)]}
    ]
    posted = await desk.call("chat.postMessage", channel=AGENT_RULES, text="choose", blocks=blocks)
    for kind, _ in _INPUTS(options):
        body = {"act": "clicks", "user": REQUESTER, "channel": AGENT_RULES, "ts": posted["ts"], "action_id": kind}
        status, answer = await _act(desk, {**body, "value": value})
        assert (status, answer["error"]) in {(400, "bad_value"), (400, "no_such_option")}, (kind, answer)


def _INPUTS(options: list[Any]) -> list[tuple[str, dict[str, Any]]]:  # noqa: N802 - a table that needs its options
    return [("static_select", {"options": options}), ("radio_buttons", {"options": options})]


# -- what is seen ------------------------------------------------------------------------------------------------------


async def test_what_happens_is_told_as_it_happens(desk: Any) -> None:
    """Everything at first, then the messages that are new or changed, and the order of all."""
    async with _stream(desk, user=APPROVER_AVERY, channel=AGENT_RULES) as parts:
        assert await _until(parts, "messages") == {"order": [], "changed": []}
        await _until(parts, "revision")
        first = await desk.call("chat.postMessage", channel=AGENT_RULES, text="one", blocks=BUTTON)
        told = await _until(parts, "messages")
        assert [message["text"] for message in told["changed"]] == ["one"]
        second = await desk.call("chat.postMessage", channel=AGENT_RULES, text="two")
        told = await _until(parts, "messages")
        assert told["order"] == [first["ts"], second["ts"]]
        assert [message["text"] for message in told["changed"]] == ["two"]
        await desk.call("chat.update", channel=AGENT_RULES, ts=first["ts"], text="three")
        assert [message["text"] for message in (await _until(parts, "messages"))["changed"]] == ["three"]
        await desk.call("chat.delete", channel=AGENT_RULES, ts=first["ts"])
        assert await _until(parts, "messages") == {"order": [second["ts"]], "changed": []}


async def test_what_one_person_alone_is_shown_is_told_to_nobody_else(desk: Any) -> None:
    await desk.call("chat.postEphemeral", channel=AGENT_RULES, user=REQUESTER, text="for you")
    async with _stream(desk, user=REQUESTER, channel=AGENT_RULES) as parts:
        assert [message["text"] for message in (await _until(parts, "messages"))["changed"]] == ["for you"]
    async with _stream(desk, user=APPROVER_AVERY, channel=AGENT_RULES) as parts:
        assert await _until(parts, "messages") == {"order": [], "changed": []}


async def test_whoever_is_taken_out_of_a_channel_sees_no_more_of_it(desk: Any) -> None:
    """The stream ends, and the place cannot be looked at again."""
    async with _stream(desk, user=GUEST, channel=AGENT_RULES) as parts:
        await _until(parts, "revision")
        await desk.act("removes", user=REQUESTER, channel=AGENT_RULES, who=GUEST)
        with pytest.raises(AssertionError, match="ended"):
            await _until(parts, "never")


async def test_no_secret_is_told(desk: Any) -> None:
    """The stream carries what people see: no token, no signing secret, no response URL, no address of anybody."""
    await desk.call("chat.postMessage", channel=AGENT_RULES, text="one", blocks=BUTTON)
    async with _stream(desk, user=REQUESTER, channel=AGENT_RULES) as parts:
        told = []
        async for name, data in parts:
            told.append(json.dumps(data))
            if name == "revision":
                break
    served = desk.served
    for secret in (
        served.bot_token,
        served.app_token,
        served.signing_secret,
        served.admin_token,
        "/hooks/",
        "@example",
    ):
        assert secret not in "".join(told)


async def test_a_panel_is_served_and_called(desk: Any, tmp_path: Path) -> None:
    """A panel has its own files and calls; what it refuses is a sentence; its name can be guessed by nobody else."""

    async def look(arguments: dict[str, Any]) -> Any:
        if arguments:
            raise CannotAct("Nothing is asked for here.", code="too_much")
        return {"policies": 3}

    (tmp_path / "panel.js").write_text("export const mount = () => {};")
    (tmp_path / "secret.txt").write_text("no")
    desk.served.page.plug(Plugin("mine", "Mine", tmp_path, {"look": look}))
    base = f"{desk.served.url}/page/plugins/"
    async with desk.session.get(f"{base}mine/panel.js", headers=OWN) as response:
        assert (response.status, response.content_type) == (200, "text/javascript")
    for path in ("mine/secret.txt", "other/panel.js"):
        async with desk.session.get(base + path, headers=OWN) as response:
            assert response.status == 404
    for call, body, expected in (
        ("look", {}, {"policies": 3}),
        ("look", {"x": 1}, "too_much"),
        ("none", {}, "no_such_call"),
    ):
        async with desk.session.post(f"{base}mine/{call}", json=body, headers=OWN) as response:
            answer = await response.json()
            assert answer.get("result", answer.get("error")) == expected
    async with desk.session.post(f"{base}mine/look", json={}) as response:
        assert response.status == 403


# -- how the page is written -------------------------------------------------------------------------------------------

_PARSES = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML|\beval\(|"
    r"new Function|srcdoc|javascript:|setAttribute\(.on|\.style\.|cssText|style=\""
)
SCRIPTS = [path for folder in (FOLDER, *(FOLDER.parents[2] / "playground").glob("*")) for path in folder.rglob("*.js")]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_module_makes_html_or_code_of_text(path: Path) -> None:
    """Text becomes text nodes: nothing in the page parses it as HTML, as script or as a style."""
    assert _PARSES.search(path.read_text(encoding="utf-8")) is None


def test_the_page_loads_nothing_from_elsewhere() -> None:
    """No module, style or document names another server, except the names of XML itself."""
    found = [
        url
        for path in FOLDER.rglob("*.*")
        for url in re.findall(r"(?:https?:)?//[a-z][\w.-]+\.[a-z]{2,}", path.read_text(encoding="utf-8"))
        if "w3.org" not in url
    ]
    assert found == []
    assert len(SCRIPTS) > 20
