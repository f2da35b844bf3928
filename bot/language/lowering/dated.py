"""Inputs that hold a date, against a whole day."""

from __future__ import annotations

from cedarpy import pst

from bot.language.gateway.inputs import access, guards
from bot.language.gateway.refusals import Refusal
from bot.language.gateway.schema_inputs import Input
from bot.language.lowering.times import instant_literal
from bot.language.meaning.logic import All, Atom, Logic
from bot.language.meaning.model import Said


def day_test(place: Input, op: str, first: object, after: object, said: Said) -> Logic:
    """A date input against a whole day."""
    if place.kind != "datetime":
        raise Refusal.of("no_date", said, input=place)

    def test(name: pst.BinaryOpName, instant: object) -> Atom:
        return Atom(pst.BinaryOp(name, access(place), instant_literal(instant)), guards(place))

    match op:
        case "<":
            return test("less", first)
        case ">=":
            return test("greater_eq", first)
        case ">":
            return test("greater_eq", after) if after else test("greater", first)
        case "<=":
            return test("less", after) if after else test("less_eq", first)
    return All((test("greater_eq", first), test("less", after))) if after else test("eq", first)
