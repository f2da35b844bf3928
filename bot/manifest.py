"""The Slack app manifest: one file, for Socket Mode; the same app for HTTP at a URL."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.errors import BadInput

_CHECKOUT = Path(__file__).resolve().parent.parent / "manifest.yml"
_INSTALLED = Path(sysconfig.get_path("data")) / "share" / "policybot" / "manifest.yml"
MANIFEST = _CHECKOUT if _CHECKOUT.exists() else _INSTALLED


def socket_mode_manifest() -> dict[str, Any]:
    """The manifest as the project ships it."""
    return dict(yaml.safe_load(MANIFEST.read_text(encoding="utf-8")))


def http_manifest(url: str) -> dict[str, Any]:
    """The same app with Slack calling `URL/slack/events`. Raises BadInput when `url` is not an https URL."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        raise BadInput(f"{url!r} is not a URL that Slack can call: write https://HOST, as Slack sees the bot.")
    endpoint = url.rstrip("/") + "/slack/events"
    manifest = socket_mode_manifest()
    for command in manifest["features"]["slash_commands"]:
        command["url"] = endpoint
    manifest["settings"]["interactivity"]["request_url"] = endpoint
    manifest["settings"]["event_subscriptions"]["request_url"] = endpoint
    manifest["settings"]["socket_mode_enabled"] = False
    manifest["oauth_config"]["redirect_urls"] = [f"{url.rstrip('/')}/slack/oauth_redirect"]
    return manifest


def manifest_text(url: str | None = None) -> str:
    """The manifest as YAML, ready to paste into Slack's app settings."""
    manifest = http_manifest(url) if url else socket_mode_manifest()
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=120)
