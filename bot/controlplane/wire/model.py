"""botocore's model of `bedrock-agentcore-control`: the authority on operations, routes, shapes and error statuses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

SERVICE = "bedrock-agentcore-control"


@lru_cache(maxsize=1)
def service_model() -> ServiceModel:
    """The service model that the installed botocore ships."""
    return ServiceModel(Loader().load_service_model(SERVICE, "service-2"), SERVICE)


def shape(name: str) -> Shape:
    """A shape of the model, by its name."""
    return service_model().shape_for(name)


@lru_cache(maxsize=64)
def operation(name: str) -> OperationModel:
    """An operation of the model, by its name."""
    return service_model().operation_model(name)


@lru_cache(maxsize=64)
def error_status(code: str) -> int:
    """The HTTP status that the model gives an exception."""
    return int(shape(code).metadata["error"]["httpStatusCode"])


def input_of(name: str) -> StructureShape:
    """The shape of an operation's parameters."""
    found = operation(name).input_shape
    assert found is not None
    return found


def output_of(name: str) -> StructureShape:
    """The shape of an operation's answer."""
    found = operation(name).output_shape
    assert found is not None
    return found


@dataclass(frozen=True)
class Route:
    """How one operation is reached: method and path, in segments; `{name}` segments are labels."""

    operation: str
    method: str
    segments: tuple[str, ...]

    def match(self, method: str, segments: tuple[str, ...]) -> dict[str, str] | None:
        """The labels of a path, or None when it is another's."""
        if method != self.method or len(segments) != len(self.segments):
            return None
        labels = {}
        for ours, theirs in zip(self.segments, segments, strict=True):
            if ours.startswith("{"):
                if not theirs:
                    return None
                labels[ours[1:-1]] = unquote(theirs)
            elif ours != theirs:
                return None
        return labels


@lru_cache(maxsize=1)
def routes() -> tuple[Route, ...]:
    """Every operation's route, those with fewer labels first, so that a literal segment wins over a label."""
    found = []
    for name in service_model().operation_names:
        http = operation(name).http
        found.append(Route(name, http["method"], _segments(http["requestUri"])))
    return tuple(sorted(found, key=lambda route: sum(part.startswith("{") for part in route.segments)))


def find_route(method: str, raw_path: str) -> tuple[str, dict[str, str]] | None:
    """The operation that a request is for, with its path's labels decoded. A trailing slash makes no difference."""
    segments = _segments(raw_path)
    for route in routes():
        labels = route.match(method, segments)
        if labels is not None:
            return route.operation, labels
    return None


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))
