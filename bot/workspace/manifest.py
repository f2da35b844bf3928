"""An app's manifest, as far as a workspace needs it: what the app is called and what it offers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

import yaml

from bot.errors import BadInput
from bot.workspace.wire import Json


class Offers(TypedDict, total=False):
    """What a manifest says, by the names that WorkspaceConfig has for it."""

    commands: frozenset[str]
    hints: dict[str, dict[str, str]]
    shortcuts: tuple[dict[str, str], ...]
    events: frozenset[str]
    scopes: frozenset[str]
    app_name: str
    unescaped: frozenset[str]
    token_rotation: bool
    org_deploy: bool
    redirect_urls: tuple[str, ...]


def read_manifest(path: Path) -> Offers:
    """Read a manifest in YAML or JSON. Raises BadInput when it cannot be read, or is none."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"The manifest {path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"The manifest {path} is neither YAML nor JSON.") from error
    try:
        return _offers(found)
    except (AttributeError, KeyError, TypeError) as error:
        raise BadInput(f"{path} is no manifest of a Slack app: {error}.") from error


def _offers(found: Json) -> Offers:
    features: Json = found["features"]
    commands = features.get("slash_commands", [])
    bot = features.get("bot_user", {})
    settings: Json = found.get("settings", {})
    oauth: Json = found.get("oauth_config", {})
    scopes: Json = oauth.get("scopes", {})
    offers = Offers(
        commands=frozenset(command["command"] for command in commands),
        hints={command["command"]: _texts(command, "description", "usage_hint") for command in commands},
        shortcuts=tuple(
            _texts(shortcut, "name", "type", "callback_id", "description") for shortcut in features.get("shortcuts", [])
        ),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        scopes=frozenset([*scopes.get("bot", []), *scopes.get("bot_optional", []), "connections:write"]),
        app_name=str(bot.get("display_name") or found["display_information"]["name"]),
        unescaped=frozenset(command["command"] for command in commands if not command.get("should_escape")),
        token_rotation=bool(settings.get("token_rotation_enabled")),
        org_deploy=bool(settings.get("org_deploy_enabled")),
    )
    if "redirect_urls" in oauth:
        offers["redirect_urls"] = tuple(str(url) for url in oauth["redirect_urls"])
    return offers


def _texts(entry: dict[str, Any], *names: str) -> dict[str, str]:
    return {name: str(entry[name]) for name in names if name in entry}
