"""Cedar's extension types: constructors on literals, and methods."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.analysis.model import BOOLEAN, DATETIME, DECIMAL, DURATION, IPADDR, LONG, ScalarType
from bot.analysis.smt.literals import DAY, LONG_MAX, LONG_MIN, V6_START, encode_ip, ip_range, literal
from bot.analysis.smt.terms import Term, Terms
from bot.analysis.smt.values import Scalar, Unsupported

CONSTRUCTORS = {"decimal": DECIMAL, "datetime": DATETIME, "duration": DURATION, "ip": IPADDR}
_Result = tuple[Term, Scalar]
_UNITS = {"toMilliseconds": 1, "toSeconds": 1_000, "toMinutes": 60_000, "toHours": 3_600_000, "toDays": DAY}
_LOOPBACK = ("127.0.0.0/8", "::1/128")
_MULTICAST = ("224.0.0.0/4", "ff00::/8")


def construct(terms: Terms, name: str, arguments: Sequence[Any]) -> Scalar | None:
    """An extension constructor applied to a literal text; None where Cedar says the text is an error."""
    value = arguments[0].get("Value") if len(arguments) == 1 else None
    if not isinstance(value, str):
        raise Unsupported(f"`{name}(…)` of anything but a literal text")
    try:
        found = literal(name, value)
    except ValueError as error:
        raise Unsupported(f"the literal {error}") from error
    return None if found is None else Scalar(CONSTRUCTORS[name], terms.constant(found))


def ordered(left: Scalar, right: Scalar) -> bool:
    """`<` and its kin take these two."""
    return left.type == right.type and left.type in (LONG, DATETIME, DURATION)


def call(terms: Terms, name: str, arguments: Sequence[Scalar]) -> _Result | None:
    """A method: when it gives no error, and its value. None where the operands are of other types than it takes."""
    types, compute = METHODS[name]
    if tuple(argument.type for argument in arguments) != types:
        return None
    return compute(terms, *(argument.term for argument in arguments))


def _truth(terms: Terms, term: Term) -> _Result:
    return terms.true, Scalar(BOOLEAN, term)


def _long(terms: Terms, term: Term, kind: ScalarType) -> _Result:
    return terms.within(term, (LONG_MIN, LONG_MAX)), Scalar(kind, term)


def _to_date(terms: Terms, instant: Term) -> _Result:
    return _long(terms, terms.multiply(terms.constant(DAY), terms.floor_divide(instant, DAY)), DATETIME)


def _unit(divisor: int) -> Callable[[Terms, Term], _Result]:
    def divide(terms: Terms, duration: Term) -> _Result:
        # Cedar rounds towards zero.
        down = terms.floor_divide(duration, divisor)
        minus = terms.constant(-1)
        up = terms.multiply(minus, terms.floor_divide(terms.multiply(minus, duration), divisor))
        negative = terms.less(duration, terms.constant(0))
        return terms.true, Scalar(LONG, duration if divisor == 1 else terms.choose(negative, up, down))

    return divide


def _inside(terms: Terms, code: Term, ranges: Sequence[int]) -> _Result:
    """The address's range lies inside one of these: its address does, and its prefix is no shorter."""
    found = []
    for each in ranges:
        least, greatest, start, prefixes, prefix = ip_range(each)
        length = terms.modulo(terms.add(code, terms.constant(-start)), prefixes)
        found.append(terms.all((terms.within(code, (least, greatest)), terms.at_most(terms.constant(prefix), length))))
    return _truth(terms, terms.any(found))


def _in_range(terms: Terms, code: Term, within: Term) -> _Result:
    if within.op != "const" or not isinstance(within.payload, int):
        raise Unsupported("`isInRange` with a range that is not a literal")
    return _inside(terms, code, (within.payload,))


def _inside_texts(texts: Sequence[str]) -> Callable[[Terms, Term], _Result]:
    codes = [code for code in map(encode_ip, texts) if code is not None]
    return lambda terms, code: _inside(terms, code, codes)


METHODS: dict[str, tuple[tuple[ScalarType, ...], Callable[..., _Result]]] = {
    "lessThan": ((DECIMAL, DECIMAL), lambda terms, a, b: _truth(terms, terms.less(a, b))),
    "lessThanOrEqual": ((DECIMAL, DECIMAL), lambda terms, a, b: _truth(terms, terms.at_most(a, b))),
    "greaterThan": ((DECIMAL, DECIMAL), lambda terms, a, b: _truth(terms, terms.less(b, a))),
    "greaterThanOrEqual": ((DECIMAL, DECIMAL), lambda terms, a, b: _truth(terms, terms.at_most(b, a))),
    "offset": ((DATETIME, DURATION), lambda terms, a, b: _long(terms, terms.add(a, b), DATETIME)),
    "durationSince": ((DATETIME, DATETIME), lambda terms, a, b: _long(terms, terms.subtract(a, b), DURATION)),
    "toDate": ((DATETIME,), _to_date),
    "toTime": ((DATETIME,), lambda terms, a: (terms.true, Scalar(DURATION, terms.modulo(a, DAY)))),
    "isIpv4": ((IPADDR,), lambda terms, a: _truth(terms, terms.less(a, terms.constant(V6_START)))),
    "isIpv6": ((IPADDR,), lambda terms, a: _truth(terms, terms.at_most(terms.constant(V6_START), a))),
    "isLoopback": ((IPADDR,), _inside_texts(_LOOPBACK)),
    "isMulticast": ((IPADDR,), _inside_texts(_MULTICAST)),
    "isInRange": ((IPADDR, IPADDR), _in_range),
    **{name: ((DURATION,), _unit(divisor)) for name, divisor in _UNITS.items()},
}
