"""The form of a rule, where the routing file names several gateways for the channel: one is chosen for that rule."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from bot.blocks import ids
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.routing import Route, Routing
from bot.workspace import team
from bot.workspace.people import Person
from tests.scenarios.test_acts import approved, newest, proposes_by
from tests.scenarios.test_listing import top
from tests.scenarios.test_using import OTHER, OTHER_ID, used
from tests.scenarios.test_writing import RULE, TESTS, typed
from tests.support.scene import Json, Scene, buttons, config, proposal_in, scene, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

SELECT = f"propose.gateway.{team.AGENT_RULES}"
THIRD = OTHER.replace("returns", "stock")
RETURNS_RULE = "allow support agents to call return parcel"
RULES = (Path(__file__).parents[2] / "bot/governance/governance.cedar").read_text("utf-8")
NOT_RILEY = f"""
@id("not-riley")
@reason("Returns are proposed by the desk of returns.")
forbid (principal == Person::"{team.REQUESTER}", action == Action::"propose", resource);
"""


def gateways(folder: Path) -> tuple[Path, ...]:
    """The sample gateway; one like it whose refunds are returns of parcels; and one that no channel is named for."""
    text = Path(SAMPLE_GATEWAY).read_text("utf-8")
    arn = next(part for part in text.split('"') if ":gateway/" in part)
    found = [Path(SAMPLE_GATEWAY)]
    for other in (OTHER, THIRD):
        made = text.replace(arn, other).replace(arn.rsplit("/", 1)[1], other.rsplit("/", 1)[1])
        made = made.replace("process_refund", "return_parcel")
        found.append(folder / f"{other.rsplit('/', 1)[1]}.json")
        found[-1].write_text(made, "utf-8")
    return tuple(found)


def arranged(governance: Path | None = None) -> Callable[[Sequence[Route]], Routing]:
    """The channel's rules go to the first; returns may be chosen there; the third is for any channel by /policy use."""

    def arrange(routes: Sequence[Route]) -> Routing:
        first, second, third = routes
        named = {"name": "returns", "channels": (team.AGENT_RULES,), "governance": governance}
        return Routing(routes=(first,), targets=(second.model_copy(update=named), third))

    return arrange


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder = tmp_path_factory.mktemp("gateways")
    async with scene(config(gateways=gateways(folder), arrange=arranged())) as found:
        yield found


async def opened(desk: Scene, person: Person, part: str = "Which gateway is it for?") -> Json:
    await person.types("/policy", team.AGENT_RULES)
    return await desk.form(person, part)


def values(view: Json, block: str = SELECT) -> list[str]:
    """The keys of the gateways that the form offers, the chosen one first."""
    element = next(each["element"] for each in view["blocks"] if each["block_id"] == block)
    keys = [each["value"] for each in element["options"]]
    return sorted(keys, key=lambda key: key != element["initial_option"]["value"])


async def test_the_select_offers_what_the_file_names_for_the_channel_where_rules_go_first(desk: Scene) -> None:
    view = await opened(desk, desk.riley)
    shown = view_text(view)
    assert "returns" in shown
    assert "support-desk" in shown
    assert THIRD.rsplit("/", 1)[1] not in shown
    assert "process_refund" in shown
    assert len(values(view)) == 2


async def test_hints_tools_tests_and_the_review_follow_the_choice_and_other_rules_stay(desk: Scene) -> None:
    view = await opened(desk, desk.riley)
    _, returns = values(view)
    await desk.riley.clicks_in(view, ids.PROPOSE_GATEWAY, returns)
    view = await desk.form(desk.riley, "return_parcel")
    assert OTHER_ID in view_text(view)
    await typed(desk, desk.riley, view, RETURNS_RULE, "✓", "return_parcel")
    kept = "parcels allow role=support-agent return_parcel amount=20 orderId=o-1"
    (view,) = await desk.riley.reads_modals()
    sent = await desk.riley.submits(view, {TESTS: kept})
    assert sent["closed"], sent
    proposal = proposal_in(await desk.told(desk.riley, "is saved as"))
    card = await desk.card(proposal)
    assert OTHER in json.dumps(card)
    assert OTHER_ID in (await desk.messages(proposal))["parent"][0]["shown"]
    card = await approved(desk, proposal)
    (policy,) = await desk.engine.made_for(proposal)
    assert OTHER in policy["definition"]["cedar"]["statement"]
    assert (await proposes_by(desk, desk.riley, card, ids.PROMOTE, {}, "promoted"))["closed"]
    assert OTHER in json.dumps(await newest(desk, proposal, "Promote", "Mode if approved"))
    other = await desk.card(await desk.proposes())
    assert OTHER_ID not in json.dumps(other)


async def test_what_is_typed_first_is_read_anew_where_the_rule_is_to_go(desk: Scene) -> None:
    view = await opened(desk, desk.riley)
    await typed(desk, desk.riley, view, RETURNS_RULE, "?", "As I read it so far")
    (view,) = await desk.riley.reads_modals()
    await desk.riley.clicks_in(view, ids.PROPOSE_GATEWAY, values(view)[1])

    async def look() -> bool:
        (now,) = await desk.riley.reads_modals()
        return "✓" in view_text(now) and now["state"]["values"][RULE][ids.PROPOSE_TYPED]["value"] == RETURNS_RULE

    assert await desk.until(look)


async def test_what_may_not_be_used_any_more_is_refused_at_the_select(desk: Scene) -> None:
    """The value of the select is looked up among what is offered now: one that is kept, or forged, names no other
    gateway. Here the channel is sent back while the form is open."""
    await used(desk, desk.blair, THIRD, "now")
    view = await opened(desk, desk.riley, THIRD.rsplit("/", 1)[1])
    assert len(values(view)) == 2  # the third, as it is bound, and what the file names for the channel
    await used(desk, desk.blair, "default", "now")
    sent = await desk.riley.submits(view, {RULE: RETURNS_RULE})
    assert "cannot go to that gateway any more" in sent["errors"][SELECT]
    sent = await desk.riley.submits(view, {RULE: RETURNS_RULE, TESTS: "kept allow role=x return_parcel amount=1"})
    assert "cannot go to that gateway any more" in sent["errors"][SELECT]
    await desk.riley.clicks_in(view, ids.PROPOSE_TYPED, RETURNS_RULE)
    await desk.form(desk.riley, "cannot go to that gateway any more")


async def test_the_form_that_asks_for_the_channel_asks_for_the_gateway_once_it_is_known(desk: Scene) -> None:
    await desk.riley.uses_shortcut(ids.PROPOSE_SHORTCUT)
    view = await desk.form(desk.riley, "Where is it reviewed?")
    assert "Which gateway" not in view_text(view)
    await desk.riley.clicks_in(view, ids.PROPOSE_CHANNEL, team.AGENT_RULES)
    await desk.form(desk.riley, "Which gateway is it for?")
    await desk.riley.clicks_in(view, ids.PROPOSE_CHANNEL, team.PRIVATE)
    assert "Which gateway" not in view_text(await desk.form(desk.riley, "Invite me"))
    await desk.riley.clicks_in(view, ids.PROPOSE_CHANNEL, team.AGENT_RULES)
    view = await desk.form(desk.riley, "Which gateway is it for?")
    heard = len(await desk.heard(desk.riley))
    sent = await desk.riley.submits(view, {RULE: RETURNS_RULE, SELECT: values(view)[1]})
    assert sent["closed"], sent
    card = await desk.card(proposal_in(await desk.told(desk.riley, "is saved as", after=heard)))
    assert OTHER in json.dumps(card)


CALL = "why role=support-agent return_parcel orderId=A-1 amount=600"


@pytest.mark.parametrize(
    ("asked", "own", "other"),
    [
        (CALL, "is no tool of the gateway", "Denied today"),
        ("can return_parcel", "This gateway has no tool", "nobody today: proved"),
        ("ask who can call return parcel?", "return", "nobody today: proved"),
    ],
)
async def test_an_answer_says_of_which_gateway_it_is_and_is_had_of_another(
    desk: Scene, asked: str, own: str, other: str
) -> None:
    await desk.riley.types(f"/policy {asked}", team.AGENT_RULES)
    view = await top(desk, desk.riley, "Asked of the gateway support-desk", own)
    select = view["blocks"][0]["accessory"]
    first, returns = select["options"]
    assert select["initial_option"] == first
    await desk.riley.clicks_in(view, ids.QUESTION_GATEWAY, returns["value"])
    view = await top(desk, desk.riley, "Asked of the gateway returns", other)
    if asked == CALL:
        await desk.riley.clicks_in(view, ids.QUESTION_PROPOSE)
        card = await desk.card(proposal_in(view_text(await top(desk, desk.riley, "is saved as P-"))))
        assert OTHER in json.dumps(card)


async def test_an_answer_in_a_thread_says_of_which_gateway_it_is(desk: Scene) -> None:
    before = len(await desk.riley.reads_private())
    await desk.riley.types(f"@policybot {CALL}", team.AGENT_RULES)

    async def look() -> Json | None:
        return next(iter((await desk.riley.reads_private())[before:]), None)

    answer = await desk.until(look)
    assert "Asked of the gateway support-desk" in answer["shown"]
    assert buttons(answer) == [ids.ANSWER_OPEN]


async def test_who_may_not_propose_for_a_gateway_is_not_offered_it_and_one_is_no_choice(tmp_path: Path) -> None:
    rules = tmp_path / "returns.cedar"
    rules.write_text(RULES + NOT_RILEY, "utf-8")
    async with scene(config(gateways=gateways(tmp_path), arrange=arranged(rules))) as found:
        view = await opened(found, found.riley, "process_refund")
        assert "Which gateway" not in view_text(view)
        view = await opened(found, found.avery)
        assert len(values(view)) == 2
        guest = found.person(team.GUEST)
        await opened(found, guest, "Guests cannot take part")
        assert OTHER_ID not in view_text((await guest.reads_modals())[-1])
