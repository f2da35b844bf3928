"""The record of a review: what is kept of each step, and the chain that shows when a row was changed, removed or moved.

Values in, values out, no I/O. Rows are only ever added; each has the hash of the one before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.review.model import Draft, DraftState, Proposal
from bot.review.votes import CastVote

FIRST = "0" * 64
"""What the first row has for the hash of the one before it."""


@dataclass(frozen=True)
class Entry:
    """Something that happened. `actor` is the person who did it, empty when policybot did.

    `data` is JSON: neither secrets nor URLs that answer for somebody.
    """

    event: str
    team_id: str = ""
    proposal_id: str = ""
    draft_id: str = ""
    actor: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """An entry in the chain, counted from 1; `at` is ISO 8601 in UTC, `data` JSON in its canonical form."""

    seq: int
    at: str
    event: str
    team_id: str
    proposal_id: str
    draft_id: str
    actor: str
    data: str
    previous: str
    hash: str

    def as_json(self) -> dict[str, Any]:
        """As the export writes it, a line each."""
        return asdict(self) | {"data": json.loads(self.data)}


def chained(entries: Iterable[Entry], at: datetime, last: tuple[int, str]) -> tuple[Row, ...]:
    """The rows of entries that happened together; `last` is the number and the hash of the row before them."""
    seq, previous = last
    rows = []
    for entry in entries:
        seq += 1
        row = Row(
            seq=seq,
            at=at.astimezone(UTC).isoformat(timespec="microseconds"),
            event=entry.event,
            team_id=entry.team_id,
            proposal_id=entry.proposal_id,
            draft_id=entry.draft_id,
            actor=entry.actor,
            data=json.dumps(entry.data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str),
            previous=previous,
            hash="",
        )
        previous = digest_of(row)
        rows.append(Row(**asdict(row) | {"hash": previous}))
    return tuple(rows)


def digest_of(row: Row) -> str:
    """The hash of a row: of all that stands in it, and of the hash before it."""
    parts = [value for name, value in asdict(row).items() if name != "hash"]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@dataclass
class Chain:
    """A check of the chain, row by row in their order.

    Whoever can write to the database can take away the newest rows, too: keep the last hash of an export elsewhere.
    """

    seq: int = 0
    hash: str = FIRST

    def faults(self, row: Row) -> Iterator[str]:
        """A sentence for each sign that this row was changed, moved or added outside policybot, or one before it
        removed."""
        if row.seq > self.seq + 1:
            gone = f"row {self.seq + 1} is" if row.seq == self.seq + 2 else f"rows {self.seq + 1} to {row.seq - 1} are"
            yield f"{gone} missing before row {row.seq}."
        elif row.seq <= self.seq or row.previous != self.hash:
            yield f"row {row.seq} does not follow the one before it: one of them was put there later."
        if digest_of(row) != row.hash:
            yield f"row {row.seq} ({row.event}, {row.at}) is not as it was written."
        self.seq, self.hash = row.seq, row.hash


def of_proposal(event: str, proposal: Proposal, actor: str = "") -> Entry:
    """What is kept of a proposal's step."""
    data = {
        "state": proposal.state,
        "channel": proposal.channel_id,
        "requester": proposal.requester_id,
        "rule": proposal.rule,
        "engine": proposal.engine_id,
        "gateway": proposal.gateway_arn,
        "origin": proposal.origin,
        "wanted": asdict(proposal.wanted) if proposal.wanted else None,
        "why": proposal.why,
        "until": proposal.until,
        "revises": proposal.revises,
        "revision": proposal.revision,
        "generation": proposal.generation_id,
        "uncovered": proposal.uncovered,
        "trouble": proposal.trouble,
    }
    return Entry(event, proposal.team_id, proposal.id, "", actor, _filled(data))


def of_draft(event: str, draft: Draft, actor: str = "") -> Entry:
    """What is kept of a draft's step; of what is shown and what is approved, all that stood on the card."""
    data: dict[str, Any] = {
        "state": draft.state,
        "version": draft.version,
        "act": draft.act,
        "policy": draft.policy_name,
        "policyId": draft.policy_id,
        "trouble": draft.trouble,
        "note": draft.note,
        "undoes": draft.undoes,
        "reason": draft.reject_reason,
    }
    if draft.state in (DraftState.IN_REVIEW, DraftState.APPROVED, DraftState.UNUSABLE, DraftState.SCHEDULED):
        analysis = asdict(draft.analysis)
        data |= {
            "statement": draft.statement,
            "before": asdict(draft.before) if draft.before else None,
            "enforcementMode": draft.enforcement_mode,
            "validationMode": draft.validation_mode,
            "findings": [asdict(finding) for finding in draft.findings],
            "findingsReason": draft.findings_reason,
            "until": draft.until,
            "digest": draft.digest,
            "card": {name: value for name, value in analysis.items() if name != "basis"},
        }
    if draft.deciders:
        data |= {"deciders": list(draft.deciders), "tally": asdict(draft.tally)}
    return Entry(event, "", draft.proposal_id, draft.id, actor, _filled(data))


def of_vote(draft: Draft, vote: CastVote, event: str = "vote") -> Entry:
    """What is kept of a vote."""
    data = {"vote": vote.vote, "version": vote.version, "digest": vote.digest, "reason": vote.reason}
    return Entry(event, "", draft.proposal_id, draft.id, vote.user_id, _filled(data))


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without what has nothing to say."""
    return {name: value for name, value in data.items() if value not in ("", None, (), [], {})}
