"""Where the app is installed, as the database keeps it: tokens sealed, one row for a workspace or an organisation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Installed:
    """An installation. `team_id` is empty when the app is in the whole organisation `enterprise_id`.

    `bot_token` and `refresh_token` are sealed; `expires_at` is in seconds since the epoch, 0 for never. `version` rises
    with each new token.
    """

    team_id: str
    enterprise_id: str = ""
    team: str = ""
    app_id: str = ""
    bot_id: str = ""
    bot_user_id: str = ""
    scopes: tuple[str, ...] = ()
    installer_id: str = ""
    bot_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: float = 0.0
    version: int = 0

    @property
    def id(self) -> str:
        """The team's id, or the organisation's."""
        return self.team_id or self.enterprise_id


class Installations(Protocol):
    """Installations in the database. Every method raises StoreError."""

    async def install(self, found: Installed) -> None:
        """Keep an installation instead of the one that there was, and let what waits for it go on."""
        ...

    async def installation(self, team_id: str, enterprise_id: str = "") -> Installed | None:
        """That of a workspace, else that of its organisation: the one that is named, or that the workspace was in when
        something last came from it."""
        ...

    async def installations(self, after: str = "", most: int = 200) -> Sequence[Installed]:
        """Installations by their ids, those after `after`."""
        ...

    async def uninstall(self, team_id: str, enterprise_id: str) -> bool:
        """Forget the tokens of a workspace, or with an empty `team_id` of an organisation; whether there were any."""
        ...

    async def belongs(self, team_id: str, enterprise_id: str) -> bool:
        """Remember which organisation a workspace is in; whether that was not known."""
        ...

    async def workspaces(self, enterprise_id: str = "", after: str = "", most: int = 200) -> Sequence[str]:
        """Workspaces by their ids, those after `after`, of an organisation or all: each from which something came, or
        in which the app was installed."""
        ...

    async def take_refresh(self, found: Installed, seconds: float) -> bool:
        """Whether this process, of all replicas, is the one to renew this version of a token within some seconds."""
        ...

    async def reseal(
        self, found: Installed, bot_token: str, refresh_token: str, expires_at: float | None = None
    ) -> bool:
        """Keep other tokens, or the same under another key, with `expires_at` as a new version; False when it is not
        this version any more."""
        ...

    async def issue_state(self, digest: str, seconds: float) -> None:
        """Keep the digest of the state of an installation that begins."""
        ...

    async def take_state(self, digest: str) -> bool:
        """Whether a state was issued and is not too old; it is used up by that."""
        ...

    async def forget_workspace(self, team_id: str) -> dict[str, int]:
        """Delete all that is kept of a workspace except the audit log: how many rows of each table."""
        ...


async def each_workspace(store: Installations, enterprise_id: str = "") -> AsyncIterator[str]:
    """All of `Installations.workspaces`, however many there are. Raises StoreError."""
    after = ""
    while found := await store.workspaces(enterprise_id, after):
        for each in found:
            yield each
        after = found[-1]
