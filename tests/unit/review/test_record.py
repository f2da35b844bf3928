"""The chain of the record shows whatever was done to a row, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.review.record import FIRST, Chain, Entry, Row, chained

_TEXT = st.text(max_size=8)
_DATA = st.dictionaries(_TEXT, st.one_of(_TEXT, st.integers(), st.lists(_TEXT, max_size=2), st.none()), max_size=3)
_ENTRIES = st.lists(st.builds(Entry, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT, _DATA), min_size=1, max_size=6)
_NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def written(batches: Sequence[Sequence[Entry]]) -> list[Row]:
    """The rows as transactions append them, one after another."""
    rows: list[Row] = []
    for batch in batches:
        rows += chained(batch, _NOW, (rows[-1].seq, rows[-1].hash) if rows else (0, FIRST))
    return rows


def faults(rows: Sequence[Row]) -> list[str]:
    chain = Chain()
    return [said for row in rows for said in chain.faults(row)]


_ROWS = st.lists(_ENTRIES, min_size=1, max_size=3).map(written)


@given(_ROWS)
def test_what_was_written_has_no_fault(rows: list[Row]) -> None:
    assert faults(rows) == []
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))


@given(_ROWS, st.data())
def test_a_changed_row_is_found(rows: list[Row], data: st.DataObject) -> None:
    """Whichever part of it was changed, and with its own hash made anew where another row follows."""
    place = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(st.sampled_from([each.name for each in fields(Row) if each.name != "seq"]))
    other: dict[str, Any] = {name: data.draw(_TEXT)}
    changed = replace(rows[place], **other)
    assume(changed != rows[place])
    assert faults([*rows[:place], changed, *rows[place + 1 :]])


@given(_ROWS, st.data())
def test_a_removed_row_is_found(rows: list[Row], data: st.DataObject) -> None:
    assume(len(rows) > 1)
    place = data.draw(st.integers(0, len(rows) - 2))
    said = faults(rows[:place] + rows[place + 1 :])
    assert any(f"row {place + 1} is missing" in each for each in said)


@given(_ROWS, st.data())
def test_rows_that_changed_places_are_found(rows: list[Row], data: st.DataObject) -> None:
    assume(len(rows) > 1)
    first = data.draw(st.integers(0, len(rows) - 2))
    second = data.draw(st.integers(first + 1, len(rows) - 1))
    moved = list(rows)
    moved[first], moved[second] = (
        replace(rows[second], seq=rows[first].seq),
        replace(rows[first], seq=rows[second].seq),
    )
    assert faults(moved)


@given(_ROWS, _ENTRIES, st.data())
def test_rows_put_between_are_found(rows: list[Row], forged: list[Entry], data: st.DataObject) -> None:
    """Also when they are chained well to the row before them."""
    assume(len(rows) > 1)
    place = data.draw(st.integers(1, len(rows) - 1))
    between = chained(forged, _NOW, (rows[place - 1].seq, rows[place - 1].hash))
    assert faults([*rows[:place], *between, *rows[place:]])
