"""What is deployed names settings, files and permissions that there are, and runs as nobody who could do harm."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml

from bot.agentcore.calllog import LOG_GROUP
from bot.agentcore.permissions import PERMISSIONS
from bot.agentcore.telemetry import SPANS
from bot.manifest import socket_mode_manifest
from bot.routing import Routing
from bot.settings import setting_names

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "docs" / "deploy"
THEIRS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "POSTGRES_PASSWORD", "POSTGRES_USER", "POSTGRES_DB"}
PYTHON = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
STOPS_WITHIN = 10
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
CLUSTER: dict[str, Any] = {
    each["kind"]: each for each in yaml.safe_load_all((DEPLOY / "kubernetes.yml").read_text(encoding="utf-8"))
}
POD: dict[str, Any] = CLUSTER["Deployment"]["spec"]["template"]["spec"]
UNIT = (DEPLOY / "policybot.service").read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def of(name: str) -> list[str]:
    return [rest for word, rest in instructions() if word == name]


def seconds(text: str) -> int:
    return int(re.sub("s$", "", str(text)))


def settings_of_example() -> set[str]:
    text = (DEPLOY / "policybot.env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", text, re.MULTILINE))


def environments() -> Iterator[tuple[str, set[str]]]:
    yield "Dockerfile", set(re.findall(r"(\w+)=", " ".join(of("ENV")))) - PYTHON
    yield "policybot.env.example", settings_of_example()
    yield "compose.yml", set(COMPOSE["services"]["policybot"]["environment"])
    yield "policybot.service", set(re.findall(r"^Environment=(\w+)=", UNIT, re.MULTILINE))
    yield (
        "kubernetes.yml",
        {each["name"] for each in POD["containers"][0]["env"]} | set(CLUSTER["Secret"]["stringData"]),
    )


@pytest.mark.parametrize(("where", "names"), list(environments()))
def test_every_variable_is_a_setting(where: str, names: set[str]) -> None:
    assert names, where
    assert names - THEIRS <= set(setting_names()), names - THEIRS - set(setting_names())


def test_the_image_is_made_of_the_pinned_packages() -> None:
    """With the hashes of the list that the set-up uses, on a Python that the project is for."""
    (pinned, ours) = [rest for rest in of("RUN") if "pip install" in rest]
    assert "--require-hashes -r .ci/run.txt" in pinned
    assert "--no-deps" in ours
    assert all("--no-compile" in each for each in (pinned, ours))
    versions = {re.findall(r"^python:(3\.\d+)-slim-\w+(?: AS build)?$", each)[0] for each in of("FROM")}
    assert len(versions) == 1
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Programming Language :: Python :: {versions.pop()}" in project["classifiers"]


def test_the_image_is_compiled_where_it_is_read(tmp_path: Path) -> None:
    """Python's own library and ours, by bytecode that holds whatever times the copied files have."""
    (command,) = [rest for rest in of("RUN") if "compileall" in rest]
    ours = of("COPY")[-1].split()[-1]
    assert command.split()[-2:] == ["/usr/local/lib/python3*", f"{ours}/lib"]
    names = [(word, rest) for word, rest in instructions()]
    assert names.index(("COPY", of("COPY")[-1])) < names.index(("RUN", command)) < names.index(("USER", of("USER")[0]))
    module = tmp_path / "module.py"
    module.write_text("came = 'from the source'\n")
    compiled = [sys.executable, *command.split()[1:-2], str(tmp_path)]
    subprocess.run(compiled, check=True)
    os.utime(module, (0, 0))
    asked = [sys.executable, "-v", "-c", "import module"]
    said = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True).stderr
    assert re.search(r"code object from .*module\.[\w-]+\.pyc", said)


def test_the_image_gets_every_file_that_it_copies_and_no_other() -> None:
    """What is copied is there, and is not left out by .dockerignore; nothing else of the checkout gets in."""
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for rest in of("COPY") if "--from" not in rest for name in rest.split()[:-1]}
    assert copied == kept
    assert all((ROOT / name).exists() for name in copied)
    assert (ROOT / ".dockerignore").read_text().startswith("*\n")


def test_the_image_runs_as_nobody_and_says_whether_it_is_well() -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", of("USER")[-1])
    names = [word for word, _ in instructions()]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert "/readyz" in of("HEALTHCHECK")[0]
    assert "POLICYBOT_METRICS_PORT=" in " ".join(of("ENV"))
    probe = json.loads(of("HEALTHCHECK")[0].split("CMD", 1)[1])
    ast.parse(probe[2])


@pytest.mark.parametrize(
    "grace",
    [
        COMPOSE["services"]["policybot"]["stop_grace_period"],
        POD["terminationGracePeriodSeconds"],
        re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)[0],
    ],
)
def test_it_has_the_time_that_it_takes_to_stop(grace: str) -> None:
    assert seconds(grace) > STOPS_WITHIN


def test_compose_keeps_the_bot_in_its_place() -> None:
    bot, database = COMPOSE["services"]["policybot"], COMPOSE["services"]["database"]
    assert (DEPLOY / bot["build"]["context"] / "Dockerfile").is_file()
    assert (DEPLOY / f"{bot['env_file']}.example").is_file()
    assert bot["env_file"] in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert "ports" not in bot
    assert "ports" not in database
    assert bot["depends_on"]["database"]["condition"] == "service_healthy"
    assert "@database:5432/" in bot["environment"]["POLICYBOT_DATABASE_URL"]
    volumes = {each.split(":")[0] for service in (bot, database) for each in service["volumes"]}
    assert volumes == set(COMPOSE["volumes"])
    needed = set(re.findall(r"\$\{(\w+)", json.dumps(COMPOSE)))
    assert needed <= settings_of_example()


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """With a program where it expects one; a setting that cannot be used is not tried again and again."""
    assert "RestartPreventExitStatus=2" in UNIT
    assert "DynamicUser=yes" in UNIT
    if (analyze := shutil.which("systemd-analyze")) is None:
        pytest.skip("there is no systemd-analyze here")
    unit = tmp_path / "policybot.service"
    unit.write_text(UNIT.replace("/opt/policybot/bin/policybot", "/bin/true"))
    done = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "policybot" in line]
    assert said == []


def test_the_cluster_runs_two_that_take_turns() -> None:
    """Two replicas, one of which always stays, known to all the other objects by the same labels."""
    spec = CLUSTER["Deployment"]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert spec["replicas"] == 2
    assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    selectors = [
        spec["selector"],
        CLUSTER["PodDisruptionBudget"]["spec"]["selector"],
        CLUSTER["NetworkPolicy"]["spec"]["podSelector"],
        POD["topologySpreadConstraints"][0]["labelSelector"],
    ]
    assert all(selector["matchLabels"] == labels for selector in selectors)
    assert POD["serviceAccountName"] == CLUSTER["ServiceAccount"]["metadata"]["name"]
    assert CLUSTER["Secret"]["stringData"]["POLICYBOT_DATABASE_URL"].startswith("postgresql://")


def test_the_clusters_container_may_do_nothing() -> None:
    (container,) = POD["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert f"{POD['securityContext']['runAsUser']}:{POD['securityContext']['runAsGroup']}" == of("USER")[-1]
    assert CLUSTER["ServiceAccount"]["automountServiceAccountToken"] is False


def test_the_clusters_probes_and_mounts_lead_somewhere() -> None:
    (container,) = POD["containers"]
    env = {each["name"]: each["value"] for each in container["env"]}
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    for probe, path in (("startupProbe", "/healthz"), ("readinessProbe", "/readyz"), ("livenessProbe", "/healthz")):
        assert container[probe]["httpGet"]["path"] == path
        assert str(ports[container[probe]["httpGet"]["port"]]) == env["POLICYBOT_METRICS_PORT"]
    assert {each["name"] for each in container["volumeMounts"]} == {each["name"] for each in POD["volumes"]}
    mounts = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}
    name = env["POLICYBOT_CONFIG"].removeprefix(f"{mounts['routes']}/")
    Routing.model_validate(yaml.safe_load(CLUSTER["ConfigMap"]["data"][name]))
    assert container["envFrom"][0]["secretRef"]["name"] == CLUSTER["Secret"]["metadata"]["name"]


POLICY: dict[str, Any] = json.loads((DEPLOY / "iam-policy.json").read_text(encoding="utf-8"))
MODELS = {
    "bedrock-agentcore": "bedrock-agentcore-control",
    "cloudwatch": "cloudwatch",
    "logs": "logs",
    "s3": "s3",
}
PERMISSION_ONLY = {
    "bedrock-agentcore:InvokeGateway",
    "bedrock-agentcore:ManageResourceScopedPolicy",
    "bedrock-agentcore:ManageAdminPolicy",
}
"""Actions that no operation of the control plane is named for: the gateway's own door, and two of IAM's alone."""


def operations() -> dict[str, set[str]]:
    session = botocore.session.get_session()
    return {prefix: set(session.get_service_model(name).operation_names) for prefix, name in MODELS.items()}


def called() -> set[str]:
    """Every operation that the adapter names, as IAM writes it."""
    known = operations()
    words = {
        node.value
        for path in (ROOT / "bot" / "agentcore").glob("*.py")
        if path.name != "permissions.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {f"{prefix}:{word}" for prefix, names in known.items() for word in words & names}


def granted(effect: str) -> set[str]:
    return {action for each in POLICY["Statement"] if each["Effect"] == effect for action in each["Action"]}


def test_the_role_may_do_what_the_bot_does_and_nothing_else() -> None:
    assert granted("Allow") - PERMISSION_ONLY == called()
    assert granted("Allow") == {action for action, about in PERMISSIONS.items() if not about.withheld}
    assert granted("Deny") == {action for action, about in PERMISSIONS.items() if about.withheld}


def test_the_role_may_query_both_logs_that_the_bot_reads() -> None:
    (asked,) = [each for each in POLICY["Statement"] if "logs:StartQuery" in each["Action"]]
    (gateway,) = [each for each in POLICY["Statement"] if each["Sid"] == "Gateway"]
    gateway_id = gateway["Resource"][0].rpartition("/")[2]
    groups = {arn.partition(":log-group:")[2].removesuffix(":*") for arn in asked["Resource"]}
    assert groups == {SPANS, LOG_GROUP.format(gateway_id)}


def test_every_permission_is_one_of_aws() -> None:
    known = operations()
    for action in set(PERMISSIONS) - PERMISSION_ONLY:
        prefix, name = action.split(":")
        assert name in known[prefix], action


def test_what_changes_something_is_allowed_on_one_engine_and_one_gateway_alone() -> None:
    for each in POLICY["Statement"]:
        if each["Effect"] == "Allow" and any(action.startswith("bedrock-agentcore:") for action in each["Action"]):
            assert all(re.search(r":(policy-engine|gateway)/[a-z0-9-]+(/\*)?$", arn) for arn in each["Resource"])


def test_the_documents_name_every_permission_and_scope() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for action in PERMISSIONS:
        assert action.partition(":")[2] in text, action
    for scope in (*socket_mode_manifest()["oauth_config"]["scopes"]["bot"], "connections:write"):
        assert f"`{scope}`" in text, scope
