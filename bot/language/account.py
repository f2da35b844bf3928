"""The account: for each word of a rule, what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.language.assets import Asset, Word
from bot.language.text.tokens import Token, tokenise

_JOINERS = frozenset({"and", "but", "while", "whereas", "yet", "or", "however", "then", "so", "although", "though"})


def translated(tokens: Iterable[Token], marks: Mapping[int, tuple[str, str]]) -> tuple[Word, ...]:
    """The account of a translated piece: two tokens in one place (a contraction) are one word."""
    found: dict[tuple[int, int], Word] = {}
    for at, token in enumerate(tokens):
        if token.start == token.end:
            continue  # taken over from the rule before
        role, meaning = marks[at]
        known = found.get((token.start, token.end))
        if known is None or (known.role in {"filler", "joiner"} and role not in {"filler", "joiner"}):
            found[token.start, token.end] = Word(token.text, token.start, token.end, role, meaning)
    return _ordered(found.values())


def refused(tokens: Iterable[Token], culprits: Iterable[Token], sentence: str) -> tuple[Word, ...]:
    """The account of a refused piece: the words at fault are unknown, the rest was not read to its end."""
    blamed = {(token.start, token.end) for token in culprits}
    found: dict[tuple[int, int], Word] = {}
    for token in tokens:
        if token.start == token.end:
            continue
        place = (token.start, token.end)
        role, meaning = ("unknown", sentence) if place in blamed else ("", "")
        found[place] = Word(token.text, *place, role, meaning)
    return _ordered(found.values())


def completed(rule: str, assets: Sequence[Asset]) -> tuple[Asset, ...]:
    """The assets with the words between the pieces too: greetings, bullets, and what joins two rules."""
    spans = sorted({(word.start, word.end) for asset in assets for word in asset.account})
    extra: dict[int, list[Word]] = {}
    at = 0
    for start, end in [*spans, (len(rule), len(rule))]:
        for token in tokenise(rule[at:start]) if at < start else ():
            role = "joiner" if token.low in _JOINERS else "filler"
            word = Word(token.text, at + token.start, at + token.end, role)
            extra.setdefault(_nearest(assets, word), []).append(word)
        at = max(at, end)
    return tuple(
        replace(asset, account=_ordered([*asset.account, *extra[position]])) if position in extra else asset
        for position, asset in enumerate(assets)
    )


def _nearest(assets: Sequence[Asset], word: Word) -> int:
    """The first asset whose words come after a word, or the last asset."""
    after = (n for n, asset in enumerate(assets) if asset.account and asset.account[-1].end > word.start)
    return next(after, len(assets) - 1)


def _ordered(words: Iterable[Word]) -> tuple[Word, ...]:
    return tuple(sorted(words, key=lambda word: word.start))
