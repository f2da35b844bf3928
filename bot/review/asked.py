"""What is answered to a question about the policies that stand: values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.analysis.questions import Answer, Callers
from bot.cedar import GatewaySchema, Request
from bot.language.questions import Kind
from bot.questions import Denial, Near, Why
from bot.review.engine import EngineState
from bot.review.found import Finding
from bot.review.listing import Detail
from bot.review.model import Proposal


class Gate(StrEnum):
    """What the gateway does with what an engine says."""

    ENFORCED = "enforced"
    RECORDED = "recorded"
    """The gateway is in LOG_ONLY: every call goes through."""
    UNASKED = "unasked"
    """The gateway asks no engine: every call goes through."""
    ELSEWHERE = "elsewhere"
    """The gateway does what another engine says."""


def gate_of(state: EngineState) -> Gate:
    """What becomes of the engine's decisions at its gateway now."""
    if state.enforcing:
        return Gate.ENFORCED
    if not state.attached_engine_id:
        return Gate.UNASKED
    return Gate.RECORDED if state.gateway_mode == "LOG_ONLY" else Gate.ELSEWHERE


@dataclass(frozen=True)
class Here:
    """What stands where somebody asks, read at one moment: they may propose there."""

    place: Proposal
    state: EngineState
    schema: GatewaySchema
    now: datetime

    @property
    def gate(self) -> Gate:
        return gate_of(self.state)


@dataclass(frozen=True)
class Call:
    """A call that is asked about: its inputs but for those that are `missing`, which may be anything.

    `named`: with the caller's id, else whoever has these claims. `anyone`: nothing is known of the caller.
    """

    request: Request
    missing: tuple[str, ...] = ()
    named: bool = False
    anyone: bool = False


@dataclass(frozen=True)
class CallAnswer:
    """Why a call is allowed or denied (`why`), or what becomes of all calls like it (`answer`) where something of it is
    open. `claims` are those that policies of the tool ask for, `said` the named policies in English, `looks` their ids
    for a closer look. `offer` is a rule that would allow exactly such calls, where that is all that is missing."""

    gate: Gate
    call: Call
    why: Why | None = None
    answer: Answer | None = None
    claims: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    looks: Mapping[str, str] = field(default_factory=dict)
    offer: str = ""


@dataclass(frozen=True)
class AskAnswer:
    """The answer to a question: what each policy text that it was read as says (`read`), and who may make the calls
    (`who`), or whether they are allowed (`whether`, `what`), tool by tool. `denied`: it asks what is not allowed."""

    gate: Gate
    kind: Kind
    read: tuple[str, ...]
    denied: bool = False
    callers: tuple[Callers, ...] = ()
    answers: tuple[Answer, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LoggedCall:
    """A call as the gateway's log has it; claims are not in it. `policies` are the ids of those that decided."""

    action: str
    arguments: Mapping[str, Any]
    principal_type: str
    principal_id: str = ""
    time: str = ""
    decision: str = ""
    policies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Blamed:
    """A policy that a denial names, as it stands now: `mode` is empty where it is gone. `near` are its conditions, held
    against the call where that is known. `permits`: it is a permit, and by itself denies nothing."""

    name: str
    policy_id: str = ""
    mode: str = ""
    said: str = ""
    near: Near | None = None
    permits: bool = False


@dataclass(frozen=True)
class DenialAnswer:
    """What is to be said of a denial: the policies that it names, and the call as it would be decided today.

    `logged` is the call in the gateway's log, or why it cannot be had. `asks` are the conditions of permits of the tool
    that a call of which the claims are not known meets or not: the rest is unclear.
    """

    gate: Gate
    denial: Denial
    blamed: tuple[Blamed, ...] = ()
    call: CallAnswer | None = None
    logged: LoggedCall | str = ""
    asks: tuple[Near, ...] = ()


@dataclass(frozen=True)
class Explained:
    """A policy with what is to be known of it as it stands, and what falls if it goes: the difference of its removal,
    JSON as of `bot.analysis.Difference`, None when it is not known, and then `unknown` says why. `idle`: it decides
    nothing today."""

    gate: Gate
    detail: Detail
    findings: tuple[Finding, ...] = ()
    difference: Mapping[str, Any] | None = None
    idle: bool = False
    unknown: str = ""
