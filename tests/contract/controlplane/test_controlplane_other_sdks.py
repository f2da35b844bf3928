"""The JavaScript SDK and the AWS CLI, unchanged, against the control plane; skipped where they are not installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[1] / "js"
AWS = shutil.which("aws")


@pytest.fixture(scope="session")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts and the packages of their lock file."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("js")
    for path in SCRIPTS.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    installed = subprocess.run(["npm", "ci"], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if installed.returncode and "network" in installed.stderr:
        pytest.skip(f"the packages cannot be fetched: {installed.stderr.strip().splitlines()[0]}")
    assert installed.returncode == 0, installed.stderr
    return folder


def test_the_javascript_sdk_makes_a_policy_from_a_rule_and_takes_everything_down(server: Any, javascript: Path) -> None:
    ended = subprocess.run(
        ["node", "control_plane.mjs", server.url],
        cwd=javascript,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "RefundTool___process_refund" in json.loads(ended.stdout)["statement"]


@pytest.mark.skipif(AWS is None, reason="the AWS CLI is not installed")
def test_the_aws_cli_makes_reads_lists_and_deletes(server: Any) -> None:
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": server.url,
    }

    def aws(*arguments: str) -> Any:
        ended = subprocess.run(
            [str(AWS), "--output", "json", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout) if ended.stdout.strip() else None

    service = "bedrock-agentcore-control"
    assert aws("sts", "get-caller-identity")["Account"] == "123456789012"
    made = aws(service, "create-policy-engine", "--name", "from_cli")
    engines = aws(service, "list-policy-engines", "--page-size", "1")["policyEngines"]
    assert [engine["name"] for engine in engines] == ["policybot_demo", "from_cli"]
    aws(service, "wait", "policy-engine-active", "--policy-engine-id", made["policyEngineId"])
    aws(service, "delete-policy-engine", "--policy-engine-id", made["policyEngineId"])
    aws(service, "wait", "policy-engine-deleted", "--policy-engine-id", made["policyEngineId"])
