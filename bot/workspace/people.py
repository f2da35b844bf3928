"""A small typed client over the admin API: `await riley.types("/command …", channel)`, in process or over HTTP."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import aiohttp

from bot.workspace.wire import CannotAct, Json

if TYPE_CHECKING:
    from bot.workspace.admin import Admin

_T = TypeVar("_T")


class Client(Protocol):
    """Acts by name, and waiting for changes."""

    async def perform(self, act: str, arguments: Json) -> Any: ...

    async def changed(self, since: int, wait: float) -> int: ...


class InProcess:
    """Acts on a workspace in this process."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def perform(self, act: str, arguments: Json) -> Any:
        return await self._admin.perform(act, arguments)

    async def changed(self, since: int, wait: float) -> int:
        return await self._admin.changed(since, wait)


class Remote:
    """Acts on a workspace elsewhere through its admin API; use as an async context manager."""

    def __init__(self, admin_url: str, admin_token: str) -> None:
        self._url = admin_url
        self._token = admin_token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Remote:
        self._session = aiohttp.ClientSession(headers={"X-Workspace-Admin": self._token})
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()

    async def perform(self, act: str, arguments: Json) -> Any:
        assert self._session is not None
        async with self._session.post(self._url + act, json=arguments) as response:
            return _result(await response.json())

    async def changed(self, since: int, wait: float) -> int:
        assert self._session is not None
        query = {"since": str(since), "wait": str(wait)}
        async with self._session.get(self._url + "changes", params=query) as response:
            return int(_result(await response.json())["revision"])


def _result(body: Json) -> Any:
    if not body["ok"]:
        raise CannotAct(body["sentence"], code=body["error"])
    return body["result"]


async def until(client: Client, look: Callable[[], Awaitable[_T | None]], seconds: float = 15.0) -> _T:
    """Wait until `look` gives something truthy, and return it; it is asked once for each change, never on a timer."""
    async with asyncio.timeout(seconds):
        revision = await client.changed(-1, 0)
        while not (found := await look()):
            revision = await client.changed(revision, seconds)
        return found


@dataclass(frozen=True)
class Person:
    """Someone of the workspace, and what they do and see. Messages and views are the JSON that the reads give."""

    client: Client
    user_id: str

    async def _do(self, act: str, **arguments: Any) -> Any:
        return await self.client.perform(act, {"user": self.user_id, **arguments})

    async def types(self, text: str, channel: str, thread_ts: str | None = None) -> Json:
        """Type a command or a message. A command gives `acknowledged`, `error`, `ack`; a message `channel`, `ts`."""
        result: Json = await self._do("types", text=text, channel=channel, thread_ts=thread_ts)
        return result

    async def clicks(self, message: Json, action_id: str, value: Any = None) -> Json:
        """Click or choose in a message."""
        place = {"channel": message["channel"], "ts": message["ts"]}
        result: Json = await self._do("clicks", **place, action_id=action_id, value=value)
        return result

    async def clicks_in(self, view: Json, action_id: str, value: Any = None) -> Json:
        """Click or choose in a modal or the Home tab."""
        result: Json = await self._do("clicks_in_view", view_id=view["id"], action_id=action_id, value=value)
        return result

    async def submits(self, view: Json, values: Json) -> Json:
        """Submit a modal; gives `acknowledged`, `errors`, `closed`, and the `view` now on top."""
        result: Json = await self._do("submits", view_id=view["id"], values=values)
        return result

    async def uploads(self, name: str, content: bytes) -> Json:
        """Upload a file for a `file_input`; its value is a list of such files, or of their ids."""
        encoded = base64.b64encode(content).decode()
        result: Json = await self._do("uploads", name=name, content=encoded)
        return result

    async def closes(self, view: Json) -> Json:
        result: Json = await self._do("closes", view_id=view["id"])
        return result

    async def uses_message_shortcut(self, message: Json, callback_id: str) -> Json:
        place = {"channel": message["channel"], "ts": message["ts"]}
        result: Json = await self._do("uses_message_shortcut", **place, callback_id=callback_id)
        return result

    async def uses_shortcut(self, callback_id: str) -> Json:
        result: Json = await self._do("uses_shortcut", callback_id=callback_id)
        return result

    async def opens_home(self) -> Json:
        result: Json = await self._do("opens_home")
        return result

    async def invites(self, channel: str, who: str) -> Json:
        result: Json = await self._do("invites", channel=channel, who=who)
        return result

    async def reads(self, channel: str) -> list[Json]:
        """The channel's messages outside of threads, oldest first."""
        result: list[Json] = await self._do("reads_channel", channel=channel)
        return result

    async def reads_thread(self, message: Json) -> list[Json]:
        """The thread of a message, the parent first."""
        result: list[Json] = await self._do("reads_thread", channel=message["channel"], ts=message["ts"])
        return result

    async def reads_private(self, channel: str | None = None) -> list[Json]:
        """What only this person was shown."""
        result: list[Json] = await self._do("reads_private", channel=channel)
        return result

    async def reads_modals(self) -> list[Json]:
        """The open modals, the top one last."""
        result: list[Json] = await self._do("reads_modals")
        return result

    async def reads_home(self) -> Json | None:
        result: Json | None = await self._do("reads_home")
        return result

    async def notifications(self, why: str | None = None) -> list[Json]:
        """What notified this person, oldest first; `why`: `mention`, `broadcast`, `thread`, `direct_message`."""
        found: list[Json] = await self._do("reads_notifications")
        return [notification for notification in found if why in (None, notification["why"])]

    async def until(self, look: Callable[[], Awaitable[_T | None]], seconds: float = 15.0) -> _T:
        """`until` with this person's client."""
        return await until(self.client, look, seconds)
