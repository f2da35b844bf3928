"""Rows to values and back."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import RowMapping

from bot.cedar import Request, digest
from bot.errors import StoreError
from bot.governance import Need, Requirement, Tally, Uncounted
from bot.review.evidence import Seen
from bot.review.found import Analysis, Finding, Offer, Replay, SecondReading, Since, Verdict
from bot.review.messages import Announcement, MessageKind, Notice, Posting
from bot.review.model import Act, Draft, DraftState, Origin, Proposal, ProposalState, Stood, Wanted
from bot.review.tested import Example
from bot.review.votes import CastVote, Vote
from bot.review.work import Claim, WorkKind

_E = TypeVar("_E", bound=StrEnum)
_V = TypeVar("_V")
_LISTS = ("policies", "people", "groups")


def rule_digest(rule: str) -> str:
    """The digest of a rule's words, whatever their case and spacing."""
    return digest(" ".join(rule.casefold().split()))


def to_row(value: Proposal | Draft) -> dict[str, Any]:
    """The columns of a proposal or draft, without those of the work queue."""
    row = {member.name: getattr(value, member.name) for member in fields(value)}
    if isinstance(value, Proposal):
        return row | {
            "uncovered": list(value.uncovered),
            "state": value.state.value,
            "origin": value.origin.value,
            "wanted": asdict(value.wanted) if value.wanted else None,
            "tests": [asdict(each) | {"added_at": each.added_at.isoformat()} for each in value.tests],
        }
    return row | {
        "findings": [asdict(finding) for finding in value.findings],
        "analysis": asdict(value.analysis),
        "state": value.state.value,
        "act": value.act.value,
        "before": asdict(value.before) if value.before else None,
        "tally": asdict(value.tally),
        "deciders": list(value.deciders),
        "evidence": value.evidence.as_json() if value.evidence else None,
    }


def changes(before: Proposal | Draft, after: Proposal | Draft) -> dict[str, Any]:
    """The columns in which two values of one row differ."""
    old, new = to_row(before), to_row(after)
    return {name: value for name, value in new.items() if value != old[name]}


def to_proposal(row: RowMapping) -> Proposal:
    """A proposal; StoreError when its state is of a newer version."""
    members = {member.name: row[member.name] for member in fields(Proposal)}
    wanted = row["wanted"]
    return Proposal(
        **members
        | {
            "state": _state(ProposalState, row["state"]),
            "uncovered": tuple(row["uncovered"]),
            "origin": _state(Origin, row["origin"]),
            "wanted": Wanted(**wanted | {"act": _state(Act, wanted["act"])}) if wanted else None,
            "tests": tuple(map(_test, row["tests"])),
        }
    )


def to_draft(row: RowMapping) -> Draft:
    """A draft; StoreError when its state is of a newer version."""
    members = {member.name: row[member.name] for member in fields(Draft)}
    return Draft(
        **members
        | {
            "state": _state(DraftState, row["state"]),
            "findings": _findings(row["findings"]),
            "analysis": _analysis(row["analysis"]),
            "act": _state(Act, row["act"]),
            "before": Stood(**row["before"]) if row["before"] else None,
            "tally": _tally(row["tally"]),
            "deciders": tuple(row["deciders"]),
            "evidence": Seen.from_json(row["evidence"]) if row["evidence"] else None,
        }
    )


def to_vote(row: RowMapping) -> CastVote:
    """A vote as it was cast."""
    return CastVote(**{member.name: row[member.name] for member in fields(CastVote)} | {"vote": Vote(row["vote"])})


def to_posting(row: RowMapping) -> Posting:
    """A message as it is wanted and stands; StoreError when its kind is of a newer version."""
    members = {member.name: row[member.name] for member in fields(Posting) if member.name in row}
    kind = _state(MessageKind, row["kind"])
    if row["proposal_id"] is None:
        where = (row["team_id"], row["channel_id"], row["about"] or {}, row["position"], row["thread_of"])
        members |= {"proposal_id": "", "announcement": Announcement(row["id"], kind, *where)}
    return Posting(**members | {"kind": kind})


def to_notice(row: RowMapping) -> Notice:
    """A sentence for one person."""
    return Notice(**{member.name: row[member.name] for member in fields(Notice)})


def to_claim(kind: WorkKind, row: RowMapping) -> Claim:
    """A row just claimed."""
    return Claim(kind, row["id"], row["lease"], row["attempts"], row["wake"], row["since"])


def _state(states: type[_E], value: str) -> _E:
    try:
        return states(value)
    except ValueError as error:
        raise StoreError(f"This version does not know the {states.__name__} {value!r}.", value=value) from error


def _test(found: Mapping[str, Any]) -> Example:
    at = datetime.fromisoformat(found["added_at"])
    return Example(**{**found, "request": Request(**found["request"]), "added_at": at})


def _findings(found: list[Mapping[str, Any]]) -> tuple[Finding, ...]:
    return tuple(Finding(**finding) for finding in found)


def _tally(found: Mapping[str, Any]) -> Tally:
    needs = tuple(
        Need(
            Requirement(**need["requirement"] | {each: tuple(need["requirement"][each]) for each in _LISTS}),
            tuple(need["voters"]),
            need["missing"],
        )
        for need in found["needs"]
    )
    return Tally(found["met"], needs, tuple(Uncounted(**each) for each in found["uncounted"]))


def _analysis(found: Mapping[str, Any]) -> Analysis:
    second, since, replay = found.get("second"), found.get("since"), found.get("replay")
    read = {
        "findings": _findings(found.get("findings") or []),
        "warnings": _findings(found.get("warnings") or []),
        "broken": tuple(found.get("broken") or ()),
        "failing": tuple(found.get("failing") or ()),
        "later": tuple(found.get("later") or ()),
        "ended": tuple(found.get("ended") or ()),
        "offers": tuple(_known(Offer, each) for each in found.get("offers") or ()),
        "replay": _known(Replay, replay | {"shown": tuple(replay["shown"])}) if replay else None,
        "since": _known(Since, since | {"statements": tuple(since["statements"])}) if since else None,
        "second": _known(SecondReading, {**second, "verdict": Verdict(second["verdict"])}) if second else None,
    }
    return _known(Analysis, {**found, **read})


def _known(kind: type[_V], found: Mapping[str, Any]) -> _V:
    """The value of its JSON; what a newer version wrote beside what this one knows is passed over."""
    names = inspect.signature(kind).parameters
    return kind(**{name: value for name, value in found.items() if name in names})
