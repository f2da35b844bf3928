"""The record of a policy or a proposal in words, the newest last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.blocks.kit import Block, bullets, context, cut, person, rich, section, words
from bot.blocks.modals import modal
from bot.review.listing import History
from bot.review.record import Row

TITLE = "History"
_A_BLOCK = 20
_TEXT = 300

_SAID = {
    "proposal.received": "proposed",
    "proposal.admitted": "the person may propose it",
    "proposal.announced": "its thread was opened",
    "proposal.generating": "AgentCore started to generate policies",
    "proposal.in_review": "its review was opened",
    "proposal.closed": "the proposal was closed",
    "proposal.refused": "the proposal was refused",
    "proposal.failed": "the proposal failed",
    "draft.shown": "shown for review",
    "draft.in_review": "in review again",
    "draft.waiting": "put off until a permit is enforced",
    "draft.approved": "approved",
    "draft.scheduled": "set for its time",
    "draft.sending": "sent to AgentCore",
    "draft.settling": "accepted by AgentCore",
    "draft.in_effect": "in effect",
    "draft.not_enacted": "not enacted",
    "draft.rejected": "rejected",
    "draft.withdrawn": "withdrawn",
    "draft.replaced": "replaced by a revision",
    "draft.expired": "ended without a decision",
    "draft.unusable": "no policy can be made of it",
    "vote.taken_back": "took the vote back",
    "refused": "was refused",
    "called": "those who can decide were called",
    "reminded": "those who can decide were reminded",
    "nobody_can_approve": "nobody could approve",
    "ends_soon": "its end was announced",
    "taken_back_soon": "its time was announced",
    "taken_back": "taken back at its time",
    "not_taken_back": "not taken back at its time",
}
_VOTES = {
    "approve": "voted to approve",
    "approve_unvalidated": "voted to approve despite AgentCore's findings",
    "wait": "asked to wait for a permit",
    "reject": "voted to reject",
}
_ACTS = {
    "create": "create",
    "replace": "change the text",
    "promote": "promote",
    "demote": "demote",
    "revoke": "revoke",
}


def history(found: History) -> Block:
    """A modal with the rows; what there is no room for is counted."""
    subject = cut(found.subject, 120)
    if not found.rows:
        return modal(TITLE, [section(f"policybot has no record of {subject}: it was made and changed elsewhere.")])
    blocks: list[Block] = [section(f"What was recorded of {subject}, the newest last. Times are UTC.")]
    if found.earlier:
        blocks.append(context(f"{found.earlier} earlier rows are left out: policybot audit export has them all."))
    items = [_row(row) for row in found.rows]
    blocks += [rich(bullets(items[start : start + _A_BLOCK])) for start in range(0, len(items), _A_BLOCK)]
    return modal(TITLE, blocks)


def _row(row: Row) -> list[Block]:
    data: Mapping[str, Any] = json.loads(row.data)
    said = [
        words(f"{datetime.fromisoformat(row.at):%Y-%m-%d %H:%M} "),
        words(row.draft_id or row.proposal_id, bold=True),
    ]
    said += [words(" by "), person(row.actor)] if row.actor else []
    said.append(words(f": {_words(row.event, data)}"))
    deciders = [each for each in data.get("deciders", ()) if each != row.actor]
    if row.event in ("draft.approved", "draft.rejected", "draft.withdrawn") and deciders:
        said.append(words(" by "))
        for place, each in enumerate(deciders):
            said += [words(", "), person(each)] if place else [person(each)]
    about = _about(row.event, data)
    return [*said, words(f". {about}" if about else ".")]


def _words(event: str, data: Mapping[str, Any]) -> str:
    if event == "vote":
        return f"{_VOTES.get(str(data.get('vote')), 'voted')} version {data.get('version', '')}".rstrip()
    said = _SAID.get(event, cut(event.replace(".", " ").replace("_", " "), 80))
    if not event.startswith("draft."):
        return said
    act = _ACTS.get(str(data.get("act", "")), "")
    name = cut(str(data.get("policy", "")), 80)
    version = f" version {data['version']}" if event == "draft.shown" and "version" in data else ""
    return f"{act} {name}{version}: {said}".strip(" :") if act or name else said


def _about(event: str, data: Mapping[str, Any]) -> str:
    """What was given with it: the rule, a reason, why it failed."""
    parts = []
    if event == "proposal.received":
        parts.append(f"“{data.get('rule', '')}”")
        parts += [f"It revises {data['revises']}."] if data.get("revises") else []
        parts += [f"What for: {data['why']}"] if data.get("why") else []
    parts += [str(data[name]) for name in ("reason", "findingsReason", "trouble", "note", "said") if data.get(name)]
    parts += [f"It undoes {data['undoes']}."] if event == "draft.shown" and data.get("undoes") else []
    return cut(" ".join(parts), _TEXT)
