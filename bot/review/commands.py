"""What people ask for: frozen values with verbs for names. Handlers make them, `bot.review.service` takes them."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.review.model import Vote


@dataclass(frozen=True)
class ProposeRule:
    """`/policy RULE`. `key` is the same for the same command delivered twice; `rule` is what was typed, unescaped."""

    key: str
    team_id: str
    channel_id: str
    channel_name: str
    user_id: str
    user_team_id: str
    rule: str
    response_url: str = field(default="", repr=False)


@dataclass(frozen=True)
class DecideDraft:
    """A click on Approve or a submitted rejection. `version` is the card's that the person saw."""

    draft_id: str
    version: int
    vote: Vote
    user_id: str
    user_team_id: str
    reason: str = ""
    seen_looser: bool = False
    """The person ticked that they have seen that the policy allows more than the rule says."""


@dataclass(frozen=True)
class AskStatus:
    """`/policy status [PROPOSAL]`: the person's open proposals and those of the channel, or one by its id."""

    team_id: str
    channel_id: str
    user_id: str
    proposal_id: str = ""
