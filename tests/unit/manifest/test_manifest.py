"""The manifest fits Slack's schema, for both transports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.errors import BadInput
from bot.manifest import http_manifest, manifest_text, socket_mode_manifest

# The sections that we use of Slack's published schema 2.0.0, stricter where it says nothing.
SCHEMA = json.loads((Path(__file__).parent / "manifest_schema.json").read_text())


@pytest.mark.parametrize("manifest", [socket_mode_manifest(), http_manifest("https://bot.example.com")])
def test_manifest_fits_the_schema_of_slack(manifest: dict[str, Any]) -> None:
    jsonschema.validate(manifest, SCHEMA)


def test_a_wrong_key_does_not_fit() -> None:
    """The schema in this test is able to say no."""
    manifest = socket_mode_manifest()
    manifest["settings"]["socket_mode"] = True
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(manifest, SCHEMA)


def test_socket_mode_names_no_url_and_http_names_one_for_each_door() -> None:
    assert "url" not in json.dumps(socket_mode_manifest()["features"])
    manifest = http_manifest("https://bot.example.com/")
    assert manifest["features"]["slash_commands"][0]["url"] == "https://bot.example.com/slack/events"
    assert manifest["settings"]["interactivity"]["request_url"] == "https://bot.example.com/slack/events"
    assert manifest["settings"]["event_subscriptions"]["request_url"] == "https://bot.example.com/slack/events"
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert manifest["oauth_config"]["redirect_urls"] == ["https://bot.example.com/slack/oauth_redirect"]


def test_names_in_commands_arrive_escaped() -> None:
    """A rule may name people and channels: they come as ids, which the bot turns into plain words."""
    assert socket_mode_manifest()["features"]["slash_commands"][0]["should_escape"] is True


@pytest.mark.parametrize("url", ["http://bot.example.com", "bot.example.com", "https://", "https://x.example/?a=1"])
def test_a_url_that_slack_cannot_call_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="https://HOST"):
        http_manifest(url)


def test_the_text_is_the_manifest() -> None:
    assert yaml.safe_load(manifest_text()) == socket_mode_manifest()
