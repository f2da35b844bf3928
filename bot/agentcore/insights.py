"""A query of CloudWatch Logs Insights, and what is said where a record may not be seen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.agentcore.client import Client
from bot.errors import ServiceError, ServiceUnavailable

_ASK_AGAIN, _ASKED_MOST = 0.5, 40
_DENIED_CODES = ("AccessDenied", "AccessDeniedException", "NotAuthorized", "UnauthorizedOperation")


async def messages(
    logs: Client, group: str, condition: str, since: datetime, until: datetime, most: int
) -> list[dict[str, Any]]:
    """The newest events of a log group on which a condition holds, those that are JSON objects. Raises ServiceError."""
    began = await logs.call(
        "StartQuery",
        logGroupName=group,
        startTime=int(since.timestamp()),
        endTime=int(until.timestamp()) + 1,
        queryString=f"fields @message | filter {condition} | sort @timestamp desc | limit {most}",
    )
    for _ in range(_ASKED_MOST):
        found = await logs.call("GetQueryResults", queryId=began["queryId"])
        if found["status"] not in ("Scheduled", "Running"):
            break
        await asyncio.sleep(_ASK_AGAIN)
    if found["status"] != "Complete":
        raise ServiceUnavailable("CloudWatch Logs did not finish a query.", code=str(found["status"]))
    return list(filter(None, map(_message, found["results"])))


def cannot(what: str, permission: str, error: ServiceError) -> str:
    """The sentence for a record that may not be seen."""
    if error.code in _DENIED_CODES:
        return f"policybot cannot see {what}: its role needs {permission}."
    return f"policybot cannot see {what} ({error.code})."


def _message(row: Sequence[Mapping[str, str]]) -> dict[str, Any] | None:
    text = next((each["value"] for each in row if each["field"] == "@message"), "")
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
