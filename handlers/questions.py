"""Questions about what stands, in private: why a call is denied, who can, whether, and a policy explained.

Every answer is a modal: it opens at once, and is filled when it is worked out. What it offers to propose is worked out
anew from the question when the button is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import Block, CardRef, FormOrigin, ids, notice
from bot.blocks.kit import cut, section
from bot.blocks.questions import (
    QuestionOrigin,
    about_gateway,
    answer_modal,
    asked_modal,
    denial_modal,
    explained_modal,
    not_too_long,
    question_origin,
    read_why,
    whose_words,
    why_modal,
)
from bot.blocks.questions.explained import TITLE as EXPLAINED
from bot.blocks.questions.whys import TITLE as WHY
from bot.errors import BadInput, ChatError, PolicybotError
from bot.review.asked import Here
from bot.review.commands import ProposeRule
from bot.review.people import Person
from bot.review.place import Asker
from handlers.command_text import Explain, Questions, Why
from handlers.errors import sentence_for
from handlers.forms import Look, fill, form_for, show_look
from handlers.identity import asker_of, of_command, of_interaction
from handlers.services import Services

log = structlog.get_logger(__name__)

_TITLES = {"why": WHY, "can": "Who can", "ask": "Answer"}
_GONE = "What was offered does not hold any more: the policies changed meanwhile. Ask again."
_NO_TRY = "policybot did not make this policy. Ask about a call instead: /policy why role=VALUE TOOL INPUT=VALUE"


async def asked(
    ack: AsyncAck,
    body: Mapping[str, Any],
    what: Questions,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """`/policy why`, `can`, `ask` and `explain`."""
    await ack()
    caller = of_command(body)
    asker = asker_of(caller, services.team_id)
    title, look = look_of(what, asker, services)
    await show_look(client, body, title, look, caller, services)


def look_of(what: Questions, asker: Asker, services: Services) -> tuple[str, Look]:
    """The title of the modal that answers a question, and what fills it."""
    if isinstance(what, Explain):
        return EXPLAINED, lambda: _explained(asker, what.name, services)
    kind = type(what).__name__.lower()
    mentioned = what.mentioned if isinstance(what, Why) else ""
    origin = QuestionOrigin(asker.channel_id, kind, what.text, 1, mentioned, asker.chosen)
    return _TITLES[kind], _look(origin, asker, services)


async def turned(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Another page of an answer, in the same modal."""
    await ack()
    origin = question_origin(body["view"])
    wanted = replace(origin, page=ids.counted(body["actions"][0].get("value"), 1))
    asker = asker_of(of_interaction(body, origin.channel_id), services.team_id, origin.chosen)
    await fill(client, str(body["view"]["id"]), _TITLES.get(origin.asked, WHY), _look(wanted, asker, services))


async def chosen(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Another of the channel's gateways: the same question of that one, in the same modal."""
    await ack()
    origin = question_origin(body["view"])
    key = str((body["actions"][0].get("selected_option") or {}).get("value") or "")
    asker = asker_of(of_interaction(body, origin.channel_id), services.team_id, key)
    look = _look(replace(origin, chosen=key, page=1), asker, services)
    await fill(client, str(body["view"]["id"]), _TITLES.get(origin.asked, WHY), look)


async def looked(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """A closer look at a policy that an answer names, on top of it."""
    await ack()
    origin = question_origin(body["view"])
    caller = of_interaction(body, origin.channel_id)
    asker, name = asker_of(caller, services.team_id, origin.chosen), str(body["actions"][0].get("value") or "")
    await show_look(client, body, EXPLAINED, lambda: _explained(asker, name, services), caller, services, on_top=True)


async def tried(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """The form to try a request on a policy that policybot made, on top of its explanation."""
    await ack()
    origin = question_origin(body["view"])
    caller = of_interaction(body, origin.channel_id)
    asker, policy_id = asker_of(caller, services.team_id, origin.chosen), str(body["actions"][0].get("value") or "")

    async def look() -> Block:
        made = (await services.listing.policy(asker, policy_id)).policy.made
        if made is None:
            raise BadInput(_NO_TRY)
        of = FormOrigin(CardRef(made.draft.id, made.draft.version), origin.channel_id)
        return await form_for(made.draft, of, services)

    await show_look(client, body, "Try a request", look, caller, services, on_top=True)


async def offered(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """Propose the rule that an answer offers, as it is worked out now."""
    await ack()
    view = body["view"]
    origin = question_origin(view)
    caller = of_interaction(body, origin.channel_id)
    asker = asker_of(caller, services.team_id, origin.chosen)

    async def look() -> Block:
        rule = await _offer(origin, asker, services)
        if not rule:
            return notice(WHY, _GONE)
        proposed = await services.review.propose(
            ProposeRule(
                key=f"{view['id']}/{caller.user_id}/offer",
                team_id=services.team_id,
                channel_id=origin.channel_id,
                channel_name=caller.channel_name,
                user_id=caller.user_id,
                user_team_id=caller.user_team_id,
                rule=rule,
                response_url="",
                chosen=origin.chosen,
            )
        )
        log.info("proposed", proposal_id=proposed.proposal_id, channel=origin.channel_id, again=proposed.again)
        return notice(
            WHY,
            f"The rule “{cut(rule, 500)}” is saved as {proposed.proposal_id}. Its review comes in the channel; if that "
            "cannot be, I tell you there, in private.",
        )

    await fill(client, str(view["id"]), WHY, look)


def _look(origin: QuestionOrigin, asker: Asker, services: Services) -> Look:
    """What answers a question; where the channel may have rules for several gateways, for one that it names, and that
    can be changed, also when this one knows no such tool."""
    work = _why if origin.asked == "why" else _asked

    async def look() -> Block:
        choices = await services.reading.choices(asker)
        if not choices:
            return await work(origin, asker, services)
        key = asker.chosen or choices[0].key
        of = replace(origin, chosen=key)
        try:
            view = await work(of, replace(asker, chosen=key), services)
        except PolicybotError as error:
            title = _TITLES.get(origin.asked, WHY)
            view = answer_modal(title, of, [section(sentence_for(error, doing=title))])
        return about_gateway(view, choices, key)

    return look


async def _why(origin: QuestionOrigin, asker: Asker, services: Services) -> Block:
    here = await services.asking.here(asker)
    typed = read_why(origin.text, here)
    gateway = here.state.gateway
    if typed.denial is not None:
        return denial_modal(await services.asking.denied(here, typed.denial, typed.call, typed.claims), gateway, origin)
    assert typed.call is not None
    answer = await services.asking.why(here, typed.call)
    shown = why_modal(answer, gateway, origin)
    if not typed.call.anyone or (answer.answer and (answer.answer.never or answer.answer.always)):
        return shown
    whose = whose_words(await _mentioned(origin, services), answer)
    return {**shown, "blocks": [section(whose), *shown["blocks"]]}


async def _mentioned(origin: QuestionOrigin, services: Services) -> Person | None:
    """Whom a mention names; what Slack does not say now is left out of the answer."""
    try:
        return await services.asking.person(services.team_id, origin.mentioned) if origin.mentioned else None
    except ChatError as error:
        log.warning("person_not_known", user=origin.mentioned, code=error.code)
        return None


async def _asked(origin: QuestionOrigin, asker: Asker, services: Services) -> Block:
    here = await services.asking.here(asker)
    answered = services.asking.can if origin.asked == "can" else services.asking.question
    return asked_modal(await answered(here, not_too_long(origin.text)), origin)


async def _offer(origin: QuestionOrigin, asker: Asker, services: Services) -> str:
    """The rule that the answer to a question offers now; empty when it offers none."""
    here: Here = await services.asking.here(asker)
    typed = read_why(origin.text, here)
    if typed.denial is not None:
        answer = (await services.asking.denied(here, typed.denial, typed.call, typed.claims)).call
    else:
        answer = await services.asking.why(here, typed.call) if typed.call else None
    return answer.offer if answer else ""


async def _explained(asker: Asker, name: str, services: Services) -> Block:
    return explained_modal(await services.asking.explain(asker, name), asker.channel_id, asker.chosen)
