"""Every state of a draft with every warning: within Slack's limits, and word for word as it was agreed on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.review.messages import SlackMessage
from bot.review.model import DraftState
from tests.unit.blocks.golden import ACTS, CASES, ENDS, EXTENSIONS, FILE, act, cards, end, extension, message


@pytest.mark.parametrize("state", DraftState)
@pytest.mark.parametrize("case", CASES)
def test_every_card_fits_slack(fits: Callable[[SlackMessage], None], state: DraftState, case: str) -> None:
    """No combination of state and warnings makes a card that Slack refuses."""
    fits(message(state, case))


@pytest.mark.parametrize("state", DraftState)
@pytest.mark.parametrize("name", ACTS)
def test_the_card_of_every_act_fits_slack(fits: Callable[[SlackMessage], None], state: DraftState, name: str) -> None:
    """An act on a policy that stands, in every state; what ends it at its time, and what puts that off."""
    fits(act(name, state))
    if state in ENDS:
        fits(end(name, state))
    if state in EXTENSIONS:
        fits(extension(state))


def test_every_card_reads_as_it_was_agreed_on() -> None:
    """A change of any sentence on a card is seen and meant: `python -m tests.unit.blocks.golden` takes it over."""
    assert "\n".join(cards()) == FILE.read_text(encoding="utf-8")
