"""Rules as they are typed in Slack: its marks change nothing, quotes keep what is in them, a mention is asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.cedar import Gateway
from bot.language import translate


def read_as(rule: str, gateway: Gateway) -> list[str | None]:
    return [asset.statement for asset in translate(rule, gateway)]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("allow *managers* to refund", "allow managers to refund"),
        ("allow managers to _refund_", "allow managers to refund"),
        ("*Allow managers to refund*", "allow managers to refund"),
        ("```allow managers to refund```", "allow managers to refund"),
        ("◦ allow managers to refund", "allow managers to refund"),
        ("• allow managers to refund…", "allow managers to refund"),
        ("&gt; allow managers to refund", "allow managers to refund"),
        ("allow managers to refund pls 🙏", "allow managers to refund"),
        ("allow managers to call *process_refund*", "allow managers to call process_refund"),
        ("allow managers to call _process_refund_", "allow managers to call process_refund"),
        (
            "allow managers to call `process_refund` if `amount` &lt;= 500",
            "allow managers to refund if amount is <= 500",
        ),
        ("block refunds when `amount` is over 500", "block refunds when the amount is over 500"),
        ("block refunds when “amount” ≥ 500", "block refunds when the amount is at least 500"),
        ("allow refunds under 500 &amp; express", "allow refunds under 500 and express"),
        ("allow refunds under 500 & express", "allow refunds under 500 and express"),
        ("allow managers &amp; leads to refund", "allow managers and leads to refund"),
        ("allow managers to refund – but only under 500", "allow managers to refund under 500"),
        ("*Allow* refunds when _reason_ is `damaged`", "allow refunds when the reason is damaged"),
    ],
)
def test_marks_of_slack_change_nothing(typed: str, plain: str, desk: Callable[[str], Gateway]) -> None:
    assert read_as(typed, desk("support")) == read_as(plain, desk("support")) != [None]


@pytest.mark.parametrize("value", ["R&amp;D", "x *y* z", "_w_ v", "&lt;b&gt;", "*"])
def test_what_is_quoted_is_the_value_as_typed(value: str, desk: Callable[[str], Gateway]) -> None:
    (statement,) = read_as(f'block refunds when the reason is "{value}"', desk("support"))
    assert f'context.input.reason == "{value}"' in str(statement)


def test_a_quoted_value_that_is_spelled_like_an_input_is_a_value(desk: Callable[[str], Gateway]) -> None:
    (statement,) = read_as("block refunds when the reason is `amount`", desk("support"))
    assert 'context.input.reason == "amount"' in str(statement)


@pytest.mark.parametrize(
    ("rule", "mention"),
    [
        ("allow @ana to refund", "@ana"),
        ("allow <@U012AB3CD> to refund", "<@U012AB3CD>"),
        ("allow refunds for <@U012AB3CD|ana>", "<@U012AB3CD|ana>"),
        ("nobody except @ana.b may refund", "@ana.b"),
        ("allow <!subteam^S123|@leads> to refund", "<!subteam^S123|@leads>"),
    ],
)
def test_a_mention_is_asked_which_claim_names_them(rule: str, mention: str, desk: Callable[[str], Gateway]) -> None:
    """Slack's name of a person is no claim of theirs, and is never guessed to be one."""
    (asset,) = translate(rule, desk("support"))
    assert asset.statement is None
    assert f"“{mention}” is a mention" in asset.findings[0].description
    assert "Which claim names them?" in asset.findings[0].description


@pytest.mark.parametrize("rule", ["allow user ana@corp.example to refund", 'allow user "@ana" to refund'])
def test_an_address_and_a_quoted_name_are_no_mentions(rule: str, desk: Callable[[str], Gateway]) -> None:
    (statement,) = read_as(rule, desk("support"))
    assert 'principal.getTag("username") == ' in str(statement)
