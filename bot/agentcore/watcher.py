"""Pending generations watched by one list call for each engine, however many are pending."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.agentcore import wire
from bot.agentcore.client import Client
from bot.agentcore.pacing import Clock
from bot.agentcore.sharing import Shared
from bot.review.model import Generation

MOST_PAGES = 5
"""An engine keeps up to 50,000 generations; one that is not among the first pages is asked for by its id."""


@dataclass(frozen=True)
class Listing:
    """The generations on the pages that were read, and whether those were all the pages."""

    found: Mapping[str, Generation]
    complete: bool


class GenerationWatcher:
    """Answers for single generations out of lists that all callers of an engine share for `fresh` seconds."""

    def __init__(self, client: Client, *, fresh: float, clock: Clock) -> None:
        self._client = client
        self._fresh = fresh
        self._clock = clock
        self._listings: dict[str, Shared[Listing]] = {}
        self._wanted: dict[str, Counter[str]] = {}
        self._unlisted: set[str] = set()

    async def generation(self, engine_id: str, generation_id: str) -> Generation:
        """The state of one generation, at most `fresh` seconds old. Raises ServiceError when it is gone."""
        if generation_id not in self._unlisted:
            found = await self._listed(engine_id, generation_id)
            if found is not None:
                return found
        answer = await self._client.call(
            "GetPolicyGeneration", policyEngineId=engine_id, policyGenerationId=generation_id
        )
        return wire.generation(answer)

    async def _listed(self, engine_id: str, generation_id: str) -> Generation | None:
        """The generation in a listing young enough, or else in one that began after it was asked for."""
        asked = self._clock()
        listings = self._listings.setdefault(engine_id, Shared(lambda: self._list(engine_id), self._clock))
        wanted = self._wanted.setdefault(engine_id, Counter())
        wanted[generation_id] += 1
        try:
            listing = await listings.get(since=asked - self._fresh)
            if generation_id not in listing.found:
                listing = await listings.get(since=asked)
        finally:
            wanted[generation_id] -= 1
            if not wanted[generation_id]:
                del wanted[generation_id]
        if generation_id not in listing.found and not listing.complete:
            self._unlisted.add(generation_id)
        return listing.found.get(generation_id)

    async def _list(self, engine_id: str) -> Listing:
        """Read pages until every generation that somebody waits for is found; who comes meanwhile counts too."""
        found: dict[str, Generation] = {}
        pages = 0
        async for page in self._client.pages("ListPolicyGenerations", policyEngineId=engine_id):
            for item in wire.member(page, "policyGenerations"):
                generation = wire.generation(item)
                found[generation.generation_id] = generation
            pages += 1
            if pages == MOST_PAGES or self._wanted[engine_id].keys() <= found.keys():
                return Listing(found, complete=not page.get("nextToken"))
        return Listing(found, complete=True)
