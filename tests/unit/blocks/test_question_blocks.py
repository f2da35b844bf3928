"""Answers as modals: within Slack's limits, whatever the policies and the people wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.analysis import Standing, Uncertain
from bot.analysis.questions import Answer, Callers, Case, Way
from bot.blocks.questions import QuestionOrigin, asked_modal, denial_modal, read_why, whose_words, why_modal
from bot.cedar import Gateway, Request, Tool, schema_for
from bot.errors import BadInput
from bot.questions import Denial, why
from bot.review.asked import AskAnswer, Blamed, Call, CallAnswer, DenialAnswer, Gate, Here, LoggedCall
from bot.review.engine import EngineState
from bot.review.model import Proposal
from bot.review.people import Person
from bot.workspace.blockkit import check_view

HOSTILE = "<!channel> *x* `y` \u202e\u200b <https://x.example|z> " + "w" * 3000
TOOL = "Desk___pay"


@pytest.fixture
def desk(gateway_of: Callable[..., Gateway]) -> Gateway:
    return gateway_of(Desk={"pay": {"amount": {"type": "integer"}, "note?": {"type": "string"}}})


def call(desk: Gateway, **tags: str) -> Request:
    return Request(desk.principal_type, "someone", TOOL, desk.arn, {"amount": 1, "note": HOSTILE}, tags)


def checked(view: dict[str, Any]) -> str:
    """What a modal says, if Slack takes it; nothing in it can mention, and nothing hides."""
    check_view(json.loads(json.dumps(view)), "modal")
    assert len(view["private_metadata"]) <= 3000
    assert len(view["blocks"]) <= 100
    text = json.dumps(view["blocks"], ensure_ascii=False)
    assert "\u202e" not in text
    for block in view["blocks"]:
        for part in [block.get("text"), *block.get("elements", ())]:
            assert not (isinstance(part, dict) and part.get("type") == "mrkdwn" and "<!channel>" in part["text"])
    return text


@pytest.mark.parametrize("gate", Gate)
@pytest.mark.parametrize("text", ["process_refund", HOSTILE, "ю" * 2000])
def test_an_answer_about_a_call_fits_whatever_is_in_it(desk: Gateway, gate: Gate, text: str) -> None:
    schema = schema_for(desk)
    permit = f"permit(principal, action, resource) when {{ principal.hasTag({json.dumps('t' * 300)}) }};"
    standing = Standing(
        {HOSTILE: permit, **{f"p{at}": permit for at in range(40)}},
        {f"quiet{at}": "permit(principal, action, resource);" for at in range(30)},
    )
    found = why(standing, call(desk, role=HOSTILE), schema)
    said = dict.fromkeys(standing.enforced, HOSTILE)
    answer = CallAnswer(
        gate, Call(found.request), found, None, ("role",), said, dict.fromkeys(said, "id"), offer="a rule"
    )
    shown = checked(why_modal(answer, desk, QuestionOrigin("C1", "why", text)))
    assert ("today" in shown.split("Denied")[1][:10]) is (gate is Gate.ENFORCED)
    kept = len(json.dumps(text, ensure_ascii=False)) < 2900
    assert ("Propose this" in shown) is kept


def test_what_depends_on_uncertain_policies_is_never_called_allowed_or_denied(desk: Gateway) -> None:
    standing = Standing({}, uncertain=tuple(Uncertain(f"u{at}", None, "cannot be read") for at in range(20)))
    found = why(standing, call(desk, role="x"), schema_for(desk))
    shown = checked(
        why_modal(CallAnswer(Gate.ENFORCED, Call(found.request), found), desk, QuestionOrigin("C1", "why", "x"))
    )
    assert "Whether it is allowed today is not known" in shown
    assert "u0 cannot be read." in shown
    assert "Denied today" not in shown
    assert "Propose this" not in shown


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(TOOL, never=True, always=True), "There is no such call"),
        (Answer(TOOL, never=True), "No: every one of these calls is denied today. Proved"),
        (Answer(TOOL, always=True), "Yes: every one of these calls is allowed today. Proved"),
        (Answer(TOOL, reason="u cannot be read"), "Whether any of these calls is allowed today is not known"),
    ],
)
def test_the_answer_in_short_says_no_more_than_is_proved(answer: Answer, said: str) -> None:
    shown = checked(asked_modal(AskAnswer(Gate.ENFORCED, "whether", ("r",), answers=(answer,)), QuestionOrigin("C1")))
    assert said in shown
    assert ("Proved" in shown) is ("Proved" in said)


def test_a_thousand_permits_are_paged_and_nobody_else_is_said_only_if_proved(desk: Gateway) -> None:
    ways = tuple(Way(f"{at}{HOSTILE}", Case(call(desk), True, (HOSTILE,))) for at in range(1000))
    found = Callers(TOOL, "callers with role = a", ways, tuple(map(str, range(100))), ("idle",), many=True)
    said = {way.policy: HOSTILE for way in ways}
    asked = AskAnswer(Gate.ENFORCED, "who", (HOSTILE,), callers=(found,), said=said)
    assert "nobody else: proved" in checked(asked_modal(asked, QuestionOrigin("C1", "can", "pay")))
    last = checked(asked_modal(asked, QuestionOrigin("C1", "can", "pay", 999)))
    assert "Next" not in last
    unsure = Callers(TOOL, "callers with role = a", (), reason="depends on u, which is new")
    shown = checked(
        asked_modal(AskAnswer(Gate.ENFORCED, "who", ("r",), callers=(unsure,)), QuestionOrigin("C1", "can"))
    )
    assert "nobody else" not in shown
    assert "Not proved, so there may be others: depends on u" in shown


def test_a_permit_is_not_blamed_for_a_denial_and_an_allowed_call_is_not_called_denied(desk: Gateway) -> None:
    blamed = (
        Blamed("open", "id1", "ACTIVE", "says", permits=True),
        Blamed(HOSTILE, "id2", "LOG_ONLY", HOSTILE),
        Blamed("gone"),
    )
    shown = checked(
        denial_modal(DenialAnswer(Gate.ENFORCED, Denial(("a",)), blamed), desk, QuestionOrigin("C1", "why"))
    )
    assert "open permits, and a permit denies nothing by itself" in shown
    assert "is not on the engine any more" in shown
    assert "log-only now, so it denies nothing any more" in shown
    logged = LoggedCall(TOOL, {"amount": 1, "note": HOSTILE}, desk.principal_type, HOSTILE, "now", "ALLOW", ("id1",))
    shown = checked(
        denial_modal(DenialAnswer(Gate.ENFORCED, Denial(), logged=logged), desk, QuestionOrigin("C1", "why"))
    )
    assert "It was allowed" in shown
    assert "denied" not in shown


def test_of_whom_nothing_is_known_is_asked_for_what_policies_see_of_a_caller(
    gateway_of: Callable[..., Gateway],
) -> None:
    """Claims of a token, with Slack's names of the person to choose from; an ARN of who signs."""
    tools: dict[str, Any] = {"pay": {"amount": {"type": "integer"}}}
    sam = Person("U1", "T1", HOSTILE, username="sam", email="sam@example.com")
    answer = CallAnswer(Gate.ENFORCED, Call(call(gateway_of(Desk=tools)), anyone=True), claims=("role",))
    assert "ask for role" in whose_words(None, answer)
    assert whose_words(sam, answer).endswith("Slack knows them as sam and sam@example.com, should a claim hold that.")
    signed = CallAnswer(Gate.ENFORCED, Call(call(gateway_of("AWS_IAM", Desk=tools)), anyone=True))
    assert whose_words(None, signed).endswith("id=ARN.")


def here_of(desk: Gateway) -> Here:
    state = EngineState("engine", desk, "engine", "ENFORCE", ())
    return Here(cast(Proposal, None), state, schema_for(desk), datetime(2026, 1, 1, tzinfo=UTC))


def test_a_tool_that_no_policy_can_name_is_said(gateway_of: Callable[..., Gateway]) -> None:
    gateway = gateway_of(Desk={"pay": {"amount": {"type": "integer"}}, "odd": {"a": {"type": "nonsense"}}})
    assert all(isinstance(tool, Tool) for tool in gateway.tools)
    with pytest.raises(BadInput, match="No policy can speak of odd"):
        read_why("role=x odd", here_of(gateway))


@pytest.mark.parametrize(
    "text", ["\x00\x01" * 200, "=", "= =", "role=", "=x pay", "@sam", "role=x", "pay=", '"', "{", "pay pay"]
)
def test_nothing_typed_is_more_than_a_sentence(desk: Gateway, text: str) -> None:
    with pytest.raises(BadInput) as error:
        read_why(text, here_of(desk))
    assert error.value.sentence.endswith((".", "…", "?", "amount=20"))
