"""Sweeps over all gateways: a run takes a part of each, always the same one; SWEEPS=whole in the environment, all."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from typing import TypeVar

Case = TypeVar("Case")


def sampled(cases: Iterable[Case], most: int) -> list[Case]:
    """At most so many of the cases, drawn alike in every run."""
    listed = list(cases)
    if len(listed) <= most or os.environ.get("SWEEPS") == "whole":
        return listed
    return random.Random(2026).sample(listed, most)
