"""`policybot gateway`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import BadInput
from bot.exits import run, sentences

gateway = typer.Typer(help="Gateways as AgentCore has them.", no_args_is_help=True)


@gateway.callback()
def _group() -> None: ...


@gateway.command()
def pull(
    arn: Annotated[str, typer.Argument(help="The gateway's ARN.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of standard output.")] = None,
) -> None:
    """Write a gateway's JSON file, with its targets and their tools, as far as these can be read.

    What cannot be read is said on stderr.
    """
    from bot.logs import configure
    from bot.pulling import pulled

    configure("ERROR")  # what goes wrong is said in a sentence
    document, unread = run(pulled(arn))
    text = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    with sentences():
        if out is None:
            print(text)
        else:
            try:
                out.write_text(f"{text}\n", encoding="utf-8")
            except OSError as error:
                raise BadInput(f"The file {out} cannot be written: {error.strerror}.", path=str(out)) from error
    from bot.analysis.files.text import inert

    for line in unread:
        print(inert(line), file=sys.stderr)
