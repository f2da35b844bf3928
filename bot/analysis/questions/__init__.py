"""Questions about what policies decide today: whether calls are allowed, and who may make them."""

from bot.analysis.questions.callers import Callers, Way, callers
from bot.analysis.questions.calls import Answer, Case, answers

__all__ = ["Answer", "Callers", "Case", "Way", "answers", "callers"]
