"""Buttons and selects that answer one person: in anybody else's hands they are refused in a sentence, and show nothing.

Whatever carries whose it is is taken from the person it was shown to and put before others, as it was or changed: a
copied value is the most that anybody can come by, as Slack says itself who clicks.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import ids
from bot.workspace import team
from bot.workspace.people import Person
from tests.scenarios.test_answers import after, direct, mentions, writes
from tests.scenarios.test_choosing import arranged, gateways
from tests.scenarios.test_direct import asked_which
from tests.scenarios.test_no_rule import TALK, asked
from tests.support.scene import REFUND_RULE, Json, Scene, buttons, config, scene, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "ORDER-7731"
"""Stands in what Riley asks and writes, and in every answer to it; nobody else may see it."""
CALL = f"why role=support-agent process_refund orderId={SECRET} amount=600"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("gateways")
    async with scene(config(gateways=gateways(folder), arrange=arranged())) as found:
        yield found


async def under_a_mention(desk: Scene) -> Json:
    return await mentions(desk, desk.riley, CALL)


async def under_a_direct_answer(desk: Scene) -> Json:
    asks = await asked_which(desk, desk.riley, CALL)
    (select,) = next(block["elements"] for block in asks["blocks"] if block["type"] == "actions")
    await desk.riley.clicks(asks, ids.ANSWER_GATEWAY, select["options"][0]["value"])
    return await after(desk, desk.riley, asks["channel"], asks["ts"])


async def which_channel(desk: Scene) -> Json:
    return await writes(desk, desk.riley, CALL)


async def which_gateway(desk: Scene) -> Json:
    return await asked_which(desk, desk.riley, CALL)


async def no_rule(desk: Scene) -> Json:
    return (await asked(desk, f"{TALK} {SECRET}"))[1]


async def rule_in_a_direct_message(desk: Scene) -> Json:
    return await writes(desk, desk.riley, f"allow support agents to refund order {SECRET} below 500")


@dataclass(frozen=True)
class Element:
    """Something to click that carries whose it is: how Riley comes to it, its action, and what is put in."""

    had: Callable[[Scene], Awaitable[Json]]
    action: str
    value: str | None = None


ELEMENTS = [
    Element(under_a_mention, ids.ANSWER_OPEN),
    Element(under_a_direct_answer, ids.ANSWER_OPEN),
    Element(which_channel, ids.ANSWER_CHANNEL, team.AGENT_RULES),
    Element(which_gateway, ids.ANSWER_GATEWAY, "first"),
    Element(no_rule, ids.ASKED_PROPOSE),
    Element(no_rule, ids.ASKED_ANEW),
    Element(no_rule, ids.ASKED_FORGET),
    Element(rule_in_a_direct_message, ids.PROPOSE_OPEN),
]
OTHERS = {"colleague": team.APPROVER_AVERY, "guest": team.GUEST, "other company": team.OUTSIDER}


def web(desk: Scene) -> AsyncWebClient:
    return AsyncWebClient(token=desk.slack.bot_token, base_url=desk.slack.api_url)


async def put_before(desk: Scene, person: Person, actions: list[Json]) -> Json:
    """A message of the bot's with these actions, where this person can click."""
    channel = await direct(desk, person)
    posted = await web(desk).chat_postMessage(channel=channel, text="copied", blocks=actions)
    return next(each for each in await person.reads(channel) if each["ts"] == posted["ts"])


def actions_of(message: Json) -> list[Json]:
    """The actions of a message as an app would send them, with nothing else of it."""
    return [
        {"type": "actions", "block_id": block["block_id"], "elements": block["elements"]}
        for block in message["blocks"]
        if block["type"] == "actions"
    ]


async def click(desk: Scene, person: Person, copied: Json, element: Element) -> str:
    """Click, and wait for what the person is shown that they were not shown before: in private, in the direct message,
    or as a modal."""

    async def seen() -> dict[str, str]:
        found = {f"private {each['ts']}": each["shown"] for each in await person.reads_private()}
        found |= {each["ts"]: each["shown"] for each in await person.reads(copied["channel"])}
        return found | {f"modal {each['id']}": view_text(each) for each in await person.reads_modals()}

    value = element.value
    if value == "first":
        (select,) = copied["blocks"][0]["elements"]
        value = select["options"][0]["value"]
    before = await seen()
    await person.clicks(copied, element.action, value)

    async def look() -> str | None:
        new = [text for key, text in (await seen()).items() if key not in before and "Loading …" not in text]
        return "\n".join(new) or None

    return await desk.until(look)


@pytest.mark.parametrize("who", OTHERS.values(), ids=list(OTHERS))
@pytest.mark.parametrize("element", ELEMENTS, ids=[f"{each.action} {each.had.__name__}" for each in ELEMENTS])
async def test_what_was_shown_to_one_person_is_refused_to_another(desk: Scene, element: Element, who: str) -> None:
    mine = await element.had(desk)
    assert element.action in buttons(mine)
    person = desk.person(who)
    copied = await put_before(desk, person, actions_of(mine))
    shown = await click(desk, person, copied, element)
    assert any(part in shown for part in SAID[who]), shown
    assert SECRET not in shown
    assert "Denied today" not in shown
    assert "process_refund" not in shown
    assert SECRET not in json.dumps(await person.reads_modals())
    assert await desk.riley.reads(team.AGENT_RULES) == await desk.avery.reads(team.AGENT_RULES)
    assert TALK not in json.dumps(await desk.avery.reads(team.AGENT_RULES))
    for view in await person.reads_modals():
        await person.closes(view)


async def of_avery(desk: Scene) -> tuple[str, str, str]:
    """A question of Avery's in the channel, and what Avery wrote that is no rule: the channel, the ts, the proposal."""
    said = await desk.avery.types(f"@policybot {CALL}", team.AGENT_RULES)
    proposal = await desk.proposes(f"{TALK} {SECRET} and more", team.APPROVER_AVERY)
    return team.AGENT_RULES, str(said["ts"]), proposal


def forged(value: str, channel: str, ts: str, proposal: str) -> list[str]:
    """What else a value could say: that of another's message or proposal, of other channels, of another gateway, and
    what is none of ours."""
    if value.startswith("P-"):
        return [proposal, "P-222222", "", "x" * 200]
    about, source, mine, *key = value.split(":")
    changed = [f"{about}:{channel}:{ts}", f"{about}:{source}:1.000001", f"{about}:{channel}:{mine}", "x" * 200]
    changed += [f"{each}:{source}:{mine}" for each in (team.PRIVATE, team.SHARED, "")]
    changed += ["::::::", *[f"{about}:{source}:{mine}:{'0' * 16}" for _ in key]]
    return [each for each in changed if each != value]


CHANGED = [each for each in ELEMENTS if each.action != ids.PROPOSE_OPEN]


@pytest.mark.parametrize("element", CHANGED, ids=[f"{each.action} {each.had.__name__}" for each in CHANGED])
async def test_a_changed_value_shows_nothing_and_does_nothing(desk: Scene, element: Element) -> None:
    mine = actions_of(await element.had(desk))
    (clicked,) = [each for each in mine[0]["elements"] if each["action_id"] == element.action]
    value = str(clicked.get("value") or mine[0]["block_id"].removeprefix("answer:"))
    for other in forged(value, *await of_avery(desk)):
        if element.action == ids.ANSWER_CHANNEL and other.split(":")[1:] == value.split(":")[1:]:
            continue  # the channel is what is chosen
        block = {**mine[0], "elements": [{**clicked, "value": other} if "value" in clicked else clicked]}
        block["block_id"] = "b" if "value" in clicked else f"answer:{other}"
        copied = await put_before(desk, desk.riley, [block])
        shown = await click(desk, desk.riley, copied, element)
        assert any(part in shown for part in REFUSED), (other, shown)
        assert SECRET not in shown
        assert len(shown) < 400
        for view in await desk.riley.reads_modals():
            await desk.riley.closes(view)
    assert TALK not in json.dumps(await desk.avery.reads(team.AGENT_RULES))


async def test_a_form_that_names_anothers_proposal_leaves_that_as_it_is(desk: Scene) -> None:
    """The form's metadata is changed: it says that it stands for what Riley was asked."""
    proposal_id, question = await asked(desk, f"{TALK} as well")
    await desk.avery.types("/policy", team.AGENT_RULES)
    view = await desk.form(desk.avery, "process_refund")
    kept = {name: view[name] for name in ("type", "callback_id", "title", "submit", "blocks")}
    metadata = json.dumps({**json.loads(view["private_metadata"]), "asked": proposal_id})
    await web(desk).views_update(view_id=view["id"], view={**kept, "private_metadata": metadata})
    sent = await desk.avery.submits(view, {"propose.rule": REFUND_RULE})
    assert sent["closed"], sent
    await desk.told(desk.avery, "is saved as")
    await desk.riley.clicks(question, ids.ASKED_PROPOSE)
    await desk.told(desk.riley, f"{proposal_id} is proposed")


REFUSED = (
    *("Somebody else wrote that", "I cannot read that message any more", "There is no proposal", "Invite me"),
    *("People of another company", "cannot go to that gateway any more", "I cannot see this channel"),
    "I cannot read what is asked there any more",
)
SAID = {
    team.APPROVER_AVERY: ("Somebody else wrote that", "There is no proposal P-"),
    team.GUEST: ("Somebody else wrote that", "Guests cannot take part"),
    team.OUTSIDER: ("Somebody else wrote that", "Only members of the workspace that owns"),
}
