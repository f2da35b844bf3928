"""A route's own words: in the form, in the second reading, in questions, by `policybot translate`; and wrong ones."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from bot.cedar import load_gateway
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.doctor import examine, text
from bot.routing import Route, Routing
from bot.workspace import team
from tests.scenarios.test_choosing import gateways
from tests.scenarios.test_listing import opened
from tests.scenarios.test_questions import peopled
from tests.scenarios.test_writing import typed
from tests.support.outside import outside
from tests.support.process import policybot
from tests.support.scene import Scene, config, scene, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

RULE = "allow the money people to call money back"
WORDS = 'people: {money people: role = "manager"}\ntools: {money back: process_refund}\n'


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """Words of one channel's route; every other channel has the same gateway and none of them."""
    folder = tmp_path_factory.mktemp("words")
    (folder / "words.yml").write_text(WORDS, "utf-8")

    def arrange(routes: Sequence[Route]) -> Routing:
        own = {"channels": (team.AGENT_RULES,), "glossary": folder / "words.yml"}
        return Routing(routes=(routes[0].model_copy(update=own), routes[0]))

    made = config(gateways=gateways(folder)[:1], arrange=arrange)
    knowing = replace(made.plane, glossary=yaml.safe_load(WORDS))  # AgentCore understands them, as a model may
    async with scene(replace(made, plane=knowing)) as found:
        await peopled(found)
        yield found


async def test_the_form_and_questions_read_a_routes_own_words(desk: Scene) -> None:
    await desk.riley.types("/policy", team.AGENT_RULES)
    view = await desk.form(desk.riley, "process_refund")
    await typed(desk, desk.riley, view, RULE, "✓", "manager", "process_refund")
    await opened(desk, desk.riley, "/policy can money back", "role = manager")
    await opened(desk, desk.riley, "/policy ask can the money people use money back?", "allowed today")


async def test_a_channel_of_another_route_has_none_of_them(desk: Scene) -> None:
    view = await opened(desk, desk.riley, "/policy can money back", "no tool of this gateway", channel=team.WITHOUT_BOT)
    assert "manager" not in view_text(view)


async def test_the_second_reading_on_the_card_is_of_the_routes_words(desk: Scene) -> None:
    """What AgentCore makes of the rule is held against what the team means by its words."""
    card = await desk.card(await desk.proposes(RULE))
    assert "Two independent readings agree" in card["shown"]


@pytest.fixture
def routing(tmp_path: Path) -> Path:
    (tmp_path / "words.yml").write_text(WORDS, "utf-8")
    arn = load_gateway(SAMPLE_GATEWAY).arn
    file = tmp_path / "routing.yml"
    file.write_text(
        f"routes: [{{policy_engine_id: desk-0123456789, gateway_arn: '{arn}', glossary: words.yml}}]\n", "utf-8"
    )
    return file


async def test_translate_reads_the_words_of_the_gateways_route(routing: Path) -> None:
    asked = ("translate", "--gateway", str(SAMPLE_GATEWAY), RULE)
    told = await policybot(*asked, settings={"POLICYBOT_CONFIG": str(routing)})
    (asset,) = json.loads(told.out)["policyGenerationAssets"]
    assert 'getTag("role") == "manager"' in asset["definition"]["cedar"]["statement"]
    without = await policybot(*asked)
    assert "manager" not in without.out


async def test_what_is_tried_is_read_twice_with_the_words_of_the_file(tmp_path: Path) -> None:
    """The bot's own reading is held against AgentCore's with the same words."""
    arn = load_gateway(SAMPLE_GATEWAY).arn
    route = {"policy_engine_id": "desk-0123456789", "gateway_arn": arn}
    (tmp_path / "routing.yml").write_text(yaml.safe_dump({"routes": [route], "glossary": yaml.safe_load(WORDS)}))
    ended = await policybot("try", RULE, settings={"POLICYBOT_CONFIG": str(tmp_path / "routing.yml")})
    assert "Two independent readings agree" in ended.out


async def test_a_glossary_that_is_wrong_is_one_line_of_doctor_and_serve(routing: Path, tmp_path: Path) -> None:
    routing.with_name("words.yml").write_text("people: {clerks: c1}\n", "utf-8")
    said = "words.yml: The glossary entry 'clerks' needs a meaning such as"
    async with outside(tmp_path, latency=0.0) as world:
        settings = {**world.settings, "POLICYBOT_CONFIG": str(routing)}
        (line,) = text(await examine(settings)).splitlines()
        assert line.startswith("FAULT")
        assert said in line
        ended = await policybot("serve", settings=settings)
        assert ended.code == 2
        assert said in ended.sentence
