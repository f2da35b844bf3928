"""Where a gateway's logs and traces go: CloudWatch Logs' sources, destinations, deliveries and log groups."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.dataplane.record.faults import ApiFault
from bot.dataplane.record.store import RecordStore

LOG_GROUP = "/aws/vendedlogs/bedrock-agentcore/gateway/APPLICATION_LOGS/{}"
SPANS_GROUP = "aws/spans"
_LOGS, _TRACES = "APPLICATION_LOGS", "TRACES"
_TYPES = {_LOGS: "CWL", _TRACES: "XRAY"}
_PAGE = 50
_ALPHABET = string.ascii_letters + string.digits

Parameters = Mapping[str, Any]


class Deliveries:
    """The resources, and what they mean for a gateway. A gateway that is new has both its deliveries."""

    def __init__(self, store: RecordStore, region: str, account: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._arn = f"arn:aws:logs:{region}:{account}"
        self._clock = clock
        self._known: dict[tuple[str, str], str | None] = {}
        self._group(SPANS_GROUP)

    def introduce(self, gateway_arn: str) -> None:
        """Turn logs and traces on for a gateway that was never seen before."""
        if self._store.get("gateway", gateway_arn):
            return
        self._store.put("gateway", gateway_arn, {"arn": gateway_arn})
        gateway_id = gateway_arn.rsplit("/", 1)[1]
        for log_type, kind in _TYPES.items():
            name = f"{gateway_id}-{'logs' if log_type == _LOGS else 'traces'}"
            self.put_source({"name": f"{name}-source", "resourceArn": gateway_arn, "logType": log_type})
            where: dict[str, Any] = {"name": f"{name}-destination", "deliveryDestinationType": kind}
            if kind == "CWL":
                group = f"{self._arn}:log-group:{LOG_GROUP.format(gateway_id)}"
                where["deliveryDestinationConfiguration"] = {"destinationResourceArn": group}
            destination = self.put_destination(where)["deliveryDestination"]["arn"]
            self.create({"deliverySourceName": f"{name}-source", "deliveryDestinationArn": destination})

    def log_group(self, gateway_arn: str) -> str | None:
        """The log group that takes a gateway's application log; None when nothing does."""
        return self._destination(gateway_arn, _LOGS)

    def traced(self, gateway_arn: str) -> bool:
        """Whether a gateway's spans are kept."""
        return self._destination(gateway_arn, _TRACES) is not None

    def put_source(self, asked: Parameters) -> dict[str, Any]:
        """PutDeliverySource."""
        if asked["logType"] not in _TYPES:
            raise ApiFault("ValidationException", f"{asked['logType']} is not a log type of AgentCore gateways")
        if not self._store.get("gateway", asked["resourceArn"]):
            raise ApiFault("ResourceNotFoundException", f"{asked['resourceArn']} does not exist")
        body = {
            "name": asked["name"],
            "arn": f"{self._arn}:delivery-source:{asked['name']}",
            "resourceArns": [asked["resourceArn"]],
            "service": "bedrock-agentcore",
            "logType": asked["logType"],
            "tags": asked.get("tags", {}),
        }
        self._put("source", asked["name"], body)
        return {"deliverySource": body}

    def put_destination(self, asked: Parameters) -> dict[str, Any]:
        """PutDeliveryDestination: a log group, or X-Ray."""
        where = asked.get("deliveryDestinationConfiguration", {}).get("destinationResourceArn", "")
        kind = asked.get("deliveryDestinationType") or ("CWL" if ":log-group:" in where else "")
        if kind not in _TYPES.values() or (kind == "CWL") != (":log-group:" in where):
            raise ApiFault("ValidationException", "A delivery destination here is a log group (CWL) or XRAY")
        body = {
            "name": asked["name"],
            "arn": f"{self._arn}:delivery-destination:{asked['name']}",
            "deliveryDestinationType": kind,
            "deliveryDestinationConfiguration": {"destinationResourceArn": where} if where else None,
            "tags": asked.get("tags", {}),
        }
        self._put("destination", asked["name"], body)
        return {"deliveryDestination": body}

    def create(self, asked: Parameters) -> dict[str, Any]:
        """CreateDelivery. Its log group comes into being."""
        source = self._store.get("source", asked["deliverySourceName"])
        if source is None:
            raise ApiFault("ResourceNotFoundException", "The delivery source does not exist")
        destination = self._at(asked["deliveryDestinationArn"])
        if destination is None:
            raise ApiFault("ResourceNotFoundException", "The delivery destination does not exist")
        if _TYPES[source["logType"]] != destination["deliveryDestinationType"]:
            raise ApiFault("ValidationException", f"{source['logType']} cannot be delivered there")
        for other in self._store.every("delivery"):
            if other["deliverySourceName"] == source["name"] and other["deliveryDestinationArn"] == destination["arn"]:
                raise ApiFault("ConflictException", "A delivery from this source to this destination exists")
        delivery_id = "".join(secrets.choice(_ALPHABET) for _ in range(16))
        body = {
            "id": delivery_id,
            "arn": f"{self._arn}:delivery:{delivery_id}",
            "deliverySourceName": source["name"],
            "deliveryDestinationArn": destination["arn"],
            "deliveryDestinationType": destination["deliveryDestinationType"],
            "tags": asked.get("tags", {}),
        }
        self._put("delivery", delivery_id, body)
        if group := _group_of(destination):
            self._group(group)
        return {"delivery": body}

    def get(self, asked: Parameters) -> dict[str, Any]:
        """GetDelivery."""
        return {"delivery": self._one(asked["id"])}

    def delete(self, asked: Parameters) -> dict[str, Any]:
        """DeleteDelivery. What the log group holds stays."""
        self._store.delete("delivery", self._one(asked["id"])["id"])
        self._known.clear()
        return {}

    def list_deliveries(self, asked: Parameters) -> dict[str, Any]:
        """DescribeDeliveries."""
        names = asked.get("deliverySourceNames")
        found = self._store.every("delivery")
        return _page("deliveries", asked, [each for each in found if not names or each["deliverySourceName"] in names])

    def list_sources(self, asked: Parameters) -> dict[str, Any]:
        """DescribeDeliverySources."""
        arns = set(asked.get("resourceArns") or ())
        found = self._store.every("source")
        return _page("deliverySources", asked, [each for each in found if not arns or arns & set(each["resourceArns"])])

    def list_destinations(self, asked: Parameters) -> dict[str, Any]:
        """DescribeDeliveryDestinations."""
        names = asked.get("names")
        found = self._store.every("destination")
        return _page("deliveryDestinations", asked, [each for each in found if not names or each["name"] in names])

    def create_group(self, asked: Parameters) -> dict[str, Any]:
        """CreateLogGroup."""
        if self._store.get("group", asked["logGroupName"]):
            raise ApiFault("ResourceAlreadyExistsException", "The specified log group already exists")
        self._group(asked["logGroupName"])
        return {}

    def list_groups(self, asked: Parameters) -> dict[str, Any]:
        """DescribeLogGroups."""
        prefix = asked.get("logGroupNamePrefix", "")
        found = [each for each in self._store.every("group") if each["logGroupName"].startswith(prefix)]
        return _page("logGroups", asked, found)

    def _group(self, name: str) -> None:
        if not self._store.get("group", name):
            created = int(self._clock().timestamp() * 1000)
            arn = f"{self._arn}:log-group:{name}"
            body = {"logGroupName": name, "creationTime": created, "arn": f"{arn}:*", "logGroupArn": arn}
            self._store.put("group", name, {**body, "logGroupClass": "STANDARD"})

    def _destination(self, gateway_arn: str, log_type: str) -> str | None:
        """Where the records of a type go: a log group's name, or the spans' one."""
        if (gateway_arn, log_type) not in self._known:
            self._known[gateway_arn, log_type] = self._found(gateway_arn, log_type)
        return self._known[gateway_arn, log_type]

    def _found(self, gateway_arn: str, log_type: str) -> str | None:
        for delivery in self._store.every("delivery"):
            source = self._store.get("source", delivery["deliverySourceName"])
            if source and source["logType"] == log_type and gateway_arn in source["resourceArns"]:
                destination = self._at(delivery["deliveryDestinationArn"])
                return _group_of(destination or {}) or SPANS_GROUP
        return None

    def _at(self, arn: str) -> dict[str, Any] | None:
        return self._store.get("destination", arn.rsplit(":", 1)[1])

    def _one(self, delivery_id: str) -> dict[str, Any]:
        found = self._store.get("delivery", delivery_id)
        if found is None:
            raise ApiFault("ResourceNotFoundException", "The delivery does not exist")
        return found

    def _put(self, kind: str, name: str, body: dict[str, Any]) -> None:
        self._store.put(kind, name, body)
        self._known.clear()


def _group_of(destination: Parameters) -> str:
    arn = (destination.get("deliveryDestinationConfiguration") or {}).get("destinationResourceArn", "")
    return str(arn).partition(":log-group:")[2].removesuffix(":*")


def _page(member: str, asked: Parameters, found: list[dict[str, Any]]) -> dict[str, Any]:
    """One page of a list; a token is the number of what came before."""
    token = asked.get("nextToken", "0")
    if not token.isdecimal():
        raise ApiFault("ValidationException", "nextToken is not one that this list returned")
    start, size = int(token), asked.get("limit", _PAGE)
    more = {"nextToken": str(start + size)} if start + size < len(found) else {}
    return {member: found[start : start + size], **more}
