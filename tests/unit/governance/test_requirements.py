"""What an approval takes is known before anybody votes, from the policies alone."""

from __future__ import annotations

import pytest

from bot.governance import Action, Governance, Requirement
from tests.support.facts import CHANNEL, ROUTE, change, member

OVERFLOW = "9223372036854775807 + 1 > 0"
APPROVE = 'permit (principal, action == Action::"approve", resource)'


def taken(text: str, **facts: object) -> list[tuple[tuple[str, ...], int, str]]:
    found = Governance.of(text).requirements(CHANNEL, ROUTE, change(**facts))
    return [(each.policies, each.quorum, each.group) for each in found]


def test_two_annotated_policies_are_two_requirements() -> None:
    text = f"""
        @id("a") @quorum("2") @group("security") {APPROVE} when {{ resource.widens }};
        @id("b") @group("payments") {APPROVE} when {{ resource.tools.contains("Pay___refund") }};
    """
    assert taken(text) == []
    assert taken(text, widens=True) == [(("a",), 2, "security")]
    both = taken(text, widens=True, tools=frozenset({"Pay___refund"}))
    assert both == [(("a",), 2, "security"), (("b",), 1, "payments")]


def test_plain_policies_are_one_requirement_together_and_only_where_no_annotated_one_applies() -> None:
    text = f"""
        @id("a") {APPROVE} when {{ principal.admin }};
        @id("b") {APPROVE} when {{ principal in Group::"security" }};
        @id("c") @quorum("2") {APPROVE} when {{ resource.widens }};
    """
    assert taken(text) == [(("a", "b"), 1, "")]
    assert taken(text, widens=True) == [(("c",), 2, "")]


@pytest.mark.parametrize(
    ("clauses", "applies"),
    [
        ("when { principal.admin && resource.widens }", False),
        ("when { resource.widens && principal.admin && principal.guest }", False),
        ("when { principal.admin } when { resource.widens }", False),
        ("unless { principal.guest || resource.narrows }", True),
        ("unless { principal.guest || !resource.widens }", False),
        ("when { principal.admin || resource.widens }", True),
        ("when { if principal.admin then true else resource.widens }", True),
        ("when { principal != resource.requester }", True),
        ("when { context.channel.shared }", False),
        ('when { context.route.engine == "desk-engine" }', True),
        ('when { action == Action::"reject" }', False),
        (f"when {{ {OVERFLOW} }}", True),
    ],
)
def test_clauses_about_the_person_say_who_and_the_others_say_which_change(clauses: str, applies: bool) -> None:
    assert taken(f'@id("a") @quorum("2") {APPROVE} {clauses};') == ([(("a",), 2, "")] if applies else [])


def test_the_scope_says_who_and_which_as_well() -> None:
    text = """
        @id("a") @quorum("2") permit (principal == Person::"U0AVERY", action == Action::"approve", resource is Change);
        @id("b") @quorum("3") permit (principal in Group::"security", action, resource);
        @id("c") permit (principal, action == Action::"reject", resource);
    """
    assert taken(text) == [(("a",), 2, ""), (("b",), 3, "")]


def test_nothing_is_required_where_nothing_permits_and_then_nothing_is_ever_met() -> None:
    governance = Governance.of('permit (principal, action == Action::"reject", resource);')
    tally = governance.tally([member("U0AVERY")], CHANNEL, ROUTE, change())
    assert (tally.met, tally.needs) == (False, ())
    assert not governance.eligible([member("U0AVERY")], CHANNEL, ROUTE, change()).enough


def test_a_group_in_the_annotation_is_a_condition_of_its_policy() -> None:
    governance = Governance.of(f'@id("a") @group("security") @reason("Ask security.") {APPROVE}; // of them\n')
    wanted = Requirement(("a",), 1, "security", "Ask security.", groups=("security",))
    assert governance.requirements(CHANNEL, ROUTE, change()) == (wanted,)
    assert governance.ruling(Action.APPROVE, member("U0AVERY", "security"), CHANNEL, ROUTE, change()).allowed
    outside = governance.ruling(Action.APPROVE, member("U0AVERY", "payments"), CHANNEL, ROUTE, change())
    assert (outside.allowed, outside.reason) == (False, "Ask security.")


def test_who_may_approve_other_changes_is_told_whose_votes_this_one_takes() -> None:
    governance = Governance.of(
        f"""
        @id("plain") {APPROVE} when {{ principal.admin }};
        @id("wide") @group("security") {APPROVE} when {{ resource.widens }};
        """
    )
    admin = member("U0BLAIR", admin=True)
    assert governance.vote_ruling(admin, CHANNEL, ROUTE, change()).allowed
    assert governance.ruling(Action.APPROVE, admin, CHANNEL, ROUTE, change(widens=True)).allowed
    vote = governance.vote_ruling(admin, CHANNEL, ROUTE, change(widens=True))
    assert (vote.allowed, vote.reason) == (
        False,
        "This change takes votes of security, and you are in none of them.",
    )
    assert not governance.tally([admin], CHANNEL, ROUTE, change(widens=True)).met


def test_findings_and_a_looser_policy_take_a_permission_of_their_own() -> None:
    governance = Governance.of(
        f"""
        {APPROVE};
        @reason("Only security approves despite findings.")
        permit (principal in Group::"security", action == Action::"approve_with_findings", resource);
        @reason("Only admins approve what is looser.")
        permit (principal, action == Action::"approve_looser", resource) when {{ principal.admin }};
        """
    )

    def said(*groups: str, admin: bool = False, **facts: bool) -> str:
        ruling = governance.vote_ruling(member("U0AVERY", *groups, admin=admin), CHANNEL, ROUTE, change(**facts))
        assert ruling.allowed is (ruling.reason == "")
        return ruling.reason

    assert said() == ""
    assert said(unvalidated=True) == "Only security approves despite findings."
    assert said("security", unvalidated=True) == ""
    assert said("security", unvalidated=True, looser=True) == "Only admins approve what is looser."
    assert said("security", admin=True, unvalidated=True, looser=True) == ""
    assert not governance.tally([member("U0AVERY")], CHANNEL, ROUTE, change(looser=True)).met


@pytest.mark.parametrize(
    ("policy", "people", "groups"),
    [
        ('permit (principal == Person::"U1", action == Action::"approve", resource);', ("U1",), ()),
        ('permit (principal is Person in Group::"a", action == Action::"approve", resource);', (), ("a",)),
        (
            f'{APPROVE} when {{ principal == Person::"U1" || principal in [Group::"b", Group::"a"] }};',
            ("U1",),
            ("b", "a"),
        ),
        (f'@group("a") {APPROVE} when {{ principal != Person::"U1" && !(principal in Group::"b") }};', (), ("a",)),
        (f'{APPROVE} when {{ principal.admin }} unless {{ principal in Group::"b" }};', (), ()),
        (f'{APPROVE} when {{ resource.requester == Person::"U0RILEY" }};', (), ()),
    ],
)
def test_whom_to_ask_is_whom_the_policies_are_for_by_name(
    policy: str, people: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    (found,) = Governance.of(policy).requirements(CHANNEL, ROUTE, change())
    assert (found.people, found.groups) == (people, groups)


def test_who_of_many_may_do_something() -> None:
    governance = Governance.default(["U0AVERY", "S0REVIEWERS"])
    people = [member("U0AVERY"), member("U0BLAIR", "S0REVIEWERS", guest=True), member("U0CASEY", "S0REVIEWERS")]
    assert governance.permitted(Action.REJECT, people, CHANNEL, ROUTE, change()) == {"U0AVERY", "U0CASEY"}
    (found,) = governance.requirements(CHANNEL, ROUTE, change())
    assert (found.people, found.groups) == (("U0AVERY",), ("S0REVIEWERS",))
