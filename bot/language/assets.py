"""What a translation hands back: a piece of the rule, its policy or why there is none, and what each word became."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """A finding in AgentCore's terms: `type` is its FindingType, `description` is empty for VALID."""

    type: str
    description: str = ""


@dataclass(frozen=True)
class Word:
    """A word of the rule and what became of it.

    `start` and `end` are offsets into the whole rule. `role` is effect, person, tool, condition, filler, joiner or
    unknown; `meaning` says what the word, with its neighbours, became.
    """

    text: str
    start: int
    end: int
    role: str
    meaning: str = ""


@dataclass(frozen=True)
class Reading:
    """One way to read a rule that can be read in several: what it says in plain words, and its policies."""

    said: str
    statements: tuple[str, ...]


@dataclass(frozen=True)
class Offer:
    """A rule to propose in the place of a piece that is no policy.

    `rule` is complete: translated by itself it gives exactly `statements`, which read back as `said`. `message` is the
    whole text that was given with only that piece replaced by it.
    """

    rule: str
    said: str
    statements: tuple[str, ...]
    message: str = ""


@dataclass(frozen=True)
class Asset:
    """One policy, or one refusal: the piece of the text as typed, the statement, findings, and the account of words.

    A refusal that is a question has its `readings`; `offers`, three at most, are what could be proposed instead of it:
    a reading, or the rule with a slip put right.
    """

    fragment: str
    statement: str | None
    findings: tuple[Finding, ...]
    account: tuple[Word, ...]
    readings: tuple[Reading, ...] = ()
    offers: tuple[Offer, ...] = ()


def assets_as_api(assets: Iterable[Asset], member: str = "cedar", *, offers: bool = False) -> list[dict[str, Any]]:
    """The assets as ListPolicyGenerationAssets has them; `member` is the definition's union member, cedar or policy.

    With `offers`, a refusal has them too: AgentCore's answers have no such key.
    """
    return [
        _as_api(position, asset, member) | ({"offers": _offered(asset)} if offers and asset.offers else {})
        for position, asset in enumerate(assets)
    ]


def _offered(asset: Asset) -> list[dict[str, Any]]:
    return [{**asdict(offer), "statements": list(offer.statements)} for offer in asset.offers]


def _as_api(position: int, asset: Asset, member: str) -> dict[str, Any]:
    mark = hashlib.sha256(f"{position}\n{asset.fragment}\n{asset.statement}".encode()).hexdigest()[:10]
    shape: dict[str, Any] = {
        "policyGenerationAssetId": f"asset-{mark}",
        "rawTextFragment": asset.fragment,
        "findings": [
            {"type": finding.type, **({"description": finding.description} if finding.description else {})}
            for finding in asset.findings
        ],
    }
    if asset.statement is not None:
        shape["definition"] = {member: {"statement": asset.statement}}
    return shape
