"""Moves, ids, names and tokens."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cedar import parse_policy
from bot.errors import StoreError
from bot.review.lifecycle import (
    DRAFT_MOVES,
    PROPOSAL_MOVES,
    check_move,
    client_token,
    draft_id,
    generation_name,
    policy_name,
    proposal_id,
)
from bot.review.model import ENDED, SETTLED, DraftState, ProposalState

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,47}")


def test_every_state_has_its_moves_and_an_end_has_none() -> None:
    """A state that the table forgets would strand its rows."""
    assert set(PROPOSAL_MOVES) == set(ProposalState)
    assert set(DRAFT_MOVES) == set(DraftState)
    assert {state for state, moves in PROPOSAL_MOVES.items() if not moves} == ENDED
    # What could not become a policy may still be replaced by what a person writes.
    assert {state for state, moves in DRAFT_MOVES.items() if moves <= {DraftState.REPLACED}} == SETTLED


def test_every_state_can_be_reached_and_left_for_an_end() -> None:
    """No proposal is caught in a state from which no end can be reached."""
    reached = {ProposalState.RECEIVED}
    while (more := reached | {to for state in reached for to in PROPOSAL_MOVES[state]}) != reached:
        reached = more
    assert reached == set(ProposalState)
    for state in set(ProposalState) - ENDED:
        ahead = {state}
        while (more := ahead | {to for each in ahead for to in PROPOSAL_MOVES[each]}) != ahead:
            ahead = more
        assert ahead & ENDED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ProposalState.CLOSED, ProposalState.IN_REVIEW),
        (ProposalState.RECEIVED, ProposalState.GENERATING),
        (DraftState.IN_REVIEW, DraftState.SETTLING),
        (DraftState.REJECTED, DraftState.APPROVED),
        (DraftState.UNUSABLE, DraftState.APPROVED),
        (DraftState.SETTLING, DraftState.IN_REVIEW),
    ],
)
def test_a_move_that_skips_or_undoes_is_refused(
    before: ProposalState | DraftState, after: ProposalState | DraftState
) -> None:
    with pytest.raises(StoreError, match=f"{before} cannot become {after}"):
        check_move(before, after)


@given(st.text(), st.integers(0, 50))
def test_a_proposal_id_is_short_and_reads_without_doubt(key: str, attempt: int) -> None:
    """Six letters and digits, none of which is taken for another; the same key gives the same id."""
    made = proposal_id(key, attempt)
    assert re.fullmatch(r"P-[2-9A-HJKMNP-TV-Z]{6}", made)
    assert made == proposal_id(key, attempt)
    assert made != proposal_id(key, attempt + 1)


@given(st.text(), st.text())
def test_a_client_token_is_what_agentcore_takes_and_never_random(first: str, second: str) -> None:
    """33 to 256 of its characters, the same for the same parts, and parts are kept apart."""
    token = client_token(first, second)
    assert re.fullmatch(r"[A-Za-z0-9-]{33,256}", token)
    assert token == client_token(first, second)
    assert token != client_token(first + second)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ('action == AgentCore::Action::"Desk___refund-tool"', "permit_refund_tool_P7K2M9Q_1"),
        ("action", "permit_P7K2M9Q_1"),
        (
            'action in [AgentCore::Action::"Desk___a", AgentCore::Action::"Desk___b"]',
            "permit_a_and_more_P7K2M9Q_1",
        ),
        (f'action == AgentCore::Action::"Desk___{"x" * 90}"', f"permit_{'x' * 31}_P7K2M9Q_1"),
        ('action == AgentCore::Action::"Büro___größe"', "permit_gr_e_P7K2M9Q_1"),
    ],
)
def test_a_policy_name_says_what_it_is_about_and_which_draft_it_is_of(scope: str, expected: str) -> None:
    """Within AgentCore's pattern and length, whatever the tool is called."""
    policy = parse_policy(f"permit(principal, {scope}, resource);")
    name = policy_name(policy, draft_id("P-7K2M9Q", 1))
    assert name == expected
    assert NAME.fullmatch(name)


def test_a_generation_name_fits_its_pattern() -> None:
    assert generation_name("P-7K2M9Q") == "rule_P7K2M9Q"
    assert NAME.fullmatch(generation_name("P-7K2M9Q"))
