"""The Bolt app, from explicit arguments only, and without a network call before a request is handled."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.installation import Installation
from bot.slack.timed import TimedApp


def build_bolt_app(
    client: AsyncWebClient,
    installation: Installation,
    *,
    signing_secret: str = "",
    logger: logging.Logger | None = None,
) -> TimedApp:
    """An app for one installation, without listeners. `client` has no token of its own: authorisation gives it.

    Bolt also looks for OAuth settings in the environment; with `authorize` given they change nothing.
    Without a signing secret, requests over HTTP are refused; Socket Mode does not need one.
    """
    authorized = AuthorizeResult(
        enterprise_id=None,
        team_id=installation.team_id,
        team=installation.team,
        url=installation.url,
        bot_user_id=installation.bot_user_id,
        bot_id=installation.bot_id,
        bot_token=installation.token,
        bot_scopes=sorted(installation.scopes),
    )

    async def authorize() -> AuthorizeResult:
        return authorized

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
        authorize=authorize,
        before_authorize=without_proxy,
    )


def _not_about_unused_token(record: logging.LogRecord) -> bool:
    """Bolt finds SLACK_BOT_TOKEN in the environment and warns at every start that `client` goes before it."""
    return "`token` will be unused" not in record.getMessage()
