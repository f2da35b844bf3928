"""`policybot translate`, `analyze` and `replay`: rules and policies that are files, with no engine and no Slack."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import BadInput
from bot.exits import sentences
from bot.options_cli import read_member


def translate(
    rule: Annotated[str | None, typer.Argument(help="The rule; read from standard input when left out.")] = None,
    gateway: Annotated[Path | None, typer.Option("--gateway", help="The gateway's JSON file.")] = None,
    batch: Annotated[
        bool,
        typer.Option(
            "--batch", help='Read {"id","gateway","rule"} lines on standard input; --gateway for those without.'
        ),
    ] = False,
    definition_member: Annotated[str, typer.Option(help="cedar or policy.")] = "cedar",
    channel: Annotated[str, typer.Option("--channel", help="The channel whose route's glossary is meant.")] = "",
    workspace: Annotated[str, typer.Option("--workspace", help="The workspace, likewise.")] = "",
) -> None:
    """Translate a rule to Cedar and print the assets as ListPolicyGenerationAssets would."""
    from bot.glossaries import meant
    from bot.language.command import translate_batch, translate_one

    with sentences():
        member, glossary = read_member(definition_member), meant(channel, workspace)
        if batch:
            for line in translate_batch(sys.stdin, member, glossary, None if gateway is None else str(gateway)):
                print(line, flush=True)
            return
        if gateway is None:
            raise BadInput("Name the gateway's JSON file with --gateway FILE.")
        print(translate_one(str(gateway), sys.stdin.read() if rule is None else rule, member, glossary))


def analyze(
    gateway: Annotated[Path | None, typer.Option("--gateway", help="The gateway's JSON file.")] = None,
    schema: Annotated[Path | None, typer.Option("--schema", help="Any Cedar schema, instead of a gateway.")] = None,
    policies: Annotated[
        list[Path] | None, typer.Option("--policies", help="A Cedar file or a folder of them; may be repeated.")
    ] = None,
    candidate: Annotated[Path | None, typer.Option("--candidate", help="A Cedar file to compare with.")] = None,
    must_never: Annotated[
        list[Path] | None, typer.Option("--must-never", help="Policies whose requests may never be allowed.")
    ] = None,
    must_allow: Annotated[
        list[Path] | None, typer.Option("--must-allow", help="Policies whose requests must stay allowed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    sarif: Annotated[
        Path | None, typer.Option("--sarif", help="Write SARIF 2.1.0 to this file; - prints it instead of the text.")
    ] = None,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="Also print a line for each finding that CI systems show at its file.")
    ] = False,
) -> None:
    """Findings for policies, and the semantic difference that a candidate makes.

    Exit 1 when there are findings, 4 when a boundary is broken.
    """
    from bot.analysis.command import Question
    from bot.analysis.command import analyze as analyze_policies
    from bot.analysis.files import marks, report, text

    question = Question(
        gateway, schema, tuple(policies or ()), candidate, tuple(must_never or ()), tuple(must_allow or ())
    )
    with sentences():
        told, code = analyze_policies(question)
        log = report.json_text(marks.sarif(told))
        if sarif and str(sarif) != "-":
            _write(sarif, log)
        print(log if sarif and str(sarif) == "-" else report.json_text(told) if as_json else text.text(told))
        if annotate and (lines := marks.ci_lines(told)):
            print(lines)
    raise typer.Exit(code)


def replay(
    gateway: Annotated[Path, typer.Option("--gateway", help="The gateway's JSON file.")],
    candidate: Annotated[Path, typer.Option("--candidate", help="A Cedar file that is added, or replaces by name.")],
    calls: Annotated[Path, typer.Option("--calls", help="Recorded calls, as JSON lines.")],
    policies: Annotated[
        list[Path] | None, typer.Option("--policies", help="A Cedar file or a folder of them; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which recorded calls a candidate would decide otherwise; exit 1 when there are any."""
    from bot.analysis.files.report import json_text
    from bot.analysis.files.text import inert
    from bot.replay import command

    with sentences():
        done = command.replay_files(gateway, tuple(policies or ()), candidate, calls)
        told = json_text(command.as_json(done)) if as_json else command.text(done)
        print(told if as_json else "\n".join(map(inert, told.split("\n"))))
    raise typer.Exit(done.code)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"The file {path} cannot be written: {error.strerror}.", path=str(path)) from error
