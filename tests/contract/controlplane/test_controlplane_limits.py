"""The service's quotas and request rates, when they are asked for."""

from __future__ import annotations

from typing import Any

import pytest

QUICK = {"Delay": 0, "MaxAttempts": 50}


@pytest.fixture
def server(start: Any) -> Any:
    return start(limits=True)


def test_a_rate_that_is_used_up_throttles_until_time_passes(server: Any, client: Any) -> None:
    client.create_policy_engine(name="one")
    with pytest.raises(client.exceptions.ThrottlingException) as error:
        client.create_policy_engine(name="two")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert len(client.list_policy_engines()["policyEngines"]) == 2
    server.clock.advance(seconds=1)
    client.create_policy_engine(name="two")


def test_reads_have_five_a_second(server: Any, client: Any) -> None:
    for _ in range(5):
        client.list_policy_engines()
    with pytest.raises(client.exceptions.ThrottlingException):
        client.list_policy_engines()
    server.clock.advance(seconds=0.2)
    client.list_policy_engines()
    with pytest.raises(client.exceptions.ThrottlingException):
        client.list_policy_engines()


def test_more_bytes_for_one_gateway_than_the_quota_are_refused(server: Any, client: Any, demo: Any) -> None:
    def create(number: int, padding: int) -> None:
        server.clock.advance(seconds=1)
        statement = demo.refund() + " // " + "x" * padding
        client.create_policy(
            policyEngineId=demo.engine,
            name=f"big_{number}",
            definition={"cedar": {"statement": statement}},
            validationMode="IGNORE_ALL_FINDINGS",
        )

    for number in range(20):
        create(number, 9_500)
    with pytest.raises(client.exceptions.ServiceQuotaExceededException) as error:
        create(20, 9_500)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 402
    create(21, 10)


def test_a_policy_of_more_bytes_than_the_quota_is_refused_though_its_length_is_fine(
    server: Any, client: Any, demo: Any
) -> None:
    statement = demo.refund() + " // " + "ü" * 6_000
    with pytest.raises(client.exceptions.ServiceQuotaExceededException, match="bytes in a policy"):
        client.create_policy(policyEngineId=demo.engine, name="big", definition={"cedar": {"statement": statement}})


def test_without_limits_nothing_is_counted(start: Any) -> None:
    client = start().client()
    for number in range(20):
        client.create_policy_engine(name=f"engine_{number}")
