"""What a change means, what it would change, and what it might have meant: the review's analyst, made of the analysis,
the reader and Cedar."""

from bot.analyst.analyst import PolicyAnalyst
from bot.analyst.answers import PolicyAnswers

__all__ = ["PolicyAnalyst", "PolicyAnswers"]
