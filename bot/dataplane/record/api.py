"""The record's two APIs on the wire, by botocore's models: CloudWatch in CBOR or JSON, CloudWatch Logs in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import cbor2
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from bot.dataplane.record.deliveries import Deliveries
from bot.dataplane.record.faults import ApiFault
from bot.dataplane.record.metrics import get_metric_data, list_metrics
from bot.dataplane.record.queries import Queries
from bot.dataplane.record.store import RecordStore

TARGET = "X-Amz-Target"
_LOGS, _CLOUDWATCH = "Logs_20140328", "GraniteServiceVersion20100801"
_MODELS = {_LOGS: "logs", _CLOUDWATCH: "cloudwatch"}
_CBOR_PATH = re.compile(rf"/service/{_CLOUDWATCH}/operation/(\w+)")

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class ApiAnswer:
    """What is sent back."""

    status: int
    body: bytes
    headers: dict[str, str]


class CloudWatch:
    """Both services over one record."""

    def __init__(self, store: RecordStore, deliveries: Deliveries) -> None:
        queries = Queries(store)
        self._operations: Mapping[str, Mapping[str, Callable[[Parameters], dict[str, Any]]]] = {
            _LOGS: {
                "StartQuery": queries.start,
                "GetQueryResults": queries.results,
                "DescribeDeliveries": deliveries.list_deliveries,
                "DescribeDeliverySources": deliveries.list_sources,
                "DescribeDeliveryDestinations": deliveries.list_destinations,
                "PutDeliverySource": deliveries.put_source,
                "PutDeliveryDestination": deliveries.put_destination,
                "CreateDelivery": deliveries.create,
                "GetDelivery": deliveries.get,
                "DeleteDelivery": deliveries.delete,
                "CreateLogGroup": deliveries.create_group,
                "DescribeLogGroups": deliveries.list_groups,
            },
            _CLOUDWATCH: {
                "ListMetrics": lambda asked: list_metrics(store, asked),
                "GetMetricData": lambda asked: get_metric_data(store, asked),
            },
        }

    @staticmethod
    def is_meant(path: str, headers: Mapping[str, str]) -> bool:
        """Whether a POST request is for one of the two services."""
        return _CBOR_PATH.fullmatch(path) is not None or headers.get(TARGET, "").partition(".")[0] in _MODELS

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> ApiAnswer:
        """Answer a request, in the protocol that it speaks."""
        in_cbor = _CBOR_PATH.fullmatch(path)
        service, _, name = headers.get(TARGET, "").partition(".")
        if in_cbor:
            service, name = _CLOUDWATCH, in_cbor[1]
        encode = _in_cbor if in_cbor else _in_json
        try:
            status, found = 200, self._answered(service, name, _read(body, cbor=in_cbor is not None))
        except ApiFault as fault:
            status, found = fault.status, {"__type": fault.code, "message": fault.message, **fault.members}
        answer = encode(status, found)
        if status != 200 and service == _CLOUDWATCH:
            answer.headers["x-amzn-query-error"] = f"{found['__type']};Sender"
        return answer

    def _answered(self, service: str, name: str, asked: Any) -> dict[str, Any]:
        operation = self._operations[service].get(name)
        if operation is None:
            message = f"This embedded service does not serve {name} of {_MODELS[service]}"
            raise ApiFault("UnknownOperationException", message, status=404)
        shape = _model(service).operation_model(name).input_shape
        assert shape is not None
        if not isinstance(asked, dict):
            raise ApiFault("SerializationException", "The request body must be an object")
        asked = {key: value for key, value in asked.items() if value is not None}
        report = ParamValidator().validate(asked, shape)
        if report.has_errors():
            code = "ValidationError" if service == _CLOUDWATCH else "InvalidParameterException"
            raise ApiFault(code, report.generate_report())
        if service == _CLOUDWATCH:
            asked = {key: _moment(value) if key in ("StartTime", "EndTime") else value for key, value in asked.items()}
        return operation(asked)


def _read(body: bytes, *, cbor: bool) -> Any:
    try:
        return cbor2.loads(body) if cbor and body else json.loads(body or b"{}")
    except (ValueError, RecursionError, cbor2.CBORDecodeError) as error:
        raise ApiFault("SerializationException", "The request body cannot be read") from error


def _moment(value: Any) -> datetime:
    """A timestamp: CBOR has it as one, JSON as a number of seconds."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromtimestamp(float(value), UTC)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise ApiFault("ValidationError", f"{value} is not a time") from error


def _in_cbor(status: int, body: Any) -> ApiAnswer:
    encoded = cbor2.dumps(body, datetime_as_timestamp=True)
    return ApiAnswer(status, encoded, {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"})


def _in_json(status: int, body: Any) -> ApiAnswer:
    encoded = json.dumps(body, default=lambda moment: moment.timestamp()).encode()
    return ApiAnswer(status, encoded, {"Content-Type": "application/x-amz-json-1.1"})


@lru_cache(maxsize=2)
def _model(service: str) -> ServiceModel:
    name = _MODELS[service]
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)
