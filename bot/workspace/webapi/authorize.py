"""Installing the app: `/oauth/v2/authorize`, where a person chooses a workspace and allows it, and the way back."""

from __future__ import annotations

import html
from collections.abc import Mapping
from string import Template
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.workspace.grants import where
from bot.workspace.slack import Slack
from bot.workspace.wire import CannotAct, Json

PATH = "/oauth/v2/authorize"
_LOCAL = ("127.0.0.1", "localhost")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = Template(
    """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Install $app</title>
<style>body { font: 16px/1.5 system-ui; max-width: 34rem; margin: 3rem auto; padding: 0 1rem }
select, button { font: inherit; padding: .3rem .6rem }</style></head>
<body><main><h1>Install $app</h1>
<p>$app asks for: <strong>$scopes</strong></p>
<form method="post" action="$path">$hidden
<p><label>Install in <select name="place">$places</select></label></p>
<p><label>as <select name="user">$people</select></label></p>
<p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Cancel</button></p>
</form></main></body></html>
"""
)


def routes(app: web.Application, slack: Slack) -> None:
    """Add the page of an installation."""

    async def ask(request: web.Request) -> web.StreamResponse:
        return _guarded(slack, request.query, lambda: _page(slack, request.query))

    async def decide(request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if request.headers.get("Origin") not in (None, "null", f"http://{request.host}"):
            return _sentence("Only the page that this server serves may send this.", 403)
        return _guarded(slack, form, lambda: _decided(slack, form))

    app.router.add_get(PATH, ask)
    app.router.add_post(PATH, decide)


def _guarded(slack: Slack, asked: Mapping[str, str], answer: object) -> web.StreamResponse:
    """An answer once the client, the scopes and the way back are in order; Slack shows the fault, and goes nowhere."""
    assert callable(answer)
    if asked.get("client_id") != slack.client_id:
        return _sentence("invalid_client_id: no app has this client id.", 400)
    if not _way_back(slack, asked.get("redirect_uri", "")):
        return _sentence("bad_redirect_uri: redirect_uri did not match any configured URIs.", 400)
    if not _scopes(asked):
        return _sentence("invalid_scope: no scopes requested.", 400)
    try:
        answered: web.StreamResponse = answer()
    except CannotAct as error:
        return _sentence(error.sentence, 400)
    return answered


def _way_back(slack: Slack, given: str) -> str:
    """Where an installation leads back to, empty when that is not allowed."""
    known = slack.config.redirect_urls
    if known is not None:
        return (given if any(given.startswith(url) for url in known) else "") if given else next(iter(known), "")
    parts = urlsplit(given)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    return given if secure and parts.hostname else ""


def _scopes(asked: Mapping[str, str]) -> list[str]:
    return sorted({part.strip() for part in asked.get("scope", "").replace(" ", ",").split(",") if part.strip()})


def _page(slack: Slack, asked: Mapping[str, str]) -> web.Response:
    kept = {name: asked[name] for name in ("client_id", "scope", "state", "redirect_uri") if name in asked}
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in kept.items()
    )
    people = {user["id"]: user["real_name"] for user in slack.first.conversations.users.values() if not user["is_bot"]}
    text = _PAGE.substitute(
        app=html.escape(slack.config.app_name),
        scopes=html.escape(", ".join(_scopes(asked))),
        path=PATH,
        hidden=hidden,
        places=_options(_places(slack), asked.get("team", "")),
        people=_options(people, ""),
    )
    return web.Response(text=text, content_type="text/html", headers=_HEADERS)


def _places(slack: Slack) -> dict[str, str]:
    """Where the app can be installed: each workspace, and where the app may be, the whole organisation."""
    places = {team_id: each.here.name for team_id, each in slack.workspaces.items()}
    org = slack.teams.enterprise
    return places | ({org.id: f"all of {org.name or org.id}"} if org and slack.config.org_deploy else {})


def _options(found: Mapping[str, str], chosen: str) -> str:
    return "".join(
        f'<option value="{html.escape(value)}"{" selected" if value == chosen else ""}>{html.escape(said)}</option>'
        for value, said in found.items()
    )


def _decided(slack: Slack, form: Mapping[str, str]) -> web.Response:
    back = _way_back(slack, form.get("redirect_uri", ""))
    state = {"state": form["state"]} if "state" in form else {}
    if form.get("decision") != "allow":
        return _redirect(back, {"error": "access_denied", **state})
    code = slack.grants.code(_where(slack, form), form.get("redirect_uri", ""))
    return _redirect(back, {"code": code, **state})


def _where(slack: Slack, form: Mapping[str, str]) -> Json:
    place, org = form.get("place", ""), slack.teams.enterprise
    if place not in _places(slack):
        raise CannotAct(f"The app cannot be installed in {place!r}.", code="team_not_found")
    user = form.get("user") or next(iter(slack.first.conversations.users))
    wide = org is not None and place == org.id
    return where("" if wide else place, org.id if org else "", _scopes(form), user)


def _redirect(back: str, answer: Mapping[str, str]) -> web.Response:
    joint = "&" if urlsplit(back).query else "?"
    return web.Response(status=302, headers={**_HEADERS, "Location": back + joint + urlencode(answer)})


def _sentence(said: str, status: int) -> web.Response:
    return web.Response(status=status, text=said, headers=_HEADERS)
