"""Who people are and who may approve, against the embedded Slack: fresh, and closed by default."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.errors import ChatUnavailable
from bot.review.model import Person
from bot.slack.client import http_session, web_client
from bot.slack.directory import SlackDirectory
from bot.workspace import WorkspaceConfig, serve, team
from bot.workspace.server import Served


@dataclass
class Office:
    served: Served
    directory: SlackDirectory
    now: list[float] = field(default_factory=lambda: [0.0])

    async def does(self, act: str, **arguments: Any) -> Any:
        return await self.served.client.perform(act, arguments)

    async def calls(self, method: str) -> int:
        return len(await self.does("reads_calls", method=method))


@pytest.fixture
def groups() -> tuple[str, ...]:
    return (team.APPROVERS_GROUP,)


@pytest.fixture
async def office(groups: tuple[str, ...]) -> AsyncIterator[Office]:
    async with serve(WorkspaceConfig()) as served, http_session() as session:
        now = [0.0]
        client = web_client(served.bot_token, served.api_url, session)
        directory = SlackDirectory(client, users=["U_STATIC"], groups=groups, clock=lambda: now[0])
        yield Office(served, directory, now)


async def person(office: Office, user_id: str) -> Person:
    found = await office.directory.person(user_id)
    assert found is not None
    return found


async def test_people_are_told_apart(office: Office) -> None:
    member = await person(office, team.MEMBER)
    assert (member.team_id, member.is_guest, member.is_stranger, member.is_bot) == (team.TEAM_ID, False, False, False)
    assert member.name == "morgan"
    assert (await person(office, team.GUEST)).is_guest
    outsider = await person(office, team.OUTSIDER)
    assert outsider.is_stranger
    assert outsider.team_id == team.OTHER_TEAM_ID
    assert (await person(office, team.BOT_USER)).is_bot


async def test_an_unknown_person_is_nobody(office: Office) -> None:
    assert await office.directory.person("U0NOBODY") is None


async def test_a_person_is_remembered_for_a_moment_and_not_longer(office: Office) -> None:
    assert not (await person(office, team.MEMBER)).deleted
    await office.does("changes_user", user=team.MEMBER, deleted=True)
    office.now[0] = 1.9
    assert not (await person(office, team.MEMBER)).deleted
    office.now[0] = 2.1
    assert (await person(office, team.MEMBER)).deleted


async def test_slack_that_cannot_say_who_somebody_is_is_no_answer(office: Office) -> None:
    await office.does("fault", kind="server_error", method="users.info")
    with pytest.raises(ChatUnavailable):
        await office.directory.person(team.MEMBER)


async def test_approvers_are_the_named_and_the_members_of_groups(office: Office) -> None:
    assert await office.directory.approvers() == {"U_STATIC", team.APPROVER_AVERY, team.APPROVER_BLAIR}


async def test_an_empty_group_is_nobody(office: Office) -> None:
    await office.does("changes_usergroup", users=[])
    assert await office.directory.approvers() == {"U_STATIC"}


async def test_a_disabled_group_is_nobody(office: Office) -> None:
    await office.does("changes_usergroup", date_delete=1767225600)
    assert await office.directory.approvers() == {"U_STATIC"}


@pytest.mark.parametrize("code", ["no_such_subteam", "missing_scope", "plan_upgrade_required", "permission_denied"])
async def test_a_group_that_cannot_be_read_is_nobody(office: Office, code: str) -> None:
    await office.does("fault", kind="error", method="usergroups.users.list", code=code)
    assert await office.directory.approvers() == {"U_STATIC"}


async def test_somebody_taken_out_of_the_group_cannot_approve_at_the_next_click(office: Office) -> None:
    await office.directory.approvers()
    await office.does("changes_usergroup", users=[team.APPROVER_BLAIR])
    office.now[0] = 2.5
    assert await office.directory.approvers() == {"U_STATIC", team.APPROVER_BLAIR}


async def test_clicks_that_come_together_ask_once(office: Office) -> None:
    await office.directory.approvers()
    office.now[0] = 1.0
    await office.directory.approvers()
    assert await office.calls("usergroups.users.list") == 1


async def test_while_slack_is_down_the_last_answer_serves_for_a_short_time(office: Office) -> None:
    known = await office.directory.approvers()
    await office.does("fault", kind="server_error", method="usergroups.users.list", times=2)
    office.now[0] = 80
    assert await office.directory.approvers() == known
    office.now[0] = 91
    with pytest.raises(ChatUnavailable):
        await office.directory.approvers()


class TestUnknownGroup:
    """A group that does not exist lets nobody approve."""

    @pytest.fixture
    def groups(self) -> tuple[str, ...]:
        return ("S0NOWHERE",)

    async def test_it_is_nobody(self, office: Office) -> None:
        assert await office.directory.approvers() == {"U_STATIC"}
