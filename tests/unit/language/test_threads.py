"""The reader in several threads at once: it shares nothing that one rule could spoil for another."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.cedar import Gateway
from bot.language import translate
from bot.language.text.words import parts, stem, stems


@pytest.fixture
def eager_switching() -> Iterator[None]:
    """Threads that take turns every few bytecodes, from caches that are empty."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def _cold() -> None:
    for cached in (stem, stems, parts):
        cached.cache_clear()


@pytest.mark.usefixtures("eager_switching")
def test_a_word_has_the_same_stem_in_every_thread() -> None:
    """A stem that was spoiled by another thread would be cached, and misread until the process ends."""
    words = [f"{first}{last}" for first in ("refund", "account", "transfer", "deliver", "approv") for last in
             ("ing", "s", "ed", "ation", "able", "ment", "ings", "er", "ers", "ational", "ly", "ness")]  # fmt: skip
    _cold()
    alone = [stem(word) for word in words]
    for _ in range(20):
        _cold()
        with ThreadPoolExecutor(8) as pool:
            beside = list(pool.map(lambda turn: [stem(word) for word in words[turn:] + words[:turn]], range(8)))
        for turn, found in enumerate(beside):
            assert found == alone[turn:] + alone[:turn]
    assert [stem(word) for word in words] == alone


@pytest.mark.usefixtures("eager_switching")
def test_rules_are_read_alike_in_threads_and_one_after_the_other(
    corpus: tuple[list[dict[str, Any]], dict[str, Gateway]],
) -> None:
    rows, gateways = corpus

    def read(row: dict[str, Any]) -> list[str | None]:
        return [asset.statement for asset in translate(row["rule"], gateways[row["gateway"]])]

    _cold()
    with ThreadPoolExecutor(8) as pool:
        beside = list(pool.map(read, rows * 2))
    assert beside == [read(row) for row in rows] * 2
