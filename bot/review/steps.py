"""What every step shares: run a handler, and turn its failure into a later try or into an end that can be seen."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

from bot.errors import ChatError, ChatUnavailable, PolicybotError, ServiceError, ServiceUnavailable
from bot.review.options import Options
from bot.review.stores import Queue
from bot.review.work import Claim

Fail = Callable[[str], Awaitable[None]]


async def retrying(
    queue: Queue, options: Options, claim: Claim, step: Awaitable[None], fail: Fail | None, *, endless: bool = False
) -> None:
    """Await a step. What may pass is tried again, later each time; what will not, or lasts too long, ends in `fail`.

    Nothing lasts too long when the step is `endless`: whether a call without an answer had its effect is not known, so
    nobody may be told that it had none. Without `fail` there is no giving up at all: the effect exists and is awaited.
    """
    try:
        await step
    except (ServiceUnavailable, ChatUnavailable) as error:
        if fail and not endless and claim.attempts + 1 >= options.retry_limit:
            await fail(f"{error.sentence} Tried {claim.attempts + 1} times.")
        else:
            await _again(queue, options, claim, error)
    except (ServiceError, ChatError) as error:
        if fail:
            await fail(error.sentence)
        else:
            await _again(queue, options, claim, error)


async def _again(queue: Queue, options: Options, claim: Claim, error: PolicybotError) -> None:
    if isinstance(error, ChatUnavailable) and error.retry_after:
        await queue.later(claim, after=error.retry_after, trouble=error.sentence, throttled=True)
        return
    wait = options.delay(claim.attempts, random.random())  # noqa: S311 (spreads tries, keeps no secret)
    await queue.later(claim, after=wait, trouble=error.sentence, failed=True)
