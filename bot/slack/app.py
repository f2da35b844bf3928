"""The Bolt app, from explicit arguments only, and without a network call before a request is handled."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivered import handled
from bot.slack.installation import Installation
from bot.slack.timed import TimedApp
from bot.slack.tokens import Tokens

NOT_INSTALLED = (
    "policybot is not installed in this workspace any more, so nothing was done. Ask whoever runs it for the link that "
    "installs it."
)

_EVENT_SECONDS = 2.2
"""Slack waits for three seconds."""


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

    async def without_proxy(
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse:
        # Bolt's client for each request has read the environment's proxy again.
        if context.client is not None:
            context.client.proxy = client.proxy
        return await next()

    logger = logger or logging.getLogger("slack_bolt.policybot")
    logger.addFilter(_not_about_unused_token)
    return TimedApp(
        name="policybot",
        logger=logger,
        client=client,
        signing_secret=signing_secret,
        authorize=authorize,  # type: ignore[arg-type]  # Bolt takes None as "not installed", its annotation does not
        before_authorize=without_proxy,
        user_facing_authorize_error_message=NOT_INSTALLED,
    )


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


async def answered(app: AsyncApp, request: AsyncBoltRequest) -> BoltResponse:
    """What to answer to a request. Bolt acknowledges an event before its listener has begun; here one that failed, or
    is not done in time, gets an error, and Slack sends it again."""
    response: BoltResponse = await app.async_dispatch(request)
    if response.status != 200:
        return response
    well = await handled(request.context, _EVENT_SECONDS)
    return response if well else BoltResponse(status=503 if well is None else 500, body="")


def _not_about_unused_token(record: logging.LogRecord) -> bool:
    """Bolt finds SLACK_BOT_TOKEN in the environment and warns at every start that `client` goes before it."""
    return "`token` will be unused" not in record.getMessage()
