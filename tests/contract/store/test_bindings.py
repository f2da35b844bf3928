"""Which gateway a channel is bound to: one answer, whoever else binds it at that moment."""

from __future__ import annotations

import asyncio

from bot.review.messages import MessageKind
from bot.review.routes import Route
from bot.review.work import WorkKind
from bot.storage.store import SqlStore

NEW = Route("engine-2", "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/second-a1b2c3d4e5")
OLD = Route("engine-1", "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/first-a1b2c3d4e5")


async def test_of_two_who_bind_a_channel_at_once_one_does(store: SqlStore) -> None:
    before = await store.binding("T1", "C1")
    assert (before.version, before.engine_id) == (0, "")
    taken = await asyncio.gather(
        *(store.bind(before, each.engine_id, each.gateway_arn, by="U1", now=each, was=OLD) for each in (NEW, OLD, NEW))
    )
    assert sorted(taken) == [False, False, True]
    bound = await store.binding("T1", "C1")
    assert bound.version == 1
    assert not await store.bind(before, "engine-3", OLD.gateway_arn, by="U2", now=OLD, was=NEW)
    assert await store.bind(bound, "", "", by="U2", now=OLD, was=NEW)
    assert (await store.binding("T1", "C1")).engine_id == ""


async def test_a_channel_of_another_workspace_is_another_channel(store: SqlStore) -> None:
    before = await store.binding("T1", "C1")
    assert await store.bind(before, NEW.engine_id, NEW.gateway_arn, by="U1", now=NEW, was=None)
    assert (await store.binding("T2", "C1")).engine_id == ""
    assert (await store.binding("T1", "C2")).engine_id == ""


async def test_a_workspace_among_others_is_told_and_forgotten(store: SqlStore) -> None:
    """What a channel is told is of no proposal, and still of its workspace."""
    store.fair = True
    for team in ("T1", "T2"):
        before = await store.binding(team, "C1")
        assert await store.bind(before, NEW.engine_id, NEW.gateway_arn, by="U1", now=NEW, was=None)
    claims = await store.claim(WorkKind.MESSAGE, limit=9, lease=15.0)
    found = [(await store.posting(each.id)).announcement for each in claims]
    assert sorted((each.team_id, each.kind) for each in found if each) == [
        ("T1", MessageKind.BINDING),
        ("T2", MessageKind.BINDING),
    ]
    told = await store.forget_workspace("T1")
    assert (told["messages"], told["bindings"]) == (1, 1)
    assert [each.id for each in await store.claim(WorkKind.MESSAGE, limit=9, lease=15.0)] == []


async def test_the_bound_channels_of_a_workspace_are_those_that_were_not_taken_back(store: SqlStore) -> None:
    for team, channel in (("T1", "C2"), ("T1", "C1"), ("T2", "C3")):
        before = await store.binding(team, channel)
        assert await store.bind(before, NEW.engine_id, NEW.gateway_arn, by="U1", now=NEW, was=None)
    assert await store.bound_channels("T1") == ("C1", "C2")
    assert await store.bind(await store.binding("T1", "C1"), "", "", by="U1", now=OLD, was=NEW)
    assert await store.bound_channels("T1") == ("C2",)
