"""Two halves of one message: a half that narrows a rule takes the rule with it where it cannot be honoured."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.cedar import Gateway
from bot.language import translate

INTERN = 'principal.getTag("role") == "intern"'


@pytest.mark.parametrize(
    "rule",
    [
        "Allow refunds. Managers only.",
        "Allow refunds. Sealed ones only.",
        "Allow refunds. Allow cancelling orders. Managers only.",
        "Allow refunds under 100; express is false.",
        "Allow refunds, but only the small ones.",
        "Everyone except interns may refund and managers may not.",
        "Everyone may refund up to 100, interns may not.",
        "Everyone may refund, zealous interns of the moon may not.",
        "Managers may refund. Nobody else may in the rain.",
        "Managers may refund. Interns may cancel orders. Nobody else may.",
        "Managers may refund and interns may cancel orders, the rest may not.",
        "Managers may refund.\n\n- Nobody may refund in the rain.",
        "- Leads may cancel orders\n- managers may refund\n- nobody may refund frobnicated orders",
        "Managers may refund. Interns frobnicate.",
        "Allow managers to refund up to 50, do not allow interns.",
        "Everyone may refund while interns may not in the rain.",
        "Everyone may refund and interns may not frobnicate.",
        "Allow refunds\n- managers only\n- under 100",
        "Allow refunds:\n- for managers\n- under 100",
        "Allow:\n- refunds\n- cancelling orders\nfor managers only",
        "Managers may:\n- refund\n- cancel orders\nInterns may not.",
        "Support agents may cancel orders. Orders must not be shipped.",
        "Support agents may refund. Refunds must not be express.",
        "Support agents may refund; the amount cannot exceed $50 a head.",
        "Support agents may refund. It can't be express.",
    ],
)
def test_a_half_that_cannot_be_read_leaves_no_policy_of_the_other(rule: str, desk: Callable[[str], Gateway]) -> None:
    """The permit alone would be wider than the message."""
    assets = translate(rule, desk("support"))
    assert [asset.statement for asset in assets] == [None] * len(assets)


@pytest.mark.parametrize(
    "rule",
    [
        "Everyone may refund, interns may not.",
        "everyone may refund; interns can't",
        "Everyone may refund. Interns cannot.",
        "allow refunds, but interns may not",
        "allow refunds, don't allow interns",
        "allow refunds. Block interns.",
    ],
)
def test_a_half_without_a_tool_takes_the_tool_before_it(rule: str, desk: Callable[[str], Gateway]) -> None:
    permit, forbid = (str(asset.statement) for asset in translate(rule, desk("support")))
    assert permit.startswith("permit(")
    assert "when" not in permit
    assert forbid.startswith("forbid(")
    assert 'action == AgentCore::Action::"RefundTool___process_refund"' in forbid
    assert INTERN in forbid


def test_a_rule_of_its_own_stands_whatever_happens_to_the_one_behind_it(desk: Callable[[str], Gateway]) -> None:
    """Rules that do not lean on each other are translated, or refused, each by itself."""
    assets = translate("Allow managers to refund. Interns may frobnicate the moon.", desk("support"))
    assert [bool(asset.statement) for asset in assets] == [True, False]
