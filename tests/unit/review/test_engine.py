"""What of an engine is enforced today, what is not, and what is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.review.engine import EngineState, standing
from bot.review.reported import PolicyRecord
from bot.review.warnings import warnings

ENGINE = "desk-engine-a1b2c3d4e5"
TEXT = 'forbid(principal, action == AgentCore::Action::"Desk___pay", resource);'


@pytest.fixture
def desk(gateway_of: Callable[..., Gateway]) -> Gateway:
    return gateway_of(Desk={"pay": {"amount": {"type": "integer"}}})


def state(gateway: Gateway, *policies: PolicyRecord, attached: str = ENGINE, mode: str = "ENFORCE") -> EngineState:
    return EngineState(ENGINE, gateway, attached, mode, policies)


def record(**members: Any) -> PolicyRecord:
    return PolicyRecord(**{"policy_id": "p-1", "name": "p", "status": "ACTIVE", "statement": TEXT} | members)


@pytest.mark.parametrize(
    ("members", "where"),
    [
        ({}, "enforced"),
        ({"status": "UPDATE_FAILED"}, "unknown"),
        ({"status": "UPDATE_FAILED", "enforcement_mode": "LOG_ONLY"}, "unknown"),
        ({"enforcement_mode": "LOG_ONLY"}, "log_only"),
        ({"status": "CREATE_FAILED"}, ""),
        ({"status": "CREATING"}, "uncertain"),
        ({"status": "DELETING"}, "uncertain"),
        ({"status": "DELETE_FAILED"}, "uncertain"),
        ({"status": "UPDATING"}, "unknown"),
        ({"status": "UPDATING", "enforcement_mode": "LOG_ONLY"}, "unknown"),
        ({"status": "SOMETHING_NEW"}, "unknown"),
        ({"enforcement_mode": "SOMETHING_NEW"}, "uncertain"),
        ({"statement": "", "unreadable": "its asset is gone"}, "unknown"),
        ({"statement": "permit everything"}, "unknown"),
        ({"statement": TEXT.replace(";", " when temporal { count(x) > 3 };")}, "uncertain"),
        ({"status": "CREATING", "enforcement_mode": "LOG_ONLY"}, ""),
    ],
)
def test_only_what_is_active_in_status_and_mode_stands(desk: Gateway, members: dict[str, Any], where: str) -> None:
    stands = standing(state(desk, record(**members)))
    found = {
        "enforced": bool(stands.enforced),
        "log_only": bool(stands.log_only),
        "uncertain": any(each.statement is not None for each in stands.uncertain),
        "unknown": any(each.statement is None for each in stands.uncertain),
    }
    assert [name for name, there in found.items() if there] == ([where] if where else [])


@pytest.mark.parametrize(
    ("attached", "mode", "kinds"),
    [
        (ENGINE, "ENFORCE", []),
        ("", "", ["not_attached", "nothing_permitted"]),
        ("another-engine-0123456789", "ENFORCE", ["other_engine", "nothing_permitted"]),
        (ENGINE, "LOG_ONLY", ["gateway_log_only", "nothing_permitted"]),
        (ENGINE, "SOMETHING_NEW", ["gateway_mode", "nothing_permitted"]),
    ],
)
def test_a_gateway_that_does_not_enforce_is_said_first(
    desk: Gateway, attached: str, mode: str, kinds: list[str]
) -> None:
    """Going to ENFORCE where nothing is permitted denies everything."""
    found = warnings(TEXT, state(desk, attached=attached, mode=mode))
    assert [each.type for each in found] == kinds


def test_a_text_that_hides_something_is_warned_of(desk: Gateway) -> None:
    hidden = TEXT.replace(";", ' when { principal.id == "al\u202eice" };')
    assert [each.type for each in warnings(hidden, state(desk))] == ["hidden_characters"]


def test_states_that_an_analysis_can_tell_apart_have_other_digests(desk: Gateway) -> None:
    states = [
        state(desk),
        state(desk, attached=""),
        state(desk, mode="LOG_ONLY"),
        state(desk, record()),
        state(desk, record(status="DELETING")),
        state(desk, record(enforcement_mode="LOG_ONLY")),
        state(desk, record(statement="", unreadable="gone")),
    ]
    assert len({each.digest for each in states}) == len(states)
    assert state(desk, record()).without("p").digest == state(desk).digest
