"""Repeated deliveries are dropped, and nothing else is."""

from __future__ import annotations

from typing import Any

from handlers.dedupe import Seen, delivery_key


def click(**changes: Any) -> dict[str, Any]:
    action = {"action_id": "draft.approve", "action_ts": "1.0"} | changes
    return {"type": "block_actions", "user": {"id": "U1"}, "container": {"message_ts": "9.0"}, "actions": [action]}


def test_a_key_is_seen_once_until_it_is_forgotten() -> None:
    now = [0.0]
    seen = Seen(lambda: now[0])
    assert not seen.before("a")
    assert seen.before("a")
    assert not seen.before("b")
    now[0] = 901.0
    assert not seen.before("a")


def test_an_event_delivered_again_has_the_same_key() -> None:
    assert delivery_key({"event_id": "Ev1", "type": "event_callback"}) == delivery_key({"event_id": "Ev1"})


def test_two_clicks_are_two_and_one_click_twice_is_one() -> None:
    assert delivery_key(click()) == delivery_key(click())
    assert delivery_key(click()) != delivery_key(click(action_ts="2.0"))


def test_commands_and_forms_are_told_apart_by_the_review() -> None:
    assert delivery_key({"command": "/policy", "text": "x"}) == ""
    assert delivery_key({"type": "view_submission", "user": {"id": "U1"}}) == ""
