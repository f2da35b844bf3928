"""A gateway's own `tools/list`, asked as policybot: signed for IAM gateways, else with a token."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.utils import get_environ_proxies

from bot.addresses import is_local
from bot.agentcore import wire
from bot.agentcore.client import Connection, credentials
from bot.cedar.nesting import shallow

TOKEN: Final = "POLICYBOT_GATEWAY_TOKEN"  # noqa: S105 - the name of a setting
_PAGES, _BYTES = 50, 8 * 1024 * 1024
_SECONDS = 20.0
_SAID_NO = (401, 403)


class CannotRead(Exception):
    """Tools cannot be read. `args[0]` says why and what would help, as half a sentence."""


async def list_tools(gateway: wire.Answer, connection: Connection, token: str) -> list[Mapping[str, Any]]:
    """Every tool that a gateway, as GetGateway describes it, lists for policybot. Raises CannotRead.

    Nothing is sent but to its own `gatewayUrl`, over TLS or on this machine, and no redirect is followed.
    """
    url = str(gateway.get("gatewayUrl") or "")
    if not url.lower().startswith("https://") and not is_local(url):
        raise CannotRead("the gateway has no https:// URL to ask")
    iam = gateway.get("authorizerType") == "AWS_IAM"
    needs_token = gateway.get("authorizerType") not in ("AWS_IAM", "NONE")
    if needs_token and not token:
        raise CannotRead(f"the gateway asks its callers for a token, and {TOKEN} is not set")
    region = str(gateway.get("gatewayArn")).split(":")[3]
    bearer = {"Authorization": f"Bearer {token}"} if needs_token else {}
    spoken = ((gateway.get("protocolConfiguration") or {}).get("mcp") or {}).get("supportedVersions")
    version = {"MCP-Protocol-Version": max(spoken)} if spoken else {}
    proxy = None if is_local(url) else get_environ_proxies(url).get("https")
    found: list[Mapping[str, Any]] = []
    cursor: str | None = None
    try:
        async with asyncio.timeout(_SECONDS), aiohttp.ClientSession() as http:
            for _ in range(_PAGES):
                params = {"cursor": cursor} if cursor else {}
                body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params}).encode()
                headers = {
                    "Content-Type": "application/json",
                    "Accept": "application/json, text/event-stream",
                    **version,
                    **bearer,
                }
                if iam:
                    headers = await asyncio.to_thread(_signed, url, body, headers, connection, region)
                async with http.post(url, data=body, headers=headers, proxy=proxy, allow_redirects=False) as answer:
                    page = _result(await _body(answer), answer, iam)
                listed = page.get("tools")
                if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
                    raise CannotRead("the gateway's answer to tools/list has no tools")
                found += listed
                cursor = page.get("nextCursor")
                if not cursor:
                    return found
    except TimeoutError:
        raise CannotRead("the gateway did not list its tools in time") from None
    except aiohttp.ClientError as error:
        raise CannotRead(f"the gateway cannot be reached ({type(error).__name__})") from None
    except BotoCoreError as error:
        raise CannotRead(f"policybot cannot sign a request to the gateway ({type(error).__name__})") from None
    raise CannotRead(f"the gateway's list of tools has more than {_PAGES} pages")


async def _body(answer: aiohttp.ClientResponse) -> str:
    found = bytearray()
    async for chunk in answer.content.iter_chunked(65536):
        found += chunk
        if len(found) > _BYTES:
            raise CannotRead(f"the gateway's list of tools is larger than {_BYTES // 1024 // 1024} MB")
    return found.decode(errors="replace")


def _result(text: str, answer: aiohttp.ClientResponse, iam: bool) -> Mapping[str, Any]:
    """The result in an answer: JSON, or the events of a stream. Raises CannotRead."""
    if answer.status in _SAID_NO:
        need = "policybot's role needs bedrock-agentcore:InvokeGateway on it" if iam else f"it does not take {TOKEN}"
        raise CannotRead(f"the gateway does not let policybot list them ({answer.status}): {need}")
    if answer.status != 200:
        raise CannotRead(f"the gateway answered tools/list with HTTP status {answer.status}")
    texts = [text]
    if answer.content_type == "text/event-stream":
        events = text.replace("\r\n", "\n").split("\n\n")
        texts = [
            "\n".join(line[5:].strip() for line in event.split("\n") if line.startswith("data:")) for event in events
        ]
    for each in texts:
        try:
            message = json.loads(shallow(each)) if each else None
        except ValueError:
            continue
        if isinstance(message, dict) and isinstance(message.get("result"), dict):
            return dict(message["result"])
        if isinstance(message, dict) and isinstance(message.get("error"), dict):
            raise CannotRead(f"the gateway answered tools/list with the error {message['error'].get('code')}")
    raise CannotRead("the gateway's answer to tools/list cannot be read")


def _signed(url: str, body: bytes, headers: Mapping[str, str], connection: Connection, region: str) -> dict[str, str]:
    """The headers with SigV4's; reads credentials, so it runs in a thread."""
    found = credentials(connection)
    if found is None:
        raise CannotRead("policybot has no AWS credentials to sign a request to the gateway with")
    request = AWSRequest("POST", url, data=body, headers=dict(headers))
    SigV4Auth(found, "bedrock-agentcore", region).add_auth(request)
    return dict(request.headers.items())
