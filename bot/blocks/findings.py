"""Findings in plain words: what each type means for this policy, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.blocks.kit import Block, cut, words
from bot.review.model import Finding


@dataclass(frozen=True)
class Words:
    """What a finding's type says, and what a reviewer can do about it."""

    means: str
    advice: str = ""
    name: str = ""
    """What it is called on a card, where its type is not that."""


MEANING = {
    "VALID": Words("AgentCore found nothing wrong with it."),
    "INVALID": Words(
        "It does not fit the gateway: a syntax error, or a name that the gateway's tools do not have.",
        "Propose it again with the gateway's own tool and input names.",
    ),
    "NOT_TRANSLATABLE": Words("This piece of the rule could not be turned into a policy.", name="Not understood"),
    "ALLOW_ALL": Words(
        "It permits every request in its scope; no condition narrows it.",
        "Approve it only if that is meant.",
    ),
    "ALLOW_NONE": Words(
        "It permits nothing: no request can meet its conditions.",
        "Propose it without the conditions that contradict each other.",
    ),
    "DENY_ALL": Words(
        "It forbids every request in its scope; no condition narrows it.",
        "Approve it only if nobody is to make these calls.",
    ),
    "DENY_NONE": Words(
        "It forbids nothing: no request can meet its conditions.",
        "Propose it without the conditions that contradict each other.",
    ),
    "shadowed": Words("Another policy already matches every request that it matches."),
    "redundant": Words("Every request is decided the same way without it."),
    "overridden": Words("Whatever it permits, a forbid denies.", "Change the forbid first: a forbid always wins."),
    "equivalent": Words("A policy of the engine already says the same."),
    "may error": Words(
        "Cedar may fail to evaluate it, and then skips it: a forbid that is skipped forbids nothing.",
        "Propose it so that it first asks whether the input is there.",
    ),
    "validation": Words("AgentCore's own analysis is expected to refuse it."),
    "not analysed": Words(
        "Not everything about it could be analysed, so nothing is proved there.",
        "Read the Cedar yourself before you decide.",
    ),
    "hidden characters": Words(
        "Its Cedar holds characters that a reader does not see, or takes for others; they are shown as \\u{…}.",
        "Approve it only if each of them is meant.",
    ),
    "log only": Words(
        "Other policies stand log-only and are not counted: promoted, they would decide too.", name="Log-only policies"
    ),
    "missing policy": Words(
        "Our own reading of the rule has a policy more than what was generated.",
        "Propose what is missing by itself.",
    ),
    "not attached": Words(
        "The gateway asks no policy engine, so nothing that stands here is enforced or recorded.",
        "Attach the engine to the gateway first.",
        "No engine attached",
    ),
    "other engine": Words(
        "The gateway asks another policy engine, so nothing that stands here is enforced or recorded.",
        "Ask whoever runs the gateway which engine is meant.",
        "Another engine",
    ),
    "gateway log only": Words(
        "The gateway is in mode LOG_ONLY: it records what this engine decides, and enforces none of it.",
        name="Gateway in LOG_ONLY",
    ),
    "nothing permitted": Words(
        "No enforced policy permits any call, so the gateway denies everything once it enforces.",
        "Have a permit enforced before the gateway is set to ENFORCE.",
        "Before ENFORCE",
    ),
}
_UNKNOWN = Words("A finding that policybot does not know.", "Look the type up in AgentCore's documentation.")
GRAVE = ("not attached", "other engine", "gateway log only", "hidden characters", "missing policy", "INVALID")
"""What comes before all else, in this order."""

# AgentCore has one finding for each tool, in the same words but for the tool.
_ACTION = re.compile(r"(?<=action \()[^()\s]+(?=\))")
_NAMED = 4


def kind_of(finding: Finding) -> str:
    """The type as a key of `MEANING`: our own in small letters, with spaces."""
    return finding.type if finding.type.isupper() else finding.type.replace("_", " ")


def finding_items(findings: Sequence[Finding], limit: int, room: int) -> list[list[Block]]:
    """A bullet for each finding, at most `limit`, with `room` characters of its description; then the rest counted."""
    found = _merged(_distinct(findings))
    items = [_item(finding, tools, room) for finding, tools in found[:limit]]
    if len(found) > limit:
        items.append([words(f"… and {len(found) - limit} more findings.", italic=True)])
    return items


def _distinct(findings: Sequence[Finding]) -> list[Finding]:
    """Every finding once, the gravest first, AgentCore's before the same of ours; VALID only when nothing else is."""
    said = {finding.type for finding in findings if finding.source == "agentcore"}
    told = {finding.description for finding in findings if finding.source == "agentcore"}
    found = [
        replace(each, description="") if each.source != "agentcore" and each.description in told else each
        for each in dict.fromkeys(findings)
        if each.source == "agentcore" or each.type not in said
    ]
    others = sorted((finding for finding in found if finding.type != "VALID"), key=_gravity)
    return others or found[:1]


def _gravity(finding: Finding) -> int:
    kind = kind_of(finding)
    return GRAVE.index(kind) if kind in GRAVE else len(GRAVE)


def _merged(findings: Iterable[Finding]) -> list[tuple[Finding, list[str]]]:
    """Findings that differ in nothing but the tool as one, with the tools."""
    found: dict[Finding, list[str]] = {}
    for finding in findings:
        action = _ACTION.search(finding.description)
        same = replace(finding, description=_ACTION.sub("…", finding.description))
        found.setdefault(same, []).extend([action[0]] if action else [])
    return [
        (replace(each, description=each.description.replace("(…)", f"({tools[0]})")) if tools else each, tools)
        for each, tools in found.items()
    ]


def _tools(actions: Sequence[str]) -> str:
    names = [cut(action.rpartition("___")[2], 60) for action in dict.fromkeys(actions)]
    if len(names) > _NAMED:
        return f"{len(names)} tools"
    return ", ".join(names)


def _item(finding: Finding, tools: Sequence[str], room: int) -> list[Block]:
    kind = kind_of(finding)
    meaning = MEANING.get(kind, _UNKNOWN)
    said = cut(finding.description, room)
    if said and said[-1] not in ".!?…":
        said += "."
    item = [words(meaning.name or cut(kind[:1].upper() + kind[1:], 40), bold=True)]
    if tools and finding.type in MEANING:
        item.append(words(f" ({_tools(tools)}): {meaning.means}"))
    elif finding.type == "NOT_TRANSLATABLE" and said:
        item.append(words(f": {said}"))
    elif finding.source == "agentcore":
        item.append(words(f": {meaning.means}" + (f" AgentCore says: {said}" if said else "")))
    else:
        item.append(words(f": {said or meaning.means}"))
    if meaning.advice:
        item.append(words(f" {meaning.advice}", italic=True))
    return item
