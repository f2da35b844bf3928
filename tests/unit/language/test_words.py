"""Word forms."""

from __future__ import annotations

import pytest

from bot.language.text.words import kebab, parts, singular, stem


@pytest.mark.parametrize(
    "forms",
    [
        "refund refunds refunding",
        "cancel cancelling cancelled cancellation",
        "send sent sends",
        "policy policies",
        "freeze frozen",
    ],
)
def test_forms_of_a_word_fold(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("agents", "agent"),
        ("secretaries", "secretary"),
        ("bosses", "boss"),
        ("salesmen", "salesman"),
        ("staff", "staff"),
        ("status", "status"),
    ],
)
def test_singulars(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_a_group_noun_is_kebab_case() -> None:
    assert kebab(("Senior", "Claims", "Adjusters")) == "senior-claims-adjuster"


def test_identifiers_are_words() -> None:
    assert parts("updateCustomerEmail") == ("update", "customer", "email")
    assert parts("Helpdesk-Tickets") == ("helpdesk", "tickets")
