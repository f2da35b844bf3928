"""Page tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.controlplane.wire.faults import Fault
from bot.controlplane.wire.paging import page_start, page_token


@given(st.text(max_size=40), st.integers(0, 2**63 - 1))
def test_a_token_leads_back_to_its_row_and_fits_the_models_pattern(scope: str, row: int) -> None:
    token = page_token(scope, row)
    assert page_start(scope, token) == row
    assert token.isascii()
    assert not any(character.isspace() for character in token)


def test_without_a_token_a_list_starts_at_its_beginning() -> None:
    assert page_start("policies/x", None) == 0


@given(st.text(max_size=60))
def test_any_other_text_is_refused_as_a_token(text: str) -> None:
    with pytest.raises(Fault) as error:
        page_start("policies/x", text)
    assert error.value.code == "ValidationException"


def test_a_token_of_one_list_is_none_of_another() -> None:
    with pytest.raises(Fault):
        page_start("policies/y", page_token("policies/x", 5))
