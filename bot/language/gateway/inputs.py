"""A tool's inputs in conditions: which input words name, and the Cedar test for a comparison with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from difflib import get_close_matches

from cedarpy import pst

from bot.language.gateway.lengths import in_minutes, is_length, maybe_minutes
from bot.language.gateway.line import Line
from bot.language.gateway.refusals import Refusal
from bot.language.gateway.schema_inputs import Input, unit_of
from bot.language.gateway.tool_words import ToolWords
from bot.language.meaning.logic import Atom, Logic, Not, like_pattern
from bot.language.text.quantities import Quantity
from bot.language.text.tokens import Token
from bot.language.text.words import parts, singular, stem
from bot.language.wordlists import UNITS, words

_INPUT = pst.GetAttr(pst.Var("context"), "input")
_LONG_OPS: dict[str, pst.BinaryOpName] = {
    "<": "less", "<=": "less_eq", ">": "greater", ">=": "greater_eq", "==": "eq", "!=": "not_eq",
}  # fmt: skip
_DECIMAL_OPS: dict[str, pst.BinaryOpName] = {
    "<": "decimal_less_than", "<=": "decimal_less_eq", ">": "decimal_greater", ">=": "decimal_greater_eq", "==": "eq",
    "!=": "not_eq",
}  # fmt: skip
_TWO_READINGS = re.compile(r"[^\d.,]*[1-9]\d{0,2}\.\d{3}\s?[%‰kKmMbB]?")
_GREAT = re.compile(r"\S*\d\s?[kmb]|thousand|million|billion")
# A description that says what is counted; "order total" counts no orders.
_HOW_MANY = re.compile(r"\b(?:how many|number of|count of|amount of)\b", re.IGNORECASE)
TAKES = frozenset(map(stem, words("inputs", "takes")))
_IN_FULL = frozenset(tuple(map(spell, pair.split())) for pair in words("inputs", "in_full") for spell in (stem, str))
_MAX_LONG = 2**63 - 1
_WHOLE = 100
"""The most that is a percentage of something."""
_MAX_DECIMAL = Decimal("922337203685477.5807")


def access(found: Input) -> pst.Expr:
    """`context.input.a.b`."""
    expr: pst.Expr = _INPUT
    for name in found.path:
        expr = pst.GetAttr(expr, name)
    return expr


def guards(found: Input) -> tuple[pst.Expr, ...]:
    """A presence check for every level of the input that may be left out."""
    checks: list[pst.Expr] = []
    expr: pst.Expr = _INPUT
    for name, optional in zip(found.path, found.optional, strict=True):
        if optional:
            checks.append(pst.HasAttr(expr, (name,)))
        expr = pst.GetAttr(expr, name)
    return tuple(checks)


def present(found: Input) -> Atom:
    """`context.input has x`, with the levels above it."""
    checks = list(guards(found))
    own = pst.HasAttr(_parent(found), (found.path[-1],))
    if own not in checks:
        checks.append(own)
    test = checks[0]
    for check in checks[1:]:
        test = pst.BinaryOp("and", test, check)
    return Atom(test)


def _parent(found: Input) -> pst.Expr:
    expr: pst.Expr = _INPUT
    for name in found.path[:-1]:
        expr = pst.GetAttr(expr, name)
    return expr


# ---- which input -----------------------------------------------------------------------------------------------------


def matching(tool: ToolWords, words: Sequence[str]) -> list[Input]:
    """The inputs that words, as stems, name equally well: by their own names first, then with their surroundings."""
    scored: list[tuple[float, Input]] = []
    for found in tool.inputs:
        score = _fit(tool, found, words)
        if score is not None:
            scored.append((score, found))
    if not scored:
        return []
    best = max(score for score, _ in scored)
    return [found for score, found in scored if score > best - 0.05]


def in_short(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words without the last of two that say no more than the first alone: "email address"."""
    return words[:-1] if words[-2:] in _IN_FULL else words


def _fit(tool: ToolWords, found: Input, words: Sequence[str]) -> float | None:
    """How well the words name one input; None when a word has nothing to do with it, or its own name is not touched."""
    leaf = set(found.leaf)
    words = in_short(tuple(words)) if found.leaf == in_short(tuple(words)) else words
    if found.leaf[-1] == "id" and len(leaf) > 1 and not {"id", "number", "identifi", "code"} & set(words):
        return None  # "the order" is the thing, and not its number
    touched = [word for word in words if word in leaf]
    if touched:
        around = {*leaf, *found.outer, *found.described, *tool.name, *tool.target, *tool.prose}
        if any(word not in around for word in words):
            return None
        outer = sum(word in found.outer for word in words)
        covered = len(set(touched)) / len(leaf)
        return 2 * len(set(touched)) + covered + outer - 0.01 * len(found.path)
    if (
        found.described
        and len(words) >= 1
        and all(word in found.described for word in words)
        and len(words) >= min(2, len(found.described))
    ):
        return 0.5
    if len(words) != 1:
        return None
    named = found.own == (f"{words[0]}name",) and words[0] != "user"  # "hosts" of `hostname`
    return 0.4 if named or (found.head and words[0] == stem(found.head)) else None


def _has_name(found: Input, words: set[str]) -> bool:
    takes = TAKES.intersection(found.leaf)
    return not words.isdisjoint(found.leaf) and takes <= words <= {*found.leaf, *found.outer}


def flag_named(tool: ToolWords, words: Sequence[str]) -> Input | None:
    """The boolean input whose name has all of the words, or whose description tells them, when there is just one."""
    fits = [
        found for found in tool.inputs if found.kind == "Bool" and (_has_name(found, set(words)) or found.tells(words))
    ]
    if len(fits) > 1:
        fits = [found for found in fits if set(found.leaf) <= set(words)] or fits
    return fits[0] if len(fits) == 1 else None


def listing(tool: ToolWords, value: str) -> list[tuple[Input, str]]:
    """The inputs that list a value, with its spelling there."""
    low = value.lower()
    return [(found, listed) for found in tool.inputs for listed in found.values if _same(listed, low)]


def lists(tool: ToolWords, found: Input, value: str) -> bool:
    """Whether an input lists a value."""
    return any(lister is found for lister, _ in listing(tool, value))


def _same(listed: str, low: str) -> bool:
    plain = listed.lower()
    return plain == low or plain.replace("-", " ").replace("_", " ") == low.replace("-", " ").replace("_", " ")


# ---- numbers ---------------------------------------------------------------------------------------------------------


def amount_input(
    line: Line, tool: ToolWords, quantity: Quantity, unit: str, tokens: Sequence[Token], of: str = ""
) -> Input:
    """The input that a number with no input named is meant for. Raises Refusal when none or two could be."""
    numbers = [found for found in tool.inputs if found.is_number and not _identifies(found)]
    if not numbers:
        raise Refusal.of("none_compared", tokens, tool=tool)
    if unit or quantity.percent:
        fits = _of_unit(tool, numbers, unit or "%", of in {"long", "longer"})
        fits = _of_sign(fits, quantity) if len(fits) > 1 else fits
    elif quantity.currency.isupper():
        fits = [found for found in numbers if found.is_amount and not found.currencies]
    elif quantity.currency:
        fits = [found for found in numbers if quantity.currency in found.currencies or _in_cents(found, quantity)]
        fits = fits or [found for found in numbers if found.is_amount and not found.currencies]
        if quantity.currency != "dollar":
            fits = [found for found in fits if quantity.currency in found.currencies]
    else:
        # "250k" and "2.5 million" are amounts; any other bare number says nothing of which input it is for.
        timed = any(maybe_minutes(found, tokens) for found in numbers)
        great = not timed and any(_GREAT.fullmatch(token.low) for token in tokens)
        fits = [found for found in numbers if great and found.is_amount] or numbers
        if len(fits) > 1 and quantity.value > _WHOLE:
            fits = [found for found in fits if "%" not in found.unit_names] or fits
        if len(fits) > 1:
            fits = [found for found in fits if found.top is None or quantity.value <= found.top] or fits
        fits = fits if timed else _unitless(fits)
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise Refusal.of("meant_for_which", tokens, listed=fits)
    raise Refusal.of("none_counted_in", tokens, tool=tool)


def _unitless(fits: list[Input]) -> list[Input]:
    """A sum of money before the numbers whose unit people say: days, hours, kilometers; "20 off" may be percent."""
    one = len([found for found in fits if found.is_money]) == 1
    return [found for found in fits if found.is_money or not found.unit_names - {"%"}] if one else fits


def _of_unit(tool: ToolWords, numbers: Sequence[Input], unit: str, long: bool) -> list[Input]:
    """The numbers that may be counted in a unit: "4 hours" are of `hours` before `windowMinutes`; of `notice.hours` and
    `windowMinutes` they may be of either, but "longer than 4 hours" is no notice."""
    fits = [found for found in numbers if counts(tool, found, unit)]
    if long:
        fits = [found for found in fits if is_length(tool, found)] or fits
    named = [found for found in fits if found.leaf == (stem(unit),) and len(found.path) == 1]
    return named or [found for found in fits if not _untold(found, unit, fits)]


def _of_sign(fits: list[Input], quantity: Quantity) -> list[Input]:
    """ "20% off" is no amount off, and "$5 off" is one."""
    signed = quantity.percent or quantity.currency
    return [found for found in fits if quantity.percent == ("%" in found.unit_names)] if signed else fits


def _untold(found: Input, unit: str, fits: Sequence[Input]) -> bool:
    """Whether others name the unit, and it says in no name of its own what it is counted in."""
    return stem(unit) not in found.leaf and not found.says_its_unit and any(stem(unit) in other.leaf for other in fits)


def _identifies(found: Input) -> bool:
    """Whether a number says which one, and not how much: `pullNumber`."""
    return len(found.leaf) > 1 and found.leaf[-1] in {"number", "id"} and not _HOW_MANY.search(found.description)


def counts(tool: ToolWords, found: Input, unit: str) -> bool:
    """Whether an input's name or description says that it is counted in a unit, or in one that converts to it."""
    if unit.startswith("per "):
        return unit.removeprefix("per ") in found.per
    kind = UNITS.get(unit_of(unit) or unit)
    if kind is not None:
        own = {UNITS[name][0] for name in found.unit_names}
        return kind[0] in own
    word = stem(unit)
    told = word in found.described and (word not in tool.name or bool(_HOW_MANY.search(found.description)))
    return word in found.leaf or told


def number_test(tool: ToolWords, found: Input, op: str, quantity: Quantity, unit: str, tokens: Sequence[Token]) -> Atom:
    """`found <op> quantity`. Raises Refusal for a unit, a currency, a fraction or a size that does not fit."""
    if any(_TWO_READINGS.fullmatch(token.text) for token in tokens):
        raise Refusal.of("thousands_or_fraction", tokens)
    quantity, unit = in_minutes(found, quantity, unit, tokens)
    value = _converted(tool, found, quantity, unit, tokens)
    if found.kind == "Long":
        if value != value.to_integral_value():
            raise Refusal.of("not_whole", tokens, input=found)
        if abs(value) > _MAX_LONG:
            raise Refusal.of("beyond_64_bits", tokens)
        literal: pst.Expr = pst.LongLit(int(value))
        return Atom(pst.BinaryOp(_LONG_OPS[op], access(found), literal), guards(found))
    if found.kind != "decimal":
        raise Refusal.of("no_number", tokens, input=found)
    return Atom(pst.BinaryOp(_DECIMAL_OPS[op], access(found), decimal_literal(value, tokens)), guards(found))


def decimal_literal(value: Decimal, tokens: Sequence[Token]) -> pst.Expr:
    """`decimal("2500.5")`: at least one place and at most four."""
    if abs(value) > _MAX_DECIMAL:
        raise Refusal.of("too_great", tokens)
    if value != value.quantize(Decimal("0.0001")):
        raise Refusal.of("too_fine", tokens)
    text = f"{value.quantize(Decimal('0.0001')):f}".rstrip("0")
    return pst.UnaryOp("decimal", pst.StringLit(text + "0" if text.endswith(".") else text))


def _converted(tool: ToolWords, found: Input, quantity: Quantity, unit: str, tokens: Sequence[Token]) -> Decimal:
    if quantity.currency.isupper() and not found.currencies:
        return quantity.value  # a code: the call says elsewhere which currency it is in
    if _in_cents(found, quantity):
        return quantity.value * 100
    if quantity.currency and not _is_in(found, quantity.currency):
        raise Refusal.of("not_in_currency", tokens, input=found)
    name = unit or ("%" if quantity.percent else "")
    if not name:
        return quantity.value
    if not counts(tool, found, name):
        if name == "%" and not found.unit_names and _rate(found):
            return quantity.value
        raise Refusal.of("not_counted_in", tokens, input=found)
    kind = UNITS.get(unit_of(name) or name)
    if kind is None:
        return quantity.value
    own = next(UNITS[each] for each in found.unit_names if UNITS[each][0] == kind[0])
    if kind[0] == "bytes" and kind[1] != own[1]:
        raise Refusal.of("thousand_or_1024", tokens)
    size = quantity.value * kind[1]
    if size % own[1] and found.kind != "decimal":
        raise Refusal.of("not_whole_in_unit", tokens, input=found)
    return size / own[1]


def _is_in(found: Input, currency: str) -> bool:
    """Whether a sum in a currency can be compared with an input as it is."""
    said = currency in found.currencies or (currency == "dollar" and not found.currencies and found.is_amount)
    counted = found.unit_names - {"day", "week", "month", "year", "hour"} or not found.currencies
    return said and not (found.unit_names and counted)


def _in_cents(found: Input, quantity: Quantity) -> bool:
    """Whether dollars are compared with an input that is counted in cents, and in nothing else."""
    return quantity.currency == "dollar" and found.currencies == {"cent"}


def _rate(found: Input) -> bool:
    shares = {"rate", "share", "ratio", "discount"}
    return not found.currencies and not shares.isdisjoint({*found.leaf, *found.described})


def other_input_test(left: Input, op: str, right: Input, tokens: Sequence[Token]) -> Atom:
    """One input against another of the same type."""
    if left.kind != right.kind or left.kind not in {"Long", "decimal", "String", "Bool", "datetime"}:
        raise Refusal.of("two_types", tokens, left=left, right=right)
    if left.kind in {"String", "Bool"} and op not in {"==", "!="}:
        raise Refusal.of("equal_or_not", tokens, left=left, right=right)
    ops = _DECIMAL_OPS if left.kind == "decimal" else _LONG_OPS
    checks = tuple(dict.fromkeys((*guards(left), *guards(right))))
    return Atom(pst.BinaryOp(ops[op], access(left), access(right)), checks)


# ---- texts, flags and lists ------------------------------------------------------------------------------------------


def spelled(found: Input, value: str, quoted: bool) -> str:
    """A value as the schema spells it when the schema lists it, else as typed; quotes keep the spelling as typed."""
    if quoted and value not in found.values:
        return value
    listed = next((listed for listed in found.values if _same(listed, value.lower())), "")
    if listed or value == value.lower():
        return listed or value
    # WIRE where the description speaks of wire: it is spelled as the schema spells it.
    low = re.search(rf"(?<![\w-]){re.escape(value.lower())}(?![\w-])", found.description)
    return low.group() if low else value


def value_test(found: Input, value: str, quoted: bool, tokens: Sequence[Token]) -> Atom:
    """`found == value` for a text or an enumeration, `found.contains(value)` for a list."""
    text = spelled(found, value, quoted)
    near = get_close_matches(text.lower(), [listed.lower() for listed in found.values], n=1, cutoff=0.8)
    near = near or [listed for listed in found.values if text.lower() in parts(listed)]  # "term" of `fixed_term`
    if near and not quoted and text not in found.values:
        raise Refusal.of("near_value", tokens, input=found, near=near[0])
    if not quoted and text not in found.values and singular(text.lower()) in found.own:
        raise Refusal.of("word_of_name", tokens, input=found)
    if found.kind == "set":
        return contains_test(found, text, tokens)
    if found.kind == "Bool":
        raise Refusal.of("true_or_false", tokens, input=found)
    if found.kind not in {"String", "enum"}:
        raise Refusal.of("no_text", tokens, input=found)
    return Atom(pst.BinaryOp("eq", access(found), _literal(found, text, tokens)), guards(found))


def not_value(found: Input, value: str, quoted: bool, tokens: Sequence[Token]) -> Logic:
    """`found != value`, or that a list does not have it."""
    test = value_test(found, value, quoted, tokens)
    if found.kind == "set" or not isinstance(test.test, pst.BinaryOp):
        return Not(test)
    return Atom(pst.BinaryOp("not_eq", test.test.left, test.test.right), test.guards)


def _literal(found: Input, text: str, tokens: Sequence[Token]) -> pst.Expr:
    if found.enum_type is None:
        return pst.StringLit(text)
    if text not in found.values:
        raise Refusal.of("no_value", tokens, input=found, values=", ".join(found.values))
    return pst.EntityLit(pst.EntityUid(found.enum_type, text))


def contains_test(found: Input, text: str, tokens: Sequence[Token]) -> Atom:
    """`found.contains(text)`, for a list of texts."""
    if found.element not in {"String", "enum"}:
        raise Refusal.of("list_of_others", tokens, input=found)
    return Atom(pst.BinaryOp("contains", access(found), _literal(found, text, tokens)), guards(found))


def like_test(found: Input, how: str, value: str, tokens: Sequence[Token]) -> Atom:
    """`like` with the value exactly: contains, starts or ends; a list contains an element."""
    if found.kind == "set" and how == "contains":
        return contains_test(found, spelled(found, value, False), tokens)
    if found.kind != "String":
        why = "an enumeration, whose values are equal or not" if found.kind == "enum" else "not a text"
        raise Refusal.of("no_pattern", tokens, input=found, why=why)
    if not value:
        raise Refusal.of("matches_all", tokens)
    pattern = like_pattern(
        "*" if how in {"contains", "ends"} else "", value, "*" if how in {"contains", "starts"} else ""
    )
    return Atom(pst.Like(access(found), pattern), guards(found))


def flag_test(found: Input, value: bool) -> Atom:
    """`found == true` or `found == false`."""
    return Atom(pst.BinaryOp("eq", access(found), pst.BoolLit(value)), guards(found))
