"""One call of the Web API: its arguments from whatever encoding, read with Slack's errors when they cannot be used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.workspace.wire import Json, SlackError

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace


@dataclass(frozen=True)
class Call:
    """`arguments` are as sent; forms and queries carry JSON and numbers as strings, so ask by kind."""

    workspace: Workspace
    method: str
    arguments: Mapping[str, Any]
    grant: Mapping[str, Any] = field(default_factory=dict)
    authorization: str = field(default="", repr=False)

    @property
    def org_wide(self) -> bool:
        """Whether the token is one of the whole organisation."""
        return bool(self.grant) and not self.grant["team"]

    def granted(self, *scopes: str, unless_all: bool = False) -> bool:
        """Whether the token has one of these scopes; with `unless_all` one that has everything has none of them."""
        own = self.grant.get("scopes")
        return not unless_all if own is None else bool(set(own).intersection(scopes))

    def needs(self, *scopes: str) -> None:
        """`missing_scope` for a token that has none of these."""
        if scopes and not self.granted(*scopes):
            provided = ",".join(sorted(self.grant["scopes"]))
            raise SlackError("missing_scope", needed=",".join(scopes), provided=provided)

    def has(self, name: str) -> bool:
        """Whether the argument was given at all."""
        return self.arguments.get(name) is not None

    def text(self, name: str) -> str:
        """A text, empty when it was not given."""
        value = self.arguments.get(name)
        if value is None:
            return ""
        if isinstance(value, (dict, list)):
            raise SlackError("invalid_arguments", (f"must provide a string [json-pointer:/{name}]",))
        return str(value)

    def required(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", (f"missing required field: {name}",))
        return value

    def flag(self, name: str) -> bool:
        """A truth value, false when it was not given."""
        return str(self.arguments.get(name)).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        """A number from 1 to `most`."""
        if not self.has(name):
            return default
        try:
            value = int(self.text(name))
        except ValueError:
            raise SlackError("invalid_arguments", (f"must provide a number [json-pointer:/{name}]",)) from None
        if not 1 <= value <= most:
            raise SlackError("invalid_limit")
        return value

    def json(self, name: str, kind: type, error: str = "invalid_arguments") -> Any:
        """A JSON value of this kind, None when it was not given; `error` when it is something else."""
        value = self.arguments.get(name)
        if isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:
                raise SlackError(error, (f"must be valid JSON [json-pointer:/{name}]",)) from None
        if value in (None, ""):
            return None
        if not isinstance(value, kind):
            raise SlackError(
                error, (f"must provide an {'array' if kind is list else 'object'} [json-pointer:/{name}]",)
            )
        return value

    def ids(self, name: str) -> tuple[str, ...]:
        """Ids with commas between, or a JSON list."""
        value = self.arguments.get(name)
        parts = value if isinstance(value, list) else self.text(name).split(",")
        return tuple(str(part).strip() for part in parts if str(part).strip())


async def read_arguments(request: web.Request) -> Json:
    """Query, form and JSON arguments together; later ones win. A body that is not JSON is `invalid_json`."""
    try:
        return await _decoded(request)
    except UnicodeDecodeError:
        raise SlackError("invalid_charset") from None


async def _decoded(request: web.Request) -> Json:
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        if text.strip():
            try:
                body = json.loads(text)
            except ValueError:
                raise SlackError("invalid_json") from None
            if not isinstance(body, dict):
                raise SlackError("json_not_object")
            arguments |= body
    elif request.method == "POST":
        arguments |= dict(await request.post())
    return arguments


def page(records: list[Json], call: Call, default: int = 100) -> tuple[list[Json], Json]:
    """One page of `records` by `limit` and `cursor`, and the `response_metadata` with the next cursor."""
    limit = call.number("limit", default, 1000)
    cursor = call.text("cursor")
    try:
        start = int(bytes.fromhex(cursor).decode()) if cursor else 0
    except ValueError:
        raise SlackError("invalid_cursor") from None
    following = start + limit
    more = following < len(records)
    next_cursor = str(following).encode().hex() if more else ""
    return records[start:following], {"next_cursor": next_cursor}
