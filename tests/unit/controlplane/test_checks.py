"""What is said to a statement at once, and which gateways it names."""

from __future__ import annotations

import pytest

from bot.controlplane.checks import accepted
from bot.controlplane.wire.faults import Fault

GATEWAY = 'AgentCore::Gateway::"arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/a-0123456789"'
ARN = GATEWAY.split('"')[1]


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        (f"resource == {GATEWAY}", (ARN,)),
        (f"resource in {GATEWAY}", (ARN,)),
        (f"resource is AgentCore::Gateway in {GATEWAY}", (ARN,)),
        ("resource is AgentCore::Gateway", ()),
        ('resource == AgentCore::OAuthUser::"ana"', ()),
    ],
)
def test_a_gateway_is_named_in_every_form_that_cedar_has_for_it(resource: str, named: tuple[str, ...]) -> None:
    assert accepted(f"permit(principal, action, {resource});").resources == named


@pytest.mark.parametrize("action", ['action == AgentCore::Action::"a"', 'action in [AgentCore::Action::"a"]'])
def test_a_constrained_action_needs_a_gateway_by_name(action: str) -> None:
    accepted(f"permit(principal, {action}, resource == {GATEWAY});")
    with pytest.raises(Fault, match="tool-specific"):
        accepted(f"permit(principal, {action}, resource is AgentCore::Gateway);")


def test_brackets_in_strings_and_comments_do_not_count_as_nesting() -> None:
    text = '"' + "(" * 500 + '" == "x"'
    accepted(f"permit(principal, action, resource == {GATEWAY}) when {{ {text} }}; // " + "{" * 500)


@pytest.mark.parametrize("hidden", ['// "\n', '"\\"" == "x" && // "\r', ")" * 600])
def test_nesting_cannot_be_hidden_behind_quotes_comments_or_closing_brackets(hidden: str) -> None:
    deep = "(" * 2000 + "true" + ")" * 2000
    with pytest.raises(Fault) as error:
        accepted(f"permit(principal, action, resource == {GATEWAY}) when {{ {hidden} {deep} }};")
    assert "nests deeper" in error.value.message
