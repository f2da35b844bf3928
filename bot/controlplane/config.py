"""What a control plane is started with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from bot.clock import MovableClock
from bot.dataplane import DataplaneConfig

SAMPLE_GATEWAY = Path(__file__).with_name("sample_gateway.json")


@dataclass(frozen=True)
class ControlPlaneConfig:
    """Settings of an embedded control plane.

    `gateways` are gateway files; with none it serves the sample gateway. One may list under `gatewayRoleMay` the only
    IAM actions that the gateway's role may do. `latency` is how many seconds every asynchronous operation takes; 0 is
    the loop's next turn. `data_dir` keeps the state in SQLite; None keeps it in memory. `limits` enforces the service's
    quotas and request rates. Generated statements leave under `definition_member` of the definition union; with a
    `faulty` `generation` one of each rule's means something else, as a language model's may. `glossary` is the team's
    own words, as `bot.language.Glossary` parses them. A change of policies, of the engine or of the gateway reaches
    the gateway's decisions after `propagation` seconds; `dataplane` is how its calls are answered and recorded. A
    MovableClock is moved by `POST /admin/clock`.
    """

    gateways: tuple[Path, ...] = ()
    latency: float = 0.5
    data_dir: Path | None = None
    limits: bool = False
    definition_member: Literal["cedar", "policy"] = "policy"
    generation: Literal["faithful", "faulty"] = "faithful"
    glossary: Mapping[str, Any] = field(default_factory=dict)
    propagation: float = 0.0
    dataplane: DataplaneConfig = field(default_factory=DataplaneConfig)
    clock: Callable[[], datetime] = field(default_factory=MovableClock)
