"""The first lines of a card: what makes all else untrue comes first, and "nothing" and "proved" only when they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.analysis import Change, Difference, Example
from bot.blocks.headline import headlines
from bot.cedar import Request
from bot.review.found import Analysis, Finding, SecondReading, Verdict
from bot.review.model import Act, Draft

OAUTH, IAM = "AgentCore::OAuthUser", "AgentCore::IamEntity"
SUPPORT = "callers with role = support-agent"
TOOLS = ("refund", "lookup", "cancel", "export")


def example(tool: str) -> Example:
    return Example(Request(OAUTH, "alice", f"Desk___{tool}", "g"), allowed_before=False, allowed_after=True)


def allowed(tool: str, whom: str = "anyone", *, every: bool = False, kind: str = OAUTH, reason: str = "") -> Change:
    found = Change(kind, f"Desk___{tool}", "changed", newly_allowed=example(tool), reason=reason)
    return replace(found, whom=whom, every=every)


def denied(tool: str, whom: str = "anyone", *, every: bool = False) -> Change:
    found = Change(OAUTH, f"Desk___{tool}", "changed", newly_denied=example(tool))
    return replace(found, whom=whom, every=every)


def same(tool: str) -> Change:
    return Change(OAUTH, f"Desk___{tool}", "unchanged")


def unknown(tool: str, reason: str) -> Change:
    return Change(OAUTH, f"Desk___{tool}", "not analysed", reason=reason)


def of(draft: Draft, *changes: Change, **more: object) -> tuple[str, ...]:
    """The headlines of an enforced draft with these changes."""
    analysis = replace(Analysis(difference=Difference(changes).as_json()), **more)  # type: ignore[arg-type]
    return headlines(replace(draft, enforcement_mode="ACTIVE", findings=(), analysis=analysis))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([allowed(tool, every=True) for tool in TOOLS], "Opens all 4 tools to anyone"),
        ([allowed("refund", SUPPORT), same("lookup")], f"Opens refund to {SUPPORT}"),
        ([allowed("refund", SUPPORT, every=True), same("lookup")], f"Opens every call of refund to {SUPPORT}"),
        (
            [allowed("refund", SUPPORT), allowed("lookup"), same("export")],
            f"Opens lookup to anyone, and refund to {SUPPORT}",
        ),
        (
            [allowed("refund"), allowed("refund", "any IAM caller", kind=IAM), same("lookup")],
            "Opens refund to anyone and any IAM caller",
        ),
        ([denied("refund"), same("lookup")], "Narrows refund for anyone: some calls that work today are denied"),
        ([denied("refund", every=True), same("lookup")], "Closes every call of refund to anyone"),
        (
            [allowed("refund", SUPPORT), denied("lookup", every=True), same("export")],
            f"Opens refund to {SUPPORT}, and closes every call of lookup to anyone",
        ),
        ([same("refund"), same("lookup")], "Changes nothing: proved"),
        ([allowed("refund", ""), same("lookup")], "Opens refund"),
    ],
)
def test_the_effect_says_what_to_whom(draft: Draft, changes: list[Change], said: str) -> None:
    """One line says which tools open or close, to whom, and whether it is every call."""
    assert of(draft, *changes) == (said,)


def test_tools_of_one_name_are_told_apart_by_their_target(draft: Draft) -> None:
    """A reviewer does not take one target's tool for another's."""
    other = Change(OAUTH, "Shop___refund", "unchanged")
    assert of(draft, allowed("refund"), other) == ("Opens refund (Desk) to anyone",)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (
            Finding("overridden", "Everything that it allows is denied by freeze_refunds: a forbid wins.", "policybot"),
            "Changes nothing today: everything that it allows is denied by freeze_refunds",
        ),
        (
            Finding("shadowed", "Everything that it allows is allowed by support already.", "policybot"),
            "Changes nothing today: everything that it allows is allowed by support already",
        ),
        (Finding("ALLOW_NONE", "Ineffective.", "agentcore"), "Changes nothing: no request can meet its conditions"),
    ],
)
def test_a_policy_without_effect_says_why(draft: Draft, finding: Finding, said: str) -> None:
    """ "Changes nothing" comes with the policies that are the cause."""
    assert of(draft, same("refund"), findings=(finding,)) == (said,)


@pytest.mark.parametrize(
    ("changes", "findings", "first"),
    [
        ([], (), "Not analysed: the gateway has no tool that Cedar can express"),
        ([unknown("refund", "forbid_x cannot be read (gone)")], (), "Not analysed: forbid_x cannot be read (gone)"),
        (
            [replace(same("refund"), reason="depends on permit_y, which is still being created")],
            (),
            "Not settled: it depends on permit_y, which is still being created",
        ),
        (
            [same("refund")],
            (Finding("not_analysed", "Not analysed: ran out of time.", "policybot"),),
            "Not analysed: ran out of time",
        ),
    ],
)
def test_nothing_is_never_said_while_something_is_not_known(
    draft: Draft, changes: list[Change], findings: tuple[Finding, ...], first: str
) -> None:
    """Whatever cannot be read, is on its way or was not analysed leads, and no proof is claimed."""
    found = of(draft, *changes, findings=findings)
    assert found[0] == first
    assert not any("nothing" in said or "proved" in said for said in found)


def test_a_draft_without_any_difference_is_not_analysed(draft: Draft) -> None:
    """No analysis is not the same as no change."""
    assert headlines(replace(draft, analysis=Analysis())) == ("Not analysed: nothing is known of what it would change",)


def test_what_is_known_beside_the_unknown_is_said_as_the_least(draft: Draft) -> None:
    """A known opening is not hidden by a tool that could not be analysed."""
    found = of(draft, allowed("refund"), unknown("lookup", "forbid_x cannot be read"))
    assert found == ("Not analysed: forbid_x cannot be read", "At least opens refund to anyone")


@pytest.mark.parametrize(
    ("reason", "possible", "effect"),
    [
        ("", False, "Can at most open refund to anyone"),
        ("its temporal conditions are not analysed", True, "Can at most open refund to anyone"),
        ("ran out of time", False, "May open refund to anyone"),
    ],
)
def test_conditions_that_are_not_cedar_bound_the_effect_from_above(
    draft: Draft, reason: str, possible: bool, effect: str
) -> None:
    """A statement with temporal or guardrails conditions opens at most what is shown, if nothing else is unknown."""
    statement = "permit(principal, action, resource) when temporal { within 5 minutes };"
    change = replace(allowed("refund", reason=reason), possible=possible)
    found = of(replace(draft, statement=statement), change, same("lookup"))
    assert found[0].startswith("Not analysed: ")
    assert found[-1] == effect


def test_conditions_that_are_not_cedar_are_never_nothing(draft: Draft) -> None:
    """Even where the plain part changes nothing, no proof is claimed of such a statement."""
    statement = "permit(principal, action, resource) when guardrails { pii };"
    assert of(replace(draft, statement=statement), same("refund")) == ("Not analysed: its guardrails conditions",)


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("not_attached", "Nothing is enforced: the gateway asks no policy engine"),
        ("other_engine", "Nothing here is enforced: the gateway asks another policy engine"),
        ("gateway_log_only", "Nothing is enforced: the gateway only records what this engine decides"),
        (
            "gateway_mode",
            "Not known whether anything is enforced: the gateway asks this engine in an unknown mode",
        ),
    ],
)
def test_a_gateway_that_does_not_enforce_the_engine_comes_before_all(draft: Draft, kind: str, first: str) -> None:
    """The first line says that nothing is enforced, and the effect is said as depending on it."""
    warnings = (Finding(kind, "The gateway …", "policybot"),)
    found = of(draft, allowed("refund"), unknown("lookup", "x cannot be read"), warnings=warnings, refusal="No.")
    assert found[0] == first
    assert found[-1] == "If the gateway enforces this engine: at least opens refund to anyone"


def test_a_log_only_draft_has_its_effect_if_it_is_promoted(draft: Draft) -> None:
    """A draft that is created log-only changes nothing by itself, and the card does not say that it does."""
    analysis = Analysis(difference=Difference((allowed("refund"), same("lookup"))).as_json())
    assert headlines(replace(draft, analysis=analysis)) == ("If it is promoted: opens refund to anyone",)
    nothing = Analysis(difference=Difference((same("refund"),)).as_json())
    assert headlines(replace(draft, findings=(), analysis=nothing)) == (
        "If it is promoted, it still changes nothing: proved",
    )


@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        (
            "Overly Restrictive: Policy Engine will deny every request for the specified principal "
            "(AgentCore::OAuthUser), action (Desk___refund) and resource (gateway/*) combination if it is added",
            "the policies in force allow no call of refund, with it or without it",
        ),
        (
            "Overly Permissive: Policy Engine will allow every request for the specified principal "
            "(AgentCore::OAuthUser), action (Desk___refund) and resource (gateway/*) combination if it is added",
            "with it, every call of refund would be allowed",
        ),
        ("Something new.", "Something new"),
    ],
)
def test_what_agentcore_will_refuse_is_said_with_the_reason(draft: Draft, refusal: str, why: str) -> None:
    """Nobody approves in vain: that AgentCore's own analysis refuses it stands before the effect."""
    found = of(draft, same("refund"), refusal=refusal)
    assert found == (f"AgentCore will refuse it as things stand: {why}", "Changes nothing: proved")


def test_looser_than_the_rule_is_in_the_headline(draft: Draft) -> None:
    """A policy that allows more than the rule says so before what it opens."""
    second = SecondReading(Verdict.DIFFER, "It also lets alice refund 600.", looser=True)
    found = of(draft, allowed("refund"), same("lookup"), second=second)
    assert found == ("Looser than the rule says", "Opens refund to anyone")


def test_what_does_not_fit_the_gateway_has_no_effect_to_speak_of(draft: Draft) -> None:
    """INVALID is the whole headline: nothing else of the analysis counts."""
    assert of(draft, same("refund"), findings=(Finding("INVALID", "no such tool", "policybot"),)) == (
        "Invalid: it does not fit the gateway",
    )


def test_a_boundary_that_is_crossed_stands_in_the_headline(draft: Draft) -> None:
    lines = of(draft, allowed("refund"), crossing="It crosses the boundary no_refunds: alice calls refund.")
    assert "Nobody can approve it. It crosses the boundary no_refunds: alice calls refund." in lines


@pytest.mark.parametrize("act", [Act.CREATE, Act.REPLACE])
def test_what_opens_leaves_room_for_what_closes(draft: Draft, act: Act) -> None:
    """However long the names of tools and claims are, both directions are said."""
    tool, role = (
        "customer_support_escalation_transfer_{}",
        "callers with role = regional_support_lead_{} and a team claim",
    )
    wide = [allowed(tool.format(each), role.format(each) * 2) for each in "abc"]
    narrow = [denied(tool.format("d"), role.format("d") * 2), denied(tool.format("e"), role.format("e"), every=True)]
    (said,) = of(replace(draft, act=act, policy_name="p"), *wide, *narrow)
    for verb in ("opens", "closes", "narrows"):
        assert verb in said.lower()
    assert "and more" in said
