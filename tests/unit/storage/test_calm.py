"""Work that nobody waits for holds still while people are answered, and is not held for as long as they come."""

from __future__ import annotations

import asyncio

import pytest

from bot.storage.groups import Groups


def groups() -> Groups:
    """Groups of which nothing is written here."""
    return Groups(_unused, _unused, _unused)


def _unused(*_: object) -> None:
    raise AssertionError("nothing is written in this test")


async def test_work_is_held_once_where_people_come_without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    found = groups()
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.get_running_loop().run_in_executor(None, lambda: None)

    monkeypatch.setattr("bot.storage.groups.asyncio.sleep", sleep)
    with found.present():
        await found.calm(0.05)
        assert slept, "somebody waits: it is held"
        held = len(slept)
        await found.calm(0.05)
        assert len(slept) == held, "the same people come on: it is not held again"


async def test_after_a_pause_it_is_held_anew() -> None:
    found = groups()
    with found.present():
        await found.calm(0.05)
    await found.calm(0.05)  # until the moment is over
    await found.calm(0.05)
    with found.present():
        held = asyncio.create_task(found.calm(60.0))
        done, _ = await asyncio.wait({held}, timeout=0.1)
        assert not done
    await held
