"""What two rules of one message share: a half that narrows another, and lines below one line."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.language.assets import Asset, Finding
from bot.language.gateway.refusals import Refusal
from bot.language.message.joined import limits
from bot.language.message.pieces import Piece
from bot.language.message.sentences import FILLER

_NUMBER = re.compile(r"\s+\(?\d{1,2}[.)]\s*")


def withdrawn(assets: list[Asset], other: Asset, *, every: bool) -> list[Asset]:
    """The assets without the policies of the last rule, or of every rule: what narrows them cannot be honoured."""
    return without(assets, {asset.fragment for asset in (assets if every else assets[-1:])}, other)


def without(assets: list[Asset], halves: set[str], other: Asset) -> list[Asset]:
    """The assets without the policies of some rules, as another one of theirs cannot be honoured."""
    why = f"“{other.fragment}” belongs to this rule, and cannot be honoured."
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


def whole_runs(assets: list[Asset], pieces: list[Piece], rule: str) -> list[Asset]:
    """The assets without those of a row of clauses with nothing but numbers between them, of which one is refused:
    "may: 1. book bays for 2. close jobs"."""
    runs: list[list[Piece]] = []
    for piece in pieces:
        before = runs[-1][-1] if runs else None
        own = next((token.start for token in piece.tokens if before is None or token.start >= before.end), 0)
        if before is not None and piece.header >= 0 and _NUMBER.fullmatch(rule[before.end : own]):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    for texts in ({piece.text for piece in run} for run in runs if len(run) > 1):
        refused = [asset for asset in assets if asset.fragment in texts and asset.statement is None]
        assets = without(assets, texts, refused[0]) if refused else assets
    return assets


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
