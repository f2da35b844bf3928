"""A ruling: forbid wins, nothing is permitted by silence, and what cannot be evaluated refuses."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import cedarpy
import pytest

from bot.governance import Action, ChangeFacts, ChannelFacts, Governance, PersonFacts, RouteFacts
from bot.governance.facts import ABOUT_A_CHANGE
from bot.governance.reading import SCHEMA_FILE
from tests.support.facts import CHANNEL, ROUTE, change, member

OVERFLOW = "9223372036854775807 + 1 > 0"
AVERY = member("U0AVERY", "security")


def test_a_forbid_wins_over_every_permit_and_gives_the_reason() -> None:
    governance = Governance.of(
        """
        @id("all") @reason("not this one") permit (principal, action, resource);
        @id("quiet") forbid (principal, action == Action::"approve", resource) when { resource.widens };
        @id("loud") @reason("Nothing is widened here.")
        forbid (principal, action == Action::"approve", resource) when { resource.widens };
        """
    )
    ruling = governance.ruling(Action.APPROVE, AVERY, CHANNEL, ROUTE, change(widens=True))
    assert (ruling.allowed, ruling.reason, ruling.policies) == (False, "Nothing is widened here.", ("quiet", "loud"))
    assert governance.ruling(Action.APPROVE, AVERY, CHANNEL, ROUTE, change()).policies == ("all",)


def test_who_is_not_permitted_gets_the_sentence_of_the_permit_that_applies_to_the_change() -> None:
    governance = Governance.of(
        """
        permit (principal in Group::"nobody", action == Action::"approve", resource);
        @reason("Narrowing is for payments.")
        permit (principal in Group::"payments", action == Action::"approve", resource) when { resource.narrows };
        @reason("Widening is for the board.")
        permit (principal in Group::"board", action == Action::"approve", resource) when { resource.widens };
        """
    )

    def said(**facts: bool) -> str:
        return governance.ruling(Action.APPROVE, AVERY, CHANNEL, ROUTE, change(**facts)).reason

    assert said(widens=True) == "Widening is for the board."
    assert said(narrows=True) == said() == "Narrowing is for payments."


@pytest.mark.parametrize("action", Action)
def test_what_no_policy_speaks_of_is_refused_with_a_sentence(action: Action) -> None:
    governance = Governance.of('forbid (principal == Person::"U0CASEY", action, resource);')
    ruling = governance.ruling(action, AVERY, CHANNEL, ROUTE, change())
    assert not ruling.allowed
    assert ruling.policies == ()
    assert ruling.reason.startswith("The rules of this team do not let you ")
    assert governance.ruling(action, member("U0CASEY"), CHANNEL, ROUTE, change()).reason == ruling.reason


@pytest.mark.parametrize("effect", ["permit", "forbid"])
def test_a_policy_that_cannot_be_evaluated_refuses_and_is_named(effect: str) -> None:
    governance = Governance.of(
        f"""
        @id("all") permit (principal, action, resource);
        @id("broken") {effect} (principal, action == Action::"reject", resource) when {{ {OVERFLOW} }};
        """
    )
    ruling = governance.ruling(Action.REJECT, AVERY, CHANNEL, ROUTE, change())
    assert not ruling.allowed
    assert ruling.policies == ("broken",)
    assert "could not be evaluated (broken)" in ruling.reason
    assert "overflow" in ruling.errors[0]
    assert governance.ruling(Action.EDIT, AVERY, CHANNEL, ROUTE, change()).allowed


def test_approvers_of_one_gateway_do_not_decide_for_another() -> None:
    governance = Governance.of(
        """
        permit (principal in Group::"security", action, resource);
        forbid (principal, action, resource)
        unless { context.route.gateway == "desk-gateway" && context.route.account == "123456789012" };
        """
    )
    assert governance.ruling(Action.PROPOSE, AVERY, CHANNEL, ROUTE).allowed
    assert governance.ruling(Action.APPROVE, AVERY, CHANNEL, ROUTE, change()).allowed
    elsewhere = dataclasses.replace(ROUTE, gateway="pay-gateway")
    assert not governance.ruling(Action.PROPOSE, AVERY, CHANNEL, elsewhere).allowed
    assert not governance.tally([AVERY], CHANNEL, elsewhere, change()).met


@pytest.mark.parametrize(
    ("clause", "facts"),
    [
        ('resource.tools.contains("Desk___refund")', {"tools": frozenset({"Desk___refund", "Desk___find"})}),
        ('resource.findings.contains("ALLOW_ALL")', {"findings": frozenset({"ALLOW_ALL"})}),
        (
            'resource.act == "promote" && resource.mode_before == "LOG_ONLY"',
            {"act": "promote", "mode_before": "LOG_ONLY"},
        ),
        ('resource.mode_after == "ACTIVE"', {"mode_after": "ACTIVE"}),
        ('resource.kind == "cedar"', {"kind": "cedar"}),
        ('resource.effect == "forbid"', {"effect": "forbid"}),
        ('resource.second == "differ"', {"second": "differ"}),
        ('resource.requester == Person::"U0CASEY"', {"requester": "U0CASEY"}),
        *((f"resource.{fact}", {fact: True}) for fact in ("narrows", "widens", "opens_to_anyone", "removes_forbid")),
        *((f"resource.{fact}", {fact: True}) for fact in ("unproved", "looser", "unvalidated", "timed")),
    ],
)
def test_a_policy_can_ask_for_every_fact_of_a_change(clause: str, facts: dict[str, object]) -> None:
    governance = Governance.of(f'permit (principal, action == Action::"approve", resource) when {{ {clause} }};')
    assert governance.ruling(Action.APPROVE, AVERY, CHANNEL, ROUTE, change(**facts)).allowed
    assert not governance.ruling(Action.APPROVE, AVERY, CHANNEL, ROUTE, change()).allowed


@pytest.mark.parametrize(
    ("clause", "person", "channel"),
    [
        ('principal == Person::"U0AVERY"', member("U0AVERY"), CHANNEL),
        ('principal in Group::"security"', member("U0BLAIR", "security"), CHANNEL),
        ('principal.team == Team::"T0OTHER"', member("U0BLAIR", team="T0OTHER"), CHANNEL),
        ("principal.admin", member("U0BLAIR", admin=True), CHANNEL),
        ("context.channel.shared", member("U0BLAIR"), ChannelFacts("C0RULES", shared=True)),
        ("context.channel.private", member("U0BLAIR"), ChannelFacts("C0RULES", shared=False, private=True)),
        ('context.channel == Channel::"C0OPS"', member("U0BLAIR"), ChannelFacts("C0OPS", shared=False)),
    ],
)
def test_a_policy_can_ask_for_every_fact_of_a_person_and_a_channel(
    clause: str, person: PersonFacts, channel: ChannelFacts
) -> None:
    governance = Governance.of(f'permit (principal, action == Action::"propose", resource) when {{ {clause} }};')
    assert governance.ruling(Action.PROPOSE, person, channel, ROUTE).allowed
    assert not governance.ruling(Action.PROPOSE, member("U0BLAIR"), CHANNEL, ROUTE).allowed


def test_the_schema_has_the_facts_and_the_actions_and_no_others() -> None:
    answer = cedarpy.Schema.from_str(SCHEMA_FILE.read_text(encoding="utf-8"))
    text = str(answer)
    for kind, facts in (
        ("Change", ChangeFacts),
        ("Channel", ChannelFacts),
        ("Person", PersonFacts),
        ("Route", RouteFacts),
    ):
        body = re.sub(r"(evidence\"?): \{.*?\}", r"\1: …", text.split(f"entity {kind} ")[1].split("};")[0], flags=re.S)
        found = {line.split(":")[0].strip().strip('"') for line in body.splitlines() if ":" in line}
        assert found == {each.name for each in dataclasses.fields(facts)} - {"id", "groups", "unread"}
    for action in Action:
        for kind in ("Change", "Route"):
            wanted = (kind == "Change") == (action in ABOUT_A_CHANGE)
            policy = f'permit (principal, action == Action::"{action}", resource is {kind});'
            assert cedarpy.validate_policies(policy, answer).validation_passed is wanted


def test_what_is_about_a_change_is_not_ruled_without_one() -> None:
    with pytest.raises(ValueError, match="approve is about a change"):
        Governance.default().ruling(Action.APPROVE, AVERY, CHANNEL, ROUTE)


@pytest.mark.parametrize("fact", ["act", "kind", "effect", "second", "mode_before", "mode_after"])
def test_a_word_that_no_policy_could_name_is_no_fact(fact: str) -> None:
    with pytest.raises(ValueError, match=f"{fact} is 'other'"):
        change(**{fact: "other"})


def test_the_route_is_read_from_the_arn() -> None:
    arn = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:gateway/pay-gateway-a1b2c3d4e5"
    assert RouteFacts.of("engine", arn) == RouteFacts("engine", "pay-gateway-a1b2c3d4e5", "123456789012", "eu-west-1")
    assert RouteFacts.of("engine", "elsewhere") == RouteFacts("engine", "elsewhere", "", "")


def test_ids_are_data() -> None:
    odd = 'U0" || true //'
    governance = Governance.of('permit (principal == Person::"U0AVERY", action, resource);')
    assert not governance.ruling(Action.PROPOSE, member(odd), ChannelFacts(odd), RouteFacts(odd, odd, odd, odd)).allowed


UNREAD = Governance.of(
    """
    @id("all") permit (principal, action == Action::"reject", resource);
    @id("not-interns") forbid (principal in Group::"interns", action == Action::"reject", resource);
    @id("security") permit (principal in Group::"security", action == Action::"approve", resource);
    @id("nobody") forbid (principal, action == Action::"edit", resource);
    """
)


@pytest.mark.parametrize(
    ("action", "unread", "allowed", "said"),
    [
        (Action.REJECT, {"interns"}, False, "Slack does not say who is in interns"),
        (Action.APPROVE, {"security"}, False, "Slack does not say who is in security"),
        (Action.REJECT, {"security", "cooks"}, True, ""),
        (Action.REJECT, {f"g{number}" for number in range(9)}, True, ""),
        (Action.APPROVE, {"interns", "cooks"}, False, "The rules of this team do not let you"),
        (Action.EDIT, {"interns", "security"}, False, "The rules of this team do not let you"),
        (Action.REJECT, {"interns", "security"}, False, "Slack does not say who is in interns at"),
    ],
)
def test_what_depends_on_a_group_that_cannot_be_read_is_refused(
    action: Action, unread: set[str], allowed: bool, said: str
) -> None:
    ruling = UNREAD.ruling(action, member("U0AVERY", unread=frozenset(unread)), CHANNEL, ROUTE, change())
    assert ruling.allowed is allowed
    assert ruling.reason.startswith(said)


def test_with_more_unread_groups_than_can_be_tried_nothing_is_allowed() -> None:
    groups = [f"g{number}" for number in range(6)]
    named = "".join(f'permit (principal in Group::"{each}", action == Action::"edit", resource);' for each in groups)
    governance = Governance.of(f'permit (principal, action == Action::"propose", resource);{named}')
    ruling = governance.ruling(Action.PROPOSE, member("U0AVERY", unread=frozenset(groups)), CHANNEL, ROUTE)
    assert not ruling.allowed


def test_a_vote_does_not_count_by_a_group_that_cannot_be_read() -> None:
    governance = Governance.of(
        """
        @id("a") @group("security") permit (principal, action == Action::"approve", resource);
        @id("b") @group("payments") permit (principal, action == Action::"approve", resource);
        """
    )
    half = member("U0AVERY", "security", "payments", unread=frozenset({"payments"}))
    tally = governance.tally([half, member("U0BLAIR", "security")], CHANNEL, ROUTE, change())
    assert [(need.group, need.voters) for need in tally.needs] == [("security", ("U0AVERY",)), ("payments", ())]
    assert not tally.met


def test_a_vote_counts_for_a_requirement_only_if_it_would_whoever_is_in_the_group() -> None:
    governance = Governance.of(
        """
        @id("a") @quorum("1") permit (principal, action == Action::"approve", resource)
        unless { principal in Group::"interns" };
        @id("b") @group("security") permit (principal, action == Action::"approve", resource);
        """
    )
    half = member("U0AVERY", "security", unread=frozenset({"interns"}))
    assert governance.vote_ruling(half, CHANNEL, ROUTE, change()).policies == ("b",)
    needs = governance.tally([half], CHANNEL, ROUTE, change()).needs
    assert [need.voters for need in needs] == [(), ("U0AVERY",)]


def test_the_same_question_is_put_to_cedar_once_and_another_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any fact that is another makes it another question, and so does another text."""
    put = []
    batch = cedarpy.is_authorized_batch

    def counted(*given: Any) -> Any:
        put.append(given)
        return batch(*given)

    monkeypatch.setattr(cedarpy, "is_authorized_batch", counted)
    text = """permit (principal in Group::"security", action == Action::"propose", resource);"""
    governance, same = Governance.of(text), Governance.of(text)
    for _ in range(3):
        assert governance.ruling(Action.PROPOSE, AVERY, CHANNEL, ROUTE).allowed
    asked = len(put)
    assert asked == 1
    assert same.ruling(Action.PROPOSE, AVERY, CHANNEL, ROUTE).allowed
    assert not governance.ruling(Action.PROPOSE, dataclasses.replace(AVERY, groups=frozenset()), CHANNEL, ROUTE).allowed
    assert len(put) > asked + 1
