"""The team's tests of a route: kept, listed, and given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cedar import digest
from bot.governance import Action
from bot.review.authority import Authority
from bot.review.errors import Reason, refused
from bot.review.model import Proposal
from bot.review.options import Options
from bot.review.place import Asker, at, place
from bot.review.ports import Clock
from bot.review.refusing import recorded
from bot.review.stores import ExampleStore
from bot.review.tested import MOST_TESTS, Example, NewTest, named


@dataclass(frozen=True)
class Examples:
    """The use cases. Holds no state: the store does."""

    store: ExampleStore
    authority: Authority
    clock: Clock
    options: Options

    async def add(self, asker: Asker, new: NewTest, of: Proposal | None = None) -> Example:
        """Keep a request as a test of the channel's route, or of that of a review. Whoever may propose there may.

        Raises Refused, also for a name that another test has; ChatUnavailable, StoreError.
        """
        async with recorded(self.store, "test.add", asker.user_id, team_id=asker.team_id):
            where = await self._let_in(asker, Action.PROPOSE, of=of)
            example = test_of(where, new, self.clock.now())
            await self.store.add_example(example, most=MOST_TESTS)
            return example

    async def of(self, asker: Asker) -> tuple[Example, ...]:
        """The tests of the channel's route, by name, for whoever may propose there."""
        where = await self._let_in(asker, Action.PROPOSE)
        return await self.store.examples(where.engine_id, where.gateway_arn)

    async def remove(self, asker: Asker, name: str) -> Example:
        """Give a test up: whoever added it, or may configure the route. Raises Refused."""
        async with recorded(self.store, "test.remove", asker.user_id, team_id=asker.team_id):
            where = await place(asker, self.options.routes, self.clock.now())
            await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
            found = await self.store.examples(where.engine_id, where.gateway_arn)
            wanted = named(name)
            example = next((each for each in found if each.name.casefold() == wanted.casefold()), None)
            if example is None:
                raise refused(Reason.NO_SUCH_TEST, name=wanted)
            action = Action.PROPOSE if example.added_by == asker.user_id else Action.CONFIGURE
            await self._let_in(asker, action)
            if not await self.store.remove_example(example, asker.user_id):
                raise refused(Reason.NO_SUCH_TEST, name=example.name)
            return example

    async def gateway_of(self, asker: Asker) -> str:
        """The ARN of the gateway that the channel's tests are about. Raises Refused."""
        return (await self._let_in(asker, Action.PROPOSE)).gateway_arn

    async def _let_in(self, asker: Asker, action: Action, *, of: Proposal | None = None) -> Proposal:
        """The channel's route, or that of a review, for whoever may. Raises Refused."""
        routes, now = self.options.routes, self.clock.now()
        own = routes.of(asker.team_id, of.engine_id, of.gateway_arn) if of else None
        where = at(asker, own, now) if own else await place(asker, routes, now)
        await self.authority.check(action, asker.user_id, where, claimed_team=asker.user_team_id)
        return where


def test_of(where: Proposal, new: NewTest, now: datetime) -> Example:
    """A test to be of the route of a proposal, added by its requester. Raises Refused for what can be none."""
    name = named(new.name)
    if not name:
        raise refused(Reason.TEST_NAME)
    if new.request.resource != where.gateway_arn:
        raise refused(Reason.TEST_ELSEWHERE)
    key = f"{where.key or now.isoformat()}\0{where.engine_id}\0{where.gateway_arn}\0{name}"
    return Example(
        f"T-{digest(key)[:16]}",
        where.team_id,
        where.engine_id,
        where.gateway_arn,
        name,
        new.request,
        new.allowed,
        where.requester_id,
        now,
    )


async def brought(store: ExampleStore, wanted: Proposal, tests: Sequence[NewTest]) -> tuple[Example, ...]:
    """The tests that a proposal brings. Raises Refused for what can be none, and for a name that is taken by now: that
    it still is free is asked again when the proposal is admitted."""
    found = tuple(test_of(wanted, each, wanted.created_at) for each in tests)
    standing = await store.examples(wanted.engine_id, wanted.gateway_arn) if found else ()
    own = {each.id for each in found}  # the same command again finds its own
    taken = {each.name.casefold() for each in standing if each.id not in own}
    for each in found:
        if each.name.casefold() in taken:
            raise refused(Reason.TEST_TAKEN, name=each.name)
        taken.add(each.name.casefold())
    return found
