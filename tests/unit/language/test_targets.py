"""A whole target is meant by the phrases that say so, and never because of letters, emoji or a likeness of names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate

ONE_TOOL = 'action == AgentCore::Action::"RefundTool___process_refund"'
WHOLE = 'action in AgentCore::Action::"RefundTool"'


def scope(rule: str, gateway: Gateway) -> list[str | None]:
    found = [asset.statement for asset in translate(rule, gateway)]
    return [statement and statement.split("\n")[2].strip(" ,") for statement in found]


@pytest.mark.parametrize(
    "rule",
    [
        "allow support agents to call refund tool",
        "allow support agents to call refund tool 🎉",
        "allow support agents to call refund tool :tada:",
        "🎉 allow support agents to call the refund tool 🎉🎉",
        "ALLOW SUPPORT AGENTS TO CALL REFUND TOOL",
        "Allow Support Agents To Call Refund Tool",
        "allow support agents to call the Refund Tool!",
        "allow support agents to use the refund tools",
    ],
)
def test_letters_and_emoji_do_not_turn_a_tool_into_a_target(rule: str, desk: Callable[[str], Gateway]) -> None:
    assert scope(rule, desk("support")) == [ONE_TOOL]


@pytest.mark.parametrize(
    "rule",
    [
        "allow all tools of RefundTool",
        "allow anything on the RefundTool target",
        "allow the refund tool target",
        "allow the RefundTool target",
        "allow all tools on Refund Tool",
    ],
)
def test_the_phrases_for_a_target_mean_it(rule: str, desk: Callable[[str], Gateway]) -> None:
    assert scope(rule, desk("support")) == [WHOLE]


@pytest.mark.parametrize("rule", ["allow the process refund tool", "allow ProcessRefund", "allow Process Refund tool"])
def test_words_that_name_a_tool_and_a_target_are_the_tool(rule: str, gateway_of: Callable[..., Any]) -> None:
    gateway = gateway_of(ProcessRefund={"process_refund": {}, "list_refunds": {}})
    assert scope(rule, gateway) == ['action == AgentCore::Action::"ProcessRefund___process_refund"']


@pytest.mark.parametrize("rule", ["❌ allow refunds", "allow refunds 👎", "✅ block refunds", "allow refunds under 💯"])
def test_an_emoji_that_says_something_else_than_the_rule_is_refused(rule: str, desk: Callable[[str], Gateway]) -> None:
    assert scope(rule, desk("support")) == [None]


@pytest.mark.parametrize("rule", [":", ";", "…", "- ", "🎉", ":)", "!?", ";;;"])
def test_a_message_with_no_words_is_answered_with_the_reason(rule: str, desk: Callable[[str], Gateway]) -> None:
    (asset,) = translate(rule, desk("support"))
    assert asset.statement is None
    assert "no words" in asset.findings[0].description


def test_a_line_of_marks_spoils_no_rule_beside_it(desk: Callable[[str], Gateway]) -> None:
    assert scope("allow refunds\n:\n;\nblock all tools of RefundTool", desk("support")) == [ONE_TOOL, WHOLE]


def test_an_exception_that_leaves_no_tool_is_refused(desk: Callable[[str], Gateway]) -> None:
    (asset,) = translate("allow all tools of RefundTool except refunds", desk("support"))
    assert asset.statement is None
    assert "leaves no tool" in asset.findings[0].description
