"""Whose words a text is read with."""

from __future__ import annotations

from collections.abc import Callable

from bot.language import Glossary
from bot.review.model import Proposal

GlossaryOf = Callable[[Proposal | None], Glossary]
"""The glossary of a proposal's route, or of where somebody asks."""


def no_glossary(of: Proposal | None) -> Glossary:
    """A team without words of its own."""
    return Glossary()
