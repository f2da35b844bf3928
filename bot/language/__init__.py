"""A rule in English to Cedar, through a grammar: offline and deterministic. `docs/translator.md` has the stages."""

from bot.language.assets import Asset, Finding, Offer, Reading, Word, assets_as_api
from bot.language.gateway.glossary import Glossary
from bot.language.gateway.lexicon import Lexicon, build_lexicon, lexicon_for
from bot.language.translator import translate

__all__ = [
    "Asset",
    "Finding",
    "Glossary",
    "Lexicon",
    "Offer",
    "Reading",
    "Word",
    "assets_as_api",
    "build_lexicon",
    "lexicon_for",
    "translate",
]
