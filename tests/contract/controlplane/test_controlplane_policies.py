"""Policies over boto3: outcomes, the faults that come at once and those that come later, updates, filters."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

QUICK = {"Delay": 0.01, "MaxAttempts": 500}
IGNORE = "IGNORE_ALL_FINDINGS"


def refused_at_once(demo: Any, statement: str, member: str = "cedar") -> Any:
    with pytest.raises(ClientError) as error:
        demo.client.create_policy(
            policyEngineId=demo.engine, name="wrong", definition={member: {"statement": statement}}
        )
    assert error.value.response["Error"]["Code"] == "ValidationException"
    assert demo.client.list_policies(policyEngineId=demo.engine)["policies"] == []
    return error.value


def test_a_policy_lives_from_creating_to_gone_under_boto3s_own_waiters(client: Any, demo: Any) -> None:
    made = client.create_policy(
        policyEngineId=demo.engine,
        name="small_refunds",
        description="Under $500",
        definition={"cedar": {"statement": demo.refund()}},
        enforcementMode="LOG_ONLY",
    )
    assert made["status"] == "CREATING"
    ids = {"policyEngineId": demo.engine, "policyId": made["policyId"]}
    client.get_waiter("policy_active").wait(**ids, WaiterConfig=QUICK)
    found = client.get_policy(**ids)
    assert found["enforcementMode"] == "LOG_ONLY"
    assert found["definition"] == {"cedar": {"statement": demo.refund()}}
    assert found["policyArn"].endswith(f"policy-engine/{demo.engine}/policy/{made['policyId']}")

    assert client.update_policy(**ids, enforcementMode="ACTIVE", description={})["status"] == "UPDATING"
    client.get_waiter("policy_active").wait(**ids, WaiterConfig=QUICK)
    found = client.get_policy(**ids)
    assert found["enforcementMode"] == "ACTIVE"
    assert "description" not in found

    assert client.delete_policy(**ids)["status"] == "DELETING"
    client.get_waiter("policy_deleted").wait(**ids, WaiterConfig=QUICK)


def test_a_policy_is_active_by_default(demo: Any) -> None:
    assert demo.create()["enforcementMode"] == "ACTIVE"


def test_a_definition_under_the_member_policy_is_kept_as_sent(demo: Any) -> None:
    definition = {"policy": {"statement": demo.refund()}}
    found = demo.create(definition=definition)
    assert (found["status"], found["definition"]) == ("ACTIVE", definition)


@pytest.mark.parametrize("member", ["cedar", "policy"])
def test_a_text_that_does_not_parse_is_refused_at_once(demo: Any, member: str) -> None:
    error = refused_at_once(demo, demo.refund("context.input.amount < < 500"), member)
    assert "When parsing the policy statement, the following errors occurred:\n* unexpected token" in str(error)
    assert error.response["reason"] == "CannotParse"


def test_two_statements_in_one_policy_are_refused_at_once(demo: Any) -> None:
    assert "exactly one" in str(refused_at_once(demo, demo.refund() + demo.refund()))


def test_a_bare_resource_is_refused_at_once(demo: Any) -> None:
    error = refused_at_once(demo, "permit(principal, action, resource);".ljust(40))
    assert "a wildcard resource was detected" in str(error)


def test_a_named_action_for_every_gateway_is_refused_at_once(demo: Any) -> None:
    refund = 'AgentCore::Action::"RefundTool___process_refund"'
    error = refused_at_once(demo, f"permit(principal, action == {refund}, resource is AgentCore::Gateway);")
    assert "when creating tool-specific policies" in str(error)


def test_a_gateway_that_does_not_exist_is_refused_at_once(demo: Any) -> None:
    error = refused_at_once(demo, demo.refund().replace(demo.gateway, "other-gateway-0000000000"))
    assert "Failed to confirm existence on AgentCore Gateway" in str(error)


@pytest.mark.parametrize("text", ["(" * 4000 + "true" + ")" * 4000, "true" + " && true" * 1200, "\0", "\\"])
def test_a_text_that_would_break_a_parser_is_refused_and_the_server_lives(demo: Any, text: str) -> None:
    refused_at_once(demo, demo.refund(text))
    assert demo.create()["status"] == "ACTIVE"


def test_an_unknown_action_fails_later_in_the_services_words(client: Any, demo: Any) -> None:
    failed = demo.create(statement=demo.refund().replace("process_refund", "launch_rocket"), validationMode=IGNORE)
    assert failed["status"] == "CREATE_FAILED"
    assert failed["statusReasons"] == [
        "Validation failed: Action 'RefundTool___launch_rocket' is not defined in the schema for any associated gateway"
    ]
    with pytest.raises(WaiterError):
        client.get_waiter("policy_active").wait(
            policyEngineId=demo.engine, policyId=failed["policyId"], WaiterConfig=QUICK
        )


@pytest.mark.parametrize("mode", ["FAIL_ON_ANY_FINDINGS", IGNORE])
def test_a_schema_fault_fails_later_in_both_validation_modes(demo: Any, mode: str) -> None:
    failed = demo.create(statement=demo.refund('context.input.amount == "many"'), validationMode=mode)
    assert failed["status"] == "CREATE_FAILED"
    assert failed["statusReasons"] == ["the types Long and String are not compatible"]


def test_schema_faults_name_the_policy(demo: Any) -> None:
    (reason,) = demo.create(statement=demo.refund("context.input.colour == 5"))["statusReasons"]
    assert reason.startswith("for policy `refunds`, attribute `input.colour` in context")


def test_a_policy_for_every_gateway_is_checked_though_none_is_attached(client: Any, demo: Any) -> None:
    """AWS's Terraform provider creates this policy in an engine that no gateway uses, and waits for ACTIVE."""
    engine = client.create_policy_engine(name="loose")["policyEngineId"]
    client.get_waiter("policy_engine_active").wait(policyEngineId=engine, WaiterConfig=QUICK)
    statement = "permit(principal, action, resource is AgentCore::Gateway);"
    made = client.create_policy(
        policyEngineId=engine, name="all", definition={"cedar": {"statement": statement}}, validationMode=IGNORE
    )
    client.get_waiter("policy_active").wait(policyEngineId=engine, policyId=made["policyId"], WaiterConfig=QUICK)


def test_a_policy_for_every_gateway_must_fit_each_gateway_of_its_engine(demo: Any) -> None:
    statement = "permit(principal, action, resource is AgentCore::Gateway) when { context.input.amount < 5 };"
    assert demo.create(statement=statement, validationMode=IGNORE)["status"] == "CREATE_FAILED"


def test_a_policy_name_is_unique_in_the_account(client: Any, demo: Any) -> None:
    demo.create(name="refunds")
    other = client.create_policy_engine(name="other")["policyEngineId"]
    client.get_waiter("policy_engine_active").wait(policyEngineId=other, WaiterConfig=QUICK)
    with pytest.raises(ClientError, match="already exists") as error:
        client.create_policy(policyEngineId=other, name="refunds", definition={"cedar": {"statement": demo.refund()}})
    assert error.value.response["Error"]["Code"] == "ConflictException"


def test_a_policy_asked_for_under_another_engine_is_not_found(client: Any, demo: Any) -> None:
    policy = demo.create()["policyId"]
    other = client.create_policy_engine(name="other")["policyEngineId"]
    for call in (client.get_policy, client.get_policy_summary, client.update_policy, client.delete_policy):
        with pytest.raises(ClientError) as error:
            call(policyEngineId=other, policyId=policy)
        assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_failed_update_keeps_the_policy_as_it_was(client: Any, demo: Any) -> None:
    policy = demo.create()["policyId"]
    asked = {"definition": {"cedar": {"statement": demo.refund("context.input.nothing")}}, "validationMode": IGNORE}
    assert client.update_policy(policyEngineId=demo.engine, policyId=policy, **asked)["status"] == "UPDATING"
    found = demo.settled(policy)
    assert found["status"] == "UPDATE_FAILED"
    assert found["statusReasons"]
    assert found["definition"] == {"cedar": {"statement": demo.refund()}}
    client.update_policy(policyEngineId=demo.engine, policyId=policy, validationMode=IGNORE)
    assert demo.settled(policy)["status"] == "ACTIVE"


def test_a_policy_under_way_cannot_be_changed(start: Any) -> None:
    client = start(latency=600).client()
    engine = client.list_policy_engines()["policyEngines"][0]["policyEngineId"]
    statement = "permit(principal, action, resource is AgentCore::Gateway);"
    policy = client.create_policy(policyEngineId=engine, name="all", definition={"cedar": {"statement": statement}})
    for call in (client.update_policy, client.delete_policy):
        with pytest.raises(ClientError) as error:
            call(policyEngineId=engine, policyId=policy["policyId"])
        assert error.value.response["Error"]["Code"] == "ConflictException"


def test_lists_are_filtered_by_the_gateway_that_policies_apply_to(client: Any, demo: Any) -> None:
    demo.create(name="one")
    everywhere = "permit(principal, action, resource is AgentCore::Gateway);"
    demo.create(name="every", statement=everywhere, validationMode=IGNORE)
    for number in range(5):
        demo.create(name=f"more_{number}", validationMode=IGNORE)
    elsewhere = demo.arn.replace(demo.gateway, "other-gateway-0000000000")

    def names(call: str, arn: str) -> list[str]:
        pages = client.get_paginator(call).paginate(
            policyEngineId=demo.engine, targetResourceScope=arn, PaginationConfig={"PageSize": 2}
        )
        return [policy["name"] for page in pages for policy in page["policies"]]

    assert names("list_policies", demo.arn) == ["one", "every", *(f"more_{number}" for number in range(5))]
    assert names("list_policies", elsewhere) == ["every"]
    assert names("list_policy_summaries", elsewhere) == ["every"]


def test_a_summary_of_a_policy_leaves_out_its_text(client: Any, demo: Any) -> None:
    policy = demo.create(description="secret")["policyId"]
    summary = client.get_policy_summary(policyEngineId=demo.engine, policyId=policy)
    assert (summary["status"], summary["enforcementMode"]) == ("ACTIVE", "ACTIVE")
    assert not summary.keys() & {"definition", "description", "statusReasons"}


def everything(demo: Any, effect: str = "permit", principal: str = "principal") -> str:
    """A policy for one tool without any condition."""
    return demo.refund("true").replace("permit(principal is AgentCore::OAuthUser", f"{effect}({principal}")  # type: ignore[no-any-return]


def sentence(kind: str, verb: str, principal: str, action: str = "RefundTool___process_refund") -> str:
    return (
        f"{kind}: Policy Engine will {verb} every request for the specified principal (AgentCore::{principal}), action "
        f"({action}) and resource (gateway/*) combination if the policy is added or updated"
    )


def test_a_permit_without_condition_fails_as_overly_permissive_for_both_principal_types(demo: Any) -> None:
    failed = demo.create(statement=everything(demo))
    assert failed["status"] == "CREATE_FAILED"
    assert failed["enforcementMode"] == "ACTIVE"
    assert sorted(failed["statusReasons"]) == [
        sentence("Overly Permissive", "allow", principal) for principal in ("IamEntity", "OAuthUser")
    ]


def test_a_permit_for_everything_is_named_by_any_future_tools(demo: Any) -> None:
    failed = demo.create(statement="permit(principal, action, resource is AgentCore::Gateway);")
    assert sorted(failed["statusReasons"]) == [
        sentence("Overly Permissive", "allow", principal, "Any Future Tools")
        for principal in ("IamEntity", "OAuthUser")
    ]


def test_a_forbid_before_any_permit_fails_as_overly_restrictive(demo: Any) -> None:
    failed = demo.create(statement=everything(demo, "forbid", "principal is AgentCore::OAuthUser"))
    assert (failed["status"], failed["statusReasons"]) == (
        "CREATE_FAILED",
        [sentence("Overly Restrictive", "deny", "OAuthUser")],
    )


def test_a_policy_is_analysed_with_those_that_are_already_in_the_engine(demo: Any) -> None:
    """The same forbid that fails in an empty engine is taken once a permit leaves something to allow."""
    forbid = demo.refund('context.input.orderId == "X"').replace("permit(", "forbid(")
    assert demo.create(name="early", statement=forbid)["status"] == "CREATE_FAILED"
    assert demo.create(name="refunds")["status"] == "ACTIVE"
    assert demo.create(name="later", statement=forbid)["status"] == "ACTIVE"


def test_a_policy_that_failed_does_not_count_in_the_analysis_of_the_next(demo: Any) -> None:
    demo.create(name="failed", statement=everything(demo))
    assert demo.create(name="refunds")["status"] == "ACTIVE"


def test_ignoring_findings_skips_the_analysis(demo: Any) -> None:
    assert demo.create(statement=everything(demo), validationMode=IGNORE)["status"] == "ACTIVE"


def test_an_update_validates_the_stored_body_again_under_its_own_mode(client: Any, demo: Any) -> None:
    """A policy made with IGNORE_ALL_FINDINGS cannot be promoted unless that mode is sent again."""
    policy = demo.create(statement=everything(demo), validationMode=IGNORE, enforcementMode="LOG_ONLY")
    ids = {"policyEngineId": demo.engine, "policyId": policy["policyId"]}
    client.update_policy(**ids, enforcementMode="ACTIVE")
    found = demo.settled(policy["policyId"])
    assert (found["status"], found["enforcementMode"]) == ("UPDATE_FAILED", "LOG_ONLY")
    assert found["statusReasons"][0].startswith("Overly Permissive: ")
    client.update_policy(**ids, enforcementMode="ACTIVE", validationMode=IGNORE)
    found = demo.settled(policy["policyId"])
    assert (found["status"], found["enforcementMode"], found["statusReasons"]) == ("ACTIVE", "ACTIVE", [])
