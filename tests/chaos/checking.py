"""What has to be so after all of it, whatever happened."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.review.record import Chain, Row
from bot.storage.journal import opened_record
from tests.chaos.town import Town
from tests.support.scene import Json


@dataclass
class Findings:
    """What was found: `faults` are what must never be; `doubled` are the keys of messages that stand twice."""

    proposals: int = 0
    kills: int = 0
    lost: Mapping[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lost = "; ".join(f"{count} during {name}" for name, count in self.lost.items()) or "none"
        counted = f"{self.kills} kills, {self.proposals} proposals, {len(self.doubled)} messages doubled"
        said = f"{counted}; acts not delivered: {lost}"
        return "\n".join([said, *(f"doubled: {each}" for each in self.doubled), *self.faults])


@dataclass
class Votes:
    """Looks for a vote that is in the record again while it stands: one of a person on a version, however they vote."""

    standing: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def faults(self, row: Row) -> list[str]:
        """What is wrong with the next row of the record."""
        if row.event not in ("vote", "vote.taken_back"):
            return []
        whose = (row.draft_id, row.actor, json.loads(row.data)["version"])
        before = self.standing.pop(whose, "")
        if row.event == "vote.taken_back":
            return []
        self.standing[whose] = row.data
        return [f"{row.draft_id}: the vote of {row.actor} is twice in the record"] if before == row.data else []


async def check(town: Town) -> Findings:
    """Every proposal in its end, every policy once in effect, every decision in the record, every message there."""
    found = Findings(len(town.acknowledged), town.kills, town.lost)
    if len(set(town.acknowledged)) != len(town.acknowledged):
        found.faults.append("one command became two proposals, or two became one")
    policies = await town.desk.engine.policies()
    record, rows = await _record(town, found)
    for proposal in town.acknowledged:
        made = [each for each in policies if proposal.replace("-", "") in each["name"]]
        if [each["status"] for each in made] != ["ACTIVE"]:
            found.faults.append(f"{proposal}: policies {[(each['name'], each['status']) for each in made]}")
        for event in ("proposal.received", "vote", "draft.approved", "draft.in_effect", "proposal.closed"):
            times = record[proposal, event]
            # What was voted on may have come to another version: then it was voted on again.
            if times != 1 and not (event == "vote" and times):
                found.faults.append(f"{proposal}: {event} is {times} times in the record")
                found.faults += rows[proposal]
        standing = await town.desk.messages(proposal)
        _messages(found, proposal, standing)
        if any(fault.startswith(proposal) for fault in found.faults):
            found.faults += [
                f"{proposal}/{kind}: {each['shown'][:300]!r}" for kind in standing for each in standing[kind]
            ]
    return found


async def _record(town: Town, found: Findings) -> tuple[Counter[tuple[str, str]], Mapping[str, list[str]]]:
    """How often each event of each proposal is in the record, whose chain must hold, and its lines."""
    chain, counted, lines = Chain(), Counter[tuple[str, str]](), defaultdict[str, list[str]](list)
    votes = Votes()
    async with opened_record(town.database_url) as record:
        async for row in record.recorded():
            found.faults += [*chain.faults(row), *votes.faults(row)]
            lines[row.proposal_id].append(f"{row.proposal_id}: {row.at} {row.event} {row.actor} {row.data[:200]}")
            counted[row.proposal_id, row.event] += 1
    return counted, lines


def _messages(found: Findings, proposal: str, standing: dict[str, list[Json]]) -> None:
    """Parent, progress and card stand, closed and without buttons; what stands twice is named."""
    for kind in ("parent", "progress", "card/1"):
        if kind not in standing:
            found.faults.append(f"{proposal}: {kind} is missing")
    if not any("is closed" in each["shown"] for kind in standing for each in standing[kind] if kind not in _CARDS):
        found.faults.append(f"{proposal}: the requester was not told the end in the thread")
    for kind, messages in standing.items():
        if len(messages) > 1:
            found.doubled.append(f"{proposal}/{kind} ({len(messages)})")
    for card in standing.get("card/1", []):
        if "ACTIVE" not in card["shown"]:
            found.faults.append(f"{proposal}: a card says {card['shown'][:80]!r}")


_CARDS = frozenset({"parent", "progress", "card/1"})
