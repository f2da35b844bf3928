"""What governance answers: rulings, what an approval takes, and how far the votes go."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ruling:
    """Whether somebody may do something. `reason` is the sentence for the person who is refused, else empty.

    `policies` names those that decided: the permits that allowed it, or the forbids that refused it. `errors` has
    Cedar's messages when a policy could not be evaluated, which refuses.
    """

    allowed: bool
    reason: str = ""
    policies: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Requirement:
    """One thing that an approval takes: `quorum` votes of people whom one of `policies` permits.

    `group` is the user group that they are of, by id or handle, empty when the policy names none with `@group`.
    `reason` is the sentence for whoever is not one of them. `people` and `groups` are whom the policies are for by
    name, in their order: whom to ask and to mention. Whether they may vote is for `Governance.eligible` to say. Both
    are empty where the policies say who by facts only.
    """

    policies: tuple[str, ...]
    quorum: int = 1
    group: str = ""
    reason: str = ""
    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Need:
    """How far a requirement is: whose votes count for it, by person id and sorted, and how many are missing."""

    requirement: Requirement
    voters: tuple[str, ...]
    missing: int

    @property
    def group(self) -> str:
        return self.requirement.group

    @property
    def quorum(self) -> int:
        return self.requirement.quorum


@dataclass(frozen=True)
class Uncounted:
    """A vote that does not count now, and why; `reason` is empty when it is one more than is needed."""

    person: str
    reason: str = ""


@dataclass(frozen=True)
class Tally:
    """Where the votes stand. Nothing is met when nothing is required: then nobody can approve."""

    met: bool
    needs: tuple[Need, ...]
    uncounted: tuple[Uncounted, ...] = ()


@dataclass(frozen=True)
class Eligible:
    """Who could vote: per requirement the ids, sorted, of the people asked about. `enough`: together they can meet all
    requirements, each with one vote."""

    by_requirement: tuple[tuple[Requirement, tuple[str, ...]], ...]
    enough: bool

    @property
    def people(self) -> frozenset[str]:
        return frozenset(person for _, people in self.by_requirement for person in people)
