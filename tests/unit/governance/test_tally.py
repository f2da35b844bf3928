"""Votes are counted once each, and only those of people who may still vote."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.governance import Governance, PersonFacts, Tally
from bot.governance.voting import assigned
from tests.support.facts import CHANNEL, REQUESTER, ROUTE, change, member

APPROVE = 'permit (principal, action == Action::"approve", resource)'
NEVER_ONES_OWN = 'forbid (principal, action == Action::"approve", resource) when { resource.requester == principal };'
TWO_GROUPS = Governance.of(
    f"""
    @id("a") @group("security") {APPROVE};
    @id("b") @group("payments") @quorum("2") {APPROVE};
    @id("left") @reason("You left.") forbid (principal, action, resource) when {{ principal.deleted }};
    {NEVER_ONES_OWN}
    """
)
GROUPS = ("security", "payments", "cooks")


def tally(*votes: PersonFacts, governance: Governance = TWO_GROUPS, requester: str = REQUESTER) -> Tally:
    return governance.tally(votes, CHANNEL, ROUTE, change(requester))


def missing(found: Tally) -> int:
    return sum(need.missing for need in found.needs)


def test_one_of_security_and_two_of_payments() -> None:
    one = tally(member("U1", "security"), member("U2", "payments"))
    assert [(need.group, need.quorum, need.voters, need.missing) for need in one.needs] == [
        ("security", 1, ("U1",), 0),
        ("payments", 2, ("U2",), 1),
    ]
    assert not one.met
    assert tally(member("U1", "security"), member("U2", "payments"), member("U3", "payments")).met


def test_who_is_in_both_groups_counts_for_one_of_them() -> None:
    both = member("U1", "security", "payments")
    assert not tally(both, member("U2", "payments")).met
    moved = tally(both, member("U2", "payments"), member("U3", "payments"))
    assert [need.voters for need in moved.needs] == [("U1",), ("U2", "U3")]
    assert tally(both, member("U2", "security"), member("U3", "payments")).met


def test_a_vote_that_does_not_count_is_named_with_the_reason() -> None:
    found = tally(
        member("U1", "security"), member("U2", "security"), member("U3", "payments", deleted=True), member("U4")
    )
    assert [(each.person, each.reason) for each in found.uncounted] == [
        ("U2", ""),
        ("U3", "You left."),
        ("U4", "The rules of this team do not let you approve this change. Ask whoever runs policybot who may."),
    ]


def test_who_left_the_group_since_does_not_count_any_more() -> None:
    votes = [member("U1", "security"), member("U2", "payments"), member("U3", "payments")]
    assert tally(*votes).met
    assert not tally(*votes[:2], member("U3")).met


def test_the_same_person_twice_is_one_vote_and_two_stories_of_them_are_an_error() -> None:
    votes = [member("U1", "security"), member("U2", "payments"), member("U2", "payments")]
    assert not tally(*votes).met
    with pytest.raises(ValueError, match="U2 has two different sets of facts"):
        tally(member("U2", "payments"), member("U2", "security"))


def test_a_permit_that_cannot_be_evaluated_is_a_requirement_that_nobody_meets() -> None:
    broken = Governance.of(f'@quorum("1") {APPROVE} when {{ 9223372036854775807 + 1 > 0 }};\n@quorum("1") {APPROVE};')
    found = tally(member("U1"), member("U2"), governance=broken)
    assert len(found.needs) == 2
    assert not found.met
    assert all("could not be evaluated (line 1)" in each.reason for each in found.uncounted)


def test_who_could_vote_and_whether_they_are_enough() -> None:
    people = [
        member("U1", "security", "payments"),
        member("U2", "payments"),
        member(REQUESTER, "payments"),
        member("U4"),
    ]
    few = TWO_GROUPS.eligible(people, CHANNEL, ROUTE, change())
    assert [(each.group, who) for each, who in few.by_requirement] == [
        ("security", ("U1",)),
        ("payments", ("U1", "U2")),
    ]
    assert few.people == {"U1", "U2"}
    assert not few.enough
    assert TWO_GROUPS.eligible([*people, member("U5", "payments")], CHANNEL, ROUTE, change()).enough
    assert not TWO_GROUPS.eligible([], CHANNEL, ROUTE, change()).enough


PEOPLE = st.dictionaries(
    st.sampled_from([f"U{number}" for number in range(7)]),
    st.tuples(st.frozensets(st.sampled_from(GROUPS)), st.booleans()),
)


@st.composite
def governed(draw: st.DrawFn) -> Governance:
    """One to three requirements over the groups, each of 1 to 3 votes."""
    marks = draw(st.lists(st.tuples(st.sampled_from(GROUPS), st.integers(1, 3)), min_size=1, max_size=3))
    policies = [f'@group("{group}") @quorum("{quorum}") {APPROVE};' for group, quorum in marks]
    return Governance.of(
        "\n".join([*policies, NEVER_ONES_OWN, "forbid (principal, action, resource) when { principal.deleted };"])
    )


def voters(people: Mapping[str, tuple[frozenset[str], bool]]) -> list[PersonFacts]:
    return [member(each, *groups, deleted=deleted) for each, (groups, deleted) in people.items()]


@settings(max_examples=60, deadline=None)
@given(governed(), PEOPLE, st.randoms(use_true_random=False))
def test_whatever_the_votes(
    governance: Governance, people: dict[str, tuple[frozenset[str], bool]], random: Random
) -> None:
    """No vote counts twice, a forbid takes it away, the order is nothing, and one vote less never helps."""
    votes = voters(people)
    found = tally(*votes, governance=governance, requester="U0")
    counted = [person for need in found.needs for person in need.voters]
    assert len(counted) == len(set(counted))
    assert "U0" not in counted
    assert not any(vote.deleted for vote in votes if vote.id in counted)
    by_id = {vote.id: vote for vote in votes}
    assert all(need.group in by_id[person].groups for need in found.needs for person in need.voters)
    assert all(need.missing == need.quorum - len(need.voters) >= 0 for need in found.needs)
    assert {*counted, *(each.person for each in found.uncounted)} == set(by_id)
    assert found.met is (missing(found) == 0)
    shuffled = list(votes)
    random.shuffle(shuffled)
    assert tally(*shuffled, governance=governance, requester="U0") == found
    for gone in votes:
        fewer = tally(*(vote for vote in votes if vote != gone), governance=governance, requester="U0")
        assert missing(fewer) >= missing(found)
    assert governance.eligible(votes, CHANNEL, ROUTE, change("U0")).enough is found.met


def fewest_missing(quorums: Sequence[int], can: Mapping[str, Sequence[int]]) -> int:
    """By trying every way to give each person one of their places, or none."""
    best = sum(quorums)
    for choice in itertools.product(*((None, *places) for places in can.values())):
        best = min(best, sum(max(0, quorum - choice.count(place)) for place, quorum in enumerate(quorums)))
    return best


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_way_of_counting_leaves_fewer_votes_missing(data: st.DataObject) -> None:
    quorums = data.draw(st.lists(st.integers(1, 3), max_size=4))
    places = st.lists(st.integers(0, len(quorums) - 1), unique=True) if quorums else st.just([])
    can = data.draw(st.dictionaries(st.sampled_from("abcdefg"), places, max_size=6))
    counted = assigned(quorums, can)
    assert sum(quorums) - sum(map(len, counted)) == fewest_missing(quorums, can)
    assert all(place in can[person] for place, people in enumerate(counted) for person in people)


def test_a_chain_of_moves_is_found_among_many() -> None:
    can = {f"p{number:02}": [number, number + 1] for number in range(30)} | {"q": [0]}
    assert [len(people) for people in assigned([1] * 31, can)] == [1] * 31
