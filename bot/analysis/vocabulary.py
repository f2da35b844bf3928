"""What can be found of a policy: every kind once, with what it means and what to do about it.

The same words stand on cards, in an analysis that is printed, and as marks on lines of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of findings: AgentCore's in capitals, as it spells them, then ours."""

    VALID = "VALID"
    INVALID = "INVALID"
    NOT_TRANSLATABLE = "NOT_TRANSLATABLE"
    ALLOW_ALL = "ALLOW_ALL"
    ALLOW_NONE = "ALLOW_NONE"
    DENY_ALL = "DENY_ALL"
    DENY_NONE = "DENY_NONE"
    EQUIVALENT = "equivalent"
    SHADOWED = "shadowed"
    OVERRIDDEN = "overridden"
    REDUNDANT = "redundant"
    IN_PART = "in_part"
    MAY_ERROR = "may_error"
    LOG_ONLY = "log_only"
    """What policies that are only logged would do, were they enforced."""
    NOT_ANALYSED = "not_analysed"
    HIDDEN_CHARACTERS = "hidden_characters"
    MISSING_POLICY = "missing_policy"
    NOT_ATTACHED = "not_attached"
    OTHER_ENGINE = "other_engine"
    GATEWAY_LOG_ONLY = "gateway_log_only"
    GATEWAY_MODE = "gateway_mode"
    """The mode in which the gateway asks its engine is none that is known."""
    NOTHING_PERMITTED = "nothing_permitted"
    TAKEN_BACK = "taken_back"
    """What stands beside a policy, or the policy itself, is for a time."""

    @property
    def spoken(self) -> str:
        """The kind as an analysis prints it: ours with spaces."""
        return self.value if self.value.isupper() else self.value.replace("_", " ")


@dataclass(frozen=True)
class Meaning:
    """What a kind says of a policy, and what to do about it; `name` is what it is called where the kind is not that.

    `mark` is what a line of a file is marked with.
    """

    means: str
    advice: str = ""
    name: str = ""
    mark: str = ""


MEANING: Mapping[str, Meaning] = {
    Kind.VALID: Meaning("AgentCore found nothing wrong with it."),
    Kind.INVALID: Meaning(
        "It does not fit the gateway: a syntax error, or a name that the gateway's tools do not have.",
        "Name tools, inputs and values as the gateway has them.",
        mark="The policy does not fit the schema",
    ),
    Kind.NOT_TRANSLATABLE: Meaning("This piece of the rule could not be turned into a policy.", name="Not understood"),
    Kind.ALLOW_ALL: Meaning(
        "It permits every request in its scope; no condition narrows it.",
        "Add who may, or a condition, unless everyone is meant.",
        mark="The policy allows every request of its scope",
    ),
    Kind.ALLOW_NONE: Meaning(
        "It permits nothing: no request can meet its conditions.",
        "Check the conditions: they contradict each other, or the scope.",
        mark="The policy allows nothing",
    ),
    Kind.DENY_ALL: Meaning(
        "It forbids every request in its scope; no condition narrows it.",
        "Add a condition, unless nobody is meant.",
        mark="The policy denies every request of its scope",
    ),
    Kind.DENY_NONE: Meaning(
        "It forbids nothing: no request can meet its conditions.",
        "Check the conditions: they contradict each other, or the scope.",
        mark="The policy denies nothing",
    ),
    Kind.EQUIVALENT: Meaning(
        "A policy of the engine already says the same.",
        "Leave it out, or replace the one there is.",
        mark="Another policy matches the same requests",
    ),
    Kind.SHADOWED: Meaning(
        "Another policy already matches every request that it matches.",
        "Leave it out, or narrow the wider policy first.",
        mark="Another policy does all that this one does",
    ),
    Kind.OVERRIDDEN: Meaning(
        "Whatever it permits, a forbid denies.",
        "Make an exception in the forbid, or leave this out: it would allow nothing.",
        mark="A forbid denies all that the policy allows",
    ),
    Kind.REDUNDANT: Meaning(
        "Every request is decided the same way without it.",
        "Leave it out: no request would be decided otherwise.",
        mark="Without the policy nothing is decided otherwise",
    ),
    Kind.IN_PART: Meaning(
        "Other policies settle a part of its scope.",
        "Leave that part out of its scope, unless both are meant.",
        mark="Other policies settle a part of the policy's scope",
    ),
    Kind.MAY_ERROR: Meaning(
        "Cedar may fail to evaluate it, and then skips it: a forbid that is skipped forbids nothing.",
        "Guard the expression with a lower and an upper bound on the numbers that it computes with.",
        mark="The policy's evaluation can end in an error",
    ),
    Kind.LOG_ONLY: Meaning(
        "Other policies stand log-only and are not counted: promoted, they would decide too.",
        "Nothing to do now; look again before one of them is promoted.",
        name="Log-only policies",
    ),
    Kind.NOT_ANALYSED: Meaning(
        "Not everything about it could be analysed, so nothing is proved there.",
        "Read the policy itself; nothing is proved about this part.",
        mark="Not analysed: nothing is proved",
    ),
    Kind.HIDDEN_CHARACTERS: Meaning(
        "Its Cedar holds characters that a reader does not see, or takes for others; they are shown as \\u{…}.",
        "Approve it only if each of them is meant.",
    ),
    Kind.MISSING_POLICY: Meaning(
        "Our own reading of the rule has a policy more than what was generated.",
        "Propose what is missing by itself.",
    ),
    Kind.NOT_ATTACHED: Meaning(
        "The gateway asks no policy engine, so nothing that stands here is enforced or recorded.",
        "Attach the engine to the gateway first.",
        "No engine attached",
    ),
    Kind.OTHER_ENGINE: Meaning(
        "The gateway asks another policy engine, so nothing that stands here is enforced or recorded.",
        "Ask whoever runs the gateway which engine is meant.",
        "Another engine",
    ),
    Kind.GATEWAY_LOG_ONLY: Meaning(
        "The gateway is in mode LOG_ONLY: it records what this engine decides, and enforces none of it.",
        name="Gateway in LOG_ONLY",
    ),
    Kind.GATEWAY_MODE: Meaning(
        "The gateway asks this engine in a mode that policybot does not know, so whether it enforces is not known.",
        "Look the mode up in AgentCore's documentation.",
        "Gateway's mode",
    ),
    Kind.NOTHING_PERMITTED: Meaning(
        "No enforced policy permits any call, so the gateway denies everything once it enforces.",
        "Have a permit enforced before the gateway is set to ENFORCE.",
        "Before ENFORCE",
    ),
    Kind.TAKEN_BACK: Meaning(
        "Something that it meets is for a time, and is taken back by itself.",
        "Decide on what it does then as well.",
        name="For a time",
    ),
}
UNKNOWN = Meaning("A finding that policybot does not know.", "Look the type up in AgentCore's documentation.")
"""What is said of a kind that AgentCore has and this version has not."""
