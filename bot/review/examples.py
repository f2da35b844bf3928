"""The team's tests of a route: kept, listed, and given up."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cedar import Request
from bot.governance import Action
from bot.review import lifecycle
from bot.review.authority import Authority
from bot.review.errors import Reason, refused
from bot.review.model import Proposal
from bot.review.options import Options
from bot.review.place import Asker, place
from bot.review.ports import Clock
from bot.review.refusing import recorded
from bot.review.stores import ExampleStore
from bot.review.tested import NAME_LIMIT, Example

MOST = 200


@dataclass(frozen=True)
class Examples:
    """The use cases. Holds no state: the store does."""

    store: ExampleStore
    authority: Authority
    clock: Clock
    options: Options

    async def add(self, asker: Asker, name: str, request: Request, *, allowed: bool) -> Example:
        """Keep a request as a test of the channel's route. Whoever may propose there may.

        Raises Refused, also for a name that another test has; ChatUnavailable, StoreError.
        """
        async with recorded(self.store, "test.add", asker.user_id, team_id=asker.team_id):
            where = await self._let_in(asker, Action.PROPOSE)
            name = " ".join(name.split())[:NAME_LIMIT]
            if not name:
                raise refused(Reason.TEST_NAME)
            if request.resource != where.gateway_arn:
                raise refused(Reason.TEST_ELSEWHERE)
            now = self.clock.now()
            key = f"{where.engine_id}\0{where.gateway_arn}\0{name}\0{now.isoformat()}"
            example = Example(
                lifecycle.proposal_id(key).replace("P-", "T-"),
                asker.team_id,
                where.engine_id,
                where.gateway_arn,
                name,
                request,
                allowed,
                asker.user_id,
                now,
            )
            await self.store.add_example(example, most=MOST)
            return example

    async def of(self, asker: Asker) -> tuple[Example, ...]:
        """The tests of the channel's route, by name, for whoever may propose there."""
        where = await self._let_in(asker, Action.PROPOSE)
        return await self.store.examples(where.engine_id, where.gateway_arn)

    async def remove(self, asker: Asker, name: str) -> Example:
        """Give a test up: whoever added it, or may configure the route. Raises Refused."""
        async with recorded(self.store, "test.remove", asker.user_id, team_id=asker.team_id):
            where = place(asker, self.options.routes, self.clock.now())
            await self.authority.member(asker.user_id, asker.team_id, asker.user_team_id)
            found = await self.store.examples(where.engine_id, where.gateway_arn)
            example = next((each for each in found if each.name.casefold() == name.strip().casefold()), None)
            if example is None:
                raise refused(Reason.NO_SUCH_TEST, name=name.strip()[:NAME_LIMIT])
            action = Action.PROPOSE if example.added_by == asker.user_id else Action.CONFIGURE
            await self._let_in(asker, action)
            if not await self.store.remove_example(example, asker.user_id):
                raise refused(Reason.NO_SUCH_TEST, name=example.name)
            return example

    async def gateway_of(self, asker: Asker) -> str:
        """The ARN of the gateway that the channel's tests are about. Raises Refused."""
        return (await self._let_in(asker, Action.PROPOSE)).gateway_arn

    async def _let_in(self, asker: Asker, action: Action) -> Proposal:
        """The channel's route, for whoever may. Raises Refused."""
        where = place(asker, self.options.routes, self.clock.now())
        await self.authority.check(action, asker.user_id, where, claimed_team=asker.user_team_id)
        return where
