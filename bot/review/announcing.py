"""What a channel is told besides its proposals: where its rules go now, and what others changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.review.authority import Authority
from bot.review.drift import Drift, Watch
from bot.review.messages import Announcement, Drawn, MessageKind
from bot.review.options import Options
from bot.review.ports import Cards
from bot.review.stores import Store

_AS_BEFORE = "Everything is again as it was before this."
_NO_THREAD = "The message in whose thread it is said does not stand."
_OTHERS_READ = "People of another company read this channel."


@dataclass(frozen=True)
class Announcing:
    """Draws announcements as they should stand now."""

    store: Store
    authority: Authority
    cards: Cards
    options: Options

    async def drawn(self, wanted: Announcement, *, stands: bool) -> Drawn | str:
        """The message, or why none is said that does not stand. Raises ChatUnavailable."""
        thread = await self._thread(wanted)
        if thread is None:
            return _NO_THREAD
        place = {"team": wanted.team_id, "channel": wanted.channel_id, "thread_ts": thread}
        if wanted.kind is MessageKind.BINDING:
            return Drawn(place, self.cards.said(await self._bound(wanted)))
        about = wanted.about
        hidden = await self.authority.withheld(wanted.team_id, wanted.channel_id, about["engine"], about["gateway"])
        if hidden and not stands:
            return _OTHERS_READ
        if wanted.kind is MessageKind.UNDONE_SAID:
            return Drawn(place, self.cards.said(_AS_BEFORE))
        found, closed = replace(_found(wanted), hidden=hidden), wanted.kind is MessageKind.UNDONE
        return Drawn(place, self.cards.drift(found, about["gateway"], closed=closed))

    async def _thread(self, wanted: Announcement) -> str | None:
        """The ts of the message in whose thread it is said, empty for none; None when that does not stand."""
        if not wanted.thread_of:
            return ""
        above = await self.store.posting(wanted.thread_of)
        return above.ts if above.ts and not above.trouble else None

    async def _bound(self, wanted: Announcement) -> str:
        """Where rules go now. Where others came in meanwhile, nothing that names what is the team's own."""
        routes, team, channel = self.options.routes, wanted.team_id, wanted.channel_id
        engine, gateway = wanted.about["engine"], wanted.about["gateway"]
        route = routes.of(team, engine, gateway) if engine else routes.unbound(channel, team)
        by = f", by <@{wanted.about['by']}>"
        if route is None:
            return f"Where rules of this channel go was changed{by}: to what policybot may not use any more."
        if await self.authority.withheld(team, channel, route.engine_id, route.gateway_arn):
            return f"Where rules of this channel go was changed{by}."
        now = f"Rules of this channel now go to {route.label}{by}: {route.whereabouts}."
        return f"{now} What is under review stays where it was proposed."


def drift_id(watch: Watch, found: Drift) -> str:
    """The id of a drift's message: none has it in another database, whose counts begin anew."""
    return f"{watch.id}/{found.number}-{found.key}"


def of_drift(watch: Watch, found: Drift) -> tuple[Announcement, ...]:
    """What others changed, for where it is said; nothing where nobody can be told."""
    return (_of(watch, found, MessageKind.DRIFT),) if found.channel else ()


def of_undone(watch: Watch, found: Drift) -> tuple[Announcement, ...]:
    """That it is again as it was: in the same message, and in its thread."""
    if not found.channel:
        return ()
    message = _of(watch, found, MessageKind.UNDONE)
    said = replace(message, id=f"{message.id}/undone", kind=MessageKind.UNDONE_SAID, thread_of=message.id)
    return message, said


def _of(watch: Watch, found: Drift, kind: MessageKind) -> Announcement:
    shown = {name: value for name, value in asdict(found).items() if name not in ("since", "hidden")}
    about = {"engine": watch.engine_id, "gateway": watch.gateway_arn, "found": shown}
    return Announcement(drift_id(watch, found), kind, watch.team_id, found.channel, about, found.number)


def _found(wanted: Announcement) -> Drift:
    shown: Mapping[str, Any] = wanted.about["found"]
    return Drift(**{**shown, "said": tuple(shown["said"]), "since": {}})
