"""Traces are made when the environment asks for them, and not otherwise."""

from __future__ import annotations

import sys

import pytest

from bot.errors import SettingsError
from bot.logs import trace_id
from bot.metrics import Metrics
from bot.telling import Told

ASKS = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}


@pytest.mark.parametrize("environ", [{}, {**ASKS, "OTEL_SDK_DISABLED": "true"}])
def test_without_its_environment_there_are_no_traces(environ: dict[str, str]) -> None:
    with Told.to(Metrics(), environ) as told:
        assert told.tracer is None


def test_asked_for_and_not_installed_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(SettingsError, match=r"policybot\[otel\]"), Told.to(Metrics(), ASKS):
        pass


def test_a_trace_id_is_one_that_opentelemetry_takes() -> None:
    """32 hexadecimal digits, of which some are not 0; another for each proposal."""
    one, other = trace_id("P-7K2M9Q"), trace_id("P-7K2M9R")
    assert len(one) == 32
    assert int(one, 16) != 0
    assert one != other
