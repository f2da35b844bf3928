"""What governance is told: of a person, a channel, a route and a change. Each default is the one that allows least.

`schema.cedarschema` has the same facts as policies name them, docs/governance.md what each means.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.cedar.gateway import GATEWAY_ARN


class Action(StrEnum):
    """What somebody may want to do in policybot."""

    PROPOSE = "propose"
    """Have a rule in English translated and reviewed."""
    APPROVE = "approve"
    """Vote for a change, whatever act it is."""
    REJECT = "reject"
    """End the review of a change."""
    EDIT = "edit"
    """Make a revision from another rule in English."""
    EDIT_CEDAR = "edit_cedar"
    """Write the statement of a change by hand."""
    WITHDRAW = "withdraw"
    """Take a proposal back before it is sent."""
    PROMOTE = "promote"
    """Propose that a log-only policy is enforced."""
    DEMOTE = "demote"
    """Propose that an enforced policy becomes log-only."""
    REVOKE = "revoke"
    """Propose that a policy is deleted."""
    APPROVE_WITH_FINDINGS = "approve_with_findings"
    """Approve a change that is created although AgentCore has findings; asked beside `approve`."""
    APPROVE_LOOSER = "approve_looser"
    """Approve a policy that allows more than our own reading of the rule; asked beside `approve`."""
    CONFIGURE = "configure"
    """Change how policybot works for a route."""
    EXPORT = "export"
    """Take the audit log out."""


ABOUT_A_CHANGE = frozenset(Action) - {Action.PROPOSE, Action.CONFIGURE, Action.EXPORT}
"""The actions whose resource is a change; that of the others is the route."""


@dataclass(frozen=True)
class PersonFacts:
    """A person as Slack describes them now. What is not said of somebody counts against them.

    `groups` has the ids and the handles of the user groups that the person is in, asked live: of those that the
    governance text names (`Governance.groups`). `unread` are those of them that Slack did not list, or does not know:
    what depends on whether the person is in one of these is refused.
    """

    id: str
    team: str = ""
    guest: bool = True
    outsider: bool = True
    bot: bool = True
    deleted: bool = True
    admin: bool = False
    groups: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ChannelFacts:
    """The channel of the review. `shared`: people of another company are in it, or may come in."""

    id: str
    shared: bool = True
    private: bool = False


@dataclass(frozen=True)
class RouteFacts:
    """Where the change goes: the ids of the policy engine and of the gateway, the account and the region."""

    engine: str
    gateway: str
    account: str
    region: str

    @classmethod
    def of(cls, engine_id: str, gateway_arn: str) -> RouteFacts:
        """The route of an engine and a gateway's ARN; of a text that is no such ARN the whole is the gateway."""
        found = GATEWAY_ARN.fullmatch(gateway_arn)
        if found is None:
            return cls(engine_id, gateway_arn, "", "")
        region, account = gateway_arn.split(":")[3:5]
        return cls(engine_id, found[1], account, region)


ACTS = ("create", "replace", "promote", "demote", "revoke")
KINDS = ("rule", "cedar", "act")
EFFECTS = ("permit", "forbid")
SECONDS = ("agree", "differ", "unread", "none")
MODES = ("NONE", "LOG_ONLY", "ACTIVE")


@dataclass(frozen=True, kw_only=True)
class ChangeFacts:
    """A change under review, as it would be made. What is left out is taken as the riskiest.

    `act` is one of ACTS, `kind` of KINDS (what was typed: a rule, Cedar, or an act on a policy), `effect` that of the
    policy. `narrows`, `widens`, `opens_to_anyone` and `removes_forbid` are the difference enforced today → enforced
    after; `unproved` says that it is not known completely. `tools` are the tools whose decisions it changes, by action
    id. `second` is one of SECONDS; `looser`: the policy allows more than our own reading. `findings` are the types of
    AgentCore's findings and of ours; `unvalidated`: it is sent with IGNORE_ALL_FINDINGS. The modes are of MODES.
    `timed`: it is taken back by itself.
    """

    requester: str
    act: str
    kind: str = "cedar"
    effect: str = "permit"
    narrows: bool = True
    widens: bool = True
    opens_to_anyone: bool = True
    removes_forbid: bool = True
    unproved: bool = True
    tools: frozenset[str] = frozenset()
    second: str = "none"
    looser: bool = True
    findings: frozenset[str] = frozenset()
    unvalidated: bool = True
    mode_before: str = "NONE"
    mode_after: str = "ACTIVE"
    timed: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for a word that no policy could name."""
        for name, known in ENUMERATED.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{name} is {getattr(self, name)!r}, and can be {', '.join(known)}")


ENUMERATED = {
    "act": ACTS,
    "kind": KINDS,
    "effect": EFFECTS,
    "second": SECONDS,
    "mode_before": MODES,
    "mode_after": MODES,
}
"""The facts of a change that are one of few words."""
