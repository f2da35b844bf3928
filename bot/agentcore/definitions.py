"""Policies out of answers: a definition that refers to an asset is replaced by the asset's statement."""

from __future__ import annotations

from cachetools import LRUCache

from bot.agentcore import wire
from bot.agentcore.client import Client
from bot.errors import ServiceError
from bot.review.reported import Asset, PolicyRecord

GONE = "made by reference, and its asset is gone"
NOT_LISTED = "made by reference, and AgentCore listed no such asset"
WITHOUT_STATEMENT = "made by reference, and its asset has no statement that policybot can read"
_GENERATIONS = 4096
"""Of how many generations the assets are kept: one policy each, mostly."""


async def list_assets(client: Client, engine_id: str, generation_id: str) -> tuple[Asset, ...]:
    """Every asset of a generation, in order."""
    items = client.items(
        "ListPolicyGenerationAssets",
        "policyGenerationAssets",
        policyEngineId=engine_id,
        policyGenerationId=generation_id,
    )
    return tuple([wire.asset(item) async for item in items])


class Definitions:
    """Makes policies of answers. An asset never changes, and one that is gone stays gone: both are remembered.

    Nothing else is: what AgentCore did not list, or what could not be read, may come with the next reading.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._statements: LRUCache[tuple[str, str], dict[str, str]] = LRUCache(_GENERATIONS)
        self._gone: LRUCache[tuple[str, str], bool] = LRUCache(_GENERATIONS)

    async def record(self, engine_id: str, answer: wire.Answer) -> PolicyRecord:
        """The policy in an answer of GetPolicy or CreatePolicy, or in an item of ListPolicies."""
        definition = answer.get("definition") or {}
        if referred := wire.reference(definition):
            return wire.policy(answer, *await self._referred(engine_id, *referred))
        return wire.policy(answer, wire.statement(definition), wire.unreadable(definition))

    async def _referred(self, engine_id: str, generation_id: str, asset_id: str) -> tuple[str, str]:
        """The statement of an asset; empty with the reason why it cannot be had."""
        key = (engine_id, generation_id)
        if key in self._gone:
            return "", GONE
        statements = self._statements.setdefault(key, {})
        if asset_id not in statements:
            try:
                found = await list_assets(self._client, engine_id, generation_id)
            except ServiceError as error:
                if error.code != "ResourceNotFoundException":
                    raise
                self._gone[key] = True
                return "", GONE
            statements.update((asset.asset_id, asset.statement) for asset in found if asset.statement)
            if asset_id not in statements:
                listed = any(asset.asset_id == asset_id for asset in found)
                return "", WITHOUT_STATEMENT if listed else NOT_LISTED
        return statements[asset_id], ""
