"""Files, the app's and people's: what is kept of one, how payloads show it, and how a person gives one to a form."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.workspace import forms
from bot.workspace.block_ids import with_ids
from bot.workspace.wire import CannotAct, Json, SlackError, new_id

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace

SCOPE = "files:read"
"""What an app needs to ask people for files and to read them."""
MOST_BYTES = 10_000_000
"""What a `file_input` takes."""
LONGEST_NAME = 255
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
"""What a name has not in an address."""


class Uploading:
    """What people do with files, by user id."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def uploads(self, user: str, name: str, content: str) -> Json:
        """Upload a file, its `content` in base64. A `file_input` takes a list of such files, or of their ids."""
        self._workspace.conversations.person(user)
        if not 0 < len(name) <= LONGEST_NAME:
            raise CannotAct(f"A file has a name of at most {LONGEST_NAME} characters.", code="bad_arguments")
        try:
            size = len(base64.b64decode(content, validate=True))
        except ValueError:
            raise CannotAct("The content of a file is base64.", code="bad_arguments") from None
        check_size(size)
        record = {**fresh(self._workspace, user, name, size), "content": content, "complete": True}
        self._workspace.files[record["id"]] = record
        return wire(self._workspace, record)


def check_size(size: int) -> None:
    """Raise CannotAct for a file that a `file_input` does not take."""
    if size > MOST_BYTES:
        raise CannotAct(f"A file in a form has at most {MOST_BYTES // 1_000_000} MB.", code="file_too_large")


def fresh(workspace: Workspace, user: str, name: str, size: int) -> Json:
    """The record of a new file, which has no content yet."""
    return {
        "id": new_id("F"),
        "name": name,
        "title": name,
        "size": size,
        "user": user,
        "created": int(workspace.clock.seconds()),
        "content": None,
        "complete": False,
    }


def wire(workspace: Workspace, record: Json) -> Json:
    """A file as the Web API and payloads show it. Its `filetype` is its extension."""
    link = f"{workspace.url}/files/{record['id']}/{_UNSAFE.sub('_', record['name']).lower()}"
    # Files of older stores are all the app's, and do not say so, nor when they came.
    user, created = record.get("user", workspace.here.bot_user), record.get("created", 0)
    _, dot, extension = record["name"].rpartition(".")
    return {
        **{key: record[key] for key in ("id", "name", "title", "size")},
        "created": created,
        "timestamp": created,
        "mimetype": mimetypes.guess_type(record["name"])[0] or "application/octet-stream",
        "filetype": extension.lower() if dot else "binary",
        "user": user,
        "user_team": workspace.conversations.users[user]["team_id"],
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": link,
        "url_private_download": link,
        "permalink": link,
    }


def of_person(workspace: Workspace, user: str) -> dict[str, Json]:
    """The files that somebody can put into a form, by id: those that they have uploaded."""
    own = [record for record in workspace.files.values() if record["complete"] and record.get("user") == user]
    return {record["id"]: wire(workspace, record) for record in own}


def readable(grant: Mapping[str, Any]) -> bool:
    """Whether the app may read files with this grant."""
    return grant["scopes"] is None or SCOPE in grant["scopes"]


def check_asked_for(workspace: Workspace, view: Json) -> None:
    """Raise `missing_scope` for a view that asks for files when the app may not read any."""
    grant = workspace.grant
    if grant is None or readable(grant):
        return
    if any(element["type"] == "file_input" for _, element in forms.elements(with_ids(view["blocks"]))):
        raise SlackError("missing_scope", needed=SCOPE, provided=",".join(sorted(grant["scopes"])))
