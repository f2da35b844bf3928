"""Whose words mean what: the glossary of each route that has its own, read once, at start, and that of all others."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.cedar import Gateway
from bot.errors import BadInput, SettingsError
from bot.language import Glossary
from bot.review.model import Proposal
from bot.routing import EVERY, Route, Routing, read_routing, read_yaml
from bot.settings import Settings, read_settings


@dataclass(frozen=True)
class Glossaries:
    """The glossaries of the routing file: the general one, and those that routes name, by the file."""

    routing: Routing
    general: Glossary
    files: Mapping[Path, Glossary]

    @classmethod
    def read(cls, settings: Settings, routing: Routing) -> Glossaries:
        """What the routing file says and names. Raises SettingsError, with the file, for one that cannot be used."""
        folder = settings.config.parent if settings.config else Path()
        named = dict.fromkeys(route.glossary for route in routing.all if route.glossary)
        files = {each: _parsed(read_yaml(folder / each), folder / each) for each in named}
        return cls(routing, _parsed(routing.glossary, settings.config), files)

    def of(self, place: Proposal | None) -> Glossary:
        """The glossary of a proposal, or of where somebody asks: that of its channel's route to its gateway."""
        if place is None:
            return self.general
        where = (place.engine_id, place.gateway_arn)
        return self._of(self.routing.nearest(place.channel_id, place.team_id, where))

    def of_gateway(self, gateway_arn: str, channel: str = "", workspace: str = "") -> Glossary:
        """The glossary of a gateway's routes; of several, that of the channel's or the workspace's.

        Raises BadInput where it is not said which of them is meant.
        """
        routes = [each for each in self.routing.all if each.gateway_arn == gateway_arn]
        if workspace:
            routes = [each for each in routes if each.workspace in ("", EVERY, workspace)]
        if channel:
            routes = [each for each in routes if channel in each.channels] or [
                each for each in routes if not each.channels
            ]
        if len({each.glossary for each in routes}) > 1:
            raise BadInput(
                "POLICYBOT_CONFIG has several glossaries for this gateway: name the channel whose words are meant with "
                "--channel, or the workspace with --workspace."
            )
        return self._of(routes[0] if routes else None)

    def _of(self, route: Route | None) -> Glossary:
        return self.files[route.glossary] if route and route.glossary else self.general


def meant(channel: str, workspace: str) -> Callable[[Gateway], Glossary]:
    """The glossary of each gateway, as the environment names a routing file; without one there is none.

    Raises SettingsError.
    """
    if "POLICYBOT_CONFIG" not in os.environ:  # whoever only translates needs no other setting
        return lambda _: Glossary()
    settings = read_settings()
    found = Glossaries.read(settings, read_routing(settings))
    return lambda gateway: found.of_gateway(gateway.arn, channel, workspace)


def _parsed(entries: object, path: Path | None) -> Glossary:
    try:
        return Glossary.parse(entries)  # type: ignore[arg-type]  # it says what is no mapping
    except SettingsError as error:
        raise SettingsError(f"POLICYBOT_CONFIG: {path}: {error.sentence}") from error
