"""The control plane as a process: what survives a kill, how it starts and ends, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from bot.controlplane import ControlPlaneConfig, serve
from bot.errors import BadInput, GatewayFileError, SettingsError

QUICK = {"Delay": 0.02, "MaxAttempts": 1000}
RUN = """
import asyncio, sys
from pathlib import Path
from bot.controlplane import ControlPlaneConfig, run
asyncio.run(run(ControlPlaneConfig(data_dir=Path(sys.argv[1]), latency=float(sys.argv[2])), int(sys.argv[3])))
"""


@contextmanager
def process(folder: Path, latency: float, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A control plane in a process of its own, and the address that it prints."""
    arguments = [sys.executable, "-c", RUN, str(folder), str(latency), str(port)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            line = running.stdout.readline()
            assert line.startswith("listening on http://127.0.0.1:")
            yield running, line.removeprefix("listening on ").strip()
        finally:
            running.kill()


def client_of(url: str) -> Any:
    return boto3.client(
        "bedrock-agentcore-control",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
    )


def bare(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_a_kill_loses_nothing_and_what_was_under_way_is_finished_by_the_next_process(tmp_path: Path) -> None:
    """Everything that was answered before kill -9 is there after it; pending work ends as it would have ended."""
    token = "token-" + "0" * 36
    with process(tmp_path, latency=600) as (running, url):
        client = client_of(url)
        (demo,) = client.list_policy_engines()["policyEngines"]
        engine = client.create_policy_engine(name="claims", description="d", clientToken=token)
        gateway = client.list_gateways()["items"][0]
        arn = client.get_gateway(gatewayIdentifier=gateway["gatewayId"])["gatewayArn"]
        statement = (
            'permit(principal is AgentCore::OAuthUser, action == AgentCore::Action::"RefundTool___process_refund", '
            f'resource == AgentCore::Gateway::"{arn}") when {{ context.input.amount < 500 }};'
        )
        ids = {"policyEngineId": demo["policyEngineId"]}
        policy = client.create_policy(**ids, name="refunds", definition={"cedar": {"statement": statement}})
        generation = client.start_policy_generation(
            **ids, name="g", resource={"arn": arn}, content={"rawText": "allow support agents to call refund tool"}
        )
        for made in (engine, policy, generation):
            assert made["status"] in ("CREATING", "GENERATING")
        client.tag_resource(resourceArn=arn, tags={"team": "support"})
        page = client.list_policy_engines(maxResults=1)
        running.send_signal(signal.SIGKILL)
        running.wait()

    with process(tmp_path, latency=0) as (_, url):
        client = client_of(url)
        client.get_waiter("policy_engine_active").wait(policyEngineId=engine["policyEngineId"], WaiterConfig=QUICK)
        client.get_waiter("policy_active").wait(**ids, policyId=policy["policyId"], WaiterConfig=QUICK)
        client.get_waiter("policy_generation_completed").wait(
            **ids, policyGenerationId=generation["policyGenerationId"], WaiterConfig=QUICK
        )
        again = client.create_policy_engine(name="claims", description="d", clientToken=token)
        assert bare(again) == bare(engine)
        assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "support"}
        rest = client.list_policy_engines(nextToken=page["nextToken"])["policyEngines"]
        assert [found["name"] for found in rest] == ["claims"]
        assert len(client.list_gateways()["items"]) == 1
        assert len(client.list_policies(**ids)["policies"]) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_cleanly_though_work_is_under_way(tmp_path: Path, number: signal.Signals) -> None:
    with process(tmp_path, latency=600) as (running, url):
        client_of(url).create_policy_engine(name="claims")
        running.send_signal(number)
        assert running.wait(30) == 0


async def refusal_of(config: ControlPlaneConfig, port: int = 0) -> BadInput:
    with pytest.raises(BadInput) as error:
        async with serve(config, port):
            pass
    return error.value


async def test_two_control_planes_do_not_share_a_data_folder(tmp_path: Path) -> None:
    config = ControlPlaneConfig(data_dir=tmp_path)
    async with serve(config):
        refusal = await refusal_of(config)
    assert isinstance(refusal, SettingsError)
    assert "Another control plane is using the data folder" in str(refusal)
    async with serve(config):
        pass


async def test_a_taken_port_is_named_and_the_data_folder_is_free_again(tmp_path: Path) -> None:
    config = ControlPlaneConfig(data_dir=tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} is taken by another program" in str(await refusal_of(config, port))
    async with serve(config):
        pass


async def test_a_port_that_is_none_is_refused() -> None:
    assert "is not a port" in str(await refusal_of(ControlPlaneConfig(), 70_000))


async def test_a_data_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refusal = await refusal_of(ControlPlaneConfig(data_dir=tmp_path / "file" / "data"))
    assert "cannot be written" in str(refusal)
    assert "--data" in str(refusal)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_data_folder_of_someone_else_is_refused(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o500)  # noqa: PTH101
    assert "cannot be written" in str(await refusal_of(ControlPlaneConfig(data_dir=tmp_path)))


async def test_a_data_folder_with_a_broken_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "controlplane.sqlite3").write_text("this is not a database " * 100)
    refusal = await refusal_of(ControlPlaneConfig(data_dir=tmp_path))
    assert "cannot keep the control plane's database" in str(refusal)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read: No such file or directory"),
        ("{", "is not JSON"),
        ("[]", "needs one JSON object"),
        ({"targets": []}, "gatewayArn is missing"),
        ({"name": "a b"}, "regular expression"),
        ({"authorizerType": "MAGIC"}, "enum value set"),
        ({"targets": [{"name": "x"}]}, "'/targetConfiguration' failed to satisfy constraint: Member must not be null"),
        ({"targets": [5]}, "name is missing"),
        ({"gatewayRoleMay": "everything"}, "gatewayRoleMay is not a list of IAM actions"),
    ],
)
async def test_a_gateway_file_that_cannot_be_served_is_refused_with_a_sentence(
    tmp_path: Path, content: Any, sentence: str
) -> None:
    path = tmp_path / "gateway.json"
    whole = {
        "gatewayArn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/a-0123456789",
        "gatewayId": "a-0123456789",
        "name": "a",
        "authorizerType": "NONE",
        "targets": [],
    }
    if isinstance(content, dict):
        document = content if "targets" in content and len(content) == 1 and not content["targets"] else whole | content
        path.write_text(json.dumps(document))
    elif content is not None:
        path.write_text(content)
    refusal = await refusal_of(ControlPlaneConfig(gateways=(path,)))
    assert isinstance(refusal, GatewayFileError)
    assert sentence in str(refusal)
    assert str(path) in str(refusal)


async def test_two_files_with_one_gateway_are_refused(tmp_path: Path) -> None:
    sample = Path(__file__).parents[3] / "bot" / "controlplane" / "sample_gateway.json"
    copy = tmp_path / "copy.json"
    copy.write_text(sample.read_text())
    assert "is the second" in str(await refusal_of(ControlPlaneConfig(gateways=(sample, copy))))
