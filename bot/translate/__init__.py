"""A rule in English to Cedar, offline and deterministic. `docs/translator.md` has the stages."""

from bot.translate.assets import Asset, Finding, Word, assets_as_api
from bot.translate.glossary import Glossary
from bot.translate.lexicon import Lexicon, build_lexicon, lexicon_for
from bot.translate.translation import translate

__all__ = [
    "Asset",
    "Finding",
    "Glossary",
    "Lexicon",
    "Word",
    "assets_as_api",
    "build_lexicon",
    "lexicon_for",
    "translate",
]
