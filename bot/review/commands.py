"""What people ask for: frozen values with verbs for names. Handlers make them, use cases take them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.review.decision import Tick
from bot.review.model import Act
from bot.review.tested import NewTest
from bot.review.votes import Vote


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
    why: str = ""
    until: datetime | None = None
    tests: tuple[NewTest, ...] = ()
    in_thread: str = ""
    """The ts of the thread in which it is asked for, and is to be reviewed."""
    chosen: str = ""
    """The key of the route that it is for, of several that are offered there; empty for where rules go."""


@dataclass(frozen=True)
class DecideDraft:
    """A click on a card, or a submitted form. `version` is the card's that the person saw.

    `ticked` is what the person ticked that they have seen. `reason` is why it is rejected, or why it is enacted
    although AgentCore has findings. `until` is a time that the approver sets for it.
    """

    draft_id: str
    version: int
    vote: Vote
    user_id: str
    user_team_id: str
    reason: str = ""
    ticked: frozenset[Tick] = frozenset()
    until: datetime | None = None


@dataclass(frozen=True)
class ApproveClean:
    """Approve all drafts of a proposal that have nothing to be looked at; `seen` is `decision.clean_digest` of them."""

    proposal_id: str
    user_id: str
    user_team_id: str
    seen: str


@dataclass(frozen=True)
class TakeBack:
    """Take one's own vote back."""

    draft_id: str
    user_id: str
    user_team_id: str


@dataclass(frozen=True)
class Withdraw:
    """Take one's own draft back."""

    draft_id: str
    user_id: str
    user_team_id: str


@dataclass(frozen=True)
class Revise:
    """Review another rule, or a statement that a person wrote, instead of what is open of a proposal.

    `by_hand`: the statement is reviewed; else the rule, and AgentCore generates anew. `draft_id` is the draft whose
    card was revised, in the `version` that the person saw.
    """

    key: str
    proposal_id: str
    user_id: str
    user_team_id: str
    rule: str = ""
    statement: str = ""
    draft_id: str = ""
    version: int = 0
    by_hand: bool = False
    response_url: str = field(default="", repr=False)


@dataclass(frozen=True)
class Again:
    """Propose once more what ended without its effect."""

    key: str
    draft_id: str
    user_id: str
    user_team_id: str


@dataclass(frozen=True)
class ProposeAct:
    """Propose to promote, demote or revoke a policy that stands.

    `draft_id` is the draft that the policy came of: then it is reviewed in that draft's thread; else `policy_id` and
    the channel say which policy of the channel's route is meant, or of the `chosen` one of those that are offered
    there, and it gets a thread of its own.
    """

    key: str
    act: Act
    team_id: str
    channel_id: str
    user_id: str
    user_team_id: str
    draft_id: str = ""
    policy_id: str = ""
    why: str = ""
    until: datetime | None = None
    response_url: str = field(default="", repr=False)
    chosen: str = ""


@dataclass(frozen=True)
class Undo:
    """Propose the inverse of a draft that is in effect."""

    key: str
    draft_id: str
    user_id: str
    user_team_id: str
    why: str = ""
    response_url: str = field(default="", repr=False)


@dataclass(frozen=True)
class Extend:
    """Propose that a change is taken back later. `draft_id` is the draft that takes it back."""

    key: str
    draft_id: str
    user_id: str
    user_team_id: str
    until: datetime
    why: str = ""
    response_url: str = field(default="", repr=False)


@dataclass(frozen=True)
class AskStatus:
    """`/policy status [PROPOSAL]`: a page of the person's open proposals and those of the channel, or one by its id."""

    team_id: str
    channel_id: str
    user_id: str
    proposal_id: str = ""
    user_team_id: str = ""
    page: int = 1
