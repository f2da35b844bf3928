"""What a person is told when something went wrong: the sentence that was written for them, or an incident id."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.delivered import went
from bot.errors import BadInput, ChatError, PolicybotError, Refused, ServiceError, StoreError
from handlers.identity import Caller, of_any
from handlers.services import Services

log = structlog.get_logger(__name__)

_PLANNED = (Refused, BadInput)
_FOREIGN = (StoreError, ServiceError, ChatError)
_CAUSE: tuple[tuple[type[PolicybotError], str], ...] = (
    (StoreError, "I could not reach my database, so nothing was changed."),
    (ServiceError, "AgentCore did not answer as it should."),
    (ChatError, "Slack did not answer as it should."),
)


def sentence_for(error: BaseException, *, doing: str, lost: str = "") -> str:
    """The sentence for the person who acted. What was not planned is logged under the incident id that it names, and
    `lost` says first what did not happen."""
    if isinstance(error, _PLANNED):
        log.info("refused", doing=doing, key=error.key, **_safe(error))
        return error.sentence
    incident = secrets.token_hex(4)
    known = error if isinstance(error, PolicybotError) else None
    if isinstance(error, _FOREIGN):  # it is known what it is, and no line of ours is at fault: one line says it
        said = {"error": error.sentence, "cause": type(error.__cause__).__name__ if error.__cause__ else ""}
        log.error("incident", incident=incident, doing=doing, **said, **_safe(error))
    else:
        log.error("incident", incident=incident, doing=doing, exc_info=error, **(_safe(known) if known else {}))
    cause = next((said for kind, said in _CAUSE if isinstance(error, kind)), "Something went wrong on my side.")
    cause = f"{lost} {cause}" if lost else cause
    return f"{cause} Try again in a moment; if it stays, tell whoever runs policybot the number {incident}."


async def tell(services: Services, caller: Caller, sentence: str, blocks: Sequence[Mapping[str, Any]] = ()) -> None:
    """Say a sentence to the person who acted, in private, where they acted; `blocks` says it with buttons."""
    try:
        await services.messenger.tell(
            team=services.team_id,
            channel=caller.channel_id,
            user=caller.user_id,
            text=sentence,
            response_url=caller.response_url,
            thread_ts=caller.thread_ts,
            blocks=blocks,
        )
    except ChatError as error:
        log.warning("not_told", user=caller.user_id, channel=caller.channel_id, code=error.code)


async def on_error(
    error: Exception,
    body: Mapping[str, Any],
    context: AsyncBoltContext,
    services: Services,
    response: BoltResponse | None = None,
) -> BoltResponse | None:
    """The last resort for what a handler did not foresee. `response` is None once it was acknowledged."""
    went(context, well=False)
    sentence = sentence_for(error, doing=str(body.get("command") or body.get("type") or "event"))
    caller = of_any(body)
    if caller is not None:
        await tell(services, caller, sentence)
    return None if response is None else BoltResponse(status=200, body="")


def _safe(error: PolicybotError) -> dict[str, object]:
    return {f"field_{name}": value for name, value in error.fields.items()}
