"""Direct messages to the bot: a question is answered, of the gateway that is meant, and nothing is read as a rule."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from bot.blocks import ids
from bot.routing import Route, Routing
from bot.workspace import team
from bot.workspace.people import Person
from tests.scenarios.test_answers import after, direct, writes
from tests.scenarios.test_choosing import NOT_RILEY, RULES, arranged, gateways
from tests.scenarios.test_listing import top
from tests.scenarios.test_using import OTHER, OTHER_ID, used
from tests.support.scene import Json, Scene, buttons, config, proposal_in, scene, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALL = "why role=support-agent return_parcel orderId=A-1 amount=600"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """One channel has rules for two gateways, of which the second is chosen; every other has the first alone."""
    folder = tmp_path_factory.mktemp("gateways")
    async with scene(config(gateways=gateways(folder), arrange=arranged())) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def single() -> AsyncIterator[Scene]:
    """Only one channel has rules, and one gateway."""

    def arrange(routes: Sequence[Route]) -> Routing:
        return Routing(routes=(routes[0].model_copy(update={"channels": (team.AGENT_RULES,)}),))

    async with scene(config(arrange=arrange)) as found:
        yield found


async def asked_which(desk: Scene, person: Person, text: str) -> Json:
    """The select of the gateway under a question, once its channel is chosen."""
    asks = await writes(desk, person, text)
    assert buttons(asks) == [ids.ANSWER_CHANNEL], asks["shown"]
    await person.clicks(asks, ids.ANSWER_CHANNEL, team.AGENT_RULES)
    return await after(desk, person, await direct(desk, person), asks["ts"])


def keys(asks: Json) -> list[str]:
    """The gateways that a question offers, the channel's own first."""
    (element,) = next(block["elements"] for block in asks["blocks"] if block["type"] == "actions")
    return [option["value"] for option in element["options"]]


async def chosen(desk: Scene, person: Person, asks: Json, key: str) -> Json:
    """The answer for a gateway, the newest message."""
    channel = await direct(desk, person)
    last = (await person.reads(channel))[-1]["ts"]
    await person.clicks(asks, ids.ANSWER_GATEWAY, key)
    return await after(desk, person, channel, last)


@pytest.mark.parametrize(
    ("text", "own", "other"),
    [
        (CALL, "is no tool of the gateway", "Denied today"),
        ("can return_parcel", "This gateway has no tool", "nobody today: proved"),
        ("ask who can call return parcel?", "return", "nobody today: proved"),
        ("list", "There are no policies", "There are no policies"),
        ("tools", "process_refund", "return_parcel"),
        ("who", "Approve a change", "Approve a change"),
        ("explain nowhere", "There is no policy nowhere", "There is no policy nowhere"),
    ],
)
async def test_a_question_is_asked_once_which_gateway_and_answered_for_that_one(
    desk: Scene, text: str, own: str, other: str
) -> None:
    asks = await asked_which(desk, desk.riley, text)
    assert "Which one do you ask about?" in asks["shown"]
    first, returns = keys(asks)
    answer = await chosen(desk, desk.riley, asks, returns)
    assert other in answer["shown"], answer["shown"]
    assert buttons(answer) in ([], [ids.ANSWER_OPEN])
    answer = await chosen(desk, desk.riley, asks, first)
    assert own in answer["shown"], answer["shown"]


async def test_all_that_follows_an_answer_is_of_the_gateway_that_was_chosen(desk: Scene) -> None:
    asks = await asked_which(desk, desk.riley, CALL)
    answer = await chosen(desk, desk.riley, asks, keys(asks)[1])
    assert "for returns" in answer["shown"]
    await desk.riley.clicks(answer, ids.ANSWER_OPEN)
    await desk.riley.clicks_in(await top(desk, desk.riley, "Propose this"), ids.QUESTION_PROPOSE)
    card = await desk.card(proposal_in(view_text(await top(desk, desk.riley, "is saved as P-"))))
    assert OTHER in json.dumps(card)


async def test_what_may_not_be_chosen_any_more_is_refused_and_shows_nothing(desk: Scene) -> None:
    await used(desk, desk.blair, OTHER.replace("returns", "stock"), "now")
    asks = await asked_which(desk, desk.riley, "tools")
    assert len(keys(asks)) == 2
    await used(desk, desk.blair, "default", "now")
    answer = await chosen(desk, desk.riley, asks, keys(asks)[0])
    assert "cannot go to that gateway any more" in answer["shown"]
    assert "return_parcel" not in json.dumps(answer)


async def test_who_may_propose_for_one_gateway_alone_is_asked_nothing(tmp_path: Path) -> None:
    rules = tmp_path / "returns.cedar"
    rules.write_text(RULES + NOT_RILEY, "utf-8")
    async with scene(config(gateways=gateways(tmp_path), arrange=arranged(rules))) as found:
        answer = await asked_which(found, found.riley, "tools")
        assert "process_refund" in answer["shown"]
        assert not buttons(answer)
        assert len(keys(await asked_which(found, found.avery, "tools"))) == 2


async def test_use_says_where_the_rules_of_each_channel_go_and_where_that_is_changed(desk: Scene) -> None:
    answer = await writes(desk, desk.riley, "use")
    assert "A channel is bound to a gateway in that channel" in answer["shown"]
    assert not buttons(answer)
    await used(desk, desk.blair, OTHER_ID, "now")
    answer = await writes(desk, desk.riley, "use")
    (bound,) = [line for line in answer["shown"].splitlines() if "agent-rules" in line]
    assert OTHER_ID in bound
    assert "Every other channel: support-desk" in answer["shown"]
    named = await writes(desk, desk.blair, f"use {OTHER_ID}")
    assert "Type /policy use in the channel" in named["shown"]
    assert not buttons(named)
    await used(desk, desk.blair, "default", "now")


async def test_use_in_a_mention_says_what_may_be_used_there(desk: Scene) -> None:
    before = len(await desk.riley.reads_private())
    await desk.riley.types("@policybot use", team.AGENT_RULES)

    async def look() -> Json | None:
        return next(iter((await desk.riley.reads_private())[before:]), None)

    answer = await desk.until(look)
    assert "may be used here: " in answer["shown"]
    assert "returns" in answer["shown"]
    assert not buttons(answer)


async def test_tests_are_kept_and_listed_where_one_gateway_can_be_meant(single: Scene) -> None:
    kept = await writes(
        single, single.riley, "test add small allow role=support-agent process_refund amount=20 orderId=A-1"
    )
    assert "agent-rules" in kept["shown"]
    assert "“small” must stay allowed" in kept["shown"]
    listed = await writes(single, single.riley, "test")
    assert "small" in listed["shown"]
    gone = await writes(single, single.riley, "test remove small")
    assert "“small” is removed" in gone["shown"]
    assert "no tests" in (await writes(single, single.riley, "test list"))["shown"]


@pytest.mark.parametrize("text", ["test", "test list", "test add a allow role=x process_refund amount=1"])
async def test_where_several_can_be_meant_it_is_said_where_to_type_it(desk: Scene, text: str) -> None:
    answer = await writes(desk, desk.riley, text)
    assert "in the channel meant" in answer["shown"]
    assert not buttons(answer)


@pytest.mark.parametrize("text", ["use", "test list", "test add a allow role=x process_refund amount=1"])
async def test_a_guest_is_told_nothing(desk: Scene, text: str) -> None:
    answer = await writes(desk, desk.person(team.GUEST), text)
    assert "Guests cannot take part" in answer["shown"]
    assert "gateway" not in json.dumps(answer)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("promote", "is a button"),
        ("staus", "Did you mean /policy status?"),
        ("test add", "Say which: /policy test add"),
    ],
)
async def test_what_is_no_rule_is_answered_as_the_command_answers_it(desk: Scene, text: str, said: str) -> None:
    assert said in (await writes(desk, desk.riley, text))["shown"]
