"""Rules composed from the reading rules' own phrases, each with the policy that it must become.

Who, effect, tool and conditions are drawn apart, so that every draw is a new combination; the gold is composed beside
the text. A translation may be refused, it may never be looser, and a word that nobody knows is never dropped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cedar import Gateway, Tool
from bot.language import translate
from tests.support.gateways import load_gateway

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
BOUNDED = settings(max_examples=EXAMPLES or 80, derandomize=not EXAMPLES, deadline=None, database=None)
GATEWAYS = [load_gateway(path) for path in sorted((Path(__file__).parents[2] / "corpora" / "gateways").glob("*.json"))]
Compare = Callable[[Gateway, Sequence[str], Sequence[str]], Any]


@dataclass(frozen=True)
class Composed:
    """A rule and the one policy that it must become."""

    gateway: Gateway = field(repr=False)
    rule: str
    gold: str


def _tag(key: str, value: str) -> str:
    return f'principal.hasTag("{key}") && principal.getTag("{key}") == "{value}"'


ANYONE = [("anyone", ""), ("everyone", ""), ("all users", "")]
USERS = [
    *ANYONE,
    ("senior analysts", _tag("role", "senior-analyst")),
    ('users with role "Night Shift"', _tag("role", "Night Shift")),
    ("users in the finance department", _tag("department", "finance")),
    ("users with team billing", _tag("team", "billing")),
    ("users with claim tier = gold", _tag("tier", "gold")),
    ('user "ana"', _tag("username", "ana")),
    ("everyone except trainees", f"!({_tag('role', 'trainee')})"),
    ("users without role lead", f"!({_tag('role', 'lead')})"),
]
CALLERS = [
    *ANYONE,
    ("account 123456789012", 'principal.id like "*:123456789012:*"'),
    (
        "the role arn:aws:sts::123456789012:assumed-role/Ops",
        'principal.id == "arn:aws:sts::123456789012:assumed-role/Ops"',
    ),
]
FRAMES = [
    ("permit", "{who} may use {tool}"),
    ("permit", "allow {who} to call {tool}"),
    ("permit", "Please let {who} run {tool}"),
    ("permit", "{who} are allowed to use the {tool} tool"),
    ("forbid", "{who} must not use {tool}"),
    ("forbid", "do not let {who} call {tool}"),
    ("forbid", "{who} cannot use {tool}"),
    ("forbid", "forbid {who} to use {tool}"),
]
SIGNS = {
    "is less than": "<",
    "is below": "<",
    "is at most": "<=",
    "is no more than": "<=",
    "is at least": ">=",
    "is more than": ">",
    "exceeds": ">",
    "equals": "==",
}
METHODS = {"<": "lessThan", "<=": "lessThanOrEqual", ">": "greaterThan", ">=": "greaterThanOrEqual"}
TIMES = [
    ("before 2027-03-01", 'context.system.now < datetime("2027-03-01T00:00:00Z")'),
    ("until 2027-03-01", 'context.system.now < datetime("2027-03-02T00:00:00Z")'),
    (
        "between 09:00 and 17:30 UTC",
        'context.system.now.toTime() >= duration("9h") && context.system.now.toTime() <= duration("17h30m")',
    ),
    (
        "between 22:00 and 04:00 UTC",
        '(context.system.now.toTime() >= duration("22h") || context.system.now.toTime() <= duration("4h"))',
    ),
]


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower()


def _number(draw: st.DrawFn, name: str, access: str, *, decimal: bool) -> tuple[str, str]:
    words, sign = draw(st.sampled_from(sorted(SIGNS.items())))
    value = draw(st.sampled_from([3, 12, 250, 10000]))
    if not decimal:
        return f"{name} {words} {value}", f"{access} {sign} {value}"
    if sign == "==":
        return f"{name} {words} {value}", f'{access} == decimal("{value}.0")'
    return f"{name} {words} {value}", f'{access}.{METHODS[sign]}(decimal("{value}.0"))'


def _condition(draw: st.DrawFn, name: str, schema: Mapping[str, Any], *, optional: bool) -> tuple[str, str]:
    """A test of one input in words, and in Cedar with its guard."""
    access, subject = f"context.input.{name}", f"the {_words(name)}"
    guard = f"context.input has {name} && " if optional else ""
    kind = schema["type"]
    if optional and draw(st.booleans()):
        given_, has = draw(st.sampled_from([("is given", ""), ("is missing", "!")]))
        return f"{subject} {given_}", f"{has}(context.input has {name})"
    if kind in ("integer", "number"):
        text, test = _number(draw, subject, access, decimal=kind == "number")
    elif kind == "boolean":
        value = draw(st.sampled_from(["true", "false"]))
        text, test = f"{_words(name)} is {value}", f"{access} == {value}"
    elif kind == "array":
        text, test = f'{subject} contain "zed"', f'{access}.contains("zed")'
    else:
        text, test = draw(
            st.sampled_from(
                [
                    (f'{subject} is "Zed 1"', f'{access} == "Zed 1"'),
                    (f'{subject} is not "Zed 1"', f'{access} != "Zed 1"'),
                    (f'{subject} contains "a*b"', f'{access} like "*a\\*b*"'),
                    (f'{subject} starts with "z-"', f'{access} like "z-*"'),
                ]
            )
        )
    return text, guard + test


@st.composite
def composed(draw: st.DrawFn) -> Composed:
    """A rule on one tool of one of the corpora's gateways."""
    gateway = draw(st.sampled_from(GATEWAYS))
    tool: Tool = draw(st.sampled_from(gateway.tools))
    effect, frame = draw(st.sampled_from(FRAMES))
    who, person = draw(st.sampled_from(USERS if gateway.principal_type.endswith("OAuthUser") else CALLERS))
    told = tool.input_schema["properties"].items()
    properties = {k: v for k, v in told if v["type"] != "object" and "enum" not in v}  # a listed value is no other
    chosen = draw(st.lists(st.sampled_from(sorted(properties)), max_size=2, unique=True)) if properties else []
    required = tool.input_schema["required"]
    tests = [_condition(draw, name, properties[name], optional=name not in required) for name in chosen]
    time = draw(st.sampled_from([("", ""), *TIMES]))
    text = frame.format(who=who, tool=tool.name)
    text = " ".join(filter(None, [text, time[0], "when " + " and ".join(t for t, _ in tests) if tests else ""]))
    when = " && ".join(filter(None, [person, time[1], *(test for _, test in tests)]))
    gold = (
        f'{effect}(principal is {gateway.principal_type}, action == AgentCore::Action::"{tool.action}", '
        f'resource == AgentCore::Gateway::"{gateway.arn}")' + (f" when {{ {when} }};" if when else ";")
    )
    return Composed(gateway, text[:1].upper() + text[1:] + draw(st.sampled_from(["", "."])), gold)


def _statements(rule: str, gateway: Gateway) -> list[str]:
    return [asset.statement for asset in translate(rule, gateway) if asset.statement]


def test_a_composed_rule_becomes_its_policy_or_is_refused(compare: Compare) -> None:
    """And most are not refused: the phrases are the reading rules' own."""
    outcomes: list[bool] = []

    @BOUNDED
    @given(composed())
    def check(one: Composed) -> None:
        statements = _statements(one.rule, one.gateway)
        outcomes.append(bool(statements))
        if statements:
            found = compare(one.gateway, statements, [one.gold])
            assert found.verdict == "equal", (found.verdict, one.rule, statements[0])

    check()
    assert sum(outcomes) >= 0.9 * len(outcomes)


@BOUNDED
@given(composed(), st.integers(0, 40))
def test_an_unknown_word_is_never_dropped(one: Composed, place: int) -> None:
    """Wherever it is put, the rule is refused or the word is in the policy, as part of a name."""
    words = re.split(r" (?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", one.rule)
    words.insert(place % (len(words) + 1), "glimfor")
    touched = [asset for asset in translate(" ".join(words), one.gateway) if "glimfor" in asset.fragment]
    assert touched
    assert all("glimfor" in (asset.statement or "glimfor").lower() for asset in touched), " ".join(words)


@BOUNDED
@given(composed(), st.integers(0, 40), st.sampled_from(["\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\x07"]))
def test_a_character_that_cannot_be_seen_never_passes_unnoticed(one: Composed, place: int, hidden: str) -> None:
    at = place % (len(one.rule) + 1)
    assert _statements(one.rule[:at] + hidden + one.rule[at:], one.gateway) == []


@BOUNDED
@given(composed(), st.sampled_from([("a", "а"), ("e", "е"), ("o", "о"), ("c", "с"), ("i", "і")]))
def test_a_look_alike_letter_never_stands_for_the_letter(one: Composed, pair: tuple[str, str]) -> None:
    """With Cyrillic letters in it, a rule is refused, or has them in the policy as typed."""
    latin, cyrillic = pair
    changed = re.sub(rf"{latin}(?=[^\"]*$)", cyrillic, one.rule)
    if changed != one.rule:
        assert all(cyrillic in statement for statement in _statements(changed, one.gateway))
