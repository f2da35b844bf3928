"""The answers to questions about what stands: Cedar's own, the solver's, and the reader's of what is offered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.analysis.offloop import Analyst
from bot.analysis.questions import Answer, Callers
from bot.analysis.review import ReviewFinding
from bot.analyst.glossing import GlossaryOf, no_glossary
from bot.blocks.difference import request_words
from bot.cedar import Asked, Gateway, GatewaySchema, Request, evaluate
from bot.dataplane.inputs import Inputs, Unfit
from bot.errors import BadInput, PolicyError
from bot.language.questions import NotRead, Question, read_question
from bot.questions import Near, Why, conditions, judged, narrow_permit, offered_rule, tool_question, why
from bot.review.asking import Removal
from bot.review.effect import NEW, Effect, effect_of_removal
from bot.review.engine import EngineState, standing
from bot.review.found import Finding
from bot.review.model import Proposal
from bot.review.reported import PolicyRecord


@dataclass(frozen=True)
class PolicyAnswers:
    """`bot.review.asking.Answerer`. `schema_of` keeps the schemas of gateways."""

    schema_of: Callable[[Gateway], Awaitable[GatewaySchema]]
    solver: Analyst
    glossary_of: GlossaryOf = no_glossary

    async def schema(self, gateway: Gateway) -> GatewaySchema:
        return await self.schema_of(gateway)

    async def why(self, state: EngineState, request: Request) -> Why:
        schema = await self.schema_of(state.gateway)
        return await asyncio.to_thread(why, standing(state), request, schema)

    async def answers(self, state: EngineState, about: str) -> tuple[Answer, ...]:
        return await self.solver.answers(standing(state), about, await self.schema_of(state.gateway))

    async def callers(self, state: EngineState, about: str) -> tuple[Callers, ...]:
        return await self.solver.callers(standing(state), about, await self.schema_of(state.gateway))

    async def tool_question(self, text: str, gateway: Gateway, of: Proposal | None = None) -> tuple[str, ...]:
        return await asyncio.to_thread(tool_question, text, gateway, self.glossary_of(of))

    async def question(self, text: str, gateway: Gateway, of: Proposal | None = None) -> Question:
        found = await asyncio.to_thread(read_question, text, gateway, glossary=self.glossary_of(of))
        if isinstance(found, NotRead):
            raise BadInput(found.description)
        return found

    async def offer(self, state: EngineState, request: Request, of: Proposal | None = None) -> str:
        schema = await self.schema_of(state.gateway)
        ours = narrow_permit(request, schema)
        glossary = self.glossary_of(of)
        worded = await asyncio.to_thread(offered_rule, ours, schema.gateway, glossary) if ours else None
        if worded is None:
            return ""
        # The rule is offered only if what the reader makes of it is exactly the permit that is meant, and is enough.
        readings = await self.solver.readings([ours], [worded.statement], schema)
        (piece,) = readings.pieces
        if piece is None or piece.verdict != "agree" or readings.missing:
            return ""
        policies = {**standing(state).enforced, NEW: worded.statement}
        decided = await asyncio.to_thread(evaluate, policies, request, schema)
        return worded.rule if decided.allowed else ""

    async def inputs(self, action: str, arguments: Mapping[str, Any], gateway: Gateway) -> dict[str, Any]:
        schema, tool = await self.schema_of(gateway), gateway.tool(action)
        if tool is None or action in schema.skipped:
            why_not = schema.skipped.get(action, "it is no tool of this channel's gateway")
            raise BadInput(f"The call is of {action[:100]}, of which nothing can be said here: {why_not}.")
        known = Inputs(schema)
        try:
            known.check(tool, arguments)
            return known.in_cedar(tool, arguments)
        except Unfit as unfit:
            raise BadInput(
                f"The call's arguments are not what {tool.name} takes: {'; '.join(unfit.problems)[:300]}"
            ) from unfit

    async def met(self, policies: Mapping[str, str], request: Request, gateway: Gateway) -> tuple[Near, ...]:
        schema = await self.schema_of(gateway)

        def judge() -> tuple[Near, ...]:
            try:
                parts = {name: conditions(text) for name, text in policies.items()}
            except PolicyError:
                return ()
            return tuple(judged(parts, Asked(request), schema))

        return await asyncio.to_thread(judge)

    async def removal(self, record: PolicyRecord, state: EngineState) -> Removal:
        if not record.statement:
            return Removal(unknown=record.unreadable or "AgentCore gave no statement")
        try:
            return await self._removal(effect_of_removal(record, state), state)
        except PolicyError as error:
            return Removal(unknown=error.sentence.rstrip("."))

    async def _removal(self, effect: Effect, state: EngineState) -> Removal:
        schema = await self.schema_of(state.gateway)
        found = await self.solver.analyse(
            effect.standing, effect.name, effect.statement, schema, candidate_free=effect.free, removed=True
        )
        beside = await self.solver.review_findings(effect.standing, effect.name, effect.statement, schema)
        findings = tuple(_finding(each) for each in beside)
        if effect.idle:
            return Removal(findings, idle=True)
        return Removal(findings, found.difference.as_json())


def _finding(found: ReviewFinding) -> Finding:
    said = found.sentence
    if found.example is not None:
        said += f" For example: {request_words(found.example.request)}."
    return Finding(found.kind, said, "policybot")
