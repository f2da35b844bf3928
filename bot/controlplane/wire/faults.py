"""The service's errors as it puts them on the wire: a code, a status from the model, a message, and extra members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.controlplane.wire.model import error_status


@dataclass(frozen=True)
class Violation:
    """One member of a request that breaks its shape's rules. `path` is a JSON pointer, `message` AWS's sentence."""

    path: str
    message: str


class Fault(Exception):
    """An error answer. `code` is the exception's name in the service model, `members` go into the body."""

    def __init__(self, code: str, message: str, status: int | None = None, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = error_status(code) if status is None else status
        self.members: Mapping[str, Any] = members

    @property
    def body(self) -> dict[str, Any]:
        return {"message": self.message, **self.members}


def invalid(violations: Iterable[Violation], reason: str = "FieldValidationFailed") -> Fault:
    """The ValidationException for what a request got wrong: every violation in the message and in `fieldList`."""
    found = list(violations)
    plural = "s" if len(found) > 1 else ""
    return Fault(
        "ValidationException",
        f"{len(found)} validation error{plural} detected. " + "; ".join(violation.message for violation in found),
        reason=reason,
        fieldList=[{"name": violation.path, "message": violation.message} for violation in found],
    )


def refused(message: str, path: str = "", reason: str = "FieldValidationFailed") -> Fault:
    """A ValidationException with a sentence of its own; `path` names the member it is about."""
    fields: dict[str, Any] = {"fieldList": [{"name": path, "message": message}]} if path else {}
    return Fault("ValidationException", message, reason=reason, **fields)


def unparsable(message: str) -> Fault:
    """A request that cannot be read at all."""
    return refused(message, reason="CannotParse")


def not_found(what: str, name: str) -> Fault:
    """Nothing has that id, or nothing under the resource that the path names."""
    return Fault("ResourceNotFoundException", f"{what} with id {name} was not found")


def conflict(message: str) -> Fault:
    """The state of things does not allow it now."""
    return Fault("ConflictException", message)
