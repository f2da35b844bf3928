"""What `policybot analyze` leaves for machines, and that nothing of a file reaches them or a terminal as a command."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cedar.hidden import hidden


def test_findings_are_marked_on_the_lines_of_their_policies(
    run: Callable[..., Any], app: Path, cedar: Callable[..., Path], tmp_path: Path
) -> None:
    cedar(
        "two.cedar",
        "// a comment\npermit(principal, action, resource) when { principal.level > 5 };",
        "permit(principal, action, resource)\n  when { principal.level > 7 };",
    )
    cedar("new.cedar", "permit(principal, action, resource);")
    cedar("cap.cedar", "permit(principal, action, resource) when { principal.level < 0 };")
    words = ("--schema", app, "--policies", "two.cedar", "--candidate", "new.cedar", "--must-never", "cap.cedar")
    found = run(*words, "--sarif", "out.sarif", "--annotate")
    assert found.exit_code == 4
    lines = [line for line in found.stdout.splitlines() if line.startswith("::")]
    assert [line.partition(",title")[0] for line in lines] == [
        "::error file=cap.cedar,line=1",
        "::warning file=two.cedar,line=3",
        "::warning file=new.cedar,line=1",
        "::warning file=new.cedar,line=1",
    ]
    log = json.loads((tmp_path / "out.sarif").read_text())
    (only,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert [(each["ruleId"], each["level"]) for each in only["results"]] == [
        ("broken", "error"), ("shadowed", "warning"), ("allow-all", "warning"), ("change", "warning"),
    ]  # fmt: skip
    for each in only["results"]:
        assert only["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"]
    place = only["results"][1]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("two.cedar", 3)
    printed = run(*words, "--sarif", "-")
    assert json.loads(printed.stdout) == log
    assert run(*words, "--sarif", "no/such/folder").exit_code == 2


@pytest.mark.parametrize("form", [(), ("--json",), ("--annotate",), ("--sarif", "-")])
def test_nothing_in_a_file_reaches_a_terminal_or_a_ci_system_as_more_than_text(
    form: tuple[str, ...], run: Callable[..., Any], app: Path, cedar: Callable[..., Path]
) -> None:
    """Names, literals and file names with escape sequences, line ends, overrides and workflow commands in them."""
    evil = "\u202e\x1b[2J\n::warning::pwned\r##vso[task.x]##[error]z"
    literal = "".join(f"\\u{{{ord(each):x}}}" for each in evil)
    texts = " || ".join(f'principal == User::"{each}"' for each in (literal, f"b{literal}"))
    cedar("::error::\n::warning::x\u202e.cedar", f"permit(principal, action, resource) when {{ {texts} }};")
    cedar(
        "old.cedar",
        f'@id("::error::{literal}")\npermit(principal, action, resource) when {{ principal.level + 1 > 0 }};',
    )
    cedar("bad.cedar", f'permit(principal, action, resource) when {{ principal["{literal}"] == 1 }};')
    words = ("--schema", app, "--policies", "old.cedar", "--policies", "bad.cedar")
    found = run(*words, "--candidate", "::error::\n::warning::x\u202e.cedar", *form)
    assert found.exit_code == 1
    ours = [line for line in found.stdout.splitlines() if form != ("--annotate",) or not line.startswith("::")]
    assert not any(line.lstrip().startswith("::") for line in ours)
    assert "pwned" in found.stdout
    assert hidden(found.stdout) == ()
    assert "##" not in found.stdout
    for line in set(found.stdout.splitlines()) - set(ours):
        assert re.match(r"::(warning|error) file=[^,]+,line=\d+,title=[^:,]+::", line)


def test_bad_input_is_told_inertly(run: Callable[..., Any], app: Path) -> None:
    told = run("--schema", app, "--policies", "no\n::error::such\u202e.cedar")
    assert (told.exit_code, hidden(told.stderr), told.stderr.count("\n")) == (2, (), 1)
