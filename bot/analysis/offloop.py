"""The analysis beside an event loop, in processes of its own."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

from bot.analysis.boundaries import Broken, Kind
from bot.analysis.change import Change
from bot.analysis.difference import Difference
from bot.analysis.findings import Finding
from bot.analysis.processes import NoAnswer, Processes
from bot.analysis.questions import Answer, Callers
from bot.analysis.readings import PieceReading, Readings
from bot.analysis.review import ReviewFinding, not_analysed
from bot.analysis.sets.session import Limits
from bot.analysis.standing import Standing
from bot.analysis.whole import Analysis
from bot.cedar.gateway import IAM_ENTITY, OAUTH_USER, Gateway
from bot.cedar.schema import GatewaySchema
from bot.errors import PolicybotError

# On top of the limit for a review: reading the policies, asking Cedar.
_GRACE_SECONDS = 10.0
_QUICK_SECONDS = 2.0

OnAsk = Callable[[str, str, float], None]
"""Told of a question that was put: which, whether it was `answered`, `partly`, or `unanswered` in time, its seconds."""


class Analyst:
    """The functions of `bot.analysis` as coroutines; each keeps to `limits`. They wait for one another as long as they
    are quick, and `slow` of them (by default one for each core but one) may take longer than `quick_seconds` at a time.

    Without an answer in time the outcome is "not analysed", as when the solver itself runs out of time.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        grace_seconds: float = _GRACE_SECONDS,
        quick_seconds: float = _QUICK_SECONDS,
        slow: int | None = None,
        on_ask: OnAsk | None = None,
    ) -> None:
        self._on_ask = on_ask
        self._limits = limits or Limits()
        self._grace_seconds = grace_seconds
        self._processes = Processes(quick_seconds, slow)

    async def difference(
        self, before: Mapping[str, str], after: Mapping[str, str], schema: GatewaySchema
    ) -> Difference:
        """`bot.analysis.difference`."""
        try:
            found = await self._ask("difference", [schema.gateway], dict(before), dict(after))
        except NoAnswer as why:
            return _nothing_known(schema, str(why))
        assert isinstance(found, Difference)
        return found

    async def retooled(
        self, before: Mapping[str, str], after: Mapping[str, str], then: GatewaySchema, now: GatewaySchema
    ) -> Difference:
        """`bot.analysis.retooled`."""
        try:
            found = await self._ask("retooled", [then.gateway, now.gateway], dict(before), dict(after))
        except NoAnswer as why:
            return _nothing_known(now, str(why))
        assert isinstance(found, Difference)
        return found

    async def analyse(
        self,
        standing: Standing,
        name: str,
        candidate: str,
        schema: GatewaySchema,
        *,
        candidate_free: bool = False,
        removed: bool = False,
    ) -> Analysis:
        """`bot.analysis.analyse`: all that a card shows, under one limit."""
        try:
            found = await self._ask("analyse", [schema.gateway], standing, name, candidate, candidate_free, removed)
        except NoAnswer as why:
            unknown = not_analysed(str(why))
            return Analysis(_nothing_known(schema, str(why)), (unknown,), (unknown.sentence,))
        assert isinstance(found, Analysis)
        return found

    async def same_change(
        self, then: Standing, now: Standing, candidate: str, schema: GatewaySchema, *, name: str
    ) -> bool | None:
        """`bot.analysis.same_change`; None when it is not known."""
        try:
            found = await self._ask("same_change", [schema.gateway], then, now, candidate, name)
        except NoAnswer:
            return None
        assert found is None or isinstance(found, bool)
        return found

    async def readings(self, ours: Sequence[str], theirs: Sequence[str | None], schema: GatewaySchema) -> Readings:
        """`bot.analysis.readings`."""
        try:
            found = await self._ask("readings", [schema.gateway], tuple(ours), tuple(theirs))
        except NoAnswer as why:
            unknown = PieceReading("unknown", reason=str(why))
            return Readings(tuple(unknown if text else None for text in theirs), ())
        assert isinstance(found, Readings)
        return found

    async def broken(
        self,
        policies: Mapping[str, str],
        must_never: Mapping[str, str],
        must_allow: Mapping[str, str],
        schema: GatewaySchema,
    ) -> tuple[Broken, ...]:
        """`bot.analysis.boundaries.broken`; every boundary is in doubt without an answer."""
        try:
            found = await self._ask("broken", [schema.gateway], dict(policies), dict(must_never), dict(must_allow))
        except NoAnswer as why:
            kinds: tuple[tuple[Kind, Mapping[str, str]], ...] = (("must never", must_never), ("must allow", must_allow))
            return tuple(Broken(kind, name, reason=str(why)) for kind, names in kinds for name in names)
        return tuple(found)

    async def policy_findings(self, statement: str, schema: GatewaySchema) -> tuple[Finding, ...]:
        """`bot.analysis.policy_findings`."""
        try:
            return tuple(await self._ask("policy_findings", [schema.gateway], statement))
        except NoAnswer as why:
            return (Finding("VALID", f"Not analysed: {why}."),)

    async def engine_findings(
        self, standing: Standing, name: str, candidate: str, schemas: Sequence[GatewaySchema]
    ) -> tuple[str, ...]:
        """`bot.analysis.engine_findings`."""
        gateways = [schema.gateway for schema in schemas]
        try:
            return tuple(await self._ask("engine_findings", gateways, standing, name, candidate))
        except NoAnswer as why:
            return (f"Not analysed: {why}.",)

    async def review_findings(
        self, standing: Standing, name: str, candidate: str, schema: GatewaySchema
    ) -> tuple[ReviewFinding, ...]:
        """`bot.analysis.review_findings`."""
        try:
            return tuple(await self._ask("review_findings", [schema.gateway], standing, name, candidate))
        except NoAnswer as why:
            return (not_analysed(str(why)),)

    async def answers(self, standing: Standing, about: str, schema: GatewaySchema) -> tuple[Answer, ...]:
        """`bot.analysis.questions.answers`; one of no tool that gives the reason, without an answer."""
        try:
            return tuple(await self._ask("answers", [schema.gateway], standing, about))
        except NoAnswer as why:
            return (Answer("", reason=str(why)),)

    async def callers(self, standing: Standing, about: str, schema: GatewaySchema) -> tuple[Callers, ...]:
        """`bot.analysis.questions.callers`; likewise."""
        try:
            return tuple(await self._ask("callers", [schema.gateway], standing, about))
        except NoAnswer as why:
            return (Callers("", reason=str(why)),)

    async def aclose(self) -> None:
        """End the processes. A later call starts another."""
        await self._processes.aclose()

    async def __aenter__(self) -> Analyst:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _ask(self, call: str, gateways: Sequence[Gateway], *arguments: Any) -> Any:
        message = pickle.dumps((call, [pickle.dumps(gateway) for gateway in gateways], (*arguments, self._limits)))
        began = time.monotonic()
        try:
            succeeded, value = await self._processes.ask(message, self._limits.review_seconds + self._grace_seconds)
        except NoAnswer:
            self._tell(call, "unanswered", time.monotonic() - began)
            raise
        self._tell(call, "partly" if _is_partly(value) else "answered", time.monotonic() - began)
        if not succeeded:
            assert isinstance(value, PolicybotError)
            raise value
        return value

    def _tell(self, call: str, outcome: str, seconds: float) -> None:
        if self._on_ask is not None:
            self._on_ask(call, outcome, seconds)


def _is_partly(answer: object) -> bool:
    """Whether something of an answer was not analysed, such as for want of time."""
    found = answer.difference if isinstance(answer, Analysis) else answer
    return isinstance(found, Difference) and any(each.status == "not analysed" for each in found.changes)


def _nothing_known(schema: GatewaySchema, reason: str) -> Difference:
    return Difference(
        tuple(
            Change(principal, tool.action, "not analysed", reason=reason)
            for tool in schema.tools
            for principal in (OAUTH_USER, IAM_ENTITY)
        )
    )
