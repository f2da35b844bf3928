"""The errors of the record's APIs."""

from __future__ import annotations

from typing import Any


class ApiFault(Exception):
    """An error answer: the exception's name in the service's model, its message, and what else its shape has."""

    def __init__(self, code: str, message: str, status: int = 400, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members
