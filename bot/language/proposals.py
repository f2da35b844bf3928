"""What is offered in the place of a piece that is no policy: complete rules, each translated again before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bot.language.assets import Asset, Offer
from bot.language.message.pieces import Piece

_MOST = 3
_JOINED = re.compile(r"[\s,]*(?:\b(?:but|and|while|whereas))?\s*$")
Translate = Callable[[str], Iterable[Asset]]
Split = Callable[[str], list[Piece]]


def verified(
    asset: Asset, message: str, piece: Piece, pieces: list[Piece], translate: Translate, split: Split
) -> Asset:
    """A refusal with those of its offers that say by themselves exactly what they are offered for, three at most.

    Each has the whole message with only that piece replaced; where the message would fall into other rules than these,
    there is no offer.
    """
    found: dict[tuple[str, ...], Offer] = {}
    for offer in (*asset.offers, *(Offer(each.said, each.said, each.statements) for each in asset.readings)):
        if len(found) == _MOST:
            break
        for rule in dict.fromkeys((offer.rule, offer.said)):
            if offer.statements in found or not _says(translate(rule), offer.statements):
                continue
            if (whole := _placed(message, rule, piece, pieces, split)) is not None:
                found[offer.statements] = replace(offer, rule=rule, message=whole)
    return replace(asset, offers=tuple(found.values()))


def _says(assets: Iterable[Asset], statements: tuple[str, ...]) -> bool:
    return tuple(asset.statement for asset in assets) == statements


def _placed(message: str, rule: str, piece: Piece, pieces: list[Piece], split: Split) -> str | None:
    """The message with a rule in the place of one piece, where every other piece stays the one it was."""
    before, after = message[: piece.start], message[piece.end :]
    if piece.joiner and piece.leans:  # it leaned on what it goes on, and is now a sentence of its own
        before = _JOINED.sub(". ", before)
    kept = rule.rstrip(".") if after.strip() else rule
    whole = f"{before}{kept}{after}"
    at = pieces.index(piece)
    wanted = [*_told(pieces[:at]), *((text, False) for text, _ in _told(split(kept))), *_told(pieces[at + 1 :])]
    found = list(_told(split(whole)))
    return whole if [text for text, _ in found] == [text for text, _ in wanted] and not found[at][1] else None


def _told(pieces: Iterable[Piece]) -> Iterator[tuple[str, bool]]:
    """Each piece as typed, and whether it is said of another."""
    return ((piece.text, piece.leans) for piece in pieces)
