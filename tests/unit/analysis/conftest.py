"""A gateway with two tools and a short way to write policies for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cedar import Gateway, GatewaySchema, schema_for
from bot.cli import app as commands

REFUND_INPUTS = {
    "order": {"type": "string"},
    "amount": {"type": "integer"},
    "factor": {"type": "integer"},
    "rate?": {"type": "number"},
    "express?": {"type": "boolean"},
    "labels?": {"type": "array", "items": {"type": "string"}},
    "due?": {"type": "string", "format": "date-time"},
    "address?": {"type": "string", "format": "ipv4"},
    "currency?": {"type": "string", "enum": ["EUR", "USD"]},
    "extra?": {"type": "object", "additionalProperties": {"type": "string"}},
}


@pytest.fixture
def schema(gateway_of: Callable[..., Gateway]) -> GatewaySchema:
    """Tools Desk___refund and Desk___close, and Post___send of another target."""
    return schema_for(
        gateway_of(
            Desk={"refund": REFUND_INPUTS, "close": {"reason": {"type": "string"}}},
            Post={"send": {"to": {"type": "string"}}},
        )
    )


@pytest.fixture
def rule(schema: GatewaySchema) -> Callable[..., str]:
    """Writes a policy: an effect, a condition, and the tool and principal that it is for ("" for everyone)."""

    def write(effect: str, condition: str = "", *, tool: str = "Desk___refund", who: str = "OAuthUser") -> str:
        principal = f"principal is AgentCore::{who}" if who else "principal"
        action = f'action == AgentCore::Action::"{tool}"' if tool else "action"
        resource = f'resource == AgentCore::Gateway::"{schema.gateway.arn}"'
        return f"{effect}({principal}, {action}, {resource})" + (f" when {{ {condition} }};" if condition else ";")

    return write


@pytest.fixture
def cedar(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of policies."""

    def write(name: str, *statements: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(statements))
        return path

    return write


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A schema file."""
    path = tmp_path / "app.cedarschema"
    path.write_text(
        "entity User = { level: Long }; entity Doc; action read appliesTo { principal: User, resource: Doc };"
    )
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """The command line, in the folder of the files."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(commands, ["analyze", *map(str, words)])
