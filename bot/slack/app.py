"""The Bolt app, from explicit arguments only, and without a network call before a request is handled."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.installation import Installation
from bot.slack.timed import TimedApp
from bot.slack.tokens import Tokens

NOT_INSTALLED = (
    "policybot is not installed in this workspace any more, so nothing was done. Ask whoever runs it for the link that "
    "installs it."
)


def build_bolt_app(
    client: AsyncWebClient,
    tokens: Tokens,
    *,
    signing_secret: str = "",
    logger: logging.Logger | None = None,
) -> TimedApp:
    """An app without listeners. `client` has no token of its own: authorisation gives it, by the workspace.

    Bolt also looks for OAuth settings in the environment; with `authorize` given they change nothing.
    Without a signing secret, requests over HTTP are refused; Socket Mode does not need one.
    """

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        installation = await tokens.asked_by(team_id or "", enterprise_id or "")
        return _authorized(installation) if installation else None

    logger = logger or logging.getLogger("slack_bolt.policybot")
    logger.addFilter(_not_about_unused_token)
    return TimedApp(
        name="policybot",
        logger=logger,
        client=client,
        signing_secret=signing_secret,
        authorize=authorize,  # type: ignore[arg-type]  # Bolt takes None as "not installed", its annotation does not
        before_authorize=_WithoutProxy(client.proxy),
        user_facing_authorize_error_message=NOT_INSTALLED,
    )


class _WithoutProxy(AsyncMiddleware):
    """Bolt's client for each request has read the environment's proxy again."""

    def __init__(self, proxy: str | None) -> None:
        self._proxy = proxy

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        if req.context.client is not None:
            req.context.client.proxy = self._proxy
        return await next()


def _authorized(installation: Installation) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=installation.enterprise_id or None,
        team_id=installation.team_id,
        team=installation.team,
        url=installation.url,
        bot_user_id=installation.bot_user_id,
        bot_id=installation.bot_id,
        bot_token=installation.token,
        bot_scopes=sorted(installation.scopes),
    )


def _not_about_unused_token(record: logging.LogRecord) -> bool:
    """Bolt finds SLACK_BOT_TOKEN in the environment and warns at every start that `client` goes before it."""
    return "`token` will be unused" not in record.getMessage()
