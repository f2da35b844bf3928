"""A whole policybot in this process, people who use it, and a control plane that can be made to fail."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import boto3
from aiohttp import web
from botocore.config import Config

from bot import controlplane, workspace
from bot.clock import MovableClock
from bot.embedded import EmbeddedConfig, embedded
from bot.workspace import team
from bot.workspace.people import Client, Person, until

Json = dict[str, Any]
T = TypeVar("T")

REFUND_RULE = "allow support agents to call refund tool"
ENDPOINT = "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL"
OPEN = re.compile(r"Mode if approved|being sent|being created|\(now\)")
"""What the thread says while something is still to come."""
PATIENCE = 60.0
"""Seconds until a test gives up on what must come: far beyond what anything takes on a busy machine."""
UNHURRIED = workspace.Timings(acknowledgement=PATIENCE, trigger=PATIENCE)
"""A Slack that waits for a busy machine; its own three seconds are `Timings()`, for the tests that are about them."""
_LOOKING = "I am still looking"
_ID = re.compile(r"P-[2-9A-HJKMNP-Z]{6}")


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Wobbly:
    """A proxy in front of the control plane. `fault` is what it does instead of passing a request on.

    `down` cuts the connection, `hang` holds the request until the fault is gone and then passes it on, `throttle`
    answers 429, `broken` 500, `html` a page with 200, `lost` passes the request on and cuts the answer.
    """

    def __init__(self) -> None:
        self.target = ""
        self.fault = ""
        self.only = ""
        self.refused = 0
        self._mended = asyncio.Event()
        self._noticed = asyncio.Event()

    def breaks(self, fault: str, only: str = "") -> None:
        """Fail like this from now on; `only` is a part of the paths that fail."""
        self.fault, self.only = fault, only
        self._mended.clear()
        self._noticed.clear()

    def mends(self) -> None:
        """Pass everything on again."""
        self.fault = ""
        self._mended.set()

    async def noticed(self) -> None:
        """Wait until a request met the fault."""
        async with asyncio.timeout(PATIENCE):
            await self._noticed.wait()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        fault = self.fault if self.only in request.path else ""
        if fault:
            self.refused += 1
            self._noticed.set()
        if fault == "hang":
            await self._mended.wait()
            fault = ""
        if fault == "lost":
            await self._forward(request, body)
        if fault in ("down", "lost"):
            assert request.transport is not None
            request.transport.abort()
        return _page(fault) if fault else await self._forward(request, body)

    async def _forward(self, request: web.Request, body: bytes) -> web.Response:
        kept = {
            name: value for name, value in request.headers.items() if name.lower() not in ("host", "content-length")
        }
        async with (
            aiohttp.ClientSession() as session,
            session.request(request.method, self.target + request.raw_path, data=body, headers=kept) as answer,
        ):
            told = {name: answer.headers[name] for name in ("x-amzn-ErrorType",) if name in answer.headers}
            return web.Response(
                status=answer.status, body=await answer.read(), content_type=answer.content_type, headers=told
            )


def _page(fault: str) -> web.Response:
    if fault == "throttle":
        told = {"x-amzn-ErrorType": "ThrottlingException"}
        return web.json_response({"message": "Rate exceeded"}, status=429, headers=told)
    if fault == "broken":
        told = {"x-amzn-ErrorType": "InternalServerException"}
        return web.json_response({"message": "An internal error occurred"}, status=500, headers=told)
    return web.Response(text="<html><body>Bad gateway</body></html>", content_type="text/html")


@asynccontextmanager
async def wobbly() -> AsyncIterator[tuple[Wobbly, str]]:
    """A proxy and its URL while the block lasts."""
    proxy = Wobbly()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", proxy.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield proxy, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        proxy.mends()
        await runner.cleanup()


class Engine:
    """The policy engine as an operator sees it, through boto3."""

    def __init__(self, url: str) -> None:
        self.boto = boto3.client(
            "bedrock-agentcore-control",
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="secret",
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )
        self.engine_id = ""

    async def call(self, operation: str, **params: Any) -> Json:
        """One call of a boto3 method, off the loop."""
        answer: Json = await asyncio.to_thread(getattr(self.boto, operation), **params)
        return answer

    async def policies(self) -> list[Json]:
        """Every policy of the engine, with its statement."""
        if not self.engine_id:
            self.engine_id = (await self.call("list_policy_engines"))["policyEngines"][0]["policyEngineId"]
        found = await self.call("list_policies", policyEngineId=self.engine_id, maxResults=100)
        return list(found["policies"])

    async def made_for(self, proposal_id: str) -> list[Json]:
        """The policies that came of a proposal."""
        mark = proposal_id.replace("-", "")
        return [policy for policy in await self.policies() if mark in policy["name"]]

    async def started_for(self, proposal_id: str) -> list[Json]:
        """The generations that a proposal started."""
        mark = proposal_id.replace("-", "")
        return [generation for generation in await self.generations() if mark in generation["name"]]

    async def generations(self) -> list[Json]:
        """Every generation of the engine."""
        await self.policies()
        found = await self.call("list_policy_generations", policyEngineId=self.engine_id, maxResults=100)
        return list(found["policyGenerations"])

    async def creates(self, name: str, statement: str, mode: str = "ACTIVE") -> Json:
        """Create a policy, as an operator with the console would."""
        await self.policies()
        made = await self.call(
            "create_policy",
            policyEngineId=self.engine_id,
            name=name,
            definition={"cedar": {"statement": statement}},
            validationMode="IGNORE_ALL_FINDINGS",
            enforcementMode=mode,
        )
        return await self._settled(made)

    async def updates(self, policy: Json, **changes: Any) -> Json:
        """Change a policy, as an operator with the console would, and wait until that holds."""
        of = {"policyEngineId": self.engine_id, "policyId": policy["policyId"]}
        return await self._settled(await self.call("update_policy", **of, **changes))

    async def _settled(self, policy: Json) -> Json:
        async with asyncio.timeout(PATIENCE):
            while policy["status"] in ("CREATING", "UPDATING"):  # each look is answered after the control plane's work
                policy = await self.call("get_policy", policyEngineId=self.engine_id, policyId=policy["policyId"])
        return policy

    def close(self) -> None:
        self.boto.close()


@dataclass
class Scene:
    """People in an embedded workspace with the bot in it, and the control plane behind it."""

    client: Client
    engine: Engine
    slack: workspace.Served
    plane: controlplane.Serving | None = None

    async def calls(self, tool: str, arguments: Json, **claims: str) -> Json:
        """An agent's call of a tool through the gateway, as a caller with these claims: MCP's answer."""
        assert self.plane is not None
        params = {"name": tool, "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        headers = {"Authorization": f"Bearer {self.plane.token(claims)}"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.plane.gateway_url(), json=message, headers=headers) as answer,
        ):
            body: Json = await answer.json()
            return body

    def person(self, user_id: str) -> Person:
        return Person(self.client, user_id)

    @property
    def riley(self) -> Person:
        return self.person(team.REQUESTER)

    @property
    def avery(self) -> Person:
        return self.person(team.APPROVER_AVERY)

    @property
    def blair(self) -> Person:
        return self.person(team.APPROVER_BLAIR)

    async def fault(self, kind: str, method: str = "*", **more: Any) -> None:
        """Let the workspace's next call of a method fail."""
        await self.client.perform("fault", {"kind": kind, "method": method, **more})

    async def until(self, look: Callable[[], Awaitable[T | None]], seconds: float = PATIENCE) -> T:
        return await until(self.client, look, seconds)

    async def proposes(
        self, rule: str = REFUND_RULE, who: str = team.REQUESTER, channel: str = team.AGENT_RULES
    ) -> str:
        """Type a rule; gives the proposal's id out of the bot's answer."""
        return proposal_in(await self.answered(rule, who, channel))

    async def answered(self, typed: str, who: str = team.REQUESTER, channel: str = team.AGENT_RULES) -> str:
        """What somebody is told who types something after `/policy`: at once, or when the bot has looked."""
        person = self.person(who)
        before = len(await self.heard(person))
        answer = await person.types(f"/policy {typed}", channel)
        assert answer["acknowledged"], answer
        said = str((answer["ack"] or {}).get("text") or "")

        async def look() -> str | None:
            heard = (await self.heard(person))[before:]
            return next((each for each in heard if _LOOKING not in each), None)

        return said if said and _LOOKING not in said else await self.until(look)

    async def messages(self, proposal_id: str, channel: str = team.AGENT_RULES) -> dict[str, list[Json]]:
        """What stands in Slack for a proposal: by kind, such as `parent`, `progress`, `card/1`."""
        found: dict[str, list[Json]] = {}
        for parent in await self.client.perform("reads_channel", {"channel": channel}):
            if _key(parent).startswith(f"{proposal_id}/"):
                for message in await self.client.perform("reads_thread", {"channel": channel, "ts": parent["ts"]}):
                    found.setdefault(_key(message).partition("#")[0].partition("/")[2], []).append(message)
        return found

    async def message(self, proposal_id: str, kind: str, *said: str, seconds: float = PATIENCE) -> Json:
        """A message of a proposal, once it says all of `said`."""

        async def look() -> Json | None:
            standing = (await self.messages(proposal_id)).get(kind, [])
            return next((each for each in standing if all(part in each["shown"] for part in said)), None)

        try:
            return await self.until(look, seconds)
        except TimeoutError:
            standing = _shown(await self.messages(proposal_id))
            raise AssertionError(f"{kind} never said {said}; there stands {standing}") from None

    async def card(self, proposal_id: str, *said: str, piece: int = 1, seconds: float = PATIENCE) -> Json:
        """A card of a proposal, once it waits for a decision, or says all of `said`."""
        return await self.message(proposal_id, f"card/{piece}", *(said or ("Mode if approved",)), seconds=seconds)

    async def heard(self, person: Person) -> list[str]:
        """What a person was told in private."""
        return [message["shown"] for message in await person.reads_private()]

    async def told(self, person: Person, *said: str, after: int = 0) -> str:
        """What a person was told in private, once it says all of `said`; the first `after` messages do not count."""

        async def look() -> str | None:
            heard = (await self.heard(person))[after:]
            return next((each for each in heard if all(part in each for part in said)), None)

        return await self.until(look)

    async def form(self, person: Person, part: str) -> Json:
        """The form on top of what a person has open, once it says `part`."""

        async def look() -> Json | None:
            forms = await person.reads_modals()
            return forms[-1] if forms and forms[-1]["submit"] and part in view_text(forms[-1]) else None

        return await self.until(look)

    async def settled(self, proposal_id: str, outcome: str = "ACTIVE") -> dict[str, list[Json]]:
        """Everything of a proposal, once its parent is closed with this outcome and the thread says so as well."""
        await self.message(proposal_id, "parent", "Closed", outcome)

        async def look() -> dict[str, list[Json]] | None:
            found = await self.messages(proposal_id)
            replies = [message for kind in found if kind != "parent" for message in found[kind]]
            return found if len(replies) > 1 and not any(OPEN.search(each["shown"]) for each in replies) else None

        try:
            return await self.until(look)
        except TimeoutError:
            raise AssertionError(f"not settled: {_shown(await self.messages(proposal_id))}") from None


def assert_once(messages: Mapping[str, list[Json]]) -> None:
    """Parent, progress and card stand, and nothing stands twice: neither they nor what the thread is told."""
    told = {kind for kind in messages if kind.startswith("notice/")}
    assert set(messages) - told == {"parent", "progress", "card/1"}
    assert {kind: len(standing) for kind, standing in messages.items()} == dict.fromkeys(messages, 1)


def _shown(messages: Mapping[str, list[Json]]) -> dict[str, list[str]]:
    return {kind: [each["shown"] for each in standing] for kind, standing in messages.items()}


def _key(message: Json) -> str:
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("key", ""))


def proposal_in(text: str) -> str:
    """The proposal id in a sentence."""
    found = _ID.search(text)
    assert found, text
    return found[0]


def buttons(message: Json) -> list[str]:
    """The action ids of a message's buttons."""
    return [
        element["action_id"]
        for block in message.get("blocks", ())
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def cedar_in(message: Json) -> str:
    """The Cedar that a card shows."""
    for block in message["blocks"]:
        for part in block.get("elements", ()):
            if part.get("type") == "rich_text_preformatted":
                return "".join(run["text"] for run in part["elements"])
    raise AssertionError("the card shows no Cedar")


def view_text(view: Json) -> str:
    """Everything that a modal says."""

    def texts(part: Any) -> list[str]:
        if isinstance(part, list):
            return [text for each in part for text in texts(each)]
        if isinstance(part, dict):
            own = [part["text"]] if isinstance(part.get("text"), str) else []
            return own + [text for key, each in part.items() if not isinstance(each, str) for text in texts(each)]
        return []

    return "\n".join(texts([view["title"], view["blocks"]]))


def config(
    latency: float = 0.0,
    event_url: str | None = None,
    settings: Mapping[str, str] | None = None,
    gateways: tuple[Path, ...] = (),
    clock: MovableClock | None = None,
    timings: workspace.Timings = UNHURRIED,
    **more: Any,
) -> EmbeddedConfig:
    """How a scene runs everything; `settings` are environment variables of the bot."""
    return EmbeddedConfig(
        plane=controlplane.ControlPlaneConfig(latency=latency, gateways=gateways),
        slack=workspace.WorkspaceConfig(
            rates=workspace.Rates(enforced=False), timings=timings, event_url=event_url, app_name="policybot"
        ),
        settings=settings or {},
        clock=clock or MovableClock(),
        **more,
    )


@asynccontextmanager
async def scene(settings: EmbeddedConfig) -> AsyncIterator[Scene]:
    """A scene while the block lasts."""
    async with embedded(settings) as running:
        engine = Engine(running.plane.url)
        try:
            yield Scene(running.slack.client, engine, running.slack, running.plane)
        finally:
            engine.close()
