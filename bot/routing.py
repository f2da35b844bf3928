"""The routing file: which engine and gateway the rules of which channels go to, and the team's own words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.errors import SettingsError
from bot.settings import Settings

EVERY = "*"
"""Any workspace that installs the bot."""
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]+")


class Route(BaseModel):
    """Which engine and gateway the rules of some channels go to; no channels means every other channel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy_engine_id: str
    gateway_arn: str
    workspace: str = Field(default="", pattern=r"^(T[A-Z0-9]+|\*)?$")
    """The workspace (T…) that it is for, or * for any that installs the bot. Empty only where there is one."""
    channels: tuple[str, ...] = ()
    governance: Path | None = None
    """Who may do what on this route, instead of POLICYBOT_GOVERNANCE. Read from beside the routing file."""
    mentions: Literal["call", "none"] = "call"
    """Whether whoever can decide is mentioned in the thread, and at the end the requester."""
    must_never: Path | None = None
    """Cedar policies: what they match, no change may ever allow. Read from beside the routing file."""
    must_allow: Path | None = None
    """Cedar policies: what they match, every change has to keep allowing."""
    calls: Path | None = None
    """Recorded calls of the gateway, JSON lines: each card says which of them would be decided otherwise."""

    @field_validator("channels", mode="before")
    @classmethod
    def _ids(cls, channels: object) -> object:
        if not isinstance(channels, list | tuple):
            raise ValueError("write a list of channel ids, such as [C0123456789]")  # noqa: TRY004 (pydantic's own)
        for each in channels:
            if not _CHANNEL_ID.fullmatch(str(each)):
                raise ValueError(
                    f"{each!r} is no channel's id and would never match one: write the id (C…), which stands at the "
                    "end of the channel's details in Slack"
                )
        return channels


class Routing(BaseModel):
    """The routing file: `routes`, and `glossary` with the team's own words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    routes: tuple[Route, ...] = ()
    glossary: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _each_once(self) -> Routing:
        seen: dict[str, int] = {}
        for number, route in enumerate(self.routes, 1):
            for channel in route.channels or (f"/{route.workspace}",):
                if channel in seen:
                    what = "every other channel" if channel.startswith("/") else f"the channel {channel}"
                    raise ValueError(
                        f"routes {seen[channel]} and {number} are both for {what}: the second is never used"
                    )
                seen[channel] = number
        return self

    def route(self, channel: str, workspace: str = "") -> Route | None:
        """The first route of the workspace that names the channel, else the first that names none; of those, routes
        that name the workspace go before those that name none."""
        routes = [route for route in self.of(workspace) if channel in route.channels or not route.channels]
        return min(routes, key=lambda route: (not route.channels, route.workspace != workspace), default=None)

    def of(self, workspace: str) -> tuple[Route, ...]:
        """The routes that a workspace has."""
        return tuple(route for route in self.routes if route.workspace in ("", EVERY, workspace))


def read_routing(settings: Settings) -> Routing:
    """The routing file, or the one route that the environment names. Raises SettingsError for a file it cannot use."""
    if settings.config is not None:
        return _routing_file(settings.config)
    if settings.policy_engine_id and settings.gateway_arn:
        only = Route(policy_engine_id=settings.policy_engine_id, gateway_arn=settings.gateway_arn, calls=settings.calls)
        return Routing(routes=(only,))
    return Routing()


def _routing_file(path: Path) -> Routing:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise SettingsError(f"POLICYBOT_CONFIG: {path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"POLICYBOT_CONFIG: {path} is not YAML: {_first_trouble(error)}.") from error
    try:
        return Routing.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        said = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"POLICYBOT_CONFIG: {path}: {where}: {said}.") from None


def _first_trouble(error: yaml.YAMLError | UnicodeDecodeError) -> str:
    """What is wrong and in which line, without the excerpt of the file that YAML's own message shows."""
    mark = getattr(error, "problem_mark", None)
    said = str(getattr(error, "problem", None) or error).splitlines()[0].rstrip(".:")
    return f"line {mark.line + 1}, column {mark.column + 1}: {said}" if mark else said
