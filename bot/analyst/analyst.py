"""The review's analyst: what a draft means, what it would change on an engine as it stands, whether it still would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cachetools import LRUCache

from bot.analysis.difference import unchanged
from bot.analysis.offloop import Analyst as OffLoop
from bot.analysis.offloop import OnAsk
from bot.analysis.review import ReviewFinding
from bot.analysis.whole import Analysis as Found
from bot.analyst import basis
from bot.analyst.boundaries import Boundaries, crossed
from bot.analyst.glossing import GlossaryOf, no_glossary
from bot.analyst.offering import example_rule, offers
from bot.analyst.outcomes import outcomes
from bot.analyst.recorded import RecordedCalls
from bot.analyst.second_reading import second_readings
from bot.blocks.difference import request_words
from bot.blocks.headline import GATEWAY, headlines
from bot.cedar import Gateway, GatewaySchema, Request, evaluate, parse_policy, schema_for
from bot.cedar.dogwood import plain_part
from bot.errors import PolicyError
from bot.language import Asset, translate
from bot.language.intent import finds_nothing
from bot.review.effect import NEW, Effect, effect_of
from bot.review.engine import EngineState, deciding, standing
from bot.review.found import Analysis, Becomes, Finding, Offer, SecondReading
from bot.review.in_english import in_english
from bot.review.model import Act, Draft, Proposal
from bot.review.reported import Piece
from bot.review.tested import Example, Held, held
from bot.review.trying import Trial
from bot.review.warnings import warnings

_TRIED = 10
_SCHEMAS = 256
"""Of how many gateways the schema is kept."""


class PolicyAnalyst:
    """`bot.review.ports.Analyst`, and the trial of one request. Close it with `aclose`."""

    def __init__(
        self,
        glossary_of: GlossaryOf | None = None,
        boundaries: Mapping[str, Boundaries] | None = None,
        recorded: RecordedCalls | None = None,
        *,
        on_ask: OnAsk | None = None,
        on_reading: Callable[[SecondReading], None] | None = None,
    ) -> None:
        self._on_reading = on_reading
        self._recorded = recorded or RecordedCalls({})
        self._glossary_of = glossary_of or no_glossary
        self._boundaries = boundaries or {}
        self._analysis = OffLoop(on_ask=on_ask)
        self._schemas: LRUCache[str, GatewaySchema] = LRUCache(_SCHEMAS)

    async def aclose(self) -> None:
        """End the solver's process."""
        await self._analysis.aclose()

    @property
    def solver(self) -> OffLoop:
        """The solver's processes, which others may ask as well."""
        return self._analysis

    async def schema(self, gateway: Gateway) -> GatewaySchema:
        """The Cedar schema of a gateway, made once for as long as the gateway stays as it is."""
        known = self._schemas.get(gateway.arn)
        if known is None or known.gateway != gateway:
            known = await asyncio.to_thread(schema_for, gateway)
            self._schemas[gateway.arn] = known
        return known

    async def usable(self, statement: str, gateway: Gateway, *, stays: bool = True) -> str:
        """Why a statement cannot be reviewed for exactly this gateway, as one sentence; empty when it can.

        One that goes (`stays` is False) need not fit the gateway's tools any more.
        """
        try:
            plain, _ = plain_part(statement)
            policy = parse_policy(plain)
        except PolicyError as error:
            return f"Cedar cannot read the statement: {error.sentence}"
        if policy.est["resource"]["op"] != "==" or policy.resources != (gateway.arn,):
            named = policy.resources[0] if policy.resources else "no single gateway"
            return f"The statement is for {named}, and this review is for {gateway.arn} alone."
        errors = (await self.schema(gateway)).validate(plain) if stays else ()
        if not errors:
            return ""
        # What Cedar does not know may well be there, among the tools that cannot be seen.
        hidden = [
            each.unseen
            for each in gateway.targets
            if {each.name} & {*policy.actions} or any(map(each.may_hide, policy.actions))
        ]
        return next(filter(None, hidden), f"The statement does not fit the gateway's tools: {'; '.join(errors)}")

    async def analyse(self, draft: Draft, state: EngineState) -> Analysis:
        """The analysis of a draft's act on an engine as it stands, without the second reading."""
        schema = await self.schema(state.gateway)
        statement = draft.statement or ""
        effect = effect_of(draft, state)
        found = await self._analysed(effect, schema)
        return Analysis(
            read_back=await asyncio.to_thread(in_english, statement, state.gateway),
            findings=tuple(map(_finding, found.findings)),
            warnings=warnings(statement, state),
            difference=found.difference.as_json(),
            refusal=_refusal(draft, found.engine_findings),
            crossing=await self.crossing(draft, state),
            basis=basis.of(effect, _texts(draft), state),
            engine_digest=state.digest,
            replay=None if effect.idle else await self._recorded.replayed(effect, schema),
        )

    async def _analysed(self, effect: Effect, schema: GatewaySchema) -> Found:
        """What an act changes, and what is known of its policy beside the others."""
        found = await self._analysis.analyse(
            effect.standing,
            effect.name,
            effect.statement,
            schema,
            candidate_free=effect.free,
            removed=effect.removed,
        )
        return replace(found, difference=unchanged(schema), findings=()) if effect.idle else found

    async def since(self, then: Sequence[str], now: Sequence[str], state: EngineState) -> Mapping[str, Any] | None:
        """The difference between two revisions of a change, each the statements that it has in force; JSON as
        `Analysis.difference`. None when one of them cannot be read or has conditions that are not Cedar, or when what
        stands beside them is not certain."""
        stands = standing(state)
        sides = [_named(statements) for statements in (then, now)]
        before, after = sides
        if stands.uncertain or before is None or after is None:
            return None
        schema = await self.schema(state.gateway)
        found = await self._analysis.difference({**stands.enforced, **before}, {**stands.enforced, **after}, schema)
        return found.as_json()

    async def between(self, then: EngineState, now: EngineState) -> Mapping[str, Any] | None:
        """What is decided otherwise now than then, on the tools as they were and are; None when something that stands,
        or stood, is not certain.

        Where the gateway asks the same engine in the same mode as then, it is what its engine decides, whatever comes
        of that.
        """
        same = (then.attached_engine_id, then.gateway_mode) == (now.attached_engine_id, now.gateway_mode)
        before, after = (_enforced(each) if same else deciding(each) for each in (then, now))
        if before is None or after is None:
            return None
        new = await self.schema(now.gateway)
        if _inputs(then.gateway) == _inputs(now.gateway):
            return (await self._analysis.difference(before, after, new)).as_json()
        old = await asyncio.to_thread(schema_for, then.gateway)
        return (await self._analysis.retooled(before, after, old, new)).as_json()

    async def crossing(self, draft: Draft, state: EngineState) -> str:
        """Which of the team's boundaries the draft would cross, or may cross; empty when it is proved to cross none."""
        boundaries = self._boundaries.get(state.gateway.arn)
        if boundaries is None:
            return ""
        return await crossed(boundaries, effect_of(draft, state), await self.schema(state.gateway), self._analysis)

    async def second_readings(
        self, rule: str, statements: Sequence[str | None], gateway: Gateway, of: Proposal | None = None
    ) -> tuple[tuple[SecondReading | None, ...], tuple[str, ...]]:
        """Our own reading of the rule beside each generated statement, and what the generation forgot."""
        schema = await self.schema(gateway)
        glossary = self._glossary_of(of)
        seconds, missing = await second_readings(rule, statements, schema, glossary, self._analysis)
        for second in filter(None, seconds):
            if self._on_reading is not None:
                self._on_reading(second)
        return seconds, missing

    async def read(self, rule: str, gateway: Gateway, of: Proposal | None = None) -> tuple[Piece, ...]:
        """What our reader makes of a rule, piece by piece."""
        found = await asyncio.to_thread(translate, rule, gateway, glossary=self._glossary_of(of))
        return tuple(_piece(asset, gateway) for asset in found)

    async def example(self, gateway: Gateway, of: Proposal | None = None) -> str:
        """A rule that our reader understands for a gateway, about its first tool that has one; empty when none has."""
        tools = (await self.schema(gateway)).tools[:_TRIED]
        return await asyncio.to_thread(example_rule, tools, gateway, self._glossary_of(of))

    async def finds_no_rule(self, rule: str, gateway: Gateway, of: Proposal | None = None) -> bool:
        """Whether our reader finds neither a tool, an effect nor people in a text."""
        return await asyncio.to_thread(finds_nothing, rule, gateway, self._glossary_of(of))

    async def offers(
        self, rule: str, fragments: Sequence[str], gateway: Gateway, of: Proposal | None = None
    ) -> tuple[tuple[Offer, ...], ...]:
        """Whole rules that could be proposed instead of one that our reader cannot settle, for each fragment of it."""
        return await asyncio.to_thread(offers, rule, fragments, gateway, self._glossary_of(of))

    async def still_holds(self, draft: Draft, state: EngineState) -> bool:
        """Whether the draft, on the engine as it stands now, would change exactly what `draft.analysis` shows."""
        effect = effect_of(draft, state)
        shown, now = draft.analysis.basis, basis.of(effect, _texts(draft), state)
        if shown is None or basis.surroundings(shown) != basis.surroundings(now):
            return False
        if shown == now:
            return True
        if effect.idle:
            return basis.standing_of(shown).enforced == basis.standing_of(now).enforced
        schema = await self.schema(state.gateway)
        then, today = basis.standing_of(shown), basis.standing_of(now)
        return await self._analysis.same_change(then, today, effect.statement, schema, name=effect.name) is True

    async def becomes(self, draft: Draft, state: EngineState) -> Becomes | None:
        """What the draft changes on an engine as it will be; None where that is what `draft.analysis` shows."""
        effect = effect_of(draft, state)
        if effect.idle or await self.still_holds(draft, state):
            return None
        found = await self._analysed(effect, await self.schema(state.gateway))
        kept = (each for each in draft.analysis.warnings if each.type in GATEWAY)
        then = Analysis(
            difference=found.difference.as_json(), findings=tuple(map(_finding, found.findings)), warnings=tuple(kept)
        )
        said = headlines(replace(draft, analysis=then, findings=(), evidence=None))[-1]
        return Becomes(said, found.difference.as_json())

    async def tested(self, draft: Draft, state: EngineState, examples: Sequence[Example]) -> Held:
        """What a draft makes of the tests of its route, whatever becomes of what is uncertain."""
        if not examples:
            return Held()
        schema = await self.schema(state.gateway)
        effect = effect_of(draft, state)
        return held(examples, await asyncio.to_thread(outcomes, effect, standing(state), examples, schema))

    async def try_request(self, draft: Draft, request: Request, state: EngineState) -> Trial:
        """What Cedar decides on a request today, and with the draft in force. Raises PolicyError."""
        schema = await self.schema(state.gateway)
        effect = effect_of(draft, state)
        enforced = dict(standing(state).enforced)
        today = await asyncio.to_thread(evaluate, enforced, request, schema)
        after = await asyncio.to_thread(evaluate, effect.after(), request, schema)
        return Trial(today, after, tuple(f"{each.name} {each.why}" for each in effect.standing.uncertain))


def _enforced(state: EngineState) -> Mapping[str, str] | None:
    """What an engine decides by; None when that is not certain."""
    stands = standing(state)
    return None if stands.uncertain else stands.enforced


def _inputs(gateway: Gateway) -> dict[str, object]:
    """What the tools of a gateway take, and why the others cannot be seen."""
    unseen: dict[str, object] = {each.name: each.unreadable for each in gateway.targets if each.unreadable}
    return unseen | {each.action: (each.input_schema, each.spoiled) for each in gateway.tools}


def _texts(draft: Draft) -> tuple[str, ...]:
    """The plain Cedar of all that a draft puts in place or takes away."""
    texts = (draft.statement or "", draft.before.statement if draft.before else "")
    return tuple(plain_part(text)[0] for text in texts if text)


def _named(statements: Sequence[str]) -> dict[str, str] | None:
    """Statements under names that no policy has; None when one of them is not plain Cedar."""
    try:
        parts = [plain_part(statement) for statement in statements]
    except PolicyError:
        return None
    if any(blocks for _, blocks in parts):
        return None
    return {f"{NEW} {number}": plain for number, (plain, _) in enumerate(parts, 1)}


def _refusal(draft: Draft, expected: Sequence[str]) -> str:
    """What AgentCore's own analysis will have against the draft, said before anybody approves in vain."""
    if draft.validation_mode != "FAIL_ON_ANY_FINDINGS" or draft.act is Act.REVOKE:
        return ""
    return next((said for said in expected if not said.startswith("Not analysed")), "")


def _piece(asset: Asset, gateway: Gateway) -> Piece:
    why = " ".join(each.description for each in asset.findings if each.description)
    said = in_english(asset.statement, gateway) if asset.statement else why
    return Piece(asset.fragment, said, bool(asset.statement))


def _finding(found: ReviewFinding) -> Finding:
    said = found.sentence
    if found.example is not None:
        said += f" For example: {request_words(found.example.request)}."
    return Finding(found.kind, said, "policybot")
