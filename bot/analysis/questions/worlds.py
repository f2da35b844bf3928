"""What stands in one environment, for whatever becomes of the policies that are uncertain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.analysis.model import Environment
from bot.analysis.sets.policies import Parsed
from bot.analysis.sets.session import Session
from bot.analysis.standing import Standing
from bot.analysis.stood import Stood, stood
from bot.analysis.unseen import Unseen, unseen
from bot.cedar.schema import GatewaySchema


@dataclass(frozen=True)
class World:
    """The policies that can match in one environment: the certain ones, and those that may decide or not.

    A request is surely allowed when it is with the fewest permits and the most forbids (`least`), and surely denied
    when it is with the most permits and the fewest forbids (`most`).
    """

    environment: Environment
    sure: Mapping[str, Parsed]
    maybe: Mapping[str, Parsed]

    @cached_property
    def least(self) -> dict[str, Parsed]:
        return {**self.sure, **{name: each for name, each in self.maybe.items() if not each.permits}}

    @cached_property
    def most(self) -> dict[str, Parsed]:
        return {**self.sure, **{name: each for name, each in self.maybe.items() if each.permits}}


def stands(standing: Standing) -> Stood:
    """The policies of a standing, parsed, beside no candidate."""
    return stood(standing, "")


def worlds(session: Session, schema: GatewaySchema, there: Stood, about: Parsed) -> Iterator[World]:
    """For each tool that `about` may speak of, in the gateway's order, what stands for the gateway's own callers."""
    model = session.model
    order = {tool.action: position for position, tool in enumerate(schema.tools)}
    found = [
        each
        for each in model.environments
        if each.principal == schema.gateway.principal_type and each.action[1] in order and about.applies(each, model)
    ]
    for environment in sorted(found, key=lambda each: order[each.action[1]]):
        yield World(
            environment,
            {name: each for name, each in there.enforced.items() if each.applies(environment, model)},
            {name: each for name, each in there.maybe.items() if each.applies(environment, model)},
        )


def not_seen(schema: GatewaySchema, about: Parsed) -> Iterator[Unseen]:
    """The tools that may be asked about and cannot be analysed."""
    return (tool for tool in unseen(schema) if tool.may_be_in(about))
