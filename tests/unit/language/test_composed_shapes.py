"""Rules composed at random of the shapes that people say, two or three things at once: none is looser or tighter.

Each shape puts people, tools and conditions into a sentence and into its gold alike. A rule may be asked or refused, in
at most one of twenty.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence
from typing import Any

from bot.cedar import Gateway
from bot.language import translate

REFUND, TICKET = "RefundTool___process_refund", "Helpdesk-Tickets___create_ticket"
PEOPLE = (
    ("managers", "manager"),
    ("interns", "intern"),
    ("support agents", "support-agent"),
    ("team leads", "team-lead"),
)
CONDITIONS = (
    ("over 500", "context.input.amount > 500"),
    ("under 50", "context.input.amount < 50"),
    ("of at most 20", "context.input.amount <= 20"),
    ("with reason fraud", 'context.input has reason && context.input.reason == "fraud"'),
    ("in EUR", 'context.input has currency && context.input.currency == "EUR"'),
    ("not in USD", 'context.input has currency && !(context.input.currency == "USD")'),
    ("of not more than 500 nor less than 5", "context.input.amount <= 500 && context.input.amount >= 5"),
    ("for reasons other than late", 'context.input has reason && !(context.input.reason == "late")'),
)
EXPRESS = "context.input has express && context.input.express == true"
DAY = 'context.system.now.toTime() >= duration("9h") && context.system.now.toTime() <= duration("17h")'
Deed = tuple[str, list[str]]
Shape = Callable[[str, str, str, Deed, Deed], tuple[str, list[tuple[str, str, list[str], str]]]]


def has(role: str) -> str:
    return f'principal.hasTag("role") && principal.getTag("role") == "{role}"'


# People in the plural, their role, the role of others, and two deeds with their conditions; the policies as effect,
# tool, conditions and exception.
SHAPES: tuple[Shape, ...] = (
    lambda p, r, o, a, b: (f"block {a[0]} and {b[0]}", [("forbid", REFUND, a[1], ""), ("forbid", REFUND, b[1], "")]),
    lambda p, r, o, a, b: (
        f"{p} may issue {a[0]} and {b[0]}",
        [("permit", REFUND, [has(r), *a[1]], ""), ("permit", REFUND, [has(r), *b[1]], "")],
    ),
    lambda p, r, o, a, b: (
        f"{p} may issue {a[0]}, {o} too",
        [("permit", REFUND, [has(r), *a[1]], ""), ("permit", REFUND, [has(dict(PEOPLE)[o]), *a[1]], "")],
    ),
    lambda p, r, o, a, b: (
        f"{p} may issue {a[0]}. The same goes for {o}.",
        [("permit", REFUND, [has(r), *a[1]], ""), ("permit", REFUND, [has(dict(PEOPLE)[o]), *a[1]], "")],
    ),
    lambda p, r, o, a, b: (f"forbid {p} {a[0]}", [("forbid", REFUND, [has(r), *a[1]], "")]),
    lambda p, r, o, a, b: (f"everyone may issue {a[0]}, not {p}", [("permit", REFUND, [f"!({has(r)})", *a[1]], "")]),
    lambda p, r, o, a, b: (f"you must be a {p[:-1]} to issue {a[0]}", [("permit", REFUND, [has(r), *a[1]], "")]),
    lambda p, r, o, a, b: (f"you can't issue {a[0]} unless you're a {p[:-1]}", [("forbid", REFUND, a[1], has(r))]),
    lambda p, r, o, a, b: (f"if {p} try to issue {a[0]}, block it", [("forbid", REFUND, [has(r), *a[1]], "")]),
    lambda p, r, o, a, b: (
        f"no {p[:-1]} should ever be able to issue {a[0]}",
        [("forbid", REFUND, [has(r), *a[1]], "")],
    ),
    lambda p, r, o, a, b: (f"stop letting {p} issue {a[0]}", [("forbid", REFUND, [has(r), *a[1]], "")]),
    lambda p, r, o, a, b: (f"keep {p} away from {a[0]}", [("forbid", REFUND, [has(r), *a[1]], "")]),
    lambda p, r, o, a, b: (f"{a[0]} = {p} only", [("permit", REFUND, [has(r), *a[1]], "")]),
    lambda p, r, o, a, b: (f"for {a[0]}, only {p}", [("permit", REFUND, [has(r), *a[1]], "")]),
    lambda p, r, o, a, b: (
        f"{p} may create tickets but not issue {a[0]}",
        [("permit", TICKET, [has(r)], ""), ("forbid", REFUND, [has(r), *a[1]], "")],
    ),
    lambda p, r, o, a, b: (
        f"{p} may issue {a[0]} and create tickets",
        [("permit", REFUND, [has(r), *a[1]], ""), ("permit", TICKET, [has(r)], "")],
    ),
    lambda p, r, o, a, b: (f"grant {p} the right to issue {a[0]}", [("permit", REFUND, [has(r), *a[1]], "")]),
    lambda p, r, o, a, b: (
        f"{a[0]}: ok for {p}, not ok for {o}",
        [("permit", REFUND, [has(r), *a[1]], ""), ("forbid", REFUND, [has(dict(PEOPLE)[o]), *a[1]], "")],
    ),
    lambda p, r, o, a, b: (
        f"between 9am and 5pm UTC, {p} may issue {a[0]}",
        [("permit", REFUND, [has(r), DAY, *a[1]], "")],
    ),
)


def deed(dice: random.Random) -> Deed:
    words, condition = dice.choice((("express", EXPRESS), *CONDITIONS))
    return ("express refunds", [condition]) if words == "express" else (f"refunds {words}", [condition])


def statement(gateway: Gateway, effect: str, tool: str, when: list[str], unless: str) -> str:
    scope = f'principal is AgentCore::OAuthUser, action == AgentCore::Action::"{tool}"'
    holds = f" when {{ {' && '.join(f'({each})' for each in when)} }}" if when else ""
    but = f" unless {{ {unless} }}" if unless else ""
    return f'{effect}({scope}, resource == AgentCore::Gateway::"{gateway.arn}"){holds}{but};'


def test_composed_shapes_are_read_exactly_or_not_at_all(
    desk: Callable[[str], Gateway], compare: Callable[[Gateway, Sequence[str], Sequence[str]], Any]
) -> None:
    gateway = desk("support")
    dice = random.Random(int(os.environ.get("FUZZ_SEED", "2026")))
    tried = int(os.environ.get("FUZZ_EXAMPLES", "120"))
    unread, wrong = [], []
    for number in range(tried):
        (people, role), (others, _) = dice.sample(PEOPLE, 2)
        rule, policies = SHAPES[number % len(SHAPES)](people, role, others, deed(dice), deed(dice))
        assets = translate(rule, gateway)
        ours = [asset.statement for asset in assets if asset.statement]
        gold = [statement(gateway, *policy) for policy in policies]
        if any(asset.statement is None for asset in assets):
            unread.append(rule)
        elif (verdict := compare(gateway, ours, gold).verdict) != "equal":
            wrong.append((verdict, rule, ours))
    assert wrong == []
    assert len(unread) <= tried / 20, unread
