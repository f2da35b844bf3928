"""What a piece of a rule that our reader cannot settle could be: rules in clear words, each of which it reads here."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cedar import Gateway, Tool
from bot.cedar.gateway import IAM_ENTITY
from bot.language import Asset, Glossary, translate
from bot.review.found import Offer


def offers(rule: str, fragments: Sequence[str], gateway: Gateway, glossary: Glossary) -> tuple[tuple[Offer, ...], ...]:
    """For each fragment of a rule, as AgentCore cut it, the whole rules that could be proposed instead.

    Each is the rule with that one piece said clearly; whatever else it says is as it was. Nothing is offered where our
    reader understands the piece, or cannot tell which of its own pieces is meant. Takes processor time.
    """
    ours = translate(rule, gateway, glossary=glossary)
    return tuple(_of(_meant(ours, fragment)) for fragment in fragments)


def _meant(ours: Sequence[Asset], fragment: str) -> Asset | None:
    """Our own piece for one of AgentCore's: of the same words, or the only one there is."""
    same = [each for each in ours if each.fragment.split() == fragment.split()]
    found = same or (list(ours) if len(ours) == 1 else [])
    return found[0] if len(found) == 1 else None


def _of(piece: Asset | None) -> tuple[Offer, ...]:
    return tuple(Offer(each.message or each.rule, each.said) for each in piece.offers) if piece else ()


def example_rule(tools: Sequence[Tool], gateway: Gateway, glossary: Glossary) -> str:
    """A rule about one of the tools that our reader understands here; empty when it understands none.

    Takes processor time.
    """
    iam = gateway.principal_type == IAM_ENTITY
    who = "account 123456789012" if iam else "users with role support-agent"
    for tool in tools:
        rule = f"allow {who} to call {tool.name}"
        if all(asset.statement for asset in translate(rule, gateway, glossary=glossary)):
            return rule
    return ""
