"""A message is posted once: what may be on its way to Slack is looked for and waited for before another is posted, and
what arrived after all is taken away."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import ChatError, ChatUnavailable
from bot.review.messages import Notice, Posting, SlackMessage
from bot.review.options import Options
from bot.review.ports import Clock, Messenger
from bot.review.stores import Store
from bot.review.work import Claim

log = logging.getLogger(__name__)

GONE = frozenset({"message_not_found", "edit_window_closed", "cant_update_message", "streaming_state_conflict"})
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
            return await self.messenger.post(**place, message=message, key=wanted.key)
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

    def due_to_look(self, wanted: Posting | Notice) -> bool:
        """Whether it is time to look for another of what stands."""
        return bool(wanted.looks) and (wanted.look_at is None or wanted.look_at <= self.clock.now())

    def looks(self, wanted: Posting | Notice) -> tuple[float, ...]:
        """When to look for another of it from now on."""
        every = self.options.look_after
        if not wanted.ts:
            return every if wanted.tried or wanted.looks else ()
        if not self.due_to_look(wanted):
            left = (wanted.look_at - self.clock.now()).total_seconds() if wanted.look_at else 0.0
            return (left, *every[len(every) - wanted.looks + 1 :]) if wanted.looks else ()
        return every if wanted.look_at is None else every[len(every) - wanted.looks + 1 :]

    async def tidy(self, wanted: Posting | Notice, place: Mapping[str, str], *, instead: SlackMessage) -> None:
        """Take away what else stands of a message, or put something `instead` of it: it would keep buttons that nobody
        should press any more."""
        where = {name: place[name] for name in ("team", "channel")}
        for ts in await self.messenger.standing(**place, key=wanted.key, copies=True):
            if ts == wanted.ts:
                continue
            log.warning("message stood twice", extra={"posting": wanted.key, "ts": ts})
            try:
                await self.messenger.delete(**where, ts=ts)
            except ChatUnavailable:
                raise
            except ChatError as error:
                if error.code not in GONE:
                    await self.messenger.update(**where, ts=ts, message=instead)
