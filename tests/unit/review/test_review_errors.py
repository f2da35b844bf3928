"""The sentences of refusals."""

from __future__ import annotations

import pytest

from bot.review.errors import CHANNEL_REASONS, SENTENCES, Reason, channel_refusal, refused, sentence

FIELDS = {
    "meant": " Did you mean permit_refund?",
    "length": 2001,
    "limit": 2000,
    "name": "U+0007",
    "position": 3,
    "code": "restricted_action",
    "decision": "approved",
    "by": "U1",
    "at": "now",
    "proposal_id": "P-1",
    "count": 21,
    "where": "of yours",
    "seconds": 40,
    "mode": "enforced",
    "why": "There is no tool refunds.",
    "said": "soon",
    "when": "2026-01-01 09:00 UTC",
}


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_that_says_what_to_do(reason: Reason) -> None:
    """A refusal is never a code: it is a whole sentence with its fields filled."""
    said = sentence(reason, **FIELDS)
    assert said.endswith((".", "refund tool", "INPUT=VALUE", str(FIELDS["name"])))
    assert "{" not in said
    assert len(said.split()) > 5


def test_no_sentence_is_for_a_reason_that_does_not_exist() -> None:
    assert set(SENTENCES) == set(Reason)


def test_a_refusal_carries_its_reason_for_the_log() -> None:
    error = refused(Reason.RULE_TOO_LONG, length=2001, limit=2000)
    assert (error.reason, error.fields["length"]) == (Reason.RULE_TOO_LONG, 2001)
    assert "2001 characters" in str(error)


def test_a_channel_that_cannot_be_posted_in_gets_its_own_advice() -> None:
    """Where an invitation helps, the sentence says how; any other code is named."""
    assert "/invite @policybot" in channel_refusal("not_in_channel")
    assert "private" in channel_refusal("channel_not_found")
    assert "archived" in channel_refusal("is_archived")
    assert "restricted_action" in channel_refusal("restricted_action")
    assert set(CHANNEL_REASONS) == {"not_in_channel", "channel_not_found", "is_archived"}
