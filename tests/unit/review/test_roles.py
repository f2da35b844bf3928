"""Who may do what, learned from governance and from Slack as both are now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.errors import Refused
from bot.governance import Action, Governance
from bot.review.authority import Authority
from bot.review.errors import Reason
from bot.review.options import Options
from bot.review.people import ChannelInfo, Person
from bot.review.place import Asker
from bot.review.roles import ASKED_OF_A_GROUP, AskRoles, Role, Roles
from bot.review.routes import everywhere
from tests.support.world import APPROVERS, ENGINE, GATEWAY, FakeDirectory, MovableClock, World

TWO_GROUPS = """
@id("members-propose") permit (principal, action == Action::"propose", resource) when { !principal.outsider };
@id("security") @quorum("2") @group("S0SECURITY")
permit (principal in Group::"S0SECURITY", action == Action::"approve", resource);
@id("payments") @quorum("1") @group("S0PAYMENTS")
permit (principal in Group::"S0PAYMENTS", action == Action::"approve", resource) when { resource.widens };
@id("by-name") permit (principal == Person::"U0NAMED", action == Action::"export", resource);
@id("no-self") forbid (principal, action == Action::"approve", resource) when { resource.requester == principal };
"""


@pytest.fixture
def world() -> Iterator[World]:
    found = World()
    found.people["U0NAMED"] = Person("U0NAMED", "T1")
    yield found
    found.close()


class Groups(FakeDirectory):
    """User groups by their members; None for one that Slack does not list."""

    def __init__(self, world: World, **groups: frozenset[str] | None) -> None:
        super().__init__(world)
        self.groups = groups
        self.seen: list[str] = []

    async def person(self, team: str, user_id: str) -> Person | None:
        self.seen.append(user_id)
        return await super().person(team, user_id)

    async def members(self, team: str, group: str) -> frozenset[str] | None:
        return self.groups.get(group)


class Hidden(FakeDirectory):
    """Slack shows no channel."""

    async def channel(self, team: str, channel_id: str) -> ChannelInfo | None:
        return None


async def roles(directory: FakeDirectory, text: str = "", user: str = "U_ASKS", channel: str = "C1") -> Roles:
    governance = Governance.of(text) if text else Governance.default((APPROVERS,))
    authority = Authority(directory, lambda _team, _engine, _gateway: governance)
    asking = AskRoles(authority, MovableClock(), Options(everywhere(ENGINE, GATEWAY)))
    return await asking.roles(Asker("T1", channel, user, "T1"))


def of(found: Roles, action: Action) -> Role:
    return next(role for role in found.roles if role.action is action)


async def test_every_action_is_answered(world: World) -> None:
    """Members, the requester, administrators, a group with those of it who may."""
    found = await roles(Groups(world, **{APPROVERS: frozenset({"U_APPROVES", "U_GUEST", "U_GONE"})}))
    assert {role.action for role in found.roles} == set(Action)
    assert of(found, Action.PROPOSE).members
    assert of(found, Action.WITHDRAW).requester
    assert of(found, Action.CONFIGURE).admins
    (group,) = of(found, Action.APPROVE).groups
    assert (group.name, group.able, group.size) == (APPROVERS, ("U_APPROVES",), 3)


async def test_an_approval_takes_votes_of_both_groups_where_it_widens(world: World) -> None:
    """Each requirement with who could meet it now; of a change that narrows, one group is enough."""
    groups = Groups(world, S0SECURITY=frozenset({"U_APPROVES", "U_SECOND"}), S0PAYMENTS=frozenset({"U_MEMBER"}))
    permit, forbid, promote, revoke = (await roles(groups, TWO_GROUPS)).approvals
    for widens in (permit, promote):
        needs = {need.group: (need.quorum, people) for need, people in widens.needs}
        assert needs == {"S0SECURITY": (2, ("U_APPROVES", "U_SECOND")), "S0PAYMENTS": (1, ("U_MEMBER",))}
        assert widens.enough
    for narrows in (forbid, revoke):
        assert [need.group for need, _ in narrows.needs] == ["S0SECURITY"]


async def test_who_is_named_alone_is_named(world: World) -> None:
    groups = Groups(world, S0SECURITY=frozenset(), S0PAYMENTS=frozenset())
    assert of(await roles(groups, TWO_GROUPS), Action.EXPORT).people == ("U0NAMED",)


async def test_the_askers_own_vote_is_not_among_those_that_their_change_takes(world: World) -> None:
    """Then one of two is too few, and it is known before anything is proposed."""
    groups = Groups(world, S0SECURITY=frozenset({"U_APPROVES", "U_ASKS"}), S0PAYMENTS=frozenset({"U_MEMBER"}))
    _, forbid, _, _ = (await roles(groups, TWO_GROUPS)).approvals
    ((_, people),) = forbid.needs
    assert (people, forbid.enough) == (("U_APPROVES",), False)


@pytest.mark.parametrize(("members", "size"), [(None, None), (frozenset(), 0)])
async def test_a_group_that_is_empty_or_cannot_be_read_makes_nobody(
    world: World, members: frozenset[str] | None, size: int | None
) -> None:
    found = await roles(Groups(world, **{APPROVERS: members}))
    role = of(found, Action.APPROVE)
    assert role.nobody
    assert [group.size for group in role.groups] == [size]
    assert not any(approval.enough for approval in found.approvals)


async def test_nobody_may_for_a_reason(world: World) -> None:
    """What a forbid refuses to all of a channel is said with its reason."""
    world.shared = {"C1"}
    role = of(await roles(FakeDirectory(world)), Action.PROPOSE)
    assert role.nobody
    assert role.refusal.startswith("People of another company are in this channel")


async def test_of_a_large_group_not_everybody_is_asked_for(world: World) -> None:
    """A call to Slack each; the size is said all the same."""
    large = frozenset(f"U{number:04}" for number in range(10 * ASKED_OF_A_GROUP))
    groups = Groups(world, **{APPROVERS: large})
    (group,) = of(await roles(groups), Action.APPROVE).groups
    assert group.size == len(large)
    assert len(groups.seen) <= ASKED_OF_A_GROUP + 1


@pytest.mark.parametrize(
    ("user", "channel", "reason"),
    [
        ("U_OTHER_TEAM", "C1", Reason.OUTSIDER),
        ("U_GUEST", "C1", Reason.GUEST),
        ("U_ASKS", "D1", Reason.DIRECT_MESSAGE),
    ],
)
async def test_who_has_no_part_in_it_learns_nothing(world: World, user: str, channel: str, reason: Reason) -> None:
    with pytest.raises(Refused) as error:
        await roles(FakeDirectory(world), user=user, channel=channel)
    assert error.value.reason is reason


async def test_a_channel_that_slack_does_not_show_is_not_guessed_at(world: World) -> None:
    with pytest.raises(Refused) as error:
        await roles(Hidden(world))
    assert error.value.reason is Reason.CHANNEL_NOT_VISIBLE
