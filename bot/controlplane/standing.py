"""What each gateway decides by, read from the store as it stands, or as it stood when changes had not yet spread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.controlplane.gateways import Gateways
from bot.controlplane.store import Store
from bot.dataplane import GatewayState, InForce


class Standing:
    """The state of every gateway. A change reaches decisions `propagation` seconds after it is made.

    With no propagation the store is read when it is asked and has changed; else `note` is called after each change.
    """

    def __init__(
        self, store: Store, gateways: Gateways, clock: Callable[[], datetime], propagation: float = 0.0
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._clock = clock
        self._takes = timedelta(seconds=propagation)
        self._seen = -1
        self._stood: dict[str, list[tuple[datetime, GatewayState]]] = {}
        self.note()

    def current(self, gateway_id: str) -> GatewayState | None:
        """The state that a gateway decides by now; None when there is no such gateway."""
        if not self._takes and self._seen != self._store.version:
            self._look()
        stood = self._stood.get(gateway_id)
        if stood is None:
            return None
        now = self._clock()
        while len(stood) > 1 and stood[1][0] + self._takes <= now:
            stood.pop(0)
        return stood[0][1]

    def note(self) -> None:
        """Take down how things stand, where a change takes time to be seen."""
        if self._seen < 0 or (self._takes and self._seen != self._store.version):
            self._look()

    def _look(self) -> None:
        self._seen = self._store.version
        for gateway in self._store.every("gateway"):
            state = self._state(gateway.id)
            stood = self._stood.setdefault(gateway.id, [])
            if not stood or stood[-1][1] != state:
                stood.append((self._clock(), state))

    def _state(self, gateway_id: str) -> GatewayState:
        found = self._store.get("gateway", gateway_id)
        assert found is not None
        schema = self._gateways.schema(found.arn)
        assert schema is not None
        attached = found.body.get("policyEngineConfiguration") or {}
        if "arn" not in attached:
            return GatewayState(schema, found.body)
        policies = tuple(
            InForce(policy.id, _statement(policy.body["definition"]), policy.body["enforcementMode"] == "LOG_ONLY")
            for policy in self._store.under("policy", attached["arn"].rsplit("/", 1)[1])
            # What an update or a deletion that is under way asks for is not so yet, and what failed never became so.
            if policy.body.get("_inForce")
        )
        return GatewayState(schema, found.body, attached["arn"], attached.get("mode") == "ENFORCE", policies)


def _statement(definition: dict[str, dict[str, str]]) -> str:
    (member,) = definition.values()
    return member["statement"]
