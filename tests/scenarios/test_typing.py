"""What people type after `/policy`, and where: every wrong thing gets a sentence that helps, and has no effect."""

from __future__ import annotations

import json
import re

import pytest

from bot.workspace import team
from tests.support.scene import REFUND_RULE, Scene

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("who", "channel", "sentence"),
    [
        (team.REQUESTER, team.WITHOUT_BOT, "Invite me with /invite @policybot"),
        (team.REQUESTER, team.PRIVATE, "Invite me with /invite @policybot"),
        (team.REQUESTER, team.DIRECT_HUMANS, "Type the command in a channel that I am in."),
        (team.REQUESTER, "the bot's direct message", "Type the command in a channel that I am in."),
        (team.REQUESTER, team.ARCHIVED, "Propose the rule in another channel."),
        (team.GUEST, team.AGENT_RULES, "Ask a full member of the workspace"),
        (team.OUTSIDER, team.SHARED, "Ask a member of it to do it for you."),
    ],
)
async def test_where_or_by_whom_no_rule_is_proposed(desk: Scene, who: str, channel: str, sentence: str) -> None:
    """In private it says what to do instead; nothing is posted and no generation is started."""
    person = desk.person(who)
    if channel == "the bot's direct message":
        channel = (await desk.client.perform("opens_direct", {"user": who}))["channel"]
    before, heard = len(await desk.engine.generations()), len(await desk.heard(person))
    standing = await desk.client.perform("reads_channel", {"channel": channel})

    answer = await person.types(f"/policy {REFUND_RULE}", channel)
    assert answer["acknowledged"]
    await desk.told(person, sentence, after=heard)
    assert len(await desk.engine.generations()) == before
    assert await desk.client.perform("reads_channel", {"channel": channel}) == standing


async def test_after_an_invitation_the_rule_is_reviewed(desk: Scene) -> None:
    """Whoever follows the sentence and invites the bot gets the review there."""
    heard = len(await desk.heard(desk.riley))
    await desk.riley.types(f"/policy {REFUND_RULE}", team.WITHOUT_BOT)
    await desk.told(desk.riley, "/invite @policybot", after=heard)
    await desk.riley.invites(team.WITHOUT_BOT, team.BOT_USER)
    proposal = await desk.proposes(channel=team.WITHOUT_BOT)

    async def reviewed() -> bool:
        return "card/1" in await desk.messages(proposal, team.WITHOUT_BOT)

    assert await desk.until(reviewed)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("x" * 2001, "2001 characters and 2000 is the most"),
        ("🎉🎉 🚀", "no words in it"),
        (":tada: :rocket:", "no words in it"),
        ("123 456 !!", "no words in it"),
        ("allow support\u0000 agents", "invisible character (U+0000) at position 14"),
        ("allow sup\u200bport agents", "invisible character (U+200B, zero width space) at position 10"),
        ("allow \u202esupport agents", "invisible character (U+202E, right-to-left override) at position 7"),
        ("allow \u001b[31msupport agents", "invisible character (U+001B) at position 7"),
    ],
)
async def test_what_is_no_rule_is_refused_at_once(desk: Scene, rule: str, sentence: str) -> None:
    """The acknowledgement itself says what is wrong; nothing is posted and nothing reaches the control plane."""
    before = len(await desk.engine.generations())
    standing = await desk.riley.reads(team.AGENT_RULES)
    answer = await desk.riley.types(f"/policy {rule}", team.AGENT_RULES)
    assert sentence in answer["ack"]["text"]
    assert len(await desk.engine.generations()) == before
    assert await desk.riley.reads(team.AGENT_RULES) == standing


@pytest.mark.parametrize("typed", ["/policy help", "/policy HELP", "/policy ?"])
async def test_help_is_an_answer_in_private(desk: Scene, typed: str) -> None:
    """With an example to copy; nobody else sees it."""
    standing = await desk.riley.reads(team.AGENT_RULES)
    answer = await desk.riley.types(typed, team.AGENT_RULES)
    assert "/policy allow users with role support-agent to call " in json.dumps(answer["ack"]["blocks"])
    assert answer["ack"]["response_type"] == "ephemeral"
    assert await desk.riley.reads(team.AGENT_RULES) == standing


async def test_status_lists_what_is_open_and_shows_one_that_ended(desk: Scene) -> None:
    """`status` names the open proposals of the channel, `status ID` one of them, in any case of letters."""
    proposal = await desk.proposes("allow billing agents to cancel orders")
    await desk.card(proposal)
    listed = await desk.riley.types("/policy status", team.AGENT_RULES)
    assert f"{proposal}: In review in the thread: 1 draft waits for a decision." in listed["ack"]["text"]
    one = await desk.avery.types(f"/policy status {proposal.lower()}", team.AGENT_RULES)
    assert one["ack"]["text"].startswith(f"{proposal}: In review")


@pytest.mark.parametrize("proposal", ["P-NOSUCH", "nonsense", "*", "<!channel>"])
async def test_status_of_what_is_not_there_says_so(desk: Scene, proposal: str) -> None:
    """An unknown id is named in the answer, which tells how to list the known ones."""
    answer = await desk.riley.types(f"/policy status {proposal}", team.AGENT_RULES)
    assert "There is no proposal" in answer["ack"]["text"]
    assert "/policy status for the open ones" in answer["ack"]["text"].replace("\u200b", "")


async def test_another_channels_proposal_is_not_shown_to_others(desk: Scene) -> None:
    """Somebody who neither asked nor sits in the channel does not learn of a proposal by guessing its id."""
    proposal = await desk.proposes("allow billing agents to open tickets")
    await desk.card(proposal)
    answer = await desk.person(team.MEMBER).types(f"/policy status {proposal}", team.SHARED)
    assert "There is no proposal" in answer["ack"]["text"]


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ("allow support agents to use the flux capacitor tool", "flux capacitor"),
        ("erlaube dem Support die Rückerstattung", "erlaube"),
    ],
)
async def test_a_rule_that_cannot_be_translated_says_which_words(desk: Scene, rule: str, named: str) -> None:
    """A tool that is not there, another language: the thread names the culprit and what to type."""
    proposal = await desk.proposes(rule)
    (card,) = (await desk.settled(proposal, "could not become a policy"))["card/1"]
    why = card["shown"].partition("Not understood")[2]
    assert named in why, card["shown"]
    assert "name one" in why or "Start with a verb" in why
    assert await desk.engine.made_for(proposal) == []


HOSTILE = (
    "allow <!channel> <!here> <@U0AVERYAPP> <!subteam^S0APPROVERS> <https://evil.example|click> *b* _i_ `c` "
    "to call refund tool"
)


@pytest.mark.parametrize(
    "rule",
    [
        HOSTILE,
        "allow @channel @here @avery @policy-approvers http://evil.example to call refund tool",
        "allow ~x~ > quote \n• bullets ``` code & &lt;!channel&gt; &amp;lt;!here&amp;gt; to call refund tool",
    ],
)
async def test_a_rule_notifies_nobody_and_renders_no_link(desk: Scene, rule: str) -> None:
    """Mentions, links and formatting in a rule are shown as they were typed, everywhere, and do nothing."""
    proposal = await desk.proposes(rule)
    messages = [message for kind in (await desk.settled(proposal, "")).values() for message in kind]
    status = await desk.riley.types(f"/policy status {proposal}", team.AGENT_RULES)
    for message in messages:
        assert set(message["notified"]) <= {team.REQUESTER}
        for text in _mrkdwn([message["blocks"], {"type": "mrkdwn", "text": message["text"]}]):
            assert "<!" not in text
            assert "<http" not in text
            assert f"<@{team.APPROVER_AVERY}" not in text
        assert not _of_type(message["blocks"], "link", "broadcast", "usergroup")
        assert {found["user_id"] for found in _of_type(message["blocks"], "user")} <= {team.REQUESTER}
    (parent,) = (await desk.messages(proposal))["parent"]
    assert "http" not in rule or "evil.example" in parent["shown"]
    assert "<!" not in status["ack"]["text"]
    called = await desk.client.perform("reads_notifications", {})
    own = {message["ts"] for message in messages}
    assert {each["user"] for each in called if each["ts"] in own} <= {team.REQUESTER}


def _of_type(part: object, *kinds: str) -> list[dict[str, str]]:
    if isinstance(part, list):
        return [found for each in part for found in _of_type(each, *kinds)]
    if isinstance(part, dict):
        own = [part] if part.get("type") in kinds else []
        return own + [found for each in part.values() for found in _of_type(each, *kinds)]
    return []


def _mrkdwn(part: object) -> list[str]:
    return [found["text"] for found in _of_type(part, "mrkdwn")]


async def test_help_has_a_rule_that_works_at_this_gateway(desk: Scene) -> None:
    """What it says to type is typed, and becomes a policy that can be reviewed."""
    answer = await desk.riley.types("/policy help", team.AGENT_RULES)
    shown = json.dumps(answer["ack"]["blocks"])
    example = re.search(r"/policy (allow users with role support-agent to call \w+)", shown)
    assert example
    assert "blocks nothing until it is promoted" in shown
    assert await desk.card(await desk.proposes(example[1]))
    guest = await desk.person(team.GUEST).types("/policy help", team.AGENT_RULES)
    assert "allow ROLE to call TOOL" in json.dumps(guest["ack"]["blocks"])
