"""Charts of a `data_visualization` block: segments of a pie, or series over shared categories."""

from __future__ import annotations

from bot.workspace.blockkit.rules import Report, Rule, Shape, anything, array, say, string

MOST_SERIES = 6
MOST_POINTS = 20
_LABEL = string(20, 1)


def _figure(value: object, pointer: str, report: Report) -> None:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) == float("inf"):
        say(report, "must provide a number", pointer)


def _share(value: object, pointer: str, report: Report) -> None:
    """A number above zero: a slice of a pie."""
    _figure(value, pointer, report)
    if isinstance(value, int | float) and value <= 0:
        say(report, "must be greater than 0", pointer)


_POINT = Shape({"label": _LABEL, "value": _figure}, ("label", "value"))
_SEGMENT = Shape({"label": _LABEL, "value": _share}, ("label", "value"))
_SERIES = Shape({"name": _LABEL, "data": array(_POINT, 1, MOST_POINTS)}, ("name", "data"))
_AXES = Shape(
    {"categories": array(_LABEL, 1, MOST_POINTS), "x_label": string(50), "y_label": string(50)}, ("categories",)
)
_OVER_CATEGORIES = Shape(
    {"type": anything, "series": array(_SERIES, 1, MOST_SERIES), "axis_config": _AXES}, ("series", "axis_config")
)

CHARTS: dict[str, Rule] = {
    "pie": Shape({"type": anything, "segments": array(_SEGMENT, 1, MOST_SERIES)}, ("segments",)),
    "bar": _OVER_CATEGORIES,
    "area": _OVER_CATEGORIES,
    "line": _OVER_CATEGORIES,
}
