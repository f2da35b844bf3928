"""Who may do what now: facts are asked of Slack at each question, and the route's governance decides on them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.governance import Action, ChannelFacts, Eligible, Governance, PersonFacts, RouteFacts, Tally
from bot.governance.facts import ABOUT_A_CHANGE
from bot.review import decision
from bot.review.errors import Reason, refused, refused_by
from bot.review.facts import change_facts, channel_facts, person_facts, route_facts, wanted_facts
from bot.review.model import Draft, Proposal
from bot.review.people import Person
from bot.review.ports import Directory

_FIRST = 50
"""So many of those who are named are asked about first: mostly they are enough."""
Governances = Callable[[str, str, str], Governance]
"""The governance of a route, by its workspace's id, its engine's id and its gateway's ARN."""


@dataclass(frozen=True)
class Named:
    """Whom a route's governance names, themselves or by their groups, with facts of now.

    `groups` has who is in each group; None when there is none of that name, or Slack does not list it.
    """

    people: tuple[PersonFacts, ...]
    groups: Mapping[str, frozenset[str] | None]


@dataclass(frozen=True)
class Authority:
    """Rules on people's acts. Nothing is remembered: whoever left a group a moment ago is not in it."""

    directory: Directory
    governance: Governances

    async def check(
        self, action: Action, user_id: str, proposal: Proposal, draft: Draft | None = None, *, claimed_team: str = ""
    ) -> Person:
        """The person, when they may do this. Raises Refused with the sentence that governance has for them,
        ChatUnavailable when Slack cannot say who they are."""
        person = await self.member(user_id, proposal.team_id, claimed_team)
        governance = self._of(proposal)
        facts, info = await asyncio.gather(
            self._facts([person], proposal), self.directory.channel(proposal.team_id, proposal.channel_id)
        )
        if info is None and not proposal.thread_ts:
            raise refused(Reason.CHANNEL_NOT_VISIBLE)
        channel, route = channel_facts(proposal.channel_id, info), route_facts(proposal)
        change = change_facts(draft, proposal) if draft else wanted_facts(proposal)
        if action is Action.APPROVE:
            ruling = governance.vote_ruling(facts[0], channel, route, change)
            if not ruling.allowed and not await self._anybody(proposal, draft, channel):
                raise refused(Reason.NO_APPROVERS)
        else:
            about = change if action in ABOUT_A_CHANGE else None
            ruling = governance.ruling(action, facts[0], channel, route, about)
        if not ruling.allowed:
            raise refused_by(ruling.reason)
        return person

    async def votable(self, person: Person, drafts: Sequence[tuple[Proposal, Draft]]) -> frozenset[str]:
        """The ids of those of these drafts that a member could approve now. Slack is asked for each channel and each
        route once, however many drafts there are. Raises ChatUnavailable."""
        places = {proposal.channel_id: proposal for proposal, _ in drafts}
        routes = {(proposal.engine_id, proposal.gateway_arn): proposal for proposal, _ in drafts}
        found = await asyncio.gather(*(self._channel(each) for each in places.values()))
        facts = await asyncio.gather(*(self._facts([person], each) for each in routes.values()))
        channels, people = dict(zip(places, found, strict=True)), dict(zip(routes, facts, strict=True))
        able = set()
        for proposal, draft in drafts:
            (who,), change = people[proposal.engine_id, proposal.gateway_arn], change_facts(draft, proposal)
            ruling = self._of(proposal).vote_ruling(who, channels[proposal.channel_id], route_facts(proposal), change)
            if ruling.allowed:
                able.add(draft.id)
        return frozenset(able)

    async def member(self, user_id: str, team_id: str, claimed_team: str = "") -> Person:
        """A person who has a part in a team's reviews at all. Raises Refused, ChatUnavailable."""
        person = await self.directory.person(team_id, user_id)
        reason = decision.against_person(person, team_id, claimed_team)
        if reason or person is None:
            raise refused(reason or Reason.UNKNOWN_PERSON)
        return person

    async def tally(self, draft: Draft, proposal: Proposal, voters: Iterable[str]) -> Tally:
        """How far the votes of these people go now. Whoever has no part in the team's reviews any more is left out."""
        people = await self._members(voters, proposal)
        facts, channel = await asyncio.gather(self._facts(people, proposal), self._channel(proposal))
        return self._of(proposal).tally(facts, channel, route_facts(proposal), change_facts(draft, proposal))

    async def eligible(self, draft: Draft, proposal: Proposal) -> Eligible:
        """Who could approve a draft now, of the people and the groups that governance names."""
        return await self._eligible(draft, proposal, await self._channel(proposal))

    async def possible(self, draft: Draft, proposal: Proposal) -> bool:
        """Whether those whom governance names could approve a draft now. True as well where it names nobody: then who
        may is a matter of facts, and nobody can be asked in advance."""
        channel = await self._channel(proposal)
        governance, route, change = self._of(proposal), route_facts(proposal), change_facts(draft, proposal)
        requirements = governance.requirements(channel, route, change)
        if any(not each.people and not each.groups for each in requirements):
            return True
        groups = await self._groups(proposal)
        named = sorted(governance.people.union(*(each or () for each in groups.values()))) if requirements else []
        for some in (named[:_FIRST], named) if len(named) > _FIRST else (named,):
            facts = await self._facts(await self._members(some, proposal), proposal)
            # Off the loop: a group may have thousands of people.
            if (await asyncio.to_thread(governance.eligible, facts, channel, route, change)).enough:
                return True
        return False

    async def _anybody(self, proposal: Proposal, draft: Draft | None, channel: ChannelFacts) -> bool:
        return draft is None or bool((await self._eligible(draft, proposal, channel)).people)

    async def named(self, proposal: Proposal, most: int | None = None) -> Named:
        """Whom the governance of a route names, without those who have no part in the team's reviews.

        `most` are looked at of one group: Slack takes one call a person. Raises ChatUnavailable.
        """
        governance = self._of(proposal)
        groups = await self._groups(proposal)
        asked = governance.people.union(*(sorted(each or ())[:most] for each in groups.values()))
        people = await self._members(sorted(asked), proposal)
        return Named(tuple(person_facts(each, proposal.team_id, groups) for each in people), groups)

    async def withheld(self, team_id: str, channel_id: str, engine_id: str, gateway_arn: str) -> bool:
        """Whether people of another company can read a channel, and governance does not let what concerns this route be
        proposed before them. Nobody's own standing counts: a member of every group is asked for. Raises
        ChatUnavailable."""
        info = await self.directory.channel(team_id, channel_id)
        if info is None or not info.shared:  # where Slack shows no channel it takes no message either
            return False
        governance = self.governance(team_id, engine_id, gateway_arn)
        anybody = PersonFacts("", guest=False, outsider=False, bot=False, deleted=False, admin=True)
        insider = replace(anybody, groups=governance.groups)
        ruling = governance.ruling(
            Action.PROPOSE, insider, channel_facts(channel_id, info), RouteFacts.of(engine_id, gateway_arn)
        )
        return not ruling.allowed

    async def channel(self, proposal: Proposal) -> ChannelFacts:
        """What governance is told of a proposal's channel. Raises Refused when Slack does not show it."""
        info = await self.directory.channel(proposal.team_id, proposal.channel_id)
        if info is None:
            raise refused(Reason.CHANNEL_NOT_VISIBLE)
        return channel_facts(proposal.channel_id, info)

    async def _eligible(self, draft: Draft, proposal: Proposal, channel: ChannelFacts) -> Eligible:
        facts = (await self.named(proposal)).people
        change, route = change_facts(draft, proposal), route_facts(proposal)
        return await asyncio.to_thread(self._of(proposal).eligible, facts, channel, route, change)  # it may be many

    async def _members(self, users: Iterable[str], proposal: Proposal) -> list[Person]:
        found = await asyncio.gather(*(self.directory.person(proposal.team_id, each) for each in dict.fromkeys(users)))
        return [each for each in found if each and decision.against_person(each, proposal.team_id) is None]

    async def _facts(self, people: Sequence[Person], proposal: Proposal) -> list[PersonFacts]:
        """What governance is told of people."""
        if not people:
            return []
        groups = await self._groups(proposal)
        return [person_facts(each, proposal.team_id, groups) for each in people]

    async def _groups(self, proposal: Proposal) -> dict[str, frozenset[str] | None]:
        names = sorted(self._of(proposal).groups)
        return dict(
            zip(
                names,
                await asyncio.gather(*(self.directory.members(proposal.team_id, each) for each in names)),
                strict=True,
            )
        )

    async def _channel(self, proposal: Proposal) -> ChannelFacts:
        return channel_facts(proposal.channel_id, await self.directory.channel(proposal.team_id, proposal.channel_id))

    def _of(self, proposal: Proposal) -> Governance:
        return self.governance(proposal.team_id, proposal.engine_id, proposal.gateway_arn)
