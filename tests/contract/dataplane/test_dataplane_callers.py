"""Who a caller is to the policies: claims as tags, ARNs as entities; and the key that two commands share."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import urllib3

from bot.cedar.gateway import gateway_from_file
from bot.dataplane import TokenKey
from tests.contract.dataplane.conftest import Starter, World
from tests.support.serving_gateway import GATEWAY, REFUND

WAREHOUSE = Path("tests/corpora/gateways/warehouse.json")
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20261122/us-east-1/bedrock-agentcore/aws4_request, S=0"}


@pytest.mark.parametrize(
    ("claims", "condition", "allowed"),
    [
        ({"role": "a"}, 'principal.hasTag("role") && principal.getTag("role") == "a"', True),
        ({"sub": "ana"}, 'principal.id == "ana"', True),
        ({"sub": "ana"}, 'principal.hasTag("sub") && principal.getTag("sub") == "ana"', True),
        ({"groups": ["a", "b"]}, 'principal.hasTag("groups") && principal.getTag("groups") like "*\\"b\\"*"', True),
        ({"level": 3, "on": True}, 'principal.hasTag("on") && principal.getTag("on") == "true"', True),
        ({"level": 3}, 'principal.hasTag("level") && principal.getTag("level") == "3"', True),
        ({"cognito:groups": "x"}, 'principal.hasTag("cognito:groups")', True),
        ({}, 'principal.hasTag("role")', False),
    ],
)
async def test_claims_are_what_policies_read(
    world: World, claims: dict[str, Any], condition: str, allowed: bool
) -> None:
    await world.policy("rule", "permit", condition)
    assert (await world.decided(**claims) == "allowed") == allowed


async def test_whatever_a_subject_holds_its_calls_and_lists_are_decided(world: World) -> None:
    await world.policy("rule", "permit", 'principal.hasTag("role")')
    for subject in ('a"b\\c', "x\n\t\0y", "é — 漢字 \u200b", "'"):
        assert await world.decided(sub=subject, role="r") == "allowed"
        assert await world.listed(sub=subject, role="r") == [REFUND]


async def test_iam_callers_are_arns(start: Starter, tmp_path: Path) -> None:
    gateway, document = gateway_from_file(WAREHOUSE)
    engine = GATEWAY.arn.replace("gateway/" + GATEWAY.gateway_id, "policy-engine/iam-0123456789")
    file = tmp_path / "gateway.json"
    file.write_text(json.dumps({**document, "policyEngineConfiguration": {"arn": engine, "mode": "ENFORCE"}}))
    world: World = await start(gateways=(file,))
    tool = gateway.tools[0]
    role = "arn:aws:sts::123456789012:assumed-role/Packer"
    await world.statement(
        "packers",
        f'permit(principal == AgentCore::IamEntity::"{role}", action == AgentCore::Action::"{tool.action}", '
        f'resource == AgentCore::Gateway::"{gateway.arn}");',
    )
    url = world.serving.gateway_url()
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for headers, names in (
        ({**SIGNED, "X-Policybot-Caller-Arn": f"{role}/session-1"}, [tool.action]),
        ({**SIGNED, "X-Policybot-Caller-Arn": "arn:aws:sts::123456789012:assumed-role/Packers/s"}, []),
        (SIGNED, []),
    ):
        async with world.http.post(url, json=listing, headers=headers) as answer:
            assert [each["name"] for each in (await answer.json())["result"]["tools"]] == names
    for headers, said in (
        ({}, "Missing Authentication Token"),
        (world.bearer(role="x"), "The request is not signed with SigV4 for bedrock-agentcore"),
        ({**SIGNED, "X-Policybot-Caller-Arn": "me"}, "X-Policybot-Caller-Arn is not the ARN of a user or a role"),
    ):
        async with world.http.post(url, json=listing, headers=headers) as answer:
            assert answer.status == 403
            assert (await answer.json())["error"]["message"] == said


def policybot(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "XDG_STATE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], capture_output=True, text=True, env=environ, check=False, timeout=60
    )


@pytest.mark.parametrize("kept", [True, False])
def test_a_token_of_the_command_is_taken_by_the_control_plane_of_the_command(tmp_path: Path, kept: bool) -> None:
    data = ["--data", str(tmp_path / "data")] if kept else []
    environ = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "bot", "controlplane", "--port", "0", *data]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        try:
            assert process.stdout is not None
            (url,) = re.findall(r"listening on (\S+)", process.stdout.readline())
            token = policybot("token", "--claim", "role=support-agent", *data, home=tmp_path).stdout.strip()
            for bearer, status in ((token, 200), (TokenKey().sign({}, datetime.now(UTC)), 401)):
                assert pinged(f"{url}/gateways/{GATEWAY.gateway_id}/mcp", bearer) == status
        finally:
            process.terminate()
    key = (tmp_path / "data" if kept else tmp_path / "policybot") / "controlplane.token-key"
    assert key.stat().st_mode & 0o777 == 0o600


def pinged(url: str, token: str) -> int:
    """The HTTP status of a ping with a token."""
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
    answer = urllib3.request("POST", url, body=body, headers={"Authorization": f"Bearer {token}"}, retries=False)
    return answer.status


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["token", "--claim", "role"], "--claim takes NAME=VALUE, such as role=support-agent, not role."),
        (["token", "--claim", "exp=1"], "--claim cannot set exp: say with --seconds how long the token holds."),
        (["controlplane", "--target", "X"], "--target takes NAME=URL, such as RefundTool="),
        (
            ["controlplane", "--target", "X=http://127.0.0.1:9/mcp"],
            "No gateway has a target X; there are CustomerData, ",
        ),
        (["controlplane", "--port", "0", "--record", "/nowhere/at/all.jsonl"], "cannot be written"),
        (["token", "--data", "/proc/none"], "The key of callers' tokens cannot be kept in /proc/none"),
    ],
)
def test_what_is_typed_wrongly_is_a_sentence(tmp_path: Path, arguments: list[str], said: str) -> None:
    ended = policybot(*arguments, home=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("policybot: ")
    assert ended.stderr.count("\n") == 1
    assert said in ended.stderr
