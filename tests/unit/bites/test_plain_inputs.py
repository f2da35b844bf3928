"""Inputs as Cedar has them, sent as the JSON that an agent sends."""

from __future__ import annotations

from bot.bites import plain


def test_what_cedar_writes_its_own_way_is_plain_json() -> None:
    inputs = {
        "rate": {"__extn": {"fn": "decimal", "arg": "1.5000"}},
        "at": {"__extn": {"fn": "datetime", "arg": "2026-11-26T12:00:00Z"}},
        "currency": {"__entity": {"type": "AgentCore::Desk___pay::Input::currency", "id": "EUR"}},
        "lines": [{"rate": {"__extn": {"fn": "decimal", "arg": "2.0"}}}, 3, True, "x"],
        "nested": {"amount": 7},
    }
    assert plain(inputs) == {
        "rate": 1.5,
        "at": "2026-11-26T12:00:00Z",
        "currency": "EUR",
        "lines": [{"rate": 2.0}, 3, True, "x"],
        "nested": {"amount": 7},
    }
