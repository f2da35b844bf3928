"""The review's analyst: the read-back of a draft, and what `bot.analysis` proves about it, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.analysis.offloop import Analyst as Analysis
from bot.analysis.review import ReviewFinding
from bot.blocks import Trial
from bot.blocks.difference import request_words
from bot.cedar import Gateway, GatewaySchema, Request, digest, evaluate, schema_for
from bot.errors import PolicyError
from bot.review import model
from bot.translate.readback import read_back

DRAFT = "this policy"
"""What the draft is called among the engine's policies."""


class PolicyAnalyst:
    """`bot.review.ports.Analyst`, and the trial of one request. Close it with `aclose`."""

    def __init__(self, validation_mode: str) -> None:
        self._validated = validation_mode == "FAIL_ON_ANY_FINDINGS"
        self._analysis = Analysis()
        self._schemas: dict[str, GatewaySchema] = {}

    async def aclose(self) -> None:
        """End the solver's process."""
        await self._analysis.aclose()

    async def schema(self, gateway: Gateway) -> GatewaySchema:
        """The Cedar schema of a gateway, made once for as long as the gateway stays as it is."""
        known = self._schemas.get(gateway.arn)
        if known is None or known.gateway != gateway:
            known = await asyncio.to_thread(schema_for, gateway)
            self._schemas[gateway.arn] = known
        return known

    async def analyse(self, statement: str, gateway: Gateway, existing: Mapping[str, str]) -> model.Analysis:
        """The analysis of a statement against an engine's policies of today (name → statement)."""
        schema = await self.schema(gateway)
        unread = sorted(name for name, text in existing.items() if not text)
        before = {name: text for name, text in existing.items() if text}
        found = await self._analysis.analyse(before, DRAFT, statement, schema)
        expected = found.engine_findings[:1] if self._validated else ()
        return model.Analysis(
            read_back=await asyncio.to_thread(_read_back, statement, gateway),
            findings=(*map(_finding, found.findings), *_unread(unread), *map(_expected, expected)),
            difference=found.difference.as_json(),
            signature=digest(found.difference.signature(), *unread),
            engine_digest=digest(*(part for name in sorted(existing) for part in (name, existing[name]))),
        )

    async def try_request(
        self, statement: str, request: Request, gateway: Gateway, existing: Mapping[str, str]
    ) -> Trial:
        """What Cedar decides on a request today, and with the statement in force. Raises PolicyError."""
        schema = await self.schema(gateway)
        before = {name: text for name, text in existing.items() if text}
        today = await asyncio.to_thread(evaluate, before, request, schema)
        after = await asyncio.to_thread(evaluate, {**before, DRAFT: statement}, request, schema)
        return Trial(today, after)


def _read_back(statement: str, gateway: Gateway) -> str:
    try:
        return read_back(statement, gateway)
    except PolicyError as error:
        return f"This policy has no reading in English: {error.sentence}"


def _finding(found: ReviewFinding) -> model.Finding:
    said = found.sentence
    if found.example is not None:
        said += f" For example: {request_words(found.example.request)}."
    return model.Finding(found.kind.replace(" ", "_"), said, "policybot")


def _expected(reason: str) -> model.Finding:
    """What AgentCore's own validation will have against it at creation, said before anybody approves in vain."""
    return model.Finding("validation", reason, "policybot")


def _unread(names: list[str]) -> tuple[model.Finding, ...]:
    if not names:
        return ()
    said = f"AgentCore did not give the statement of {', '.join(names)}, so it is not in the comparison."
    return (model.Finding("not_analysed", said, "policybot"),)
