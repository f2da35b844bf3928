"""What every operation works on: the store, the gateways, the clock, and the work that finishes later."""

from __future__ import annotations

import logging
import secrets
import string
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from bot.controlplane.config import SAMPLE_GATEWAY, ControlPlaneConfig
from bot.controlplane.gateways import Gateways, gateway_resources, place
from bot.controlplane.jobs import Jobs
from bot.controlplane.limits import Limits
from bot.controlplane.reasoning import Reasoning
from bot.controlplane.standing import Standing
from bot.controlplane.store import Resource, Store
from bot.controlplane.wire.answers import timestamp
from bot.controlplane.wire.faults import conflict, not_found
from bot.controlplane.wire.paging import page_start, page_token
from bot.dataplane import Dataplane
from bot.errors import BadInput, GatewayFileError

log = logging.getLogger(__name__)

Finisher = Callable[["ControlPlane", str], Awaitable[None]]

_ID_CHARACTERS = string.ascii_lowercase + string.digits
_DEFAULT_PAGE = 10
_FAILED = {
    "CREATING": "CREATE_FAILED",
    "UPDATING": "UPDATE_FAILED",
    "DELETING": "DELETE_FAILED",
    "GENERATING": "GENERATE_FAILED",
}


class ControlPlane:
    """The state of one control plane. Raises bot.errors.BadInput when its files or its folder cannot be used.

    `finishers` brings what is under way for a resource, by its kind, to its outcome.
    """

    def __init__(self, config: ControlPlaneConfig, finishers: Mapping[str, Finisher]) -> None:
        self.config = config
        self._finishers = finishers
        self.store = Store(config.data_dir)
        self.gateways = Gateways(self.store)
        self.reasoning = Reasoning(config.glossary, faulty=config.generation == "faulty")
        self.jobs = Jobs(config.latency, self._finish)
        self.limits = Limits(enforced=config.limits, clock=config.clock)
        try:
            with self.store.transaction():
                self._seed()
            self.region, self.account = place(self.store.every("gateway")[0].arn)
            self.standing = Standing(self.store, self.gateways, config.clock, config.propagation)
            self.dataplane = self._dataplane()
        except BaseException:
            self.store.close()
            raise
        self.url = ""
        """Where this control plane answers, once it does."""

    async def learn_tools(self) -> None:
        """Ask the MCP servers behind targets for the tools of those whose configuration does not show them.

        They decide as all tools do, and as with AWS no answer of this API shows them.
        """
        listed = await self.dataplane.listed()
        with self.store.transaction():
            for target in list(self.store.every("target")):
                found = listed.get(target.name)
                if found is not None and target.body.get("_listed") != found:
                    self.store.put(target.with_body(_listed=found))
                    self.gateways.forget(target.body["gatewayArn"])
            self.gateways.note_spoiled_tools()

    def resume(self) -> None:
        """Take up what was under way when the process before this one ended."""
        for kind in self._finishers:
            for resource in self.store.every(kind):
                if resource.status in _FAILED:
                    self.jobs.later(kind, resource.id)

    async def close(self) -> None:
        await self.jobs.close()
        await self.dataplane.close()
        await self.reasoning.close()
        self.store.close()

    @property
    def now(self) -> str:
        return timestamp(self.config.clock())

    @property
    def moment(self) -> datetime:
        return self.config.clock()

    def new_id(self, name: str) -> str:
        return f"{name}-" + "".join(secrets.choice(_ID_CHARACTERS) for _ in range(10))

    def arn(self, path: str) -> str:
        return f"arn:aws:bedrock-agentcore:{self.region}:{self.account}:{path}"

    def seen(self, gateway: Resource) -> dict[str, Any]:
        """A gateway as its caller sees it: with the URL at which it is really served."""
        here = {"gatewayUrl": f"{self.url}/gateways/{gateway.id}/mcp"} if self.url else {}
        return {**gateway.body, **here}

    def engine(self, engine_id: str) -> Resource:
        """A policy engine. Raises ResourceNotFoundException."""
        found = self.store.get("engine", engine_id)
        if found is None:
            raise not_found("Policy engine", engine_id)
        return found

    def ready_engine(self, engine_id: str) -> Resource:
        """A policy engine that takes policies. Raises ConflictException while it is being made or deleted."""
        found = self.engine(engine_id)
        if found.status not in ("ACTIVE", "UPDATING", "UPDATE_FAILED"):
            raise conflict(f"Policy engine {engine_id} is {found.status}; it must be ACTIVE")
        return found

    def under_engine(self, kind: str, engine_id: str, resource_id: str) -> Resource:
        """A policy or a generation of an engine. One of another engine is not found."""
        self.engine(engine_id)
        found = self.store.get(kind, resource_id)
        if found is None or found.parent != engine_id:
            raise not_found("Policy" if kind == "policy" else "Policy generation", resource_id)
        return found

    def page(
        self,
        request: Mapping[str, Any],
        kind: str,
        parent: str = "",
        *,
        keep: Callable[[Resource], bool] = lambda _: True,
    ) -> tuple[list[Resource], str | None]:
        """One page of a list, oldest first, and the token of the next page when there is one."""
        scope = f"{kind}/{parent}/{request.get('targetResourceScope', '')}"
        size = request.get("maxResults", _DEFAULT_PAGE)
        found: list[Resource] = []
        for resource in self.store.under(kind, parent, page_start(scope, request.get("nextToken"))):
            if not keep(resource):
                continue
            if len(found) == size:
                return found, page_token(scope, found[-1].row)
            found.append(resource)
        return found, None

    async def _finish(self, kind: str, resource_id: str) -> None:
        try:
            await self._finishers[kind](self, resource_id)
        except Exception:  # the outcome of a fault of ours is a visible failure, as with AWS, and a log with the cause
            log.exception("%s %s could not be finished", kind, resource_id)
            resource = self.store.get(kind, resource_id)
            if resource and resource.status in _FAILED:
                reasons = ["An internal error occurred"]
                self.store.put(resource.with_body(status=_FAILED[resource.status], statusReasons=reasons))
        self.standing.note()

    def _dataplane(self) -> Dataplane:
        config = self.config
        known = {target.name for target in self.store.every("target")}
        if strangers := sorted(config.dataplane.targets.keys() - known):
            raise BadInput(f"No gateway has a target {strangers[0]}; there are {', '.join(sorted(known))}.")
        found = Dataplane(
            config.dataplane, config.data_dir, self.standing.current, config.clock, self.region, self.account
        )
        for gateway in self.store.every("gateway"):
            found.deliveries.introduce(gateway.arn)
        return found

    def _seed(self) -> None:
        """Put the gateways of the files into the store; what an API call changed on them since stays."""
        paths = self.config.gateways
        if not paths and not self.store.count("gateway"):
            paths = (SAMPLE_GATEWAY,)
        seen: set[str] = set()
        for path in paths:
            gateway, *targets = gateway_resources(path, self.now)
            if gateway.id in seen:
                raise GatewayFileError(f"Two gateway files hold the gateway {gateway.id}: {path} is the second.")
            seen.add(gateway.id)
            known = self.store.get("gateway", gateway.id)
            if known is None:
                self.store.put(gateway)
                self._seed_engine(gateway)
            else:
                self.store.put(known.with_body(_roleMay=gateway.body["_roleMay"]))
            for old in list(self.store.under("target", gateway.id)):
                if old.id not in {target.id for target in targets}:
                    self.store.delete("target", old.id)
            for target in targets:
                stood = self.store.get("target", target.id)
                if stood is None or stood.body.get("_file") != target.body["_file"]:  # new, or edited in the file
                    self.store.put(target)
        self.gateways.note_spoiled_tools()

    def _seed_engine(self, gateway: Resource) -> None:
        """The policy engine that a gateway file says is attached."""
        arn = gateway.body.get("policyEngineConfiguration", {}).get("arn")
        if arn is None or self.store.by_arn(arn):
            return
        engine_id = arn.rsplit("/", 1)[1]
        name = engine_id.rsplit("-", 1)[0]
        members = {"policyEngineId": engine_id, "name": name, "policyEngineArn": arn, "status": "ACTIVE"}
        times = {"createdAt": gateway.body["createdAt"], "updatedAt": gateway.body["createdAt"]}
        self.store.put(Resource("engine", engine_id, "", name, arn, {**members, **times, "statusReasons": []}))
