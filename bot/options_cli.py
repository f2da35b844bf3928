"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.errors import BadInput
from bot.exits import sentences

GatewayOption = Annotated[
    list[Path] | None, typer.Option("--gateway", help="A gateway's JSON file; may be given several times.")
]
GenerationOption = Annotated[
    str, typer.Option(help="How the embedded control plane generates: faithful, or faulty as a language model may.")
]
DataOption = Annotated[
    Path | None, typer.Option("--data", help="Keep the state in this folder; without it, in memory.")
]


def read_member(name: str) -> Literal["cedar", "policy"]:
    """What `--definition-member` says."""
    with sentences():
        if name == "cedar":
            return "cedar"
        if name == "policy":
            return "policy"
        raise BadInput(f"--definition-member is cedar or policy, not {name}.")
    raise AssertionError("unreachable")


def read_generation(name: str) -> Literal["faithful", "faulty"]:
    """What `--generation` says."""
    with sentences():
        if name == "faithful":
            return "faithful"
        if name == "faulty":
            return "faulty"
        raise BadInput(f"--generation is faithful or faulty, not {name}.")
    raise AssertionError("unreachable")
