"""Calls written down for replay: one JSON line for each that was decided."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, TextIO

from bot.cedar import Request
from bot.dataplane.record.entries import Call
from bot.errors import BadInput

log = logging.getLogger(__name__)


class CallsFile:
    """A file that calls are added to; each line is whole when it is written. Raises BadInput when it cannot be opened.

    A line has `time` (ISO 8601, UTC), `gateway` (the ARN), `principal` (`type`, `id`), `claims` (the token's own, empty
    for IAM callers), `tool` (the Cedar action's id), `input` (the arguments), `decision` (ALLOW, DENY), `policies` (the
    ids of those that determined it) and `enforced` (false on a gateway in LOG_ONLY).
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file: TextIO = path.open("a", encoding="utf-8")
        except OSError as error:
            raise BadInput(f"The calls file {path} cannot be written: {error.strerror}.", path=str(path)) from error

    def add(self, call: Call, request: Request) -> None:
        """Write a decided call down."""
        assert call.verdict is not None
        line: dict[str, Any] = {
            "time": request.now,
            "gateway": request.resource,
            "principal": {"type": request.principal_type, "id": request.principal_id},
            "claims": dict(call.caller.claims),
            "tool": request.action,
            "input": call.message["params"].get("arguments", {}),
            "decision": call.verdict.decision,
            "policies": list(call.verdict.determining),
            "enforced": call.state.enforces,
        }
        try:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:  # the call is decided, whether or not it can be written down
            log.error("A call could not be added to the calls file %s: %s", self._file.name, error.strerror)

    def close(self) -> None:
        self._file.close()
