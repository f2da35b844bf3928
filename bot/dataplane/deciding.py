"""Calls decided by an engine's policies as they stand; log-only ones are evaluated beside and decide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.cedar import Asked, GatewaySchema, PreparedPolicies, parse_policy
from bot.cedar.dogwood import plain_part

DENIED_BY_DEFAULT = "No policy applies to the request (denied by default)."
MOST_NAMED = 1000
"""The service lists no more policies than this in one record."""


@dataclass(frozen=True)
class InForce:
    """A policy that an engine evaluates: its id, its text, and whether it is log-only."""

    policy_id: str
    statement: str
    log_only: bool = False


@dataclass(frozen=True)
class Verdict:
    """What an engine decides on one call, and what its log-only policies would have.

    `determining` are the ids of the policies that decided, `effects` their effects (PERMIT, FORBID), `failed` those
    that could not be evaluated and were left out. `matched` are log-only policies that match the call, `flipping`
    those of them by each of which, were it active, the call would have been decided otherwise, and `log_only_failed`
    those that could not be evaluated. `incomplete` says that a log-only policy holds conditions that are not Cedar.
    """

    allowed: bool
    determining: tuple[str, ...] = ()
    effects: tuple[tuple[str, str], ...] = ()
    failed: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()
    flipping: tuple[str, ...] = ()
    log_only_failed: tuple[str, ...] = ()
    incomplete: bool = False

    @property
    def decision(self) -> str:
        return "ALLOW" if self.allowed else "DENY"

    @property
    def reason(self) -> str:
        """Why a call is denied, in the service's words; empty for one that is allowed."""
        if self.allowed:
            return ""
        if not self.determining:
            return DENIED_BY_DEFAULT
        return f"Policy evaluation denied due to {', '.join(self.determining)}"


class Rules:
    """An engine's policies, parsed once. Raises PolicyError when one is no single Cedar policy.

    Dogwood's temporal and guardrail conditions cannot be evaluated here, and no call slips through for it: an active
    `permit` with one permits nothing, an active `forbid` with one forbids whatever its Cedar part matches.
    """

    def __init__(self, policies: Iterable[InForce], schema: GatewaySchema) -> None:
        self._schema = schema
        self._effects: dict[str, str] = {}
        self._log_only: set[str] = set()
        self._opaque: set[str] = set()
        deciding: dict[str, str] = {}
        beside: dict[str, dict[str, str]] = {"permit": {}, "forbid": {}}
        for policy in policies:
            text, kinds = plain_part(policy.statement)
            effect = parse_policy(text).effect
            self._effects[policy.policy_id] = effect.upper()
            if kinds:
                self._opaque.add(policy.policy_id)
            if policy.log_only:
                self._log_only.add(policy.policy_id)
            if policy.log_only or (kinds and effect == "permit"):
                beside[effect][policy.policy_id] = text
            else:
                deciding[policy.policy_id] = text
        self._deciding = PreparedPolicies(deciding)
        # Apart by effect: Cedar then names every policy that matches, not only those that determine a decision.
        self._beside = [PreparedPolicies(texts) for texts in beside.values() if texts]

    def decide(self, asked: Asked) -> Verdict:
        """Decide a call. Raises PolicyError when it does not fit the gateway's schema."""
        decided = self._deciding.decide(asked, self._schema)
        besides = [policies.decide(asked, self._schema) for policies in self._beside]
        met = [name for found in besides for name in found.reasons]
        erring = [name for found in besides for name in found.failed]
        matched = [name for name in met if name in self._log_only and name not in self._opaque]
        unseen = [name for name in met if name in self._opaque]
        opaque = [name for name in (*decided.reasons, *unseen) if name in self._opaque]
        return Verdict(
            decided.allowed,
            decided.reasons,
            tuple((name, self._effects[name]) for name in decided.reasons),
            failed=_named(name for name in (*decided.failed, *erring, *opaque) if name not in self._log_only),
            matched=_named(matched),
            flipping=_named(name for name in matched if self._flips(name, decided.allowed, decided.reasons)),
            log_only_failed=_named(name for name in erring if name in self._log_only),
            incomplete=any(name in self._log_only for name in unseen),
        )

    def never_allows(self, asked: Asked) -> bool:
        """Whether a caller is certain to be denied an action, whatever the input."""
        return self._deciding.is_denied_whatever_the_input(asked, self._schema)

    def _flips(self, name: str, allowed: bool, determining: tuple[str, ...]) -> bool:
        """Whether a log-only policy that matches would turn the decision: one alone, beside all active ones."""
        if self._effects[name] == "FORBID":
            return allowed
        return not allowed and not determining


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))[:MOST_NAMED]


@dataclass(frozen=True)
class GatewayState:
    """All that a gateway decides by, at one moment.

    `body` has GetGateway's members. Without an attached engine `engine_arn` is None and nothing is decided; `enforces`
    is false while the gateway's mode is LOG_ONLY: decisions are recorded then, and not kept to.
    """

    schema: GatewaySchema
    body: Mapping[str, object]
    engine_arn: str | None = None
    enforces: bool = False
    policies: tuple[InForce, ...] = ()

    @property
    def mode(self) -> str:
        return "ENFORCE" if self.enforces else "LOG_ONLY"
