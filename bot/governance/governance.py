"""A governance text, and the questions that can be asked of it. Nothing is read from outside: facts in, answers out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.governance.answers import Eligible, Requirement, Ruling, Tally
from bot.governance.facts import Action, ChangeFacts, ChannelFacts, PersonFacts, RouteFacts


class Governance:
    """Who may do what, as a text of Cedar policies says. Parsed once; asking changes nothing.

    `groups` are the ids and handles of user groups, and `people` the ids of people, that the text names. `text` and
    `source` are what it was made of.
    """

    text: str
    source: str
    groups: frozenset[str]
    people: frozenset[str]

    @classmethod
    def of(cls, text: str, source: str = "governance.cedar") -> Governance:
        """The governance that a text says; `source` is what errors call it. Raises GovernanceError."""
        raise NotImplementedError

    @classmethod
    def default(cls, approvers: Sequence[str] = ()) -> Governance:
        """The default with these approvers: ids of people (U…, W…) and of user groups (S…). Without any, nobody can
        approve. Raises GovernanceError for an id of neither kind."""
        raise NotImplementedError

    def ruling(
        self,
        action: Action,
        person: PersonFacts,
        channel: ChannelFacts,
        route: RouteFacts,
        change: ChangeFacts | None = None,
    ) -> Ruling:
        """Whether a person may do this. Raises ValueError when the action is about a change and none is given."""
        raise NotImplementedError

    def vote_ruling(self, person: PersonFacts, channel: ChannelFacts, route: RouteFacts, change: ChangeFacts) -> Ruling:
        """Whether a person's vote for a change counts: `approve`, and `approve_with_findings` or `approve_looser` where
        the change is such a one, and that the person is one of those whom a requirement asks for."""
        raise NotImplementedError

    def requirements(self, channel: ChannelFacts, route: RouteFacts, change: ChangeFacts) -> tuple[Requirement, ...]:
        """What an approval of the change takes, whoever votes."""
        raise NotImplementedError

    def tally(
        self, votes: Iterable[PersonFacts], channel: ChannelFacts, route: RouteFacts, change: ChangeFacts
    ) -> Tally:
        """How far these people's votes go; a vote counts towards one requirement only."""
        raise NotImplementedError

    def eligible(
        self, people: Iterable[PersonFacts], channel: ChannelFacts, route: RouteFacts, change: ChangeFacts
    ) -> Eligible:
        """Which of these people could vote for the change now, and whether they are enough."""
        raise NotImplementedError
