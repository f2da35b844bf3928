"""What `policybot replay` does: recorded calls, before and after a candidate, told as lines and as JSON."""

from __future__ import annotations

import contextlib
import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.analysis.files.policy_files import read_policies
from bot.cedar import load_gateway, schema_for
from bot.errors import BadInput
from bot.replay.calls import Calls, read_calls
from bot.replay.deciding import Kind, Outcome, Replayed, replay

NOTHING, FLIPS = 0, 1
_SHOWN = 10
_HEADS: tuple[tuple[Kind, str], ...] = (
    ("denied", "allowed → denied"),
    ("allowed", "denied → allowed"),
    ("depends", "depends on claims that the record does not hold"),
)


@dataclass(frozen=True)
class Replay:
    """Calls replayed, with the lines of the file that could not be used."""

    replayed: Replayed
    calls: Calls

    @property
    def code(self) -> int:
        """The exit code: 1 when a call is decided otherwise, or may be."""
        return FLIPS if self.replayed.of("allowed", "denied", "depends") else NOTHING


def replay_files(gateway: Path, policies: Sequence[Path], candidate: Path, calls: Path) -> Replay:
    """Replay the calls of a file. `candidate` is added to `policies`, in the place of those with the same names; one
    that holds no policy removes them all. Raises BadInput for files that cannot be used."""
    with _without_collecting():
        return _replayed(gateway, policies, candidate, calls)


def _replayed(gateway: Path, policies: Sequence[Path], candidate: Path, calls: Path) -> Replay:
    schema = schema_for(load_gateway(gateway))
    before = {name: policy.statement for name, policy in read_policies(policies).policies.items()}
    added = {name: policy.statement for name, policy in read_policies([candidate]).policies.items()}
    try:
        with calls.open(encoding="utf-8", errors="replace") as lines:
            found = read_calls(lines, schema.gateway)
    except OSError as error:
        raise BadInput(f"The calls file {calls} cannot be read: {error.strerror}.", path=str(calls)) from error
    return Replay(replay(found.calls, before, {**before, **added} if added else {}, schema), found)


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """Nothing that is made for a call is in a cycle, and looking for some among so many takes a quarter of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def text(done: Replay) -> str:
    """What is told: how many flip and which way, by tool and caller, and what was left out."""
    return "\n".join(_lines(done))


def as_json(done: Replay) -> dict[str, Any]:
    """The same for programs; what was called with is not repeated, its line says where it is."""
    return {
        "calls": len(done.replayed.outcomes),
        **{kind: [_json(each) for each in done.replayed.of(kind)] for kind, _ in _HEADS},
        "unfit": [{"line": each.call.line, "why": each.why} for each in done.replayed.of("unfit")],
        "broken": [{"line": line, "why": why} for line, why in sorted(done.calls.broken.items())],
    }


def _lines(done: Replay) -> Iterator[str]:
    outcomes = done.replayed
    decided = len(outcomes.outcomes) - len(outcomes.of("unfit"))
    flips = len(outcomes.of("allowed", "denied"))
    depending = len(outcomes.of("depends"))
    more = f", {depending} may be: it depends on claims that the record does not hold" if depending else ""
    yield f"Of {decided:,} recorded calls, {flips:,} would be decided otherwise{more}."
    for kind, head in _HEADS:
        groups = Counter(map(_group, outcomes.of(kind)))
        if groups:
            yield f"{head}:"
        for group, count in groups.most_common(_SHOWN):
            yield f"  {count:>6,} × {group}"
        if len(groups) > _SHOWN:
            yield f"  and {len(groups) - _SHOWN} more kinds of calls"
    left_out = [(each.call.line, each.why) for each in outcomes.of("unfit")] + list(done.calls.broken.items())
    for line, why in sorted(left_out)[:_SHOWN]:
        yield f"Line {line} is left out: {why}."
    if len(left_out) > _SHOWN:
        yield f"{len(left_out) - _SHOWN} more lines are left out."


def _group(outcome: Outcome) -> str:
    """What calls are told together by: the tool, who calls, and which policies decide afterwards."""
    by = ", ".join(outcome.policies) or "no policy"
    return f"{outcome.call.action} by {_who(outcome)} ({by})"


def _who(outcome: Outcome) -> str:
    if outcome.kind == "depends":
        claims = ", ".join(f"{name} = {value}" for name, value in outcome.claims.items())
        return f"a caller with {claims}" if claims else "a caller without the claims that are asked for"
    return outcome.call.principal_id or "anybody"


def _json(outcome: Outcome) -> dict[str, Any]:
    return {
        "line": outcome.call.line,
        "tool": outcome.call.action,
        "principal": {"type": outcome.call.principal_type, "id": outcome.call.principal_id},
        "before": "ALLOW" if outcome.before else "DENY",
        "after": "ALLOW" if outcome.after else "DENY",
        "policies": list(outcome.policies),
        **({"claims": dict(outcome.claims)} if outcome.kind == "depends" else {}),
        **({"why": outcome.why} if outcome.why else {}),
    }
