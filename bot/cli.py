"""The command line: every command in the order in which help lists them. Each imports what it needs when it runs, so
that the light ones start fast."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot import embedded_cli, files_cli
from bot.errors import BadInput
from bot.exits import EXIT_FAULT, leave, run, sentences, start
from bot.gateway_cli import gateway
from bot.records_cli import audit, governance

app = typer.Typer(
    name="policybot",
    help="Write, review and enact the rules that bind your AI agents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(audit, name="audit")
app.add_typer(governance, name="governance")
app.add_typer(gateway, name="gateway")


def serve() -> None:
    """Run the bot for a real workspace: over Socket Mode when SLACK_APP_TOKEN is set, else over HTTP."""
    from bot.serve import serve as serve_bot

    run(serve_bot())
    leave()


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check settings, Slack, AWS, who may approve, the database and the clock; exit 1 when something is wrong."""
    import asyncio
    import json

    from bot.analysis.files.text import inert
    from bot.doctor import examine, is_faulty, text
    from bot.logs import configure

    configure("CRITICAL")  # what goes wrong is said in a sentence
    found = asyncio.run(examine())
    if as_json:
        print(json.dumps([each.as_json() for each in found], ensure_ascii=False, indent=2))
    else:
        print("\n".join(map(inert, text(found).split("\n"))))
    raise typer.Exit(EXIT_FAULT if is_faulty(found) else 0)


def forget(
    team: Annotated[str, typer.Argument(help="The workspace's id, T….")],
    yes: Annotated[bool, typer.Option("--yes", help="It is meant: nothing of it comes back.")] = False,
) -> None:
    """Delete all that the database keeps of a workspace: its reviews, tests and tokens. The audit log stays."""
    from bot.forgetting import forget as forget_workspace

    with sentences():
        if not yes:
            raise BadInput(f"This deletes all that is kept of {team} for good. Say --yes when it is meant.")
    for table, count in run(forget_workspace(team)).items():
        print(f"{table}: {count}")


def manifest(
    url: Annotated[
        str | None, typer.Option("--url", help="https URL of the bot, for HTTP instead of Socket Mode.")
    ] = None,
) -> None:
    """Print the Slack app manifest."""
    from bot.manifest import manifest_text

    with sentences():
        print(manifest_text(url), end="")


app.command("try")(embedded_cli.try_)
app.command()(embedded_cli.playground)
app.command()(serve)
app.command()(doctor)
app.command()(embedded_cli.controlplane)
app.command()(embedded_cli.token)
app.command()(embedded_cli.workspace)
app.command()(files_cli.translate)
app.command()(files_cli.analyze)
app.command()(files_cli.replay)
app.command()(forget)
app.command()(manifest)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"policybot {version('policybot')}, Python {sys.version.split()[0]}")
        raise typer.Exit


@app.callback()
def _policybot(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_say_version)
    ] = False,
) -> None: ...


def main() -> None:
    """The entry point of `policybot`."""
    start(app)
