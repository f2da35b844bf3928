"""How long a card is on a phone before its buttons, for rules as teams write them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.analysis import Change, Difference, Example
from bot.blocks import SlackCards
from bot.cedar import Request
from bot.review.found import Analysis, Finding, SecondReading, Verdict
from bot.review.messages import MessageKind
from bot.review.model import Draft, Proposal
from tests.support.phone import lines_before_buttons

OAUTH, ARN = "AgentCore::OAuthUser", "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/support-desk-5up9or7d3s"
SUPPORT = "callers with role = support-agent"
TOOLS = (
    "RefundTool___process_refund",
    *(f"OrderTool___{name}" for name in ("get_order", "cancel_order", "change_delivery_date")),
    *(f"Ticket-Desk___{name}" for name in ("open_ticket", "escalate_ticket", "close_ticket")),
    *(f"CustomerData___{name}" for name in ("get_customer", "update_email", "export_customers", "give_credit")),
)
REFUSED = (
    "Overly {}: Policy Engine will {} every request for the specified principal (AgentCore::OAuthUser), action ({})"
)


@dataclass(frozen=True)
class Rule:
    """A rule, the tools that it opens, and what is found about it."""

    words: str
    read_back: str
    opens: tuple[str, ...] = ()
    whom: str = SUPPORT
    every: bool = True
    findings: tuple[Finding, ...] = ()
    refusal: str = ""


RULES = {
    "everyone": Rule(
        "allow everyone to do everything",
        "Anyone may use all tools.",
        TOOLS,
        "anyone",
        findings=tuple(Finding("ALLOW_ALL", REFUSED.format("Permissive", "allow", tool)) for tool in TOOLS),
        refusal=REFUSED.format("Permissive", "allow", TOOLS[0]),
    ),
    "refund under 500": Rule(
        "allow support agents to call refund tool if the amount is below 500",
        'Users with role "support-agent" may use process_refund when the amount is less than 500.',
        TOOLS[:1],
        every=False,
    ),
    "block refunds": Rule(
        "block refunds above 500",
        "Nobody may use process_refund when the amount is more than 500.",
        findings=(Finding("redundant", "With it, no request is decided otherwise.", "policybot"),),
        refusal=REFUSED.format("Restrictive", "deny", TOOLS[0]),
    ),
    "two tools": Rule(
        "allow support agents to get orders and cancel orders",
        'Users with role "support-agent" may use get_order and cancel_order.',
        TOOLS[1:3],
        every=False,
    ),
    "overridden": Rule(
        "allow support agents to call refund tool if the amount is below 500",
        'Users with role "support-agent" may use process_refund when the amount is less than 500.',
        findings=(Finding("overridden", "Everything that it allows is denied by freeze_refunds: a forbid wins."),),
    ),
}


def _change(tool: str, rule: Rule) -> Change:
    if tool not in rule.opens:
        return Change(OAUTH, tool, "unchanged")
    tags = {"role": "support-agent"} if rule.whom == SUPPORT else {}
    moment = "2026-01-15T12:00:00.000Z"

    def example(amount: int, *, after: bool) -> Example:
        inputs = {"amount": amount, "orderId": "some orderId"}
        return Example(Request(OAUTH, "alice", tool, ARN, inputs, tags, moment), False, after)

    still = None if rule.every else example(500, after=False)
    found = Change(OAUTH, tool, "changed", newly_allowed=example(499, after=True), still_denied=still)
    return replace(found, whom=rule.whom, every=rule.every)


@pytest.mark.parametrize("name", RULES)
def test_a_usual_card_is_read_without_scrolling_far(proposal: Proposal, draft: Draft, name: str) -> None:
    """At most eight paragraphs, and about fifteen lines of a phone, stand before the buttons."""
    rule = RULES[name]
    analysis = Analysis(
        read_back=rule.read_back,
        findings=rule.findings,
        difference=Difference(tuple(_change(tool, rule) for tool in TOOLS)).as_json(),
        second=SecondReading(Verdict.AGREE),
        refusal=rule.refusal,
    )
    found = replace(draft, fragment=rule.words, findings=(), analysis=analysis)
    blocks = SlackCards().message(MessageKind.CARD, replace(proposal, uncovered=()), (found,), found).blocks
    assert len(lines_before_buttons(blocks)) <= 18
    assert len(lines_before_buttons(blocks, 1000)) <= 8
