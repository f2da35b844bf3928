"""What AgentCore reports: generations, their assets, and policies."""

from __future__ import annotations

from dataclasses import dataclass

from bot.review.found import Finding


@dataclass(frozen=True)
class Generation:
    """A generation as AgentCore reports it: GENERATING, GENERATED, GENERATE_FAILED or DELETE_FAILED."""

    generation_id: str
    name: str
    status: str
    status_reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asset:
    """One asset of a generation, as AgentCore lists it. `statement` is None when nothing could be translated."""

    asset_id: str
    fragment: str
    statement: str | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Piece:
    """A piece of a rule as our own reader has it: what it says as a policy, or why it is none."""

    fragment: str
    said: str
    read: bool


@dataclass(frozen=True)
class PolicyRecord:
    """A policy as AgentCore reports it. `statement` is empty when it cannot be had; `unreadable` says why."""

    policy_id: str
    name: str
    status: str
    statement: str = ""
    enforcement_mode: str = "ACTIVE"
    status_reasons: tuple[str, ...] = ()
    unreadable: str = ""
    description: str = ""
