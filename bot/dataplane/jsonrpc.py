"""JSON-RPC as MCP speaks it: messages read, answers and errors made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

VERSIONS = ("2025-03-26", "2025-06-18", "2025-11-25")
"""MCP's versions with a handshake that the gateway speaks, the newest last."""
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
UNAUTHORIZED, DENIED, INTERNAL = -32001, -32002, -32603


class RpcError(Exception):
    """An error answer. `status` is HTTP's: an error of the call itself is still a 200."""

    def __init__(self, code: int, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def read_message(body: bytes) -> dict[str, Any]:
    """The one message of a request's body. Raises RpcError."""
    try:
        found = json.loads(body, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise RpcError(PARSE_ERROR, "Parse error: the body is not JSON", 400) from error
    if isinstance(found, list):
        raise RpcError(INVALID_REQUEST, "Invalid request: batches are not supported, send one message", 400)
    if not isinstance(found, dict) or found.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, "Invalid request: the body is not a JSON-RPC 2.0 message", 400)
    if "method" not in found and found.keys() & {"result", "error"}:
        return found
    if not isinstance(found.get("method"), str) or not isinstance(found.get("params", {}), dict):
        raise RpcError(INVALID_REQUEST, "Invalid request: method is a text and params an object", 400)
    if "id" in found and (isinstance(found["id"], bool) or not isinstance(found["id"], str | int)):
        raise RpcError(INVALID_REQUEST, "Invalid request: id is a text or a whole number", 400)
    return found


def wants_answer(message: Mapping[str, Any]) -> bool:
    """Whether a message is a request; notifications and answers are only taken."""
    return "method" in message and "id" in message


def result(message: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a request."""
    return {"jsonrpc": "2.0", "id": message["id"], "result": value}


def failure(message: Mapping[str, Any], error: RpcError) -> dict[str, Any]:
    """The error answer to a request, or to what is none."""
    return {"jsonrpc": "2.0", "id": message.get("id"), "error": {"code": error.code, "message": error.message}}


def _no_constant(name: str) -> None:
    raise ValueError(name)
