"""The team's tests of a route: asked for, added and removed by command, and kept from a tried request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import Block, FormErrors, form_origin, ids, parse_request, speech
from bot.blocks.calls import read_call, words_of
from bot.blocks.held_tests import kept_words, tests_message
from bot.blocks.kit import section
from bot.cedar import GatewaySchema, Request
from bot.errors import BadInput
from bot.review.messages import SlackMessage
from bot.review.place import Asker
from bot.review.tested import NAME_LIMIT, NewTest
from handlers.command_text import AboutTests, AddTest, RemoveTest
from handlers.errors import sentence_for
from handlers.forms import draft_for, fill, form_for
from handlers.identity import Caller, asker_of, of_interaction
from handlers.services import Services

log = structlog.get_logger(__name__)
_HOW = {"allow": True, "allowed": True, "deny": False, "denied": False}
_USAGE = "/policy test add NAME allow CLAIM=VALUE TOOL INPUT=VALUE"


async def asked(asked: AboutTests, caller: Caller, services: Services) -> SlackMessage:
    """The answer to a command about tests. Raises Refused, BadInput and what the ports raise."""
    asker = asker_of(caller, services.team_id)
    if isinstance(asked, AddTest):
        return await _add(asked, asker, services)
    if isinstance(asked, RemoveTest):
        gone = await services.examples.remove(asker, asked.name)
        return SlackMessage(speech(f"The test “{gone.name}” is removed. Open cards are looked at again."))
    return tests_message(await services.examples.of(asker))


async def keep(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, services: Services) -> None:
    """A button under a tried request: keep it as a test of the route."""
    await ack()
    view, origin = body["view"], form_origin(body["view"])
    caller = of_interaction(body, origin.channel_id)
    allowed = body["actions"][0]["action_id"] == ids.KEEP_ALLOWED
    draft = None
    try:
        draft = await draft_for(caller, origin.ref, services)
        request = parse_request(view, await services.trying.schema(draft))
        new = NewTest(_name_of(request, allowed=allowed), request, allowed)
        of = await services.review.proposal(draft.proposal_id)
        example = await services.examples.add(asker_of(caller, services.team_id), new, of)
        log.info("test kept", test=example.id, user=caller.user_id)
        said = kept_words(example)
    except FormErrors as errors:
        said = section(" ".join(errors.errors.values()))
    except Exception as error:  # noqa: BLE001  whatever it is, the person gets a sentence and the log the rest
        said = section(sentence_for(error, doing="keep a test"))

    async def look() -> Block:
        shown = draft or await draft_for(caller, origin.ref, services)
        return await form_for(shown, origin, services, [said])

    await fill(client, str(view["id"]), "Try a request", look)


async def _add(asked: AddTest, asker: Asker, services: Services) -> SlackMessage:
    arn = await services.examples.gateway_of(asker)
    example = await services.examples.add(asker, read_test(asked.text, await services.trying.schema_of(arn)))
    wanted = "allowed" if example.allowed else "denied"
    return SlackMessage(speech(f"Kept: “{example.name}” must stay {wanted}. Every later card of this route says so."))


async def brought(typed: Sequence[str], asker: Asker, services: Services) -> tuple[NewTest, ...]:
    """The tests that a proposal is to bring to the channel's route. Raises Refused, BadInput, what the ports raise."""
    schema = await services.trying.schema_of(await services.examples.gateway_of(asker))
    return tuple(read_test(each, schema) for each in typed)


def read_test(text: str, schema: GatewaySchema) -> NewTest:
    """What NAME allow|deny CLAIM=VALUE … TOOL INPUT=VALUE … asks for. Raises BadInput with a sentence."""
    name, how, *call = [*words_of(text), "", ""]
    if how.lower() not in _HOW:
        raise BadInput(f"Say after the name whether it must stay allowed or denied: {_USAGE}")
    return NewTest(name, read_call([each for each in call if each], schema), _HOW[how.lower()])


def _name_of(request: Request, *, allowed: bool) -> str:
    """A name that says what the request is."""
    claims = " ".join(f"{name}={value}" for name, value in sorted(request.tags.items()))
    inputs = " ".join(f"{name}={value}" for name, value in sorted(request.inputs.items()))
    parts = (claims, request.action.rpartition("___")[2], inputs, "allowed" if allowed else "denied")
    return " ".join(filter(None, parts))[:NAME_LIMIT]
