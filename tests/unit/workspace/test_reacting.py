"""Reactions: given and taken back by people and by the bot, told to the bot where it is, refused in Slack's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.workspace.team import AGENT_RULES, GUEST, MEMBER, REQUESTER, WITHOUT_BOT
from bot.workspace.wire import CannotAct


async def test_a_person_reacts_and_takes_it_back_and_the_bot_is_told(open_bench: Callable[..., Any]) -> None:
    bench = await open_bench(events=frozenset({"reaction_added", "reaction_removed"}))
    socket = await bench.connect()
    posted = await bench.call("chat.postMessage", channel=AGENT_RULES, text="one")
    place = {"channel": AGENT_RULES, "ts": posted["ts"]}
    for kind, added, left in (("reaction_added", True, [MEMBER]), ("reaction_removed", False, [])):
        assert await bench.act("reacts", user=MEMBER, reaction="eyes", **place) == {"added": added}
        frame = await socket.frame()
        await socket.ack(frame)
        event = frame["payload"]["event"]
        assert (event["type"], event["user"], event["reaction"], event["item"]["ts"]) == (
            kind,
            MEMBER,
            "eyes",
            place["ts"],
        )
        message = (await bench.act("reads_channel", channel=AGENT_RULES))[0]
        assert [user for each in message.get("reactions", []) for user in each["users"]] == left


async def test_what_cannot_be_reacted_to_is_refused(bench: Any) -> None:
    """No such message, a channel that one is not in, a name that is none, a reaction that was not given."""
    posted = await bench.call("chat.postMessage", channel=AGENT_RULES, text="one")
    for user, channel, ts, name, code in (
        (REQUESTER, AGENT_RULES, "1.0", "eyes", "message_not_found"),
        (GUEST, WITHOUT_BOT, posted["ts"], "eyes", "not_in_channel"),
        (REQUESTER, AGENT_RULES, posted["ts"], "<script>", "invalid_name"),
    ):
        with pytest.raises(CannotAct) as refused:
            await bench.act("reacts", user=user, channel=channel, ts=ts, reaction=name)
        assert refused.value.code == code
    place = {"channel": AGENT_RULES, "timestamp": posted["ts"]}
    assert (await bench.call("reactions.remove", **place, name="eyes"))["error"] == "no_reaction"
    assert (await bench.call("reactions.add", name="eyes"))["error"] == "no_item_specified"
    for number in range(23):
        assert (await bench.call("reactions.add", **place, name=f"number-{number}"))["ok"]
    assert (await bench.call("reactions.add", **place, name="eyes"))["error"] == "too_many_emoji"
