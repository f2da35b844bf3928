"""Who is told what became of a draft: foreign text in a sentence calls nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from bot.review import telling
from bot.review.messages import Told
from bot.review.model import Draft, DraftState, Origin, Proposal, ProposalState

NOW = datetime(2026, 11, 26, tzinfo=UTC)
PROPOSAL = Proposal(
    "P-1", "k", "T1", "C1", "U1", "allow refunds", "e-1", "arn", ProposalState.IN_REVIEW, NOW, origin=Origin.ACT
)
DRAFT = Draft(
    "P-1.1", "P-1", 1, "", "f", "permit", (), DraftState.APPROVED, deciders=("U0AVERY",), until=NOW, undoes="P-0.1"
)
HOSTILE = "Refused: <<@U0EVE>> <!channel> <@U0EVE> <!subteam^S0ALL>\n*see* <#C0OTHER>"

_SAYS: dict[str, Callable[[Draft, Proposal], Sequence[Told]]] = {
    "everybody": lambda draft, proposal: telling.to_everybody(draft, proposal, HOSTILE),
    "approvers": lambda draft, proposal: telling.to_approvers(draft, proposal, HOSTILE),
    "approvers of what still counts": lambda draft, proposal: telling.to_approvers(
        draft, proposal, HOSTILE, voided=False
    ),
    "nothing came of it": lambda draft, proposal: telling.failing(proposal, HOSTILE, mentions=True),
    "not taken back": lambda draft, proposal: telling.not_taken_back(draft, proposal, ["U0AVERY"], HOSTILE),
    "cannot be taken back": lambda draft, proposal: telling.cannot_be_taken_back(draft, proposal, ["U0AVERY"], HOSTILE),
}


@pytest.mark.parametrize("says", _SAYS.values(), ids=_SAYS.keys())
def test_what_a_service_says_mentions_nobody(says: Callable[[Draft, Proposal], Sequence[Told]]) -> None:
    told = says(DRAFT, PROPOSAL)
    assert any("Refused" in each.text for each in told)
    for each in told:
        assert not any(mention in each.text for mention in ("<!channel>", "<@U0EVE>", "<!subteam^", "<#C0OTHER>"))
        assert "\n" not in each.text
