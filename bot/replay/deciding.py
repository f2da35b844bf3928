"""Recorded calls decided by two sets of policies, and told apart by whether the sets agree on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.cedar import Asked, Decision, GatewaySchema, PreparedPolicies, Request, Tool, parse_policy
from bot.cedar.dogwood import plain_part
from bot.dataplane.callers import tags_of
from bot.dataplane.inputs import Inputs, Unfit
from bot.replay.callers import Callers
from bot.replay.calls import RecordedCall

Kind = Literal["same", "allowed", "denied", "depends", "unsure", "unfit"]
_BATCH = 500
_BEFORE_EFFECT = re.compile(r'(?:"(?:\\.|[^"\\])*"|//[^\r\n]*|@\w+|[\s()])*')
_NOON = "2026-01-01T12:00:00.000Z"


@dataclass(frozen=True)
class Outcome:
    """One call and what the change does to it.

    `kind` is `allowed` (denied before, allowed after), `denied` (the other way round), `same`, `depends` (on claims
    that the record does not hold: `claims` are some with which it is decided otherwise), `unsure` (on what is not
    certain of the policies, where several replays differ) or `unfit` (`why` says what is wrong with it). `policies` are
    the names of those that decide after the change; none for a denial by default.
    """

    call: RecordedCall
    kind: Kind
    before: bool = False
    after: bool = False
    policies: tuple[str, ...] = ()
    claims: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class Replayed:
    """What became of all calls, in their order."""

    outcomes: tuple[Outcome, ...]

    def of(self, *kinds: Kind) -> tuple[Outcome, ...]:
        return tuple(each for each in self.outcomes if each.kind in kinds)


def replay(
    calls: Iterable[RecordedCall], before: Mapping[str, str], after: Mapping[str, str], schema: GatewaySchema
) -> Replayed:
    """Decide each call by the policies of before and of after, name → statement. Raises PolicyError."""
    run = _Run(_Both(before, after), schema)
    callers = Callers((*before.values(), *after.values()))
    inputs = Inputs(schema)
    tools = {tool.action: tool for tool in schema.gateway.tools}
    found: list[Outcome | list[_Tried]] = []
    for call in calls:
        try:
            request = _request(call, tools.get(call.action), inputs, schema)
        except Unfit as unfit:
            found.append(Outcome(call, "unfit", why="; ".join(unfit.problems)))
            continue
        who = [({}, request)] if call.claims is not None else callers.of(request)
        found.append([run.ask(call, claims, each) for claims, each in who])
    run.finish()
    return Replayed(tuple(each if isinstance(each, Outcome) else _settled(each) for each in found))


@dataclass
class _Tried:
    """A call as from one caller, and what came of it once its batch is decided."""

    call: RecordedCall
    claims: Mapping[str, str]
    outcome: Outcome | None = None


class _Run:
    """Decides in batches, each of one caller."""

    def __init__(self, both: _Both, schema: GatewaySchema) -> None:
        self._both = both
        self._schema = schema
        self._waiting: dict[tuple[object, ...], list[tuple[_Tried, Asked]]] = {}

    def ask(self, call: RecordedCall, claims: Mapping[str, str], request: Request) -> _Tried:
        """Have a call decided, now or later."""
        tried = _Tried(call, claims)
        key = (request.principal_type, request.principal_id, *request.tags.items())
        batch = self._waiting.setdefault(key, [])
        batch.append((tried, Asked(request)))
        if len(batch) == _BATCH:
            self._decide(self._waiting.pop(key))
        return tried

    def finish(self) -> None:
        """Decide all that waits."""
        for batch in self._waiting.values():
            self._decide(batch)
        self._waiting.clear()

    def _decide(self, batch: Sequence[tuple[_Tried, Asked]]) -> None:
        decided = self._both.prepared.decide_each([asked for _, asked in batch], self._schema)
        for (tried, _), found in zip(batch, decided, strict=True):
            tried.outcome = self._both.outcome(tried.call, found)


def _settled(tries: Sequence[_Tried]) -> Outcome:
    """What a call comes to, seen from every caller that it can be from.

    What was recorded as decided leaves only those for whom the policies of before decide it so.
    """
    if len(tries) == 1 and tries[0].outcome is not None:
        return tries[0].outcome
    found = [(tried.claims, tried.outcome) for tried in tries if tried.outcome is not None]
    recorded = tries[0].call.decision
    likely = [pair for pair in found if not recorded or pair[1].before == (recorded == "ALLOW")] or found
    if len({outcome.kind for _, outcome in likely}) == 1:
        return likely[0][1]
    claims, flip = next(pair for pair in likely if pair[1].kind != "same")
    return replace(flip, kind="depends", claims=claims)


class _Both:
    """Two sets of policies, each of which is evaluated once: as a permit, so that Cedar names every one that matches.

    What the sets decide follows from that: allowed is what a permit matches and no forbid does. An opaque policy, with
    conditions that are not Cedar, permits nothing and forbids all that its Cedar part matches, as the gateway has it.
    """

    def __init__(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        self._forbids: set[str] = set()
        self._named: dict[str, tuple[str | None, str | None]] = {}
        texts: dict[str, str] = {}
        by_text: dict[str, str] = {}
        for side, policies in enumerate((before, after)):
            for name, statement in policies.items():
                text, kinds = plain_part(statement)
                effect = parse_policy(text).effect
                if kinds and effect == "permit":
                    continue
                key = by_text.setdefault(text, f"{side}{name}")
                texts[key] = _as_permit(text)
                if effect == "forbid":
                    self._forbids.add(key)
                here = self._named.get(key, (None, None))
                self._named[key] = (name, here[1]) if side == 0 else (here[0], name)
        self.prepared = PreparedPolicies(texts)

    def outcome(self, call: RecordedCall, found: Decision | None) -> Outcome:
        """What the sets decide on a call, by the policies that match it; None for one that Cedar cannot read."""
        if found is None:
            return Outcome(call, "unfit", why="its input holds an address or a duration that is none")
        (before, _), (after, names) = self._side(found.reasons, 0), self._side(found.reasons, 1)
        kind: Kind = "same" if before == after else "allowed" if after else "denied"
        return Outcome(call, kind, before, after, names)

    def _side(self, matching: Sequence[str], side: int) -> tuple[bool, tuple[str, ...]]:
        permits: list[str] = []
        forbids: list[str] = []
        for key in matching:
            name = self._named[key][side]
            if name is not None:
                (forbids if key in self._forbids else permits).append(name)
        return bool(permits) and not forbids, tuple(sorted(forbids or permits))


def _as_permit(text: str) -> str:
    found = _BEFORE_EFFECT.match(text)
    at = found.end() if found else 0
    return f"{text[:at]}permit{text[at + len('forbid') :]}" if text.startswith("forbid", at) else text


def _request(call: RecordedCall, tool: Tool | None, inputs: Inputs, schema: GatewaySchema) -> Request:
    """The call as policies see it. Raises Unfit."""
    if tool is None:
        raise Unfit((f"the gateway has no tool {call.action}",))
    if call.action in schema.skipped:
        raise Unfit((f"Cedar cannot express {call.action}: {schema.skipped[call.action]}",))
    told = inputs.in_cedar(tool, call.arguments)
    return Request(
        call.principal_type,
        call.principal_id,
        call.action,
        schema.gateway.arn,
        told,
        tags_of(call.claims or {}),
        call.time or _NOON,
    )
