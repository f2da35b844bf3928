"""Boundaries from files, each with what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import cedarpy

from bot.analysis.boundaries import Kind, broken, crossing, not_a_boundary
from bot.analysis.difference import example_json
from bot.analysis.files.policy_files import PolicyFiles
from bot.analysis.files.report import request_json
from bot.analysis.findings import scope_findings
from bot.analysis.sets.described import Witness
from bot.analysis.sets.policies import Parsed
from bot.analysis.sets.search import Unknown
from bot.analysis.sets.session import Deadline, Limits, Session, session_for
from bot.cedar.schema import GatewaySchema

_STATUS = {True: "broken", False: "not analysed"}


def boundaries_of_gateway(
    policies: Mapping[str, str], must_never: PolicyFiles, must_allow: PolicyFiles, schema: GatewaySchema, limits: Limits
) -> list[dict[str, Any]]:
    """Every boundary of a gateway's policies: it holds, is broken, or was not analysed."""
    texts = [{name: each.statement for name, each in read.policies.items()} for read in (must_never, must_allow)]
    found = {(each.kind, each.name): each for each in broken(policies, texts[0], texts[1], schema, limits)}
    told = []
    for kind, name, boundary, where in _all(must_never, must_allow):
        crossed = found.get((kind, name))
        status = _STATUS[crossed.example is not None] if crossed else "holds"
        example = example_json(crossed.example) if crossed and crossed.example else None
        reason = crossed.reason if crossed else _vacuous(boundary, session_for(schema), limits)
        told.append({**where, "status": status, "example": example, "reason": reason})
    return told


def _vacuous(boundary: Parsed, session: Session, limits: Limits) -> str:
    """That a boundary which holds is about nothing: a reader would trust in it."""
    found = scope_findings(boundary, session, Deadline(limits))
    return "it matches no request" if found[0].type in ("ALLOW_NONE", "DENY_NONE") else ""


def boundaries_of_schema(
    session: Session,
    policies: Mapping[str, Parsed],
    must_never: PolicyFiles,
    must_allow: PolicyFiles,
    limits: Limits,
) -> list[dict[str, Any]]:
    """Every boundary of a set over any schema. The limit for a review holds for each."""
    told = []
    for kind, name, boundary, where in _all(must_never, must_allow):
        errors = sorted(each.error for each in cedarpy.validate_policies(boundary.statement, session.handle).errors)
        wrong = "; ".join(errors) or not_a_boundary(kind, boundary)
        outcome = Unknown(wrong) if wrong else crossing(session, policies, kind, name, boundary, Deadline(limits))
        told.append(
            {
                **where,
                "status": "holds" if outcome is None else _STATUS[isinstance(outcome, Witness)],
                "request": request_json(outcome.request if isinstance(outcome, Witness) else None),
                "reason": outcome.reason if isinstance(outcome, Unknown) else _vacuous(boundary, session, limits),
            }
        )
    return told


def _all(must_never: PolicyFiles, must_allow: PolicyFiles) -> Iterator[tuple[Kind, str, Parsed, dict[str, Any]]]:
    kinds: tuple[tuple[Kind, PolicyFiles], ...] = (("must never", must_never), ("must allow", must_allow))
    for kind, read in kinds:
        for name, boundary in read.policies.items():
            place = read.places[name]
            yield kind, name, boundary, {"kind": kind, "name": name, "file": str(place.file), "line": place.line}
