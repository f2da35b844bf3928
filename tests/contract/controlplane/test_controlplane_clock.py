"""The clock of a control plane, moved from outside as a test or a person would."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any

import pytest

from bot.clock import MovableClock

DAY = 24 * 3600
JSON = {"Content-Type": "application/json"}


def moved(url: str, body: Any = None, headers: dict[str, str] = JSON) -> tuple[int, Any]:
    """Status and answer of the admin API; a body moves the clock, none reads it."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/admin/clock", data, headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_assets_expire_once_the_clock_is_moved_seven_days(start: Any) -> None:
    server = start(clock=MovableClock())
    client = server.client()
    engine = client.list_policy_engines()["policyEngines"][0]["policyEngineId"]
    gateway = client.list_gateways()["items"][0]["gatewayId"]
    made = client.start_policy_generation(
        policyEngineId=engine,
        name="g",
        resource={"arn": client.get_gateway(gatewayIdentifier=gateway)["gatewayArn"]},
        content={"rawText": "allow support agents to call refund tool"},
    )
    ids = {"policyEngineId": engine, "policyGenerationId": made["policyGenerationId"]}
    client.get_waiter("policy_generation_completed").wait(**ids, WaiterConfig={"Delay": 0.01, "MaxAttempts": 500})
    before = datetime.fromisoformat(moved(server.url)[1]["now"])
    assert moved(server.url, {"advance": 6 * DAY})[0] == 200
    assert len(client.list_policy_generation_assets(**ids)["policyGenerationAssets"]) == 1
    status, answer = moved(server.url, {"advance": DAY})
    assert status == 200
    assert (datetime.fromisoformat(answer["now"]) - before).days == 7
    assert client.list_policy_generation_assets(**ids)["policyGenerationAssets"] == []


@pytest.mark.parametrize("body", [{"advance": -1}, {"advance": "a day"}, {"advance": True}, {}, [], {"advance": 1e300}])
def test_what_is_no_time_to_move_is_refused_and_nothing_moves(start: Any, body: Any) -> None:
    server = start(clock=MovableClock(lambda: datetime.fromisoformat("2026-11-22T12:00:00+00:00")))
    status, answer = moved(server.url, body)
    assert status == 400
    assert answer["message"]
    assert moved(server.url)[1] == {"now": "2026-11-22T12:00:00+00:00"}


def test_a_page_of_another_origin_and_a_form_do_not_move_it(start: Any) -> None:
    server = start(clock=MovableClock(lambda: datetime.fromisoformat("2026-11-22T12:00:00+00:00")))
    assert moved(server.url, {"advance": 5}, {**JSON, "Origin": "http://elsewhere.example"})[0] == 403
    assert moved(server.url, {"advance": 5}, {"Content-Type": "text/plain"})[0] == 415
    assert moved(server.url)[1] == {"now": "2026-11-22T12:00:00+00:00"}


def test_a_clock_of_the_tests_own_is_not_moved_from_outside(server: Any) -> None:
    assert moved(server.url, {"advance": 5}) == (
        400,
        {"message": "The clock of this control plane cannot be moved", "reason": "FieldValidationFailed"},
    )
