"""A control plane on a port of its own, and clients whose every answer is held to the service model."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from bot.controlplane import ControlPlaneConfig, serve

SERVICE = "bedrock-agentcore-control"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


def strays(shape: Shape, value: Any, path: str = "$") -> Iterator[str]:
    """Where an answer is not what its shape says: unknown members, missing ones, other types, broken unions."""
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            yield f"{path}: not an object"
            return
        yield from (f"{path}.{name}: unknown" for name in value if name not in shape.members)
        yield from (f"{path}.{name}: missing" for name in shape.required_members if name not in value)
        if shape.is_tagged_union and len(value) != 1:
            yield f"{path}: {len(value)} members of a union"
        for name in value.keys() & shape.members.keys():
            yield from strays(shape.members[name], value[name], f"{path}.{name}")
    elif isinstance(shape, ListShape):
        for position, item in enumerate(value if isinstance(value, list) else ["not a list"]):
            yield from strays(shape.member, item, f"{path}[{position}]")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from strays(shape.value, item, f"{path}.{key}")
    else:
        yield from _scalar_strays(shape, value, path)


def _scalar_strays(shape: Shape, value: Any, path: str) -> Iterator[str]:
    types = {"integer": int, "long": int, "boolean": bool, "float": float, "double": float}
    if type(value) is not types.get(shape.type_name, str):
        yield f"{path}: {value!r} is no {shape.type_name}"
    elif shape.type_name == "timestamp" and datetime.fromisoformat(str(value)).tzinfo is None:
        yield f"{path}: no zone"
    elif shape.metadata.get("enum") and value not in shape.metadata["enum"]:
        yield f"{path}: {value!r} is not of the enum"


@dataclass
class Server:
    """A control plane that answers at `url`, in a thread of its own."""

    url: str
    clock: Clock
    answers: list[str] = field(default_factory=list)

    def client(self, service: str = SERVICE, attempts: int = 1) -> Any:
        """A boto3 client of it. Each answer is checked, as bytes, against the operation's shape."""
        retries = Config(retries={"total_max_attempts": attempts, "mode": "standard"})
        client = boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="secret",
            config=retries,
        )
        client.meta.events.register(f"before-parse.{SERVICE}", self._check)
        return client

    def _check(self, operation_model: OperationModel, response_dict: dict[str, Any], **_: object) -> None:
        status, body = response_dict["status_code"], response_dict["body"]
        self.answers.append(operation_model.name)
        if status == 204:
            assert body == b""
            return
        shape: Shape | None = operation_model.output_shape
        if status >= 300:
            code = response_dict["headers"]["x-amzn-ErrorType"]
            shape = next(error for error in operation_model.error_shapes if error.name == code)
            assert shape.metadata["error"]["httpStatusCode"] == status
        else:
            assert status == operation_model.http["responseCode"]
        assert shape is not None
        assert list(strays(shape, json.loads(body))) == []


@contextmanager
def running(config: ControlPlaneConfig) -> Iterator[str]:
    """A control plane in a thread; ends when the block does."""
    ready: Future[str] = Future()
    ending: list[Callable[[], object]] = []

    async def main() -> None:
        ended = asyncio.Event()
        ending.append(lambda: loop.call_soon_threadsafe(ended.set))
        loop = asyncio.get_running_loop()
        async with serve(config) as server:
            ready.set_result(server.url)
            await ended.wait()

    def work() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:  # noqa: BLE001  # the test gets it, whatever it is
            ready.set_exception(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield ready.result(30)
    finally:
        for end in ending:
            end()
        thread.join()


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    """Start a control plane with these settings; by default in memory, with no delay, on a clock that stands."""
    with ExitStack() as stack:

        def started(**settings: Any) -> Server:
            clock = settings.setdefault("clock", Clock())
            settings.setdefault("latency", 0)
            return Server(stack.enter_context(running(ControlPlaneConfig(**settings))), clock)

        yield started


@pytest.fixture
def server(start: Callable[..., Server]) -> Server:
    return start()


@pytest.fixture
def client(server: Server) -> Any:
    return server.client()


@pytest.fixture
def demo(client: Any) -> Demo:
    """The engine and the gateway that are there from the start."""
    engine = client.list_policy_engines()["policyEngines"][0]
    gateway = client.list_gateways()["items"][0]
    arn = client.get_gateway(gatewayIdentifier=gateway["gatewayId"])["gatewayArn"]
    return Demo(client, engine["policyEngineId"], gateway["gatewayId"], arn)


@dataclass(frozen=True)
class Demo:
    """The sample engine and gateway, with the calls that most tests make."""

    client: Any
    engine: str
    gateway: str
    arn: str

    def refund(self, condition: str = "context.input.amount < 500") -> str:
        """A policy for the refund tool, under a condition."""
        return (
            'permit(principal is AgentCore::OAuthUser, action == AgentCore::Action::"RefundTool___process_refund", '
            f'resource == AgentCore::Gateway::"{self.arn}") when {{ {condition} }};'
        )

    def create(self, name: str = "refunds", statement: str | None = None, **more: Any) -> dict[str, Any]:
        """Create a policy and wait for its outcome."""
        definition = {"cedar": {"statement": statement or self.refund()}}
        made = self.client.create_policy(policyEngineId=self.engine, name=name, **{"definition": definition, **more})
        return self.settled(made["policyId"])

    def settled(self, policy_id: str) -> dict[str, Any]:
        """A policy, once nothing is under way for it any more."""
        for _ in range(2000):
            found: dict[str, Any] = self.client.get_policy(policyEngineId=self.engine, policyId=policy_id)
            if not found["status"].endswith("ING"):
                return found
        raise AssertionError(f"{policy_id} stays {found['status']}")
