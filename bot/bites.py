"""Calls of an agent made before and after a rule, so that one sees it bite."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.markup import escape

from bot.blocks.calls import read_call, words_of
from bot.calling import AgentCalls, Called, agent_calls
from bot.cedar import Request, schema_for
from bot.cedar.gateway import IAM_ENTITY
from bot.embedded import Embedded

_COLOURS = {"allowed": "green", "denied": "red", "refused": "yellow"}


@dataclass
class Bites:
    """Calls, as they were typed and as they are made, and what came of each at every look."""

    agent: AgentCalls
    calls: Sequence[tuple[str, Request]]
    looks: list[list[Called]] = field(default_factory=list)

    @classmethod
    @contextlib.asynccontextmanager
    async def of(cls, running: Embedded, typed: Sequence[str]) -> AsyncIterator[Bites]:
        """The calls that were typed, on what runs. Raises BadInput with a sentence for what is none."""
        async with agent_calls(running) as agent:
            schema = schema_for((await agent.state()).gateway) if typed else None
            yield cls(agent, [(each, read_call(words_of(each), schema)) for each in typed] if schema else [])

    async def look(self) -> None:
        """Make every call now."""
        self.looks.append([await self._made(request) for _, request in self.calls])

    async def _made(self, request: Request) -> Called:
        who = request.principal_id
        arn = who if request.principal_type == IAM_ENTITY and who.startswith("arn:") else ""
        claims = {"sub": who, **request.tags}
        return await self.agent.call(request.action, plain(request.inputs), claims, arn)

    def lines(self) -> list[str]:
        """What is printed: of each call the decision before, and the one after."""
        found = []
        for number, (typed, _) in enumerate(self.calls):
            found += ["", f"[bold]An agent calls[/] [cyan]{escape(typed)}[/]"]
            for when, made in zip(("before", "after"), self.looks, strict=False):
                called = made[number]
                colour = _COLOURS[called.outcome]
                found.append(f"  {when}: [{colour}]{called.outcome}[/]{escape(_why(called))}")
        return found

    def as_json(self) -> list[dict[str, Any]]:
        """The same for programs."""
        return [
            {
                "call": typed,
                **{
                    when: {
                        "outcome": made[number].outcome,
                        "sentence": made[number].sentence,
                        "decidedBy": list(made[number].decided_by),
                        "logOnly": [{"policy": name, "flips": flips} for name, flips in made[number].log_only],
                    }
                    for when, made in zip(("before", "after"), self.looks, strict=False)
                },
            }
            for number, (typed, _) in enumerate(self.calls)
        ]


def _why(called: Called) -> str:
    said = f", by {', '.join(called.decided_by)}" if called.decided_by else ""
    if called.outcome == "refused" or (called.outcome == "denied" and not called.decided_by):
        said = f": {called.sentence}"
    other = "denied" if called.outcome == "allowed" else "allowed"
    flips = [name for name, flips in called.log_only if flips]
    return said + (f" (recorded: once enforced, {', '.join(flips)} would have it {other})" if flips else "")


def plain(value: Any) -> Any:
    """An input as JSON has it, where Cedar has a decimal, an instant or an entity."""
    if isinstance(value, Mapping):
        if "__extn" in value:
            inner = value["__extn"]
            return float(inner["arg"]) if inner["fn"] == "decimal" else inner["arg"]
        if "__entity" in value:
            return value["__entity"]["id"]
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value
