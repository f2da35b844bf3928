"""Slack in: payload → command, answer → card. No rules, no AWS, no SQL."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.blocks import ids
from handlers import (
    actions,
    answering,
    commands,
    dedupe,
    errors,
    events,
    home,
    mentions,
    policies,
    prompt,
    proposing,
    questions,
    revising,
    tests,
    using,
    views,
    writing,
)
from handlers.home import OpenHomes
from handlers.services import Services
from handlers.tasks import Tasks

_ACTS = (
    *(ids.EDIT_RULE, ids.EDIT_CEDAR, ids.WITHDRAW, ids.APPROVE_CLEAN),
    *(ids.PROMOTE, ids.DEMOTE, ids.REVOKE, ids.UNDO, ids.EXTEND, ids.AGAIN),
)
_ANY = re.compile(".*")
_USE = re.compile(rf"({re.escape(ids.USE)}|{re.escape(ids.USE_DEFAULT)})\..+")
_LOOK = re.compile(rf"{re.escape(ids.QUESTION_LOOK)}\.\d+")


def register(app: AsyncApp, services: Services) -> None:
    """Every route of the app. The catch-alls stay last: what nobody takes is acknowledged, not left to time out."""
    app.use(_Giving(services))
    prompt.install(app)
    dedupe.install(app, dedupe.Seen())

    app.command("/policy")(commands.policy)
    for turn in (ids.STATUS_BACK, ids.STATUS_ON):
        app.action(turn)(commands.turned)

    app.action(ids.APPROVE)(actions.approve)
    app.action(ids.APPROVE_FORM)(actions.approve_form)
    app.action(ids.WAIT)(actions.wait)
    app.action(ids.REJECT)(actions.reject)
    app.action(ids.SHOW_POLICY)(actions.show_policy)
    app.action(ids.SHOW_CHANGES)(actions.show_changes)
    app.action(ids.TRY_REQUEST)(actions.try_request)
    app.action(ids.TRY_TOOL)(actions.choose_tool)

    app.action(ids.KEEP_ALLOWED)(tests.keep)
    app.action(ids.KEEP_DENIED)(tests.keep)
    for offer in ids.OFFERS:
        app.action(offer)(revising.offered)
    app.action(ids.MORE)(revising.more)
    for act in _ACTS:
        app.action(act)(revising.act)

    for deed in (ids.POLICY_MENU, ids.POLICY_HISTORY, ids.POLICY_PROMOTE, ids.POLICY_DEMOTE, ids.POLICY_REVOKE):
        app.action(deed)(policies.chosen)
    app.action(ids.POLICY_BACK)(policies.turned)
    app.action(ids.POLICY_ON)(policies.turned)
    app.action(ids.TOOLS_BACK)(policies.turned_tools)
    app.action(ids.TOOLS_ON)(policies.turned_tools)
    app.view(ids.POLICY_ACT_FORM)(policies.act)

    app.action(_USE)(using.chosen)
    app.action(ids.USE_BACK)(using.turned)
    app.action(ids.USE_ON)(using.turned)

    app.action(ids.QUESTION_BACK)(questions.turned)
    app.action(ids.QUESTION_ON)(questions.turned)
    app.action(_LOOK)(questions.looked)
    app.action(ids.QUESTION_TRY)(questions.tried)
    app.action(ids.QUESTION_PROPOSE)(questions.offered)
    app.action(ids.QUESTION_GATEWAY)(questions.chosen)

    app.view(ids.APPROVE_FORM_VIEW)(views.approve)
    app.view(ids.REJECT_FORM)(views.reject)
    app.view(ids.TRY_FORM)(views.try_request)
    app.view(ids.EDIT_RULE_FORM)(revising.edit_rule)
    app.view(ids.EDIT_CEDAR_FORM)(revising.edit_cedar)
    app.view(ids.ACT_FORM)(revising.propose_act)

    app.action(ids.ANSWER_OPEN)(answering.opened)
    app.action(ids.ANSWER_CHANNEL)(answering.chosen)
    app.action(ids.ANSWER_GATEWAY)(answering.chosen)

    app.action(ids.PROPOSE_OPEN)(proposing.from_button)
    app.action(ids.PROPOSE_TYPED)(writing.typed)
    app.action(ids.PROPOSE_CHANNEL)(writing.moved)
    app.action(ids.PROPOSE_GATEWAY)(writing.chosen)
    app.action(ids.ASKED_PROPOSE)(proposing.answered)
    app.action(ids.ASKED_FORGET)(proposing.answered)
    app.action(ids.ASKED_ANEW)(proposing.said_anew)
    app.view(ids.PROPOSE_FORM)(proposing.propose)
    app.shortcut(ids.PROPOSE_SHORTCUT)(proposing.from_anywhere)
    app.shortcut(ids.PROPOSE_MESSAGE)(proposing.from_message)

    app.event("app_mention")(mentions.mentioned)
    app.event("message")(mentions.direct)
    app.event("member_joined_channel")(events.joined)
    app.event("app_home_opened")(home.opened)
    for turn in (ids.HOME_BACK, ids.HOME_ON, ids.HOME_ROUTE, ids.HOME_SEARCH):
        app.action(turn)(home.turned)
    app.event("channel_shared")(events.shared)
    app.event("channel_unshared")(events.shared)

    app.command(_ANY)(commands.unknown_command)
    app.action(_ANY)(actions.unknown_action)
    app.view(_ANY)(views.unknown_form)
    app.shortcut(_ANY)(commands.unknown_shortcut)
    app.event(_ANY)(events.ignored)
    app.error(errors.on_error)


class _Giving(AsyncMiddleware):
    """Gives listeners the services of whichever workspace a request comes from: its installation says which."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        authorized = req.context.authorize_result
        team = (authorized and authorized.team_id) or self._services.team_id
        req.context["services"] = replace(self._services, team_id=team)
        return await next()


__all__ = ["OpenHomes", "Services", "Tasks", "register"]
