"""The teams of an embedded Slack and the app that is installed there: read from a file, checked, with a default."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import BadInput

DEFAULT_TEAM = Path(__file__).with_name("default_team.yml")
APP = "app"
"""How the app is named among the members of a channel, whatever it is called."""

_Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]


def _id(prefix: str, name: str) -> str:
    """An id that stays the same from start to start: `C` and `general` make `C0GENERAL`."""
    return f"{prefix}0{re.sub('[^A-Z0-9]', '', name.upper())}"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class App(_Entry):
    """The app. Secrets that are left out are made up at the start, as Slack would."""

    id: str = "A0EMBEDDED"
    client_id: str = "1111111111.2222222222"
    client_secret: str = ""


class Person(_Entry):
    """Somebody in a team. `team_id` is another team's for somebody from elsewhere."""

    name: _Name
    id: str = ""
    real_name: str = ""
    title: str = ""
    email: str = ""
    team_id: str = ""
    tz: str = "Etc/UTC"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False

    @property
    def user_id(self) -> str:
        return self.id or _id("U", self.name)


class Channel(_Entry):
    """A channel, or with `direct` a conversation of people. `members` are names or ids, `app` is the app.

    `shared_with` is the id of another company's team, `org_teams` are other teams of the same organisation.
    """

    members: tuple[str, ...] = ()
    name: str = ""
    id: str = ""
    direct: bool = False
    is_private: bool = False
    is_archived: bool = False
    is_general: bool = False
    shared_with: str = ""
    org_teams: tuple[str, ...] = ()

    @property
    def channel_id(self) -> str:
        return self.id or _id("D" if self.direct else "C", self.name or "".join(self.members))


class UserGroup(_Entry):
    """A user group; `users` are names or ids."""

    handle: _Name
    id: str = ""
    name: str = ""
    users: tuple[str, ...] = ()

    @property
    def group_id(self) -> str:
        return self.id or _id("S", self.handle)


class Team(_Entry):
    """One workspace. Of several, each has the app from the start unless `installed` says no."""

    id: str = Field(pattern=r"^T[A-Z0-9]+$")
    name: str = ""
    domain: str = ""
    installed: bool = True
    people: tuple[Person, ...] = Field(min_length=1)
    channels: tuple[Channel, ...] = Field(min_length=1)
    usergroups: tuple[UserGroup, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Team:
        _once([person.user_id for person in self.people])
        _once([channel.channel_id for channel in self.channels])
        names = {person.name for person in self.people} | {person.user_id for person in self.people}
        if APP in names:
            raise ValueError(f"nobody can be called {APP}: that is the app")
        for channel in self.channels:
            if not channel.direct and not channel.name:
                raise ValueError("a channel has a name")
            _all_known(channel.members, names | {APP}, f"channel {channel.name or channel.channel_id}")
        for group in self.usergroups:
            _all_known(group.users, names, f"user group {group.handle}")
        return self

    def user_id(self, reference: str) -> str:
        """The id of a person by name or id."""
        return next((person.user_id for person in self.people if person.name == reference), reference)


class Enterprise(_Entry):
    """The organisation that all teams of the file belong to."""

    id: str = Field(pattern=r"^E[A-Z0-9]+$")
    name: str = ""


class Teams(_Entry):
    """All of the file: the app, and the workspaces; with `enterprise` they are those of one organisation."""

    app: App = App()
    enterprise: Enterprise | None = None
    teams: tuple[Team, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _apart(self) -> Teams:
        _once([team.id for team in self.teams])
        return self


def _all_known(named: tuple[str, ...], known: set[str], where: str) -> None:
    for name in named:
        if name not in known:
            raise ValueError(f"{where} names {name}, whom the team does not have")


def _once(ids: list[str]) -> None:
    for found in ids:
        if ids.count(found) > 1:
            raise ValueError(f"{found} is there twice")


def read_teams(path: Path) -> Teams:
    """Read a file of teams in YAML or JSON. Raises BadInput saying what is wrong in it, and where."""
    try:
        found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"The team file {path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"The team file {path} is neither YAML nor JSON.") from error
    try:
        return Teams.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        said = first["msg"].removeprefix("Value error, ")
        raise BadInput(f"The team file {path} cannot be used: {where}: {said}.") from None


@cache
def default_teams() -> Teams:
    """The team that there is when no file is named."""
    return read_teams(DEFAULT_TEAM)
