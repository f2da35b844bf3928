"""What two rules of one message share: a half that narrows another, and lines below one line."""

from __future__ import annotations

from dataclasses import replace

from bot.language.assets import Asset, Finding
from bot.language.gateway.refusals import Refusal
from bot.language.message.joined import limits
from bot.language.message.pieces import Piece
from bot.language.message.sentences import FILLER


def withdrawn(assets: list[Asset], other: Asset, *, every: bool) -> list[Asset]:
    """The assets without the policies of the last rule, or of every rule: what narrows them cannot be honoured."""
    why = f"“{other.fragment}” belongs to this rule, and cannot be honoured."
    halves = {asset.fragment for asset in (assets if every else assets[-1:])}
    kept: list[Asset] = []
    for asset in assets:
        if asset.fragment not in halves or asset.statement is None:
            kept.append(asset)
        elif not kept or kept[-1].fragment != asset.fragment:
            kept.append(replace(asset, statement=None, findings=(Finding("NOT_TRANSLATABLE", why),)))
    return kept


def below(piece: Piece, pieces: list[Piece]) -> list[Piece]:
    """The other rules that stand below the line that a rule stands below."""
    return [other for other in pieces if other is not piece and piece.header >= 0 and other.header == piece.header]


def no_torn_end(piece: Piece, before: list[Asset]) -> None:
    """Raise Refusal for "managers may refund. Leads may refund. Only in USD.": of the last rule, or of both."""
    told = sum(asset.statement is not None for asset in before)
    stop = (FILLER.at(list(piece.tokens), 0) or ("", 0))[1]
    if piece.narrowed and told == 1 and stop and limits(list(piece.tokens[stop:])):
        raise Refusal.of("parted", piece.tokens, words=list(piece.tokens[:stop]))
    if piece.narrowed and told:
        raise Refusal.of("of_last_or_all", piece.tokens)


def no_torn_list(piece: Piece, beside: list[Piece]) -> None:
    """Raise Refusal for "allow refunds:" with "for managers" and "under 100" below: one rule with both, or two."""
    if beside and any(other.limit for other in (piece, *beside)):
        raise Refusal.of("together_or_each", piece.tokens)
