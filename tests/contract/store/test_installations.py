"""Installations on SQLite and PostgreSQL: what is kept, one refresher among replicas, fair turns, and a team's end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatUnavailable, SettingsError, StoreError
from bot.installed import Installed
from bot.review.model import Proposal, ProposalState
from bot.review.work import WorkKind
from bot.sealing import Seal
from bot.slack.tokens import InstalledTokens, reseal_all
from bot.storage.fair import MOST_OF_ONE
from bot.storage.store import SqlStore
from tests.support.world import MovableClock

NORTH = Installed(
    team_id="T1", enterprise_id="E1", team="North", bot_user_id="U1", bot_token="sealed", scopes=("a", "b")
)
LONG = "xoxe.xoxb-1-" + "x" * 5_000


class Exchange:
    """oauth.v2.access, counted; it takes a moment, in which others ask."""

    def __init__(self, *, fails: str = "") -> None:
        self.asked: list[str] = []
        self.reached, self.goes_on = asyncio.Event(), asyncio.Event()
        self.goes_on.set()
        self.fails = fails

    async def oauth_v2_access(self, *, refresh_token: str, **_: str) -> dict[str, Any]:
        self.asked.append(refresh_token)
        self.reached.set()
        await asyncio.sleep(0.05)
        await self.goes_on.wait()
        if self.fails:
            answer = SimpleNamespace(status_code=200, headers={}, data={"ok": False, "error": self.fails})
            raise SlackApiError("refused", answer)  # type: ignore[no-untyped-call]  # slack_sdk's is untyped
        return {"access_token": f"{LONG}{len(self.asked)}", "refresh_token": "xoxe-1-next", "expires_in": 43_200}


def tokens(store: SqlStore, seal: Seal, exchange: Exchange, now: float) -> InstalledTokens:
    client: AsyncWebClient = exchange  # type: ignore[assignment]  # the one call that is made of it
    return InstalledTokens(store, seal, client, ("1.2", "secret"), clock=lambda: now)


def proposal(number: int, team_id: str) -> Proposal:
    return Proposal(
        id=f"P-{number:06}",
        key=f"key-{number}",
        team_id=team_id,
        channel_id="C1",
        requester_id="U1",
        rule="Allow agents to refund",
        engine_id="e1",
        gateway_arn="g1",
        state=ProposalState.RECEIVED,
        created_at=MovableClock().now(),
    )


@pytest.fixture
def seal() -> Seal:
    return Seal(Fernet.generate_key().decode())


async def test_a_workspace_has_its_own_installation_before_its_organisations(store: SqlStore) -> None:
    assert await store.installation("T1") is None
    await store.install(NORTH)
    found = await store.installation("T1")
    assert found == replace(NORTH, version=1)
    wide = Installed(team_id="", enterprise_id="E1", bot_token="wide")
    await store.install(wide)
    await store.belongs("T2", "E1")
    assert [(await store.installation(team) or wide).bot_token for team in ("T1", "T2")] == ["sealed", "wide"]
    assert await store.installation("T3") is None
    assert (await store.installation("T3", "E1") or NORTH).bot_token == "wide"
    assert await store.uninstall("T1", "E1")
    assert (await store.installation("T1") or NORTH).bot_token == "wide"
    assert await store.uninstall("", "E1")
    assert [await store.installation(team, "E1") for team in ("T1", "T2", "")] == [None, None, None]
    assert not await store.uninstall("T1", "E1")
    await store.install(NORTH)
    assert (await store.installation("T1") or wide).version == 3


async def test_of_all_replicas_one_renews_a_token_and_all_go_on_with_it(store: SqlStore, seal: Seal) -> None:
    """A refresh token is good once: two who use it leave a workspace without a token."""
    sealed = {"bot_token": seal.seal("xoxe.xoxb-old"), "refresh_token": seal.seal("xoxe-1-first")}
    await store.install(replace(NORTH, **sealed, expires_at=1_000.0))  # type: ignore[arg-type]
    exchange = Exchange()
    replicas = [tokens(store, seal, exchange, now=2_000.0) for _ in range(4)]
    found = await asyncio.gather(*(replica.of("T1") for replica in replicas for _ in range(3)))
    assert exchange.asked == ["xoxe-1-first"]
    assert {each.token for each in found} == {f"{LONG}1"}
    kept = await store.installation("T1")
    assert kept is not None
    assert (seal.open(kept.refresh_token), kept.expires_at, kept.version) == ("xoxe-1-next", 45_200.0, 2)


async def test_a_token_that_still_holds_is_used_while_another_renews_it_or_when_nobody_can(
    store: SqlStore, seal: Seal
) -> None:
    sealed = {"bot_token": seal.seal("xoxe.xoxb-old"), "refresh_token": seal.seal("xoxe-1-first")}
    await store.install(replace(NORTH, **sealed, expires_at=1_000.0))  # type: ignore[arg-type]
    row = await store.installation("T1")
    assert row is not None
    assert [await store.take_refresh(row, 30), await store.take_refresh(row, 30)] == [True, False]
    exchange = Exchange()
    assert (await tokens(store, seal, exchange, now=900.0).of("T1")).token == "xoxe.xoxb-old"
    assert exchange.asked == []

    await store.install(replace(NORTH, **sealed, expires_at=1_000.0))  # type: ignore[arg-type]
    dead = Exchange(fails="invalid_refresh_token")
    assert (await tokens(store, seal, dead, now=900.0).of("T1")).token == "xoxe.xoxb-old"
    await store.install(replace(NORTH, **sealed, expires_at=1_000.0))  # type: ignore[arg-type]
    with pytest.raises(ChatUnavailable) as gone:
        await tokens(store, seal, dead, now=2_000.0).of("T1")
    assert (gone.value.code, gone.value.retry_after > 60) == ("not_installed", True)


async def test_keys_change_without_anybody_installing_anew(store: SqlStore) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    for number in range(3):
        await store.install(Installed(team_id=f"T{number}", bot_token=Seal(old).seal(LONG)))
    with pytest.raises(SettingsError, match="does not have"):
        await reseal_all(store, Seal(new))
    assert await reseal_all(store, Seal(f"{new},{old}")) == 3
    assert await reseal_all(store, Seal(f"{new},{old}")) == 0
    assert {Seal(new).open(row.bot_token) for row in await store.installations()} == {LONG}
    # One that no key opens any more says so, and is not tried again at once.
    broken = tokens(store, Seal(old), Exchange(), now=0.0)
    with pytest.raises(ChatUnavailable, match="sealed with a key") as sealed:
        await broken.of("T1")
    assert sealed.value.retry_after > 60


async def test_a_noisy_workspace_delays_no_other(store: SqlStore) -> None:
    """The first of each workspace goes before the second of any; and one never has all the places there are."""
    store.fair = True
    for number in range(60):
        await store.add_proposal(proposal(number, "T1"))
    await store.add_proposal(proposal(61, "T2"))
    await store.add_proposal(proposal(62, "T3"))
    first = await store.claim(WorkKind.PROPOSAL, limit=4, lease=60)
    teams = [(await store.proposal(claim.id)).team_id for claim in first]  # type: ignore[union-attr]
    assert sorted(teams) == ["T1", "T1", "T2", "T3"]
    more = await store.claim(WorkKind.PROPOSAL, limit=50, lease=60)
    assert len(more) == MOST_OF_ONE - 2
    await store.add_proposal(proposal(63, "T4"))
    (late,) = await store.claim(WorkKind.PROPOSAL, limit=50, lease=60)
    assert (await store.proposal(late.id)).team_id == "T4"  # type: ignore[union-attr]
    for kind in WorkKind:
        await store.claim(kind, limit=5, lease=60)


async def test_a_workspace_is_forgotten_and_no_other(store: SqlStore) -> None:
    """All but the audit log, which is one chain."""
    for number, team in enumerate(("T1", "T2")):
        await store.install(replace(NORTH, team_id=team))
        await store.add_proposal(proposal(number, team))
        await store.watch_routes(team, [("C1", "engine", "gateway")], spread=60.0)
    told = await store.forget_workspace("T1")
    assert (told["proposals"], told["installations"], told["watches"]) == (1, 1, 1)
    assert await store.installation("T1") is None
    left = await store.claim(WorkKind.PROPOSAL, limit=10, lease=60)
    assert [(await store.proposal(claim.id)).team_id for claim in left] == ["T2"]  # type: ignore[union-attr]
    assert len(await store.watched_routes("T1")) == 0
    assert len(await store.watched_routes("T2")) == 1
    assert sum((await store.forget_workspace("T1")).values()) == 0


async def test_slack_being_away_is_no_reason_to_install_anew(store: SqlStore, seal: Seal) -> None:
    """A renewal that Slack does not answer is tried again; whoever is in a hurry does not wait for it."""
    sealed = {"bot_token": seal.seal("xoxe.xoxb-old"), "refresh_token": seal.seal("xoxe-1-first")}
    await store.install(replace(NORTH, **sealed, expires_at=1_000.0))  # type: ignore[arg-type]
    away = Exchange(fails="internal_error")
    hurried = await tokens(store, seal, away, now=900.0).asked_by("T1", "E1")
    assert (hurried.token if hurried else "", away.asked) == ("xoxe.xoxb-old", [])
    assert (await tokens(store, seal, away, now=900.0).of("T1")).token == "xoxe.xoxb-old"
    await store.install(replace(NORTH, **sealed, expires_at=1_000.0))  # type: ignore[arg-type]
    with pytest.raises(ChatUnavailable) as gone:
        await tokens(store, seal, away, now=2_000.0).of("T1")
    assert gone.value.code == "internal_error"
    assert await tokens(store, Seal(Fernet.generate_key().decode()), away, now=900.0).asked_by("T1", "") is None


async def test_a_token_in_hand_outlives_a_database_that_is_away(store: SqlStore, seal: Seal) -> None:
    """What is said then is the handler's: that the database is away."""
    now = [0.0]
    await store.install(replace(NORTH, bot_token=seal.seal("xoxb-1")))
    client: AsyncWebClient = Exchange()  # type: ignore[assignment]  # the one call that is made of it
    held = InstalledTokens(store, seal, client, ("1.2", "s"), clock=lambda: now[0])
    assert (await held.of("T1")).token == "xoxb-1"
    now[0] = 3_600.0
    held._store = Away()  # type: ignore[assignment]  # the one question that is put to it
    assert (await held.of("T1")).token == "xoxb-1"
    with pytest.raises(StoreError):
        await held.of("T2")


class Away:
    """A database that does not answer."""

    async def installation(self, _team_id: str, _enterprise_id: str = "") -> None:
        raise StoreError("The database did not answer as it should.")


async def test_an_installation_that_comes_while_a_token_is_renewed_is_the_one_that_stands(
    store: SqlStore, seal: Seal
) -> None:
    sealed = {"bot_token": seal.seal("xoxe.xoxb-old"), "refresh_token": seal.seal("xoxe-1-first")}
    await store.install(replace(NORTH, **sealed, expires_at=1_000.0))  # type: ignore[arg-type]
    exchange = Exchange()
    exchange.goes_on.clear()
    renewing = asyncio.create_task(tokens(store, seal, exchange, now=900.0).of("T1"))
    await asyncio.wait_for(exchange.reached.wait(), 10)
    await store.install(replace(NORTH, bot_token=seal.seal("xoxb-anew")))
    exchange.goes_on.set()
    assert (await renewing).token == "xoxb-anew"
    kept = await store.installation("T1")
    assert kept is not None
    assert seal.open(kept.bot_token) == "xoxb-anew"
