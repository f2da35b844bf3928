"""What a difference means for whoever has to approve it: pure, and where something is not known, the riskier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.analysis.difference import Difference

_ANYONE = frozenset({"", "anyone", "any IAM caller", "possibly anyone"})


@dataclass(frozen=True)
class Risk:
    """`widens`: some request is newly allowed; `narrows`: some newly denied. `unproved`: part of it is not known.

    `opens_to_anyone`: what is newly allowed is so for everybody, or it is not known for whom. `tools` are the actions
    that change or of which it is not known whether they do.
    """

    narrows: bool
    widens: bool
    opens_to_anyone: bool
    unproved: bool
    tools: frozenset[str] = frozenset()


RISKIEST = Risk(narrows=True, widens=True, opens_to_anyone=True, unproved=True)


def riskiest(risks: Sequence[Risk]) -> Risk:
    """All of several risks: of what is so now, and of what becomes so later."""
    return Risk(
        narrows=any(each.narrows for each in risks),
        widens=any(each.widens for each in risks),
        opens_to_anyone=any(each.opens_to_anyone for each in risks),
        unproved=any(each.unproved for each in risks),
        tools=frozenset[str]().union(*(each.tools for each in risks)),
    )


def risk_of(difference: Mapping[str, Any] | None) -> Risk:
    """The risk of a difference in its JSON form; the riskiest of one that is not there."""
    if difference is None:
        return RISKIEST
    changes = Difference.from_json(difference).changes
    unproved = not changes or any(each.status == "not analysed" or each.reason for each in changes)
    allowed = [each for each in changes if each.newly_allowed or each.status == "not analysed"]
    return Risk(
        narrows=unproved or any(each.newly_denied for each in changes),
        widens=bool(allowed) or unproved,
        opens_to_anyone=any(each.whom in _ANYONE for each in allowed) or not changes,
        unproved=unproved,
        tools=frozenset(each.action for each in changes if each.status != "unchanged"),
    )
