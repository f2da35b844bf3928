"""The team that an embedded workspace ships with: its ids, its people, its channels, its user group."""

from __future__ import annotations

from bot.workspace.store import Shelf
from bot.workspace.wire import Json

TEAM_ID = "T0EMBEDDED"
TEAM_DOMAIN = "embedded"
TEAM_NAME = "Embedded workspace"
OTHER_TEAM_ID = "T0OUTSIDE"

APP_ID = "A0POLICYBOT"
BOT_ID = "B0POLICYBOT"
BOT_USER = "U0POLICYBOT"
BOT_NAME = "policybot"

REQUESTER = "U0RILEYREQ"
APPROVER_AVERY = "U0AVERYAPP"
APPROVER_BLAIR = "U0BLAIRAPP"
MEMBER = "U0MORGANMEM"
GUEST = "U0GALEGUEST"
OUTSIDER = "W0ORLAOUT"

APPROVERS_GROUP = "S0APPROVERS"
APPROVERS_HANDLE = "policy-approvers"

AGENT_RULES = "C0AGENTRULES"
WITHOUT_BOT = "C0WITHOUTBOT"
PRIVATE = "C0PRIVATE"
SHARED = "C0SHARED"
ARCHIVED = "C0ARCHIVED"
DIRECT_HUMANS = "D0RILEYAVERY"

EVERYONE = (REQUESTER, APPROVER_AVERY, APPROVER_BLAIR, MEMBER, GUEST, OUTSIDER)


def _person(user_id: str, name: str, real_name: str, **facts: object) -> Json:
    return {
        "id": user_id,
        "team_id": TEAM_ID,
        "name": name,
        "deleted": False,
        "real_name": real_name,
        "tz": "Etc/UTC",
        "tz_label": "Coordinated Universal Time",
        "tz_offset": 0,
        "profile": {
            "real_name": real_name,
            "display_name": name,
            "real_name_normalized": real_name,
            "display_name_normalized": name,
            "email": f"{name}@example.com",
            "team": facts.get("team_id", TEAM_ID),
        },
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "is_email_confirmed": True,
        "updated": 1767225600,
        **facts,
    }


def _people() -> list[Json]:
    bot = _person(BOT_USER, BOT_NAME, "Policybot", is_bot=True)
    bot["profile"] = {**bot["profile"], "bot_id": BOT_ID, "api_app_id": APP_ID}
    return [
        _person(REQUESTER, "riley", "Riley Reyes"),
        _person(APPROVER_AVERY, "avery", "Avery Adams"),
        _person(APPROVER_BLAIR, "blair", "Blair Brandt", is_admin=True),
        _person(MEMBER, "morgan", "Morgan Meyer"),
        _person(GUEST, "gale", "Gale Guest", is_restricted=True),
        _person(OUTSIDER, "orla", "Orla Outside", team_id=OTHER_TEAM_ID),
        bot,
    ]


def _channel(channel_id: str, name: str, members: tuple[str, ...], **facts: object) -> Json:
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
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [TEAM_ID],
        "internal_team_ids": [],
        "connected_team_ids": [],
        "conversation_host_id": TEAM_ID,
        "created": 1767225600,
        "creator": APPROVER_BLAIR,
        "context_team_id": TEAM_ID,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "members": list(members),
        **facts,
    }


def shared_with(team_id: str, *, pending: bool = False) -> Json:
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
        "shared_team_ids": [TEAM_ID, team_id],
        "connected_team_ids": [team_id],
    }


def direct_message(channel_id: str, members: tuple[str, ...]) -> Json:
    """A direct message of two people, or of a person and the bot."""
    facts = {"is_channel": False, "is_im": True, "is_private": True, "user": members[0]}
    return _channel(channel_id, "directmessage", members, **facts)


def _channels() -> list[Json]:
    staff = (REQUESTER, APPROVER_AVERY, APPROVER_BLAIR, MEMBER)
    return [
        _channel(AGENT_RULES, "agent-rules", (*staff, GUEST, BOT_USER), is_general=True),
        _channel(WITHOUT_BOT, "water-cooler", staff),
        _channel(PRIVATE, "incident-room", (REQUESTER, APPROVER_AVERY), is_private=True),
        _channel(SHARED, "partners", (*staff, OUTSIDER, BOT_USER), **shared_with(OTHER_TEAM_ID)),
        _channel(ARCHIVED, "old-rules", (*staff, BOT_USER), is_archived=True),
        direct_message(DIRECT_HUMANS, (REQUESTER, APPROVER_AVERY)),
    ]


def user_group(group_id: str, handle: str, name: str, users: list[str]) -> Json:
    """A user group with these people in it."""
    return {
        "id": group_id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "is_subteam": True,
        "name": name,
        "description": "",
        "handle": handle,
        "is_external": False,
        "date_create": 1767225600,
        "date_update": 1767225600,
        "date_delete": 0,
        "auto_type": None,
        "created_by": APPROVER_BLAIR,
        "updated_by": APPROVER_BLAIR,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "users": users,
        "user_count": len(users),
    }


def _groups() -> list[Json]:
    return [user_group(APPROVERS_GROUP, APPROVERS_HANDLE, "Policy approvers", [APPROVER_AVERY, APPROVER_BLAIR])]


def settle(users: Shelf, channels: Shelf, groups: Shelf) -> None:
    """Move the team into an empty workspace; one that is already lived in keeps its people as they are."""
    for shelf, residents in ((users, _people()), (channels, _channels()), (groups, _groups())):
        if not shelf:
            for resident in residents:
                shelf[resident["id"]] = resident
