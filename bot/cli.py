"""The command line. Each command imports what it needs when it runs, so that the light ones start fast."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from bot.errors import BadInput
from bot.exits import EXIT_FAULT, leave, sentences, start
from bot.exits import run as run_
from bot.gateway_cli import gateway as gateway_commands
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
app.add_typer(gateway_commands, name="gateway")


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"policybot {version('policybot')}, Python {sys.version.split()[0]}")
        raise typer.Exit


GatewayOption = Annotated[
    list[Path] | None, typer.Option("--gateway", help="A gateway's JSON file; may be given several times.")
]
GenerationOption = Annotated[
    str, typer.Option(help="How the embedded control plane generates: faithful, or faulty as a language model may.")
]
DataOption = Annotated[
    Path | None, typer.Option("--data", help="Keep the state in this folder; without it, in memory.")
]


@app.command("try")
def try_(
    rule: Annotated[str, typer.Argument(help="The rule, in plain English.")],
    gateway: GatewayOption = None,
    approve: Annotated[bool, typer.Option("--approve", help="Also approve, and wait for the policy.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the messages as Slack got them.")] = False,
    generation: GenerationOption = "faithful",
    call: Annotated[
        list[str] | None,
        typer.Option(
            "--call", help="An agent's call, before and after: 'role=support-agent process_refund amount=600'."
        ),
    ] = None,
) -> None:
    """Run the whole job once, with an embedded Slack and an embedded control plane, and print the thread."""
    from bot.trial import try_rule

    trial = try_rule(
        rule,
        gateways=tuple(gateway or ()),
        approve=approve,
        as_json=as_json,
        generation=_generation(generation),
        calls=tuple(call or ()),
    )
    raise typer.Exit(run_(trial))


@app.command()
def playground(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 3000,
    gateway: GatewayOption = None,
    data: DataOption = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only print the page's address.")] = False,
    generation: GenerationOption = "faithful",
) -> None:
    """Play the whole team in a browser: an embedded Slack, an embedded control plane, and the bot between them."""
    from bot.playground import playground as play

    run_(play(port, tuple(gateway or ()), data, opens=not no_open, generation=_generation(generation)))


@app.command()
def serve() -> None:
    """Run the bot for a real workspace: over Socket Mode when SLACK_APP_TOKEN is set, else over HTTP."""
    from bot.serve import serve as serve_bot

    run_(serve_bot())
    leave()


@app.command()
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


@app.command()
def controlplane(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 8787,
    gateway: GatewayOption = None,
    data: DataOption = None,
    latency: Annotated[float, typer.Option(min=0, help="Seconds until an asynchronous outcome.")] = 0.5,
    limits: Annotated[bool, typer.Option("--limits", help="Enforce AWS's quotas and request rates.")] = False,
    definition_member: Annotated[
        str, typer.Option(help="The member under which assets leave: cedar or policy.")
    ] = "policy",
    generation: GenerationOption = "faithful",
    propagation: Annotated[
        float, typer.Option(min=0, help="Seconds until a change reaches the gateway's decisions.")
    ] = 0.0,
    target: Annotated[
        list[str] | None, typer.Option("--target", help="NAME=URL: a real MCP server that answers for a target.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option("--record", help="Add each decided call to this JSON lines file.")
    ] = None,
) -> None:
    """Serve the embedded AgentCore policy control plane on 127.0.0.1, and its gateways at their gatewayUrl."""
    from bot.controlplane import ControlPlaneConfig, run
    from bot.dataplane import DataplaneConfig, TokenKey
    from bot.dataplane.targets import read_targets

    _logs()
    with sentences():
        dataplane = DataplaneConfig(targets=read_targets(target or []), calls=record, key=TokenKey.shared(data))
    config = ControlPlaneConfig(
        gateways=tuple(gateway or ()),
        latency=latency,
        data_dir=data,
        limits=limits,
        definition_member=_member(definition_member),
        generation=_generation(generation),
        glossary=_glossary(),
        propagation=propagation,
        dataplane=dataplane,
    )
    run_(run(config, port))


@app.command()
def token(
    claim: Annotated[
        list[str] | None, typer.Option("--claim", help="NAME=VALUE, such as role=support-agent; may be repeated.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="The control plane's data folder; needed when it was given one.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, help="How long the token holds.")] = 3600,
) -> None:
    """Print a caller's token for the embedded gateway: send it as `Authorization: Bearer TOKEN`."""
    from bot.dataplane import TokenKey
    from bot.dataplane.tokens import read_claims

    with sentences():
        print(TokenKey.kept(data).sign(read_claims(claim or []), datetime.now(UTC), seconds))


@app.command()
def workspace(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 8788,
    data: DataOption = None,
    page: Annotated[bool, typer.Option("--page", help="Serve it to browsers as well, as a page.")] = False,
    manifest: Annotated[
        Path | None, typer.Option("--manifest", help="The app's manifest: its commands, shortcuts, events and scopes.")
    ] = None,
    team: Annotated[
        Path | None, typer.Option("--team", help="Workspaces of your own, with their people and channels.")
    ] = None,
    event_url: Annotated[
        str | None, typer.Option("--event-url", help="Send the app signed HTTP requests at this URL; no Socket Mode.")
    ] = None,
    beside_real_tokens: Annotated[
        bool, typer.Option(help="Start although real Slack tokens are in the environment.")
    ] = False,
) -> None:
    """Serve the embedded Slack on 127.0.0.1."""
    from bot.workspace import Offers, WorkspaceConfig, default_teams, read_manifest, read_teams, run

    _logs()
    with sentences():
        offers = read_manifest(manifest) if manifest else Offers()
        teams = read_teams(team) if team else default_teams()
        config = WorkspaceConfig(data_dir=data, page=page, teams=teams, event_url=event_url, **offers)
        run_(run(config, port, beside_real_tokens=beside_real_tokens))


@app.command()
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
        member, glossary = _member(definition_member), meant(channel, workspace)
        if batch:
            for line in translate_batch(sys.stdin, member, glossary, None if gateway is None else str(gateway)):
                print(line, flush=True)
            return
        if gateway is None:
            raise BadInput("Name the gateway's JSON file with --gateway FILE.")
        print(translate_one(str(gateway), sys.stdin.read() if rule is None else rule, member, glossary))


@app.command()
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


@app.command()
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


@app.command()
def forget(
    team: Annotated[str, typer.Argument(help="The workspace's id, T….")],
    yes: Annotated[bool, typer.Option("--yes", help="It is meant: nothing of it comes back.")] = False,
) -> None:
    """Delete all that the database keeps of a workspace: its reviews, tests and tokens. The audit log stays."""
    from bot.forgetting import forget as forget_workspace

    with sentences():
        if not yes:
            raise BadInput(f"This deletes all that is kept of {team} for good. Say --yes when it is meant.")
    for table, count in run_(forget_workspace(team)).items():
        print(f"{table}: {count}")


@app.command()
def manifest(
    url: Annotated[
        str | None, typer.Option("--url", help="https URL of the bot, for HTTP instead of Socket Mode.")
    ] = None,
) -> None:
    """Print the Slack app manifest."""
    from bot.manifest import manifest_text

    with sentences():
        print(manifest_text(url), end="")


def _glossary() -> Mapping[str, Any]:
    """The team's own words, where a routing file has them."""
    if "POLICYBOT_CONFIG" not in os.environ:
        return {}
    from bot.routing import read_routing
    from bot.settings import read_settings

    with sentences():
        return read_routing(read_settings()).glossary
    raise AssertionError("unreachable")


def _member(name: str) -> Literal["cedar", "policy"]:
    with sentences():
        if name == "cedar":
            return "cedar"
        if name == "policy":
            return "policy"
        raise BadInput(f"--definition-member is cedar or policy, not {name}.")
    raise AssertionError("unreachable")


def _generation(name: str) -> Literal["faithful", "faulty"]:
    with sentences():
        if name == "faithful":
            return "faithful"
        if name == "faulty":
            return "faulty"
        raise BadInput(f"--generation is faithful or faulty, not {name}.")
    raise AssertionError("unreachable")


def _logs() -> None:
    from bot.logs import configure
    from bot.settings import read_settings

    with sentences():
        configure(read_settings().log_level)


@app.callback()
def _policybot(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_say_version)
    ] = False,
) -> None: ...


def main() -> None:
    """The entry point of `policybot`."""
    start(app)
