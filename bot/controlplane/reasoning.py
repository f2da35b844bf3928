"""Where the control plane asks the translator and the analysis; both are pure and run beside the event loop."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.cedar.schema import GatewaySchema


async def generated_assets(rule: str, schema: GatewaySchema, member: str) -> list[dict[str, Any]]:
    """The assets of a rule, as ListPolicyGenerationAssets has them; statements under `member` of the definition."""
    from bot.translate import assets_as_api, translate

    return list(assets_as_api(await asyncio.to_thread(translate, rule, schema.gateway), member))
