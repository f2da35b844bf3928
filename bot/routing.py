"""The routing file: which engine and gateway the rules of which channels go to, and the team's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.errors import SettingsError
from bot.settings import Settings

EVERY = "*"
"""Any workspace that installs the bot."""
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]+")


DEFAULT = "default"
"""What takes a channel back to the gateway that the file has for it, and so the name of none."""
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,58}[A-Za-z0-9])?")


class Route(BaseModel):
    """An engine and a gateway. Of `routes`: where the rules of these channels go, of every other channel where it names
    none. Of `targets`: where these channels, or any, may send theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy_engine_id: str
    gateway_arn: str
    name: str = ""
    """What people type after `/policy use`; the gateway's id is understood as well."""
    aws_profile: str = ""
    """The profile of the AWS configuration to use for it, instead of AWS_PROFILE: that of its account."""
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
    glossary: Path | None = None
    """The words of the team that uses this route (YAML), instead of the file's own `glossary`."""
    calls: Path | None = None
    """Recorded calls of the gateway, JSON lines: each card says which of them would be decided otherwise."""

    @property
    def place(self) -> tuple[str, str]:
        """The engine's id and the gateway's ARN, which make it what it is."""
        return self.policy_engine_id, self.gateway_arn

    def says(self) -> Iterable[tuple[str, tuple[str, ...], Path | str]]:
        """What holds wherever its engine or gateway is meant: the setting, of what, and its value."""
        yield from (("aws_profile", (each,), self.aws_profile) for each in self.place)
        if self.governance:
            yield "governance", (self.workspace, *self.place), self.governance
        if self.glossary:
            yield "glossary", (self.workspace, *sorted(self.channels), *self.place), self.glossary
        for name in ("must_never", "must_allow", "calls"):
            if value := getattr(self, name):
                yield name, (self.gateway_arn,), value

    @field_validator("name")
    @classmethod
    def _typable(cls, name: str) -> str:
        if name and (not _NAME.fullmatch(name) or name.casefold() == DEFAULT):
            raise ValueError(
                f"{name!r} is no name for a gateway: write up to 60 letters, digits, -, _ and ., such as support, and "
                f"not {DEFAULT}"
            )
        return name

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
    """The routing file: `routes`, `targets` to which channels may be bound besides, and `glossary` with the words of
    the teams whose route has no glossary of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    routes: tuple[Route, ...] = ()
    targets: tuple[Route, ...] = ()
    glossary: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _each_once(self) -> Routing:
        seen: dict[tuple[str, ...], int] = {}
        for number, route in enumerate(self.routes, 1):
            same = (route.policy_engine_id, route.gateway_arn)
            keys: list[tuple[str, ...]] = [(channel, *same) for channel in route.channels]
            for key in keys or [("", route.workspace)]:
                if key in seen:
                    what = f"the channel {key[0]}" if key[0] else "every other channel"
                    raise ValueError(
                        f"routes {seen[key]} and {number} are both for {what}: the second is never used. What channels "
                        "may be bound to besides stands under targets"
                    )
                seen[key] = number
        return self

    @model_validator(mode="after")
    def _told_apart(self) -> Routing:
        """One name is one gateway in a workspace; what is said of an engine or a gateway is said once."""
        said: dict[tuple[object, ...], Path | str] = {}
        for number, each in enumerate(self.all):
            for other in self.all[:number]:
                if each.name and each.name.casefold() == other.name.casefold() and _two(each, other):
                    raise ValueError(f"two gateways are called {each.name}: give one of them another name")
            for what, about, value in each.says():
                if said.setdefault((what, *about), value) != value:
                    raise ValueError(f"{about[-1]} stands with two values of {what}: which one holds is not said")
        return self

    @property
    def all(self) -> tuple[Route, ...]:
        """Every route and target."""
        return (*self.routes, *self.targets)

    def route(self, channel: str, workspace: str = "") -> Route | None:
        """The first route of the workspace that names the channel, else the first that names none; of those, routes
        that name the workspace go before those that name none."""
        routes = [route for route in self.of(workspace) if channel in route.channels or not route.channels]
        return min(routes, key=lambda route: (not route.channels, route.workspace != workspace), default=None)

    def of(self, workspace: str) -> tuple[Route, ...]:
        """The routes that a workspace has."""
        return tuple(route for route in self.routes if route.workspace in ("", EVERY, workspace))

    def usable(self, channel: str, workspace: str = "") -> tuple[Route, ...]:
        """What a channel may be bound to, each engine and gateway once: its own route first, the others of the
        workspace, and targets that are for it or for any channel."""
        first = self.route(channel, workspace)
        targets = [each for each in self._targets(workspace) if not each.channels or channel in each.channels]
        return _once([*([first] if first else []), *self.of(workspace), *targets])

    def offered(self, channel: str, workspace: str = "") -> tuple[Route, ...]:
        """What can be chosen for a single rule of a channel: what the file names for that channel."""
        named = [each for each in (*self.of(workspace), *self._targets(workspace)) if channel in each.channels]
        return _once(sorted(named, key=lambda each: each.workspace != workspace))

    def reached(self, workspace: str) -> tuple[Route, ...]:
        """Every route and target that a workspace has, each engine and gateway once."""
        return _once(self._all_of(workspace))

    def nearest(self, channel: str, workspace: str, place: tuple[str, str]) -> Route | None:
        """What the file says of an engine and a gateway for a channel: what names the channel goes before what names
        none, and that before what names others; of those what names the workspace."""
        found = [each for each in self._all_of(workspace) if each.place == place]
        return min(
            found,
            key=lambda each: (channel not in each.channels, bool(each.channels), each.workspace != workspace),
            default=None,
        )

    def _all_of(self, workspace: str) -> tuple[Route, ...]:
        return (*self.of(workspace), *self._targets(workspace))

    def _targets(self, workspace: str) -> tuple[Route, ...]:
        return tuple(each for each in self.targets if each.workspace in ("", EVERY, workspace))


def _once(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Of each engine and gateway the first; the name that one of them has is that of both."""
    found: dict[tuple[str, str], Route] = {}
    for each in routes:
        known = found.setdefault(each.place, each)
        if each.name and not known.name:
            found[each.place] = known.model_copy(update={"name": each.name})
    return tuple(found.values())


def _two(one: Route, other: Route) -> bool:
    """Whether some workspace has both, and they are not one engine and gateway."""
    meet = one.workspace == other.workspace or bool({one.workspace, other.workspace} & {"", EVERY})
    return meet and one.place != other.place


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
        return Routing.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        said = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"POLICYBOT_CONFIG: {path}: {where}: {said}.") from None


def read_yaml(path: Path) -> Any:
    """What is in the routing file, or in one that it names. Raises SettingsError."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise SettingsError(f"POLICYBOT_CONFIG: {path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise SettingsError(f"POLICYBOT_CONFIG: {path} is not YAML: {_first_trouble(error)}.") from error


def _first_trouble(error: Exception) -> str:
    """What is wrong and in which line, without the excerpt of the file that YAML's own message shows."""
    mark = getattr(error, "problem_mark", None)
    said = str(getattr(error, "problem", None) or error).splitlines()[0].rstrip(".:")
    return f"line {mark.line + 1}, column {mark.column + 1}: {said}" if mark else said
