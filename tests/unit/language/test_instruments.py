"""Where another instrument of AgentCore is the right one, the refusal says which, and names the words at fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.cedar import Gateway
from bot.language import translate

COUNTS = (
    "managers may refund at most 3 times a day", "no more than 5 refunds per hour", "interns can refund twice a week",
    "allow two refunds per customer per day", "block refunds once the running total is over 1000",
    "agents may refund up to $500 in total", "managers may refund up to 1000 dollars a month",
    "interns may refund only once", "no more than 10 refunds per session", "three refunds in a row are blocked",
    "limit refunds to 3 per conversation", "users may refund once per billing cycle",
)  # fmt: skip
RATES = (
    "no more than 10 calls per minute", "throttle refunds", "interns may refund 5 times per minute",
    "rate limit the refund tool", "at most 2 refunds a second", "limit refunds to 100 requests per second",
)  # fmt: skip
ORDER = (
    "refunds only after a supervisor has approved them", "managers may refund only after checking the order",
    "refunds over 500 need approval", "refunds need a manager's approval", "refunds over 500 require sign-off",
    "block refunds unless approved by a lead", "refunds must be followed by a ticket",
    "agents may refund after the customer has been verified", "two people must sign off refunds",
)  # fmt: skip
CONTENT = (
    "redact phone numbers from tickets", "block personal data in tickets", "mask credit card numbers",
    "block prompt injection",
    "no profanity in tickets", "never leak personal data", "block jailbreaks", "stop toxic messages",
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        *((rule, ("temporal policies",)) for rule in COUNTS),
        *((rule, ("rate limits",)) for rule in RATES),
        *((rule, ("temporal policy",)) for rule in ORDER),
        *((rule, ("guardrail policies",)) for rule in CONTENT),
    ],
)
def test_the_refusal_says_which_instrument_is_for_it(
    desk: Callable[[str], Gateway], rule: str, named: tuple[str, ...]
) -> None:
    assets = translate(rule, desk("support"))
    assert all(asset.statement is None for asset in assets), assets
    said = " ".join(finding.description for asset in assets for finding in asset.findings)
    assert all(each in said for each in named), said


@pytest.mark.parametrize("rule", ["managers may refund over 500", "no refunds for interns", "block refunds in USD"])
def test_a_rule_about_one_call_is_none_of_theirs(desk: Callable[[str], Gateway], rule: str) -> None:
    assert all(asset.statement for asset in translate(rule, desk("support")))
