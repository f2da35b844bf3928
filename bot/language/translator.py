"""A rule in English to assets: each piece has one reading and becomes policies, or is asked or refused with the reason."""

from __future__ import annotations

from bot.cedar import Gateway
from bot.language.context import Context
from bot.language.lower import lower
from bot.language.reader import readings
from bot.translate.account import completed, refused
from bot.translate.assets import Asset, Finding
from bot.translate.glossary import Glossary
from bot.translate.lexicon import Lexicon, lexicon_for
from bot.translate.pieces import Piece, split
from bot.translate.refusals import Refusal
from bot.translate.tokens import tokenise
from bot.translate.translation import _example, _no_question, _spoiled


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
    for piece in split(rule, lexicon):
        assets += _piece(piece, lexicon, glossary)
    return completed(rule, assets)


def _piece(piece: Piece, lexicon: Lexicon, glossary: Glossary) -> list[Asset]:
    context = Context(piece.tokens, lexicon, glossary)
    try:
        _no_question(piece)
        found = readings(context)
        if len(found) > 1:
            raise Refusal("This can be read in more than one way.", piece.tokens)
        texts = [lower(policy, lexicon) for policy in found[0].policies]
        for text in texts:
            if errors := lexicon.schema.validate(text):
                raise Refusal(f"The policy does not fit the gateway's schema: {errors[0]}", piece.tokens)
    except Refusal as refusal:
        return [_refused(piece.text, refusal)]
    return [Asset(piece.text, text, (Finding("VALID"),), ()) for text in texts]


def _refused(text: str, refusal: Refusal) -> Asset:
    account = refused(tokenise(text), refusal.culprits, refusal.sentence)
    return Asset(text, None, (Finding("NOT_TRANSLATABLE", refusal.description),), account)
