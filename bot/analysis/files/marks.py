"""An analysis as marks on lines of files: SARIF, and the lines that CI systems turn into annotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from bot.analysis.files.text import boundary_line, changed_lines, compared_lines, finding_line, inert
from bot.analysis.vocabulary import MEANING, Kind

Level = Literal["error", "warning", "note"]
_ERRORS = ("INVALID", "broken")
_RULES = {
    **{kind.spoken: MEANING[kind].mark for kind in Kind if MEANING[kind].mark},
    "engine": "AgentCore would not take the policy",
    "change": "The candidate changes decisions",
    "broken": "A boundary is broken",
}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True)
class Mark:
    """One thing to say of a line of a file."""

    rule: str
    message: str
    file: str
    line: int

    @property
    def level(self) -> Level:
        return "error" if self.rule in _ERRORS else "warning"


def marks(told: Mapping[str, Any]) -> Iterator[Mark]:
    """All that an analysis has to say, boundaries first."""
    for boundary in told["boundaries"]:
        if boundary["status"] != "holds":
            yield Mark(boundary["status"], inert(boundary_line(boundary)), boundary["file"], boundary["line"])
    for policy in (*told["policies"], *told.get("candidate", ())):
        for finding in policy["findings"]:
            message = inert(f"{policy['name']}: {finding_line(finding)}")
            yield Mark(finding["kind"], message, policy["file"], policy["line"])
        for sentence in policy.get("engineFindings", ()):
            yield Mark("engine", inert(f"{policy['name']}: {sentence}"), policy["file"], policy["line"])
    for status, line in (*changed_lines(told), *compared_lines(told)):
        yield Mark("not analysed" if status == "not analysed" else "change", inert(line), told["candidateFile"], 1)
    for each in told["notAnalysed"]:
        yield Mark("not analysed", inert(f"{each['name']}: {each['reason']}"), each["file"], each["line"])


def ci_lines(told: Mapping[str, Any]) -> str:
    """A line for each mark, in the workflow commands that GitHub, and those who follow it, read."""
    return "\n".join(
        f"::{'error' if mark.level == 'error' else 'warning'} file={_property(inert(mark.file))},line={mark.line},"
        f"title={_property(_RULES[mark.rule])}::{_data(mark.message)}"
        for mark in marks(told)
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(told: Mapping[str, Any]) -> dict[str, Any]:
    """A SARIF 2.1.0 log with one run."""
    found = list(marks(told))
    rules = [rule for rule in _RULES if any(mark.rule == rule for mark in found)]
    driver = {
        "name": "policybot",
        "rules": [{"id": _rule_id(rule), "shortDescription": {"text": _RULES[rule]}} for rule in rules],
    }
    results = [
        {
            "ruleId": _rule_id(mark.rule),
            "ruleIndex": rules.index(mark.rule),
            "level": mark.level,
            "message": {"text": mark.message},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(mark.file)},
                        "region": {"startLine": mark.line},
                    }
                }
            ],
        }
        for mark in found
    ]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _rule_id(rule: str) -> str:
    return rule.lower().replace("_", "-").replace(" ", "-")


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
