"""Where the control plane asks the translator and the analysis, both beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bot.analysis.offloop import Analyst
from bot.analysis.standing import Standing
from bot.cedar.schema import GatewaySchema
from bot.translate import Glossary, assets_as_api, translate


class Reasoning:
    """What the service knows of rules and policies beyond their syntax."""

    def __init__(self, glossary: Mapping[str, Any]) -> None:
        self._glossary = Glossary.parse(glossary)
        self._analyst = Analyst()

    async def close(self) -> None:
        await self._analyst.aclose()

    async def assets(self, rule: str, schema: GatewaySchema, member: str) -> list[dict[str, Any]]:
        """The assets of a rule, as ListPolicyGenerationAssets has them; statements under `member` of the definition.

        A statement's findings are those of its analysis in isolation, as the service's are.
        """
        assets = assets_as_api(
            await asyncio.to_thread(partial(translate, rule, schema.gateway, glossary=self._glossary)), member
        )
        for asset in assets:
            if "definition" in asset:
                found = await self._analyst.policy_findings(asset["definition"][member]["statement"], schema)
                asset["findings"] = [{"type": each.type, "description": each.description or None} for each in found]
        return assets

    async def engine_findings(
        self, existing: Mapping[str, str], name: str, statement: str, schemas: Sequence[GatewaySchema]
    ) -> list[str]:
        """What the analysis finds wrong in an engine of `existing` policies once this one is added to it."""
        return list(await self._analyst.engine_findings(Standing(existing), name, statement, schemas))
