"""Which moves a proposal and a draft may make, and the ids, names and tokens that follow from their rows.

Nothing here is random: the same row gives the same token after a crash, so that AgentCore sees one request.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping

from bot.cedar import Policy, digest
from bot.errors import StoreError
from bot.review.model import DraftState, ProposalState

PROPOSAL_MOVES: Mapping[ProposalState, frozenset[ProposalState]] = {
    ProposalState.RECEIVED: frozenset(
        {ProposalState.ADMITTED, ProposalState.ANNOUNCED, ProposalState.REFUSED, ProposalState.FAILED}
        | {ProposalState.ASKED}
    ),
    ProposalState.ASKED: frozenset({ProposalState.RECEIVED, ProposalState.REFUSED}),
    ProposalState.ADMITTED: frozenset({ProposalState.ANNOUNCED, ProposalState.REFUSED}),
    ProposalState.ANNOUNCED: frozenset({ProposalState.GENERATING, ProposalState.IN_REVIEW, ProposalState.FAILED}),
    ProposalState.GENERATING: frozenset({ProposalState.IN_REVIEW, ProposalState.FAILED}),
    ProposalState.IN_REVIEW: frozenset({ProposalState.CLOSED}),
    ProposalState.CLOSED: frozenset(),
    ProposalState.REFUSED: frozenset(),
    ProposalState.FAILED: frozenset(),
}

_TAKEN_BACK = frozenset({DraftState.REJECTED, DraftState.WITHDRAWN, DraftState.REPLACED, DraftState.EXPIRED})
DRAFT_MOVES: Mapping[DraftState, frozenset[DraftState]] = {
    DraftState.UNUSABLE: frozenset({DraftState.REPLACED}),
    DraftState.IN_REVIEW: _TAKEN_BACK | {DraftState.APPROVED, DraftState.WAITING, DraftState.UNUSABLE},
    DraftState.WAITING: _TAKEN_BACK | {DraftState.IN_REVIEW, DraftState.APPROVED, DraftState.UNUSABLE},
    DraftState.SCHEDULED: frozenset({DraftState.SENDING, DraftState.REPLACED, DraftState.NOT_ENACTED}),
    DraftState.APPROVED: _TAKEN_BACK
    | {DraftState.SENDING, DraftState.IN_REVIEW, DraftState.UNUSABLE}
    | {DraftState.IN_EFFECT, DraftState.NOT_ENACTED},  # an extension, of which nothing is sent
    DraftState.SENDING: frozenset({DraftState.SETTLING, DraftState.NOT_ENACTED}),
    DraftState.SETTLING: frozenset({DraftState.IN_EFFECT, DraftState.NOT_ENACTED}),
    DraftState.IN_EFFECT: frozenset(),
    DraftState.NOT_ENACTED: frozenset(),
    DraftState.REJECTED: frozenset(),
    DraftState.WITHDRAWN: frozenset(),
    DraftState.REPLACED: frozenset(),
    DraftState.EXPIRED: frozenset(),
}

NOT_MEANT = "It was not meant as a rule."
"""What is kept of a text that its requester did not want reviewed."""

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_TOKENS = uuid.UUID("6f1c0c5e-8f0e-5c7e-9a55-3d8f6a1b2c47")
_NAME_LENGTH = 48


def check_move(before: ProposalState | DraftState, after: ProposalState | DraftState) -> None:
    """Raise StoreError when a row may not go from one state to the other; staying is no move."""
    moves = PROPOSAL_MOVES[before] if isinstance(before, ProposalState) else DRAFT_MOVES[before]
    if before != after and after not in moves:
        raise StoreError(f"A row in {before} cannot become {after}.", before=str(before), after=str(after))


def proposal_id(key: str, attempt: int = 0) -> str:
    """A short id that can be read out, such as `P-7K2M9Q`; `attempt` gives others when it is taken."""
    number = int.from_bytes(hashlib.sha256(f"{key}\n{attempt}".encode()).digest()[:8])
    letters = []
    for _ in range(6):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "P-" + "".join(letters)


def draft_id(proposal: str, ordinal: int) -> str:
    """The id of a proposal's draft, counted from 1: `P-7K2M9Q.1`."""
    return f"{proposal}.{ordinal}"


def client_token(*parts: str) -> str:
    """The client token of a call, 36 characters, from what identifies the row and the body."""
    return str(uuid.uuid5(_TOKENS, digest(*parts)))


def generation_name(proposal: str) -> str:
    """The name of a proposal's generation, `[A-Za-z][A-Za-z0-9_]*`."""
    return f"rule_{_plain(proposal)}"


def policy_name(policy: Policy, draft: str, taken: int = 0) -> str:
    """A policy name that says what it is about and cannot be another draft's, at most 48 characters.

    Effect and first tool, then the draft's id: `permit_refund_tool_P7K2M9Q_1`. `taken` counts the names that turned out
    to be another's.
    """
    tail = "_" + _plain(draft) + (f"_{taken + 1}" if taken else "")
    tools = [action.rsplit("___", 1)[-1] for action in policy.actions]
    what = "_".join([policy.effect, *tools[:1], *(["and_more"] if len(tools) > 1 else [])])
    return re.sub(r"\W+", "_", what, flags=re.ASCII)[: _NAME_LENGTH - len(tail)].rstrip("_") + tail


def create_token(draft: str, key: str, digest: str, version: int, name: str) -> str:
    """The client token of a draft's CreatePolicy: another body, another token."""
    return client_token("create", draft, key, digest, str(version), name)


def _plain(row: str) -> str:
    return row.replace("-", "").replace(".", "_")
