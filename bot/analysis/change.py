"""What changes for one principal type and tool, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.cedar.evaluate import Request

Status = Literal["changed", "unchanged", "not analysed"]


@dataclass(frozen=True)
class Example:
    """A request that shows something, confirmed by Cedar: decided so before and after, by these policies.

    `overflows` names the policies that Cedar skips on this request, because a number in them grows too large.
    """

    request: Request
    allowed_before: bool
    allowed_after: bool
    reasons_before: tuple[str, ...] = ()
    reasons_after: tuple[str, ...] = ()
    overflows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What changes for one principal type and one tool.

    "unchanged" is proved: no request is decided otherwise. "not analysed" says why in `reason`; so does "changed" when
    one of its two directions could not be decided, or when more depends on what is uncertain. `basis` digests the
    policies that speak of this tool.

    `whom` says who is newly allowed, or where nobody is, who is newly denied: "anyone", "any IAM caller", "callers with
    role = support"; "possibly anyone" when that could not be decided. Where more depends on what is uncertain, it says
    who may be. `every`: no call of this tool by this principal type is decided otherwise afterwards. `possible`: the
    examples show what can change at most.
    """

    principal_type: str
    action: str
    status: Status
    newly_allowed: Example | None = None
    newly_denied: Example | None = None
    still_denied: Example | None = None
    reason: str = ""
    basis: str = ""
    whom: str = ""
    every: bool = False
    possible: bool = False
