"""Which votes count towards which requirement, so that as many as possible are met: each vote once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def assigned(quorums: Sequence[int], can: Mapping[str, Sequence[int]]) -> tuple[tuple[str, ...], ...]:
    """For each requirement, as many of its people as count, sorted; nobody is in two of them.

    `quorums` says how many votes each requirement takes, `can` maps a person to the positions of the requirements that
    they may vote for. As few votes as possible are missing over all (a greatest matching). The order of `can` does not
    matter.
    """
    taken: list[list[str]] = [[] for _ in quorums]
    for person in sorted(can):
        if sum(map(len, taken)) == sum(quorums):
            break
        _place(person, quorums, can, taken, set())
    return tuple(tuple(sorted(people)) for people in taken)


def _place(
    person: str, quorums: Sequence[int], can: Mapping[str, Sequence[int]], taken: list[list[str]], tried: set[int]
) -> bool:
    """Give a person a place, moving others on to places that they can have as well."""
    for requirement in sorted(set(can[person]) - tried):
        tried.add(requirement)
        people = taken[requirement]
        if len(people) < quorums[requirement]:
            people.append(person)
            return True
        for place, other in enumerate(list(people)):
            if _place(other, quorums, can, taken, tried):
                people[place] = person
                return True
    return False
