"""One call in a gateway's application log, found by the id of its request in CloudWatch Logs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.agentcore.client import Client
from bot.agentcore.insights import cannot, messages
from bot.cedar import Gateway
from bot.errors import ServiceError, ServiceUnavailable
from bot.replay import read_calls
from bot.review.asked import LoggedCall

LOG_GROUP = "/aws/vendedlogs/bedrock-agentcore/gateway/APPLICATION_LOGS/{}"
_LOOKED_BACK = (timedelta(days=1), timedelta(days=14))
"""Most are asked about soon; what a query looks through is paid for."""
_MOST = 50


class CloudWatchCallLog:
    """`bot.review.asking.GatewayLog`. `logs` is a client of CloudWatch Logs."""

    def __init__(self, logs: Client, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._logs = logs
        self._now = now

    async def aclose(self) -> None:
        await self._logs.aclose()

    async def call(self, gateway: Gateway, request_id: str) -> LoggedCall | str:
        group, until = LOG_GROUP.format(gateway.gateway_id), self._now()
        try:
            for back in _LOOKED_BACK:
                condition = f'@message like "{request_id}"'
                found = await messages(self._logs, group, condition, until - back, until, _MOST)
                if found:
                    return _logged(found, request_id, gateway)
        except ServiceUnavailable:
            raise
        except ServiceError as error:
            if error.code == "ResourceNotFoundException":
                return f"The gateway's log cannot be looked into: there is no log group {group}."
            return cannot(f"the log group {group}", "logs:StartQuery and logs:GetQueryResults", error)
        days = _LOOKED_BACK[-1].days
        return f"The gateway's log has no request {request_id} in the last {days} days. It may be of another gateway."


def _logged(found: Sequence[Mapping[str, Any]], request_id: str, gateway: Gateway) -> LoggedCall | str:
    records = [each for each in found if each.get("request_id") == request_id]
    policy: Mapping[str, Any] = next((each["body"]["policy"] for each in records if _decides(each)), {})
    read = read_calls((json.dumps(each) for each in records), gateway)
    if not read.calls:
        why = "; ".join(dict.fromkeys(read.broken.values())) or "it holds no call of a tool"
        return f"The gateway's log has the request {request_id}, and it cannot be read: {why}."
    call = read.calls[0]
    return LoggedCall(
        call.action,
        call.arguments,
        call.principal_type,
        call.principal_id,
        call.time,
        str(policy.get("decision", "")),
        tuple(map(str, policy.get("determiningPolicies") or ())),
    )


def _decides(record: Mapping[str, Any]) -> bool:
    body = record.get("body")
    return isinstance(body, dict) and isinstance(body.get("policy"), dict)
