"""A whole life of a policy, and its record: seconds, calls of AgentCore, rows a second, what it takes in the database.

    python tests/bench/bench_deciding.py [--lives 10] [--rows 2000] [--json]

A life: proposed, two votes, created log-only, promoted by two votes, revoked by two votes; the real bot between an
embedded Slack and an embedded control plane without latency. The baseline is the same life without the promotion.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.blocks import ids
from bot.controlplane import ControlPlaneConfig
from bot.embedded import Embedded, EmbeddedConfig, embedded
from bot.logs import configure
from bot.review.clock import SystemClock
from bot.review.record import Chain, Entry
from bot.storage.store import open_store
from bot.workspace import Rates, WorkspaceConfig
from tests.scenarios.test_acts import key_of, newest, proposes_by
from tests.support.scene import Engine, Json, Scene, buttons

TWO = """
permit(principal, action in [Action::"propose", Action::"promote", Action::"revoke"], resource);
@quorum("2")
permit(
  principal in Group::"policy-approvers",
  action in [Action::"approve", Action::"approve_with_findings", Action::"reject"],
  resource
);
forbid(principal, action == Action::"approve", resource) when { resource.requester == principal };
"""


async def life(desk: Scene, *, promoted: bool) -> None:
    """One policy from its rule to its end."""
    proposal = await desk.proposes()
    card = await both(desk, await desk.card(proposal), proposal, "created, log-only, ACTIVE", set())
    seen = {key_of(card)}
    if promoted:
        await proposes_by(desk, desk.riley, card, ids.PROMOTE, {}, "promoted")
        promote = await newest(desk, proposal, "Promotes the policy", "Mode if approved", but=seen)
        card = await both(desk, promote, proposal, "promoted, enforced, ACTIVE", seen)
        seen.add(key_of(card))
    await proposes_by(desk, desk.riley, card, ids.REVOKE, {}, "it is deleted")
    revoke = await newest(desk, proposal, "Deletes the policy", "If approved", but=seen)
    await both(desk, revoke, proposal, " deleted.", seen)


async def both(desk: Scene, card: Json, proposal: str, said: str, seen: set[str]) -> Json:
    """Two people approve; gives the card once it says so."""
    for person in (desk.avery, desk.blair):
        if ids.APPROVE in buttons(card):
            await person.clicks(card, ids.APPROVE)
            continue
        await person.clicks(card, ids.APPROVE_FORM)
        form = await desk.form(person, "Approve")
        await person.submits(form, {"reason": "It is wanted."})
    return await newest(desk, proposal, said, but=seen)


def calls(running: Embedded) -> float:
    """Calls of AgentCore so far."""
    told = running.bot.metrics.text().decode()
    counted = re.findall(r"^policybot_agentcore_call_seconds_count\{[^}]*\} ([\d.]+)", told, re.MULTILINE)
    return sum(map(float, counted))


async def lives(count: int, folder: Path) -> dict[str, float]:
    """Seconds and calls of a life with and without a promotion, and its growth of the database in KB."""
    file = folder / "governance.cedar"
    file.write_text(TWO, encoding="utf-8")
    database = folder / "policybot.db"
    settings = {
        "POLICYBOT_GOVERNANCE": str(file),
        "POLICYBOT_DATABASE_URL": f"sqlite:///{database}",
        "POLICYBOT_VALIDATION_MODE": "IGNORE_ALL_FINDINGS",
    }
    config = EmbeddedConfig(
        plane=ControlPlaneConfig(latency=0.0),
        slack=WorkspaceConfig(rates=Rates(enforced=False)),
        settings=settings,
    )
    found: dict[str, float] = {}
    async with embedded(config) as running:
        engine = Engine(running.plane.url)
        desk = Scene(running.slack.client, engine, running.slack)
        await life(desk, promoted=True)  # the solver's process starts
        for name, promoted in (("short", False), ("whole", True)):
            started, called, size = time.perf_counter(), calls(running), await grown(running)
            for _ in range(count):
                await life(desk, promoted=promoted)
            found[f"{name} life, seconds"] = (time.perf_counter() - started) / count
            found[f"{name} life, calls of AgentCore"] = (calls(running) - called) / count
            found[f"{name} life, KB"] = (await grown(running) - size) / count / 1024
        engine.close()
    return found


async def grown(running: Embedded) -> float:
    """Bytes that the database's pages take."""
    used = "SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count"
    async with running.bot.store.database.read() as connection:
        pages = await connection.scalar(sa.text(used))
        size = await connection.scalar(sa.text("PRAGMA page_size"))
    return float(pages or 0) * float(size or 0)


async def record(rows: int, folder: Path) -> dict[str, float]:
    """Rows a second that are written, one transaction each, and that are checked."""
    store = await open_store(f"sqlite:///{folder / 'record.db'}", SystemClock())
    started = time.perf_counter()
    for number in range(rows):
        await store.note(Entry("vote", "T1", "P-ABCDEF", "P-ABCDEF.1", "U1", {"vote": "approve", "version": number}))
    written = rows / (time.perf_counter() - started)
    chain, faults, started = Chain(), 0, time.perf_counter()
    async for row in store.recorded():
        faults += len(list(chain.faults(row)))
    checked = rows / (time.perf_counter() - started)
    await store.close()
    assert not faults
    return {"record, rows a second": written, "verify, rows a second": checked}


async def main(count: int, rows: int) -> dict[str, float]:
    """Everything, in a folder of its own."""
    configure("ERROR", json_lines=True)
    with tempfile.TemporaryDirectory(prefix="policybot-bench-") as name:
        found = await lives(count, Path(name))
        found |= await record(rows, Path(name))
    found["whole life / short life"] = found["whole life, seconds"] / found["short life, seconds"]
    return found


def _said(found: dict[str, float], *, as_json: bool) -> str:
    if as_json:
        return json.dumps(found, indent=2)
    return "\n".join(f"{name:34} {value:10.2f}" for name, value in found.items())


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--lives", type=int, default=10)
    reader.add_argument("--rows", type=int, default=2000)
    reader.add_argument("--json", action="store_true")
    told = reader.parse_args()
    sys.stdout.write(_said(asyncio.run(main(told.lives, told.rows)), as_json=told.json) + "\n")
