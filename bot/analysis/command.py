"""What `policybot analyze` does: policies and a change of them, for a gateway or for any Cedar schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.analysis.difference import difference
from bot.analysis.files import report
from bot.analysis.files.policy_files import read_policies, read_schema
from bot.analysis.files.policy_set import compare_sets, overall, report_policies
from bot.analysis.findings import engine_findings
from bot.analysis.review import review_findings
from bot.analysis.sets.policies import Parsed
from bot.analysis.sets.session import Limits, Session, session_for
from bot.analysis.standing import Standing
from bot.cedar.gateway import load_gateway
from bot.cedar.schema import schema_for
from bot.errors import BadInput


def analyze(
    gateway: Path | None,
    schema: Path | None,
    policies: Sequence[Path],
    candidate: Path | None,
    as_json: bool,
    limits: Limits | None = None,
) -> tuple[str, int]:
    """The text (or JSON) to print, and the exit code: 0 when there is nothing to say, 1 when there is.

    With a gateway, `candidate` is added to `policies`, and what it changes is told per principal type and tool. With a
    schema, `candidate` is a second set (a file, or a folder of .cedar files), compared to the first. A change that the
    candidate makes is something to say. Raises BadInput for files that cannot be used.
    """
    if (gateway is None) == (schema is None):
        raise BadInput("Give either --gateway or --schema.")
    if not policies and candidate is None:
        raise BadInput("Give the policies to analyse: --policies, --candidate, or both.")
    found, left_out, _ = read_policies(policies)
    other, more_left_out, _ = read_policies([candidate] if candidate else [])
    if candidate and not other and not more_left_out:
        raise BadInput(f"{candidate} holds no policy.", path=str(candidate))
    limits = limits or Limits()
    if gateway is not None:
        told = _for_gateway(gateway, found, other, candidate is not None, limits)
    else:
        assert schema is not None
        told = _for_schema(schema, found, other, candidate is not None, limits)
    told["notAnalysed"] = [f"{name}: {why}" for name, why in {**left_out, **more_left_out}.items()]
    says = report.says_something(told)
    return (json.dumps(told, indent=2, ensure_ascii=False) if as_json else report.text(told)), int(says)


def _for_gateway(
    path: Path, policies: dict[str, Parsed], candidate: dict[str, Parsed], given: bool, limits: Limits
) -> dict[str, Any]:
    schema = schema_for(load_gateway(path))
    told: dict[str, Any] = {
        "gateway": schema.gateway.arn,
        "skippedTools": [{"action": action, "reason": reason} for action, reason in schema.skipped.items()],
    }
    if not given:
        return {**told, "policies": _reports(session_for(schema), policies, limits)}
    before = {name: policy.statement for name, policy in policies.items()}
    after = {**before, **{name: policy.statement for name, policy in candidate.items()}}
    told["policies"] = [
        {
            "name": name,
            "effect": report.effect(policy.permits),
            "findings": [
                report.finding_json(finding)
                for finding in review_findings(
                    Standing({other: text for other, text in after.items() if other != name}),
                    name,
                    policy.statement,
                    schema,
                    limits,
                )
            ],
            "engineFindings": list(engine_findings(Standing(after), name, policy.statement, [schema], limits)),
        }
        for name, policy in candidate.items()
    ]
    told["difference"] = difference(before, after, schema, limits).as_json()
    return told


def _for_schema(
    path: Path, policies: dict[str, Parsed], candidate: dict[str, Parsed], given: bool, limits: Limits
) -> dict[str, Any]:
    model, handle = read_schema(path)
    session = Session(model, handle)
    told: dict[str, Any] = {"policies": _reports(session, policies, limits)}
    if given:
        told["candidate"] = _reports(session, candidate, limits)
        compared = compare_sets(session, policies, candidate, limits)
        told["comparison"] = {
            "overall": overall(compared),
            "environments": [report.compared_json(each) for each in compared],
        }
    return told


def _reports(session: Session, policies: dict[str, Parsed], limits: Limits) -> list[dict[str, Any]]:
    return [report.policy_json(each) for each in report_policies(session, policies, limits)]
