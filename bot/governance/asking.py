"""One request for each person, put to Cedar with all facts of the moment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import Any

import cedarpy

from bot.governance.facts import ABOUT_A_CHANGE, Action, ChangeFacts, ChannelFacts, PersonFacts, RouteFacts

_POLICY = re.compile(r"policy `policy(\d+)`")
_MOST_UNREAD = 5
_KEPT = 2048
"""Answers about one person: many commands and clicks at once ask few questions."""
_ROUTE, _CHANGE = "this route", "this change"


@dataclass(frozen=True)
class Scene:
    """Where something is to be done, and to what."""

    channel: ChannelFacts
    route: RouteFacts
    change: ChangeFacts | None = None


@dataclass(frozen=True)
class Answer:
    """Cedar's decision, the positions of the policies that determined it in their order, and its errors.

    `failed` are the positions of the policies whose evaluation ended in an error. `unread` are the user groups that it
    depends on, and that could not be read; it is refused then.
    """

    allowed: bool
    decided_by: tuple[int, ...]
    errors: tuple[str, ...] = ()
    failed: tuple[int, ...] = ()
    unread: tuple[str, ...] = ()


def ask(policies: cedarpy.PolicySet, action: Action, people: Iterable[PersonFacts], scene: Scene) -> dict[str, Answer]:
    """What the policies decide for each person, by id. Policies have `policy` and their position as id.

    Where groups could not be read, all ways in which people may be in them are asked for: only what is allowed in each
    is allowed. Raises ValueError when the action is about a change and there is none, or when one person has two sets
    of facts.
    """
    people = tuple(people)
    unread = sorted({group for person in people for group in person.unread})
    if not unread:
        return _ask(policies, action, people, scene)
    if len(unread) > _MOST_UNREAD:
        return {person.id: Answer(False, (), unread=tuple(unread)) for person in people}
    ways = [frozenset(way) for size in range(len(unread) + 1) for way in combinations(unread, size)]
    answers = {way: _ask(policies, action, [_within(person, way) for person in people], scene) for way in ways}
    return {
        person.id: _in_all_ways({way: each[person.id] for way, each in answers.items()}, person) for person in people
    }


def _ask(policies: cedarpy.PolicySet, action: Action, people: Sequence[PersonFacts], scene: Scene) -> dict[str, Answer]:
    if len(people) == 1:
        return {people[0].id: _about_one(policies, action, people[0], scene)}
    return _put(policies, action, people, scene)


@lru_cache(maxsize=_KEPT)
def _about_one(policies: cedarpy.PolicySet, action: Action, person: PersonFacts, scene: Scene) -> Answer:
    """The answer follows from the texts and the facts alone, so that the same question is put once."""
    return _put(policies, action, (person,), scene)[person.id]


def _put(policies: cedarpy.PolicySet, action: Action, people: Iterable[PersonFacts], scene: Scene) -> dict[str, Answer]:
    if action in ABOUT_A_CHANGE and scene.change is None:
        raise ValueError(f"{action} is about a change, and none is given")
    known: dict[str, PersonFacts] = {}
    for person in people:
        if known.setdefault(person.id, person) != person:
            raise ValueError(f"{person.id} has two different sets of facts")
    about = _uid("Change", _CHANGE) if action in ABOUT_A_CHANGE else _uid("Route", _ROUTE)
    context = json.dumps(
        {"channel": {"__entity": _uid("Channel", scene.channel.id)}, "route": {"__entity": _uid("Route", _ROUTE)}}
    )
    requests = [
        {
            "principal": _uid("Person", each),
            "action": _uid("Action", action.value),
            "resource": about,
            "context": context,
        }
        for each in known
    ]
    entities = [*_of_scene(scene), *map(_of_person, known.values())]
    answers = cedarpy.is_authorized_batch(requests, policies, entities) if requests else []
    return {each: _answer(answer) for each, answer in zip(known, answers, strict=True)}


def _within(person: PersonFacts, way: frozenset[str]) -> PersonFacts:
    return replace(person, groups=person.groups - person.unread | person.unread & way) if person.unread else person


def _in_all_ways(answers: Mapping[frozenset[str], Answer], person: PersonFacts) -> Answer:
    """One answer for whoever may be in groups or not: what is so in all cases, else refused because of the groups."""
    every = list(answers.values())
    in_all = tuple(sorted(set.intersection(*(set(each.decided_by) for each in every))))
    first = next((each for each in every if each.errors), every[0])
    if first.errors or {each.allowed for each in every} == {first.allowed}:
        return replace(first, decided_by=in_all)
    decisive = [
        group
        for group in sorted(person.unread)
        if any(answers[way].allowed is not answers[way ^ {group}].allowed for way in answers)
    ]
    return Answer(False, (), unread=tuple(decisive))


def _answer(answer: cedarpy.AuthzResult) -> Answer:
    errors = tuple(answer.diagnostics.errors)
    failed = tuple(sorted({int(place) for error in errors for place in _POLICY.findall(error)}))
    decided_by = tuple(sorted(int(each.removeprefix("policy")) for each in answer.diagnostics.reasons))
    if answer.decision == cedarpy.Decision.NoDecision and not errors:
        errors = ("Cedar gave no decision",)
    return Answer(answer.allowed, decided_by, errors, failed)


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}


def _entity(kind: str, name: str, facts: Mapping[str, Any], parents: Sequence[dict[str, str]] = ()) -> dict[str, Any]:
    return {"uid": _uid(kind, name), "attrs": dict(facts), "parents": list(parents)}


def _of_person(person: PersonFacts) -> dict[str, Any]:
    facts = {name: getattr(person, name) for name in ("guest", "outsider", "bot", "deleted", "admin")}
    facts["team"] = {"__entity": _uid("Team", person.team)}
    return _entity("Person", person.id, facts, [_uid("Group", group) for group in sorted(person.groups)])


def _of_scene(scene: Scene) -> list[dict[str, Any]]:
    channel, change = scene.channel, scene.change
    found = [
        _entity("Channel", channel.id, {"shared": channel.shared, "private": channel.private}),
        _entity("Route", _ROUTE, asdict(scene.route)),
    ]
    if change is not None:
        facts = asdict(change) | {
            "requester": {"__entity": _uid("Person", change.requester)},
            "tools": sorted(change.tools),
            "findings": sorted(change.findings),
        }
        found.append(_entity("Change", _CHANGE, facts))
    return found
