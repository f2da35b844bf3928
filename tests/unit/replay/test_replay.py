"""Recorded calls before and after a change: what flips, what depends on a claim, and what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cedar import schema_for
from bot.cli import app
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.errors import PolicyError
from bot.replay import RecordedCall, read_calls, replay
from tests.support.serving_gateway import GATEWAY, REFUND, refund_policy

SCHEMA = schema_for(GATEWAY)
USER = "AgentCore::OAuthUser"
ROLE = 'principal.hasTag("role") && principal.getTag("role") == "{}"'
BEFORE = {"agents": refund_policy("permit", ROLE.format("agent")), "freeze": refund_policy("forbid", ROLE.format("x"))}
CAP = {"cap": refund_policy("forbid", ROLE.format("agent") + " && context.input.amount > 100")}
OPEN = {"managers": refund_policy("permit", ROLE.format("manager") + " || " + 'principal.id == "boss"')}


def call(amount: int = 20, claims: dict[str, Any] | None = None, decision: str = "", who: str = "ana") -> RecordedCall:
    return RecordedCall(1, REFUND, {"orderId": "A", "amount": amount}, USER, who, claims, decision=decision)


@pytest.mark.parametrize(
    ("added", "recorded", "kind", "policies"),
    [
        (CAP, call(20, {"role": "agent"}), "same", ("agents",)),
        (CAP, call(101, {"role": "agent"}), "denied", ("cap",)),
        (CAP, call(101, {"role": "clerk"}), "same", ()),
        (OPEN, call(20, {"role": "manager"}), "allowed", ("managers",)),
        (OPEN, call(20, {}, who="boss"), "allowed", ("managers",)),
        (OPEN, call(20, {"role": "x"}, who="boss"), "same", ("freeze",)),
        # Without claims, every caller that the policies tell apart is asked, and what was decided narrows them down.
        (CAP, call(101), "depends", ("cap",)),
        (CAP, call(20), "same", ()),
        (CAP, call(101, decision="ALLOW"), "denied", ("cap",)),
        (CAP, call(101, decision="DENY"), "same", ()),
        (OPEN, call(20, decision="DENY"), "depends", ("managers",)),
        (OPEN, call(20, decision="ALLOW"), "same", ("agents",)),
    ],
)
def test_a_call_is_told_by_what_the_change_does_to_it(
    added: dict[str, str], recorded: RecordedCall, kind: str, policies: tuple[str, ...]
) -> None:
    (outcome,) = replay([recorded], BEFORE, {**BEFORE, **added}, SCHEMA).outcomes
    assert (outcome.kind, outcome.kind == "same" or outcome.policies) == (kind, outcome.kind == "same" or policies)


def test_a_call_that_depends_on_a_claim_names_one_with_which_it_flips() -> None:
    (outcome,) = replay([call(101)], BEFORE, {**BEFORE, **CAP}, SCHEMA).outcomes
    assert (outcome.kind, outcome.claims) == ("depends", {"role": "agent"})


def test_removing_and_replacing_by_name_is_seen_as_well() -> None:
    agent = call(20, {"role": "agent"})
    assert replay([agent], BEFORE, {}, SCHEMA).outcomes[0].kind == "denied"
    looser = {"agents": refund_policy("permit", 'principal.hasTag("role")')}
    clerk = call(20, {"role": "clerk"})
    assert [each.kind for each in replay([agent, clerk], BEFORE, looser, SCHEMA).outcomes] == ["same", "allowed"]


def test_conditions_that_are_not_cedar_decide_as_the_gateway_has_it() -> None:
    opaque = refund_policy("forbid", ROLE.format("agent")).replace("};", "} when temporal { since };")
    (outcome,) = replay([call(20, {"role": "agent"})], BEFORE, {**BEFORE, "opaque": opaque}, SCHEMA).outcomes
    assert (outcome.kind, outcome.policies) == ("denied", ("opaque",))
    permit = opaque.replace("forbid", "permit", 1)
    assert replay([call(20, {"role": "agent"})], {}, {"opaque": permit}, SCHEMA).outcomes[0].kind == "same"


def test_a_word_in_a_text_or_a_comment_is_no_effect() -> None:
    odd = '// forbid\n@note("forbid")\n' + refund_policy("forbid", 'context.input.orderId == "forbid"')
    (outcome,) = replay([call(20, {"role": "agent"})], BEFORE, {**BEFORE, "odd": odd}, SCHEMA).outcomes
    assert outcome.kind == "same"


def test_more_kinds_of_callers_than_can_be_tried_are_said() -> None:
    many = {
        f"p{number}": refund_policy("permit", f'principal.hasTag("c{number}") && principal.getTag("c{number}") == "v"')
        for number in range(6)
    }
    with pytest.raises(PolicyError, match="729 kinds of callers"):
        replay([call()], {}, many, SCHEMA)


OURS = {
    "time": "2026-11-22T12:00:00.000Z",
    "gateway": GATEWAY.arn,
    "principal": {"type": USER, "id": "ana"},
    "claims": {"role": "agent", "level": 3},
    "tool": REFUND,
    "input": {"orderId": "A", "amount": 101},
    "decision": "ALLOW",
}


def read(*entries: Any) -> Any:
    return read_calls([each if isinstance(each, str) else json.dumps(each) for each in entries], GATEWAY)


def test_calls_of_every_origin_are_read() -> None:
    given = "{orderId=A, 1} b, amount=101, express=true}"
    java = "{id=13, jsonrpc=2.0, method=tools/call, params={name=" + REFUND + ", arguments=" + given + "}}"
    started = {
        "request_id": "r",
        "event_timestamp": 1795348800000,
        "body": {"log": "Started processing request", "requestBody": java},
    }
    policy = {"decision": "ALLOW", "principal": {"entityType": USER, "entityId": "ana"}}
    decided = {"request_id": "r", "body": {"log": "Policy evaluation completed", "policy": policy}}
    mcp = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": REFUND, "arguments": OURS["input"]}}
    otel = {"gen_ai.tool.name": REFUND, "gen_ai.tool.call.arguments": json.dumps(OURS["input"])}
    span = {"name": "execute_tool", "startTimeUnixNano": 1795348800000000000, "attributes": otel}
    listed = [{"key": key, "value": {"stringValue": value}} for key, value in otel.items()]
    otlp = {"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "execute_tool", "attributes": listed}]}]}]}
    found = read(OURS, decided, started, mcp, {**mcp, "method": "tools/list"}, span, otlp, "")
    assert found.broken == {}
    ours, told, traced, batch, logged = found.calls
    assert (ours.claims, ours.decision, ours.time) == (OURS["claims"], "ALLOW", OURS["time"])
    assert (logged.arguments, logged.claims) == ({"orderId": "A, 1} b", "amount": 101, "express": True}, None)
    assert (logged.principal_id, logged.decision, logged.time) == ("ana", "ALLOW", "2026-11-22T12:00:00.000Z")
    assert [each.arguments for each in (told, traced, batch)] == [OURS["input"]] * 3
    assert traced.time == "2026-11-22T12:00:00.000Z"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("5", "it is not an object"),
        ("{}", "it is no call in a form that is known"),
        ({**OURS, "gateway": "arn:other"}, "it is a call of another gateway"),
        ({**OURS, "input": [1]}, "its tool or its input cannot be read"),
        ({"tool": REFUND, "input": {}}, "principal is missing"),
        ({**OURS, "time": "2026-11-22T12:00:00"}, "its time has no zone"),
        ({**OURS, "time": "soon"}, "Invalid isoformat string: 'soon'"),
    ],
)
def test_a_broken_line_is_named_and_the_rest_is_used(line: Any, why: str) -> None:
    found = read(OURS, line, OURS)
    assert (found.broken, len(found.calls)) == ({2: why}, 2)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ("orderId=A, orderId=B, amount=1", "a text among its arguments can be read in several ways"),
        ("amount=many", "many is no integer"),
        ("what=1", "its arguments are not the ones that the tool's schema names"),
    ],
)
def test_a_java_map_that_cannot_be_read_is_not_guessed(arguments: str, why: str) -> None:
    body = f"{{id=1, jsonrpc=2.0, method=tools/call, params={{name={REFUND}, arguments={{{arguments}}}}}}}"
    found = read({"request_id": "r", "event_timestamp": 0, "body": {"log": "Started", "requestBody": body}})
    assert (found.broken, found.calls) == ({1: why}, [])


def run(tmp_path: Path, *calls: Any, candidate: str = CAP["cap"], more: tuple[str, ...] = ()) -> Any:
    (tmp_path / "calls.jsonl").write_text("\n".join(map(json.dumps, calls)))
    (tmp_path / "before.cedar").write_text("\n".join(BEFORE.values()))
    (tmp_path / "cap.cedar").write_text(candidate)
    files = ("--policies", str(tmp_path / "before.cedar"), "--candidate", str(tmp_path / "cap.cedar"))
    calls_file = ("--calls", str(tmp_path / "calls.jsonl"))
    return CliRunner().invoke(app, ["replay", "--gateway", str(SAMPLE_GATEWAY), *files, *calls_file, *more])


def test_the_command_says_what_flips_and_exits_1(tmp_path: Path) -> None:
    unfit = {**OURS, "input": {"orderId": "A"}}
    ended = run(tmp_path, OURS, OURS, {**OURS, "input": {"orderId": "A", "amount": 1}}, unfit, [])
    assert ended.exit_code == 1
    assert ended.stdout.splitlines() == [
        "Of 3 recorded calls, 2 would be decided otherwise.",
        "allowed → denied:",
        f"       2 × {REFUND} by ana (cap)",
        "Line 4 is left out: Field '/amount' is required, and missing.",
        "Line 5 is left out: it is not an object.",
    ]
    told = json.loads(run(tmp_path, OURS, more=("--json",)).stdout)
    assert (told["calls"], told["allowed"], told["depends"], told["unfit"], told["broken"]) == (1, [], [], [], [])
    (flip,) = told["denied"]
    assert (flip["line"], flip["before"], flip["after"], flip["policies"]) == (1, "ALLOW", "DENY", ["cap"])


def test_the_command_exits_0_when_nothing_flips_and_2_for_files_that_are_none(tmp_path: Path) -> None:
    ended = run(tmp_path, {**OURS, "input": {"orderId": "A", "amount": 1}})
    assert (ended.exit_code, ended.stdout) == (0, "Of 1 recorded calls, 0 would be decided otherwise.\n")
    assert run(tmp_path, OURS, candidate="permit(").exit_code == 2
    assert run(tmp_path, OURS, more=("--calls", str(tmp_path / "none"))).exit_code == 2


def test_a_name_that_would_move_the_terminal_is_shown_escaped(tmp_path: Path) -> None:
    ended = run(tmp_path, {**OURS, "principal": {"type": USER, "id": "\x1b[2Jana"}})
    assert "\x1b" not in ended.stdout
    assert "[2Jana" in ended.stdout
