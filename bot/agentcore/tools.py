"""Tools that the control plane does not show: read from S3, or as the gateway itself lists them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError
from urllib3.exceptions import HTTPError

from bot.agentcore import wire
from bot.agentcore.client import Client, Connection
from bot.agentcore.listing import CannotRead, list_tools
from bot.agentcore.pacing import Clock
from bot.cedar import gateway_from_api
from bot.cedar.gateway import UNREAD
from bot.cedar.listed import kind_of, object_of, unread, with_text, with_tools
from bot.errors import GatewayFileError, ServiceError

FROM_GATEWAY, FROM_S3 = "POLICYBOT_TOOLS_FROM_GATEWAY", "POLICYBOT_TOOLS_FROM_S3"
_BYTES, _SECONDS = 8 * 1024 * 1024, 20.0
_DENIED = ("AccessDenied", "AccessDeniedException", "403", "Forbidden")
_ONLY_ITS_OWN = "the gateway lists only what policybot itself may use, so there may be other tools"


Again = Callable[[], Awaitable[wire.Answer]]


@dataclass(frozen=True)
class Sources:
    """Where tools are read that the control plane does not show; without any, nowhere.

    `s3` is a client of S3; with `connection` gateways are asked, with `token` those that check tokens. What was read is
    kept for `seconds`.
    """

    s3: Client | None = None
    connection: Connection | None = None
    token: str = ""
    seconds: float = 300.0


class Tools:
    """Puts tools that were read elsewhere into targets; where they cannot be read, the reason and what would help."""

    def __init__(self, sources: Sources, clock: Clock) -> None:
        self._sources = sources
        self._clock = clock
        self._known: dict[str, tuple[float, object, Any]] = {}

    async def aclose(self) -> None:
        if self._sources.s3 is not None:
            await self._sources.s3.aclose()

    async def filled(self, gateway: wire.Answer, targets: Sequence[wire.Answer], again: Again) -> list[wire.Answer]:
        """The targets of a gateway with the tools of each, as far as they can be read.

        `again` gives GetGateway's answer of now: a gateway that came to enforce while it listed its tools lists only
        some of them, and does not say so.
        """
        found = [await self._from_s3(gateway, target) if _unread(gateway, target) else target for target in targets]
        if not any(_unread(gateway, target) for target in found):
            return found
        listed = await self._listed(gateway, targets, again)
        return [_from_list(gateway, each, listed) if _unread(gateway, each) else each for each in found]

    async def _listed(
        self, gateway: wire.Answer, targets: Sequence[wire.Answer], again: Again
    ) -> Sequence[Mapping[str, Any]] | CannotRead:
        connection = self._sources.connection
        if connection is None:
            return CannotRead(f"set {FROM_GATEWAY} to on, and policybot asks the gateway for them")
        # Another list is due when a target, or what decides which tools are listed, is not what it was.
        names = ("updatedAt", "gatewayUrl", "policyEngineConfiguration", "interceptorConfigurations", "authorizerType")
        state = [str(gateway.get(name)) for name in names] + [str(each.get("updatedAt")) for each in targets]

        async def listing() -> Sequence[Mapping[str, Any]] | CannotRead:
            try:
                found = await list_tools(gateway, connection, self._sources.token)
            except CannotRead as error:
                return error
            now = await again()
            if any(now.get(name) != gateway.get(name) for name in names):
                return CannotRead("the gateway was changed while it listed them; they are read again")
            return found

        found: Sequence[Mapping[str, Any]] | CannotRead = await self._kept(
            str(gateway.get("gatewayArn")), state, listing
        )
        return found

    async def _from_s3(self, gateway: wire.Answer, target: wire.Answer) -> wire.Answer:
        bucket, key, owner = object_of(target)
        if not bucket:
            return target
        where = f"s3://{bucket}/{key}"
        s3 = self._sources.s3
        if s3 is None:
            return unread(target, f"they are in {where}: set {FROM_S3} to on, and policybot reads them there")

        async def text() -> str | CannotRead:
            try:
                return await _object(s3, bucket, key, owner)
            except CannotRead as error:
                return error

        found = await self._kept(f"{gateway.get('gatewayArn')} {where}", str(target.get("updatedAt")), text)
        if isinstance(found, CannotRead):
            return unread(target, f"they are in {where}, and {found}")
        try:
            return _sound(gateway, with_text(target, found))
        except ValueError as error:
            return unread(target, f"they are in {where}, and what is there cannot be used: {error}")

    async def _kept(self, key: str, state: object, read: Any) -> Any:
        """What was read for a key in this state, at most `seconds` ago."""
        now = self._clock()
        known = self._known.get(key)
        if known is None or known[1] != state or now - known[0] >= self._sources.seconds:
            known = self._known[key] = (now, state, await read())
        return known[2]


def _unread(gateway: wire.Answer, target: wire.Answer) -> bool:
    """Whether the target is one of MCP whose tools are not in its configuration."""
    kind, _ = kind_of(target)
    try:
        return bool(kind) and bool(gateway_from_api(gateway, [target]).targets[0].unreadable)
    except GatewayFileError:
        return False  # its tools are there, and not what policies can use


def _from_list(
    gateway: wire.Answer, target: wire.Answer, listed: Sequence[Mapping[str, Any]] | CannotRead
) -> wire.Answer:
    earlier = str(target.get(UNREAD) or "")
    if isinstance(listed, CannotRead):
        return unread(
            target, earlier or f"they are not in the configuration of this {kind_of(target)[0]} target; {listed}"
        )
    prefix = f"{target.get('name')}___"
    names = [(str(tool.get("name") or ""), tool) for tool in listed]
    mine = [{**tool, "name": name.removeprefix(prefix)} for name, tool in names if name.startswith(prefix)]
    why = _partial(gateway, target)
    if not mine:
        return unread(target, "the gateway lists no tool of it to policybot" + (f"; {why}" if why else ""))
    plain = {name: value for name, value in target.items() if name != UNREAD}
    try:
        found = _sound(gateway, with_tools(plain, mine))
    except ValueError as error:
        return unread(target, f"what the gateway lists of it cannot be used: {error}")
    return unread(found, why) if why else found


def _partial(gateway: wire.Answer, target: wire.Answer) -> str:
    """Why there may be other tools than those that are listed; empty when there are none."""
    attached = gateway.get("policyEngineConfiguration") or {}
    if attached and attached.get("mode") != "LOG_ONLY":
        return _ONLY_ITS_OWN
    if gateway.get("interceptorConfigurations"):
        return "an interceptor of the gateway decides what it lists, so there may be other tools"
    if kind_of(target)[1].get("listingMode") == "DYNAMIC":
        return "the server lists its tools for each caller, so there may be other tools"
    return ""


def _sound(gateway: wire.Answer, target: dict[str, Any]) -> dict[str, Any]:
    """A target whose tools policies can use. Raises ValueError with why they cannot."""
    try:
        read = gateway_from_api(gateway, [target]).targets[0]
    except GatewayFileError as error:
        raise ValueError(error.sentence.rstrip(".")) from None
    if read.unreadable and not read.tools:
        raise ValueError(read.unreadable)
    return target


async def _object(s3: Client, bucket: str, key: str, owner: str) -> str:
    """The text of an S3 object. Raises CannotRead."""
    owned = {"ExpectedBucketOwner": owner} if owner else {}
    try:
        async with asyncio.timeout(_SECONDS):
            answer = await s3.call("GetObject", Bucket=bucket, Key=key, **owned)
            body = await asyncio.to_thread(answer["Body"].read, _BYTES + 1)
        if len(body) > _BYTES:
            raise CannotRead(f"it is larger than {_BYTES // 1024 // 1024} MB")
        return str(body.decode())
    except ServiceError as error:
        raise CannotRead(_refusal(error, bucket, key)) from None
    except TimeoutError:
        raise CannotRead("S3 does not answer in time") from None
    except UnicodeDecodeError:
        raise CannotRead("it is not UTF-8 text") from None
    except (BotoCoreError, HTTPError, OSError) as error:
        raise CannotRead(f"it cannot be read to its end ({type(error).__name__})") from None


def _refusal(error: ServiceError, bucket: str, key: str) -> str:
    if error.code in _DENIED:
        return f"policybot's role needs s3:GetObject for arn:aws:s3:::{bucket}/{key}"
    if error.code in ("NoSuchKey", "NoSuchBucket", "404"):
        return "there is no such object"
    return f"S3 did not give them ({error.code})"
