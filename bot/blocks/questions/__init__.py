"""Questions and their answers as modals: what was typed is read, and what was found is said."""

from bot.blocks.questions.asked import asked_modal
from bot.blocks.questions.denials import denial_modal
from bot.blocks.questions.explained import explained_modal
from bot.blocks.questions.pages import QuestionOrigin, about_gateway, answer_modal, not_too_long, question_origin
from bot.blocks.questions.reading import Typed, read_why
from bot.blocks.questions.whys import whose_words, why_modal

__all__ = [
    "QuestionOrigin",
    "Typed",
    "about_gateway",
    "answer_modal",
    "asked_modal",
    "denial_modal",
    "explained_modal",
    "not_too_long",
    "question_origin",
    "read_why",
    "whose_words",
    "why_modal",
]
