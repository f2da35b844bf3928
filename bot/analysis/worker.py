"""A process that analyses for `bot.analysis.offloop`: calls come on standard input, answers go to standard output.

A message is its length in eight bytes and a pickle, the first answer a length of 0; both ends are this package. It ends
when its input does.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import struct
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, BinaryIO

from bot.analysis.boundaries import broken
from bot.analysis.difference import difference
from bot.analysis.findings import engine_findings, policy_findings
from bot.analysis.questions import answers, callers
from bot.analysis.readings import readings
from bot.analysis.retooled import retooled
from bot.analysis.review import review_findings
from bot.analysis.same import same_change
from bot.analysis.whole import analyse
from bot.cedar.gateway import Gateway
from bot.cedar.schema import GatewaySchema, schema_for
from bot.errors import PolicybotError

LENGTH = struct.Struct(">Q")


def _difference(schemas: list[GatewaySchema], before: Any, after: Any, limits: Any) -> Any:
    return difference(before, after, schemas[0], limits)


def _policy_findings(schemas: list[GatewaySchema], statement: Any, limits: Any) -> Any:
    return policy_findings(statement, schemas[0], limits)


def _engine_findings(schemas: list[GatewaySchema], standing: Any, name: Any, candidate: Any, limits: Any) -> Any:
    return engine_findings(standing, name, candidate, schemas, limits)


def _review_findings(schemas: list[GatewaySchema], standing: Any, name: Any, candidate: Any, limits: Any) -> Any:
    return review_findings(standing, name, candidate, schemas[0], limits)


def _analyse(
    schemas: list[GatewaySchema], standing: Any, name: Any, candidate: Any, free: Any, removed: Any, limits: Any
) -> Any:
    return analyse(standing, name, candidate, schemas[0], limits, candidate_free=free, removed=removed)


def _retooled(schemas: list[GatewaySchema], before: Any, after: Any, limits: Any) -> Any:
    return retooled(before, after, schemas[0], schemas[1], limits)


def _same_change(schemas: list[GatewaySchema], then: Any, now: Any, candidate: Any, name: Any, limits: Any) -> Any:
    return same_change(then, now, candidate, schemas[0], limits, name=name)


def _readings(schemas: list[GatewaySchema], ours: Any, theirs: Any, limits: Any) -> Any:
    return readings(ours, theirs, schemas[0], limits)


def _broken(schemas: list[GatewaySchema], policies: Any, must_never: Any, must_allow: Any, limits: Any) -> Any:
    return broken(policies, must_never, must_allow, schemas[0], limits)


def _answers(schemas: list[GatewaySchema], standing: Any, about: Any, limits: Any) -> Any:
    return answers(standing, about, schemas[0], limits)


def _callers(schemas: list[GatewaySchema], standing: Any, about: Any, limits: Any) -> Any:
    return callers(standing, about, schemas[0], limits)


_CALLS: Mapping[str, Callable[..., Any]] = {
    "analyse": _analyse,
    "answers": _answers,
    "broken": _broken,
    "callers": _callers,
    "difference": _difference,
    "engine_findings": _engine_findings,
    "policy_findings": _policy_findings,
    "readings": _readings,
    "retooled": _retooled,
    "review_findings": _review_findings,
    "same_change": _same_change,
}


@lru_cache(maxsize=8)
def _schema(pickled: bytes) -> GatewaySchema:
    gateway = pickle.loads(pickled)  # noqa: S301  # from the process that started this one
    assert isinstance(gateway, Gateway)
    return schema_for(gateway)


def answer(call: str, gateways: list[bytes], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    """(True, the call's value), or (False, the error that it raised on purpose)."""
    try:
        return True, _CALLS[call]([_schema(gateway) for gateway in gateways], *arguments)
    except PolicybotError as error:
        return False, error


def serve(calls: BinaryIO, answers: BinaryIO) -> None:
    """Say that the process is there; then answer calls one after another until there are no more."""
    answers.write(LENGTH.pack(0))
    answers.flush()
    while len(head := calls.read(LENGTH.size)) == LENGTH.size:
        (length,) = LENGTH.unpack(head)
        asked = calls.read(length)
        if len(asked) < length:  # whoever asked was killed in the middle
            return
        call, gateways, arguments = pickle.loads(asked)  # noqa: S301  # as above
        body = pickle.dumps(answer(call, gateways, arguments))
        answers.write(LENGTH.pack(len(body)) + body)
        answers.flush()


def main() -> None:
    """Serve standard input until it ends. Standard error is the log of whoever started this: a fault is one line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for that one, who ends this process as well
    ours = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library may print must not get between the answers
    try:
        serve(sys.stdin.buffer, ours)
    except BrokenPipeError:  # nobody reads the answer any more
        os._exit(0)
    except Exception as error:  # noqa: BLE001  (it is said, and the process ends)
        said = {"event": "analysis failed", "level": "error", "logger": "bot.analysis.worker"}
        sys.stderr.write(json.dumps(said | {"error": repr(error), "exception": traceback.format_exc()}) + "\n")
        sys.stderr.flush()
        os._exit(1)


if __name__ == "__main__":
    main()
