"""Who may do what in policybot itself, as Cedar policies: facts in, decision and reason out, no I/O."""

from bot.governance.answers import Eligible, Need, Requirement, Ruling, Tally, Uncounted
from bot.governance.facts import Action, ChangeFacts, ChannelFacts, PersonFacts, RouteFacts
from bot.governance.governance import Governance

__all__ = [
    "Action",
    "ChangeFacts",
    "ChannelFacts",
    "Eligible",
    "Governance",
    "Need",
    "PersonFacts",
    "Requirement",
    "RouteFacts",
    "Ruling",
    "Tally",
    "Uncounted",
]
