"""Findings in plain words: what each type means for this policy, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.analysis.vocabulary import MEANING, UNKNOWN, Kind
from bot.blocks.kit import Block, cut, words
from bot.review.found import Finding
from bot.review.model import Draft

GATEWAY = (Kind.NOT_ATTACHED, Kind.OTHER_ENGINE, Kind.GATEWAY_LOG_ONLY, Kind.GATEWAY_MODE)
"""What leaves every policy without effect, or may, whatever it says."""
GRAVE = (*GATEWAY, Kind.HIDDEN_CHARACTERS, Kind.MISSING_POLICY, Kind.INVALID)
"""What comes before all else, in this order."""

# AgentCore has one finding for each tool, in the same words but for the tool.
_ACTION = re.compile(r"(?<=action \()[^()\s]+(?=\))")
_NAMED = 4


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
    places: dict[str, int] = {kind: place for place, kind in enumerate(GRAVE)}
    return places.get(finding.type, len(GRAVE))


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


def _name(finding: Finding) -> str:
    """What a finding is called: one of ours in words, another as AgentCore spells it."""
    said = finding.type if finding.type.isupper() else finding.type.replace("_", " ")
    return cut(said[:1].upper() + said[1:], 40)


def _item(finding: Finding, tools: Sequence[str], room: int) -> list[Block]:
    meaning = MEANING.get(finding.type, UNKNOWN)
    said = cut(finding.description, room)
    if said and said[-1] not in ".!?…":
        said += "."
    item = [words(meaning.name or _name(finding), bold=True)]
    if tools and finding.type in MEANING:
        item.append(words(f" ({_tools(tools)}): {meaning.means}"))
    elif finding.type == Kind.NOT_TRANSLATABLE and said:
        item.append(words(f": {said}"))
    elif finding.source == "agentcore":
        item.append(words(f": {meaning.means}" + (f" AgentCore says: {said}" if said else "")))
    else:
        item.append(words(f": {said or meaning.means}"))
    if meaning.advice:
        item.append(words(f" {meaning.advice}", italic=True))
    return item


def gateway_kind(draft: Draft) -> Kind | None:
    """The kind of the warning that the gateway does not enforce this engine; None when it does."""
    kinds = {finding.type for finding in draft.analysis.warnings}
    return next((kind for kind in GATEWAY if kind in kinds), None)
