"""Our own reading of a rule beside what AgentCore generated from it, in words for a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.analysis.change import Example
from bot.analysis.offloop import Analyst
from bot.analysis.readings import PieceReading
from bot.blocks.difference import request_words
from bot.cedar import GatewaySchema, parse_policy
from bot.cedar.dogwood import plain_part
from bot.errors import PolicyError
from bot.language import Asset, Glossary, translate
from bot.language.readback import read_back
from bot.review.found import SecondReading, Verdict

_BLOCKS = "It has conditions that are not Cedar, so our reading cannot be held against it."


async def second_readings(
    rule: str, statements: Sequence[str | None], schema: GatewaySchema, glossary: Glossary, analysis: Analyst
) -> tuple[tuple[SecondReading | None, ...], tuple[str, ...]]:
    """A second reading for every statement, and a sentence for each policy of ours that the generation forgot."""
    ours = translate(rule, schema.gateway, glossary=glossary)
    read = [asset for asset in ours if asset.statement]
    unread = " ".join(dict.fromkeys(_why(asset) for asset in ours if not asset.statement))
    plain = [_plain(statement) for statement in statements]
    found = await analysis.readings([asset.statement or "" for asset in read], plain, schema)
    forgotten = [read[index] for index in found.missing]
    seconds: list[SecondReading | None] = []
    for statement, held, piece in zip(statements, plain, found.pieces, strict=True):
        if not statement:
            seconds.append(None)
        elif held is None or piece is None:
            seconds.append(SecondReading(Verdict.UNREAD, _BLOCKS))
        else:
            second = _second(piece, held, read, unread)
            seconds.append(_beside_forgotten(second, held, forgotten, schema))
    missing = [_missing(asset, schema) for asset in forgotten]
    said = any(second and second.said == unread for second in seconds)
    without = sum(1 for statement in statements if not statement)
    if unread and not said and len(ours) - len(read) > without:
        missing.append(unread)  # no card says it: what was generated is the rest of the rule
    return tuple(seconds), tuple(missing)


def _plain(statement: str | None) -> str | None:
    """A statement that can be compared: plain Cedar."""
    try:
        plain, blocks = plain_part(statement or "")
    except PolicyError:
        return None
    return plain if plain and not blocks else None


def _why(asset: Asset) -> str:
    said = " ".join(finding.description for finding in asset.findings if finding.description)
    return f"Nothing confirms that “{asset.fragment}” is honoured: our reader could not read it. {said}".strip()


def _second(piece: PieceReading, statement: str, read: Sequence[Asset], unread: str) -> SecondReading:
    ours = read[piece.ours].statement or "" if piece.ours is not None else ""
    if piece.verdict == "agree":
        return SecondReading(Verdict.AGREE, statement=ours)
    if unread and (piece.ours is None or piece.verdict == "unknown"):
        return SecondReading(Verdict.UNREAD, unread)
    if piece.verdict == "unknown":
        return SecondReading(Verdict.UNREAD, f"The two readings could not be compared: {piece.reason}.", statement=ours)
    permits = parse_policy(statement).effect == "permit"
    if piece.ours is None:
        said = f"The rule, as we read it, asks for no such policy{_such(piece.looser or piece.tighter)}."
        return SecondReading(Verdict.DIFFER, said, looser=permits)
    return SecondReading(Verdict.DIFFER, _differ(piece, permits), looser=_looser(piece, permits), statement=ours)


def _beside_forgotten(
    second: SecondReading, statement: str, forgotten: Sequence[Asset], schema: GatewaySchema
) -> SecondReading:
    """A permit that is as one sentence says is looser than the rule where the forbid of another was forgotten."""
    permit = parse_policy(statement)
    if second.verdict is Verdict.UNREAD or second.looser or permit.effect != "permit":
        return second
    for asset in forgotten:
        forbid = parse_policy(asset.statement or "")
        if forbid.effect == "forbid" and _may_meet(permit.actions, forbid.actions):
            told = _told(asset, schema)
            said = f"The rule, as we read it, also forbids calls of its tools, and no generated policy does: {told}"
            return replace(second, verdict=Verdict.DIFFER, said=f"{second.said} {said}".strip(), looser=True)
    return second


def _may_meet(actions: Sequence[str], others: Sequence[str]) -> bool:
    """Scopes that name no tool in common are apart; no names mean every tool, and a group may hold any."""
    open_ended = any(not names or any("___" not in name for name in names) for names in (actions, others))
    return open_ended or not set(actions).isdisjoint(others)


def _looser(piece: PieceReading, permits: bool) -> bool:
    """A request shows it; where none is at hand, a permit that differs counts as looser until somebody has looked."""
    return piece.looser is not None or (permits and piece.tighter is None)


def _differ(piece: PieceReading, permits: bool) -> str:
    parts = []
    if piece.looser is not None:
        shown = request_words(piece.looser.request)
        parts.append(
            f"AgentCore's policy also allows this, and the rule, as we read it, does not: {shown}."
            if permits
            else f"The rule, as we read it, forbids this, and AgentCore's policy does not: {shown}."
        )
    if piece.tighter is not None:
        shown = request_words(piece.tighter.request)
        parts.append(
            f"The rule, as we read it, allows this, and AgentCore's policy does not: {shown}."
            if permits
            else f"AgentCore's policy also forbids this, and the rule, as we read it, does not: {shown}."
        )
    return " ".join(parts) or "AgentCore's policy is not what the rule says, as we read it."


def _such(example: Example | None) -> str:
    return f", such as one for: {request_words(example.request)}" if example else ""


def _missing(asset: Asset, schema: GatewaySchema) -> str:
    return f"The rule, as we read it, also asks for a policy that AgentCore did not generate: {_told(asset, schema)}"


def _told(asset: Asset, schema: GatewaySchema) -> str:
    try:
        return read_back(asset.statement or "", schema.gateway)
    except PolicyError:
        return asset.fragment
