"""Policies that are not plain Cedar: what of them Cedar can read, and what was taken out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cedar.dogwood import plain_part
from bot.cedar.policies import parse_policy
from bot.errors import PolicyError

SCOPE = 'permit(principal, action == AgentCore::Action::"Desk___refund", resource == AgentCore::Gateway::"arn")'
ONCE = 'formerly within 1h AgentCore::Action::"Desk___approve"::response{ input.id: context.input.id }'
SAFE = 'BedrockGuardrails::PromptAttack(["JAILBREAK"], [context.input.note])["JAILBREAK"].confidenceScore > 4'


@pytest.mark.parametrize(
    ("clauses", "kinds", "left"),
    [
        (f"when temporal {{ {ONCE} }}", ("temporal",), 0),
        (f"unless guardrails {{ {SAFE} }}", ("guardrails",), 0),
        (f"when {{ true }} when temporal {{ {ONCE} }} unless {{ false }}", ("temporal",), 2),
        (f"when guardrails {{ {SAFE} }} when temporal{{{ONCE}}}", ("guardrails", "temporal"), 0),
        ("when // a note\n temporal /" + "/ {\n { x }", ("temporal",), 0),
        ('when temporal { "}" == "\\"}" /' + '/ }\n && f(["{"]) }', ("temporal",), 0),
        (
            "when temporal { exists (n: Long). ((count for (t: Timepoint). where (a::request{})) == n) }",
            ("temporal",),
            0,
        ),
    ],
)
def test_blocks_are_taken_out_whole_and_named_in_order(clauses: str, kinds: tuple[str, ...], left: int) -> None:
    """What is left parses as Cedar and has exactly the plain conditions, whatever the blocks hold."""
    plain, found = plain_part(f"{SCOPE}\n{clauses};")
    assert found == kinds
    assert len(parse_policy(plain).est["conditions"]) == left


@pytest.mark.parametrize(
    "statement",
    [
        f"{SCOPE};",
        f'{SCOPE} when {{ context.input.note == "when temporal {{ }}" }};',
        f"{SCOPE} // when temporal {{\n;",
        f'@note("unless guardrails {{ }}") {SCOPE};',
        f'@suppressOutput("no") {SCOPE};',
        f'{SCOPE} when {{ {{"when": 1}}.when == 1 }};',
        "not a policy ) at all",
        f"{SCOPE} when {{ (temporal {{ x }}) }};",
        f"{SCOPE} rewhen temporal {{ x }};",
        "",
    ],
)
def test_what_only_looks_like_a_block_comes_back_unchanged(statement: str) -> None:
    """Strings, comments, annotations and names are not blocks: plain Cedar is never touched."""
    assert plain_part(statement) == (statement, ())


@pytest.mark.parametrize(
    "block", ["{", "{ ( }", "{ ) }", '{ "never ended }', "{ [ } ]", "{ { }", "{ // }", "{ } when guardrails { ("]
)
def test_a_block_that_does_not_close_is_an_error(block: str) -> None:
    """Where a block ends is never guessed: what follows it would be read as a condition, or lost."""
    with pytest.raises(PolicyError, match="not balanced"):
        plain_part(f"{SCOPE} when temporal {block}")


def test_a_policy_that_withholds_output_is_read_as_a_forbid_and_named() -> None:
    """`suppressOutput` is no effect of Cedar's; the rest of its policy is still checked."""
    plain, kinds = plain_part(f"suppressOutput{SCOPE.removeprefix('permit')}\nwhen guardrails {{ {SAFE} }};")
    assert kinds == ("suppressOutput", "guardrails")
    assert parse_policy(plain).effect == "forbid"


def test_a_block_inside_an_expression_stays_and_cedar_refuses_it() -> None:
    """What it stands for cannot be left out of an expression without making another one of it."""
    statement = f"{SCOPE} when {{ temporal {{ {ONCE} }} || context.input.amount < 5 }};"
    assert plain_part(statement) == (statement, ())
    with pytest.raises(PolicyError):
        parse_policy(statement)


def test_what_follows_a_block_keeps_its_line() -> None:
    """Cedar's message about the rest points at the line that the author wrote."""
    plain, _ = plain_part(f"{SCOPE}\nwhen temporal {{\n\n x\n}}\nwhen {{ wrong( }};")
    assert plain.splitlines().index("when { wrong( };") == 5


@given(st.lists(st.sampled_from(["when", "temporal", " ", "{", "}", '"', "//", "\n", "(", ")", "x", "\\", "@"])))
def test_any_text_is_answered_or_refused(pieces: list[str]) -> None:
    """No text breaks the reader, and what it kept is never longer than the text."""
    text = "".join(pieces)
    try:
        plain, kinds = plain_part(text)
    except PolicyError:
        return
    assert (plain == text) if not kinds else (len(plain) < len(text))
