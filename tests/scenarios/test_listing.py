"""Who may do what, which policies stand and what became of them: in private, for those who have a part in it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.workspace import team
from bot.workspace.people import Person
from tests.support.scene import Json, Scene, config, proposal_in, scene, view_text

pytestmark = pytest.mark.asyncio(loop_scope="session")

ELSEWHERE = """permit(
  principal,
  action == AgentCore::Action::"{action}",
  resource == AgentCore::Gateway::"{gateway}"
);"""


async def opened(desk: Scene, person: Person, command: str, *said: str, channel: str = team.AGENT_RULES) -> Json:
    """The modal that a command opens, once it says all of `said`; it is closed by whoever types the next one."""
    for view in reversed(await person.reads_modals()):
        await person.closes(view)
    answer = await person.types(command, channel)
    assert answer["acknowledged"], answer
    return await top(desk, person, *said)


async def top(desk: Scene, person: Person, *said: str) -> Json:
    """The modal on top, once it says all of `said`."""
    seen = ""

    async def look() -> Json | None:
        nonlocal seen
        stack = await person.reads_modals()
        seen = _all(stack[-1]) if stack else "no modal"
        return stack[-1] if stack and all(part in seen for part in said) else None

    try:
        return await desk.until(look)
    except TimeoutError:
        raise AssertionError(f"never said {said}: {seen}") from None


def _all(view: Json) -> str:
    """What a modal says, with the people and the groups that it names."""
    return f"{view_text(view)}\n{json.dumps(view, ensure_ascii=False)}"


async def enacted(desk: Scene, rule: str) -> tuple[str, str]:
    """A rule that went the whole way: the proposal's id and its policy's name."""
    proposal = await desk.proposes(rule)
    card = await desk.card(proposal)
    await desk.avery.clicks(card, "draft.approve")
    await desk.settled(proposal, "ACTIVE")
    (policy,) = await desk.engine.made_for(proposal)
    return proposal, policy["name"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lived() -> AsyncIterator[Scene]:
    """A scene in which one policy came of a rule, and one was made by an operator."""
    async with scene(config()) as found:
        await enacted(found, "allow support agents to call refund tool")
        policies = await found.engine.policies()
        statement = policies[0]["definition"]["cedar"]["statement"]
        await found.engine.creates("made_elsewhere", statement)
        yield found


async def test_who_says_who_may_decide_and_what_an_approval_takes(desk: Scene) -> None:
    """Groups with the people in them now, and the votes that a change of one's own would take."""
    view = await opened(desk, desk.riley, "/policy who", "Approve a change")
    text = _all(view)
    assert "A new permit, which allows more: " in text
    assert "1 vote" in text
    assert team.APPROVERS_GROUP in text
    assert team.APPROVER_AVERY in text
    assert "every full member of this workspace" in text
    assert "whoever proposed it" in text


async def test_who_does_not_count_the_asker_for_a_change_of_their_own(desk: Scene) -> None:
    """An approver who asks is not among those who could approve what they propose."""
    view = await opened(desk, desk.avery, "/policy who", "What an approval takes")
    takes = next(block for block in view["blocks"] if "What an approval takes" in json.dumps(block))
    assert team.APPROVER_BLAIR in json.dumps(takes)
    assert team.APPROVER_AVERY not in json.dumps(takes)


async def test_who_says_in_words_that_nobody_can(fresh: Scene) -> None:
    """An empty group of approvers is named before anybody proposes in vain."""
    await fresh.client.perform("changes_usergroup", {"usergroup": team.APPROVERS_GROUP, "users": []})
    view = await opened(fresh, fresh.riley, "/policy who", "Nobody can approve it now")
    assert "nobody now." in view_text(view)
    assert "has nobody in it" in view_text(view)


async def test_who_in_a_shared_channel_says_why_nothing_can_be_proposed(desk: Scene) -> None:
    """A member is told the reason that governance has; the outsider beside them is told nothing else than no."""
    await opened(desk, desk.riley, "/policy who", "People of another company are in this channel", channel=team.SHARED)
    orla = desk.person(team.OUTSIDER)
    view = await opened(desk, orla, "/policy who", "Only members of the workspace", channel=team.SHARED)
    assert "Approve a change" not in view_text(view)


async def test_the_list_has_every_policy_with_who_made_it(lived: Scene) -> None:
    """What policybot made names proposal and people; what it did not make says so."""
    (made,) = [each for each in await lived.engine.policies() if each["name"] != "made_elsewhere"]
    view = await opened(lived, lived.riley, "/policy list", "made_elsewhere", made["name"])
    text = _all(view)
    assert "log-only · status ACTIVE" in text
    assert "enforced · status ACTIVE" in text
    assert "Not made by policybot" in text
    assert f"approved by <@{team.APPROVER_AVERY}>" in text
    assert "refund" in view_text(view)


async def test_the_list_can_be_narrowed(lived: Scene) -> None:
    """`list TEXT` has those with the text in them, and says so when there are none."""
    view = await opened(lived, lived.riley, "/policy list elsewhere", "1 policy with “elsewhere” in them")
    assert "made_elsewhere" in view_text(view)
    await opened(lived, lived.riley, "/policy list zebra", "There are no policies with “zebra” in them")


async def test_show_has_the_whole_policy_and_history_its_record(lived: Scene) -> None:
    """The Cedar, what it says, who made it; then from the proposal to the effect, the newest last."""
    (made,) = [each for each in await lived.engine.policies() if each["name"] != "made_elsewhere"]
    shown = await opened(lived, lived.riley, f"/policy show {made['name']}", "permit")
    assert 'AgentCore::Action::"' in view_text(shown)
    view = await opened(lived, lived.riley, f"/policy history {made['name']}", "in effect")
    text = view_text(view)
    steps = ["proposed", "shown for review", "voted to approve version 1", "approved", "sent to AgentCore", "in effect"]
    places = [text.index(step) for step in steps]
    assert places == sorted(places), text
    assert "allow support agents to call refund tool" in text
    await opened(lived, lived.riley, "/policy history made_elsewhere", "policybot has no record of made_elsewhere")


async def test_history_of_a_proposal_is_for_its_channel_and_its_requester(lived: Scene) -> None:
    """By its id in any case of letters; somebody elsewhere does not learn that it exists."""
    proposal = proposal_in(
        (await lived.riley.types("/policy allow billing agents to cancel orders", team.AGENT_RULES))["ack"]["text"]
    )
    await lived.card(proposal)
    await opened(lived, lived.avery, f"/policy history {proposal.lower()}", "allow billing agents to cancel orders")
    other = lived.person(team.MEMBER)
    view = await opened(lived, other, f"/policy history {proposal}", "There is no proposal", channel=team.WITHOUT_BOT)
    assert "cancel" not in view_text(view)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/policy show refnd", "There is no policy refnd on this channel's policy engine. Type /policy list"),
        ("/policy show made_elsewhree", "Did you mean made_elsewhere? Type /policy list"),
        (
            "/policy history nothing_here",
            "There is no policy nothing_here on this channel's policy engine. Type /policy list",
        ),
        ("/policy history P-ZZZZZZ", "There is no proposal P-ZZZZZZ"),
    ],
)
async def test_what_is_not_there_is_said_with_what_there_is(lived: Scene, command: str, said: str) -> None:
    await opened(lived, lived.riley, command, said)


@pytest.mark.parametrize("command", ["/policy list", "/policy show made_elsewhere", "/policy history made_elsewhere"])
@pytest.mark.parametrize(
    ("who", "channel", "reason"),
    [
        (team.OUTSIDER, team.SHARED, "Only members of the workspace that owns these rules"),
        (team.REQUESTER, team.SHARED, "People of another company are in this channel"),
        (team.GUEST, team.AGENT_RULES, "Guests cannot take part"),
        (team.REQUESTER, team.DIRECT_HUMANS, "in a channel that I am in"),
        (team.REQUESTER, team.PRIVATE, "I cannot see this channel"),
    ],
)
async def test_who_may_not_propose_sees_no_policy(
    lived: Scene, command: str, who: str, channel: str, reason: str
) -> None:
    """The reason, and neither a name nor a word of Cedar."""
    view = await opened(lived, lived.person(who), command, reason, channel=channel)
    assert "made_elsewhere" not in view_text(view)
    assert "permit" not in view_text(view)


async def test_an_outsiders_status_shows_nothing(lived: Scene) -> None:
    """Not even that there are proposals in the channel that they share."""
    orla = lived.person(team.OUTSIDER)
    answer = await orla.types("/policy status", team.SHARED)
    assert "Only members of the workspace" in answer["ack"]["text"]
    assert "P-" not in json.dumps(answer["ack"])


async def test_somebody_who_may_not_propose_is_told_only_that(desk: Scene) -> None:
    """The acknowledgement is the refusal: no id, nothing saved, nothing posted."""
    standing = await desk.riley.reads(team.AGENT_RULES)
    answer = await desk.person(team.GUEST).types("/policy allow support agents to call refund tool", team.AGENT_RULES)
    assert answer["ack"]["text"].startswith("Guests cannot take part in reviews of rules.")
    assert "saved" not in answer["ack"]["text"]
    assert await desk.riley.reads(team.AGENT_RULES) == standing


async def test_while_slack_does_not_say_who_somebody_is_nothing_is_claimed(fresh: Scene) -> None:
    """The rule is kept, the answer says what is not known yet, and the review comes once it is."""
    await fresh.fault("ratelimited", "users.info")
    answer = await fresh.riley.types("/policy allow support agents to call refund tool", team.AGENT_RULES)
    text = answer["ack"]["text"]
    assert "Slack did not tell me in time whether you may propose rules here." in text
    await fresh.card(proposal_in(text))


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("lst", "Did you mean /policy list?"),
        ("histroy made_elsewhere", "Did you mean /policy history made_elsewhere?"),
        ("show", "Say which: /policy show NAME."),
        ("wo", "Did you mean /policy who?"),
    ],
)
async def test_a_slip_of_the_keys_is_offered_and_not_taken_as_a_rule(desk: Scene, typed: str, offered: str) -> None:
    before = len(await desk.engine.generations())
    answer = await desk.riley.types(f"/policy {typed}", team.AGENT_RULES)
    assert offered in answer["ack"]["text"]
    assert len(await desk.engine.generations()) == before


async def test_a_policy_made_elsewhere_is_revoked_through_a_review(fresh: Scene) -> None:
    """Menu, form, review in a thread of its own, approval: then it is gone, and the record says how."""
    _, name = await enacted(fresh, "allow support agents to call refund tool")
    (made,) = [each for each in await fresh.engine.policies() if each["name"] == name]
    elsewhere = await fresh.engine.creates("made_elsewhere", made["definition"]["cedar"]["statement"])
    policy_id = elsewhere["policyId"]
    listed = await opened(fresh, fresh.riley, "/policy list", "made_elsewhere")
    await fresh.riley.clicks_in(listed, "policy.menu", f"policy.revoke:{policy_id}")
    form = await top(fresh, fresh.riley, "This opens a review in the channel")
    assert len(await fresh.riley.reads_modals()) == 2
    await fresh.riley.submits(form, {"policy.why": {"why": "Nobody uses it."}})
    saved = await top(fresh, fresh.riley, "Your proposal is saved as")
    proposal = proposal_in(view_text(saved))
    await fresh.message(proposal, "parent")
    card = await fresh.card(proposal, "made_elsewhere")
    assert [each["name"] for each in await fresh.engine.policies()].count("made_elsewhere") == 1
    await fresh.avery.clicks(card, "draft.approve")

    async def gone() -> bool:
        return "made_elsewhere" not in [each["name"] for each in await fresh.engine.policies()]

    assert await fresh.until(gone)
    await opened(fresh, fresh.riley, "/policy history made_elsewhere", "Nobody uses it.", "revoke made_elsewhere")


async def test_an_act_on_what_is_gone_meanwhile_is_refused_in_the_form(fresh: Scene) -> None:
    """The list was read before somebody else deleted the policy."""
    _, name = await enacted(fresh, "allow support agents to call refund tool")
    (made,) = [each for each in await fresh.engine.policies() if each["name"] == name]
    listed = await opened(fresh, fresh.riley, "/policy list", name)
    await fresh.riley.clicks_in(listed, "policy.menu", f"policy.promote:{made['policyId']}")
    form = await top(fresh, fresh.riley, "This opens a review in the channel")
    await fresh.engine.call("delete_policy", policyEngineId=fresh.engine.engine_id, policyId=made["policyId"])
    await fresh.riley.submits(form, {})
    await top(fresh, fresh.riley, "There is no such policy on this channel's policy engine any more.")


async def test_a_long_list_has_pages(tmp_path: Path) -> None:
    """Ten a page; Next and Previous turn it in place."""
    async with scene(config()) as crowded:
        _, name = await enacted(crowded, "allow support agents to call refund tool")
        (made,) = await crowded.engine.policies()
        for number in range(11):
            await crowded.engine.creates(f"zz_{number:02}", made["definition"]["cedar"]["statement"])
        first = await opened(crowded, crowded.riley, "/policy list", "12 policies, page 1 of 2", name)
        assert "zz_10" not in view_text(first)
        await crowded.riley.clicks_in(first, "policy.on", "2")
        second = await top(crowded, crowded.riley, "page 2 of 2", "zz_10")
        assert name not in view_text(second)
        await crowded.riley.clicks_in(second, "policy.back", "1")
        await top(crowded, crowded.riley, "page 1 of 2", name)


async def test_the_tools_of_the_gateway_are_listed_in_private(desk: Scene) -> None:
    await desk.riley.types("/policy tools refund", team.AGENT_RULES)

    async def listed() -> str | None:
        forms = await desk.riley.reads_modals()
        text = view_text(forms[-1]) if forms else ""
        return text if "process_refund" in text else None

    text = await desk.until(listed)
    assert "amount (" in text
    assert "get_order" not in text
