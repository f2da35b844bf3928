"""Where the control plane asks the translator and the analysis, both beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bot.analysis.offloop import Analyst
from bot.analysis.standing import Standing
from bot.cedar.dogwood import plain_part
from bot.cedar.policies import parse_policy
from bot.cedar.schema import GatewaySchema
from bot.controlplane.faulty import spoiled
from bot.language import Glossary, assets_as_api, translate


class Reasoning:
    """What the service knows of rules and policies beyond their syntax."""

    def __init__(self, glossary: Mapping[str, Any], *, faulty: bool = False) -> None:
        self._faulty = faulty
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
        if self._faulty:
            assets = await self._spoiled(rule, assets, schema)
        for asset in assets:
            if "definition" in asset:
                found = await self._analyst.policy_findings(asset["definition"][member]["statement"], schema)
                asset["findings"] = [{"type": each.type, "description": each.description or None} for each in found]
        return assets

    async def _spoiled(self, rule: str, assets: list[dict[str, Any]], schema: GatewaySchema) -> list[dict[str, Any]]:
        """The assets with one fault in their statements; one that was forgotten is not among them."""
        definitions = [next(iter(asset["definition"].values())) for asset in assets if "definition" in asset]
        statements = await spoiled(rule, [each["statement"] for each in definitions], schema, self._analyst)
        for definition, statement in zip(definitions, statements, strict=True):
            definition["statement"] = statement
        return [
            each
            for each in assets
            if "definition" not in each or all(definition["statement"] for definition in each["definition"].values())
        ]

    async def engine_findings(
        self, existing: Mapping[str, str], name: str, statement: str, schemas: Sequence[GatewaySchema]
    ) -> list[str]:
        """What the analysis finds wrong in an engine of `existing` policies once this one is added to it.

        What a temporal or guardrails condition decides cannot be known: a policy with one is not analysed, and of
        what others do to an engine that has some, only that counts which they do however those conditions decide.
        """
        if plain_part(statement)[1]:
            return []
        found = [
            await self._analyst.engine_findings(Standing(each), name, statement, schemas)
            for each in _extremes(existing)
        ]
        return [reason for reason in found[0] if all(reason in others for others in found[1:])]


def _extremes(policies: Mapping[str, str]) -> list[dict[str, str]]:
    """The policies; where some are not plain Cedar, instead as they allow most and as they allow least."""
    read = {name: plain_part(text) for name, text in policies.items()}
    plain = {name: text for name, (text, kinds) in read.items() if not kinds}
    if len(plain) == len(read):
        return [plain]
    free = {name: text for name, (text, kinds) in read.items() if kinds and kinds[0] != "suppressOutput"}
    permits = {name: text for name, text in free.items() if parse_policy(text).effect == "permit"}
    forbids = {name: text for name, text in free.items() if name not in permits}
    return [plain | permits, plain | forbids]
