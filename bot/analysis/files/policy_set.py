"""Whole policy sets over any schema: what each policy matches and how it stands to the others; how two sets compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import cedarpy

from bot.analysis.findings import invalid_words
from bot.analysis.model import Environment
from bot.analysis.review import ReviewFinding, error_finding, not_analysed, relation_findings
from bot.analysis.sets.compare import Comparison, Shown
from bot.analysis.sets.concrete import Concrete
from bot.analysis.sets.described import Described
from bot.analysis.sets.policies import Parsed, parse
from bot.analysis.sets.relations import Relations
from bot.analysis.sets.search import Impossible, Unknown
from bot.analysis.sets.session import Deadline, Limits, Session
from bot.analysis.vocabulary import Kind

Extent = Literal["all", "some", "none", "not analysed"]
Decides = Literal["always allows", "always denies", "depends", "not analysed"]
Order = Literal["equivalent", "more permissive", "less permissive", "incomparable", "not analysed"]

_EVERYTHING = "permit(principal, action, resource);"


@dataclass(frozen=True)
class PolicyReport:
    """One policy: how much it matches in each request environment of its scope, and the findings.

    `failing` is a request on which its evaluation ends in an error.
    """

    name: str
    permits: bool
    extents: tuple[tuple[Environment, Extent], ...]
    findings: tuple[ReviewFinding, ...]
    failing: Concrete | None = None


@dataclass(frozen=True)
class Compared:
    """One request environment: how the second set compares to the first, with requests that show it."""

    environment: Environment
    order: Order
    newly_allowed: Concrete | None = None
    newly_denied: Concrete | None = None
    reason: str = ""


def report_policies(session: Session, policies: Mapping[str, Parsed], limits: Limits) -> tuple[PolicyReport, ...]:
    """Every policy of a set beside the others. The limit for a review holds for each policy."""
    deadline = Deadline(limits)
    relations = Relations(session, policies, deadline)
    reports = []
    for name, policy in policies.items():
        deadline.restart()
        errors = sorted(each.error for each in cedarpy.validate_policies(policy.statement, session.handle).errors)
        if errors:
            invalid = ReviewFinding(Kind.INVALID, invalid_words(errors))
            reports.append(PolicyReport(name, policy.permits, (), (invalid,)))
        else:
            reports.append(_report(relations, name, policy))
    return tuple(reports)


def _report(relations: Relations, name: str, policy: Parsed) -> PolicyReport:
    unknown: dict[str, None] = {}
    extents = tuple((each, _extent(relations, name, each, unknown)) for each in relations.environments(name))
    findings = []
    found = {extent for _, extent in extents}
    verb = "allow" if policy.permits else "deny"
    if found <= {"none"}:
        kind = Kind.ALLOW_NONE if policy.permits else Kind.DENY_NONE
        findings.append(ReviewFinding(kind, f"It can never {verb} a request."))
    elif found == {"all"}:
        every = Kind.ALLOW_ALL if policy.permits else Kind.DENY_ALL
        findings.append(ReviewFinding(every, "It matches every request of its scope."))
    failing, undecided = relations.failure(name)
    unknown.update(dict.fromkeys(undecided))
    if failing:
        findings.append(error_finding(failing, name, permits=policy.permits, example=None))
    whole = relations.related(name)
    related = list(relation_findings(whole, permits=policy.permits))
    findings += related
    if whole.redundant is None:
        active = [environment for environment, extent in extents if extent != "none"]
        findings += _in_part(relations, name, policy, active, {*whole.equivalent, *whole.shadowing, *whole.overriding})
    if unknown and not any(finding.kind is Kind.NOT_ANALYSED for finding in related):
        findings.append(not_analysed(*unknown))
    return PolicyReport(name, policy.permits, extents, tuple(findings), failing.request if failing else None)


def _in_part(
    relations: Relations, name: str, policy: Parsed, active: list[Environment], whole: set[str]
) -> Iterator[ReviewFinding]:
    """How the policy stands to others in some of the environments in which it can match, where it is not so in all."""
    parts: dict[ReviewFinding, list[str]] = {}
    for environment in active if len(active) > 1 else ():
        for finding in relation_findings(relations.related(name, environment), permits=policy.permits):
            if finding.kind is not Kind.NOT_ANALYSED and not whole.intersection(finding.policies):
                where = f"{environment.principal} {environment.action[1]} {environment.resource}"
                parts.setdefault(finding, []).append(where)
    for finding, places in parts.items():
        yield ReviewFinding(Kind.IN_PART, f"For {', '.join(places)}: {finding.sentence}", finding.policies)


def _extent(relations: Relations, name: str, environment: Environment, unknown: dict[str, None]) -> Extent:
    matching = relations.matching(name, environment)
    if isinstance(matching, Impossible):
        return "none"
    outside = relations.not_matching(name, environment)
    if isinstance(outside, Impossible):
        return "all"
    for outcome in (matching, outside):
        if isinstance(outcome, Unknown):
            unknown[outcome.reason] = None
            return "not analysed"
    return "some"


def verdicts(
    session: Session, policies: Mapping[str, Parsed], limits: Limits
) -> tuple[tuple[Environment, Decides, str], ...]:
    """What a whole set decides in each request environment of the schema, and why that is not known."""
    deadline = Deadline(limits)
    everything = Described(session, policies, parse(_EVERYTHING), "", deadline)
    return tuple((each, *_verdict(everything, each)) for each in everything.environments)


def _verdict(everything: Described, environment: Environment) -> tuple[Decides, str]:
    allowed = everything.within(environment, allowed=True)
    if isinstance(allowed, Impossible):
        return "always denies", ""
    denied = everything.within(environment, allowed=False)
    if isinstance(denied, Impossible):
        return "always allows", ""
    unknown = next((each.reason for each in (allowed, denied) if isinstance(each, Unknown)), "")
    return ("not analysed" if unknown else "depends"), unknown


def compare_sets(
    session: Session, before: Mapping[str, Parsed], after: Mapping[str, Parsed], limits: Limits
) -> tuple[Compared, ...]:
    """How the second set compares to the first, for each request environment of the schema."""
    comparison = Comparison(session, before, after, Deadline(limits))
    return tuple(_compare(comparison, environment) for environment in session.model.environments)


def _compare(comparison: Comparison, environment: Environment) -> Compared:
    if not comparison.touches(environment):
        return Compared(environment, "equivalent")
    found = comparison.of(environment)
    outcomes = (found.newly_allowed, found.newly_denied)
    allowed, denied = (outcome.request if isinstance(outcome, Shown) else None for outcome in outcomes)
    reasons = dict.fromkeys(outcome.reason for outcome in outcomes if isinstance(outcome, Unknown))
    order: Order = "not analysed" if reasons and not (allowed and denied) else _order(bool(allowed), bool(denied))
    return Compared(environment, order, allowed, denied, "; ".join(reasons))


def overall(compared: tuple[Compared, ...]) -> Order:
    """How the second set compares to the first over all environments together."""
    allowed = any(each.newly_allowed for each in compared)
    denied = any(each.newly_denied for each in compared)
    if not (allowed and denied) and any(each.order == "not analysed" for each in compared):
        return "not analysed"
    return _order(allowed, denied)


def _order(allowed: bool, denied: bool) -> Order:
    if allowed and denied:
        return "incomparable"
    return "more permissive" if allowed else "less permissive" if denied else "equivalent"
