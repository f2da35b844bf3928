"""What an act on a policy means for what is enforced: the question that it puts to the solver. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from bot.analysis.standing import Standing, Uncertain
from bot.cedar import parse_policy
from bot.cedar.dogwood import plain_part
from bot.errors import PolicyError
from bot.review.enactment import of_policy
from bot.review.engine import EngineState, standing
from bot.review.model import Act, Draft
from bot.review.reported import PolicyRecord

NEW = "this policy"
"""What a policy that is created is called among the engine's; no policy of AgentCore can be called so."""


@dataclass(frozen=True)
class Effect:
    """A policy that comes into force beside a standing, or goes.

    `statement` is its plain Cedar, the widest that it can mean; `free` says that it has other conditions. A policy of
    the same `name` in the standing is replaced. With `removed` it is in force beside the standing today, and goes.
    `idle`: what is enforced stays as it is.
    """

    standing: Standing
    name: str
    statement: str
    free: bool = False
    removed: bool = False
    idle: bool = False

    def before(self) -> dict[str, str]:
        """The policies that surely decide today, name → statement."""
        return {**self.standing.enforced, **({self.name: self.statement} if self.removed and not self.idle else {})}

    def after(self) -> dict[str, str]:
        """The policies that surely decide once the act is in force, name → statement."""
        kept = {name: text for name, text in self.standing.enforced.items() if name != self.name}
        return kept if self.removed or self.idle else {**kept, self.name: self.statement}

    def bounds(self) -> tuple[tuple[dict[str, str], dict[str, str]], ...]:
        """The policies that may decide today and once the act is in force, where the fewest and where the most calls
        are decided otherwise: whatever is uncertain, and whatever the other conditions of the policy are.

        Raises PolicyError when nothing is known of a policy's text.
        """
        maybe = {each.name: _text(each) for each in self.standing.uncertain}
        permits = {name: text for name, text in maybe.items() if parse_policy(plain_part(text)[0]).effect == "permit"}
        forbids = {name: text for name, text in maybe.items() if name not in permits}
        worlds = ({}, permits, forbids, maybe) if maybe else ({},)
        found = [({**self.before(), **world}, {**self.after(), **world}) for world in worlds]
        if self.free and not self.idle:
            found += [(self._bare(before) if self.removed else before, self._bare(after)) for before, after in found]
        return tuple(found)

    def _bare(self, policies: dict[str, str]) -> dict[str, str]:
        return {name: text for name, text in policies.items() if name != self.name}


def _text(policy: Uncertain) -> str:
    if policy.statement is None:
        raise PolicyError(f"{policy.name} {policy.why}")
    return policy.statement


def effect_of(draft: Draft, state: EngineState) -> Effect:
    """The effect of a draft's act on an engine as it stands. Raises PolicyError when its statement cannot be read."""
    plain, blocks = plain_part(draft.statement or "")
    if draft.act is Act.CREATE:
        return Effect(standing(state), NEW, plain, bool(blocks))
    if draft.act in (Act.REPLACE, Act.PROMOTE):
        return Effect(standing(state), draft.policy_name, plain, bool(blocks))
    quiet = draft.before is not None and draft.before.enforcement_mode == "LOG_ONLY"
    return _going(draft.policy_name, plain, bool(blocks), of_policy(state, draft.policy_id), state, quiet=quiet)


def effect_of_removal(record: PolicyRecord, state: EngineState) -> Effect:
    """The effect of revoking a policy that stands. Raises PolicyError when its statement cannot be read."""
    plain, blocks = plain_part(record.statement)
    quiet = record.enforcement_mode == "LOG_ONLY"
    return _going(record.name, plain, bool(blocks), record, state, quiet=quiet)


def _going(
    name: str, plain: str, free: bool, record: PolicyRecord | None, state: EngineState, *, quiet: bool
) -> Effect:
    """The effect of a policy that goes; `quiet` where it was log-only."""
    rest = standing(state.without(name))
    if record is not None and record.status not in ("ACTIVE", "CREATE_FAILED"):
        # Which text and which mode are in force now is not known, so neither is what goes.
        doubt = Uncertain(name, None, "is not settled: AgentCore says " + record.status)
        rest = Standing(rest.enforced, rest.log_only, (*rest.uncertain, doubt))
        quiet = False
    return Effect(rest, name, plain, free, removed=True, idle=quiet)
