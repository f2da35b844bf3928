"""`policybot doctor` where many workspaces install the bot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from cryptography.fernet import Fernet
from pydantic import AliasChoices, SecretStr

from bot.cedar import load_gateway
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.doctor import examine, text
from bot.settings import Settings
from tests.support.installed import NORTH, SOUTH, Many, many

pytestmark = pytest.mark.asyncio(loop_scope="function")


def environment(running: Many, folder: Path, workspace: str = "*") -> dict[str, str]:
    """The environment of a bot that runs, with its route in a file."""
    found: dict[str, str] = {}
    for field, info in Settings.model_fields.items():
        value, alias = getattr(running.bot.settings, field), info.validation_alias
        assert isinstance(alias, AliasChoices)
        if value not in (None, "", False):
            shown = value.get_secret_value() if isinstance(value, SecretStr) else value
            found[str(alias.choices[0])] = str(shown)
    route = {
        "policy_engine_id": "policybot_demo-0d3m0p0l1c",
        "gateway_arn": load_gateway(SAMPLE_GATEWAY).arn,
        **({"workspace": workspace} if workspace else {}),
    }
    (folder / "routes.yml").write_text(yaml.safe_dump({"routes": [route]}))
    return {**found, "POLICYBOT_CONFIG": str(folder / "routes.yml")}


async def looked(environ: Mapping[str, str]) -> str:
    found = text(await examine(environ))
    assert "xoxb-" not in found
    return found


async def test_each_workspace_is_looked_at_with_its_own_token(tmp_path: Path) -> None:
    """While the bot runs; where nobody has installed it yet, that is said."""
    async with many(tmp_path) as running:
        environ = environment(running, tmp_path)
        assert "0 workspaces have installed the app." in await looked(environ)
        await running.installs(NORTH)
        await running.installs(SOUTH)
        said = await looked(environ)
        assert "2 workspaces have installed the app." in said
        for team in (NORTH, SOUTH):
            assert f"{team}: The bot token is of" in said
            assert f"{team}: The token has the" in said, said
            assert f"{team}: the default governance: there is no user group" in said, "ids exist in one workspace"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together."),
        ({"POLICYBOT_URL": ""}, "its address is not known"),
        ({"POLICYBOT_SECRET_KEYS": ""}, "POLICYBOT_SECRET_KEYS is needed"),
        ({"POLICYBOT_SECRET_KEYS": "short"}, "POLICYBOT_SECRET_KEYS has a key that is none"),
        ({"POLICYBOT_SECRET_KEYS": Fernet.generate_key().decode()}, f"{NORTH}: A token in the database was sealed"),
    ],
)
async def test_what_keeps_workspaces_out_is_a_fault(tmp_path: Path, change: Mapping[str, str], said: str) -> None:
    async with many(tmp_path) as running:
        await running.installs(NORTH)
        environ = {**environment(running, tmp_path), **change}
        faults = [line for line in (await looked(environ)).splitlines() if line.startswith("FAULT")]
        assert any(said in line for line in faults), faults


async def test_a_route_for_nobody_is_a_fault(tmp_path: Path) -> None:
    async with many(tmp_path) as running:
        said = await looked(environment(running, tmp_path, workspace=""))
        assert "A route names no workspace" in said
