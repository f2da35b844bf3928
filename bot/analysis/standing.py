"""What an engine enforces for a gateway at one moment, as the analysis takes it; what is not certain is kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Uncertain:
    """A policy that may be in force or not, now or soon.

    `statement` is plain Cedar that matches at least what the policy can match; None when nothing is known of its text,
    so that nothing is proved about any tool. `why` completes a sentence that begins with the policy's name: "is still
    being created".
    """

    name: str
    statement: str | None
    why: str


@dataclass(frozen=True)
class Standing:
    """The policies of an engine that can apply to a gateway, name → statement.

    `enforced` decides today; `log_only` is evaluated and recorded only; of `uncertain` it is not known. An analysis
    holds for every choice among the uncertain ones, or says on which it depends.
    """

    enforced: Mapping[str, str] = field(default_factory=dict)
    log_only: Mapping[str, str] = field(default_factory=dict)
    uncertain: tuple[Uncertain, ...] = ()
