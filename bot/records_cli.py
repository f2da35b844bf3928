"""`policybot audit` and `policybot governance`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.exits import EXIT_FAULT, run, sentences

audit = typer.Typer(help="The record of every proposal, vote and effect.", no_args_is_help=True)
governance = typer.Typer(help="The rules of who may propose, decide and so on.", no_args_is_help=True)


@audit.command()
def export(
    since: Annotated[str, typer.Option(help="From this instant on, ISO 8601 such as 2026-11-01T00:00Z.")] = "",
) -> None:
    """Print the record of the database in POLICYBOT_DATABASE_URL as JSON lines."""
    from bot.audit import exported

    async def lines() -> None:
        async for row in exported(since):
            print(json.dumps(row.as_json(), ensure_ascii=False))

    run(lines())


@audit.command()
def verify() -> None:
    """Check the record's chain: exit 1 when a row was changed, removed or moved."""
    from bot.audit import verified

    count, last, found = run(verified())
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{count} rows, {'the chain holds' if not found else f'{len(found)} faults'}; the last hash is {last}.")
    raise typer.Exit(EXIT_FAULT if found else 0)


@governance.command()
def check(file: Annotated[Path, typer.Argument(help="A file of Cedar policies about policybot itself.")]) -> None:
    """Say what is wrong with a governance file, and who could do too much or nothing by it."""
    from bot.governance.check import check as check_file

    with sentences():
        lines, code = check_file(file)
        for line in lines:
            print(line, file=sys.stderr if code == 2 else sys.stdout)
        if not lines:
            print(f"{file}: nothing to say.")
    raise typer.Exit(code)
