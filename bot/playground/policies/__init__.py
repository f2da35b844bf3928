"""The panel beside the conversation: the engine's policies as they stand, and what the newest draft would change."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.agentcore import AgentCore, Pace, connect
from bot.blocks.difference import read_difference
from bot.embedded import Embedded
from bot.review.in_english import in_english
from bot.review.past import Past
from bot.workspace import Plugin
from bot.workspace.wire import CannotAct, Json

_NEWEST = 20


@contextlib.asynccontextmanager
async def policies_panel(running: Embedded) -> AsyncIterator[Plugin]:
    """The panel of what runs, while the block lasts. It reads the engine as the bot does, through boto3."""
    client = connect(endpoint_url=running.plane.url, pace=Pace(scale=0.0))
    look = _Look(running, AgentCore(client, fresh=0.0, gateway_fresh=0.0))
    try:
        yield Plugin("policies", "Policies", Path(__file__).parent, {"look": look})
    finally:
        await look.end()
        await client.aclose()


@dataclass
class _Look:
    """What the panel shows, as JSON, one look at a time. Raises PolicybotError when the control plane does not answer.

    After `end` nothing is read any more: the bot's store is about to close.
    """

    running: Embedded
    service: AgentCore
    ended: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def end(self) -> None:
        """Wait for a look that is under way, and let no other begin."""
        async with self.turn:
            self.ended = True

    async def __call__(self, _arguments: Json) -> Json:
        async with self.turn:
            if self.ended:
                raise CannotAct("The playground is stopping.", code="stopping")
            return await self._look()

    async def _look(self) -> Json:
        route = self.running.route
        state = await self.service.engine_state(route.policy_engine_id, route.gateway_arn)
        read = [in_english(record.statement, state.gateway) for record in state.policies if record.statement]
        said = dict(zip((record.name for record in state.policies if record.statement), read, strict=True))
        policies = [
            {
                "name": record.name,
                "status": record.status,
                "mode": record.enforcement_mode,
                "said": said.get(record.name, record.unreadable),
                "cedar": record.statement,
            }
            for record in state.policies
        ]
        newest = await self.running.bot.store.newest(route.policy_engine_id, _NEWEST)
        return {
            "gateway": state.gateway.gateway_id,
            "enforcing": state.enforcing,
            "policies": policies,
            "difference": await asyncio.to_thread(_difference, newest),
        }


def _difference(newest: tuple[Past, ...]) -> Json | None:
    """What the newest draft that was analysed changes, in the words of its card."""
    for past in newest:
        found = past.draft.analysis.difference
        if found is None:
            continue
        changes = read_difference(found)
        lines = [{"label": label.strip().rstrip(":"), "text": text} for label, text in changes.lines(timed=False)]
        nothing = [{"label": "", "text": "Nothing: it is proved that no request is decided otherwise."}]
        rule = past.draft.fragment or past.proposal.rule
        return {
            "proposal": past.proposal.id,
            "rule": rule,
            "name": past.draft.policy_name,
            "state": past.draft.state.value,
            "lines": lines or (nothing if changes.nothing else []),
        }
    return None
