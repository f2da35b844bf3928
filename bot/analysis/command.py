"""What `policybot analyze` does: policies, a change of them, and boundaries, for a gateway or for any Cedar schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.analysis.difference import difference
from bot.analysis.files import report
from bot.analysis.files.boundary_files import boundaries_of_gateway, boundaries_of_schema
from bot.analysis.files.policy_files import Place, PolicyFiles, read_policies, read_schema
from bot.analysis.files.policy_set import compare_sets, overall, report_policies, verdicts
from bot.analysis.findings import engine_findings
from bot.analysis.review import review_findings
from bot.analysis.sets.disjoint import both_allow
from bot.analysis.sets.search import Unknown
from bot.analysis.sets.session import Deadline, Limits, Session, session_for
from bot.analysis.standing import Standing
from bot.cedar.gateway import load_gateway
from bot.cedar.schema import schema_for
from bot.errors import BadInput

NOTHING, FINDINGS, CROSSED = 0, 1, 4


@dataclass(frozen=True)
class Question:
    """What to analyse.

    With a gateway, `candidate` is added to `policies`, and what it changes is told per principal type and tool. With a
    schema, `candidate` is a second set (a file, or a folder of .cedar files), compared to the first. A candidate file
    without a policy removes them all. `must_never` and `must_allow` are boundaries of what results.
    """

    gateway: Path | None = None
    schema: Path | None = None
    policies: Sequence[Path] = ()
    candidate: Path | None = None
    must_never: Sequence[Path] = ()
    must_allow: Sequence[Path] = ()


@dataclass(frozen=True)
class _Read:
    """The files of a question."""

    policies: PolicyFiles
    candidate: PolicyFiles | None
    must_never: PolicyFiles
    must_allow: PolicyFiles


def analyze(question: Question, limits: Limits | None = None) -> tuple[dict[str, Any], int]:
    """What is to be told, as JSON takes it, and the exit code: 0 when there is nothing to say, 1 when there is, 4 when
    a boundary is broken. A change that the candidate makes is something to say. Raises BadInput for files that cannot
    be used.
    """
    if (question.gateway is None) == (question.schema is None):
        raise BadInput("Give either --gateway or --schema.")
    if not question.policies and question.candidate is None:
        raise BadInput("Give the policies to analyse: --policies, --candidate, or both.")
    read = _Read(
        read_policies(question.policies),
        read_policies([question.candidate]) if question.candidate else None,
        read_policies(question.must_never),
        read_policies(question.must_allow),
    )
    for boundaries in (read.must_never, read.must_allow):
        for name, why in boundaries.left_out.items():
            raise BadInput(f"{name} cannot be a boundary: {why}.", path=str(boundaries.places[name].file))
    limits = limits or Limits()
    if question.gateway is not None:
        told = _for_gateway(question.gateway, read, limits)
    else:
        assert question.schema is not None
        told = _for_schema(question.schema, read, limits)
    sources = [read.policies, *([read.candidate] if read.candidate else [])]
    told["notAnalysed"] = [
        {"name": name, "reason": why, **_place(source.places[name])}
        for source in sources
        for name, why in source.left_out.items()
    ]
    if question.candidate:
        told["candidateFile"] = str(question.candidate)
    crossed = any(each["status"] == "broken" for each in told["boundaries"])
    return told, CROSSED if crossed else FINDINGS if report.says_something(told) else NOTHING


def _for_gateway(path: Path, read: _Read, limits: Limits) -> dict[str, Any]:
    schema = schema_for(load_gateway(path))
    told: dict[str, Any] = {
        "gateway": schema.gateway.arn,
        "skippedTools": [{"action": action, "reason": reason} for action, reason in schema.skipped.items()],
    }
    before = after = _statements(read.policies)
    if read.candidate is None:
        session = session_for(schema)
        told |= {"policies": _reports(session, read.policies, limits)}
        told |= {"decides": report.verdicts_json(verdicts(session, read.policies.policies, limits))}
    else:
        candidate = _statements(read.candidate)
        after = {**before, **candidate} if candidate else {}
        told |= {"policies": [], "removesAll": not candidate}
        for name, policy in read.candidate.policies.items():
            others = {other: text for other, text in after.items() if other != name}
            found = review_findings(Standing(others), name, policy.statement, schema, limits)
            told["policies"].append(
                {
                    "name": name,
                    "effect": report.effect(policy.permits),
                    **_place(read.candidate.places[name]),
                    "findings": [report.finding_json(finding) for finding in found],
                    "engineFindings": list(engine_findings(Standing(after), name, policy.statement, [schema], limits)),
                }
            )
        told["difference"] = difference(before, after, schema, limits).as_json()
    told["boundaries"] = boundaries_of_gateway(after, read.must_never, read.must_allow, schema, limits)
    return told


def _for_schema(path: Path, read: _Read, limits: Limits) -> dict[str, Any]:
    model, handle = read_schema(path)
    session = Session(model, handle)
    policies = after = read.policies.policies
    told: dict[str, Any] = {"policies": _reports(session, read.policies, limits)}
    if read.candidate is not None:
        after = read.candidate.policies
        told |= {"candidate": _reports(session, read.candidate, limits), "removesAll": not after}
        compared = compare_sets(session, policies, after, limits)
        told["comparison"] = {
            "overall": overall(compared),
            "disjoint": _disjoint(both_allow(session, policies, after, Deadline(limits))),
            "environments": [report.compared_json(each) for each in compared],
        }
    told["decides"] = report.verdicts_json(verdicts(session, after, limits))
    told["boundaries"] = boundaries_of_schema(session, after, read.must_never, read.must_allow, limits)
    return told


def _disjoint(shared: object) -> bool | None:
    """Whether no request is allowed by both sets; None where that is not known."""
    return None if isinstance(shared, Unknown) else shared is None


def _reports(session: Session, read: PolicyFiles, limits: Limits) -> list[dict[str, Any]]:
    reports = report_policies(session, read.policies, limits)
    return [{**report.policy_json(each), **_place(read.places[each.name])} for each in reports]


def _statements(read: PolicyFiles) -> dict[str, str]:
    return {name: policy.statement for name, policy in read.policies.items()}


def _place(place: Place) -> dict[str, Any]:
    return {"file": str(place.file), "line": place.line}
