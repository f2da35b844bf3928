"""Findings in plain words: what each type means for this policy, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.blocks.kit import Block, cut, words
from bot.review.model import Finding


@dataclass(frozen=True)
class Words:
    """What a finding's type says, and what a reviewer can do about it."""

    means: str
    advice: str = ""


MEANING = {
    "VALID": Words("AgentCore found nothing wrong with it."),
    "INVALID": Words(
        "It does not fit the gateway: a syntax error, or a name that the gateway's tools do not have.",
        "Propose it again with the gateway's own tool and input names.",
    ),
    "NOT_TRANSLATABLE": Words(
        "This piece of the rule could not be turned into a policy.",
    ),
    "ALLOW_ALL": Words(
        "It permits every request in its scope; no condition narrows it.",
        "Approve it only if that is meant; otherwise propose it with who, which tool or a limit.",
    ),
    "ALLOW_NONE": Words(
        "It permits nothing: no request can meet its conditions.",
        "Reject it and propose it without the conditions that contradict each other.",
    ),
    "DENY_ALL": Words(
        "It forbids every request in its scope; no condition narrows it.",
        "Approve it only if nobody is to make these calls; otherwise propose it with who, which tool or a limit.",
    ),
    "DENY_NONE": Words(
        "It forbids nothing: no request can meet its conditions.",
        "Reject it and propose it without the conditions that contradict each other.",
    ),
    "shadowed": Words(
        "Another policy already matches every request that it matches.", "Reject it unless that one is to go."
    ),
    "redundant": Words(
        "The engine decides every request the same way without it.", "Reject it unless it is wanted for the record."
    ),
    "overridden": Words(
        "Whatever it permits, a forbid denies.", "Reject it, or change the forbid first: a forbid always wins."
    ),
    "equivalent": Words("A policy of the engine already says the same.", "Reject it: it would change nothing."),
    "may error": Words(
        "Cedar may fail to evaluate it, and then skips it: a forbid that is skipped forbids nothing.",
        "Propose it so that it first asks whether the input is there.",
    ),
    "validation": Words(
        "AgentCore's validation is expected to refuse it when it is approved.",
        "Narrow it; or, if it is meant as it is, have whoever runs policybot set POLICYBOT_VALIDATION_MODE to "
        "IGNORE_ALL_FINDINGS.",
    ),
    "not analysed": Words(
        "Not everything about it could be analysed, so nothing is proved there.",
        "Read the Cedar yourself before you decide.",
    ),
}
_UNKNOWN = Words("A finding that policybot does not know.", "Look the type up in AgentCore's documentation.")


def finding_items(findings: Sequence[Finding], limit: int, room: int) -> list[list[Block]]:
    """A bullet for each finding, at most `limit`, with `room` characters of its description; then the rest counted."""
    found = list(_distinct(findings))
    items = [_item(finding, room) for finding in found[:limit]]
    if len(found) > limit:
        items.append([words(f"… and {len(found) - limit} more findings.", italic=True)])
    return items


def _distinct(findings: Sequence[Finding]) -> Iterable[Finding]:
    """Every finding once, AgentCore's before the same of ours; VALID only when nothing else is said."""
    said = {finding.type for finding in findings if finding.source == "agentcore"}
    told = {finding.description for finding in findings if finding.source == "agentcore"}
    found = [
        replace(each, description="") if each.source != "agentcore" and each.description in told else each
        for each in dict.fromkeys(findings)
        if each.source == "agentcore" or each.type not in said
    ]
    others = [finding for finding in found if finding.type != "VALID"]
    return others or found[:1]


def _ours(kind: str, said: str) -> str:
    return f"{MEANING[kind].means} It says: {said}" if kind == "validation" and said else said


def _item(finding: Finding, room: int) -> list[Block]:
    kind = finding.type if finding.type.isupper() else finding.type.replace("_", " ")
    meaning = MEANING.get(kind, _UNKNOWN)
    said = cut(finding.description, room)
    if said and said[-1] not in ".!?…":
        said += "."
    item = [words(cut(kind, 40), bold=True)]
    if finding.source == "agentcore":
        item.append(words(f": {meaning.means}" + (f" AgentCore says: {said}" if said else "")))
    else:
        item.append(words(f": {_ours(kind, said) or meaning.means}"))
    if meaning.advice:
        item.append(words(f" {meaning.advice}", italic=True))
    return item
