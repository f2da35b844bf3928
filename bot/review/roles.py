"""Who may do what in a channel now, and what an approval takes: asked of governance, before anybody proposes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.governance import Action, ChangeFacts, ChannelFacts, Governance, PersonFacts, Requirement
from bot.governance.facts import ABOUT_A_CHANGE
from bot.review.authority import Authority, Named
from bot.review.facts import route_facts
from bot.review.model import Proposal
from bot.review.options import Options
from bot.review.place import Asker, place
from bot.review.ports import Clock

ASKED_OF_A_GROUP = 60
"""Of a larger group not everybody is looked at: each is a call to Slack."""

_MEMBER, _ADMIN, _REQUESTER, _OF_GROUP = "?member", "?admin", "?requester", "?of "


@dataclass(frozen=True)
class GroupRole:
    """A user group whose members may do something. `able` are those who may now, of those that were looked at.

    `size` counts all of the group; None when Slack does not list it, or there is none of that name.
    """

    name: str
    able: tuple[str, ...]
    size: int | None


@dataclass(frozen=True)
class Role:
    """Who may do one thing now: everybody of the team, or administrators, the requester, groups, single people.

    `refusal` is what somebody is told who may not; it matters when there is nobody.
    """

    action: Action
    members: bool = False
    admins: bool = False
    requester: bool = False
    groups: tuple[GroupRole, ...] = ()
    people: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def nobody(self) -> bool:
        """Whether nobody may do it at the moment."""
        able = self.members or self.admins or self.requester or self.people
        return not able and not any(group.able for group in self.groups)


@dataclass(frozen=True)
class Approval:
    """What an approval of one typical change would take, if the person who asks proposed it.

    `needs` has each requirement with the people who could vote for it now. `enough`: together they can.
    """

    what: str
    needs: tuple[tuple[Requirement, tuple[str, ...]], ...]
    enough: bool


@dataclass(frozen=True)
class Roles:
    """Everything about a channel's route."""

    route: Proposal
    roles: tuple[Role, ...]
    approvals: tuple[Approval, ...]


@dataclass(frozen=True)
class AskRoles:
    """The use case. Holds no state."""

    authority: Authority
    clock: Clock
    options: Options

    async def roles(self, asker: Asker) -> Roles:
        """Who may do what where the person is.

        Raises Refused when they have no part in the team's reviews, or nothing can be proposed there; ChatUnavailable.
        """
        await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
        here = await place(asker, self.options.routes, self.clock.now())
        channel, named = await asyncio.gather(
            self.authority.channel(here), self.authority.named(here, most=ASKED_OF_A_GROUP)
        )
        governance = self.authority.governance(here.team_id, here.engine_id, here.gateway_arn)
        mode = self.options.enforcement_mode
        return await asyncio.to_thread(_roles, governance, here, channel, named, mode)


def _roles(governance: Governance, here: Proposal, channel: ChannelFacts, named: Named, mode: str) -> Roles:
    probes = _probes(here.team_id, tuple(named.groups))
    route = route_facts(here)
    roles = []
    for action in Action:
        about = _about(action, _REQUESTER, mode) if action in ABOUT_A_CHANGE else None
        may = governance.permitted(action, [*probes, *named.people], channel, route, about)
        refusal = governance.ruling(action, probes[0], channel, route, about).reason
        roles.append(_role(action, may, named, refusal))
    approvals = []
    for what, change in typical(here.requester_id, mode).items():
        found = governance.eligible(named.people, channel, route, change)
        approvals.append(Approval(what, found.by_requirement, found.enough))
    return Roles(here, tuple(roles), tuple(approvals))


def _probes(team: str, groups: Sequence[str]) -> list[PersonFacts]:
    """People who are nobody in particular, to learn what everybody of their kind may do."""
    member = PersonFacts(_MEMBER, team, guest=False, outsider=False, bot=False, deleted=False)
    of_groups = [replace(member, id=_OF_GROUP + name, groups=frozenset({name})) for name in groups]
    return [member, replace(member, id=_ADMIN, admin=True), replace(member, id=_REQUESTER), *of_groups]


def _role(action: Action, may: frozenset[str], named: Named, refusal: str) -> Role:
    if _MEMBER in may:
        return Role(action, members=True)
    groups = tuple(
        GroupRole(name, tuple(sorted(may & (members or frozenset()))), None if members is None else len(members))
        for name, members in named.groups.items()
        if _OF_GROUP + name in may
    )
    covered = {person for group in groups for person in group.able}
    people = {each.id for each in named.people} & may - covered
    return Role(
        action,
        admins=_ADMIN in may,
        requester=_REQUESTER in may,
        groups=groups,
        people=tuple(sorted(people)),
        refusal=refusal,
    )


def typical(requester: str, mode: str) -> Mapping[str, ChangeFacts]:
    """Changes as they mostly are, of which it is said what they take: nothing is known against any of them."""
    plain = ChangeFacts(
        requester=requester,
        act="create",
        kind="rule",
        narrows=False,
        widens=True,
        opens_to_anyone=False,
        removes_forbid=False,
        unproved=False,
        second="agree",
        looser=False,
        unvalidated=False,
        mode_after=mode,
    )
    act = replace(plain, kind="act", second="none", mode_before="ACTIVE")
    return {
        "a new permit, which allows more": plain,
        "a new forbid": replace(plain, effect="forbid", widens=False, narrows=True),
        "promoting a log-only permit": replace(act, act="promote", mode_before="LOG_ONLY", mode_after="ACTIVE"),
        "revoking an enforced permit": replace(act, act="revoke", widens=False, narrows=True, mode_after="NONE"),
    }


def _about(action: Action, requester: str, mode: str) -> ChangeFacts:
    """The change that an action is mostly about."""
    plain, _, promoted, revoked = typical(requester, mode).values()
    changes = {
        Action.PROMOTE: promoted,
        Action.DEMOTE: replace(revoked, act="demote", mode_after="LOG_ONLY"),
        Action.REVOKE: revoked,
        Action.EDIT_CEDAR: replace(plain, kind="cedar"),
        Action.APPROVE_WITH_FINDINGS: replace(plain, unvalidated=True),
        Action.APPROVE_LOOSER: replace(plain, second="differ", looser=True),
    }
    return changes.get(action, plain)
