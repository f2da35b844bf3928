"""The tokens of a rule as the namers of tools and inputs take them: with the gateway's words and the team's own."""

from __future__ import annotations

from dataclasses import dataclass

from bot.language.gateway.glossary import Glossary
from bot.language.gateway.lexicon import Lexicon
from bot.language.text.tokens import Token


@dataclass
class Line:
    """Tokens, and the target that the rule names if it names one."""

    tokens: list[Token]
    lexicon: Lexicon
    glossary: Glossary
    target: str = ""

    def low(self, at: int) -> str:
        """The word at a place, empty past the end."""
        return self.tokens[at].low if 0 <= at < len(self.tokens) else ""
