"""What `policybot translate` prints: JSON shaped as ListPolicyGenerationAssets answers, and what a refusal offers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.cedar import Gateway, load_gateway
from bot.errors import BadInput
from bot.language.assets import assets_as_api
from bot.language.gateway.glossary import Glossary
from bot.language.translator import translate

GlossaryOf = Callable[[Gateway], Glossary]
_HALF = re.compile(r"[\ud800-\udfff]")


def _none(gateway: Gateway) -> Glossary:
    return Glossary()


def translate_one(gateway_path: str, rule: str, member: str = "cedar", glossary_of: GlossaryOf = _none) -> str:
    """The assets of one rule, as JSON. Raises GatewayFileError when the gateway file cannot be used."""
    gateway = load_gateway(gateway_path)
    assets = translate(rule, gateway, glossary=glossary_of(gateway))
    return json.dumps(
        {"policyGenerationAssets": assets_as_api(assets, member, offers=True)}, indent=2, ensure_ascii=False
    )


def translate_batch(
    lines: Iterable[str], member: str = "cedar", glossary_of: GlossaryOf = _none, gateway_path: str | None = None
) -> Iterator[str]:
    """A JSON line for each line `{"id", "gateway", "rule"}`; a line that cannot be used yields its id and "error".

    A line without a gateway is about the one at `gateway_path`.

    Every line is answered: whatever goes wrong with one ends nothing but that one.
    """
    gateways: dict[str, Gateway] = {}
    for line in lines:
        if line.strip():
            yield _printable(_answer(line, gateways, member, glossary_of, gateway_path))


def _printable(answer: dict[str, Any]) -> str:
    """The answer as JSON; with escapes where the rule has half of a character, which no stream can carry."""
    text = json.dumps(answer, ensure_ascii=False)
    return text if text.isascii() or not _HALF.search(text) else json.dumps(answer)


def _answer(
    line: str, gateways: dict[str, Gateway], member: str, glossary_of: GlossaryOf, gateway_path: str | None
) -> dict[str, Any]:
    name: object = None
    try:
        try:
            asked = json.loads(line)
        except ValueError as error:
            return {"id": None, "error": f"The line is not JSON: {error}."}
        name = asked.get("id") if isinstance(asked, dict) else None
        if isinstance(asked, dict) and gateway_path is not None:
            asked = {"gateway": gateway_path, **asked}
        return _translated(asked, gateways, member, glossary_of)
    except Exception as error:  # noqa: BLE001  whatever it is, the lines behind this one are answered
        return {"id": name, "error": f"The line could not be translated ({type(error).__name__})."}


def _translated(asked: object, gateways: dict[str, Gateway], member: str, glossary_of: GlossaryOf) -> dict[str, Any]:
    if not isinstance(asked, dict):
        return {"id": None, "error": "The line is not a JSON object with id, gateway and rule."}
    name, path, rule = asked.get("id"), asked.get("gateway"), asked.get("rule")
    if not isinstance(path, str) or not isinstance(rule, str):
        return {"id": name, "error": "The line needs gateway, a path, and rule, a text."}
    try:
        gateway = gateways.get(path) or gateways.setdefault(path, load_gateway(path))
        glossary = glossary_of(gateway)
    except BadInput as error:
        return {"id": name, "error": str(error)}
    assets = translate(rule, gateway, glossary=glossary)
    return {"id": name, "policyGenerationAssets": assets_as_api(assets, member, offers=True)}
