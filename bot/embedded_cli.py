"""`policybot try`, `playground`, `controlplane`, `token` and `workspace`: what runs on this machine with nothing to set
up."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.exits import run as run_
from bot.exits import sentences
from bot.options_cli import DataOption, GatewayOption, GenerationOption, read_generation, read_member


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
        generation=read_generation(generation),
        calls=tuple(call or ()),
    )
    raise typer.Exit(run_(trial))


def playground(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 3000,
    gateway: GatewayOption = None,
    data: DataOption = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only print the page's address.")] = False,
    generation: GenerationOption = "faithful",
) -> None:
    """Play the whole team in a browser: an embedded Slack, an embedded control plane, and the bot between them."""
    from bot.playground import playground as play

    run_(play(port, tuple(gateway or ()), data, opens=not no_open, generation=read_generation(generation)))


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
        definition_member=read_member(definition_member),
        generation=read_generation(generation),
        glossary=_glossary(),
        propagation=propagation,
        dataplane=dataplane,
    )
    run_(run(config, port))


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


def _glossary() -> Mapping[str, Any]:
    """The team's own words, where a routing file has them."""
    if "POLICYBOT_CONFIG" not in os.environ:
        return {}
    from bot.routing import read_routing
    from bot.settings import read_settings

    with sentences():
        return read_routing(read_settings()).glossary
    raise AssertionError("unreachable")


def _logs() -> None:
    from bot.logs import configure
    from bot.settings import read_settings

    with sentences():
        configure(read_settings().log_level)
