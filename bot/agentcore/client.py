"""boto3 off the event loop: a lazily made client, a few threads of its own, every call paced, timed, logged and its
errors translated."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import structlog
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from bot.addresses import in_the_clear, is_local, is_private
from bot.agentcore import wire
from bot.agentcore.errors import row_for, translate
from bot.agentcore.pacing import Pace
from bot.cedar.nesting import shallow
from bot.errors import ServiceError, ServiceUnavailable

SERVICE: Final = "bedrock-agentcore-control"
PAGE = 100
_STOP_SECONDS = 2.0
_LOGGED = {
    "policyEngineId": "engine",
    "policyGenerationId": "generation",
    "policyId": "policy",
    "gatewayIdentifier": "gateway",
    "targetId": "target",
    "name": "name",
}
"""The parameters that a log line shows. Rules, statements, descriptions and client tokens are not among them."""
_READS = ("Get", "List")
_MALFORMED = (ResponseParserError, AttributeError, TypeError, KeyError, ValueError)
"""What botocore raises when an answer is JSON of another shape than the model's."""


@dataclass(frozen=True)
class Connection:
    """Where AgentCore is. Empty members are left to boto3's own configuration. Times are in seconds."""

    region: str = ""
    profile: str = ""
    endpoint_url: str = ""
    service: str = SERVICE
    workers: int = 8
    connect_timeout: float = 5.0
    read_timeout: float = 20.0
    quiet: bool = False
    """Calls that fail are no news to the log: whoever makes them says what comes of it."""

    @property
    def is_local(self) -> bool:
        """Whether the endpoint is on this machine, as an embedded control plane is."""
        return is_local(self.endpoint_url)


@dataclass(frozen=True)
class Call:
    """A call that was made: its operation, the error code it ended with (empty when it succeeded), its seconds."""

    operation: str
    code: str
    seconds: float


OnCall = Callable[[Call], None]
T = TypeVar("T")


def connect(
    *,
    region: str | None = None,
    profile: str | None = None,
    endpoint_url: str | None = None,
    service: str = SERVICE,
    pace: Pace | None = None,
    on_call: OnCall | None = None,
    quiet: bool = False,
) -> Client:
    """A client for AgentCore's control plane, or of another `service` of AWS that tells of it. Opens nothing: boto3 is
    loaded by the first call, in a thread."""
    connection = Connection(region or "", profile or "", endpoint_url or "", service, quiet=quiet)
    return Client(connection, pace or Pace(), on_call)


class Client:
    """AgentCore's operations by their API names. Raises ServiceError and ServiceUnavailable only.

    A caller that is cancelled stops waiting at once; the request it made may still take effect, as after a crash, and
    is repeated safely under its client token.
    """

    def __init__(self, connection: Connection, pace: Pace, on_call: OnCall | None = None) -> None:
        self._connection = connection
        self._pace = pace
        self._on_call = on_call
        self._threads = ThreadPoolExecutor(connection.workers, thread_name_prefix="agentcore")
        self._running: set[Future[Any]] = set()
        self._making = threading.Lock()
        self._boto: Any = None
        self._closed = False
        self._log = structlog.get_logger(__name__)

    async def call(self, operation: str, **params: Any) -> Mapping[str, Any]:
        """One call of an operation, such as `GetPolicy`: boto3's answer."""
        began = time.monotonic()
        try:
            if self._boto is None:  # made before the turn is taken, so that calls leave as evenly as turns are given
                await self._run(self._method, operation)
            await self._pace.turn(operation)
            began = time.monotonic()
            answer = await self._run(self._send, operation, params)
        except ServiceError as error:
            self._report(Call(operation, error.code, time.monotonic() - began), params, error.fields)
            raise
        request_id = {"request_id": answer.get("ResponseMetadata", {}).get("RequestId", "")}
        self._report(Call(operation, "", time.monotonic() - began), params, request_id)
        return answer

    async def pages(self, operation: str, **params: Any) -> AsyncIterator[Mapping[str, Any]]:
        """Every page of a list operation, each fetched when it is asked for."""
        page = await self.call(operation, maxResults=PAGE, **params)
        yield page
        while token := page.get("nextToken"):
            page = await self.call(operation, maxResults=PAGE, nextToken=token, **params)
            yield page

    async def items(self, operation: str, member: str, **params: Any) -> AsyncIterator[Mapping[str, Any]]:
        """Every item of a list operation, whose answers have them under `member`."""
        async for page in self.pages(operation, **params):
            for item in wire.member(page, member):
                yield item

    async def aclose(self) -> None:
        """Take no more calls, refuse those that wait for a thread, and wait a little for those that are on their way:
        whatever they do is done again, or looked up."""
        self._closed = True
        self._threads.shutdown(wait=False)
        if running := [asyncio.wrap_future(each) for each in tuple(self._running)]:
            await asyncio.wait(running, timeout=_STOP_SECONDS)
        if self._boto is not None:
            self._boto.close()

    async def _run(self, work: Callable[..., T], operation: str, *more: Any) -> T:
        """Work done in a thread of ours, unless the client is closed before a thread is free."""

        def unless_closed() -> T:
            if self._closed:
                raise _stopping(operation)
            return work(operation, *more)

        if self._closed:
            raise _stopping(operation)
        future = self._threads.submit(unless_closed)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return await asyncio.wrap_future(future)

    def _send(self, operation: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Make one call; runs in a thread."""
        method = self._method(operation)
        try:
            return method(**params)
        except (BotoCoreError, ClientError, *_MALFORMED) as error:
            if row_for(error).reconnect:
                self._boto = None
            raise translate(error, operation, hide=[params["clientToken"]] if "clientToken" in params else []) from None

    def _method(self, operation: str) -> Callable[..., Mapping[str, Any]]:
        """The boto3 client's method for an operation, from a client made now if there is none; runs in a thread."""
        try:
            method: Callable[..., Mapping[str, Any]] = getattr(self._client(), xform_name(operation))
        except BotoCoreError as error:
            raise translate(error, operation) from None
        except ValueError as error:
            url = self._connection.endpoint_url
            name = f"AWS_ENDPOINT_URL_{self._connection.service.replace('-', '_').upper()}"
            raise ServiceError(
                f"{name} is {url!r}, which is not a URL: write http:// or https://, a host, and a port.",
                code=type(error).__name__,
                operation=operation,
            ) from None
        return method

    def _client(self) -> Any:
        with self._making:
            if self._boto is None:
                self._boto = _make(self._connection)
            return self._boto

    def _report(self, call: Call, params: Mapping[str, Any], fields: Mapping[str, object]) -> None:
        if self._on_call is not None:
            self._on_call(call)
        shown = {name: params[member] for member, name in _LOGGED.items() if member in params}
        about = {**shown, **fields, "operation": call.operation, "milliseconds": round(call.seconds * 1000)}
        if call.code and not self._connection.quiet:
            self._log.warning("agentcore call failed", **{**about, "code": call.code})
        elif call.operation.startswith(_READS):
            self._log.debug("agentcore call", **about)
        else:
            self._log.info("agentcore call", **about)


def _stopping(operation: str) -> ServiceUnavailable:
    return ServiceUnavailable("policybot is stopping.", code="Stopping", operation=operation)


def credentials(connection: Connection) -> Any:
    """What a request is signed with; None where there is nothing. Runs in a thread. Raises BotoCoreError."""
    import boto3
    from botocore.credentials import Credentials

    if connection.is_local:
        return Credentials("embedded", "embedded")
    found: Any = boto3.session.Session(profile_name=connection.profile or None).get_credentials()
    return found and found.get_frozen_credentials()


def _make(connection: Connection) -> Any:
    """The boto3 client. Raises botocore's errors, and ValueError for an endpoint that is not a URL."""
    import boto3
    from botocore.config import Config

    if connection.endpoint_url and not urlsplit(connection.endpoint_url).hostname:
        raise ValueError("the endpoint has no host")
    config = Config(
        connect_timeout=connection.connect_timeout,
        read_timeout=connection.read_timeout,
        max_pool_connections=connection.workers,
        retries={"mode": "standard", "total_max_attempts": 2},
        user_agent_extra="policybot",
    )
    if connection.is_local:
        return _checked(_make_local(connection, config))
    session = boto3.session.Session(profile_name=connection.profile or None, region_name=connection.region or None)
    made: Any = session.client(  # type: ignore[call-overload]
        connection.service, endpoint_url=connection.endpoint_url or None, config=config
    )
    return _checked(made)


def _make_local(connection: Connection, config: Any) -> Any:
    """A client for an endpoint on this machine, which nothing in the user's AWS configuration may disturb.

    Nor may it see anything of it: a real session token goes into a header of every request.
    """
    import boto3
    import botocore.session
    from botocore.config import Config

    nothing = (None, None, os.devnull, None)
    core = botocore.session.Session(
        session_vars={"profile": (None, None, None, None), "config_file": nothing, "credentials_file": nothing}
    )
    plain = Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False)
    return boto3.session.Session(botocore_session=core).client(  # type: ignore[call-overload]
        connection.service,
        region_name=connection.region or "us-east-1",
        endpoint_url=connection.endpoint_url,
        aws_access_key_id="embedded",
        aws_secret_access_key="embedded",  # noqa: S106 - the embedded control plane takes any key
        config=config.merge(plain),
    )


def _checked(client: Any) -> Any:
    """The client, refusing answers that are not a JSON object, which botocore would read as an empty answer.

    And to speak in the clear, whichever of boto3's settings the endpoint is from. Raises ServiceError.
    """
    if not is_private(client.meta.endpoint_url):
        client.close()
        said = in_the_clear("The endpoint of AgentCore", client.meta.endpoint_url)
        raise ServiceError(said, code="InsecureEndpoint")
    client.meta.events.register(f"before-parse.{SERVICE}", _readable)
    return client


def _readable(response_dict: dict[str, Any], **_: Any) -> None:
    """Leave out of an answer what nests too deeply for botocore; see that the rest is JSON."""
    with contextlib.suppress(UnicodeDecodeError):
        response_dict["body"] = shallow(response_dict["body"].decode()).encode()
    if response_dict["status_code"] >= 300:
        return
    try:
        is_object = isinstance(json.loads(response_dict["body"]), dict)
    except ValueError:
        is_object = False
    if not is_object:
        raise ResponseParserError("the answer is not a JSON object")
