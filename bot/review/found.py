"""What was found out of a draft before anybody reviews it: findings, our own reading, the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One finding on a draft. `source` is `agentcore` for the service's own, `policybot` for ours.

    `type` is one of `bot.analysis.vocabulary.Kind`, or a FindingType of AgentCore's that this version does not know.
    """

    type: str
    description: str = ""
    source: str = "agentcore"


class Verdict(StrEnum):
    """What our own reading of the rule says of a generated policy."""

    AGREE = "agree"
    """Two independent readings are equal, as the solver proves."""
    DIFFER = "differ"
    """They are not; `SecondReading.said` has who gets more or less, and one request that shows it."""
    UNREAD = "unread"
    """Our reader could not read the rule, or nothing could be proved; `said` has the words at fault."""


@dataclass(frozen=True)
class SecondReading:
    """Our own reading of a piece of the rule beside the generated policy.

    `looser`: the policy lets somebody do what our reading does not, or forgets something that ours forbids. `statement`
    is our Cedar, empty where there is none.
    """

    verdict: Verdict
    said: str = ""
    looser: bool = False
    statement: str = ""


@dataclass(frozen=True)
class Offer:
    """A whole rule that could be proposed instead, in clear words, and what our reader makes of what is new in it."""

    rule: str
    said: str


@dataclass(frozen=True)
class Since:
    """What an earlier revision, or the policy that is replaced, was, and what is decided otherwise now.

    `rule` is the rule then, empty where it is the same; `statements` all that would have been in force. `difference` is
    JSON as of `Analysis.difference`: the earlier revision in force → all pieces of this one in force; None when it is
    not known.
    """

    revision: int
    rule: str = ""
    statements: tuple[str, ...] = ()
    difference: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Replay:
    """What a change would have made of the newest recorded `calls` of the gateway: how many would have been `denied` or
    `allowed` otherwise, how many may be, by claims that the record does not hold (`depends`) or by what is not certain
    of the policies (`unsure`), and how many do not fit the tools any more. `shown` are the first of them in words;
    `trouble` says why nothing is known."""

    calls: int = 0
    denied: int = 0
    allowed: int = 0
    depends: int = 0
    unsure: int = 0
    unfit: int = 0
    shown: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True)
class Becomes:
    """What a draft changes on an engine as it will be: in words, and as JSON as of `Analysis.difference`."""

    said: str
    difference: Mapping[str, Any]


@dataclass(frozen=True)
class Analysis:
    """What policybot itself found out about a draft, before anybody reviews it.

    `warnings` are about the engine and the gateway as they stand, and are said first. `difference` is JSON
    (`bot.analysis.Difference`): enforced today → enforced with the draft in force. `refusal` is why AgentCore's own
    analysis will refuse the draft as things stand. `basis` is JSON: what stood when the difference was shown, so that
    it can be asked later whether the same would still change. `later` are the differences that it has instead, one
    after the other, when what is for a time is taken back while it is in force. `crossing` says which of the team's
    boundaries it crosses, or may cross: then nobody can approve it. Of the `tested` tests of the route `held` hold with
    it in force; `broken` says which it breaks, or may break; `failing` names those that fail today as well;
    `tests_digest` is of the tests, `ends_digest` of what is taken back by itself. `ended` are the other pieces of the
    rule that had come to nothing when it was shown. `engine_digest` is `EngineState.digest`. `replay` is what became of
    recorded calls, where there are some. `offers` are rules that could be proposed instead, where our reader finds
    several readings or a slip of the keys.
    """

    read_back: str = ""
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    difference: Mapping[str, Any] | None = None
    second: SecondReading | None = None
    refusal: str = ""
    crossing: str = ""
    since: Since | None = None
    tested: int = 0
    held: int = 0
    broken: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    tests_digest: str = ""
    ends_digest: str = ""
    ended: tuple[str, ...] = ()
    basis: Mapping[str, Any] | None = None
    later: tuple[Mapping[str, Any], ...] = ()
    engine_digest: str = ""
    replay: Replay | None = None
    offers: tuple[Offer, ...] = ()


NOT_ANALYSED = Analysis()
"""Nothing is known of the draft."""
