"""Everything that a reviewer is told of a candidate policy, under one limit of time."""

from __future__ import annotations

from dataclasses import dataclass

from bot.analysis.candidate import candidate_difference
from bot.analysis.difference import Difference
from bot.analysis.findings import engine_findings
from bot.analysis.review import ReviewFinding, not_analysed, review_findings
from bot.analysis.sets.session import Deadline, Limits, started
from bot.analysis.standing import Standing
from bot.analysis.stood import stood
from bot.cedar.schema import GatewaySchema


@dataclass(frozen=True)
class Analysis:
    """What the candidate changes, what is to be known of it, and why the service would not create it."""

    difference: Difference
    findings: tuple[ReviewFinding, ...]
    engine_findings: tuple[str, ...]


def analyse(
    standing: Standing,
    name: str,
    candidate: str,
    schema: GatewaySchema,
    limits: Limits | Deadline | None = None,
    *,
    candidate_free: bool = False,
    removed: bool = False,
) -> Analysis:
    """A candidate in force beside what is enforced; an enforced policy of the same name is replaced.

    `removed`: it is in force beside the standing today, and goes; of how it stands to others nothing is said then.
    `candidate_free` says that the candidate has conditions beside its text, which is the widest that it can mean.
    """
    deadline = started(limits)
    changes = candidate_difference(
        standing, name, candidate, schema, deadline, candidate_free=candidate_free, removed=removed
    )
    findings: tuple[ReviewFinding, ...]
    if removed:
        unknown = stood(standing, name).unknown
        findings = (not_analysed(*unknown),) if unknown else ()
    else:
        findings = review_findings(standing, name, candidate, schema, deadline, candidate_free=candidate_free)
    if candidate_free or any(finding.kind == "INVALID" for finding in findings):
        # What the service finds in conditions that are not decided here is not known.
        return Analysis(changes, findings, ())
    return Analysis(changes, findings, engine_findings(standing, name, candidate, [schema], deadline))
