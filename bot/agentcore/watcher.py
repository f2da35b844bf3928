"""Pending generations watched by one list call for each engine, however many are pending."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from bot.agentcore import wire
from bot.agentcore.client import PAGE, Client
from bot.agentcore.pacing import Clock
from bot.agentcore.sharing import Shared
from bot.errors import ServiceError
from bot.review.reported import Generation

MOST_PAGES = 10
"""Pages read at a time. A generation on none of them is asked for by its id; the next reading goes on from there."""

Listing = Mapping[str, Generation]


class GenerationWatcher:
    """Answers for single generations out of lists that all callers of an engine share for `fresh` seconds.

    Generations are never deleted, so an engine's list grows, and AgentCore does not say in which order it lists. Each
    reading therefore starts at the page where the last one met a generation that somebody waited for.
    """

    def __init__(self, client: Client, *, fresh: float, clock: Clock) -> None:
        self._client = client
        self._fresh = fresh
        self._clock = clock
        self._listings: dict[str, Shared[Listing]] = {}
        self._wanted: dict[str, Counter[str]] = {}
        self._bookmarks: dict[str, str] = {}

    async def generation(self, engine_id: str, generation_id: str) -> Generation:
        """The state of one generation, at most `fresh` seconds old. Raises ServiceError when there is none."""
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
            if generation_id not in listing:
                listing = await listings.get(since=asked)
        finally:
            wanted[generation_id] -= 1
            if not wanted[generation_id]:
                del wanted[generation_id]
        return listing.get(generation_id)

    async def _list(self, engine_id: str) -> Listing:
        """Read pages from the bookmark, then from the start, until every generation that is waited for is found.

        Who comes to wait meanwhile counts too.
        """
        found: dict[str, Generation] = {}
        wanted = self._wanted[engine_id]
        bookmark = token = self._bookmarks.get(engine_id, "")
        met: str | None = None
        for _ in range(MOST_PAGES):
            page = await self._page(engine_id, token)
            here = [wire.generation(item) for item in wire.member(page, "policyGenerations")]
            found.update((generation.generation_id, generation) for generation in here)
            if met is None and any(generation.generation_id in wanted for generation in here):
                met = token
            if wanted.keys() <= found.keys():
                break
            token = page.get("nextToken", "")
            if not token and not bookmark:
                break
            if not token:
                bookmark, met = "", None
        self._bookmarks[engine_id] = token if met is None else met
        return found

    async def _page(self, engine_id: str, token: str) -> Mapping[str, Any]:
        """One page; a token that AgentCore does not take any more is an empty last page."""
        more = {"nextToken": token} if token else {}
        try:
            return await self._client.call("ListPolicyGenerations", policyEngineId=engine_id, maxResults=PAGE, **more)
        except ServiceError as error:
            if token and error.code == "ValidationException":
                return {"policyGenerations": []}
            raise
