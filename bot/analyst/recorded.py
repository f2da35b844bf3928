"""What a change would have made of the calls that were recorded of late: the calls of a route's file, replayed."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cachetools import LRUCache

from bot.analysis.whom import as_one
from bot.blocks.kit import cut
from bot.cedar import Gateway, GatewaySchema
from bot.errors import PolicyError
from bot.replay import Outcome, RecordedCall, Replayed, read_calls, replay
from bot.review.effect import Effect
from bot.review.found import Replay
from bot.routing import Routing

log = logging.getLogger(__name__)

MOST = 5000
"""So many calls are replayed, the newest: a card waits for it."""
_LINES = 4 * MOST
"""AWS's log has several lines for one call."""
_SHOWN = 3
_FILES = 16
_MAY_BE = {
    "depends": "may be decided otherwise, by who calls",
    "unsure": "may be decided otherwise, by what is not certain of the policies",
}
_NAMED = re.compile(r"""context\.input(?:\.(\w+)|\["([^"]+)"\])|(?:has|get)Tag\("([^"]+)"\)|\bhas "?(\w+)"?""")


def calls_of(routing: Routing, beside: Path) -> dict[str, Path]:
    """The file of recorded calls of each gateway that has one, by its ARN; files are beside the routing file."""
    return {route.gateway_arn: beside / route.calls for route in routing.all if route.calls is not None}


@dataclass(frozen=True)
class RecordedCalls:
    """The files, each read again when it has changed."""

    files: Mapping[str, Path]
    _read: LRUCache[tuple[object, ...], list[RecordedCall]] = field(default_factory=lambda: LRUCache(_FILES))

    async def replayed(self, effect: Effect, schema: GatewaySchema) -> Replay | None:
        """What an act changes of the newest calls of its gateway; None where none are recorded."""
        path = self.files.get(schema.gateway.arn)
        if path is None:
            return None
        return await asyncio.to_thread(self._replayed, path, effect, schema)

    def _replayed(self, path: Path, effect: Effect, schema: GatewaySchema) -> Replay:
        try:
            calls = self._calls(path, schema.gateway)
            worlds = [replay(calls, before, after, schema) for before, after in effect.bounds()]
            found = Replayed(tuple(map(_whatever, zip(*(each.outcomes for each in worlds), strict=True))))
        except (OSError, PolicyError) as error:
            why = error.sentence if isinstance(error, PolicyError) else error.strerror or "it cannot be read"
            log.warning("recorded calls cannot be replayed", extra={"gateway": schema.gateway.gateway_id, "error": why})
            return Replay(trouble=why)
        flips = found.of("denied", "allowed")
        return Replay(
            calls=len(calls) - len(found.of("unfit")),
            denied=len(found.of("denied")),
            allowed=len(found.of("allowed")),
            depends=len(found.of("depends")),
            unsure=len(found.of("unsure")),
            unfit=len(found.of("unfit")),
            shown=tuple(_words(each, effect.statement) for each in (*flips, *found.of("depends", "unsure"))[:_SHOWN]),
        )

    def _calls(self, path: Path, gateway: Gateway) -> list[RecordedCall]:
        stat = path.stat()
        key = (path, stat.st_mtime_ns, stat.st_size, gateway.arn, hash(repr(gateway.targets)))
        found = self._read.get(key)
        if found is None:
            with path.open(encoding="utf-8", errors="replace") as lines:
                found = read_calls(deque(lines, maxlen=_LINES), gateway).calls[-MOST:]
            self._read[key] = found
        return found


def _whatever(outcomes: tuple[Outcome, ...]) -> Outcome:
    """What a call comes to whatever is in force of what is not certain."""
    if len({each.kind for each in outcomes}) == 1:
        return outcomes[0]
    return replace(next(each for each in outcomes if each.kind != "same"), kind="unsure")


def _words(outcome: Outcome, statement: str) -> str:
    """A call and what becomes of it: of its claims and inputs those that the policy asks about, and no others."""
    call = outcome.call
    named = {name for found in _NAMED.finditer(statement) for name in found.groups() if name}
    claims = {**(call.claims or {}), **outcome.claims}
    who = cut(call.principal_id or "somebody", 60)
    known = ", ".join(
        f"{name} = {as_one(cut(str(value), 60))}" for name, value in sorted(claims.items()) if name in named
    )
    given = ", ".join(
        f"{name} = {as_one(cut(str(value), 60))}" for name, value in sorted(call.arguments.items()) if name in named
    )
    at = f" on {call.time[:10]}" if call.time else ""
    what = f"{who}{f' ({known})' if known else ''} calls {cut(call.action.rpartition('___')[2], 60)}"
    sides = ["allowed" if side else "denied" for side in (outcome.before, outcome.after)]
    would = _MAY_BE.get(outcome.kind) or " → ".join(sides)
    return f"{what}{f' with {given}' if given else ''}{at}: {would}"
