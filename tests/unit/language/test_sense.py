"""A rule whose conditions can never hold at once is refused: a forbid would stop nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.cedar import Gateway
from bot.language import translate


@pytest.mark.parametrize(
    ("rule", "sensible"),
    [
        ("nobody may pay after 6pm UTC and before 8am UTC", False),
        ("nobody may pay before 8am UTC or after 6pm UTC", True),
        ("block pay when the amount is over 500 and under 100", False),
        ("block pay when the amount is over 100 and under 500", True),
        ("block pay when the fee is over 2.5 and the fee is at most 2", False),
        ('block pay when the reason is "late" and the reason is "early"', False),
        ("block pay when the amount is 5 and the fee is 6", True),
        ("managers may pay, but only before 2026-12-31", True),
        ("block more than 5 pays", False),
    ],
)
def test_contradictions_are_refused(rule: str, sensible: bool, gateway_of: Callable[..., Gateway]) -> None:
    properties = {"amount": {"type": "integer"}, "fee": {"type": "number"}, "reason?": {"type": "string"}}
    (asset,) = translate(rule, gateway_of(Desk={"pay": properties}))
    assert (asset.statement is not None) == sensible, asset


def test_but_only_narrows_a_permit(gateway_of: Callable[..., Gateway]) -> None:
    (asset,) = translate("managers may pay, but only before 2026-12-31", gateway_of(Desk={"pay": {}}))
    assert asset.statement is not None
    assert 'context.system.now < datetime("2026-12-31T00:00:00Z")' in asset.statement
    assert "!(" not in asset.statement
