"""The embedded control plane as a harness sets it: engines in any state, and what they enforce, read from its store."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.cedar import GatewaySchema
from bot.controlplane.gateways import target_key
from bot.controlplane.plane import ControlPlane
from bot.controlplane.store import Resource

ACCOUNT = "arn:aws:bedrock-agentcore:us-east-1:123456789012"


BLOCK = " when temporal { once in 5m }"
"""Conditions that are not Cedar; what they decide is not known."""
_GONE = {"policyGenerationId": "rule_gone-0000000000", "policyGenerationAssetId": "rule_gone-0000000001"}


def gateway_arn(gateway_id: str) -> str:
    return f"{ACCOUNT}:gateway/{gateway_id}"


@dataclass(frozen=True)
class Kept:
    """A policy as an engine keeps it. `written` is how its definition is served: `plain` Cedar, a reference to an asset
    that is `gone`, a member that is `unknown`, or with a `temporal` block, which holds for some requests or for none.
    """

    name: str
    statement: str
    mode: str = "ACTIVE"
    status: str = "ACTIVE"
    written: str = "plain"


@dataclass(frozen=True)
class Moment:
    """What an engine holds for a gateway at one moment. Of `maybe`, in order, each may be in force or not."""

    enforcing: bool
    schema: GatewaySchema
    sure: Mapping[str, str]
    maybe: tuple[tuple[str, str], ...] = ()
    log_only: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()

    def worlds(self) -> Iterator[dict[str, str]]:
        """Every set that may be enforced."""
        for chosen in itertools.product((False, True), repeat=len(self.maybe)):
            yield {**self.sure, **dict(each for each, taken in zip(self.maybe, chosen, strict=True) if taken)}

    @property
    def texts(self) -> list[str]:
        return [*self.sure.values(), *(text for _, text in self.maybe), *self.log_only.values()]


@dataclass(frozen=True)
class Lane:
    """One engine and one gateway of the control plane, for one life."""

    plane: ControlPlane
    engine_id: str
    gateway_id: str

    @property
    def arn(self) -> str:
        return gateway_arn(self.gateway_id)

    @property
    def engine_arn(self) -> str:
        return f"{ACCOUNT}:policy-engine/{self.engine_id}"

    def open(self) -> None:
        """Put the engine there, and attach it."""
        name, now = self.engine_id.split("-")[0], self.plane.now
        body = {
            "policyEngineId": self.engine_id,
            "name": name,
            "policyEngineArn": self.engine_arn,
            "status": "ACTIVE",
            "statusReasons": [],
            "createdAt": now,
            "updatedAt": now,
        }
        self.plane.store.put(Resource("engine", self.engine_id, "", name, self.engine_arn, body))
        self.attach("ENFORCE")

    def attach(self, mode: str, engine_id: str = "") -> None:
        """Attach this engine or another in a mode; no mode, no engine."""
        arn = f"{ACCOUNT}:policy-engine/{engine_id or self.engine_id}"
        attached = {"arn": arn, "mode": mode} if mode else None
        gateway = self.plane.store.get("gateway", self.gateway_id)
        assert gateway is not None
        body = {key: value for key, value in gateway.body.items() if key != "policyEngineConfiguration"}
        if attached:
            body["policyEngineConfiguration"] = attached
        self.plane.store.put(replace(gateway, body=body))

    def put(self, policy: Kept) -> None:
        """A policy of that name as given, in place of any other."""
        policy_id = self._id(policy.name)
        arn = f"{self.engine_arn}/policy/{policy_id}"
        body = {
            "policyId": policy_id,
            "name": policy.name,
            "policyEngineId": self.engine_id,
            "policyArn": arn,
            "definition": _definition(policy),
            "enforcementMode": policy.mode,
            "createdAt": self.plane.now,
            "updatedAt": self.plane.now,
            "status": policy.status,
            "statusReasons": [],
            "_statement": with_block(policy.statement) if policy.written == "temporal" else policy.statement,
            "_written": policy.written,
            "_inForce": policy.status not in ("CREATING", "CREATE_FAILED"),
        }
        self.plane.store.put(Resource("policy", policy_id, self.engine_id, policy.name, arn, body))

    def remove(self, name: str) -> None:
        self.plane.store.delete("policy", self._id(name))

    def _id(self, name: str) -> str:
        return f"{name}-{self.engine_id.rpartition('-')[2]}"

    def kept(self) -> list[Resource]:
        """Every policy of the engine, the oldest first."""
        return list(self.plane.store.under("policy", self.engine_id))

    def made(self, mark: str) -> list[Resource]:
        """The policies that came of a proposal."""
        return [policy for policy in self.kept() if mark in policy.name]

    def set_tool(self, target: str, tool: Mapping[str, Any] | None) -> None:
        """Give the gateway a target with one tool, or take it away."""
        key = target_key(self.gateway_id, f"{target.upper():0<10}"[:10])
        if tool is None:
            self.plane.store.delete("target", key)
        else:
            self.plane.store.put(self._target(key, target, tool))
        self.plane.gateways.forget(self.arn)

    def _target(self, key: str, name: str, tool: Mapping[str, Any]) -> Resource:
        now, inline = self.plane.now, {"inlinePayload": [dict(tool)]}
        function = "arn:aws:lambda:us-east-1:123456789012:function:late"
        body = {
            "targetId": key.rsplit("/", 1)[1],
            "name": name,
            "gatewayArn": self.arn,
            "status": "READY",
            "createdAt": now,
            "updatedAt": now,
            "targetConfiguration": {"mcp": {"lambda": {"lambdaArn": function, "toolSchema": inline}}},
            "credentialProviderConfigurations": [{"credentialProviderType": "GATEWAY_IAM_ROLE"}],
        }
        return Resource("target", key, self.gateway_id, name, f"{self.arn}/target/{key}", body)

    def moment(self, without: str = "\0", before: int | None = None) -> Moment:
        """What holds now, without the policies that came of a proposal, or as it was before a policy's row."""
        sure: dict[str, str] = {}
        log_only: dict[str, str] = {}
        maybe: list[tuple[str, str]] = []
        unread: set[str] = set()
        for policy in self.kept():
            if without in policy.name or (before is not None and policy.row >= before):
                continue
            text, blocks = plain(statement_of(policy))
            if policy.body.get("_written", "plain") != "plain" or blocks:
                unread.add(policy.name)
            if policy.status == "CREATE_FAILED":
                continue
            if policy.body["enforcementMode"] == "LOG_ONLY" and policy.status != "UPDATING":
                log_only[policy.name] = text
            elif policy.status not in ("ACTIVE", "UPDATE_FAILED") or blocks:
                maybe.append((policy.name, text))
            else:
                sure[policy.name] = text
        schema = self.plane.gateways.schema(self.arn)
        assert schema is not None
        return Moment(self._enforcing(), schema, sure, tuple(maybe), log_only, frozenset(unread))

    def _enforcing(self) -> bool:
        gateway = self.plane.store.get("gateway", self.gateway_id)
        attached = (gateway.body if gateway else {}).get("policyEngineConfiguration", {})
        return bool(attached == {"arn": self.engine_arn, "mode": "ENFORCE"})


def with_block(statement: str) -> str:
    """A statement with one more condition, which is not Cedar."""
    return statement.rstrip(";") + BLOCK + ";"


def plain(statement: str) -> tuple[str, bool]:
    """A statement without such a condition, and whether it had one."""
    return statement.replace(BLOCK, ""), BLOCK in statement


def statement_of(policy: Resource) -> str:
    """What a policy says, as the engine knows it, whatever it serves."""
    known = policy.body.get("_statement")
    if known is not None:
        return str(known)
    (member,) = policy.body["definition"].values()
    return str(member["statement"])


def _definition(policy: Kept) -> dict[str, Any]:
    """With what only the service knows, which its answers leave out."""
    statement = policy.statement
    return {
        "plain": {"cedar": {"statement": statement}},
        "gone": {"policyGeneration": {**_GONE, "statement": statement}},
        "unknown": {"hologram": {"statement": statement}},
        "temporal": {"policy": {"statement": with_block(statement)}},
    }[policy.written]
