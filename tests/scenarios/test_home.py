"""App Home: what waits for somebody is one click away, what stands is found, and it is kept current by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.blocks import ids
from bot.workspace import team
from bot.workspace.people import Person
from tests.scenarios.test_acts import approved, newest, policy_of
from tests.scenarios.test_evidence import LIMIT, everyone_may, refunds
from tests.support.scene import Json, Scene, config, scene, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def desk() -> AsyncIterator[Scene]:
    """A bot that looks often."""
    looks = {"POLICYBOT_DRIFT_SECONDS": "0.2", "POLICYBOT_EVIDENCE_SECONDS": "0.2"}
    async with scene(config(settings=looks)) as found:
        yield found


def text_of(home: Json) -> str:
    return view_text({"title": {}, "blocks": home["blocks"]})


async def home(desk: Scene, person: Person, *said: str, without: str = "") -> Json:
    """The person's tab, once it says all of `said`, and not `without`."""

    async def look() -> Json | None:
        found = await person.reads_home()
        if found is None or (without and without in text_of(found)):
            return None
        return found if all(part in text_of(found) for part in said) else None

    try:
        return await desk.until(look)
    except TimeoutError:
        raise AssertionError(f"never said {said}: {text_of(await person.reads_home() or {'blocks': []})}") from None


def offered(home: Json) -> list[str]:
    """The action ids of its buttons."""
    return [each["action_id"] for block in home["blocks"] for each in block.get("elements", ()) if "action_id" in each]


async def test_what_waits_is_approved_with_one_click_and_the_tab_follows(desk: Scene) -> None:
    """Opened by an approver before anything is proposed; each step is shown without opening it again."""
    await desk.avery.opens_home()
    await home(desk, desk.avery, "Nothing waits for your decision.")
    proposal = await desk.proposes()
    waiting = await home(desk, desk.avery, "Waiting for you", "asks: “allow support agents", proposal)
    assert {ids.APPROVE, ids.REJECT, ids.SHOW_CHANGES} <= set(offered(waiting))
    await desk.riley.opens_home()
    await home(desk, desk.riley, "Nothing waits for your decision.", "Yours", proposal)

    await desk.avery.clicks_in(waiting, ids.APPROVE)
    await newest(desk, proposal, "created, log-only, ACTIVE")
    policy = await policy_of(desk, proposal)
    assert policy is not None
    # The policies are those of the last look at the engine, which comes after the decision.
    stands = ("Decided lately", policy["name"], "process_refund · log-only")
    await home(desk, desk.avery, "Nothing waits for your decision.", *stands)
    await home(desk, desk.riley, "Decided lately", without="Yours")


async def test_a_form_that_is_opened_from_the_tab_says_what_is_wrong_and_what_it_did(desk: Scene) -> None:
    """Reject asks why; whoever may not is told in a direct message, since there is no channel here."""
    proposal = await desk.proposes()
    await desk.avery.opens_home()
    waiting = await home(desk, desk.avery, proposal)
    await desk.avery.clicks_in(waiting, ids.REJECT)
    form = await desk.form(desk.avery, "Why not?")
    assert (await desk.avery.submits(form, {"reason": "Not before the audit."}))["closed"]
    await newest(desk, proposal, "Rejected")
    await home(desk, desk.avery, "Nothing waits for your decision.", "Rejected")


async def test_policies_are_searched_paged_and_shown_with_what_was_recorded(desk: Scene) -> None:
    await everyone_may(desk)
    proposal = await desk.proposes(LIMIT)
    await approved(desk, proposal)
    await refunds(desk, 200)
    arn = (await desk.engine.call("list_gateways"))["items"][0]["gatewayId"]
    arn = (await desk.engine.call("get_gateway", gatewayIdentifier=arn))["gatewayArn"]
    for number in range(11):
        statement = f'forbid(principal, action, resource == AgentCore::Gateway::"{arn}") when {{ {number} == 99 }};'
        await desk.engine.creates(f"other_{number:02}", statement)
    await desk.avery.opens_home()
    first = await home(desk, desk.avery, "13 policies, page 1 of 2", "1 call matched, 1 would have been denied")
    assert "not made by policybot" in text_of(first)
    await desk.avery.clicks_in(first, ids.HOME_ON)
    await home(desk, desk.avery, "page 2 of 2", "other_10")
    searched = await desk.avery.clicks_in(await desk.avery.reads_home() or {}, ids.HOME_SEARCH, "other_03")
    assert searched["acknowledged"]
    one = await home(desk, desk.avery, "1 policy with “other_03” in them", "every tool · enforced")
    value = next(each["accessory"]["options"][0]["value"] for each in one["blocks"] if "accessory" in each)
    await desk.avery.clicks_in(one, ids.POLICY_MENU, value)

    async def shown() -> bool:
        forms = await desk.avery.reads_modals()
        return bool(forms) and "99" in view_text(forms[-1]) and "Not made by policybot" in view_text(forms[-1])

    assert await desk.until(shown)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (team.GUEST, "Guests cannot take part in reviews of rules."),
        (team.OUTSIDER, "Only members of the workspace that owns these rules"),
    ],
)
async def test_who_has_no_part_in_reviews_is_told_so_and_nothing_else(desk: Scene, who: str, said: str) -> None:
    await desk.proposes()
    await desk.person(who).opens_home()
    found = await home(desk, desk.person(who), said)
    assert len(found["blocks"]) == 1
