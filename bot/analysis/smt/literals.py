"""The texts of Cedar's extension constructors as integers: decimal, datetime, duration, ip.

Each reading is compared with Cedar's own once, so that a text which Cedar refuses, or reads otherwise, is noticed.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import cedarpy

LONG_MIN, LONG_MAX = -(2**63), 2**63 - 1
DAY = 86_400_000
_V4_PREFIXES, _V6_PREFIXES = 33, 129
V6_START = 2**32 * _V4_PREFIXES
IP_MAX = V6_START + 2**128 * _V6_PREFIXES - 1
_UNITS = {"d": DAY, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_DURATION = re.compile(r"(-?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?", re.ASCII)
_DATETIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(\.\d{3})?(Z|[+-]\d{4}))?", re.ASCII)
_DECIMAL = re.compile(r"(-?)(\d+)\.(\d{1,4})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=16_384)
def literal(function: str, text: str) -> int | None:
    """The value of `function(text)`, or None where Cedar says the text is an error.

    decimal: ten-thousandths. datetime: milliseconds since 1970. duration: milliseconds. ip: `encode_ip`'s code.
    Raises ValueError when Cedar reads the text in another way than this module.
    """
    value = _read(function, text)
    agreed = _cedar_says(f"{_call(function, text)} == {_call(function, text)}")
    if agreed and value is not None:
        agreed = _cedar_says(f"{_call(function, text)} == {_call(function, write(function, value))}")
        if not agreed:
            raise ValueError(f'{function}("{text}")')
    elif agreed:
        raise ValueError(f'{function}("{text}")')
    return value if agreed else None


def write(function: str, value: int) -> str:
    """A text that the constructor reads as this value. Datetimes outside the years 1 to 9999 have none: ValueError."""
    if function == "decimal":
        return f"{'-' if value < 0 else ''}{abs(value) // 10_000}.{abs(value) % 10_000:04d}"
    if function == "duration":
        return f"{value}ms"
    if function == "ip":
        return decode_ip(value)
    try:
        instant = _EPOCH + timedelta(milliseconds=value)
    except OverflowError as error:
        raise ValueError(value) from error
    return (
        instant.strftime("%Y").zfill(4) + instant.strftime("-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
    )


def encode_ip(text: str) -> int | None:
    """An address with its prefix as one number: IPv4 first, then IPv6, each by address and then by prefix length."""
    try:
        interface = ipaddress.ip_interface(text)
    except ValueError:
        return None
    prefix, address = interface.network.prefixlen, int(interface.ip)
    return address * _V4_PREFIXES + prefix if interface.version == 4 else V6_START + address * _V6_PREFIXES + prefix


def decode_ip(code: int) -> str:
    """The text of an address that `encode_ip` numbered."""
    if code < V6_START:
        address, prefix = divmod(code, _V4_PREFIXES)
        return f"{ipaddress.IPv4Address(address)}" + ("" if prefix == 32 else f"/{prefix}")
    address, prefix = divmod(code - V6_START, _V6_PREFIXES)
    # Cedar takes no IPv4 address inside an IPv6 one, which is how the standard library may print it.
    return ":".join(f"{address >> shift & 0xFFFF:x}" for shift in range(112, -1, -16)) + (
        "" if prefix == 128 else f"/{prefix}"
    )


def ip_range(code: int) -> tuple[int, int, int, int, int]:
    """The codes whose range lies inside this one's: least and greatest code, then (offset, divisor, least prefix)."""
    start, prefixes, bits = (0, _V4_PREFIXES, 32) if code < V6_START else (V6_START, _V6_PREFIXES, 128)
    address, prefix = divmod(code - start, prefixes)
    low = address >> (bits - prefix) << (bits - prefix)
    high = low + 2 ** (bits - prefix) - 1
    return start + low * prefixes, start + high * prefixes + prefixes - 1, start, prefixes, prefix


def _read(function: str, text: str) -> int | None:
    if function == "decimal":
        found = _DECIMAL.fullmatch(text)
        return _in_long(_signed(found[1], int(found[2]) * 10_000 + int(found[3].ljust(4, "0")))) if found else None
    if function == "duration":
        found = _DURATION.fullmatch(text)
        if not found or not any(found.groups()[1:]):
            return None
        total = sum(int(part) * unit for part, unit in zip(found.groups()[1:], _UNITS.values(), strict=True) if part)
        return _in_long(_signed(found[1], total))
    return encode_ip(text) if function == "ip" else _read_datetime(text)


def _read_datetime(text: str) -> int | None:
    found = _DATETIME.fullmatch(text)
    if not found:
        return None
    try:
        zone = found[4] or "Z"
        instant = datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00:00'}{found[3] or ''}+00:00")
        shift = 0 if zone == "Z" else int(zone[:3]) * 60 + _signed(zone[0].replace("+", ""), int(zone[3:]))
    except ValueError:
        return None
    return (instant - _EPOCH) // timedelta(milliseconds=1) - shift * 60_000


def _signed(sign: str, value: int) -> int:
    return -value if sign == "-" else value


def _in_long(value: int) -> int | None:
    return value if LONG_MIN <= value <= LONG_MAX else None


def _call(function: str, text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{function}("{escaped}")'


def _cedar_says(expression: str) -> bool:
    request = {"principal": 'U::"u"', "action": 'Action::"a"', "resource": 'U::"u"', "context": {}}
    answer = cedarpy.is_authorized(request, f"permit(principal, action, resource) when {{ {expression} }};", [])
    return bool(answer.allowed)
