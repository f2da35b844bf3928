"""The HTTP transport: the same envelopes as requests to the bot's URL, signed as Slack signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from bot.workspace.delivery.dispatch import Answer, Envelope
from bot.workspace.wire import Json

_REASONS = {"timeout": "http_timeout"}
_FORM = "application/x-www-form-urlencoded"


class SignedHttp:
    """Posts to one event URL. Commands and interactions go as forms, events as JSON.

    Requests are signed by the machine's time, wherever the workspace's was moved: the app looks at its own.
    """

    def __init__(self, url: str, signing_secret: str) -> None:
        self._url = url
        self._secret = signing_secret
        self._session: aiohttp.ClientSession | None = None

    async def send(self, envelope: Envelope) -> Answer:
        """Post the envelope; the body of a 200 is the acknowledgement."""
        if envelope.type == "events_api":
            retry = {}
            if envelope.retry_attempt:
                retry["X-Slack-Retry-Num"] = str(envelope.retry_attempt)
                retry["X-Slack-Retry-Reason"] = _REASONS.get(envelope.retry_reason, envelope.retry_reason)
            return await self.post(json.dumps(envelope.payload), "application/json", retry)
        if envelope.type == "slash_commands":
            return await self.post(urlencode(envelope.payload), _FORM)
        return await self.post(urlencode({"payload": json.dumps(envelope.payload)}), _FORM)

    async def probe(self, kind: str, token: str) -> Answer:
        """Slack's two probes of a URL: `ssl_check` and `url_verification`."""
        if kind == "ssl_check":
            return await self.post(urlencode({"ssl_check": "1", "token": token}), _FORM)
        body = {"type": "url_verification", "token": token, "challenge": "embedded-challenge"}
        return await self.post(json.dumps(body), "application/json")

    async def post(self, body: str, content_type: str, headers: dict[str, str] | None = None) -> Answer:
        """Post one signed body."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        signed = {"Content-Type": content_type, **self._signature(body), **(headers or {})}
        try:
            async with self._session.post(self._url, data=body.encode(), headers=signed) as response:
                text = await response.text()
                final = response.headers.get("X-Slack-No-Retry") == "1"
                return _answer(response.status, text, final)
        except aiohttp.ClientError:
            return Answer(error="dispatch_failed")

    def _signature(self, body: str) -> dict[str, str]:
        at = str(int(time.time()))
        digest = hmac.new(self._secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}

    async def stop(self) -> None:
        """Close the client session."""
        if self._session is not None:
            await self._session.close()


def _answer(status: int, text: str, final: bool) -> Answer:
    if status == 200:
        return Answer(payload=_payload(text))
    if status >= 500:
        return Answer(error="http_service_error", final=final)
    return Answer(error="http_client_error", final=final)


def _payload(text: str) -> Json:
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        return {"text": text}
    return value if isinstance(value, dict) else {"text": text}
