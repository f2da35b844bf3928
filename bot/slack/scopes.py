"""The app's scopes, and what each is for: what `policybot doctor` and the documents say."""

from __future__ import annotations

from collections.abc import Mapping

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "take a rule that mentions the bot",
    "channels:history": "find its own messages again after a crash",
    "channels:read": "see whether a channel is shared with another company",
    "chat:write": "post reviews and cards",
    "commands": "take /policy, shortcuts and forms",
    "groups:history": "find its own messages again in private channels",
    "groups:read": "see whether a private channel is shared",
    "im:history": "take what is written to the bot in private",
    "im:write": "tell a person in private what became of their proposal",
    "usergroups:read": "see who is in a group that may approve",
    "users:read": "see whether a person is a member, a guest or an outsider",
}
"""By scope, those of the manifest: the bot token has them. The app-level token has `connections:write`."""
