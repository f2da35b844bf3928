"""Why a call is allowed or denied, what would allow it, and what an agent was told: pure, over Cedar and the reader."""

from bot.questions.asked import tool_question
from bot.questions.conditions import Condition, conditions
from bot.questions.denial import Denial, read_denial
from bot.questions.described import calls_like, claims_asked, permit_of
from bot.questions.offer import Worded, narrow_permit, offered_rule
from bot.questions.why import Near, Why, judged, why

__all__ = [
    "Condition",
    "Denial",
    "Near",
    "Why",
    "Worded",
    "calls_like",
    "claims_asked",
    "conditions",
    "judged",
    "narrow_permit",
    "offered_rule",
    "permit_of",
    "read_denial",
    "tool_question",
    "why",
]
