"""Questions in English as policy texts that describe the calls which they are about."""

from __future__ import annotations

from bot.cedar import Gateway, parse_policy
from bot.errors import BadInput
from bot.language import Asset, Glossary, translate

_LEAD = "allow everyone to call "


def tool_question(text: str, gateway: Gateway, glossary: Glossary | None = None) -> tuple[str, ...]:
    """The calls that TOOL [when …] names, read as what a rule may let everyone call.

    Raises BadInput with the reader's own sentence for what it cannot read, or can read in several ways.
    """
    said = text.strip().rstrip("?.!").strip()
    found = translate(_LEAD + said, gateway, glossary=glossary)
    for asset in found:
        if asset.statement is None:
            raise BadInput(_why(asset))
    statements = tuple(asset.statement for asset in found if asset.statement)
    if any(parse_policy(each).effect != "permit" for each in statements):
        raise BadInput("Ask about one tool, or a few, and say with “when” which of their calls: not what is forbidden.")
    return statements


def _why(asset: Asset) -> str:
    """Why the reader does not read it. Its examples are of rules, which are no help here."""
    said = " ".join(finding.description for finding in asset.findings if finding.description)
    return said.partition(" A rule that works:")[0] or "I cannot read that as a tool of this gateway."
