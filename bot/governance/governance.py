"""A governance text, and the questions that can be asked of it. Nothing is read from outside: facts in, answers out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import cedarpy

from bot.governance.answers import Eligible, Need, Requirement, Ruling, Tally, Uncounted
from bot.governance.asking import Answer, Scene, ask
from bot.governance.expressions import entities, whom
from bot.governance.facts import Action, ChangeFacts, ChannelFacts, PersonFacts, RouteFacts
from bot.governance.reading import Rule, read
from bot.governance.sentences import not_asked_for, not_evaluated, not_read, nothing_permits
from bot.governance.texts import default_text, text_of
from bot.governance.voting import assigned

_ANYBODY = PersonFacts("")


@dataclass(frozen=True, eq=False)
class Governance:
    """Who may do what, as a text of Cedar policies says. Parsed once; asking changes nothing.

    `groups` are the ids and handles of user groups, and `people` the ids of people, that the text names. `text` and
    `source` are what it was made of; `rules` are its policies.
    """

    text: str = field(repr=False)
    source: str
    rules: tuple[Rule, ...] = field(repr=False)
    groups: frozenset[str]
    people: frozenset[str]
    _policies: cedarpy.PolicySet = field(repr=False)
    _permits: tuple[Rule, ...] = field(repr=False)
    _applying: cedarpy.PolicySet = field(repr=False)

    @classmethod
    def of(cls, text: str, source: str = "governance.cedar") -> Governance:
        """The governance that a text says; `source` is what errors call it. Raises GovernanceError."""
        rules = read(text, source)
        named = [each for rule in rules for each in entities(rule.est)]
        permits = tuple(rule for rule in rules if rule.permits)
        return cls(
            text,
            source,
            rules,
            frozenset(name for kind, name in named if kind == "Group"),
            frozenset(name for kind, name in named if kind == "Person"),
            cedarpy.PolicySet.from_str("\n".join(rule.statement for rule in rules)),
            permits,
            cedarpy.PolicySet.from_str("\n".join(rule.applies for rule in permits)),
        )

    @classmethod
    def load(cls, path: Path) -> Governance:
        """The governance in a file. Raises GovernanceError, for a file that cannot be read as well."""
        return cls.of(text_of(path), str(path))

    @classmethod
    def default(cls, approvers: Sequence[str] = ()) -> Governance:
        """The default with these approvers: ids of people (U…, W…) and of user groups (S…). Without any, nobody can
        approve. Raises GovernanceError for an id of neither kind."""
        return cls.of(default_text(approvers), "the default governance")

    def ruling(
        self,
        action: Action,
        person: PersonFacts,
        channel: ChannelFacts,
        route: RouteFacts,
        change: ChangeFacts | None = None,
    ) -> Ruling:
        """Whether a person may do this. Raises ValueError when the action is about a change and none is given.

        Whether a vote counts is more than `approve`: ask `vote_ruling`.
        """
        return self._rulings(action, (person,), Scene(channel, route, change))[person.id]

    def permitted(
        self,
        action: Action,
        people: Iterable[PersonFacts],
        channel: ChannelFacts,
        route: RouteFacts,
        change: ChangeFacts | None = None,
    ) -> frozenset[str]:
        """The ids of those of these people who may do this, by the same rules as `ruling`."""
        rulings = self._rulings(action, people, Scene(channel, route, change))
        return frozenset(each for each, ruling in rulings.items() if ruling.allowed)

    def vote_ruling(self, person: PersonFacts, channel: ChannelFacts, route: RouteFacts, change: ChangeFacts) -> Ruling:
        """Whether a person's vote for a change counts: `approve`, and `approve_with_findings` or `approve_looser` where
        the change is such a one, and that the person is one of those whom a requirement asks for."""
        scene = Scene(channel, route, change)
        return self._votes((person,), self._requirements(scene), scene)[person.id]

    def requirements(self, channel: ChannelFacts, route: RouteFacts, change: ChangeFacts) -> tuple[Requirement, ...]:
        """What an approval of the change takes, whoever votes."""
        return self._requirements(Scene(channel, route, change))

    def tally(
        self, votes: Iterable[PersonFacts], channel: ChannelFacts, route: RouteFacts, change: ChangeFacts
    ) -> Tally:
        """How far these people's votes go; a vote counts towards one requirement only.

        Raises ValueError when one person comes with two different sets of facts.
        """
        scene = Scene(channel, route, change)
        requirements = self._requirements(scene)
        rulings = self._votes(tuple(votes), requirements, scene)
        counted = assigned([each.quorum for each in requirements], _places(requirements, rulings))
        needs = tuple(
            Need(requirement, voters, requirement.quorum - len(voters))
            for requirement, voters in zip(requirements, counted, strict=True)
        )
        placed = {person for voters in counted for person in voters}
        return Tally(
            bool(needs) and all(need.missing == 0 for need in needs),
            needs,
            tuple(Uncounted(each, rulings[each].reason) for each in sorted(rulings) if each not in placed),
        )

    def eligible(
        self, people: Iterable[PersonFacts], channel: ChannelFacts, route: RouteFacts, change: ChangeFacts
    ) -> Eligible:
        """Which of these people could vote for the change now, and whether they are enough."""
        scene = Scene(channel, route, change)
        requirements = self._requirements(scene)
        places = _places(requirements, self._votes(tuple(people), requirements, scene))
        quorums = [each.quorum for each in requirements]
        return Eligible(
            tuple(
                (requirement, tuple(sorted(each for each, can in places.items() if place in can)))
                for place, requirement in enumerate(requirements)
            ),
            bool(requirements) and [len(each) for each in assigned(quorums, places)] == quorums,
        )

    def _rulings(self, action: Action, people: Iterable[PersonFacts], scene: Scene) -> dict[str, Ruling]:
        # Groups that no policy names are nobody's business, read or not.
        asked = [replace(person, unread=person.unread & self.groups) if person.unread else person for person in people]
        nobody = cache(lambda: self._nobody_permits(action, scene))
        answers = ask(self._policies, action, asked, scene)
        return {person: self._ruling(action, answer, nobody) for person, answer in answers.items()}

    def _ruling(self, action: Action, answer: Answer, nobody: Callable[[], str]) -> Ruling:
        names = tuple(self.rules[place].name for place in answer.decided_by)
        if answer.unread:
            return Ruling(False, not_read(answer.unread))
        if answer.errors:
            failed = tuple(self.rules[place].name for place in answer.failed)
            return Ruling(False, not_evaluated(failed, answer.errors[0]), failed, answer.errors)
        if answer.allowed:
            return Ruling(True, "", names)
        if names:
            reasons = [self.rules[place].reason for place in answer.decided_by]
            return Ruling(False, next(filter(None, reasons), nothing_permits(action)), names)
        return Ruling(False, nobody())

    def _nobody_permits(self, action: Action, scene: Scene) -> str:
        """The sentence of the first permit that another person could have had here, else of the first of the action."""
        for rules in (self._permits_here(action, scene), [each for each in self._permits if action in each.actions]):
            if reason := next((rule.reason for rule in rules if rule.reason), ""):
                return reason
        return nothing_permits(action)

    def _permits_here(self, action: Action, scene: Scene) -> list[Rule]:
        """The permits that apply to this action, here and to this change, for somebody.

        One that cannot be evaluated is taken to apply: it then asks for votes that nobody can give.
        """
        if not self._permits:
            return []
        answer = ask(self._applying, action, (_ANYBODY,), scene)[_ANYBODY.id]
        return [self._permits[place] for place in sorted({*answer.decided_by, *answer.failed})]

    def _requirements(self, scene: Scene) -> tuple[Requirement, ...]:
        rules = self._permits_here(Action.APPROVE, scene)
        marked = [rule for rule in rules if rule.marked]
        if rules and not marked:
            return (_requirement(rules),)
        return tuple(_requirement([rule]) for rule in marked)

    def _votes(
        self, people: Sequence[PersonFacts], requirements: Sequence[Requirement], scene: Scene
    ) -> dict[str, Ruling]:
        """For each person whether their vote counts; `policies` are the permits on approve that let it."""
        change = scene.change
        assert change is not None
        wanted = {name for requirement in requirements for name in requirement.policies}
        rulings = {
            person: Ruling(False, not_asked_for(requirements), ruling.policies)
            if ruling.allowed and not wanted.intersection(ruling.policies)
            else ruling
            for person, ruling in self._rulings(Action.APPROVE, people, scene).items()
        }
        also = {Action.APPROVE_WITH_FINDINGS: change.unvalidated, Action.APPROVE_LOOSER: change.looser}
        for action in [each for each, needed in also.items() if needed]:
            still = [person for person in people if rulings[person.id].allowed]
            refused = {
                each: ruling for each, ruling in self._rulings(action, still, scene).items() if not ruling.allowed
            }
            rulings.update(refused)
        return rulings


def _requirement(rules: Sequence[Rule]) -> Requirement:
    """What rules take together; several are plain ones."""
    named = dict.fromkeys(each for rule in rules for each in whom(rule.est))
    return Requirement(
        tuple(rule.name for rule in rules),
        rules[0].quorum or 1,
        rules[0].group,
        next((rule.reason for rule in rules if rule.reason), ""),
        tuple(name for kind, name in named if kind == "Person"),
        tuple(name for kind, name in named if kind == "Group"),
    )


def _places(requirements: Sequence[Requirement], rulings: dict[str, Ruling]) -> dict[str, list[int]]:
    return {
        person: [place for place, each in enumerate(requirements) if set(each.policies) & set(ruling.policies)]
        for person, ruling in rulings.items()
        if ruling.allowed
    }
