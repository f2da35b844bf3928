"""The ids of buttons, forms and fields, and what a button's value says: a draft and the version that was shown."""

from __future__ import annotations

from dataclasses import dataclass

APPROVE = "draft.approve"
APPROVE_LOOSER = "draft.approve_looser"
APPROVE_UNVALIDATED = "draft.approve_unvalidated"
APPROVE_UNVALIDATED_LOOSER = "draft.approve_unvalidated_looser"
WAIT = "draft.wait"
REJECT = "draft.reject"
SHOW_CHANGES = "draft.changes"
SHOW_POLICY = "draft.policy"
TRY_REQUEST = "draft.try"
TRY_TOOL = "try.tool"

LOOSER_FORM = "looser.form"
LOOSER_UNVALIDATED_FORM = "looser.unvalidated.form"
REJECT_FORM = "reject.form"
TRY_FORM = "try.form"
READ_ONLY = "read.only"


@dataclass(frozen=True)
class CardRef:
    """Which card was clicked. `version` is the draft's when the card was shown."""

    draft_id: str
    version: int

    def __str__(self) -> str:
        return f"{self.draft_id}:{self.version}"


def card_ref(value: str) -> CardRef | None:
    """The card that a button's value names; None when it is not a value of ours."""
    draft_id, _, version = value.rpartition(":")
    return CardRef(draft_id, int(version)) if draft_id and version.isascii() and version.isdigit() else None
