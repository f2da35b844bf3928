"""Generation that goes wrong on purpose: its faults are real, look right, and are the same for the same rule."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bot.analysis.offloop import Analyst
from bot.cedar import Request, evaluate, load_gateway, parse_policy, schema_for
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.controlplane.faulty import spoiled
from bot.language import translate

GATEWAY = load_gateway(SAMPLE_GATEWAY)
SCHEMA = schema_for(GATEWAY)
TOOLS = ("RefundTool___process_refund", "CustomerData___give_credit", "CustomerData___export_customers")
RULES = (
    "allow support agents to call refund tool",
    "allow support agents to call refund tool if the amount is below 500",
    "allow managers to give credit up to 20 percent",
    "block refunds above 500",
    "nobody may export customers",
    "block export customers if the region is EU",
    "allow everyone to do everything",
    "allow managers or support agents to call refund tool unless the reason is late",
    "allow support agents to call refund tool. allow managers to call refund tool. interns may not call refund tool",
    "allow users with scope refund:write to call refund tool between 9am and 5pm UTC",
)


@pytest.fixture
async def analyst() -> AsyncIterator[Analyst]:
    async with Analyst() as found:
        yield found


def statements_of(rule: str) -> list[str]:
    found = [piece.statement for piece in translate(rule, GATEWAY) if piece.statement]
    assert found
    return found


def decisions(statements: Sequence[str | None], tools: Sequence[str] = TOOLS) -> list[bool]:
    """What Cedar decides over a grid of calls, where a policy for everybody stands beside a set of forbids."""
    policies = {str(number): text for number, text in enumerate(statements) if text}
    if all(parse_policy(text).effect == "forbid" for text in statements if text):
        policies["all"] = f'permit(principal, action, resource == AgentCore::Gateway::"{GATEWAY.arn}");'
    roles = [
        "manager",
        "support-agent",
        "supervisor",
        "contractor",
        "auditor",
        "administrator",
        "intern",
        "refund:write",
    ]
    found = []
    for tool, role, size, reason, now in itertools.product(
        tools,
        [*roles, None],
        (0, 15, 25, 30, 100, 499, 500, 501, 3000, 9000),
        ("late", "broken"),
        ("2026-01-01T03:00:00.000Z", "2026-01-01T12:00:00.000Z"),
    ):
        inputs: dict[str, dict[str, Any]] = {
            TOOLS[0]: {"orderId": "1", "amount": size, "reason": reason},
            TOOLS[1]: {
                "customerId": "1",
                "percent": {"__extn": {"fn": "decimal", "arg": f"{size}.0"}},
                "campaign": "x",
            },
            TOOLS[2]: {"region": "EU", "rows": size, "format": "csv"},
        }
        tags = {} if role is None else {"role": role, "scope": role}
        request = Request("AgentCore::OAuthUser", "ana", tool, GATEWAY.arn, inputs[tool], tags, now)
        found.append(evaluate(policies, request, SCHEMA).allowed)
    return found


@pytest.mark.parametrize("rule", RULES)
async def test_a_faulty_generation_decides_otherwise_and_looks_right(analyst: Analyst, rule: str) -> None:
    """Cedar decides some call otherwise; yet every statement is valid, and has no finding of its own."""
    faithful = statements_of(rule)
    faulty = await spoiled(rule, faithful, SCHEMA, analyst)
    assert sum(one != other for one, other in zip(faithful, faulty, strict=True)) == 1
    assert decisions(faulty) != decisions(faithful)
    for statement in faulty:
        assert statement is None or SCHEMA.validate(statement) == ()
    changed = [text for text in faulty if text and text not in faithful]
    assert [[each.type for each in await analyst.policy_findings(text, SCHEMA)] for text in changed] == [
        ["VALID"] for _ in changed
    ]


@pytest.mark.parametrize("rule", RULES)
async def test_the_fault_hangs_on_the_rule_alone(analyst: Analyst, rule: str) -> None:
    """What a rule was seen to give once, it gives again."""
    faithful = statements_of(rule)
    assert await spoiled(rule, faithful, SCHEMA, analyst) == await spoiled(rule, faithful, SCHEMA, analyst)


async def test_every_kind_of_fault_comes_up(analyst: Analyst) -> None:
    """Over forty rules: a condition dropped, a limit moved, another role named, a piece forgotten."""
    kinds = set()
    for number in range(40):
        rule = (
            f"allow support agents to call refund tool if the amount is below {number + 10}. allow managers to export"
        )
        rule += " customers"
        faithful = statements_of(rule)
        faulty = await spoiled(rule, faithful, SCHEMA, analyst)
        before, after = next((one, other) for one, other in zip(faithful, faulty, strict=True) if one != other)
        kinds.add(_kind(before, after))
    assert kinds == {"condition", "limit", "role", "piece"}


def _kind(before: str, after: str | None) -> str:
    if after is None:
        return "piece"
    if after.count("getTag") < before.count("getTag") or after.count("amount") < before.count("amount"):
        return "condition"
    named = re.compile(r"[<>]=? (\d+)")
    return "limit" if named.findall(before) != named.findall(after) else "role"


@pytest.mark.parametrize("limit", ["below 5", "at most 5", "above 5", "at least 5"])
async def test_a_moved_limit_opens_more(analyst: Analyst, limit: str) -> None:
    """A fault that only moves a limit never takes calls away: looser than asked is the bug worth showing."""
    seen = 0
    for number in range(5):
        for verb in ("allow", "block"):
            rule = f"{verb} support agents to call refund tool if the amount is {limit}{number:02}"
            (faithful,) = statements_of(rule)
            (faulty,) = await spoiled(rule, [faithful], SCHEMA, analyst)
            if faulty is None or _kind(faithful, faulty) != "limit":
                continue
            seen += 1
            pairs = zip(decisions([faithful], TOOLS[:1]), decisions([faulty], TOOLS[:1]), strict=True)
            assert {(False, True)} <= set(pairs) <= {(False, True), (False, False), (True, True)}
    assert seen
