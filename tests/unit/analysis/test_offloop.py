"""The analysis in a process of its own beside the event loop."""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bot.analysis import (
    Limits,
    Standing,
    analyse,
    difference,
    engine_findings,
    policy_findings,
    readings,
    review_findings,
)
from bot.analysis.offloop import Analyst
from bot.analysis.worker import LENGTH
from bot.cedar import GatewaySchema, load_gateway, schema_for
from bot.errors import PolicyError

sys.path.insert(0, str(Path(__file__).parents[3]))  # the tests' own helpers are modules under tests/support

from tests.support.nested import ARN, nested_gateway

Rule = Callable[..., str]
Workers = Callable[[], list[psutil.Process]]
# The product of two primes: factors that no solver finds within any limit here.
HARD = (
    "context.input.amount * context.input.factor == 4611685975477714963 && context.input.amount > context.input.factor"
)


@pytest.fixture
def workers() -> Workers:
    """The processes that this test started; the same run may have others going."""
    before = {child.pid for child in psutil.Process().children()}
    return lambda: [child for child in psutil.Process().children() if child.pid not in before]


async def test_it_answers_as_the_functions_do(schema: GatewaySchema, rule: Rule) -> None:
    base, new = {"base": rule("permit", "context.input.amount < 5")}, rule("permit", "context.input.amount < 9")
    async with Analyst() as analyst:
        assert await analyst.difference(base, {**base, "new": new}, schema) == difference(
            base, {**base, "new": new}, schema
        )
        assert await analyst.review_findings(Standing(base), "new", new, schema) == review_findings(
            Standing(base), "new", new, schema
        )
        assert await analyst.analyse(Standing(base), "new", new, schema) == analyse(Standing(base), "new", new, schema)
        assert await analyst.analyse(Standing(base), "new", new, schema, candidate_free=True) == analyse(
            Standing(base), "new", new, schema, candidate_free=True
        )
        assert await analyst.same_change(Standing(base), Standing(base), new, schema, name="new") is True
        assert await analyst.same_change(Standing(base), Standing(), new, schema, name="new") is False
        assert await analyst.readings([new], [base["base"], None], schema) == readings(
            [new], [base["base"], None], schema
        )
        assert await analyst.policy_findings(new, schema) == policy_findings(new, schema)
        assert await analyst.engine_findings(Standing(base), "new", new, [schema]) == engine_findings(
            Standing(base), "new", new, [schema]
        )


async def test_an_error_on_purpose_crosses_over(schema: GatewaySchema) -> None:
    async with Analyst() as analyst:
        with pytest.raises(PolicyError):
            await analyst.engine_findings(Standing(), "new", "permit(principal", [schema])
        assert (await analyst.policy_findings("permit(principal", schema))[0].type == "INVALID"


async def test_no_answer_in_time_is_not_analysed_and_the_next_call_works(
    schema: GatewaySchema, rule: Rule, workers: Workers
) -> None:
    hard = rule("permit", HARD)
    async with Analyst(Limits(query_seconds=20, review_seconds=20), grace_seconds=-19.5) as analyst:
        found = await analyst.difference({}, {"p": hard}, schema)
        assert {change.status for change in found.changes} == {"not analysed"}
        assert "no answer within" in found.changes[0].reason
        assert workers() == []
        whole = await analyst.analyse(Standing(), "p", hard, schema)
        assert (len(whole.difference.not_analysed), whole.findings[0].kind) == (2 * len(schema.tools), "not_analysed")
        assert [each.kind for each in await analyst.review_findings(Standing(), "p", hard, schema)] == ["not_analysed"]
        assert (await analyst.engine_findings(Standing(), "p", hard, [schema]))[0].startswith("Not analysed")
        assert (await analyst.policy_findings(hard, schema))[0].description.startswith("Not analysed")
        assert await analyst.same_change(Standing(), Standing({"q": hard}), hard, schema, name="p") is None
        swapped = rule("permit", HARD.replace(">", "<"))
        (piece, none) = (await analyst.readings([swapped], [hard, None], schema)).pieces
        assert (piece.verdict if piece else "", none) == ("unknown", None)


async def test_a_process_that_dies_is_not_analysed_and_replaced(
    schema: GatewaySchema, rule: Rule, workers: Workers
) -> None:
    async with Analyst() as analyst:
        await analyst.policy_findings(rule("permit"), schema)
        (worker,) = workers()
        worker.kill()
        found = await analyst.policy_findings(rule("permit"), schema)
        assert "ended before it answered" in found[0].description
        assert (await analyst.policy_findings(rule("permit"), schema))[0].type == "ALLOW_ALL"


async def test_a_cancelled_call_leaves_nothing_behind(schema: GatewaySchema, rule: Rule, workers: Workers) -> None:
    async with Analyst(Limits(query_seconds=600, review_seconds=600)) as analyst:
        call = asyncio.create_task(analyst.difference({}, {"p": rule("permit", HARD)}, schema))
        # Its first step waits for the process to start.
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert workers() == []
        assert (await analyst.policy_findings(rule("permit"), schema))[0].type == "ALLOW_ALL"


async def test_calls_at_the_same_time_take_turns(schema: GatewaySchema, rule: Rule, workers: Workers) -> None:
    async with Analyst() as analyst:
        found = await asyncio.gather(*(analyst.policy_findings(rule("permit"), schema) for _ in range(5)))
        assert {each[0].type for each in found} == {"ALLOW_ALL"}
        assert len(workers()) == 1
    assert workers() == []


@pytest.mark.parametrize("slow", [1, 2])
async def test_slow_calls_hold_up_no_quick_one(schema: GatewaySchema, rule: Rule, workers: Workers, slow: int) -> None:
    """With solver questions that never end before it, a call is answered as ever, and again; nobody else is."""
    async with Analyst(Limits(query_seconds=600, review_seconds=600), quick_seconds=1.5, slow=slow) as analyst:
        stuck = [asyncio.create_task(analyst.difference({}, {"p": rule("permit", HARD)}, schema)) for _ in range(3)]
        for _ in range(2):  # the first is asked before the slow ones have begun, the second behind them all
            assert (await analyst.policy_findings(rule("permit"), schema))[0].type == "ALLOW_ALL"
        assert not any(call.done() for call in stuck)
        assert len(workers()) == slow + 1
        for call in stuck:
            call.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
    assert workers() == []


async def test_slow_calls_have_their_whole_time_one_after_another(
    schema: GatewaySchema, rule: Rule, workers: Workers
) -> None:
    """Broken off in favour of quick ones or not, what is answered is the same, first come first served."""
    hard, limits = {"p": rule("permit", HARD)}, Limits(query_seconds=1, review_seconds=600)
    ended: list[int] = []

    async def ask(analyst: Analyst, number: int) -> object:
        found = await analyst.difference({}, hard, schema)
        ended.append(number)
        return found

    async with Analyst(limits, quick_seconds=0.1, slow=1) as analyst:
        found = await asyncio.gather(*(ask(analyst, number) for number in range(3)))
        assert ended == [0, 1, 2]
        assert len(workers()) == 1
    assert [difference({}, hard, schema, limits)] * 3 == found


async def test_the_end_ends_slow_calls_too(schema: GatewaySchema, rule: Rule, workers: Workers) -> None:
    """No process is left behind, and whoever waited is told."""
    analyst = Analyst(Limits(query_seconds=600, review_seconds=600), quick_seconds=1.5, slow=1)
    stuck = asyncio.create_task(analyst.difference({}, {"p": rule("permit", HARD)}, schema))
    for _ in range(2):
        await analyst.policy_findings(rule("permit"), schema)
    assert len(workers()) == 2
    await analyst.aclose()
    assert workers() == []
    assert "ended before it answered" in (await stuck).changes[0].reason


@pytest.mark.parametrize("levels", [30, 250, 2_000])
async def test_a_tool_whose_schema_nests_without_end_leaves_the_others_analysed(tmp_path: Path, levels: int) -> None:
    """What is proved of the other tools crosses over as ever; of a policy for that one, it is said that nothing is."""
    file = tmp_path / "gateway.json"
    file.write_text(nested_gateway(levels))
    schema = schema_for(load_gateway(file))
    permit = f'permit(principal, action == AgentCore::Action::"Desk___{{}}", resource == AgentCore::Gateway::"{ARN}");'
    async with Analyst() as analyst:
        found = (await analyst.analyse(Standing(), "new", permit.format("refund"), schema)).difference.changes
        assert {change.action for change in found if change.status == "changed"} == {"Desk___refund"}
        assert {change.status for change in found} == {"changed", "unchanged"}
        every_tool = permit.replace(' == AgentCore::Action::"Desk___{}"', "")
        unknown = (await analyst.analyse(Standing(), "new", every_tool, schema)).difference.not_analysed
        assert {change.action for change in unknown} == (set() if levels == 30 else {"Desk___deep"})


@pytest.mark.parametrize("sent", [b"", b"\0\0\0", LENGTH.pack(100) + b"half a"])
def test_a_process_whose_bot_was_killed_says_nothing(sent: bytes) -> None:
    """Its standard error is the bot's log: no trace of what breaks off in the middle belongs there."""
    ended = subprocess.run(
        [sys.executable, "-m", "bot.analysis.worker"], input=sent, capture_output=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_process_that_nobody_reads_says_nothing() -> None:
    """The bot was killed while it waited for an answer."""
    asked = pickle.dumps(("no such call", [], ()))
    with subprocess.Popen(
        [sys.executable, "-m", "bot.analysis.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(LENGTH.pack(len(asked)) + asked)
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_a_fault_of_a_process_is_one_line() -> None:
    """Whatever it is, a log of JSON lines stays one."""
    asked = pickle.dumps(("no such call", [], ()))
    ended = subprocess.run(
        [sys.executable, "-m", "bot.analysis.worker"],
        input=LENGTH.pack(len(asked)) + asked,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.decode().splitlines()
    assert json.loads(line)["error"] == "KeyError('no such call')"
