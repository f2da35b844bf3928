"""What the message of a drift claims, and what it does not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.analysis.difference import Change, Difference
from bot.blocks.drift import drift_message
from bot.review.drift import Drift

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-gateway-a1b2c3d4e5"
UNCHANGED = Change("AgentCore::OAuthUser", "Desk___pay", "unchanged")
NOTHING = Difference((UNCHANGED,)).as_json()
ODD = Difference((replace(UNCHANGED, status="not analysed", reason="it is odd"),)).as_json()


def shown(drift: Drift, *, closed: bool = False) -> str:
    def texts(part: Any) -> str:
        if isinstance(part, list):
            return "".join(map(texts, part))
        if isinstance(part, dict):
            own = part["text"] if isinstance(part.get("text"), str) else ""
            return own + "".join(texts(each) for each in part.values() if not isinstance(each, str))
        return ""

    return texts(json.loads(json.dumps(drift_message(drift, ARN, closed=closed).blocks)))


def drift(difference: Mapping[str, Any] | None, *, policies: bool = True, tools: bool = False) -> Drift:
    return Drift(1, ("The policy p was promoted.",), {}, difference, policies, tools)


def test_nothing_is_said_only_where_it_is_proved() -> None:
    assert shown(drift(NOTHING)).count("nothing, as is proved.") == 1
    unsure = shown(drift(None))
    assert "nothing" not in unsure
    assert "not analysed, because not everything that stands, or stood, is certain." in unsure
    said = shown(drift(ODD))
    assert "as is proved" not in said
    assert "Not analysed" in said


def test_tools_that_changed_as_well_are_outside_of_what_is_proved() -> None:
    said = shown(drift(NOTHING, tools=True))
    assert "nothing, as is proved for the tools as they are now." in said
    assert "What the other tools mean for the policies that apply to them: not analysed." in said
    alone = shown(drift(None, policies=False, tools=True))
    assert "decided otherwise" not in alone
    assert "not analysed" in alone


@pytest.mark.parametrize("tools", [False, True])
def test_what_is_over_claims_nothing_any_more(tools: bool) -> None:
    said = shown(drift(None, tools=tools), closed=True)
    assert said.startswith("As it was again")
    assert "analysed" not in said


def test_names_that_others_chose_mention_nobody_and_a_long_list_is_cut_with_its_length() -> None:
    many = Drift(1, tuple(f"The policy <!channel>_{at} was created." for at in range(50)), {})
    message = drift_message(many, ARN, closed=False)
    assert "<!channel>" not in message.text
    assert "and 30 more" in shown(many)
    assert all(block["type"] in ("header", "rich_text", "context") for block in message.blocks)
