"""Questions in a mention and in a direct message: answered in private as the command's modal answers them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from bot.blocks import ids
from bot.blocks.kit import TEXT_BUDGET, text_length
from bot.routing import Route, Routing
from bot.workspace import team
from bot.workspace.people import Person
from tests.scenarios.test_listing import enacted, top
from tests.scenarios.test_questions import REFUND, creates, peopled
from tests.support.scene import Json, Scene, buttons, config, scene, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALL = "role=support-agent process_refund orderId=A-1 amount=600"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lived() -> AsyncIterator[Scene]:
    async with scene(config()) as found:
        await peopled(found)
        yield found


async def mentions(desk: Scene, person: Person, text: str, channel: str = team.AGENT_RULES) -> Json:
    """What is said in private to somebody who mentions the bot."""
    before = len(await person.reads_private())
    await person.types(f"@policybot {text}", channel)

    async def look() -> Json | None:
        heard = (await person.reads_private())[before:]
        return heard[0] if heard else None

    return await desk.until(look)


async def direct(desk: Scene, person: Person) -> str:
    return str((await desk.client.perform("opens_direct", {"user": person.user_id}))["channel"])


async def writes(desk: Scene, person: Person, text: str) -> Json:
    """What the bot answers to a direct message."""
    channel = await direct(desk, person)
    said = await person.types(text, channel)
    return await after(desk, person, channel, said["ts"])


async def after(desk: Scene, person: Person, channel: str, ts: str) -> Json:
    async def look() -> Json | None:
        return next((each for each in await person.reads(channel) if each["ts"] > ts), None)

    return await desk.until(look)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"why {CALL}", ["Denied today", "This rule would allow exactly such calls"]),
        ("why @morgan export_customers", ["Denied today, whatever the rest is: proved"]),
        ("can process_refund", ["nobody else: proved"]),
        ("ask who can refund more than 500?", ["callers with role = manager today"]),
        ("who can refund more than 500?", ["callers with role = manager today"]),
        ("list", ["managers", "no_other", "4 policies"]),
        ("tools refund", ["process_refund", "Takes"]),
        ("who", ["Approve a change", "1 vote"]),
        ("show managers", ["enforced", "permit"]),
        ("explain managers", ["If it goes"]),
        ("history managers", ["History", "managers"]),
        ("explain manager", ["Did you mean managers?"]),
        ("why", ["Say which: /policy why"]),
        (
            "{}".format(
                json.dumps(
                    {
                        "error": {
                            "code": -32002,
                            "message": "Tool Execution Denied: Tool call not allowed "
                            "due to policy enforcement [Policy evaluation denied due to no_other]",
                        }
                    }
                )
            ),
            ["The call was denied by no_other"],
        ),
        ("Tool Execution Denied … no_other", ["The call was denied by no_other"]),
    ],
)
async def test_a_mention_is_answered_in_private_in_its_thread(lived: Scene, text: str, said: Sequence[str]) -> None:
    thread = await lived.avery.types("Who may refund?", team.AGENT_RULES)
    before = len(await lived.riley.reads_private())
    await lived.riley.types(f"@policybot {text}", team.AGENT_RULES, thread["ts"])

    async def look() -> Json | None:
        return next(iter((await lived.riley.reads_private())[before:]), None)

    answer = await lived.until(look)
    assert all(part in answer["shown"] for part in said), answer["shown"]
    assert answer.get("thread_ts") == thread["ts"]
    assert len(answer.get("blocks", [])) <= 40


async def test_the_button_under_an_answer_opens_all_of_it_with_what_can_be_done(lived: Scene) -> None:
    answer = await mentions(lived, lived.riley, f"why {CALL}")
    assert buttons(answer) == [ids.ANSWER_OPEN]
    assert "A-1" not in json.dumps([block for block in answer["blocks"] if block["type"] == "actions"])
    await lived.riley.clicks(answer, ids.ANSWER_OPEN)
    view = await top(lived, lived.riley, "Propose this")
    await lived.riley.clicks_in(view, ids.QUESTION_PROPOSE)
    await top(lived, lived.riley, "is saved as P-")
    answer = await mentions(lived, lived.riley, "list")
    await lived.riley.clicks(answer, ids.ANSWER_OPEN)
    view = await top(lived, lived.riley, "managers")
    assert ids.POLICY_MENU in json.dumps(view)


@pytest.mark.parametrize(
    "text", [f"why {CALL}", "can process_refund", "who can refund?", "list", "tools", "explain managers"]
)
@pytest.mark.parametrize(
    ("who", "channel", "reason"),
    [
        (team.OUTSIDER, team.SHARED, "Only members of the workspace that owns these rules"),
        (team.GUEST, team.AGENT_RULES, "Guests cannot take part"),
    ],
)
async def test_who_may_not_propose_is_answered_nothing(
    lived: Scene, text: str, who: str, channel: str, reason: str
) -> None:
    person = lived.person(who)
    answer = await mentions(lived, person, text, channel)
    assert reason in answer["shown"]
    assert "managers" not in json.dumps(answer)
    assert "process_refund" not in json.dumps(answer)
    written = await writes(lived, person, text)
    assert reason in written["shown"]
    assert not buttons(written)


async def test_a_direct_message_is_asked_which_channel_and_answered_for_it(lived: Scene) -> None:
    asks = await writes(lived, lived.riley, f"why {CALL}")
    assert "Which channel do you ask about?" in asks["shown"]
    channel = await direct(lived, lived.riley)
    await lived.riley.clicks(asks, ids.ANSWER_CHANNEL, team.AGENT_RULES)
    answer = await after(lived, lived.riley, channel, asks["ts"])
    assert "Denied today" in answer["shown"]
    assert "agent-rules" in answer["shown"]
    await lived.riley.clicks(answer, ids.ANSWER_OPEN)
    await top(lived, lived.riley, "Propose this")
    await lived.riley.clicks(asks, ids.ANSWER_CHANNEL, team.SHARED)
    refused = await after(lived, lived.riley, channel, answer["ts"])
    assert "People of another company" in refused["shown"]


async def test_a_denial_pasted_into_a_direct_message_is_explained(lived: Scene) -> None:
    got = await lived.calls(REFUND, {"orderId": "A-1", "amount": 20, "reason": "other"}, role="manager")
    asks = await writes(lived, lived.riley, json.dumps(got))
    await lived.riley.clicks(asks, ids.ANSWER_CHANNEL, team.AGENT_RULES)
    channel = await direct(lived, lived.riley)
    answer = await after(lived, lived.riley, channel, asks["ts"])
    assert "The call was denied by no_other" in answer["shown"]


async def test_the_one_channel_that_has_rules_need_not_be_chosen() -> None:
    def arrange(routes: Sequence[Route]) -> Routing:
        return Routing(routes=(routes[0].model_copy(update={"channels": (team.AGENT_RULES,)}),))

    async with scene(config(arrange=arrange)) as found:
        await peopled(found)
        for text, said in ((f"why {CALL}", "Denied today"), ("list", "managers"), ("tools", "process_refund")):
            answer = await writes(found, found.riley, text)
            assert said in answer["shown"]
        _, name = await enacted(found, "allow support agents to call refund tool")
        answer = await writes(found, found.riley, f"history {name}")
        assert "approved" in answer["shown"]


async def test_more_than_a_message_carries_is_said_and_opened(fresh: Scene) -> None:
    await creates(fresh, "long", "permit", f'context.input.orderId == "{"x" * 9000}"')
    answer = await mentions(fresh, fresh.riley, "show long")
    assert "It goes on" in answer["shown"]
    assert text_length(answer["blocks"]) <= TEXT_BUDGET
    await fresh.riley.clicks(answer, ids.ANSWER_OPEN)
    view = await top(fresh, fresh.riley, "enforced")
    assert view_text(view).count("x") > 9000
