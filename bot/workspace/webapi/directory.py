"""auth.test, api.test, apps.connections.open, bots.info, users.*, usergroups.*: who is who."""

from __future__ import annotations

from bot.workspace import team
from bot.workspace.webapi.call import Call, page
from bot.workspace.wire import Json, SlackError


async def auth_test(call: Call) -> Json:
    """auth.test"""
    return {
        "url": f"{call.workspace.url}/",
        "team": team.TEAM_NAME,
        "user": team.BOT_NAME,
        "team_id": team.TEAM_ID,
        "user_id": team.BOT_USER,
        "bot_id": team.BOT_ID,
        "is_enterprise_install": False,
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
    if call.has("bot") and call.text("bot") != team.BOT_ID:
        raise SlackError("bot_not_found")
    bot = {"id": team.BOT_ID, "deleted": False, "name": team.BOT_NAME, "updated": 1767225600}
    return {"bot": {**bot, "app_id": team.APP_ID, "user_id": team.BOT_USER, "icons": {}}}


async def users_info(call: Call) -> Json:
    """users.info"""
    conversations = call.workspace.conversations
    return {"user": conversations.shown(conversations.user(call.required("user")))}


async def users_list(call: Call) -> Json:
    """users.list: the members of this team; people from elsewhere are not listed."""
    conversations = call.workspace.conversations
    users = [conversations.shown(user) for user in conversations.users.values() if user["team_id"] == team.TEAM_ID]
    members, metadata = page(users, call)
    return {"members": members, "cache_ts": int(call.workspace.clock.now()), "response_metadata": metadata}


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
