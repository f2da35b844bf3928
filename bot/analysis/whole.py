"""Everything that a reviewer is told of a candidate policy, under one limit of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.analysis.difference import Difference, difference
from bot.analysis.findings import engine_findings
from bot.analysis.review import ReviewFinding, review_findings
from bot.analysis.sets.session import Deadline, Limits, started
from bot.cedar.schema import GatewaySchema


@dataclass(frozen=True)
class Analysis:
    """What the candidate changes, what is to be known of it, and why the service would not create it."""

    difference: Difference
    findings: tuple[ReviewFinding, ...]
    engine_findings: tuple[str, ...]


def analyse(
    existing: Mapping[str, str],
    name: str,
    candidate: str,
    schema: GatewaySchema,
    limits: Limits | Deadline | None = None,
) -> Analysis:
    """A candidate beside the policies that an engine has; one of the same name among them is replaced."""
    deadline = started(limits)
    changes = difference(existing, {**existing, name: candidate}, schema, deadline)
    findings = review_findings(existing, name, candidate, schema, deadline)
    if any(finding.kind == "INVALID" for finding in findings):
        return Analysis(changes, findings, ())
    return Analysis(changes, findings, engine_findings(existing, name, candidate, [schema], deadline))
