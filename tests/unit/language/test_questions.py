"""What somebody asks of the rules is read by the grammar of rules: the same requests, and nothing dropped."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.questions import NotRead, Question, read_question

PEOPLE = ("interns", 'user "ana"', "users with role manager", "support agents and managers", "the finance department")
DEEDS = (
    "process refunds", "call refund tool", "refund more than 500", "refund when express is true", "create tickets",
    "refund up to $100 between 9am and 5pm UTC", "process refunds with reason damaged", "use all tools of RefundTool",
)  # fmt: skip


def permits(rule: str, gateway: Gateway) -> list[str | None]:
    return [asset.statement for asset in translate(rule, gateway)]


@pytest.mark.parametrize("deed", DEEDS)
def test_who_may_asks_of_the_requests_that_anyone_may_would_allow(desk: Callable[[str], Gateway], deed: str) -> None:
    gateway = desk("support")
    wanted = permits(f"anyone may {deed}", gateway)
    for opening in ("who can", "who is allowed to", "which roles may", "tell me who can", "who exactly may"):
        found = read_question(f"{opening} {deed}?", gateway)
        assert isinstance(found, Question), found
        assert (found.kind, found.denied, found.people) == ("who", False, "")
        assert list(found.statements) == wanted


@pytest.mark.parametrize(("who", "deed"), list(itertools.product(PEOPLE, DEEDS)))
def test_whether_somebody_may_asks_of_the_requests_that_a_permit_of_it_would_allow(
    desk: Callable[[str], Gateway], who: str, deed: str
) -> None:
    gateway = desk("support")
    people = f"someone in {who}" if "department" in who else who
    rule = f"users in {who} may {deed}" if "department" in who else f"{who} may {deed}"
    wanted = permits(rule, gateway)
    assert None not in wanted
    for opening, link in (("can", ""), ("may", ""), ("are", " allowed to"), ("is", " permitted to")):
        found = read_question(f"{opening} {people}{link} {deed}?", gateway)
        assert isinstance(found, Question), found
        assert (found.kind, found.denied) == ("whether", False)
        assert list(found.statements) == wanted
        assert found.people


@pytest.mark.parametrize(
    "text",
    [
        "what may support agents do?", "which tools can support agents use?", "what are support agents allowed to do",
        "what do support agents have access to?", "what can be done by support agents?",
    ],
)  # fmt: skip
def test_what_somebody_may_asks_of_every_tool(desk: Callable[[str], Gateway], text: str) -> None:
    gateway = desk("support")
    found = read_question(text, gateway)
    assert isinstance(found, Question), found
    assert (found.kind, found.denied) == ("what", False)
    assert list(found.statements) == permits("support agents may use all tools", gateway)
    assert len(found.actions) == len(permits("allow everyone to use all tools", gateway)) * len(gateway.tools)


@pytest.mark.parametrize(
    ("text", "kind", "rule"),
    [
        ("who may not refund?", "who", "anyone may refund"),
        ("who is blocked from refunds over 500?", "who", "anyone may refund more than 500"),
        ("are interns blocked from refunds?", "whether", "interns may refund"),
        ("can't interns refund?", "whether", "interns may refund"),
        ("is process_refund blocked for interns", "whether", "interns may use process_refund"),
        ("which tools are blocked for interns?", "what", "interns may use all tools"),
        ("what can't interns do?", "what", "interns may use all tools"),
        ("what can interns not call?", "what", "interns may use all tools"),
        ("what may interns not do", "what", "interns may use all tools"),
    ],
)
def test_what_is_blocked_is_asked_of_the_same_requests(
    desk: Callable[[str], Gateway], text: str, kind: str, rule: str
) -> None:
    """Whether it asks what is allowed or what is blocked is said apart."""
    found = read_question(text, desk("support"))
    assert isinstance(found, Question), found
    assert (found.kind, found.denied) == (kind, True)
    assert list(found.statements) == permits(rule, desk("support"))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("can refunds be processed by interns?", "interns may refund"),
        ("are refunds over 500 allowed for managers?", "managers may refund more than 500"),
        ("is it ok to refund more than 500?", "anyone may refund more than 500"),
        ("can anyone refund when the reason is damaged?", "anyone may refund when the reason is damaged"),
        ("when express is true, who can refund?", "anyone may refund when express is true"),
        ("could a manager refund $200", "managers may refund exactly 200"),
        ("by whom can refunds be processed", "anyone may refund"),
        ("do interns have access to the refund tool?", "interns may use the refund tool"),
    ],
)
def test_other_ways_to_ask(desk: Callable[[str], Gateway], text: str, rule: str) -> None:
    found = read_question(text, desk("support"))
    assert isinstance(found, Question), found
    assert list(found.statements) == permits(rule, desk("support"))


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("who can bake cakes?", "cakes"), ("can I refund?", "I"), ("can @ana refund?", "ana"), ("who?", "who"),
        ("how many refunds can interns make?", "many"), ("who can refund on fridays?", "fridays"),
        ("can interns refund reasonable amounts?", "reasonable"), ("who can refund in the warehouse?", "warehouse"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named(desk: Callable[[str], Gateway], text: str, culprit: str) -> None:
    found = read_question(text, desk("support"))
    assert isinstance(found, NotRead), found
    assert culprit in found.culprits
    assert found.description.endswith((".", "?"))


def test_a_slip_is_offered_as_the_question_with_it_put_right(desk: Callable[[str], Gateway]) -> None:
    found = read_question("who can refnd more than 500?", desk("support"))
    assert isinstance(found, NotRead)
    assert isinstance(read_question(found.offers[0], desk("support")), Question)


@pytest.mark.parametrize(
    "text", ["", "?", "hello", "allow managers to refund", "a\u200bb?", "x " * 2000, "((((", "💥?"]
)
def test_what_is_no_question_is_refused_and_never_raises(desk: Callable[[str], Gateway], text: str) -> None:
    assert isinstance(read_question(text, desk("support")), NotRead)
