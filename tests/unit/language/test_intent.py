"""What a text is before it is read as a rule: a question, small talk, or something about tools, effects and people."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.intent import asks_question, finds_nothing
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"


@pytest.mark.parametrize(
    "text",
    [
        "what can support agents do?", "why was my refund denied", "who can refund more than 500?",
        "hi, can interns issue refunds", "may managers cancel orders over 100?", "are interns allowed to refund",
        "hey team, quick question: who may refund?", "*who can refund?*", "which tools may interns use",
        "anyone may refund?", "refunds for managers?", "do interns have access", "when can managers refund",
        "tell me who can refund", "I wonder who may refund", "I'd like to know what interns can do",
        "does anyone know whether managers may refund", "please let me know who can cancel orders",
    ],
)  # fmt: skip
def test_a_question_is_known_as_one_with_or_without_its_mark(text: str) -> None:
    assert asks_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "can you allow managers to refund?", "could we please block refunds over 100?", "don't let interns refund",
        "do not allow interns to refund", "when the amount is over 5, block refunds", "may not refund",
        "where the city is Paris, block refunds", "whoever has role manager may refund", "let interns refund",
        "do refunds only between 8:00 and 16:00 UTC", "in no case may interns refund", "is not allowed",
    ],
)  # fmt: skip
def test_a_rule_or_a_request_for_one_is_no_question(text: str) -> None:
    assert not asks_question(text)


@pytest.mark.parametrize("name", ["support", "github", "retail-desk", "stripe"])
@pytest.mark.parametrize(
    "text",
    [
        "hello", "hi team", "thanks everyone!", "what's up", "test test", "lunch at 12", "nice one folks", "refunds",
        "keep it up", "let me check", "asdf qwer", "lorem ipsum dolor sit amet", "see you tomorrow", "ok, sounds good",
        "i am back in 5 minutes", "never mind", "", ":", "👍",
    ],
)  # fmt: skip
def test_small_talk_says_nothing_of_a_gateway(desk: Callable[[str], Gateway], name: str, text: str) -> None:
    assert finds_nothing(text, desk(name))


@pytest.mark.parametrize(
    "text",
    [
        "the refund tool is down", "refunds are broken", "please fix the refunds", "let's discuss refunds tomorrow",
        "my refund was denied", "I need help with refunds", "I can't refund, please fix", "support agents", "managers",
        "let us meet at 5 to talk about process_refund", "reject this", "approve it", "revoke managers", "block that",
        "revoke the policy managers",
    ],
)  # fmt: skip
def test_a_tool_or_people_with_nothing_to_them_are_small_talk(desk: Callable[[str], Gateway], text: str) -> None:
    """Each was a public review, a thread and a generation that came to nothing."""
    assert finds_nothing(text, desk("support"))


@pytest.mark.parametrize(
    "text",
    [
        "I want managers to refund", "I'd like interns not to refund", "let sales refund", "non-staff: process_refund",
        "refunds need approval", "refunds require two people", "refunds capped at 500", "refund limit 500",
        "refunds for managers", "refunds are fine", "block refunds", "give managers refunds", "all agents: refunds",
    ],
)  # fmt: skip
def test_a_tool_or_people_with_something_to_them_are_a_rule(desk: Callable[[str], Gateway], text: str) -> None:
    assert not finds_nothing(text, desk("support"))


def test_a_pronoun_names_no_tool_but_behind_its_own_verb(desk: Callable[[str], Gateway]) -> None:
    """ "Let me check" was a permit for `get_me`."""
    assert translate("let me check", desk("github"))[0].statement is None
    assert translate("managers may get me", desk("github"))[0].statement is not None


@pytest.mark.parametrize(
    "text",
    [
        "allow support agents to refund", "nobody may do it", "managers only", "block everything", "pilots may fly",
        "everyone may bake cakes", "users with role x", "no access for interns", "forbid bananas", "refunds over 500",
        "closing accounts is off limits", "interns: no",
    ],
)  # fmt: skip
def test_what_speaks_of_a_tool_an_effect_or_people_is_no_small_talk(desk: Callable[[str], Gateway], text: str) -> None:
    """What cannot be read is still a rule that somebody meant."""
    assert not finds_nothing(text, desk("support"))


def test_no_rule_of_the_corpus_that_is_read_is_a_question_or_small_talk() -> None:
    gateways = {path.stem: load_gateway(path) for path in (CORPORA / "gateways").glob("*.json")}
    for line in (CORPORA / "rules.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if all(asset.statement for asset in translate(row["rule"], gateways[row["gateway"]])):
            assert not finds_nothing(row["rule"], gateways[row["gateway"]]), row["rule"]
            assert not asks_question(row["rule"]), row["rule"]
