"""Web API clients: one HTTP session, retries where they cannot double anything, no proxy to this machine."""

from __future__ import annotations

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from bot.addresses import is_local
from bot.slack.tracing import OnSlackCall, traced

_TIMEOUT = 20
_LOCAL_TIMEOUT = 5
_LONGEST_WAIT = 3.0


class ShortRateLimitRetry(AsyncRateLimitErrorRetryHandler):
    """Waits out a short rate limit; a longer one goes back to the caller, who has a queue to wait in."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        found = next((values for name, values in response.headers.items() if name.lower() == "retry-after"), ["60"])
        return str(found[0]).isdigit() and float(found[0]) <= _LONGEST_WAIT


def safe_retries() -> list[AsyncRetryHandler]:
    """For calls that may be sent twice: reading, updating, forms."""
    return [
        AsyncConnectionErrorRetryHandler(),
        AsyncServerErrorRetryHandler(max_retry_count=1),
        ShortRateLimitRetry(max_retry_count=1),
    ]


def patience(base_url: str) -> int:
    """Seconds for which an answer from there is waited for."""
    return _LOCAL_TIMEOUT if is_local(base_url) else _TIMEOUT


def web_client(
    token: str | None, base_url: str, session: aiohttp.ClientSession, retries: list[AsyncRetryHandler] | None = None
) -> AsyncWebClient:
    """A client for `base_url`. Without `retries` it gives up at the first failure: posting twice posts two messages."""
    client = AsyncWebClient(
        token=token, base_url=base_url, session=session, timeout=patience(base_url), retry_handlers=retries or []
    )
    if is_local(base_url):
        client.proxy = None
    return client


def http_session(on_call: OnSlackCall | None = None) -> aiohttp.ClientSession:
    """The session that all clients share. Make it inside the event loop; the maker closes it."""
    traces = [traced(on_call)] if on_call else []
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT), trace_configs=traces)
