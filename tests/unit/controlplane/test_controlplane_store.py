"""The store of the control plane."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.controlplane.store import Resource, Store


def engine(number: int) -> Resource:
    return Resource("engine", f"e{number}", "", f"name{number}", f"arn{number}", {"status": "ACTIVE"})


@pytest.fixture(params=["memory", "folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path if request.param == "folder" else None)
    yield made
    made.close()


def test_a_replaced_resource_keeps_its_place_in_the_list(store: Store) -> None:
    for number in range(3):
        store.put(engine(number))
    store.put(engine(0).with_body(status="DELETING"))
    assert [(found.id, found.status) for found in store.under("engine")] == [
        ("e0", "DELETING"),
        ("e1", "ACTIVE"),
        ("e2", "ACTIVE"),
    ]


def test_a_row_number_is_never_given_twice(store: Store) -> None:
    """A page token that names a deleted last row must not skip what is made after it."""
    store.put(engine(0))
    first = store.get("engine", "e0")
    store.delete("engine", "e0")
    store.put(engine(1))
    second = store.get("engine", "e1")
    assert first is not None
    assert second is not None
    assert second.row > first.row


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.put(engine(0))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert store.get("engine", "e0") is None
    with store.transaction():
        store.put(engine(1))
    assert store.count("engine") == 1


def test_a_folder_keeps_what_was_put_into_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "folder")
    store.put(engine(0))
    store.remember("Create", "token", "digest", {"a": 1})
    store.close()
    again = Store(tmp_path / "new" / "folder")
    assert again.by_name("engine", "name0") == again.by_arn("arn0") == again.get("engine", "e0")
    assert again.answered("Create", "token") == ("digest", {"a": 1})
    again.close()
