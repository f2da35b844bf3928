"""The state of a policy engine for one gateway, and what of it is enforced: values in, values out, no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.analysis.standing import Standing, Uncertain
from bot.cedar import Gateway, digest, parse_policy
from bot.cedar.dogwood import plain_part
from bot.errors import PolicyError
from bot.review.reported import PolicyRecord

_ON_ITS_WAY = {
    "CREATING": "is still being created",
    "DELETING": "is being deleted",
    "DELETE_FAILED": "could not be deleted",
    "UPDATING": "is being updated",
    "UPDATE_FAILED": "could not be updated",
}

_CHANGING = ("UPDATING", "UPDATE_FAILED")


@dataclass(frozen=True)
class PolicySummary:
    """A policy without its text, by which is seen that it was changed."""

    policy_id: str
    name: str
    status: str
    enforcement_mode: str
    updated_at: datetime
    created_at: datetime

    @property
    def as_it_is_since(self) -> datetime:
        """When it was last changed. A record counts by the minute, and in the minute in which a policy was created no
        other text of it was there: that minute counts from its begin."""
        minute = self.updated_at.replace(second=0, microsecond=0)
        return minute if self.created_at >= minute else self.updated_at


@dataclass(frozen=True)
class Attachment:
    """The engine that a gateway asks, with the mode (both empty without one), and a fingerprint of each of its tools.

    `tools` has for each action id the digest of what a policy can say of the tool's input, in order; a target whose
    tools cannot be seen stands there under its own name, with the digest of the reason.
    """

    engine_id: str
    mode: str
    tools: tuple[tuple[str, str], ...]

    @property
    def tools_digest(self) -> str:
        """Equal as long as no tool came, went, or takes another input."""
        return digest(*(part for tool in self.tools for part in tool))


@dataclass(frozen=True)
class EngineState:
    """What AgentCore says of an engine and of one gateway, read at one moment.

    `policies` are those that can apply to the gateway, in every status, by name. `attached_engine_id` is empty when no
    engine is attached to the gateway; `gateway_mode` is its `policyEngineConfiguration.mode`, ENFORCE or LOG_ONLY, and
    empty without an engine.
    """

    engine_id: str
    gateway: Gateway
    attached_engine_id: str
    gateway_mode: str
    policies: tuple[PolicyRecord, ...]

    @property
    def enforcing(self) -> bool:
        """The gateway asks this engine and does what it says."""
        return self.attached_engine_id == self.engine_id and self.gateway_mode == "ENFORCE"

    def without(self, policy_name: str) -> EngineState:
        """The same state without one policy."""
        others = tuple(policy for policy in self.policies if policy.name != policy_name)
        return EngineState(self.engine_id, self.gateway, self.attached_engine_id, self.gateway_mode, others)

    @property
    def digest(self) -> str:
        """Equal for states that an analysis cannot tell apart."""
        parts = [self.engine_id, self.attached_engine_id, self.gateway_mode, repr(self.gateway)]
        for policy in self.policies:
            parts += [policy.name, policy.status, policy.enforcement_mode, policy.statement, policy.unreadable]
        return digest(*parts)


def standing(state: EngineState) -> Standing:
    """What is enforced today, once the gateway enforces: ACTIVE in status and mode. What is on its way or cannot be
    read is uncertain; a policy that was never created is not there."""
    enforced: dict[str, str] = {}
    log_only: dict[str, str] = {}
    uncertain: list[Uncertain] = []
    for policy in state.policies:
        if policy.status == "CREATE_FAILED":
            continue
        doubt = _doubt(policy)
        quiet = policy.enforcement_mode == "LOG_ONLY" and policy.status not in _CHANGING
        if quiet:
            if doubt is None:
                log_only[policy.name] = policy.statement
        elif doubt is None:
            enforced[policy.name] = policy.statement
        else:
            uncertain.append(doubt)
    return Standing(enforced, log_only, tuple(uncertain))


_NOBODY_ASKED = {"no policy engine": "permit(principal, action, resource);"}


def deciding(state: EngineState) -> Mapping[str, str] | None:
    """The policies that decide on the gateway's calls today, from names to statements: where no engine is asked, or
    what it says is only recorded, every call is allowed. None when it is not known what decides."""
    if not state.attached_engine_id or state.gateway_mode == "LOG_ONLY":
        return _NOBODY_ASKED
    stands = standing(state)
    return None if stands.uncertain or not state.enforcing else stands.enforced


def unread_log_only(state: EngineState) -> Iterator[str]:
    """The names of log-only policies that cannot be read: nothing is said of what their promotion would do."""
    for policy in state.policies:
        if policy.enforcement_mode == "LOG_ONLY" and policy.status != "CREATE_FAILED" and _doubt(policy) is not None:
            yield policy.name


@lru_cache(maxsize=16_384)
def _doubt(policy: PolicyRecord) -> Uncertain | None:
    """Why it is not known what a policy does today, or None when it is."""
    if not policy.statement:
        return Uncertain(policy.name, None, f"cannot be read ({policy.unreadable or 'AgentCore gave no statement'})")
    if policy.status in _CHANGING:
        # Of two texts and two modes AgentCore shows one, and does not say which of them is in force.
        return Uncertain(policy.name, None, _ON_ITS_WAY[policy.status])
    try:
        plain, blocks = plain_part(policy.statement)
        parse_policy(plain)
    except PolicyError as error:
        return Uncertain(policy.name, None, f"cannot be read as Cedar: {error.sentence}")
    if blocks:
        return Uncertain(policy.name, plain, f"has {' and '.join(dict.fromkeys(blocks))} conditions")
    if policy.enforcement_mode not in ("ACTIVE", "LOG_ONLY"):
        return Uncertain(policy.name, plain, f"is in enforcement mode {policy.enforcement_mode}")
    if policy.status in _ON_ITS_WAY:
        return Uncertain(policy.name, plain, _ON_ITS_WAY[policy.status])
    if policy.status != "ACTIVE":
        return Uncertain(policy.name, None, f"is in status {policy.status}")
    return None
