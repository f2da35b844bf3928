"""What a reviewer has to know first, one line each: what makes everything else untrue, then what the policy changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.analysis.vocabulary import Kind
from bot.blocks.acts import ONCE
from bot.blocks.difference import Changes, Group, read_difference
from bot.blocks.evidence import evidence_words
from bot.blocks.kit import cut
from bot.cedar.dogwood import plain_part
from bot.errors import PolicyError
from bot.review.found import Finding
from bot.review.model import Act, Draft

_LINE, _REASON, _CLAUSE, _LATER = 250, 110, 100, 350
_ENDS = 2
_SHARES = ((2, 150, 120), (1, 150, 120), (1, 60, 60), (1, 20, 25))
"""How many groups of calls a headline names, and how much of their tools and callers: what fits, the most first."""

GATEWAY = {
    Kind.NOT_ATTACHED: "Nothing is enforced: the gateway asks no policy engine",
    Kind.OTHER_ENGINE: "Nothing here is enforced: the gateway asks another policy engine",
    Kind.GATEWAY_LOG_ONLY: "Nothing is enforced: the gateway only records what this engine decides",
    Kind.GATEWAY_MODE: "Not known whether anything is enforced: the gateway asks this engine in an unknown mode",
}
# Said of a policy that leaves every request as it is, in this order.
WITHOUT_EFFECT = (Kind.OVERRIDDEN, Kind.SHADOWED, Kind.EQUIVALENT, Kind.REDUNDANT)
_OVERLY = re.compile(r"Overly (?P<what>Permissive|Restrictive): .*?\baction \((?P<action>[^()]+)\)", re.DOTALL)
_NEVER = (Kind.ALLOW_NONE, Kind.DENY_NONE)


def headlines(draft: Draft) -> tuple[str, ...]:
    """The lines, the gravest first, then the effect, or that it is not known; the last say what becomes of it later."""
    kinds = {finding.type for finding in _all(draft)}
    found = [said for kind, said in GATEWAY.items() if kind in kinds]
    if draft.act is Act.PROMOTE and draft.evidence is not None:
        found.append(evidence_words(draft.evidence, draft.statement or "").rstrip("."))
    if "INVALID" in kinds:
        return (*found, "Invalid: it does not fit the gateway")
    changes = read_difference(draft.analysis.difference) if draft.analysis.difference is not None else None
    unknown = tuple(_unknown(draft, changes))
    found += unknown[:1]
    if draft.analysis.crossing:
        found.append(f"Nobody can approve it. {cut(draft.analysis.crossing, _LINE - 30)}")
    if draft.analysis.refusal:
        found.append(f"AgentCore will refuse it as things stand: {_refusal_words(draft)}")
    if draft.analysis.second is not None and draft.analysis.second.looser:
        found.append("Looser than the rule says")
    if changes is not None and (effect := _effect(draft, changes, complete=not unknown)):
        found.append(effect)
    if not found:
        found.append("Not analysed: no request shows what it would change")
    return (*(cut(said, _LINE) for said in found), *_later(draft))


def _later(draft: Draft) -> list[str]:
    """What becomes of it when something is taken back by itself, the first of it; how much more there is."""
    found = [each.description for each in draft.analysis.warnings if each.type == Kind.TAKEN_BACK]
    said = [cut(each.rstrip("."), _LATER) for each in found[:_ENDS]]
    return [*said, f"Then more is taken back by itself ({len(found) - _ENDS})"] if len(found) > _ENDS else said


def says_nothing(draft: Draft) -> bool:
    """It is proved, on a complete basis, that no request is decided otherwise."""
    if draft.analysis.difference is None:
        return False
    changes = read_difference(draft.analysis.difference)
    return changes.nothing and not tuple(_unknown(draft, changes))


def _refusal_words(draft: Draft) -> str:
    """Why AgentCore's own analysis refuses a policy, as a clause.

    Where a policy leaves no call allowed and is proved to change nothing, no call is allowed today either: that is
    the reason, and not what the policy forbids.
    """
    refusal = draft.analysis.refusal
    found = _OVERLY.match(refusal)
    if found is None:
        return cut(refusal.rstrip("."), _REASON)
    tool = cut(found["action"].rpartition("___")[2], 60)
    if found["what"] == "Permissive":
        return f"with it, every call of {tool} would be allowed"
    if says_nothing(draft):
        return f"the policies in force allow no call of {tool}, with it or without it"
    return f"with it, no call of {tool} would be allowed"


def blocks_of(statement: str) -> tuple[str, ...]:
    """The kinds of conditions in a statement that are not plain Cedar, each once."""
    try:
        return tuple(dict.fromkeys(plain_part(statement)[1]))
    except PolicyError:
        return ("unreadable",)


def _all(draft: Draft) -> tuple[Finding, ...]:
    return (*draft.analysis.warnings, *draft.findings, *draft.analysis.findings)


def _unknown(draft: Draft, changes: Changes | None) -> Iterator[str]:
    """Why the effect is not, or not wholly, known. While there is any such reason nothing is said to be proved."""
    if changes is None:
        yield "Not analysed: nothing is known of what it would change"
        return
    kinds = blocks_of(draft.statement or "")
    if kinds or changes.possible:
        yield f"Not analysed: its {' and '.join(kinds) or 'other'} conditions"
    reasons = changes.unsettled
    if all(reason.startswith("depends on ") for reason in reasons):
        yield from (f"Not settled: it {cut(reason, _REASON)}" for reason in reasons)
    else:
        first = next(reason for reason in reasons if not reason.startswith("depends on "))
        yield f"Not analysed: {cut(first, _REASON)}"
    for finding in (*draft.findings, *draft.analysis.findings):
        if finding.type == Kind.NOT_ANALYSED:
            said = finding.description.removeprefix("Not analysed: ").rstrip(".")
            yield f"Not analysed: {cut(said, _REASON) or 'not everything about it'}"
    if not changes.difference.changes:
        yield "Not analysed: the gateway has no tool that Cedar can express"


def _effect(draft: Draft, changes: Changes, *, complete: bool) -> str:
    """What it changes, once it is enforced; empty when nothing is known of that."""
    before = _condition(draft)
    allowed, denied = changes.allowed, changes.denied
    if allowed or denied:
        how = _certainty(draft, changes, complete)
        said = _in_room(allowed, denied, how, _LINE - len(before) - 2)
        return f"{before}: {said}" if before else said[:1].upper() + said[1:]
    if not says_nothing(draft):
        return ""
    still = f"{before}, it still changes nothing" if before else "Changes nothing"
    return f"{still}{_why_nothing(draft)}"


def _condition(draft: Draft) -> str:
    """The act, where it is on a policy that stands, and what else has to happen before it has its effect."""
    kinds = {finding.type for finding in draft.analysis.warnings}
    parts = ["the gateway enforces this engine"] if kinds & GATEWAY.keys() else []
    comes = draft.act in (Act.CREATE, Act.REPLACE)
    parts += ["it is promoted"] if comes and draft.enforcement_mode == "LOG_ONLY" else []
    act, condition = "For longer" if draft.extends else ONCE.get(draft.act, ""), " and ".join(parts)
    if not act:
        return f"If {condition}" if condition else ""
    return f"{act}, if {condition}" if condition else act


def _certainty(draft: Draft, changes: Changes, complete: bool) -> str:
    """How sure the effect is: conditions that were not analysed bound it from above, what is unknown from below."""
    if changes.possible or blocks_of(draft.statement or ""):
        return "can at most" if changes.bounded else "may"
    return "" if complete else "at least"


def _in_room(allowed: list[Group], denied: list[Group], how: str, room: int) -> str:
    """What opens and what closes, with as much of each as leaves room for the other."""
    said = ""
    for most, what, whom in _SHARES:
        left = [
            [replace(each, what=cut(each.what, what), whom=cut(each.whom, whom)) for each in groups]
            for groups in (allowed, denied)
        ]
        said = ", and ".join(clause for clause in (_opens(left[0], how, most), _narrows(left[1], how, most)) if clause)
        if len(said) <= room:
            break
    return said


def _opens(groups: list[Group], how: str, most: int) -> str:
    return _clauses(groups, how, most, "open", "to")


def _narrows(groups: list[Group], how: str, most: int) -> str:
    closes = _clauses([group for group in groups if group.every], how, most, "close", "to")
    narrows = _clauses([group for group in groups if not group.every], how, most, "narrow", "for")
    if narrows:
        narrows += ": some calls that work today are denied"
    return ", and ".join(filter(None, (closes, narrows)))


def _clauses(groups: list[Group], how: str, most: int, verb: str, to: str) -> str:
    if not groups:
        return ""
    said = [f"{_tools(group)} {to} {group.whom}" if group.whom else _tools(group) for group in groups[:most]]
    said += ["more"] if len(groups) > most else []
    spoken = f"{how} {verb}" if how in ("can at most", "may") else f"{how} {verb}s".strip()
    return f"{spoken} {', and '.join(said)}"


def _tools(group: Group) -> str:
    return f"every call of {group.what}" if group.every and not group.what.startswith("all ") else group.what


def _why_nothing(draft: Draft) -> str:
    if draft.act is Act.REVOKE and draft.before is not None and draft.before.enforcement_mode == "LOG_ONLY":
        return ": it was log-only"
    found = {finding.type: finding for finding in reversed(_all(draft))}
    if any(kind in found for kind in _NEVER):
        return ": no request can meet its conditions"
    for kind in WITHOUT_EFFECT:
        if kind in found and (said := found[kind].description.partition(":")[0].split(". ")[0].rstrip(".")):
            return f" today: {cut(said[:1].lower() + said[1:], _CLAUSE)}"
    return ": proved"
