"""A message is posted once: what may be on its way to Slack is looked for and waited for before another is posted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import ChatError, ChatUnavailable
from bot.review.messages import Notice, Posting, SlackMessage
from bot.review.options import Options
from bot.review.ports import Clock, Messenger
from bot.review.stores import Store
from bot.review.work import Claim

UNREACHED = "unreachable"
"""The code of a call that was not answered: it may be under way still."""


@dataclass(frozen=True)
class Once:
    """Posts what a claim is about. `place` is the workspace, the channel and the thread."""

    store: Store
    messenger: Messenger
    clock: Clock
    options: Options

    async def post(
        self, claim: Claim, wanted: Posting | Notice, place: Mapping[str, str], message: SlackMessage
    ) -> str:
        """The ts of what stands now; empty while an earlier post of it may be on its way.

        Raises ChatError and ChatUnavailable, StaleWrite when the claim is another's.
        """
        if wanted.tried:
            if found := await self.messenger.standing(**place, key=wanted.key, copies=False):
                return found[0]
            if self.on_its_way(wanted):
                return ""
        await self.store.trying(claim)
        try:
            return await self.messenger.post(**place, message=message, key=wanted.key, retry=False)
        except ChatError as error:
            if error.code != UNREACHED:  # somebody has answered: nothing is on its way any more
                perhaps = isinstance(error, ChatUnavailable) and not error.retry_after
                await self.store.tried(claim, perhaps=perhaps)
            raise

    def on_its_way(self, wanted: Posting | Notice) -> float:
        """Seconds until what may be on its way to Slack has arrived, or never will.

        Whoever sent it was killed in the middle, or Slack was not heard any more: a second post would make two."""
        if not wanted.tried or wanted.tried_at is None:
            return 0.0
        return max(0.0, self.options.post_seconds - (self.clock.now() - wanted.tried_at).total_seconds())
