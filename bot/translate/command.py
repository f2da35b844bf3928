"""What `policybot translate` prints: JSON shaped as ListPolicyGenerationAssets answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.cedar import Gateway, load_gateway
from bot.errors import BadInput
from bot.translate.assets import assets_as_api
from bot.translate.glossary import Glossary
from bot.translate.translation import translate


def translate_one(gateway_path: str, rule: str, member: str = "cedar", glossary: Glossary | None = None) -> str:
    """The assets of one rule, as JSON. Raises GatewayFileError when the gateway file cannot be used."""
    assets = translate(rule, load_gateway(gateway_path), glossary=glossary)
    return json.dumps({"policyGenerationAssets": assets_as_api(assets, member)}, indent=2, ensure_ascii=False)


def translate_batch(lines: Iterable[str], member: str = "cedar", glossary: Glossary | None = None) -> Iterator[str]:
    """A JSON line for each line `{"id", "gateway", "rule"}`; a line that cannot be used yields its id and "error"."""
    gateways: dict[str, Gateway] = {}
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(line, gateways, member, glossary), ensure_ascii=False)


def _answer(line: str, gateways: dict[str, Gateway], member: str, glossary: Glossary | None) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError as error:
        return {"id": None, "error": f"The line is not JSON: {error}."}
    if not isinstance(asked, dict):
        return {"id": None, "error": "The line is not a JSON object with id, gateway and rule."}
    name, path, rule = asked.get("id"), asked.get("gateway"), asked.get("rule")
    if not isinstance(path, str) or not isinstance(rule, str):
        return {"id": name, "error": "The line needs gateway, a path, and rule, a text."}
    try:
        gateway = gateways.get(path) or gateways.setdefault(path, load_gateway(path))
    except BadInput as error:
        return {"id": name, "error": str(error)}
    return {"id": name, "policyGenerationAssets": assets_as_api(translate(rule, gateway, glossary=glossary), member)}
