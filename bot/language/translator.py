"""A rule in English to assets: each piece has one reading and becomes policies, or is asked or refused with the reason."""

from __future__ import annotations

from dataclasses import replace

from bot.cedar import Gateway
from bot.language.context import Context
from bot.language.lower import lower
from bot.language.meaning import Draft
from bot.language.reader import readings
from bot.translate.account import completed, refused
from bot.translate.assets import Asset, Finding
from bot.translate.glossary import Glossary
from bot.translate.halves import below, no_torn_list, withdrawn
from bot.translate.lexicon import Lexicon, lexicon_for
from bot.translate.pieces import Piece, split
from bot.translate.refusals import Refusal
from bot.translate.tokens import tokenise
from bot.translate.translation import _example, _no_question, _spoiled
from bot.translate.typed import no_mention


def translate(
    rule: str, gateway: Gateway, *, glossary: Glossary | None = None, lexicon: Lexicon | None = None
) -> tuple[Asset, ...]:
    """The policies that a rule asks for, in order, and the pieces that are refused."""
    lexicon = lexicon or lexicon_for(gateway)
    glossary = glossary or Glossary()
    if not any(char.isalnum() for char in rule):
        return (_refused(rule.strip(), Refusal("The rule has no words.", (), _example(lexicon))),)
    if (spoiled := _spoiled(rule, lexicon)) is not None:
        return (_refused(rule.strip(), spoiled),)
    assets: list[Asset] = []
    before: Draft | None = None
    pieces = split(rule, lexicon)
    for piece in pieces:
        found, draft = _piece(piece, lexicon, glossary, before, below(piece, pieces))
        leans = piece.but or piece.leans or _refers_back(piece)
        if leans and assets and found[0].statement is None:
            assets = withdrawn(assets, found[0], every=not piece.joiner and not piece.elliptic)
        assets += found
        before = draft or before
        if draft is not None and below(piece, pieces):
            before = replace(draft, what=None)  # of several lines below one, which is meant is not said
    return completed(rule, assets)


def _refers_back(piece: Piece) -> bool:
    """Whether a rule says "they", or ends where its tool would be: it limits the rule before it."""
    return any(token.low in {"they", "though", "however"} for token in piece.tokens)


def _piece(
    piece: Piece, lexicon: Lexicon, glossary: Glossary, before: Draft | None, beside: list[Piece]
) -> tuple[list[Asset], Draft | None]:
    context = Context(piece.tokens, lexicon, glossary, before, not (piece.elliptic and piece.joiner == "and"))
    try:
        no_torn_list(piece, beside)
        no_mention(piece.text, piece.start, piece.tokens, lexicon)
        _no_question(piece)
        found = readings(context)
        if len(found) > 1:
            raise Refusal("This can be read in more than one way.", piece.tokens)
        texts = [lower(policy, lexicon) for policy in found[0].policies]
        for text in texts:
            if errors := lexicon.schema.validate(text):
                raise Refusal(f"The policy does not fit the gateway's schema: {errors[0]}", piece.tokens)
    except Refusal as refusal:
        return [_refused(piece.text, refusal)], None
    return [Asset(piece.text, text, (Finding("VALID"),), ()) for text in texts], found[0].draft


def _refused(text: str, refusal: Refusal) -> Asset:
    account = refused(tokenise(text), refusal.culprits, refusal.sentence)
    return Asset(text, None, (Finding("NOT_TRANSLATABLE", refusal.description),), account)
