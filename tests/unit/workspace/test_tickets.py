"""Response URLs: five uses in thirty minutes, private unless asked otherwise, replacing and deleting the original."""

from __future__ import annotations

from typing import Any

import pytest

from bot.workspace.team import AGENT_RULES, MEMBER, PRIVATE, REQUESTER, WITHOUT_BOT

Json = dict[str, Any]
BLOCKS = [
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}],
    }
]


async def post(bench: Any, url: str, **content: Any) -> tuple[int, str]:
    async with bench.session.post(url, json=content) as response:
        return response.status, await response.text()


async def of_command(bench: Any, channel: str = AGENT_RULES) -> str:
    socket = bench.sockets[0] if bench.sockets else await bench.connect()
    frame, _ = await socket.answer(bench.person(REQUESTER).types("/policy x", channel))
    return str(frame["payload"]["response_url"])


async def of_click(bench: Any, message: Json, user: str = MEMBER) -> str:
    socket = bench.sockets[0] if bench.sockets else await bench.connect()
    frame, _ = await socket.answer(bench.person(user).clicks(message, "go"))
    return str(frame["payload"]["response_url"])


@pytest.mark.parametrize("channel", [AGENT_RULES, WITHOUT_BOT, PRIVATE])
async def test_a_response_is_private_by_default_and_works_where_the_bot_is_not(bench: Any, channel: str) -> None:
    assert await post(bench, await of_command(bench, channel), text="hi") == (200, "ok")
    assert [message["text"] for message in await bench.person(REQUESTER).reads_private(channel)] == ["hi"]
    assert await bench.person(REQUESTER).reads(channel) == []


async def test_a_response_in_channel_is_seen_by_all(bench: Any) -> None:
    await post(bench, await of_command(bench), text="hi", response_type="in_channel")
    assert [message["text"] for message in await bench.person(MEMBER).reads(AGENT_RULES)] == ["hi"]


async def test_a_response_url_works_five_times(bench: Any) -> None:
    url = await of_command(bench)
    statuses = [(await post(bench, url, text="hi"))[0] for _ in range(6)]
    assert statuses == [200] * 5 + [404]
    assert "used_url" in (await post(bench, url, text="hi"))[1]


async def test_a_response_url_works_for_thirty_minutes(bench: Any) -> None:
    url = await of_command(bench)
    await bench.clock.advance(1799)
    assert (await post(bench, url, text="hi"))[0] == 200
    await bench.clock.advance(2)
    status, body = await post(bench, url, text="hi")
    assert (status, "expired_url" in body) == (404, True)


async def test_an_unknown_response_url_is_not_found(bench: Any) -> None:
    status, body = await post(bench, f"{bench.served.url}/hooks/commands/none", text="hi")
    assert (status, "invalid_url" in body) == (404, True)


async def test_a_private_answer_to_a_command_is_replaced_and_deleted(bench: Any) -> None:
    url = await of_command(bench)
    await post(bench, url, text="one")
    await post(bench, url, text="two", replace_original=True)
    assert [message["text"] for message in await bench.person(REQUESTER).reads_private()] == ["two"]
    await post(bench, url, delete_original=True)
    assert await bench.person(REQUESTER).reads_private() == []


async def test_a_clicked_message_is_replaced_for_everyone(bench: Any) -> None:
    await bench.call("chat.postMessage", channel=AGENT_RULES, text="a", blocks=BLOCKS)
    (message,) = await bench.person(MEMBER).reads(AGENT_RULES)
    url = await of_click(bench, message)
    await post(bench, url, text="private note")
    await post(bench, url, text="done", replace_original=True)
    (message,) = await bench.person(REQUESTER).reads(AGENT_RULES)
    assert message["text"] == "done"
    assert "blocks" not in message
    assert [note["text"] for note in await bench.person(MEMBER).reads_private()] == ["private note"]
    await post(bench, url, delete_original=True)
    assert await bench.person(REQUESTER).reads(AGENT_RULES) == []


async def test_a_clicked_ephemeral_message_is_replaced_and_deleted_by_its_url_only(bench: Any) -> None:
    await bench.call("chat.postEphemeral", channel=AGENT_RULES, user=MEMBER, text="a", blocks=BLOCKS)
    (message,) = await bench.person(MEMBER).reads_private()
    url = await of_click(bench, message)
    await post(bench, url, text="b", replace_original=True)
    assert [note["text"] for note in await bench.person(MEMBER).reads_private()] == ["b"]
    await post(bench, url, delete_original=True)
    assert await bench.person(MEMBER).reads_private() == []


async def test_a_response_that_slack_would_not_take_is_refused(bench: Any) -> None:
    url = await of_command(bench)
    assert (await post(bench, url))[0] == 400
    status, body = await post(bench, url, blocks=[{"type": "hologram"}])
    assert (status, "invalid_blocks" in body) == (400, True)


async def test_the_sum_of_text_does_not_limit_a_response(bench: Any) -> None:
    block = {"type": "section", "text": {"type": "plain_text", "text": "x" * 3000}}
    assert (await post(bench, await of_command(bench), text="x", blocks=[block] * 5))[0] == 200


async def test_a_fault_reaches_response_urls_too(bench: Any) -> None:
    url = await of_command(bench)
    await bench.act("fault", kind="server_error", method="response_url")
    assert (await post(bench, url, text="hi"))[0] == 500
    assert (await post(bench, url, text="hi"))[0] == 200
    calls = await bench.act("reads_calls", method="response_url")
    assert [(call["status"], call["ok"]) for call in calls] == [(500, False), (200, True)]
