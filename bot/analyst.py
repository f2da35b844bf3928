"""The review's analyst: what a draft means, what it would change on an engine as it stands, whether it still would."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from bot import basis
from bot.analysis.offloop import Analyst
from bot.analysis.review import ReviewFinding
from bot.blocks import Trial
from bot.blocks.difference import request_words
from bot.boundaries import Boundaries, crossed
from bot.cedar import Gateway, GatewaySchema, Request, evaluate, parse_policy, schema_for
from bot.cedar.dogwood import plain_part
from bot.errors import PolicyError
from bot.language import Glossary
from bot.language.readback import read_back
from bot.review import model
from bot.review.engine import EngineState, standing
from bot.review.warnings import warnings
from bot.second_reading import second_readings

DRAFT = "this policy"
"""What the draft is called among the engine's policies; no policy of AgentCore can be called so."""


class PolicyAnalyst:
    """`bot.review.ports.Analyst`, and the trial of one request. Close it with `aclose`."""

    def __init__(self, glossary: Glossary | None = None, boundaries: Mapping[str, Boundaries] | None = None) -> None:
        self._glossary = glossary or Glossary()
        self._boundaries = boundaries or {}
        self._analysis = Analyst()
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

    async def usable(self, statement: str, gateway: Gateway) -> str:
        """Why a statement cannot be created for exactly this gateway, as one sentence; empty when it can."""
        try:
            plain, _ = plain_part(statement)
            policy = parse_policy(plain)
        except PolicyError as error:
            return f"Cedar cannot read the statement: {error.sentence}"
        if policy.est["resource"]["op"] != "==" or policy.resources != (gateway.arn,):
            named = policy.resources[0] if policy.resources else "no single gateway"
            return f"The statement is for {named}, and this review is for {gateway.arn} alone."
        errors = (await self.schema(gateway)).validate(plain)
        return f"The statement does not fit the gateway's tools: {'; '.join(errors)}" if errors else ""

    async def analyse(self, draft: model.Draft, state: EngineState) -> model.Analysis:
        """The analysis of a draft's statement against an engine as it stands, without the second reading."""
        schema = await self.schema(state.gateway)
        statement = draft.statement or ""
        plain, blocks = plain_part(statement)
        stands = standing(state)
        found = await self._analysis.analyse(stands, DRAFT, plain, schema, candidate_free=bool(blocks))
        return model.Analysis(
            read_back=await asyncio.to_thread(_read_back, statement, state.gateway),
            findings=tuple(map(_finding, found.findings)),
            warnings=warnings(statement, state),
            difference=found.difference.as_json(),
            refusal=_refusal(draft, found.engine_findings),
            crossing=await self.crossing(draft, state),
            basis=basis.of(plain, state),
            engine_digest=state.digest,
        )

    async def crossing(self, draft: model.Draft, state: EngineState) -> str:
        """Which of the team's boundaries the draft would cross, or may cross; empty when it is proved to cross none."""
        boundaries = self._boundaries.get(state.gateway.arn)
        if boundaries is None:
            return ""
        plain, _ = plain_part(draft.statement or "")
        schema = await self.schema(state.gateway)
        return await crossed(boundaries, standing(state), DRAFT, plain, schema, self._analysis)

    async def second_readings(
        self, rule: str, statements: Sequence[str | None], gateway: Gateway
    ) -> tuple[tuple[model.SecondReading | None, ...], tuple[str, ...]]:
        """Our own reading of the rule beside each generated statement, and what the generation forgot."""
        schema = await self.schema(gateway)
        return await second_readings(rule, statements, schema, self._glossary, self._analysis)

    async def still_holds(self, draft: model.Draft, state: EngineState) -> bool:
        """Whether the draft, on the engine as it stands now, would change exactly what `draft.analysis` shows."""
        plain, _ = plain_part(draft.statement or "")
        shown, now = draft.analysis.basis, basis.of(plain, state)
        if shown is None or basis.surroundings(shown) != basis.surroundings(now):
            return False
        if shown == now:
            return True
        schema = await self.schema(state.gateway)
        then, today = basis.standing_of(shown), basis.standing_of(now)
        return await self._analysis.same_change(then, today, plain, schema, name=DRAFT) is True

    async def try_request(self, statement: str, request: Request, state: EngineState) -> Trial:
        """What Cedar decides on a request today, and with the statement in force. Raises PolicyError."""
        schema = await self.schema(state.gateway)
        plain, _ = plain_part(statement)
        stands = standing(state)
        today = await asyncio.to_thread(evaluate, stands.enforced, request, schema)
        after = await asyncio.to_thread(evaluate, {**stands.enforced, DRAFT: plain}, request, schema)
        return Trial(today, after, tuple(f"{each.name} {each.why}" for each in stands.uncertain))


def _read_back(statement: str, gateway: Gateway) -> str:
    try:
        plain, blocks = plain_part(statement)
        said = read_back(plain, gateway)
    except PolicyError as error:
        return f"This policy has no reading in English: {error.sentence}"
    if not blocks:
        return said
    kinds = " and ".join(dict.fromkeys(blocks))
    return f"{said} Its {kinds} conditions narrow this further; they are in the statement and are not read back."


def _refusal(draft: model.Draft, expected: Sequence[str]) -> str:
    """What AgentCore's own analysis will have against the draft at creation, said before anybody approves in vain."""
    if draft.validation_mode != "FAIL_ON_ANY_FINDINGS":
        return ""
    return next((said for said in expected if not said.startswith("Not analysed")), "")


def _finding(found: ReviewFinding) -> model.Finding:
    said = found.sentence
    if found.example is not None:
        said += f" For example: {request_words(found.example.request)}."
    return model.Finding(found.kind.replace(" ", "_"), said, "policybot")
