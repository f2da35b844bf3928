"""oauth.v2.access, auth.revoke, auth.teams.list, apps.uninstall: how an app gets its tokens and gives them back."""

from __future__ import annotations

import base64
import binascii
import secrets

from bot.workspace.webapi.call import Call, page
from bot.workspace.wire import Json, SlackError


async def access(call: Call) -> Json:
    """oauth.v2.access: a code or a refresh token for tokens"""
    _check_client(call)
    slack = call.workspace.slack
    if call.text("grant_type") == "refresh_token":
        grant = slack.grants.refresh(call.required("refresh_token"))
    elif call.text("grant_type") not in ("", "authorization_code"):
        raise SlackError("invalid_grant_type")
    else:
        grant = slack.installs(slack.grants.redeem(call.required("code"), call.text("redirect_uri")))
    return _given(call, grant)


def _given(call: Call, grant: Json) -> Json:
    slack = call.workspace.slack
    here, org = slack.reached(grant, {}).here, slack.teams.enterprise
    rotating = {}
    if grant["refresh"]:
        rotating = {"refresh_token": grant["refresh"], "expires_in": round(grant["expires"] - slack.clock.seconds())}
    return {
        "app_id": here.app_id,
        "authed_user": {"id": grant["user"]},
        "scope": ",".join(grant["scopes"] or ()),
        "token_type": "bot",
        "access_token": grant["token"],
        "bot_user_id": here.bot_user,
        "team": {"id": here.team_id, "name": here.name} if grant["team"] else None,
        "enterprise": {"id": org.id, "name": org.name} if org else None,
        "is_enterprise_install": not grant["team"],
        **rotating,
    }


def _check_client(call: Call) -> None:
    """`invalid_client_id` or `bad_client_secret`, from the Basic header or from the arguments."""
    client_id, secret = call.text("client_id"), call.text("client_secret")
    scheme, _, encoded = call.authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise SlackError("invalid_client_id") from None
    slack = call.workspace.slack
    if client_id != slack.client_id:
        raise SlackError("invalid_client_id")
    if not secrets.compare_digest(secret.encode(), slack.client_secret.encode()):
        raise SlackError("bad_client_secret")


async def revoke(call: Call) -> Json:
    """auth.revoke"""
    if not call.flag("test"):
        call.workspace.slack.revokes(dict(call.grant))
    return {"revoked": not call.flag("test")}


async def uninstall(call: Call) -> Json:
    """apps.uninstall"""
    _check_client(call)
    call.workspace.slack.uninstalls(dict(call.grant))
    return {}


async def teams_list(call: Call) -> Json:
    """auth.teams.list: the workspaces that the token reaches"""
    found = [
        {"id": each.here.team_id, "name": each.here.name}
        for each in call.workspace.slack.workspaces.values()
        if (each.here.enterprise_id == call.grant["enterprise"] if call.org_wide else each is call.workspace)
    ]
    teams, metadata = page(found, call)
    return {"teams": teams, "response_metadata": metadata}
