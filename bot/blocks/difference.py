"""What a draft would change, in words: a few lines, one example each way, the risk, and every change for the modal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.analysis.difference import Change, Difference, Example
from bot.blocks.kit import cut
from bot.cedar import Request
from bot.cedar.gateway import IAM_ENTITY

_TOOLS = 4
_INPUTS = 6
_EXAMPLE = 300


@dataclass(frozen=True)
class Changes:
    """A difference, ready to be read."""

    difference: Difference

    def summary(self) -> list[str]:
        """At most four lines: what becomes allowed, what becomes denied, what is unknown, and what stays."""
        found = self.difference
        if found.proved_unchanged:
            return ["Nothing: it is proved that no request is decided otherwise."]
        lines = []
        if allowed := [change for change in found.changes if change.newly_allowed]:
            lines.append(f"Newly allowed: some calls of {_tools(allowed)}.")
        if denied := [change for change in found.changes if change.newly_denied]:
            lines.append(f"Newly denied: some calls of {_tools(denied)}.")
        if unknown := found.not_analysed:
            why = cut(unknown[0].reason, 120)
            lines.append(f"Not analysed, so nothing is proved there: {_tools(unknown)} ({why}).")
        if rest := {change.action for change in found.changes if change.status == "unchanged"} - _actions(
            change for change in found.changes if change.status != "unchanged"
        ):
            lines.append(f"Unchanged, proved: {_count(len(rest), 'other tool')}.")
        return lines

    def two_examples(self) -> list[tuple[str, str]]:
        """One request that is decided otherwise, and one that stays denied, with their labels."""
        changes = self.difference.changes
        found = []
        if allowed := next((change for change in changes if change.newly_allowed), None):
            found.append(("Newly allowed, for example", _said(allowed.newly_allowed)))
        if denied := next((change for change in changes if change.newly_denied), None):
            found.append(("Newly denied, for example", _said(denied.newly_denied)))
        first = allowed or denied
        still = first.still_denied if first else None
        if still is not None and len(found) < 2:
            found.append(("Still denied, for example", _said(still)))
        return found

    def risk(self) -> str:
        """Whether access becomes wider or narrower, for whom, and what is not known."""
        found = self.difference
        parts = []
        if found.widens:
            allowed = [change.newly_allowed for change in found.changes if change.newly_allowed]
            parts.append(f"widens access, for {_whom(allowed)}")
            forbids = sorted({name for example in allowed for name in example.reasons_before})
            if forbids:
                parts.append(f"takes back what {cut(', '.join(forbids), 120)} forbids")
        if found.narrows:
            parts.append("narrows access: calls that work today would be denied")
        if found.not_analysed:
            parts.append("is partly unknown")
        if not parts:
            return "None found: it changes no request."
        return f"It {', and '.join(parts)}."

    def details(self) -> list[tuple[str, list[str]]]:
        """Every change with its examples; the tools that stay as they are come last, together."""
        found = [
            (f"{_tool(change.action)}, {_callers(change)}", _lines(change))
            for change in self.difference.changes
            if change.status != "unchanged"
        ]
        same = [change for change in self.difference.changes if change.status == "unchanged"]
        if same:
            names = sorted({f"{_tool(change.action)}, {_callers(change)}" for change in same})
            found.append(("Unchanged, proved: no request is decided otherwise", names))
        return found


def read_difference(found: Mapping[str, Any]) -> Changes:
    """The changes in a difference's JSON."""
    return Changes(Difference.from_json(found))


def _lines(change: Change) -> list[str]:
    labelled = [
        ("Newly allowed", change.newly_allowed),
        ("Newly denied", change.newly_denied),
        ("Still denied", change.still_denied),
    ]
    lines = [f"{label}: {_said(example)}" for label, example in labelled if example]
    return [*lines, f"Not analysed: {change.reason}"] if change.reason else lines


def _said(example: Example | None) -> str:
    """An example request as a sentence, with the policies that decide it."""
    if example is None:
        return ""
    names = example.reasons_after or example.reasons_before
    by = f" [{cut(', '.join(names), 100)}]" if names else ""
    return cut(request_words(example.request), _EXAMPLE) + by


def request_words(request: Request) -> str:
    """A tool call as a person would say it."""
    who = request.principal_id
    if request.tags:
        who += f" ({', '.join(f'{name} = {value}' for name, value in sorted(request.tags.items()))})"
    inputs = [f"{name} = {value}" for name, value in _leaves(request.inputs, "")]
    more = f" and {len(inputs) - _INPUTS} more inputs" if len(inputs) > _INPUTS else ""
    given = f" with {', '.join(inputs[:_INPUTS])}{more}" if inputs else ""
    moment = request.now.removesuffix("Z").removesuffix(".000").replace("T", " ")
    return f"{who} calls {_tool(request.action)}{given}, at {moment} UTC"


def _leaves(inputs: Mapping[str, Any], at: str) -> Iterable[tuple[str, str]]:
    for name, value in inputs.items():
        if isinstance(value, Mapping) and not value.keys() & {"__extn", "__entity"}:
            yield from _leaves(value, f"{at}{name}.")
        else:
            yield f"{at}{name}", _value(value)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = value.get("__extn") or value.get("__entity") or {}
        return str(inner.get("arg", inner.get("id", "")))
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"“{cut(value, 60)}”" if isinstance(value, str) else str(value)


def _whom(examples: list[Example]) -> str:
    """Anyone, when some example needs no claim at all; the smallest examples carry only the claims that they need."""
    if any(not example.request.tags for example in examples if example.request.principal_type != IAM_ENTITY):
        return "anyone who can call the gateway"
    claims = sorted({name for example in examples for name in example.request.tags})
    return f"callers with certain claims ({cut(', '.join(claims), 100)})" if claims else "IAM callers"


def _actions(changes: Iterable[Change]) -> set[str]:
    return {change.action for change in changes}


def _tools(changes: Iterable[Change]) -> str:
    names = list(dict.fromkeys(_tool(change.action) for change in changes))
    more = f" and {len(names) - _TOOLS} more" if len(names) > _TOOLS else ""
    return cut(", ".join(names[:_TOOLS]), 200) + more


def _tool(action: str) -> str:
    target, _, name = action.rpartition("___")
    return f"{name} ({target})" if target else name


def _callers(change: Change) -> str:
    return "IAM callers" if change.principal_type == IAM_ENTITY else "OAuth users"


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"
