"""Numbers of an example moved to where a reader looks for them: to the boundary, and towards zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.analysis.model import Environment, Model, ScalarType
from bot.analysis.sets.concrete import Concrete, to_json
from bot.analysis.sets.readable import Holds, Slot, slots, value_at, with_value
from bot.analysis.smt.literals import LONG_MAX, LONG_MIN, literal

# An amount is read in hundredths, a time in minutes.
_STEPS: Mapping[str, int] = {"Long": 1, "decimal": 100, "duration": 60_000}
_DOUBLINGS = 64


def nearest_zero(request: Concrete, environment: Environment, model: Model, holds: Holds) -> Concrete:
    """The request with each number as close to zero as `holds` lets it be; a number that may be zero is left."""
    for slot, number in _numbers(request, environment, model):
        put = _putting(request, slot)
        if abs(number) <= 1 or holds(put(0)):
            continue
        if number < 0 and holds(put(-number)):
            number = -number
        request = _moved(put, 0, number, holds)
    return request


def nearest(request: Concrete, environment: Environment, model: Model, holds: Holds) -> Concrete | None:
    """A close request for which `holds` is true that differs from this one in one number; if it can be, not in sign."""
    found = list(_numbers(request, environment, model))
    for doubling in range(_DOUBLINGS):
        steps = [(slot, number, number + sign * 2**doubling) for slot, number in found for sign in (1, -1)]
        for slot, number, there in sorted(steps, key=lambda step: (step[1] < 0) != (step[2] < 0)):
            put = _putting(request, slot)
            if _fits(slot, there) and holds(put(there)):
                return _moved(put, number, there, holds)
    return None


def nearer(near: Concrete, request: Concrete, environment: Environment, model: Model, holds: Holds) -> Concrete:
    """The same, begun with a request that differs in one place: when that is a number, moved towards this one's."""
    numbers = dict(_numbers(request, environment, model))
    for slot, there in _numbers(near, environment, model):
        number = numbers.get(slot, there)
        if number != there:
            return _moved(_putting(near, slot), number, there, holds)
    return near


def _numbers(request: Concrete, environment: Environment, model: Model) -> Iterator[tuple[Slot, int]]:
    """The places of numbers, and each number in steps of its kind."""
    for slot in slots(request, environment, model):
        if isinstance(slot.type, ScalarType) and slot.type.name in _STEPS:
            number = _read(slot.type.name, value_at(request, slot.path))
            if number is not None and number % _STEPS[slot.type.name] == 0:
                yield slot, number // _STEPS[slot.type.name]


def _read(kind: str, value: Any) -> int | None:
    return value if kind == "Long" else literal(kind, value["__extn"]["arg"])


def _putting(request: Concrete, slot: Slot) -> Callable[[int], Concrete]:
    kind = slot.type
    assert isinstance(kind, ScalarType)
    return lambda number: with_value(request, slot.path, to_json(kind, number * _STEPS[kind.name]))


def _fits(slot: Slot, number: int) -> bool:
    assert isinstance(slot.type, ScalarType)
    return LONG_MIN <= number * _STEPS[slot.type.name] <= LONG_MAX


def _moved(put: Callable[[int], Concrete], without: int, with_it: int, holds: Holds) -> Concrete:
    """With the number next to which `holds` begins, between one where it does not and one where it does."""
    while abs(with_it - without) > 1:
        middle = (without + with_it) // 2
        if holds(put(middle)):
            with_it = middle
        else:
            without = middle
    return put(with_it)
