"""What was typed, made readable and unable to call anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import command_text
from handlers.command_text import (
    Ask,
    Can,
    Explain,
    Form,
    Help,
    History,
    Incomplete,
    List,
    OnACard,
    Rule,
    Show,
    Status,
    Tools,
    Unsure,
    Use,
    Who,
    Why,
    read_command,
    readable,
)


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("allow <@U1|ana> to pay", "allow @ana to pay"),
        ("allow <@U1> to pay", "allow @U1 to pay"),
        ("in <#C1|rules>", "in #rules"),
        ("in <#C1>", "in #C1"),
        ("<!channel> <!here> <!everyone|everyone>", "@channel @here @everyone"),
        ("<!subteam^S1|@approvers> <!subteam^S1>", "@approvers @S1"),
        ("see <https://a.example/x>", "see https://a.example/x"),
        ("see <https://a.example|a.example>", "see https://a.example"),
        ("see <https://evil.example|Approve>", "see Approve (https://evil.example)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("amount &lt; 500 &amp;&amp; x &gt; 1", "amount < 500 && x > 1"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_slacks_escapes_become_what_was_typed(sent: str, typed: str) -> None:
    assert readable(sent) == typed


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Form()),
        ("   ", Form()),
        ("withdraw P-ABC234", OnACard("withdraw")),
        ("undo", OnACard("undo")),
        ("what can support agents do?", Ask("what can support agents do?")),
        ("who can refund more than 500?", Ask("who can refund more than 500?")),
        ("can interns issue refunds?", Can("interns issue refunds?")),
        ("may managers cancel orders", Ask("may managers cancel orders")),
        ("can you allow managers to refund?", Rule("can you allow managers to refund?")),
        ("can process_refund when the amount is 5", Can("process_refund when the amount is 5")),
        ("revoke permit_refund_P7K2M9Q_1", OnACard("revoke", "permit_refund_P7K2M9Q_1")),
        ("approve refunds", Rule("approve refunds")),
        ("promote `permit_x`", OnACard("promote", "permit_x")),
        ("tools", Tools()),
        ("tools refund", Tools("refund")),
        ("help", Help()),
        ("Help", Help()),
        ("status", Status()),
        ("status p-7k2m9q", Status("P-7K2M9Q")),
        ("who", Who()),
        ("who may refund", Ask("who may refund")),
        ("LIST", List()),
        ("list refund", List("refund")),
        ("list orders for anyone", Rule("list orders for anyone")),
        ("show permit_refund_P7K2M9Q_1", Show("permit_refund_P7K2M9Q_1")),
        ("show `permit_refund`", Show("permit_refund")),
        ("show", Incomplete("show NAME")),
        ("history p-7k2m9q", History("p-7k2m9q")),
        ("history", Incomplete("history NAME")),
        ("lst", Unsure("lst", "list")),
        ("histroy X", Unsure("histroy X", "history X")),
        ("stats", Unsure("stats", "status")),
        ("deny refunds", Rule("deny refunds")),
        ("let refunds", Rule("let refunds")),
        ("x", Rule("x")),
        ("status checks may be run by anyone", Rule("status checks may be run by anyone")),
        ("help desk agents may refund", Rule("help desk agents may refund")),
        ("  allow refunds \n", Rule("allow refunds")),
        ("who?", Who()),
        ("status please", Status()),
        ("why?", Incomplete("why role=VALUE TOOL INPUT=VALUE")),
        ("please approve P-ABC234", OnACard("approve")),
        ("tell me who may refund", Ask("tell me who may refund")),
        ("explain the policy `permit_refund`", Explain("permit_refund")),
        ("explain why my refund is denied", Why("my refund is denied")),
    ],
)
def test_a_command_is_one_of_few_words_or_a_rule(text: str, asked: object) -> None:
    assert read_command(text) == asked


@pytest.mark.parametrize(
    ("texts", "asked"),
    [
        (("hello", "hi there!", "good morning everyone", "Thanks a lot", "help me", "please help", "?"), Help()),
        (("what can you do?", "how does this work", "how do I use this bot?", "what is this?", "who are you"), Help()),
        (("what's the status of my rule?", "where is my proposal", "Status, please"), Status()),
        (("list all policies", "show me all of our rules", "what policies are there?", "list policies"), List()),
        (("show tools", "which tools do we have here?", "list the tools please"), Tools()),
        (("who approves?", "who can approve my rule", "who are the approvers"), Who()),
        (("show the gateways", "which gateways can we use"), Use()),
        (("list tests", "show me our tests"), command_text.Tests()),
        (("add a rule", "new policy", "I'd like to write a new rule", "can you add a rule for refunds?"), Form()),
        (("cancel", "withdraw my rule", "cancel that request", "take back my last proposal"), OnACard("withdraw")),
        (("undo that", "undo the last change"), OnACard("undo")),
        (("revoke the policy managers", "revoke policy managers please"), OnACard("revoke", "managers")),
    ],
)
def test_a_command_in_other_words_is_that_command(texts: tuple[str, ...], asked: object) -> None:
    assert {text: read_command(text) for text in texts} == dict.fromkeys(texts, asked)


@pytest.mark.parametrize(
    "text",
    [
        "list all policies that managers may change", "cancel orders", "undo refunds", "extend accounts",
        "help desk staff may refund", "show all customers to managers", "who are you, allow refunds",
        "create a policy that lets managers refund", "please allow managers to refund", "hello, allow refunds",
        "approve requests",
    ],
)  # fmt: skip
def test_a_rule_with_the_words_of_a_command_stays_as_it_was_typed(text: str) -> None:
    found = read_command(text)
    assert getattr(found, "text", None) == text
    assert isinstance(found, Rule | Ask)


@given(st.text(max_size=300))
def test_text_without_controls_survives_escaping_and_reading(text: str) -> None:
    sent = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert readable(sent) == text


@pytest.mark.parametrize("dash", ["--", "—", "–"])
def test_options_at_the_end_of_a_rule_are_no_part_of_it(dash: str) -> None:
    rule = "allow support agents to call refund tool"
    assert read_command(f"{rule} {dash}for 7 days") == Rule(rule, ("for 7 days",))
    assert read_command(f"{rule} {dash}UNTIL 2026-12-31 18:00 UTC") == Rule(rule, ("until 2026-12-31 18:00 UTC",))
    calls = "small allow role=x pay amount=2", "big deny pay amount=900"
    typed = f"{rule} {dash}test {calls[0]} {dash}for 7 days\n{dash}test {calls[1]}"
    assert read_command(typed) == Rule(rule, ("for 7 days",), calls)
    assert read_command(f"{rule} {dash}for") == Rule(rule, ("for ",))
    assert read_command(f"{rule} {dash}for 7 days {dash}for x") == Rule(rule, ("for 7 days", "for x"))


@pytest.mark.parametrize(
    "rule",
    [
        "allow refunds for 7 days",
        "allow refunds until 2026-12-31 18:00 UTC",
        "allow refunds - for managers",
        "only a--for b may",
        "nobody may test --tests at night",
    ],
)
def test_what_a_rule_itself_says_of_time_or_tests_stays_in_it(rule: str) -> None:
    assert read_command(rule) == Rule(rule)
