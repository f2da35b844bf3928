"""What a draft would change, in words: who gains and loses which calls, with examples, in short and at length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.analysis.difference import Change, Difference, Example
from bot.analysis.whom import as_one
from bot.blocks.kit import cut
from bot.cedar import Request
from bot.cedar.gateway import IAM_ENTITY

_NAMED = 3
_INPUTS = 6
_EXAMPLE, _WHOM, _WHAT, _CALLS, _WHY = 250, 120, 150, 250, 250
_DRAFT = "this policy"
"""What the draft is called among the engine's policies."""
_QUIET_INSTANT = "2026-01-15T12:00:00.000Z"
"""The instant of examples that do not depend on the time."""


@dataclass(frozen=True)
class Group:
    """Tools on which the same callers gain or lose calls: all of theirs, or some."""

    what: str
    whom: str
    every: bool

    @property
    def calls(self) -> str:
        """As a noun phrase."""
        return f"{'every call' if self.every else 'calls'} of {self.what}" + (f", by {self.whom}" if self.whom else "")


@dataclass(frozen=True)
class Row:
    """One thing that changes: which calls, and one of them as an example; either may not be known."""

    label: str
    calls: str = ""
    example: str = ""

    @property
    def sentence(self) -> tuple[str, str]:
        """As a label and a text."""
        if not self.calls:
            return f"{self.label}, for example: ", f"{self.example}."
        return f"{self.label}: ", f"{self.calls}." + (f" For example: {self.example}." if self.example else "")


@dataclass(frozen=True)
class Changes:
    """A difference, ready to be read."""

    difference: Difference

    @property
    def allowed(self) -> list[Group]:
        """Who gains which calls, anyone first."""
        found = [each for each in self.difference.changes if each.newly_allowed]
        return self._groups((each.action, each.whom, each.every) for each in found)

    @property
    def denied(self) -> list[Group]:
        """Who loses which calls that work today, anyone first."""
        found = [each for each in self.difference.changes if each.newly_denied]
        return self._groups((each.action, *_losers(each)) for each in found)

    @property
    def unknown(self) -> list[str]:
        """Why not everything is known, each reason once."""
        return list(dict.fromkeys(change.reason for change in self.difference.changes if change.reason))

    @property
    def unsettled(self) -> list[str]:
        """The reasons that are not the draft's own conditions."""
        found = self.difference.changes
        return list(dict.fromkeys(change.reason for change in found if change.reason and not change.possible))

    @property
    def possible(self) -> bool:
        """Some of what is shown only may become so."""
        return any(change.possible for change in self.difference.changes)

    @property
    def bounded(self) -> bool:
        """What is shown is the most that can become so: nothing else is unknown."""
        return all(change.possible for change in self.difference.not_analysed)

    @property
    def nothing(self) -> bool:
        """It is proved that no request is decided otherwise."""
        found = self.difference
        return bool(found.changes) and found.proved_unchanged and not self.unknown

    def lines(self, *, timed: bool) -> list[tuple[str, str]]:
        """The rows as labels and texts."""
        return [row.sentence for row in self.rows(timed=timed)]

    def rows(self, *, timed: bool) -> list[Row]:
        """What becomes allowed, denied and is not known, with an example each.

        `timed`: the examples say when, also where it does not seem to matter.
        """
        changes = self.difference.changes
        allowed = next((change.newly_allowed for change in changes if change.newly_allowed), None)
        denied = next((change.newly_denied for change in changes if change.newly_denied), None)
        still = next((each.still_denied for each in changes if each.newly_allowed and each.still_denied), None)
        everything = [change.action for change in changes]

        def said(example: Example) -> str:
            return _said(example, timed=timed, tool=_short(example.request.action, everything))

        found = []
        for label, groups, example in (
            ("Newly allowed", self.allowed, allowed),
            ("Newly denied", self.denied, denied),
        ):
            if groups and example:
                found.append(Row(label, cut(_calls(groups), _CALLS), said(example)))
        if still and allowed and not denied and not all(group.every for group in self.allowed):
            found.append(Row("Still denied", example=said(still)))
        if unknown := self.difference.not_analysed:
            where = self._what(dict.fromkeys(change.action for change in unknown))
            why = cut("; ".join(self.unknown), _WHY)
            found.append(Row("Not analysed, so nothing is proved there", f"{where} ({why})"))
        return found

    def risk(self, *, proved: bool) -> str:
        """Whether access becomes wider or narrower, for whom, and what is not known; none only when that is proved."""
        found = self.difference
        parts = []
        if allowed := self.allowed:
            whom = ", ".join(dict.fromkeys(group.whom for group in allowed if group.whom))
            parts.append("widens access" + (f", for {cut(whom, 200)}" if whom else ""))
            forbids = sorted(
                {name for each in found.changes if each.newly_allowed for name in each.newly_allowed.reasons_before}
            )
            if forbids:
                parts.append(f"takes back what {cut(', '.join(forbids), 120)} forbids")
        if self.denied:
            parts.append("narrows access: calls that work today would be denied")
        if found.not_analysed:
            parts.append("is not known in every part")
        if parts:
            return f"It {', and '.join(parts)}."
        return "None found: it changes no request." if proved else "It is not known."

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

    def _groups(self, found: Iterable[tuple[str, str, bool]]) -> list[Group]:
        every: dict[tuple[str, bool], dict[str, None]] = {}
        for action, whom, all_of_theirs in found:
            every.setdefault((whom, all_of_theirs), {})[action] = None
        # Callers that gain the same on the same tools are named together.
        together: dict[tuple[tuple[str, ...], bool], list[str]] = {}
        for (whom, all_of_theirs), actions in sorted(every.items(), key=lambda each: _width(*each[0])):
            together.setdefault((tuple(actions), all_of_theirs), []).append(whom)
        return [
            Group(self._what(actions), cut(" and ".join(filter(None, whoms)), _WHOM), all_of_theirs)
            for (actions, all_of_theirs), whoms in together.items()
        ]

    def _what(self, actions: Iterable[str]) -> str:
        """Tools by name; their number when they are all, or many."""
        listed = list(actions)
        everything = list(dict.fromkeys(change.action for change in self.difference.changes))
        if len(listed) == len(everything) > 1:
            return f"all {len(listed)} tools"
        names = [_short(action, everything) for action in listed]
        if len(names) > _NAMED:
            return f"{cut(', '.join(names[: _NAMED - 1]), _WHAT)} and {len(names) - _NAMED + 1} more tools"
        return cut(" and ".join(filter(None, (", ".join(names[:-1]), names[-1]))), _WHAT)


def read_difference(found: Mapping[str, Any]) -> Changes:
    """The changes in a difference's JSON."""
    return Changes(Difference.from_json(found))


def request_words(request: Request, *, timed: bool = True, tool: str = "") -> str:
    """A tool call as a person would say it; without its instant unless that seems to matter or `timed` asks for it.

    `tool` is what the tool is called where its target need not be said.
    """
    who = as_one(cut(request.principal_id, 100))
    if request.tags:
        claims = (
            f"{as_one(cut(name, 60))} = {as_one(cut(value, 100))}" for name, value in sorted(request.tags.items())
        )
        who += f" ({cut(', '.join(claims), 250)})"
    inputs = [f"{cut(name, 60)} = {value}" for name, value in _leaves(request.inputs, "")]
    more = f" and {len(inputs) - _INPUTS} more inputs" if len(inputs) > _INPUTS else ""
    given = f" with {', '.join(inputs[:_INPUTS])}{more}" if inputs else ""
    moment = request.now.removesuffix("Z").removesuffix(".000").replace("T", " ")
    at = f", at {cut(moment, 40)} UTC" if timed or request.now != _QUIET_INSTANT else ""
    return f"{who} calls {tool or _tool(request.action)}{given}{at}"


def _calls(groups: list[Group]) -> str:
    shown = "; ".join(group.calls for group in groups[:_NAMED])
    return f"{shown}; and more" if len(groups) > _NAMED else shown


def _width(whom: str, every: bool) -> tuple[bool, bool, bool]:
    """Sorts anyone before any callers, and those before callers with such claims."""
    return whom != "anyone", not whom.startswith("any "), not every


def _lines(change: Change) -> list[str]:
    labelled = [
        (_whose("Newly allowed", change.whom, change.every), change.newly_allowed),
        (_whose("Newly denied", *_losers(change)), change.newly_denied),
        ("Still denied", change.still_denied),
    ]
    lines = [f"{label}: {_said(example)}" for label, example in labelled if example]
    return [*lines, f"Not analysed: {cut(change.reason, 500)}"] if change.reason else lines


def _losers(change: Change) -> tuple[str, bool]:
    """Whose calls become denied, and whether it is every call; not known where some become allowed as well."""
    return ("", False) if change.newly_allowed else (change.whom, change.every)


def _whose(label: str, whom: str, every: bool) -> str:
    calls = "every call" if every else "calls"
    return f"{label}: {calls} by {cut(whom, _WHOM)}, for example" if whom else label


def _said(example: Example, *, timed: bool = True, tool: str = "") -> str:
    """An example request as a sentence, with the other policies that decide it."""
    names = [name for name in example.reasons_after or example.reasons_before if name != _DRAFT]
    by = f" [{cut(', '.join(names), 100)}]" if names else ""
    return cut(request_words(example.request, timed=timed, tool=tool), _EXAMPLE) + by


def _leaves(inputs: Mapping[str, Any], at: str) -> Iterable[tuple[str, str]]:
    for name, value in inputs.items():
        if isinstance(value, Mapping) and not value.keys() & {"__extn", "__entity"}:
            yield from _leaves(value, f"{at}{name}.")
        else:
            yield f"{at}{name}", _value(value)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = value.get("__extn") or value.get("__entity") or {}
        return cut(str(inner.get("arg", inner.get("id", ""))), 60)
    if isinstance(value, list):
        return cut(f"[{', '.join(map(_value, value))}]", 120)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"“{cut(value, 60)}”" if isinstance(value, str) else str(value)


def _short(action: str, everything: Iterable[str]) -> str:
    """A tool's name, with its target where two targets have one of that name."""
    name = action.rpartition("___")[2]
    alone = len({other for other in everything if other.rpartition("___")[2] == name}) == 1
    return cut(name, 80) if alone else _tool(action)


def _tool(action: str) -> str:
    target, _, name = action.rpartition("___")
    return f"{cut(name, 80)} ({cut(target, 80)})" if target else cut(name, 80)


def _callers(change: Change) -> str:
    return "IAM callers" if change.principal_type == IAM_ENTITY else "OAuth users"
