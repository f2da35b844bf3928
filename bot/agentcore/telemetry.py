"""What a gateway published of its decisions: CloudWatch's metrics, and the spans in CloudWatch Logs.

AgentCore publishes a value under many sets of dimensions, so only exact sets are asked for, and of two sets that count
the same the larger number counts. Names and dimensions: AgentCore's developer guide, "Observability: policy metrics".
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.agentcore.client import Client
from bot.agentcore.insights import cannot, messages
from bot.errors import ServiceError, ServiceUnavailable
from bot.review.evidence import Flips, Seen

NAMESPACE = "AWS/Bedrock-AgentCore"
SPANS = "aws/spans"
_OPERATION = {"OperationName": "AuthorizeAction"}
_ERRORS = ("MismatchErrors", "LogOnlyEvalIncomplete")
_KEPT = (
    (timedelta(days=1), 60, 60),
    (timedelta(days=14), 60, 300),
    (timedelta(days=62), 300, 3600),
    (timedelta.max, 3600, 86400),
)
"""By age, the shortest period that CloudWatch still keeps, and the one to sum by: single minutes are kept for 15 days,
and five of them for 63; of long ones fewer are sent."""
_AT_ONCE = 500
"""GetMetricData takes no more queries in one call."""
_MOST_SPANS, _IDS = 1000, 50
_FLIPPING = "aws.agentcore.policy.log_only_decision_flipping_policies"
_DECISION = "aws.agentcore.policy.authorization_decision"
_NO_SPANS = (
    "Which tools they were of is not known: no span of them was found. Turn on the traces of the gateway, and "
    "CloudWatch's Transaction Search."
)


class CloudWatchEvidence:
    """`bot.review.ports.Evidence`. `metrics` and `logs` are clients of CloudWatch and of CloudWatch Logs."""

    def __init__(self, metrics: Client, logs: Client) -> None:
        self._metrics = metrics
        self._logs = logs

    async def aclose(self) -> None:
        await asyncio.gather(self._metrics.aclose(), self._logs.aclose())

    async def of(
        self, engine_id: str, gateway_arn: str, since: Mapping[str, datetime], until: datetime
    ) -> Mapping[str, Seen]:
        gateway_id = gateway_arn.rsplit("/", 1)[-1]
        try:
            counts = await self._counts(engine_id, gateway_id, since, until)
        except ServiceUnavailable:
            raise
        except ServiceError as error:
            why = cannot("CloudWatch's metrics", "cloudwatch:GetMetricData", error)
            return {policy: Seen(begun, until, unknown=(why,)) for policy, begun in since.items()}
        flipped = [policy for policy in since if counts[policy]["LogOnlyDecisionFlips"]]
        begun = {policy: _times(since[policy], until)[0][0] for policy in flipped}
        by_tool, why = await self._by_tool(gateway_id, begun, until)
        return {
            policy: _seen(begun, until, counts[policy], by_tool.get(policy, ()), why) for policy, begun in since.items()
        }

    async def _counts(
        self, engine_id: str, gateway_id: str, since: Mapping[str, datetime], until: datetime
    ) -> dict[str, Counter[str]]:
        """Of each policy the sums of its metrics, and under `Invocations` those of its gateway."""
        wanted = [
            (policy, _times(begun, until, whole=name not in _ERRORS), name, dimensions)
            for policy, begun in since.items()
            for name, dimensions in _metrics(engine_id, gateway_id, policy)
        ]
        found: dict[str, Counter[str]] = {policy: Counter() for policy in since}
        # One StartTime a call: policies that were changed at the same time are asked for together.
        for times in sorted({each[1] for each in wanted}):
            of_it = [each for each in wanted if each[1] == times]
            for at in range(0, len(of_it), _AT_ONCE):
                part = of_it[at : at + _AT_ONCE]
                metrics = [(name, dimensions) for _, _, name, dimensions in part]
                sums = [await self._sums(metrics, *each) for each in times]
                for (policy, _, name, _), totals in zip(part, zip(*sums, strict=True), strict=False):
                    found[policy][name] = max(found[policy][name], sum(totals))
        return found

    async def _sums(
        self, wanted: Sequence[tuple[str, dict[str, str]]], start: datetime, until: datetime, period: int
    ) -> list[int]:
        queries = [
            {
                "Id": f"m{number}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": NAMESPACE,
                        "MetricName": name,
                        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
                    },
                    "Period": period,
                    "Stat": "Sum",
                },
            }
            for number, (name, dimensions) in enumerate(wanted)
        ]
        sums: Counter[str] = Counter()
        params: dict[str, Any] = {"MetricDataQueries": queries, "StartTime": start, "EndTime": until}
        while True:
            page = await self._metrics.call("GetMetricData", **params)
            for each in page.get("MetricDataResults") or ():
                sums[each["Id"]] += int(sum(each.get("Values") or ()))
            if not page.get("NextToken"):
                return [sums[f"m{number}"] for number in range(len(wanted))]
            params["NextToken"] = page["NextToken"]

    async def _by_tool(
        self, gateway_id: str, begun: Mapping[str, datetime], until: datetime
    ) -> tuple[Mapping[str, tuple[Flips, ...]], str]:
        """Which tools the flips were of, of each policy since then, and why that is not known."""
        if not begun:
            return {}, ""
        since = min(begun.values())
        try:
            decisions = await self._spans(f'@message like "{_FLIPPING}" and @message like "{gateway_id}"', since, until)
            tools = await self._tools([str(each.get("parentSpanId") or "") for each in decisions], since, until)
        except ServiceUnavailable:
            raise
        except ServiceError as error:
            if error.code == "ResourceNotFoundException":
                return {}, f"Which tools they were of is not known: there is no log group {SPANS}."
            return {}, cannot(f"the log group {SPANS}", "logs:StartQuery and logs:GetQueryResults", error)
        found: dict[str, dict[str, Counter[bool]]] = {policy: {} for policy in begun}
        for span in decisions:
            denies = span["attributes"].get(_DECISION) == "ALLOW"
            at = int(span.get("startTimeUnixNano") or 0) / 1e9
            for policy in set(span["attributes"].get(_FLIPPING) or ()) & begun.keys():
                if at < begun[policy].timestamp():
                    continue  # of an earlier text
                found[policy].setdefault(tools.get(str(span.get("parentSpanId")), ""), Counter())[denies] += 1
        why = "" if decisions else _NO_SPANS
        return {policy: tuple(_flips(counted)) for policy, counted in found.items()}, why

    async def _tools(self, calls: Sequence[str], since: datetime, until: datetime) -> dict[str, str]:
        """The tool of each call, by the id of its span, which is above that of its decision."""
        found: dict[str, str] = {}
        wanted = sorted(filter(None, set(calls)))
        for at in range(0, len(wanted), _IDS):
            ids = ", ".join(f'"{each}"' for each in wanted[at : at + _IDS])
            spans = await self._spans(f'name = "AgentCore.Gateway.InvokeTool" and spanId in [{ids}]', since, until)
            found |= {str(each.get("spanId")): str(each["attributes"].get("tool.name") or "") for each in spans}
        return found

    async def _spans(self, condition: str, since: datetime, until: datetime) -> list[dict[str, Any]]:
        """The newest spans on which a condition of Logs Insights holds."""
        found = await messages(self._logs, SPANS, condition, since, until, _MOST_SPANS)
        return [each for each in found if isinstance(each.get("attributes"), dict)]


def _metrics(engine_id: str, gateway_id: str, policy: str) -> Iterator[tuple[str, dict[str, str]]]:
    gateway = {**_OPERATION, "TargetResource": gateway_id}
    both = {**gateway, "PolicyEngine": engine_id}
    for name in ("LogOnlyMatches", "LogOnlyDecisionFlips", "LogOnlyEvalIncomplete"):
        yield name, {**gateway, "Policy": policy}
        yield name, {**both, "Policy": policy}
    yield "MismatchErrors", {**both, "Policy": policy, "PolicyEnforcementMode": "LOG_ONLY"}
    yield "Invocations", gateway


def _times(begun: datetime, until: datetime, *, whole: bool = True) -> tuple[tuple[datetime, datetime, int], ...]:
    """From when to when, and by how many seconds, to sum. The first long period is asked for by shorter ones.

    `whole`: what may be of an earlier text is left out; else it is in it. Empty where no period is over.
    """
    fine, coarse = next((fine, coarse) for limit, fine, coarse in _KEPT if until - begun <= limit)
    start = _at(begun, fine, up=whole)
    turn = min(_at(start, coarse, up=True), until)
    times = ((start, turn, fine), (turn, until, coarse))
    return tuple((first, last, period) for first, last, period in times if first < last)


def _at(moment: datetime, period: int, *, up: bool) -> datetime:
    """The period's begin before a moment, or after it."""
    count = -(-moment.timestamp() // period) if up else moment.timestamp() // period
    return datetime.fromtimestamp(count * period, moment.tzinfo)


def _seen(begun: datetime, until: datetime, counts: Counter[str], by_tool: tuple[Flips, ...], why: str) -> Seen:
    return Seen(
        begun,
        until,
        matches=counts["LogOnlyMatches"],
        flips=counts["LogOnlyDecisionFlips"],
        errors=sum(counts[name] for name in _ERRORS),
        by_tool=by_tool,
        unknown=(why,) if counts["LogOnlyDecisionFlips"] and why else (),
        calls=counts["Invocations"],
    )


def _flips(counted: Mapping[str, Counter[bool]]) -> list[Flips]:
    found = [Flips(tool, denied=each[True], allowed=each[False]) for tool, each in counted.items()]
    return sorted(found, key=lambda each: (-(each.denied + each.allowed), each.tool))
