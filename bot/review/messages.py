"""What a review shows in Slack: its messages as they are wanted and stand, and sentences that are said once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class MessageKind(StrEnum):
    """The messages that stand in Slack: three of a proposal, and what a channel is told besides."""

    PARENT = "parent"
    PROGRESS = "progress"
    CARD = "card"
    BINDING = "binding"
    """Where the rules of a channel go now."""
    DRIFT = "drift"
    """What others changed."""
    UNDONE = "undone"
    """What others changed and is again as it was."""
    UNDONE_SAID = "undone_said"
    """That it is, in the thread of the message before."""


@dataclass(frozen=True)
class SlackMessage:
    """A message ready for Slack: `text` is what notifications and screen readers get, `blocks` is Block Kit.

    `plain` says the same in blocks that every workspace takes, where `blocks` has newer ones.
    """

    text: str
    blocks: tuple[Mapping[str, Any], ...] = ()
    plain: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Drawn:
    """A message as it should stand, and where: workspace, channel and thread, which is empty for one that begins it.
    `first` is how it is posted, where that is otherwise."""

    place: Mapping[str, str]
    message: SlackMessage
    first: SlackMessage | None = None

    @property
    def where(self) -> Mapping[str, str]:
        """The workspace and the channel."""
        return {name: self.place[name] for name in ("team", "channel")}


@dataclass(frozen=True)
class Announcement:
    """A message for a channel that is of no proposal, as it is wanted: `about` is what it is drawn from, in JSON, and
    `thread_of` the id of the one in whose thread it is said. Those of a kind are said in the order of their numbers."""

    id: str
    kind: MessageKind
    team_id: str
    channel_id: str
    about: Mapping[str, Any]
    number: int
    thread_of: str = ""


@dataclass(frozen=True)
class Posting:
    """A message as it is wanted and as it stands in Slack; of a proposal, or an announcement.

    `wanted` counts the changes that it should show; `ts` is empty until it stands; `copy` counts how often it had to be
    posted anew; `tried` says that posting this copy may already have happened, and `tried_at` since when it may be on
    its way; `fingerprint` is of what stands. While `looks` are left, another of it may stand that nobody knows of: the
    next look is at `look_at`.
    """

    id: str
    proposal_id: str
    kind: MessageKind
    draft_id: str
    wanted: int
    ts: str
    copy: int
    tried: bool
    fingerprint: str
    tried_at: datetime | None = None
    look_at: datetime | None = None
    looks: int = 0
    trouble: str = ""
    announcement: Announcement | None = None

    @property
    def key(self) -> str:
        """The key of this copy in Slack's message metadata."""
        return f"{self.id}#{self.copy}"


@dataclass(frozen=True)
class Notice:
    """A sentence for one person in private, or for the thread when `user_id` is empty; kept until it is delivered."""

    id: str
    proposal_id: str
    channel_id: str
    user_id: str
    text: str
    response_url: str = field(default="", repr=False)
    ts: str = ""
    """Of the message in the thread, once it stands."""
    tried: bool = False
    """Whether it may have been posted in the thread, since when it may be on its way, and when another of it is looked
    for, as of a `Posting`."""
    tried_at: datetime | None = None
    look_at: datetime | None = None
    looks: int = 0

    @property
    def key(self) -> str:
        """Its key in Slack's message metadata."""
        return self.id


@dataclass(frozen=True)
class Told:
    """A sentence to be said once: to one person in private, or in the thread when `user_id` is empty.

    `event` is how the record names it, empty where the step that says it is recorded itself.
    """

    user_id: str
    text: str
    event: str = ""
