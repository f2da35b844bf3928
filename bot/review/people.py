"""People as Slack describes them, as far as authority needs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A person as Slack describes them, as far as authority needs it."""

    user_id: str
    team_id: str
    name: str = ""
    is_guest: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False
    is_admin: bool = False
    is_owner: bool = False
    username: str = ""
    email: str = ""
    """Empty where the bot may not see it."""
    teams: frozenset[str] = frozenset()
    """Other teams that Slack may name as the person's: those of the organisation that the bot is installed in."""


@dataclass(frozen=True)
class ChannelInfo:
    """A channel as Slack describes it. `shared`: people of another company are in it, or were invited."""

    id: str
    name: str = ""
    shared: bool = False
    private: bool = False
    archived: bool = False
    member: bool = True
