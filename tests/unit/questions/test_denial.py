"""Denials as people paste them, and what is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dataplane.deciding import DENIED_BY_DEFAULT, Verdict
from bot.dataplane.record.entries import DENIED
from bot.questions import Denial, read_denial

DUE_TO = DENIED.format(Verdict(allowed=False, determining=("refund_cap-abc123def4", "other-x1")).reason)
NOTHING = DENIED.format(DENIED_BY_DEFAULT)
POLICIES = ("refund_cap-abc123def4", "other-x1")
REQUEST = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
ERROR = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32002, "message": DUE_TO}}
ASKED = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "RefundTool___process_refund", "arguments": {"amount": 600}},
}


@pytest.mark.parametrize(
    ("pasted", "denial"),
    [
        (DUE_TO, Denial(POLICIES)),
        (f"“{DUE_TO}”", Denial(POLICIES)),
        (DUE_TO.split("[")[1], Denial(POLICIES)),
        (NOTHING, Denial(by_default=True)),
        ("No policy applies to the request (denied by default).", Denial(by_default=True)),
        (json.dumps(ERROR), Denial(POLICIES)),
        (json.dumps(ERROR, indent=2), Denial(POLICIES)),
        (
            f"{json.dumps(ASKED)}\n{json.dumps(ERROR)}",
            Denial(POLICIES, action="RefundTool___process_refund", arguments={"amount": 600}),
        ),
        (
            f"{NOTHING} role=support process_refund amount=3",
            Denial(by_default=True, rest="role=support process_refund amount=3"),
        ),
        ("Tool Execution Denied … refund_cap", Denial(rest="… refund_cap")),
        (REQUEST, Denial(request_id=REQUEST)),
        (f"{REQUEST} role=lead", Denial(request_id=REQUEST, rest="role=lead")),
        (f"Request ID: {REQUEST.upper()}", Denial(request_id=REQUEST)),
        (f"{NOTHING} {REQUEST}", Denial(by_default=True, request_id=REQUEST)),
    ],
)
def test_a_denial_is_read_however_it_is_pasted(pasted: str, denial: Denial) -> None:
    assert read_denial(pasted) == denial


@pytest.mark.parametrize(
    "text",
    [
        "role=manager process_refund amount=20",
        "why was my refund denied",
        f"role=x get_order orderId={REQUEST}",
        '{"a": 1}',
        "{" * 2000,
        "[" * 2000,
        "\x00\x01\ufffd" * 300,
        "",
    ],
)
def test_what_is_no_denial_is_none(text: str) -> None:
    assert read_denial(text) is None


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_denial(text)
    read_denial(f"{DUE_TO} {text}")
