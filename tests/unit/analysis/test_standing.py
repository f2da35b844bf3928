"""What a candidate changes on an engine as it is enforced, with policies that are only logged or not certain."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.analysis import Analysis, Change, ReviewFinding, Standing, Uncertain, analyse
from bot.cedar import GatewaySchema

Rule = Callable[..., str]
Ask = Callable[..., Analysis]
ROLE = 'principal.hasTag("role") && principal.getTag("role") == "{}"'
CREATING = "is still being created"


@pytest.fixture
def ask(schema: GatewaySchema) -> Ask:
    def run(standing: Standing, candidate: str, *, free: bool = False, name: str = "new") -> Analysis:
        return analyse(standing, name, candidate, schema, candidate_free=free)

    return run


def refunds(found: Analysis) -> Change:
    """What is said of OAuth users and the refund tool."""
    return found.difference.changes[0]


def kinds(found: Analysis) -> dict[str, ReviewFinding]:
    return {finding.kind: finding for finding in found.findings}


def test_a_log_only_forbid_neither_stops_nor_overrides(ask: Ask, rule: Rule) -> None:
    found = ask(Standing(log_only={"freeze": rule("forbid")}), rule("permit", ROLE.format("a")))
    assert refunds(found).newly_allowed
    assert "overridden" not in kinds(found)
    said = kinds(found)["log_only"]
    assert said.sentence == "freeze is log-only: promoted too, it would deny some of these calls."
    assert said.policies == ("freeze",)


def test_a_log_only_forbid_is_named_beside_conditions_that_are_not_decided(ask: Ask, rule: Rule) -> None:
    """The policy may match less than its text, so that the forbid could deny some of its calls, or none."""
    found = ask(Standing(log_only={"freeze": rule("forbid")}), rule("permit", ROLE.format("a")), free=True)
    said = kinds(found)["log_only"]
    assert said.sentence == "freeze is log-only: promoted too, it could deny some of these calls."


def test_the_log_only_twin_of_a_candidate_is_not_its_equivalent(ask: Ask, rule: Rule) -> None:
    permit = rule("permit", ROLE.format("a"))
    found = ask(Standing(log_only={"trial": permit}), permit)
    assert refunds(found).newly_allowed
    assert kinds(found) == {}


def test_a_candidate_that_promotes_its_own_log_only_self_is_a_change(ask: Ask, rule: Rule) -> None:
    permit = rule("permit", ROLE.format("a"))
    found = ask(Standing(log_only={"new": permit}), permit)
    assert refunds(found).newly_allowed
    assert kinds(found) == {}


def test_other_log_only_policies_are_named_by_what_they_would_add(ask: Ask, rule: Rule) -> None:
    log_only = {
        "wider": rule("permit", ROLE.format("b")),
        "narrower": rule("permit", f"{ROLE.format('a')} && context.input.amount < 5"),
        "elsewhere": rule("permit", tool="Desk___close"),
        "cap": rule("forbid", "context.input.amount > 5"),
    }
    found = ask(Standing(log_only=log_only), rule("permit", ROLE.format("a")))
    said = {finding.policies: finding.sentence for finding in found.findings if finding.kind == "log_only"}
    assert said == {
        ("cap",): "cap is log-only: promoted too, it would deny some of these calls.",
        ("wider",): "wider is log-only: promoted too, it would allow more calls of these tools.",
    }


def test_an_uncertain_forbid_over_everything_leaves_the_change_open(ask: Ask, rule: Rule) -> None:
    standing = Standing(uncertain=(Uncertain("freeze", rule("forbid"), CREATING),))
    found = ask(standing, rule("permit", ROLE.format("a")))
    change = refunds(found)
    assert (change.status, change.newly_allowed) == ("not analysed", None)
    assert change.reason == "depends on freeze, which is still being created"
    assert not found.difference.proved_unchanged
    assert "overridden" not in kinds(found)


def test_what_holds_for_every_choice_is_a_change_and_the_rest_depends(ask: Ask, rule: Rule) -> None:
    uncertain = (
        Uncertain("cap", rule("forbid", "context.input.amount > 5"), CREATING),
        Uncertain("other", rule("permit", ROLE.format("b")), "is being deleted"),
    )
    change = refunds(ask(Standing(uncertain=uncertain), rule("permit", ROLE.format("a"))))
    assert change.newly_allowed
    assert change.newly_allowed.request.inputs["amount"] <= 5
    assert change.reason == "depends on cap, which is still being created"
    assert change.still_denied is None or change.still_denied.request.tags.get("role") != "a"


def test_who_may_be_concerned_is_not_said_too_narrowly(ask: Ask, rule: Rule) -> None:
    guard = Uncertain("guard", rule("forbid", 'principal.hasTag("intern")'), CREATING)
    narrow = Uncertain("narrow", rule("forbid", f"!({ROLE.format('a')})"), CREATING)
    assert refunds(ask(Standing(uncertain=(guard,)), rule("permit"))).whom == "anyone"
    assert refunds(ask(Standing(uncertain=(narrow,)), rule("permit"))).whom == "anyone"
    assert refunds(ask(Standing({"narrow": str(narrow.statement)}), rule("permit"))).whom == "callers with role = a"


def test_a_forbid_that_only_an_uncertain_permit_gives_an_effect_is_not_redundant(ask: Ask, rule: Rule) -> None:
    standing = Standing(uncertain=(Uncertain("door", rule("permit"), "is being deleted"),))
    found = ask(standing, rule("forbid", "context.input.amount > 5"))
    assert refunds(found).reason == "depends on door, which is being deleted"
    assert "redundant" not in kinds(found)
    assert "redundant" in kinds(ask(Standing(), rule("forbid", "context.input.amount > 5")))


def test_an_uncertain_policy_that_does_not_meet_the_candidate_leaves_the_proof_whole(ask: Ask, rule: Rule) -> None:
    enforced = {"wide": rule("permit", ROLE.format("a"))}
    uncertain = (Uncertain("b", rule("permit", ROLE.format("b")), CREATING),)
    found = ask(
        Standing(enforced, uncertain=uncertain), rule("permit", f"{ROLE.format('a')} && context.input.amount < 5")
    )
    assert found.difference.proved_unchanged
    assert "shadowed" in kinds(found)


@pytest.mark.parametrize("candidate", ["permit", "forbid"])
def test_an_unreadable_policy_leaves_every_tool_not_analysed(candidate: str, ask: Ask, rule: Rule) -> None:
    found = ask(Standing(uncertain=(Uncertain("lost", None, "cannot be read"),)), rule(candidate, ROLE.format("a")))
    assert {(change.status, change.reason) for change in found.difference.changes} == {
        ("not analysed", "lost cannot be read")
    }
    assert kinds(found)["not_analysed"].sentence == "Not analysed: lost cannot be read."
    assert found.engine_findings[0] == "Not analysed: lost cannot be read"
    assert "redundant" not in kinds(found)


def test_an_uncertain_policy_of_the_candidates_own_name_is_as_good_as_unknown(ask: Ask, rule: Rule) -> None:
    found = ask(Standing(uncertain=(Uncertain("new", rule("permit"), CREATING),)), rule("permit", ROLE.format("a")))
    assert {change.reason for change in found.difference.changes} == {"new is still being created"}


def test_an_enforced_policy_of_the_same_name_is_replaced(ask: Ask, rule: Rule) -> None:
    standing = Standing({"new": rule("permit", ROLE.format("a"))})
    change = refunds(ask(standing, rule("permit", ROLE.format("b"))))
    assert change.newly_allowed
    assert change.newly_denied


def test_replacing_by_the_other_effect_beside_an_uncertain_policy_is_not_analysed(ask: Ask, rule: Rule) -> None:
    uncertain = (Uncertain("door", rule("permit", ROLE.format("b")), CREATING),)
    standing = Standing({"new": rule("forbid", ROLE.format("a"))}, uncertain=uncertain)
    change = refunds(ask(standing, rule("permit", ROLE.format("a"))))
    assert (change.status, change.reason) == ("not analysed", "depends on door, which is still being created")


def test_a_candidate_with_other_conditions_is_told_at_most(ask: Ask, rule: Rule) -> None:
    found = ask(Standing(), rule("permit"), free=True)
    change = refunds(found)
    assert change.newly_allowed
    assert (change.possible, change.every) == (True, False)
    assert change.reason == "at most: its other conditions are not decided here"
    assert kinds(found) == {}
    covered = ask(Standing({"wide": rule("permit")}), rule("permit"), free=True)
    assert covered.difference.proved_unchanged
    assert kinds(covered)["shadowed"].policies == ("wide",)


def test_a_replacement_with_other_conditions_may_close_what_it_replaces(ask: Ask, rule: Rule) -> None:
    change = refunds(ask(Standing({"new": rule("permit")}), rule("permit"), free=True))
    assert change.newly_denied
    assert change.possible


def test_what_agentcore_refuses_counts_every_policy_of_the_engine(ask: Ask, rule: Rule) -> None:
    permit, forbid = rule("permit"), rule("forbid", "context.input.amount > 5")
    assert ask(Standing(), forbid).engine_findings
    assert not ask(Standing(log_only={"open": permit}), forbid).engine_findings
    assert not ask(Standing(uncertain=(Uncertain("open", permit, CREATING),)), forbid).engine_findings


def test_what_takes_the_place_of_another_is_not_called_redundant_for_what_it_adds(ask: Ask, rule: Rule) -> None:
    standing = Standing(
        {"new": rule("forbid", "context.input.amount > 5"), "open": rule("permit", "context.input.amount > 9")}
    )
    found = ask(standing, rule("forbid", "context.input.amount < 5"))
    assert refunds(found).newly_allowed
    assert "redundant" not in kinds(found)
