"""Which governance text holds on which route: read once, at start, and looked at for what nobody can do by it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.governance import ChangeFacts, ChannelFacts, Governance, RouteFacts
from bot.governance.check import findings
from bot.review.decision import against_person
from bot.review.facts import person_facts
from bot.review.ports import Directory
from bot.routing import EVERY, Routing
from bot.settings import Settings


@dataclass(frozen=True)
class Governances:
    """The governance of each route that has its own, by workspace, engine and gateway, and that of all others.

    A route that is for any workspace is kept under an empty one.
    """

    general: Governance
    routes: Mapping[tuple[str, str, str], Governance]

    @classmethod
    def read(cls, settings: Settings, routing: Routing) -> Governances:
        """What the settings and the routing file name. Raises GovernanceError for a text that cannot be used."""
        general = (
            Governance.load(settings.governance)
            if settings.governance
            else Governance.default((*settings.approver_users, *settings.approver_groups))
        )
        folder = settings.config.parent if settings.config else Path()
        own = {
            (route.workspace.removeprefix(EVERY), route.policy_engine_id, route.gateway_arn): Governance.load(
                folder / route.governance
            )
            for route in routing.all
            if route.governance
        }
        return cls(general, own)

    def of(self, team_id: str, engine_id: str, gateway_arn: str) -> Governance:
        """The governance of a route in a workspace."""
        own = self.routes.get((team_id, engine_id, gateway_arn))
        return own or self.routes.get(("", engine_id, gateway_arn), self.general)

    @property
    def groups(self) -> frozenset[str]:
        """The user groups that any of them names."""
        return self.general.groups.union(*(each.groups for each in self.routes.values()))


async def doubts(
    governances: Governances, routes: Iterable[tuple[str, str]], directory: Directory, team: str
) -> list[str]:
    """What is wrong with who may decide, as sentences: by the texts, and by the people and groups of now.

    Raises ChatUnavailable when Slack cannot say who is there.
    """
    said = [*await of_texts(governances), *await of_people(governances, routes, directory, team)]
    return list(dict.fromkeys(said))


async def of_texts(governances: Governances) -> list[str]:
    """What is wrong by the texts alone."""
    texts = dict.fromkeys((governances.general, *governances.routes.values()))
    return [each for text in texts for each in await asyncio.to_thread(findings, text)]


async def of_people(
    governances: Governances, routes: Iterable[tuple[str, str]], directory: Directory, team: str
) -> list[str]:
    """What nobody can do by the people and groups of now. Raises ChatUnavailable when Slack cannot say."""
    said: list[str] = []
    for engine, gateway in dict.fromkeys(routes):
        said += await _nobody(governances.of(team, engine, gateway), RouteFacts.of(engine, gateway), directory, team)
    return list(dict.fromkeys(said))


async def _nobody(governance: Governance, route: RouteFacts, directory: Directory, team: str) -> list[str]:
    """The groups that cannot be read, and that nobody can approve a policy that permits more."""
    names = sorted(governance.groups)
    members = dict(zip(names, await asyncio.gather(*(directory.members(team, each) for each in names)), strict=True))
    said = [
        f"{governance.source}: there is no user group {name} with people in it that Slack lists, and who may decide "
        "depends on it: nobody passes for one of its members."
        for name, found in members.items()
        if not found
    ]
    named = governance.people.union(*(found for found in members.values() if found))
    people = [each for each in await asyncio.gather(*(directory.person(team, each) for each in sorted(named))) if each]
    facts = [person_facts(each, team, members) for each in people if against_person(each, team) is None]
    change = ChangeFacts(requester="", act="create", kind="rule", looser=False, unvalidated=False)
    channel = ChannelFacts("", shared=False)
    if not (await asyncio.to_thread(governance.eligible, facts, channel, route, change)).enough:
        said.append(f"{governance.source}: nobody can approve a policy that permits more, for {route.gateway}.")
    return said
