"""What lies over a person's window: a stack of at most three modals, and the app's Home tab."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from bot.workspace import forms
from bot.workspace.block_ids import with_ids
from bot.workspace.residents import Here
from bot.workspace.store import Part
from bot.workspace.wire import Json, SlackError, new_id

STACK = 3
_DEFAULTS: Json = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
    "close": None,
    "submit": None,
}


class Views:
    """Views as on the wire, by person: `stacks` from the bottom up, `homes` one each."""

    def __init__(self, store: Part, here: Here) -> None:
        self._here = here
        self._stacks = store.shelf("modals")
        self._homes = store.shelf("homes")

    def stack(self, user_id: str) -> list[Json]:
        """The modals that this person sees, the top one last."""
        kept: list[Json] = self._stacks.get(user_id, {"views": []})["views"]
        return list(kept)

    def home(self, user_id: str) -> Json | None:
        """The Home tab published for this person."""
        return self._homes.get(user_id)

    def _keep(self, user_id: str, views: list[Json]) -> None:
        self._stacks[user_id] = {"views": views}

    def knows(self, view_id: str) -> bool:
        """Whether somebody sees this view."""
        return bool(view_id) and any(
            view["id"] == view_id
            for view in (*(each for kept in self._stacks.values() for each in kept["views"]), *self._homes.values())
        )

    def find(self, view_id: str, external_id: str = "") -> tuple[str, Json]:
        """Whose view this is, and the view; `not_found`."""
        for user_id, kept in self._stacks.items():
            for view in kept["views"]:
                if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                    return user_id, view
        for user_id, home in self._homes.items():
            if home["id"] == view_id or (external_id and home["external_id"] == external_id):
                return user_id, home
        raise SlackError("not_found")

    def open(self, user_id: str, content: Mapping[str, Any]) -> Json:
        """Show a modal as the first of a fresh stack."""
        view = self._made(content)
        view["root_view_id"] = view["id"]
        self._keep(user_id, [view])
        return view

    def push(self, user_id: str, content: Mapping[str, Any]) -> Json:
        """Show a modal on top of the person's stack; `push_limit_reached` above three, `no_views` without any."""
        stack = self.stack(user_id)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK:
            raise SlackError("push_limit_reached")
        view = self._made(content)
        view |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        self._keep(user_id, [*stack, view])
        return view

    def update(self, user_id: str, old: Json, content: Mapping[str, Any], expected_hash: str | None = None) -> Json:
        """Replace a view's content, keeping its place, and what was typed into inputs that are still there."""
        if expected_hash and expected_hash != old["hash"]:
            raise SlackError("hash_conflict")
        made = self._made(content, keep=old["state"]["values"])
        same = ("id", "root_view_id", "previous_view_id")
        view = {**made, **{key: old[key] for key in same}, "external_id": made["external_id"] or old["external_id"]}
        if view["type"] != old["type"]:
            raise SlackError("invalid_arguments", ("view type cannot be changed [json-pointer:/view/type]",))
        self.replace(user_id, view)
        return view

    def replace(self, user_id: str, view: Json) -> None:
        """Put `view` where the view with its id is."""
        if view["type"] == "home":
            self._homes[user_id] = view
        else:
            self._keep(user_id, [view if kept["id"] == view["id"] else kept for kept in self.stack(user_id)])

    def publish(self, user_id: str, content: Mapping[str, Any], expected_hash: str | None = None) -> Json:
        """Publish the Home tab for a person; `hash_conflict` when another version has been published since."""
        old = self._homes.get(user_id)
        if old is None:
            view = self._made(content)
            view["root_view_id"] = view["id"]
            self._homes[user_id] = view
            return view
        return self.update(user_id, old, content, expected_hash)

    def typed(self, user_id: str, view: Json, values: Json) -> Json:
        """The view with these state values."""
        view = {**view, "state": {"values": values}}
        self.replace(user_id, view)
        return view

    def close(self, user_id: str, view_id: str) -> None:
        """Take away this modal and those above it."""
        stack = self.stack(user_id)
        ids = [view["id"] for view in stack]
        if view_id in ids:
            self._keep(user_id, stack[: ids.index(view_id)])

    def clear(self, user_id: str) -> None:
        """Take away all modals."""
        self._keep(user_id, [])

    def _made(self, content: Mapping[str, Any], keep: Mapping[str, Any] | None = None) -> Json:
        blocks = with_ids(content.get("blocks", []))
        view: Json = {**_DEFAULTS, **content, "blocks": blocks}
        view |= {
            "id": new_id("V"),
            "team_id": self._here.team_id,
            "app_id": self._here.app_id,
            "app_installed_team_id": self._here.team_id,
            "bot_id": self._here.bot_id,
            "hash": f"{secrets.randbelow(10**10):010d}.{secrets.token_hex(4)}",
            "root_view_id": None,
            "previous_view_id": None,
            "state": {"values": forms.initial_values(blocks, keep or {})},
        }
        return view
