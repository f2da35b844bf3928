"""English rules to Cedar policies through a grammar, and questions where a rule can be read in more than one way."""

from bot.language.translator import translate

__all__ = ["translate"]
