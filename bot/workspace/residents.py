"""People, channels and user groups as Slack's API shows them, made from a team of the file."""

from __future__ import annotations

from dataclasses import dataclass

from bot.workspace.teams import APP, Channel, Enterprise, Person, Team
from bot.workspace.wire import Json

CREATED = 1767225600
_NAMES = ("real_name", "display_name", "real_name_normalized", "display_name_normalized")


@dataclass(frozen=True)
class Here:
    """Who and where: the ids that payloads of one workspace carry. `bot_user` and `bot_id` are the app's there."""

    team_id: str
    name: str
    domain: str
    app_id: str
    bot_id: str
    bot_user: str
    enterprise: Enterprise | None = None

    @property
    def enterprise_id(self) -> str | None:
        return self.enterprise.id if self.enterprise else None


def _user(here: Here, user_id: str, name: str, real_name: str, email: str, team_id: str, facts: Json) -> Json:
    found: Json = {
        "id": user_id,
        "team_id": team_id,
        "name": name,
        "deleted": False,
        "real_name": real_name,
        "tz": "Etc/UTC",
        "tz_label": "Coordinated Universal Time",
        "tz_offset": 0,
        "profile": {
            "real_name": real_name,
            "display_name": name,
            "title": "",
            "real_name_normalized": real_name,
            "display_name_normalized": name,
            "email": email,
            "team": team_id,
        },
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "is_email_confirmed": True,
        "updated": CREATED,
        **facts,
    }
    return found


def person(here: Here, entry: Person, org_teams: tuple[str, ...] = ()) -> Json:
    """A person; `org_teams` are the teams of the organisation, for one that belongs to it."""
    team_id = entry.team_id or here.team_id
    facts: Json = entry.model_dump(include={"tz", "is_admin", "is_owner", "is_restricted", "is_ultra_restricted"})
    facts["deleted"] = entry.deleted
    email = entry.email or f"{entry.name}@example.com"
    found = _user(here, entry.user_id, entry.name, entry.real_name or entry.name.title(), email, team_id, facts)
    found["profile"]["title"] = entry.title
    if here.enterprise and team_id in org_teams:
        found["enterprise_user"] = {
            "id": entry.user_id,
            "enterprise_id": here.enterprise.id,
            "enterprise_name": here.enterprise.name,
            "is_admin": False,
            "is_owner": False,
            "teams": [team_id],
        }
    return found


def bot(here: Here, name: str) -> Json:
    """The app's user, under the name that its app has."""
    found = _user(here, here.bot_user, "", name, "", here.team_id, {"is_bot": True})
    found["profile"] |= {"bot_id": here.bot_id, "api_app_id": here.app_id}
    return named_app(found, name)


def named_app(found: Json, name: str) -> Json:
    """The app's user under another name."""
    handle = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    profile = {key: name if key.startswith("real_name") else handle for key in _NAMES}
    return {**found, "name": handle, "real_name": name, "profile": {**found["profile"], **profile}}


def not_shared(here: Here) -> Json:
    """What Slack says of a channel of one team's own."""
    return {
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [here.team_id],
        "internal_team_ids": [],
        "connected_team_ids": [],
    }


def shared_with(here: Here, team_id: str, *, pending: bool = False) -> Json:
    """What Slack says of a channel that is shared with another company's team, or to which that team is invited."""
    if pending:
        return {
            "is_pending_ext_shared": True,
            "pending_shared": [team_id],
            "pending_connected_team_ids": [team_id],
        }
    return {
        "is_shared": True,
        "is_ext_shared": True,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [here.team_id, team_id],
        "connected_team_ids": [team_id],
    }


def channel(here: Here, channel_id: str, name: str, members: list[str], creator: str, **facts: object) -> Json:
    """A channel that belongs to this team alone, unless `facts` say otherwise."""
    return {
        "id": channel_id,
        "name": name,
        "name_normalized": name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": False,
        "is_archived": False,
        "is_general": False,
        **not_shared(here),
        "conversation_host_id": here.team_id,
        "created": CREATED,
        "creator": creator,
        "context_team_id": here.team_id,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "members": members,
        **facts,
    }


def direct_message(here: Here, channel_id: str, members: list[str]) -> Json:
    """A direct message of two, or of more people."""
    facts: Json = {"is_channel": False, "is_im": True, "is_private": True, "user": members[0]}
    name = "directmessage"
    if len(members) > 2:
        facts |= {"is_im": False, "is_mpim": True}
        name = "mpdm-" + "--".join(sorted(members))
    return channel(here, channel_id, name, members, members[0], **facts)


def user_group(here: Here, group_id: str, handle: str, name: str, users: list[str], by: str) -> Json:
    """A user group with these people in it."""
    return {
        "id": group_id,
        "team_id": here.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": name or handle,
        "description": "",
        "handle": handle,
        "is_external": False,
        "date_create": CREATED,
        "date_update": CREATED,
        "date_delete": 0,
        "auto_type": None,
        "created_by": by,
        "updated_by": by,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "users": users,
        "user_count": len(users),
    }


def _channel_of(here: Here, team: Team, entry: Channel) -> Json:
    members = [here.bot_user if name == APP else team.user_id(name) for name in entry.members]
    if entry.direct:
        return direct_message(here, entry.channel_id, members)
    facts: Json = entry.model_dump(include={"is_private", "is_archived", "is_general"})
    if entry.shared_with:
        facts |= shared_with(here, entry.shared_with)
    if entry.org_teams:
        inside = [here.team_id, *entry.org_teams]
        facts |= {"is_shared": True, "is_org_shared": True, "shared_team_ids": inside, "internal_team_ids": inside}
    return channel(here, entry.channel_id, entry.name, members, _creator(team), **facts)


def _creator(team: Team) -> str:
    return next((each for each in team.people if each.is_admin), team.people[0]).user_id


def residents(here: Here, team: Team, org_teams: tuple[str, ...]) -> tuple[list[Json], list[Json], list[Json]]:
    """The team's people, channels and user groups, without the app's user."""
    by = _creator(team)
    groups = [
        user_group(here, each.group_id, each.handle, each.name, [team.user_id(name) for name in each.users], by)
        for each in team.usergroups
    ]
    people = [person(here, each, org_teams) for each in team.people]
    return people, [_channel_of(here, team, each) for each in team.channels], groups
