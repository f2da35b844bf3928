"""What nobody can do is said at start: by the governance text, and by the people and groups of now."""

from __future__ import annotations

from bot.governance import Governance
from bot.governing import Governances, doubts
from tests.support.world import APPROVERS, ENGINE, GATEWAY, FakeDirectory, World

ROUTE = (ENGINE, GATEWAY)


async def said(text_of: Governance, world: World) -> str:
    return "\n".join(await doubts(Governances(text_of, {}), [ROUTE], FakeDirectory(world), "T1"))


async def test_a_group_with_people_who_can_decide_is_nothing_to_say() -> None:
    assert await said(Governance.default((APPROVERS,)), World()) == ""


async def test_a_group_that_does_not_exist_is_named() -> None:
    found = await said(Governance.default(("S0NOWHERE",)), World())
    assert "S0NOWHERE" in found
    assert "nobody can approve a policy that permits more, for desk-gateway-a1b2c3d4e5" in found


async def test_only_people_who_may_not_decide_is_nobody() -> None:
    """A group of guests, apps, strangers and people who left."""
    world = World()
    world.may_approve = frozenset({"U_GUEST", "U_BOT", "U_STRANGER", "U_GONE", "U_UNKNOWN"})
    assert "nobody can approve" in await said(Governance.default((APPROVERS,)), world)


async def test_a_quorum_that_the_group_cannot_reach_is_nobody() -> None:
    world = World()
    world.may_approve = frozenset({"U_APPROVES"})
    text = Governance.of(
        f'@quorum("2")\npermit(principal in Group::"{APPROVERS}", action == Action::"approve", resource);\n'
        'permit(principal, action in [Action::"propose", Action::"reject"], resource);'
    )
    assert "nobody can approve" in await said(text, world)
    world.may_approve |= {"U_SECOND"}
    assert "nobody can approve" not in await said(text, world)


async def test_without_approvers_nobody_can() -> None:
    assert "nobody can approve" in await said(Governance.default(()), World())
