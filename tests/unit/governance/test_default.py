"""What the one-line way, POLICYBOT_APPROVERS, lets whom do."""

from __future__ import annotations

import pytest

from bot.errors import GovernanceError
from bot.governance import Action, ChangeFacts, ChannelFacts, Governance, PersonFacts
from bot.governance.check import findings
from tests.support.facts import CHANNEL, REQUESTER, ROUTE, change, member

GOVERNANCE = Governance.default(["U0AVERY", "W0BLAIR", "S0REVIEWERS"])
MEMBERS = {Action.PROPOSE, Action.EDIT, Action.PROMOTE, Action.DEMOTE, Action.REVOKE}
DECIDING = {Action.APPROVE, Action.APPROVE_WITH_FINDINGS, Action.APPROVE_LOOSER, Action.REJECT}
APPROVERS = MEMBERS | DECIDING | {Action.EDIT_CEDAR, Action.EXPORT}


def may(person: PersonFacts, governance: Governance = GOVERNANCE, channel: ChannelFacts = CHANNEL) -> set[Action]:
    return {each for each in Action if governance.ruling(each, person, channel, ROUTE, change()).allowed}


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        (member("U0AVERY"), APPROVERS),
        (member("W0BLAIR"), APPROVERS),
        (member("U0CASEY", "S0REVIEWERS", "reviewers"), APPROVERS),
        (member("U0CASEY", "S0OTHERS"), MEMBERS),
        (member("U0CASEY", admin=True), MEMBERS | {Action.CONFIGURE, Action.EXPORT}),
        (member(REQUESTER), MEMBERS | {Action.WITHDRAW, Action.REJECT}),
        (member(REQUESTER, "S0REVIEWERS"), (APPROVERS | {Action.WITHDRAW}) - {Action.APPROVE}),
        (member("U0AVERY", guest=True), set()),
        (member("U0AVERY", outsider=True), set()),
        (member("U0AVERY", bot=True), set()),
        (member("U0AVERY", deleted=True), set()),
        (PersonFacts("U0AVERY"), set()),
    ],
)
def test_who_may_do_what(person: PersonFacts, allowed: set[Action]) -> None:
    assert may(person) == allowed


def test_in_a_shared_channel_nothing_is_proposed_and_everything_is_decided() -> None:
    shared = ChannelFacts("C0SHARED", shared=True)
    assert may(member("U0AVERY"), channel=shared) == DECIDING | {Action.EXPORT}
    said = GOVERNANCE.ruling(Action.PROPOSE, member("U0AVERY"), shared, ROUTE).reason
    assert said.startswith("People of another company")


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (member("U0CASEY"), "You are not one of the approvers"),
        (member(REQUESTER, "S0REVIEWERS"), "You proposed this change, so somebody else has to approve it."),
        (member("U0AVERY", guest=True), "Guests cannot take part"),
        (member("U0AVERY", outsider=True), "Only members of the workspace"),
        (member("U0AVERY", bot=True), "Apps and bots cannot"),
        (PersonFacts("U0AVERY"), "Slack does not know you"),
    ],
)
def test_who_is_refused_gets_the_sentence_of_the_policy_that_refused(person: PersonFacts, said: str) -> None:
    assert GOVERNANCE.ruling(Action.APPROVE, person, CHANNEL, ROUTE, change()).reason.startswith(said)
    assert GOVERNANCE.vote_ruling(person, CHANNEL, ROUTE, change()).reason.startswith(said)


def test_one_vote_of_one_approver_is_enough_and_that_of_the_requester_is_none() -> None:
    assert GOVERNANCE.tally([member("U0AVERY")], CHANNEL, ROUTE, change()).met
    assert not GOVERNANCE.tally([], CHANNEL, ROUTE, change()).met
    assert not GOVERNANCE.tally([member("U0AVERY")], CHANNEL, ROUTE, change("U0AVERY")).met


def test_it_names_whom_the_setting_names() -> None:
    assert GOVERNANCE.people == {"U0AVERY", "W0BLAIR"}
    assert GOVERNANCE.groups == {"S0REVIEWERS"}


def test_without_approvers_nobody_can_approve_and_that_is_said() -> None:
    nobody = Governance.default()
    assert may(member("U0AVERY"), nobody) == MEMBERS
    assert not nobody.eligible([member("U0AVERY")], CHANNEL, ROUTE, change()).enough
    assert any("Nobody can ever approve anything" in line for line in findings(nobody))


def test_nothing_is_to_be_said_against_the_default() -> None:
    assert findings(GOVERNANCE) == ()


@pytest.mark.parametrize("approver", ["avery", "", 'U0" || true', "C0RULES"])
def test_an_id_of_neither_kind_is_refused(approver: str) -> None:
    with pytest.raises(GovernanceError, match="is no approver"):
        Governance.default(["U0AVERY", approver])


FORBID = "permit (principal, action, resource);\nforbid (principal, action, resource)"
RISKS = ("narrows", "widens", "opens_to_anyone", "removes_forbid", "unproved", "looser", "unvalidated")


@pytest.mark.parametrize("fact", ["guest", "outsider", "bot", "deleted"])
def test_whoever_is_not_described_is_taken_for_the_least_welcome(fact: str) -> None:
    governance = Governance.of(f"{FORBID} when {{ principal.{fact} }};")
    assert not governance.ruling(Action.PROPOSE, PersonFacts("U0AVERY"), CHANNEL, ROUTE).allowed
    assert governance.ruling(Action.PROPOSE, member("U0AVERY"), CHANNEL, ROUTE).allowed


@pytest.mark.parametrize("fact", RISKS)
def test_a_change_that_is_not_described_is_taken_for_the_riskiest(fact: str) -> None:
    governance = Governance.of(f"{FORBID} when {{ resource is Change && resource.{fact} }};")
    unsaid = ChangeFacts(requester=REQUESTER, act="create")
    assert not governance.ruling(Action.APPROVE, member("U0AVERY"), CHANNEL, ROUTE, unsaid).allowed
    assert governance.ruling(Action.APPROVE, member("U0AVERY"), CHANNEL, ROUTE, change()).allowed


def test_a_channel_that_is_not_described_is_taken_for_a_shared_one() -> None:
    assert not GOVERNANCE.ruling(Action.PROPOSE, member("U0AVERY"), ChannelFacts("C0RULES"), ROUTE).allowed
