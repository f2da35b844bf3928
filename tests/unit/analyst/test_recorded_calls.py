"""What a change would have made of the calls of a file: counted rightly, and shown with no more than decides."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.analysis.standing import Standing, Uncertain
from bot.analyst.recorded import MOST, RecordedCalls
from bot.blocks.replayed import replay_words
from bot.cedar import Gateway, GatewaySchema, schema_for
from bot.review.effect import NEW, Effect
from bot.review.found import Replay

Fields = dict[str, dict[str, Any]]
ACTION = "Desk___pay"
PERMIT = f'permit(principal, action == AgentCore::Action::"{ACTION}", resource);'
LIMIT = f'forbid(principal, action == AgentCore::Action::"{ACTION}", resource) when {{ context.input.amount > 100 }};'
COMING = Uncertain("all", PERMIT, "is still being created")
GOING = Uncertain("limit", LIMIT, "is being deleted")


@pytest.fixture
def schema(gateway_of: Callable[..., Gateway]) -> GatewaySchema:
    return schema_for(gateway_of(Desk={"pay": {"amount": {"type": "integer"}, "memo?": {"type": "string"}}}))


def call(amount: object, *, action: str = ACTION, claims: dict[str, str] | None = None, **more: Any) -> str:
    principal = {"type": "AgentCore::OAuthUser", "id": "alice"}
    known = {"tool": action, "input": {"amount": amount, "memo": "secret-memo"}, "principal": principal}
    return json.dumps(
        {**known, "claims": claims if claims is not None else {"role": "x"}, "time": "2026-11-24T09:00:00Z", **more}
    )


def limit(enforced: dict[str, str] | None = None) -> Effect:
    """A limit that is created beside a permit."""
    return Effect(Standing({"all": PERMIT} if enforced is None else enforced), NEW, LIMIT)


async def replayed(path: Path, effect: Effect, schema: GatewaySchema) -> Replay | None:
    return await RecordedCalls({schema.gateway.arn: path}).replayed(effect, schema)


async def test_flips_are_counted_and_the_first_shown_with_what_decides(tmp_path: Path, schema: GatewaySchema) -> None:
    path = tmp_path / "calls.jsonl"
    lines = [
        *(call(amount) for amount in (20, 200, 300, 400, 500)),
        "{broken",
        call("much"),
        call(5, action="Desk___no"),
    ]
    path.write_text("\n".join(lines))
    found = await replayed(path, limit(), schema)
    assert found is not None
    assert (found.calls, found.denied, found.allowed, found.depends, found.unfit) == (5, 4, 0, 0, 2)
    assert found.shown == tuple(
        f"alice calls pay with amount = {amount} on 2026-11-24: allowed → denied" for amount in (200, 300, 400)
    )
    assert "secret-memo" not in str(found)
    assert replay_words(found) == (
        "of the last 5, 4 would be decided otherwise (4 denied). 2 more do not fit the gateway's tools."
    )


async def test_a_policy_that_goes_is_replayed_the_other_way_round(tmp_path: Path, schema: GatewaySchema) -> None:
    (tmp_path / "calls.jsonl").write_text("\n".join(map(call, (20, 200))))
    gone = Effect(Standing({"all": PERMIT}), "limit", LIMIT, removed=True)
    found = await replayed(tmp_path / "calls.jsonl", gone, schema)
    assert found is not None
    assert (found.calls, found.allowed, found.denied) == (2, 1, 0)


async def test_what_hangs_on_claims_that_are_not_recorded_may_be(tmp_path: Path, schema: GatewaySchema) -> None:
    role = LIMIT.replace(
        "context.input", 'principal.hasTag("role") && principal.getTag("role") == "intern" && context.input'
    )
    record = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": ACTION, "arguments": {"amount": 200}},
    }
    (tmp_path / "calls.jsonl").write_text(json.dumps(record))
    found = await replayed(tmp_path / "calls.jsonl", Effect(Standing({"all": PERMIT}), NEW, role), schema)
    assert found is not None
    assert (found.denied, found.depends) == (0, 1)
    assert "role = intern" in found.shown[0]
    assert "1 may be, by who calls" in replay_words(found)


async def test_only_the_newest_are_replayed_and_a_file_that_grew_is_read_again(
    tmp_path: Path, schema: GatewaySchema
) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text("\n".join([call(200)] * 3 + [call(20)] * MOST))
    calls = RecordedCalls({schema.gateway.arn: path})
    found = await calls.replayed(limit(), schema)
    assert found is not None
    assert (found.calls, found.denied) == (MOST, 0)
    with path.open("a") as more:
        more.write("\n" + call(200))
    found = await calls.replayed(limit(), schema)
    assert found is not None
    assert (found.calls, found.denied) == (MOST, 1)


async def test_what_cannot_be_read_is_said_and_nothing_of_it_logged(
    tmp_path: Path, schema: GatewaySchema, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        found = await replayed(tmp_path / "none.jsonl", limit(), schema)
        assert found == Replay(trouble="No such file or directory")
        assert replay_words(found) == "not known, they cannot be replayed: No such file or directory."
        (tmp_path / "empty.jsonl").write_text("")
        empty = await replayed(tmp_path / "empty.jsonl", limit(), schema)
        assert empty is not None
        assert replay_words(empty) == "none that fits the gateway's tools is recorded."
        (tmp_path / "calls.jsonl").write_text(call(200))
        await replayed(tmp_path / "calls.jsonl", limit(), schema)
    assert "secret-memo" not in caplog.text
    assert await RecordedCalls({}).replayed(limit(), schema) is None


@pytest.mark.parametrize(
    ("effect", "counted", "said"),
    [
        (Effect(Standing({}, {}, (COMING,)), NEW, LIMIT), (0, 1), "1 may be, by conditions or policies"),
        (Effect(Standing({}, {}, (GOING,)), NEW, PERMIT), (1, 1), "1 would be decided otherwise (1 allowed) and 1 may"),
        (Effect(Standing({"all": PERMIT}), NEW, LIMIT, free=True), (0, 1), "1 may be, by conditions or policies"),
        (Effect(Standing({"all": PERMIT}), "limit", LIMIT, free=True, removed=True), (0, 1), "1 may be, by conditions"),
        (Effect(Standing({"all": PERMIT}), "all", LIMIT, free=True), (2, 0), "2 would be decided otherwise (2 denied)"),
        (Effect(Standing({}, {}, (Uncertain("new", None, "cannot be read"),)), NEW, PERMIT), (0, 0), "not known"),
    ],
)
async def test_no_call_is_counted_as_decided_that_hangs_on_what_is_not_certain(
    tmp_path: Path, schema: GatewaySchema, effect: Effect, counted: tuple[int, int], said: str
) -> None:
    """A permit that is on its way makes the limit beside it matter; conditions that are not Cedar may not be met."""
    (tmp_path / "calls.jsonl").write_text("\n".join(map(call, (20, 200))))
    found = await replayed(tmp_path / "calls.jsonl", effect, schema)
    assert found is not None
    assert (found.denied + found.allowed, found.unsure) == counted
    assert said in replay_words(found)
