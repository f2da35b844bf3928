"""Who people are, who is in a group, what a channel is, against the embedded Slack: fresh, and closed by default."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.errors import ChatError, ChatUnavailable
from bot.review.people import ChannelInfo, Person
from bot.slack.client import http_session, web_client
from bot.slack.directory import SlackDirectory
from bot.workspace import Rates, WorkspaceConfig, serve, team
from bot.workspace.server import Served

APPROVERS = frozenset({team.APPROVER_AVERY, team.APPROVER_BLAIR})
BY_ID_AND_BY_HANDLE = [
    (team.APPROVERS_GROUP, "usergroups.users.list"),
    (team.APPROVERS_HANDLE, "usergroups.list"),
    (f"@{team.APPROVERS_HANDLE}", "usergroups.list"),
]


@dataclass
class Office:
    served: Served
    directory: SlackDirectory

    async def does(self, act: str, **arguments: Any) -> Any:
        return await self.served.client.perform(act, arguments)

    async def calls(self, method: str) -> int:
        return len(await self.does("reads_calls", method=method))

    async def asked(self, method: str) -> None:
        """Wait until Slack has this call and is about to answer it."""
        await self.served.workspace.wait_until(lambda: not self.served.workspace.faults.waiting)


@pytest.fixture
def scopes() -> frozenset[str] | None:
    return None


@pytest.fixture
async def office(scopes: frozenset[str] | None) -> AsyncIterator[Office]:
    config = WorkspaceConfig(rates=Rates(enforced=False), scopes=scopes)
    async with serve(config) as served, http_session() as session:
        client = web_client(served.bot_token, served.api_url, session)
        yield Office(served, SlackDirectory(client))


async def person(office: Office, user_id: str) -> Person:
    found = await office.directory.person(user_id)
    assert found is not None
    return found


async def test_people_are_told_apart(office: Office) -> None:
    member = await person(office, team.MEMBER)
    assert (member.team_id, member.is_guest, member.is_stranger, member.is_bot) == (team.TEAM_ID, False, False, False)
    assert (member.name, member.is_admin, member.is_owner) == ("morgan", False, False)
    assert (await person(office, team.GUEST)).is_guest
    assert (await person(office, team.BOT_USER)).is_bot
    blair = await person(office, team.APPROVER_BLAIR)
    assert (blair.is_admin, blair.is_owner) == (True, False)


async def test_somebody_of_another_company_is_told_by_the_team_and_called_a_stranger_only_when_nothing_is_shared(
    office: Office,
) -> None:
    met = await person(office, team.OUTSIDER)
    assert (met.team_id, met.is_stranger) == (team.OTHER_TEAM_ID, False)
    await office.does("removes", user=team.OUTSIDER, channel=team.SHARED, who=team.OUTSIDER)
    unmet = await person(office, team.OUTSIDER)
    assert (unmet.team_id, unmet.is_stranger) == (team.OTHER_TEAM_ID, True)


@pytest.mark.parametrize("role", ["is_owner", "is_primary_owner"])
async def test_an_owner_is_an_administrator_too(office: Office, role: str) -> None:
    await office.does("changes_user", user=team.MEMBER, **{role: True})
    owner = await person(office, team.MEMBER)
    assert (owner.is_admin, owner.is_owner) == (True, True)


async def test_a_single_channel_guest_is_a_guest(office: Office) -> None:
    await office.does("changes_user", user=team.MEMBER, is_ultra_restricted=True)
    assert (await person(office, team.MEMBER)).is_guest


async def test_an_unknown_person_is_nobody(office: Office) -> None:
    assert await office.directory.person("U0NOBODY") is None


async def test_an_account_that_was_just_switched_off_is_seen_at_the_next_question(office: Office) -> None:
    assert not (await person(office, team.APPROVER_BLAIR)).deleted
    await office.does("deactivates", user=team.APPROVER_BLAIR)
    gone = await person(office, team.APPROVER_BLAIR)
    assert (gone.deleted, gone.is_admin) == (True, False)


async def test_slack_that_cannot_say_who_somebody_is_is_no_answer(office: Office) -> None:
    await office.does("fault", kind="server_error", method="users.info")
    with pytest.raises(ChatUnavailable):
        await office.directory.person(team.MEMBER)


@pytest.mark.parametrize(("group", "method"), BY_ID_AND_BY_HANDLE)
async def test_a_group_is_known_by_its_id_and_by_its_handle(office: Office, group: str, method: str) -> None:
    assert await office.directory.members(group) == APPROVERS
    assert await office.calls(method) == 1


@pytest.mark.parametrize(("group", "method"), BY_ID_AND_BY_HANDLE)
async def test_whoever_was_just_taken_out_of_a_group_is_not_in_the_next_answer(
    office: Office, group: str, method: str
) -> None:
    assert await office.directory.members(group) == APPROVERS
    await office.does("leaves_usergroup", user=team.APPROVER_AVERY)
    assert await office.directory.members(group) == frozenset({team.APPROVER_BLAIR})
    assert await office.calls(method) == 2


@pytest.mark.parametrize(("group", "method"), BY_ID_AND_BY_HANDLE)
async def test_an_empty_group_is_empty_and_a_disabled_one_is_none(office: Office, group: str, method: str) -> None:
    await office.does("changes_usergroup", users=[])
    assert await office.directory.members(group) == frozenset()
    await office.does("changes_usergroup", users=[team.MEMBER], date_delete=1767225600)
    assert await office.directory.members(group) is None


@pytest.mark.parametrize("group", ["S0NOWHERE", "nobody-has-this", "", "@", "S0approvers", "policy"])
async def test_a_group_that_does_not_exist_is_none(office: Office, group: str) -> None:
    assert await office.directory.members(group) is None


@pytest.mark.parametrize("code", ["no_such_subteam", "missing_scope", "plan_upgrade_required", "permission_denied"])
@pytest.mark.parametrize(("group", "method"), BY_ID_AND_BY_HANDLE)
async def test_a_group_that_cannot_be_read_is_none(office: Office, group: str, method: str, code: str) -> None:
    await office.does("fault", kind="error", method=method, code=code)
    assert await office.directory.members(group) is None


@pytest.mark.parametrize("kind", ["server_error", "html", "ratelimited"])
@pytest.mark.parametrize(("group", "method"), BY_ID_AND_BY_HANDLE)
async def test_while_slack_cannot_say_no_earlier_answer_serves(
    office: Office, group: str, method: str, kind: str
) -> None:
    await office.directory.members(group)
    await office.does("fault", kind=kind, method=method)
    with pytest.raises(ChatUnavailable):
        await office.directory.members(group)


async def test_questions_of_the_same_moment_are_one_call(office: Office) -> None:
    await office.does("adds_usergroup", handle="security", users=[team.MEMBER])
    ask = office.directory.members
    answers = await asyncio.gather(
        ask(team.APPROVERS_GROUP), ask(team.APPROVERS_HANDLE), ask("security"), ask(team.APPROVERS_GROUP)
    )
    assert list(answers) == [APPROVERS, APPROVERS, frozenset({team.MEMBER}), APPROVERS]
    assert (await office.calls("usergroups.users.list"), await office.calls("usergroups.list")) == (1, 1)
    await asyncio.gather(*(office.directory.person(team.MEMBER) for _ in range(5)))
    assert await office.calls("users.info") == 1


async def test_a_question_does_not_take_the_answer_to_one_that_was_put_before_it(office: Office) -> None:
    """Slack's answer is held up; meanwhile somebody leaves the group, and is not in what is asked then."""
    await office.does("fault", kind="slow", method="usergroups.users.list", seconds=0.05)
    early = asyncio.ensure_future(office.directory.members(team.APPROVERS_GROUP))
    await office.asked("usergroups.users.list")
    late = [asyncio.ensure_future(office.directory.members(team.APPROVERS_GROUP)) for _ in range(3)]
    await office.does("leaves_usergroup", user=team.APPROVER_AVERY)
    assert await asyncio.gather(*late) == [frozenset({team.APPROVER_BLAIR})] * 3
    assert team.APPROVER_BLAIR in (await early or ())
    assert await office.calls("usergroups.users.list") == 2


async def test_one_who_gives_up_waiting_does_not_take_the_answer_from_the_others(office: Office) -> None:
    leaving, staying = (asyncio.ensure_future(office.directory.members(team.APPROVERS_GROUP)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == APPROVERS
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_channels_are_told_apart(office: Office) -> None:
    ask = office.directory.channel
    rules = ChannelInfo(team.AGENT_RULES, "agent-rules", shared=False, private=False, archived=False, member=True)
    assert await ask(team.AGENT_RULES) == rules
    assert await ask(team.SHARED) == ChannelInfo(team.SHARED, "partners", True, False, False, True)
    assert await ask(team.WITHOUT_BOT) == ChannelInfo(team.WITHOUT_BOT, "water-cooler", False, False, False, False)
    assert await ask(team.ARCHIVED) == ChannelInfo(team.ARCHIVED, "old-rules", False, False, True, True)
    assert await ask(team.PRIVATE) is None
    assert await ask("C0NOWHERE") is None
    await office.does("invites", user=team.REQUESTER, channel=team.PRIVATE)
    assert await ask(team.PRIVATE) == ChannelInfo(team.PRIVATE, "incident-room", False, True, False, True)


@pytest.mark.parametrize("pending", [False, True])
async def test_a_channel_that_was_just_shared_is_shared_and_so_is_one_to_which_a_company_is_invited(
    office: Office, pending: bool
) -> None:
    before = await office.directory.channel(team.AGENT_RULES)
    await office.does("shares_channel", channel=team.AGENT_RULES, pending=pending)
    after = await office.directory.channel(team.AGENT_RULES)
    assert before is not None
    assert after is not None
    assert (before.shared, after.shared) == (False, True)


@pytest.mark.parametrize(
    ("facts", "shared"),
    [
        ({"is_shared": True, "is_org_shared": True, "shared_team_ids": [team.TEAM_ID, "T2"]}, False),
        (
            {
                "is_shared": True,
                "is_org_shared": True,
                "shared_team_ids": [team.TEAM_ID, "T2"],
                "internal_team_ids": [team.TEAM_ID, "T2"],
            },
            False,
        ),
        (
            {
                "is_shared": True,
                "is_org_shared": True,
                "shared_team_ids": [team.TEAM_ID, "T2", "T3"],
                "internal_team_ids": [team.TEAM_ID, "T2"],
            },
            True,
        ),
        ({"is_shared": True, "is_org_shared": True, "is_ext_shared": True}, True),
        ({"is_org_shared": True, "connected_team_ids": ["T3"]}, True),
        ({"is_org_shared": True, "pending_connected_team_ids": ["T3"]}, True),
        ({"pending_shared": ["T3"]}, True),
        ({"is_shared": True}, True),
    ],
)
async def test_a_channel_within_one_organisation_is_not_shared_and_one_with_anybody_else_is(
    office: Office, facts: dict[str, Any], shared: bool
) -> None:
    await office.does("changes_channel", channel=team.AGENT_RULES, **facts)
    found = await office.directory.channel(team.AGENT_RULES)
    assert found is not None
    assert found.shared is shared


async def test_a_channel_that_slack_cannot_describe_now_is_no_answer(office: Office) -> None:
    await office.does("fault", kind="server_error", method="conversations.info")
    with pytest.raises(ChatUnavailable):
        await office.directory.channel(team.AGENT_RULES)


class TestWithoutScopes:
    """An app that was installed without a scope: nobody is in a group, and no channel passes for one of our own."""

    @pytest.fixture
    def scopes(self) -> frozenset[str]:
        return frozenset({"chat:write", "users:read", "channels:read"})

    async def test_a_group_is_none(self, office: Office) -> None:
        assert await office.directory.members(team.APPROVERS_GROUP) is None
        assert await office.directory.members(team.APPROVERS_HANDLE) is None

    async def test_a_private_channel_cannot_be_told(self, office: Office) -> None:
        await office.does("invites", user=team.REQUESTER, channel=team.PRIVATE)
        assert await office.directory.channel(team.AGENT_RULES) is not None
        with pytest.raises(ChatError) as raised:
            await office.directory.channel(team.PRIVATE)
        assert raised.value.code == "missing_scope"
