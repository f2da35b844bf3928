"""Policies over boto3 whose statements are not plain Cedar: taken under `policy`, and decided by nobody beforehand."""

from __future__ import annotations

from typing import Any

import pytest

TEMPORAL = 'when temporal { formerly within 1h AgentCore::Action::"OrderTool___get_order"::response{} }'
GUARDED = 'when guardrails { BedrockGuardrails::PromptAttack(["JAILBREAK"], [context.input.reason]).count() > 0 }'


def statement(demo: Any, clauses: str, effect: str = "permit") -> dict[str, Any]:
    return {
        "policy": {
            "statement": f'{effect}(principal, action == AgentCore::Action::"RefundTool___process_refund", '
            f'resource == AgentCore::Gateway::"{demo.arn}") {clauses};'
        }
    }


@pytest.mark.parametrize("clauses", [TEMPORAL, GUARDED, f"{TEMPORAL} when {{ context.input.amount < 5 }} {GUARDED}"])
def test_a_statement_that_is_not_plain_cedar_becomes_active_and_is_shown_as_sent(demo: Any, clauses: str) -> None:
    """Also a bare permit: whether it allows every call is for its temporal or guardrails condition to decide."""
    definition = statement(demo, clauses)
    found = demo.create(definition=definition)
    assert (found["status"], found["definition"]) == ("ACTIVE", definition)


def test_the_effect_that_withholds_output_is_taken(demo: Any) -> None:
    assert demo.create(definition=statement(demo, GUARDED, "suppressOutput"))["status"] == "ACTIVE"


@pytest.mark.parametrize("effect", ["permit", "suppressOutput"])
def test_under_the_member_cedar_such_a_statement_does_not_parse(demo: Any, effect: str) -> None:
    """The member of the definition chooses the grammar."""
    definition = {"cedar": statement(demo, TEMPORAL, effect)["policy"]}
    with pytest.raises(demo.client.exceptions.ValidationException, match="When parsing the policy statement"):
        demo.create(definition=definition)


def test_a_block_that_does_not_close_is_refused_at_once(demo: Any) -> None:
    with pytest.raises(demo.client.exceptions.ValidationException, match="not balanced"):
        demo.create(definition=statement(demo, "when temporal { formerly within 1h ("))


def test_what_is_plain_in_it_is_still_held_to_the_schema(demo: Any) -> None:
    found = demo.create(definition=statement(demo, f"when {{ context.input.wrong == 1 }} {TEMPORAL}"))
    assert found["status"] == "CREATE_FAILED"
    assert "`input.wrong`" in found["statusReasons"][0]


def test_an_update_takes_such_a_statement_too(demo: Any) -> None:
    policy = demo.create()
    definition = statement(demo, TEMPORAL)
    demo.client.update_policy(policyEngineId=demo.engine, policyId=policy["policyId"], definition=definition)
    found = demo.settled(policy["policyId"])
    assert (found["status"], found["definition"]) == ("ACTIVE", definition)


def test_nothing_is_found_that_hangs_on_a_condition_nobody_can_decide(demo: Any) -> None:
    """A temporal permit may allow calls: the forbid beside it does not surely deny all; without it, it does."""
    forbid = demo.refund().replace("permit(", "forbid(", 1)
    may_allow = demo.create("may_allow", definition=statement(demo, TEMPORAL))
    first = demo.create("first", forbid)
    assert first["status"] == "ACTIVE"
    for policy in (may_allow, first):
        demo.client.delete_policy(policyEngineId=demo.engine, policyId=policy["policyId"])
    assert demo.create("second", forbid)["statusReasons"][0].startswith("Overly Restrictive")


@pytest.mark.parametrize(("effect", "status"), [("forbid", "ACTIVE"), ("suppressOutput", "CREATE_FAILED")])
def test_a_wide_permit_is_taken_beside_a_forbid_that_may_deny(demo: Any, effect: str, status: str) -> None:
    """Withholding an answer denies no call: the permit still allows every one of them."""
    demo.create("guarded", definition=statement(demo, GUARDED, effect))
    assert demo.create("wide", demo.refund("true"))["status"] == status
