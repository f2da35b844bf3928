"""Who may call at all: programs on this machine, and no web page that a browser here happens to show."""

from __future__ import annotations

from collections.abc import Mapping

from bot.controlplane.wire.faults import Fault

_NAMES = ("127.0.0.1", "localhost")


def check_caller(headers: Mapping[str, str]) -> None:
    """Raise AccessDeniedException for a request under another host's name, or from a page of another origin.

    The first is how a page reaches this machine by a name that it makes point here, the second how it posts blindly.
    """
    host = headers.get("Host", "")
    if host.partition(":")[0] not in _NAMES:
        raise Fault("AccessDeniedException", f"This control plane answers as {' and '.join(_NAMES)} only")
    if headers.get("Origin", f"http://{host}") != f"http://{host}":
        raise Fault("AccessDeniedException", "This control plane does not answer pages of another origin")


def check_body(content_type: str) -> None:
    """Raise UnsupportedMediaTypeException for a body that does not say it is JSON: forms of web pages cannot."""
    if content_type != "application/json":
        message = f"The request body must be application/json, not {content_type}"
        raise Fault("UnsupportedMediaTypeException", message, status=415)
