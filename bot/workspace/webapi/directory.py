"""auth.test, api.test, apps.connections.open, bots.info, users.*, usergroups.*: who is who."""

from __future__ import annotations

from bot.workspace.residents import CREATED
from bot.workspace.webapi.call import Call, page
from bot.workspace.wire import Json, SlackError


async def auth_test(call: Call) -> Json:
    """auth.test"""
    here, wide = call.workspace.here, call.org_wide
    return {
        "url": f"{call.workspace.url}/",
        "team": None if wide else here.name,
        "user": call.workspace.conversations.users[here.bot_user]["name"],
        "team_id": here.enterprise_id if wide else here.team_id,
        **({"enterprise_id": here.enterprise_id} if here.enterprise else {}),
        "user_id": here.bot_user,
        "bot_id": here.bot_id,
        "is_enterprise_install": wide,
    }


async def api_test(call: Call) -> Json:
    """api.test"""
    arguments = {name: value for name, value in call.arguments.items() if name != "token"}
    if call.has("error"):
        raise SlackError(call.text("error"), args=arguments)
    return {"args": arguments}


async def open_connection(call: Call) -> Json:
    """apps.connections.open"""
    if call.workspace.http is not None:
        raise SlackError("forbidden_request", ("Socket Mode is off: this workspace sends HTTP requests",))
    base = call.workspace.url.replace("http://", "ws://", 1)
    return {"url": f"{base}/link?ticket={call.workspace.socket_mode.ticket()}"}


async def bots_info(call: Call) -> Json:
    """bots.info"""
    here, name = call.workspace.here, call.workspace.conversations.app_name
    if call.has("bot") and call.text("bot") != here.bot_id:
        raise SlackError("bot_not_found")
    bot = {"id": here.bot_id, "deleted": False, "name": name, "updated": CREATED}
    return {"bot": {**bot, "app_id": here.app_id, "user_id": here.bot_user, "icons": {}}}


async def users_info(call: Call) -> Json:
    """users.info"""
    conversations = call.workspace.conversations
    return {"user": conversations.shown(conversations.user(call.required("user")))}


async def users_list(call: Call) -> Json:
    """users.list: the members of this team; people from elsewhere are not listed."""
    conversations, here = call.workspace.conversations, call.workspace.here.team_id
    users = [conversations.shown(user) for user in conversations.users.values() if user["team_id"] == here]
    members, metadata = page(users, call)
    return {"members": members, "cache_ts": int(call.workspace.clock.seconds()), "response_metadata": metadata}


async def by_email(call: Call) -> Json:
    """users.lookupByEmail"""
    conversations, wanted = call.workspace.conversations, call.required("email").lower()
    here = call.workspace.here.team_id
    for user in conversations.users.values():
        if user["profile"]["email"].lower() == wanted and user["team_id"] == here and not user["deleted"]:
            return {"user": conversations.shown(user)}
    raise SlackError("users_not_found")


async def team_info(call: Call) -> Json:
    """team.info"""
    here = call.workspace.here
    if call.has("team") and call.text("team") != here.team_id:
        raise SlackError("team_not_found")
    found = {"id": here.team_id, "name": here.name, "domain": here.domain, "email_domain": "", "icon": {}}
    if here.enterprise:
        found |= {"enterprise_id": here.enterprise.id, "enterprise_name": here.enterprise.name}
    return {"team": found}


async def groups_list(call: Call) -> Json:
    """usergroups.list"""
    parts = {"include_users": "users", "include_count": "user_count"}
    hidden = {part for asked, part in parts.items() if not call.flag(asked)}
    groups = [
        {key: value for key, value in group.items() if key not in hidden}
        for group in call.workspace.conversations.groups.values()
        if call.flag("include_disabled") or not group["date_delete"]
    ]
    return {"usergroups": groups}


async def group_users(call: Call) -> Json:
    """usergroups.users.list"""
    group = call.workspace.conversations.groups.get(call.required("usergroup"))
    if group is None or (group["date_delete"] and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group["users"])}
