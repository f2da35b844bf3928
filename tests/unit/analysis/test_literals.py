"""The texts of extension constructors, read as Cedar reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analysis.smt.literals import LONG_MAX, LONG_MIN, decode_ip, encode_ip, literal, write

_LONGS = st.integers(LONG_MIN, LONG_MAX)


@pytest.mark.parametrize(
    ("function", "text", "value"),
    [
        ("decimal", "1.5", 15_000),
        ("decimal", "-0.0001", -1),
        ("decimal", "922337203685477.5807", LONG_MAX),
        ("decimal", "922337203685477.5808", None),
        ("decimal", "1.23456", None),
        ("decimal", "1", None),
        ("datetime", "1970-01-02", 86_400_000),
        ("datetime", "1970-01-01T00:00:01.500Z", 1_500),
        ("datetime", "1970-01-01T01:00:00+0100", 0),
        ("datetime", "2025-02-30", None),
        ("datetime", "2025-01-01T24:00:00Z", None),
        ("duration", "1d2h3m4s5ms", 93_784_005),
        ("duration", "-1h", -3_600_000),
        ("duration", "1h1d", None),
        ("duration", "", None),
        ("ip", "10.0.0.1", encode_ip("10.0.0.1/32")),
        ("ip", "010.0.0.1", None),
        ("ip", "::ffff:1.2.3.4", None),
        ("ip", "1.2.3.4/33", None),
    ],
)
def test_a_text_has_cedars_value_or_is_cedars_error(function: str, text: str, value: int | None) -> None:
    assert literal(function, text) == value


@given(_LONGS)
def test_every_decimal_and_duration_has_a_text_that_cedar_reads_back(value: int) -> None:
    for function in ("decimal", "duration"):
        assert literal(function, write(function, value)) == value


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_every_instant_of_the_years_1_to_9999_has_a_text_that_cedar_reads_back(value: int) -> None:
    assert literal("datetime", write("datetime", value)) == value


@given(st.ip_addresses(), st.integers(0, 128))
def test_every_address_has_a_text_that_cedar_reads_back(address: object, prefix: int) -> None:
    code = encode_ip(f"{address}/{prefix if ':' in str(address) else prefix % 33}")
    assert code is not None
    assert literal("ip", decode_ip(code)) == code
