"""A Slack and an AgentCore that can be made to fail, real bots as processes, and people who type and click."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import controlplane, workspace
from bot.blocks import ids
from bot.cedar import load_gateway
from bot.controlplane.config import SAMPLE_GATEWAY
from bot.workspace import team
from bot.workspace.wire import CannotAct
from tests.support.postgres import Cluster
from tests.support.process import AWS, Serving
from tests.support.scene import ENDPOINT, Engine, Json, Scene, Wobbly, buttons, proposal_in, wobbly

RULE = "allow support agents to call refund tool if the amount is below {number}"
_WHOSE = ("PERSON", "CHANNEL", "WORKSPACE")
_SLOW = 0.2
"""Seconds that the control plane takes for what it does, so that there is something to interrupt."""
_QUOTAS = [f"POLICYBOT_{which}_PER_{whose}" for which in ("OPEN", "MINUTE") for whose in _WHOSE]


@dataclass
class Town:
    """What a run of chaos works on. `acknowledged` are the proposals that somebody was told are saved; `lost` counts,
    by the fault of `now` and what was said, the commands that were not saved and the clicks that nobody took."""

    desk: Scene
    agentcore: Wobbly
    bots: list[Serving]
    database_url: str
    cluster: Cluster | None = None
    acknowledged: list[str] = field(default_factory=list)
    kills: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    now: str = ""

    async def connected(self) -> None:
        """Wait until every bot has both its connections to Slack."""

        async def look() -> bool:
            standing = (await self.desk.client.perform("status", {}))["connections"]
            return bool(standing >= 2 * len(self.bots))

        await self.desk.until(look, 300)

    async def types(self) -> None:
        """Somebody types a rule, once; what is not acknowledged was not promised."""
        rule = RULE.format(number=100 + len(self.acknowledged) + self.lost.total())
        answer = await self.desk.riley.types(f"/policy {rule}", team.AGENT_RULES)
        said = str(answer.get("ack", {}).get("text") or "")
        if answer["acknowledged"] and "saved as" in said:
            self.acknowledged.append(proposal_in(said))
        else:
            why = str(answer["error"]) if not answer["acknowledged"] else said[:60]
            self.lost[f"{self.now}: {why}"] += 1

    async def clicks(self) -> None:
        """Somebody approves whatever can be approved now."""
        for proposal in self.acknowledged:
            for card in (await self.desk.messages(proposal)).get("card/1", ()):
                if ids.APPROVE in buttons(card):
                    await self._approves(card)

    async def _approves(self, card: Json) -> None:
        with contextlib.suppress(CannotAct):  # it changed meanwhile
            answer = await self.desk.avery.clicks(card, ids.APPROVE)
            if not answer["acknowledged"]:
                self.lost[f"{self.now}: {answer['error']}"] += 1

    async def ended(self, seconds: float) -> None:
        """Wait until every proposal that was saved is closed, clicking what has still to be clicked; for `seconds`
        after the last that was."""
        for proposal in self.acknowledged:
            with contextlib.suppress(TimeoutError):  # what is found then says what it lacks
                async with asyncio.timeout(seconds):
                    while not await self._closed(proposal):
                        await self.clicks()
                        await asyncio.sleep(0.5)

    async def _closed(self, proposal: str) -> bool:
        parents = (await self.desk.messages(proposal)).get("parent", [])
        return any("Closed" in parent["shown"] and "ACTIVE" in parent["shown"] for parent in parents)

    async def fault(self, kind: str, method: str = "*", **more: Any) -> None:
        await self.desk.client.perform("fault", {"kind": kind, "method": method, **more})

    async def freeze(self, bot: Serving, seconds: float) -> None:
        """Stop a process for a while, as a machine does that swaps or is moved."""
        os.kill(bot.pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.kill(bot.pid, signal.SIGCONT)

    async def heal(self) -> None:
        """End whatever is broken."""
        self.agentcore.mends()
        await self.desk.client.perform("clear_faults", {})


@contextlib.asynccontextmanager
async def town(folder: Path, *, cluster: Cluster | None = None, replicas: int = 1) -> AsyncIterator[Town]:
    """A town with its bots at work, while the block lasts; on PostgreSQL when there is a cluster, else on SQLite."""
    url = cluster.url() if cluster else f"sqlite:///{folder / 'policybot.db'}"
    plane_config = controlplane.ControlPlaneConfig(latency=_SLOW)
    slack_config = workspace.WorkspaceConfig(rates=workspace.Rates(enforced=False))
    async with (
        controlplane.serve(plane_config) as plane,
        workspace.serve(slack_config) as slack,
        wobbly() as (proxy, proxied),
    ):
        proxy.target = plane.url
        engine = Engine(plane.url)
        await engine.policies()
        settings = {
            **AWS,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            ENDPOINT: proxied,
            "POLICYBOT_DATABASE_URL": url,
            "POLICYBOT_POLICY_ENGINE_ID": engine.engine_id,
            "POLICYBOT_GATEWAY_ARN": load_gateway(SAMPLE_GATEWAY).arn,
            "POLICYBOT_APPROVERS": team.APPROVERS_GROUP,
            "POLICYBOT_POLL_SECONDS": "0.2",
            **dict.fromkeys(_QUOTAS, "0"),
        }
        bots = [Serving(settings, folder / f"stderr.{number}") for number in range(replicas)]
        found = Town(Scene(slack.client, engine, slack), proxy, bots, url, cluster)
        try:
            for bot in bots:
                await bot.start()
            await found.connected()
            yield found
        finally:
            for bot in bots:
                await bot.kill()
            engine.close()
