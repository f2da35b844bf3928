"""Policy engines over boto3: the life of one, its waiters and paginators, names, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

QUICK = {"Delay": 0.01, "MaxAttempts": 500}


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_an_engine_lives_from_creating_to_gone_under_boto3s_own_waiters(client: Any) -> None:
    made = client.create_policy_engine(name="claims", description="Claims desk", tags={"team": "claims"})
    assert made["status"] == "CREATING"
    assert made["policyEngineId"].startswith("claims-")
    assert len(made["policyEngineId"]) == len("claims-") + 10
    engine_id = made["policyEngineId"]
    client.get_waiter("policy_engine_active").wait(policyEngineId=engine_id, WaiterConfig=QUICK)

    changed = client.update_policy_engine(policyEngineId=engine_id, description={"optionalValue": "Claims"})
    assert changed["status"] == "UPDATING"
    client.get_waiter("policy_engine_active").wait(policyEngineId=engine_id, WaiterConfig=QUICK)
    assert client.get_policy_engine(policyEngineId=engine_id)["description"] == "Claims"
    client.update_policy_engine(policyEngineId=engine_id, description={})
    assert "description" not in client.get_policy_engine(policyEngineId=engine_id)

    client.get_waiter("policy_engine_active").wait(policyEngineId=engine_id, WaiterConfig=QUICK)
    assert client.delete_policy_engine(policyEngineId=engine_id)["status"] == "DELETING"
    client.get_waiter("policy_engine_deleted").wait(policyEngineId=engine_id, WaiterConfig=QUICK)
    client.create_policy_engine(name="claims")


def test_a_summary_of_an_engine_leaves_out_what_a_key_would_protect(client: Any) -> None:
    made = client.create_policy_engine(name="secret_engine", description="under a key")
    summary = client.get_policy_engine_summary(policyEngineId=made["policyEngineId"])
    assert summary["name"] == "secret_engine"
    assert not summary.keys() & {"description", "statusReasons"}
    assert made["policyEngineId"] in {
        engine["policyEngineId"] for engine in client.list_policy_engine_summaries()["policyEngines"]
    }


def test_a_taken_engine_name_is_a_conflict(client: Any) -> None:
    client.create_policy_engine(name="claims")
    with pytest.raises(ClientError, match="already exists") as error:
        client.create_policy_engine(name="claims")
    assert code_of(error) == "ConflictException"


def test_an_engine_that_has_policies_is_not_deleted(client: Any, demo: Any) -> None:
    policy = demo.create()
    with pytest.raises(ClientError) as error:
        client.delete_policy_engine(policyEngineId=demo.engine)
    assert code_of(error) == "ConflictException"
    client.delete_policy(policyEngineId=demo.engine, policyId=policy["policyId"])
    client.get_waiter("policy_deleted").wait(
        policyEngineId=demo.engine, policyId=policy["policyId"], WaiterConfig=QUICK
    )
    client.delete_policy_engine(policyEngineId=demo.engine)
    client.get_waiter("policy_engine_deleted").wait(policyEngineId=demo.engine, WaiterConfig=QUICK)


def test_an_engine_under_way_takes_no_policies_and_no_second_change(start: Any) -> None:
    client = start(latency=600).client()
    engine = client.create_policy_engine(name="slow")["policyEngineId"]
    calls: list[Callable[[], Any]] = [
        lambda: client.create_policy(
            policyEngineId=engine, name="p", definition={"cedar": {"statement": "permit(principal, action, resource);"}}
        ),
        lambda: client.update_policy_engine(policyEngineId=engine, description={"optionalValue": "x"}),
        lambda: client.delete_policy_engine(policyEngineId=engine),
    ]
    for call in calls:
        with pytest.raises(ClientError) as error:
            call()
        assert code_of(error) == "ConflictException"


def test_deleting_twice_answers_the_same_while_the_deletion_runs(start: Any) -> None:
    client = start(latency=600).client()
    engine = client.list_policy_engines()["policyEngines"][0]["policyEngineId"]
    first = client.delete_policy_engine(policyEngineId=engine)
    second = client.delete_policy_engine(policyEngineId=engine)
    assert first["status"] == second["status"] == "DELETING"


def test_the_paginator_sees_every_engine_once(client: Any) -> None:
    for number in range(23):
        client.create_policy_engine(name=f"engine_{number}")
    pages = list(client.get_paginator("list_policy_engines").paginate(PaginationConfig={"PageSize": 5}))
    names = [engine["name"] for page in pages for engine in page["policyEngines"]]
    assert names == ["policybot_demo", *(f"engine_{number}" for number in range(23))]
    assert [len(page["policyEngines"]) for page in pages] == [5, 5, 5, 5, 4]
    assert len(client.list_policy_engines()["policyEngines"]) == 10


def test_pages_stay_right_while_engines_come_and_go(client: Any) -> None:
    """No engine that stays is skipped or given twice when others vanish or appear between two pages."""
    made = [client.create_policy_engine(name=f"engine_{number}")["policyEngineId"] for number in range(9)]
    first = client.list_policy_engines(maxResults=4)
    for gone in (made[0], made[2], made[3]):
        client.get_waiter("policy_engine_active").wait(policyEngineId=gone, WaiterConfig=QUICK)
        client.delete_policy_engine(policyEngineId=gone)
        client.get_waiter("policy_engine_deleted").wait(policyEngineId=gone, WaiterConfig=QUICK)
    client.create_policy_engine(name="late")
    rest = client.list_policy_engines(maxResults=100, nextToken=first["nextToken"])
    assert [engine["name"] for engine in rest["policyEngines"]] == [*(f"engine_{n}" for n in range(4, 9)), "late"]
    assert "nextToken" not in rest
