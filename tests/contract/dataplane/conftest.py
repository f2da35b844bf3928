"""A control plane with its gateway on a port of its own, and who calls it: MCP's own client, plain HTTP, boto3."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import boto3
import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from bot.clock import MovableClock
from bot.controlplane import ControlPlaneConfig, Serving, serve
from tests.support.serving_gateway import GATEWAY, REFUND, refund_policy

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROLE = 'principal.hasTag("role") && principal.getTag("role") == "{}"'


@dataclass
class World:
    """A running control plane and the ways to it."""

    serving: Serving
    http: aiohttp.ClientSession
    clock: MovableClock
    clients: dict[str, Any] = field(default_factory=dict)

    async def aws(self, operation: str, service: str = "bedrock-agentcore-control", **parameters: Any) -> Any:
        """A call of boto3."""
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service,  # type: ignore[call-overload]
                endpoint_url=self.serving.url,
                region_name="us-east-1",
                aws_access_key_id="AKIDEXAMPLE",
                aws_secret_access_key="secret",
            )
        return await asyncio.to_thread(getattr(self.clients[service], operation), **parameters)

    @property
    def engine(self) -> str:
        return self.serving.plane.store.every("engine")[0].id

    def bearer(self, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.serving.token(claims)}"}

    @asynccontextmanager
    async def client(self, **claims: Any) -> AsyncIterator[Client]:
        """MCP's own client, connected as a caller with these claims."""
        async with httpx2.AsyncClient(headers=self.bearer(**claims)) as http:
            transport = streamable_http_client(self.serving.gateway_url(), http_client=http)
            async with Client(transport) as client:
                yield client

    async def post(
        self, message: Any, headers: Mapping[str, str] | None = None, **claims: Any
    ) -> tuple[int, Mapping[str, str], Any]:
        """Status, headers and body of the answer to a message, JSON or bytes."""
        sent: Any = {"data": io.BytesIO(message)} if isinstance(message, bytes) else {"json": message}
        whole = {**self.bearer(**claims), **(headers or {})}
        async with self.http.post(self.serving.gateway_url(), headers=whole, **sent) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, answer.headers, await (answer.json() if is_json else answer.text())

    async def call(self, arguments: Any, tool: str = REFUND, **claims: Any) -> Any:
        """The answer to a tools/call over plain HTTP."""
        params = {"name": tool, "arguments": arguments}
        return (await self.post({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}, **claims))[2]

    async def decided(self, amount: int = 20, **claims: Any) -> str:
        """`allowed`, or why a refund is denied."""
        answer = await self.call({"orderId": "A-1", "amount": amount}, **claims)
        return "allowed" if "result" in answer else str(answer["error"]["message"])

    async def listed(self, **claims: Any) -> list[str]:
        """The names of the tools that a caller is shown."""
        answer = (await self.post({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, **claims))[2]
        return [tool["name"] for tool in answer["result"]["tools"]]

    async def policy(self, name: str, effect: str, condition: str = "", tool: str = REFUND, **more: Any) -> str:
        """Create a policy for callers with tokens, wait until it stands, and give its id."""
        return await self.statement(name, refund_policy(effect, condition, tool), **more)

    async def statement(self, name: str, statement: str, **more: Any) -> str:
        made = await self.aws(
            "create_policy",
            policyEngineId=self.engine,
            name=name,
            definition={"policy": {"statement": statement}},
            validationMode="IGNORE_ALL_FINDINGS",
            **more,
        )
        return await self.settled(made["policyId"])

    async def settled(self, policy_id: str) -> str:
        """Wait until nothing is under way for a policy."""
        for _ in range(30_000):
            found = self.serving.plane.store.get("policy", policy_id)
            if found is None or not found.status.endswith("ING"):
                assert found is None or found.status == "ACTIVE", found.body["statusReasons"]
                return policy_id
            await asyncio.sleep(0.001)
        raise AssertionError(f"{policy_id} does not settle")

    async def update(self, policy_id: str, **changes: Any) -> None:
        """Update a policy and wait until it stands."""
        await self.aws(
            "update_policy",
            policyEngineId=self.engine,
            policyId=policy_id,
            validationMode="IGNORE_ALL_FINDINGS",
            **changes,
        )
        await self.settled(policy_id)

    async def attach(self, mode: str) -> None:
        """Attach the engine in a mode, or detach it with NONE."""
        found = await self.aws("get_gateway", gatewayIdentifier=GATEWAY.gateway_id)
        members = ("name", "roleArn", "protocolType", "authorizerType", "authorizerConfiguration")
        same = {name: found[name] for name in members}
        if mode != "NONE":
            arn = self.serving.plane.arn(f"policy-engine/{self.engine}")
            same["policyEngineConfiguration"] = {"arn": arn, "mode": mode}
        await self.aws("update_gateway", gatewayIdentifier=GATEWAY.gateway_id, **same)

    async def query(self, text: str, group: str = "aws/spans") -> list[dict[str, str]]:
        """The rows that a Logs Insights query finds, by field."""
        hour = timedelta(hours=1)
        began = await self.aws(
            "start_query",
            "logs",
            logGroupName=group,
            startTime=int((self.clock() - hour).timestamp()),
            endTime=int((self.clock() + hour).timestamp()),
            queryString=text,
        )
        found = await self.aws("get_query_results", "logs", queryId=began["queryId"])
        assert found["status"] == "Complete"
        return [{each["field"]: each["value"] for each in row} for row in found["results"]]


Starter = Callable[..., Any]


@pytest.fixture
async def start() -> AsyncIterator[Starter]:
    """Start a control plane with these settings; by default in memory, with no delay, on a clock that stands."""
    async with AsyncExitStack() as stack:

        async def started(**settings: Any) -> World:
            clock = settings.setdefault("clock", MovableClock(lambda: START))
            serving = await stack.enter_async_context(serve(ControlPlaneConfig(**{"latency": 0, **settings})))
            http = await stack.enter_async_context(aiohttp.ClientSession())
            return World(serving, http, clock)

        yield started


@pytest.fixture
async def world(start: Starter) -> World:
    found: World = await start()
    return found
