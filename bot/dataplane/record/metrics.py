"""CloudWatch's ListMetrics and GetMetricData over the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.dataplane.record.faults import ApiFault
from bot.dataplane.record.store import Datapoint, Dimensions, RecordStore

NAMESPACE = "AWS/Bedrock-AgentCore"
_PAGE = 500
_MOST_QUERIES = 500
_STATS: Mapping[str, Callable[[list[Datapoint]], float]] = {
    "Sum": lambda points: sum(point.total for point in points),
    "SampleCount": lambda points: float(sum(point.n for point in points)),
    "Average": lambda points: sum(point.total for point in points) / sum(point.n for point in points),
    "Minimum": lambda points: min(point.least for point in points),
    "Maximum": lambda points: max(point.most for point in points),
}

Parameters = Mapping[str, Any]


def list_metrics(store: RecordStore, asked: Parameters) -> dict[str, Any]:
    """ListMetrics: those whose dimensions include the ones asked for."""
    wanted = asked.get("Dimensions", ())
    found = [
        _metric(name, dimensions)
        for name, dimensions in store.metrics()
        if asked.get("Namespace", NAMESPACE) == NAMESPACE
        and asked.get("MetricName", name) == name
        and all(_has(dict(dimensions), each) for each in wanted)
    ]
    start = _start(asked, "InvalidParameterValue")
    more = {"NextToken": str(start + _PAGE)} if start + _PAGE < len(found) else {}
    return {"Metrics": found[start : start + _PAGE], **more}


def get_metric_data(store: RecordStore, asked: Parameters) -> dict[str, Any]:
    """GetMetricData for metrics by their exact dimensions; expressions are not computed."""
    queries = asked["MetricDataQueries"]
    start, end = asked["StartTime"].timestamp(), asked["EndTime"].timestamp()
    if start >= end:
        raise _wrong("The parameter StartTime must be less than the parameter EndTime.")
    if len(queries) > _MOST_QUERIES or len({query["Id"] for query in queries}) < len(queries):
        raise _wrong(f"There are at most {_MOST_QUERIES} queries, each with an Id of its own.")
    newest_first = asked.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    answers = [_answered(store, query, start, end, newest_first) for query in queries if query.get("ReturnData", True)]
    return {"MetricDataResults": answers, "Messages": []}


def _answered(store: RecordStore, query: Parameters, start: float, end: float, newest_first: bool) -> dict[str, Any]:
    if "MetricStat" not in query:
        raise _wrong(f"The query {query['Id']} has no MetricStat; this embedded service computes no expressions.")
    stat, period = query["MetricStat"]["Stat"], query["MetricStat"]["Period"]
    if stat not in _STATS:
        raise _wrong(f"{stat} is not one of {', '.join(_STATS)}.")
    if period < 60 or period % 60:
        raise _wrong("Period must be a multiple of 60.")
    metric = query["MetricStat"]["Metric"]
    dimensions: Dimensions = tuple(sorted((each["Name"], each["Value"]) for each in metric.get("Dimensions", ())))
    points: Iterable[Datapoint] = ()
    if metric["Namespace"] == NAMESPACE:
        points = store.datapoints(metric["MetricName"], dimensions, start // period * period, end)
    by_period: dict[int, list[Datapoint]] = {}
    for point in points:
        by_period.setdefault(point.minute // period * period, []).append(point)
    moments = sorted(by_period, reverse=newest_first)
    return {
        "Id": query["Id"],
        "Label": query.get("Label", metric["MetricName"]),
        "Timestamps": [datetime.fromtimestamp(moment, UTC) for moment in moments],
        "Values": [_STATS[stat](by_period[moment]) for moment in moments],
        "StatusCode": "Complete",
    }


def _metric(name: str, dimensions: Dimensions) -> dict[str, Any]:
    listed = [{"Name": key, "Value": value} for key, value in dimensions]
    return {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": listed}


def _has(dimensions: Mapping[str, str], wanted: Parameters) -> bool:
    return (
        wanted["Name"] in dimensions and wanted.get("Value", dimensions[wanted["Name"]]) == dimensions[wanted["Name"]]
    )


def _start(asked: Parameters, code: str) -> int:
    token = asked.get("NextToken", "0")
    if not token.isdecimal():
        raise ApiFault(code, "NextToken is not one that this list returned")
    return int(token)


def _wrong(message: str) -> ApiFault:
    return ApiFault("ValidationError", message)
