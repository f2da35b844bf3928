"""AgentCore, Slack and the people in it, as a small world in one SQLite file that outlives whoever is killed.

It counts effects and honours client tokens and message keys, as the real services do.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.analysis.change import Change
from bot.analysis.difference import Difference
from bot.cedar import Gateway
from bot.errors import ChatError, ServiceError
from bot.review.drift import Drift
from bot.review.engine import Attachment, EngineState, PolicySummary
from bot.review.evidence import Seen
from bot.review.found import Analysis, Becomes, Finding, Offer, SecondReading, Verdict
from bot.review.messages import MessageKind, SlackMessage
from bot.review.model import Draft, Proposal
from bot.review.options import Options
from bot.review.people import ChannelInfo, Person
from bot.review.reported import Asset, Generation, Piece, PolicyRecord
from bot.review.routes import everywhere
from bot.review.tested import Example, Held, digest_of

ENGINE = "engine-1"
APPROVERS = "S0APPROVERS"
GATEWAY = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-gateway-a1b2c3d4e5"
PERMIT = 'permit(principal, action == AgentCore::Action::"Desk___{tool}", resource == AgentCore::Gateway::"{arn}");'

UNCHANGED = Change("AgentCore::OAuthUser", 'AgentCore::Action::"Desk___refund"', "unchanged")

_TABLES = """
CREATE TABLE IF NOT EXISTS generations
    (id INTEGER PRIMARY KEY, token TEXT UNIQUE, name TEXT UNIQUE, rule TEXT, polls INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS policies
    (id INTEGER PRIMARY KEY, token TEXT, name TEXT, statement TEXT, status TEXT, polls INTEGER DEFAULT 0, body TEXT);
CREATE TABLE IF NOT EXISTS posts
    (ts INTEGER PRIMARY KEY, channel TEXT, thread TEXT, key TEXT, text TEXT,
     updates INTEGER DEFAULT 0, gone INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY, channel TEXT, user TEXT, text TEXT);
CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, operation TEXT, token TEXT);
"""


class MovableClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class World:
    """What is true outside the bot. `latency` seconds pass before and after each effect, at random."""

    def __init__(self, path: str | Path = ":memory:", latency: float = 0.0) -> None:
        self.latency = latency
        self.database = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
        weakref.finalize(self, self.database.close)  # from whichever thread finds that it is not used any more
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.executescript(_TABLES)
        self.faults: dict[str, list[Exception]] = {}
        self.holds: dict[str, asyncio.Event] = {}
        self.people = {
            name: Person(name, "T1", name=name.lower()) for name in ("U_ASKS", "U_APPROVES", "U_SECOND", "U_MEMBER")
        } | {
            "U_GUEST": Person("U_GUEST", "T1", is_guest=True),
            "U_STRANGER": Person("U_STRANGER", "T1", is_stranger=True),
            "U_OTHER_TEAM": Person("U_OTHER_TEAM", "T2"),
            "U_BOT": Person("U_BOT", "T1", is_bot=True),
            "U_GONE": Person("U_GONE", "T1", deleted=True),
        }
        self.may_approve = frozenset({"U_APPROVES", "U_SECOND", "U_ASKS", "U_GUEST", "U_STRANGER", "U_BOT", "U_GONE"})
        self.shared: set[str] = set()
        self.evidence = FakeEvidence()
        self.generation_polls = 1
        self.policy_polls = 1
        self.policy_ends = "ACTIVE"

    def close(self) -> None:
        self.database.close()

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        return list(self.database.execute(query, values))

    def count(self, table: str) -> int:
        return int(self.database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def calls(self, operation: str) -> int:
        query = "SELECT count(*) FROM calls WHERE operation = ?"
        return int(self.database.execute(query, (operation,)).fetchone()[0])

    async def enter(self, operation: str, token: str = "") -> None:
        """A call arrives: it is counted, may be slow, and fails if a fault is laid for it, or for it with its token."""
        await self.pause()
        self.database.execute("INSERT INTO calls (operation, token) VALUES (?, ?)", (operation, token))
        if operation in self.holds:
            await self.holds.pop(operation).wait()
        for laid in (operation, f"{operation} {token}"):
            if self.faults.get(laid):
                raise self.faults[laid].pop(0)

    async def leave(self, operation: str) -> None:
        """The effect stands; the answer may be slow, or lost when a fault is laid for `operation answer`."""
        await self.pause()
        if self.faults.get(f"{operation} answer"):
            raise self.faults[f"{operation} answer"].pop(0)

    async def pause(self) -> None:
        await asyncio.sleep(random.uniform(0, self.latency) if self.latency else 0)

    def add_policy(self, name: str, statement: str = "other") -> None:
        """Somebody else makes a policy."""
        self.database.execute(
            "INSERT INTO policies (token, name, statement, status) VALUES ('', ?, ?, 'ACTIVE')", (name, statement)
        )


class FakeAgentCore:
    """`PolicyService`. A rule's parts are split at `;`: `?…` gives no statement, `!…` fails the generation."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def start_generation(
        self, *, engine_id: str, gateway_arn: str, name: str, rule: str, token: str
    ) -> Generation:
        await self._world.enter("start_generation", token)
        database = self._world.database
        database.execute("INSERT OR IGNORE INTO generations (token, name, rule) VALUES (?, ?, ?)", (token, name, rule))
        row = database.execute("SELECT id, rule FROM generations WHERE token = ?", (token,)).fetchone()
        if row is None or row[1] != rule:
            raise ServiceError("Another generation has that name or token.", code="ConflictException")
        await self._world.leave("start_generation")
        return Generation(f"g-{row[0]}", name, "GENERATING")

    async def generation(self, engine_id: str, generation_id: str) -> Generation:
        await self._world.enter("generation")
        number = int(generation_id[2:])
        query = "UPDATE generations SET polls = polls + 1 WHERE id = ? RETURNING polls, rule, name"
        polls, rule, name = self._world.rows(query, number)[0]
        if int(str(polls)) <= self._world.generation_polls:
            return Generation(generation_id, str(name), "GENERATING")
        if str(rule).startswith("!"):
            return Generation(generation_id, str(name), "GENERATE_FAILED", ("The rule is about nothing.",))
        return Generation(generation_id, str(name), "GENERATED")

    async def assets(self, engine_id: str, generation_id: str) -> tuple[Asset, ...]:
        await self._world.enter("assets")
        rule = str(self._world.rows("SELECT rule FROM generations WHERE id = ?", int(generation_id[2:]))[0][0])
        if rule.startswith("nothing"):
            return ()
        return tuple(self._asset(number, part.strip()) for number, part in enumerate(rule.split(";")))

    @staticmethod
    def _asset(number: int, part: str) -> Asset:
        if part.startswith("?"):
            finding = Finding("NOT_TRANSLATABLE", "It names no tool.")
            return Asset(f"a-{number}", part, None, (finding,))
        statement = PERMIT.format(tool=part.split()[-1], arn=GATEWAY)
        return Asset(f"a-{number}", part, statement, (Finding("VALID"),))

    async def create_policy(
        self,
        *,
        engine_id: str,
        name: str,
        statement: str,
        description: str,
        enforcement_mode: str,
        validation_mode: str,
        token: str,
    ) -> PolicyRecord:
        """Honours the token, and nothing else: a second token makes a second policy, which the tests would see."""
        await self._world.enter("create_policy", token)
        database, body = self._world.database, json.dumps([name, statement, description, enforcement_mode])
        database.execute("BEGIN IMMEDIATE")
        known = database.execute("SELECT id, body, status FROM policies WHERE token = ?", (token,)).fetchone()
        if known is None:
            database.execute(
                "INSERT INTO policies (token, name, statement, status, body) VALUES (?, ?, ?, 'CREATING', ?)",
                (token, name, statement, body),
            )
            known = database.execute("SELECT id, body, status FROM policies WHERE token = ?", (token,)).fetchone()
        database.execute("COMMIT")
        if known[1] != body:
            raise ServiceError("The token was used for another body.", code="ValidationException")
        await self._world.leave("create_policy")
        return PolicyRecord(f"p-{known[0]}", name, known[2], statement, enforcement_mode)

    async def policy(self, engine_id: str, policy_id: str) -> PolicyRecord | None:
        await self._world.enter("policy")
        query = "UPDATE policies SET polls = polls + 1 WHERE id = ? RETURNING name, statement, body, polls, status"
        found = self._world.rows(query, int(policy_id[2:]))
        if not found:
            return None
        name, statement, body, polls, status = found[0]
        if status in ("CREATING", "UPDATING") and int(str(polls)) > self._world.policy_polls:
            status = self._world.policy_ends
            self._world.database.execute("UPDATE policies SET status = ? WHERE id = ?", (status, int(policy_id[2:])))
        reasons = () if status in ("CREATING", "UPDATING", "ACTIVE") else ("Overly Permissive.",)
        return replace(_record(policy_id[2:], name, status, statement, body), status_reasons=reasons)

    async def update_policy(
        self,
        *,
        engine_id: str,
        policy_id: str,
        statement: str,
        description: str,
        enforcement_mode: str,
        validation_mode: str,
    ) -> PolicyRecord:
        """Another body is on its way until it was polled; the same one stands."""
        await self._world.enter("update_policy")
        number = int(policy_id[2:])
        found = self._world.rows("SELECT name FROM policies WHERE id = ?", number)
        if not found:
            raise ServiceError("The policy is not there any more.", code="PolicyGone")
        body = json.dumps([found[0][0], statement, description, enforcement_mode])
        self._world.database.execute(
            "UPDATE policies SET statement = ?, body = ?, status = 'UPDATING', polls = 0"
            " WHERE id = ? AND body IS NOT ?",
            (statement, body, number, body),
        )
        await self._world.leave("update_policy")
        query = "SELECT id, name, status, statement, body FROM policies WHERE id = ?"
        return _record(*self._world.rows(query, number)[0])

    async def delete_policy(self, engine_id: str, policy_id: str) -> bool:
        await self._world.enter("delete_policy")
        query = "DELETE FROM policies WHERE id = ? RETURNING id"
        found = self._world.rows(query, int(policy_id[2:]))
        await self._world.leave("delete_policy")
        return bool(found)

    async def policies_summary(self, engine_id: str) -> tuple[PolicySummary, ...]:
        await self._world.enter("policies_summary")
        found = self._world.rows("SELECT id, name, status, statement, body FROM policies ORDER BY name")
        then = datetime(2026, 11, 22, tzinfo=UTC)
        return tuple(
            PolicySummary(each.policy_id, each.name, each.status, each.enforcement_mode, then, then)
            for each in (_record(*row) for row in found)
        )

    async def attachment(self, gateway_arn: str) -> Attachment:
        await self._world.enter("attachment")
        return Attachment(ENGINE, "ENFORCE", ())

    async def engine_state(self, engine_id: str, gateway_arn: str, *, max_age: float = 0.0) -> EngineState:
        await self._world.enter("engine_state")
        found = self._world.rows("SELECT id, name, status, statement, body FROM policies ORDER BY name")
        policies = tuple(_record(*row) for row in found)
        return EngineState(engine_id, await self.gateway(gateway_arn), engine_id, "ENFORCE", policies)

    async def gateway(self, gateway_arn: str) -> Gateway:
        return Gateway(gateway_arn, "desk", "desk", "CUSTOM_JWT", ())


def _record(number: object, name: object, status: object, statement: object, body: object) -> PolicyRecord:
    _, _, about, mode = json.loads(str(body)) if body else ("", "", "", "ACTIVE")
    return PolicyRecord(f"p-{number}", str(name), str(status), str(statement), mode, description=about)


class FakeSlack:
    """`Messenger`."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def post(self, *, team: str, channel: str, thread_ts: str, message: SlackMessage, key: str) -> str:
        await self._world.enter("post", key)
        query = "INSERT INTO posts (channel, thread, key, text) VALUES (?, ?, ?, ?) RETURNING ts"
        ts = str(self._world.rows(query, channel, thread_ts, key, message.text)[0][0])
        await self._world.leave("post")
        return ts

    async def standing(
        self, *, team: str, channel: str, thread_ts: str, key: str, copies: bool = False
    ) -> tuple[str, ...]:
        await self._world.enter("standing", key)
        of = f"{key.partition('#')[0]}#%" if copies else key
        query = (
            "SELECT ts FROM posts WHERE channel = ? AND thread = ? AND (key = ? OR key LIKE ?) AND NOT gone"
            " ORDER BY ts DESC"
        )
        return tuple(str(ts) for (ts,) in self._world.rows(query, channel, thread_ts, key, of))

    async def delete(self, *, team: str, channel: str, ts: str) -> None:
        await self._world.enter("delete", ts)
        query = "UPDATE posts SET gone = 1 WHERE ts = ? AND channel = ? AND NOT gone RETURNING ts"
        if not self._world.rows(query, int(ts), channel):
            raise ChatError("The message is gone.", code="message_not_found")

    async def update(self, *, team: str, channel: str, ts: str, message: SlackMessage) -> None:
        await self._world.enter("update", ts)
        query = (
            "UPDATE posts SET text = ?, updates = updates + 1 WHERE ts = ? AND channel = ? AND NOT gone RETURNING ts"
        )
        if not self._world.rows(query, message.text, int(ts), channel):
            raise ChatError("The message is gone.", code="message_not_found")
        await self._world.leave("update")

    async def tell(
        self,
        *,
        team: str,
        channel: str,
        user: str,
        text: str,
        response_url: str = "",
        thread_ts: str = "",
        blocks: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        await self._world.enter("tell", user)
        self._world.database.execute("INSERT INTO told (channel, user, text) VALUES (?, ?, ?)", (channel, user, text))
        await self._world.leave("tell")


class FakeDirectory:
    """`Directory` over the world's people."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def person(self, team: str, user_id: str) -> Person | None:
        await self._world.enter("person", user_id)
        return self._world.people.get(user_id)

    async def members(self, team: str, group: str) -> frozenset[str] | None:
        await self._world.enter("members", group)
        return self._world.may_approve if group == APPROVERS else None

    async def group_id(self, team: str, group: str) -> str:
        return group

    async def channel(self, team: str, channel_id: str) -> ChannelInfo | None:
        await self._world.enter("channel", channel_id)
        return ChannelInfo(channel_id, shared=channel_id in self._world.shared)


class FakeAnalyst:
    """`Analyst` whose difference depends only on policies whose name starts with `clash`; a rule that says `first` is
    refused by AgentCore until there is a policy of another name, one that says `loose` is looser than our reading."""

    async def analyse(self, draft: Draft, state: EngineState) -> Analysis:
        others = [policy for policy in state.policies if not policy.name.startswith("clash")]
        first = "first" in draft.fragment and not others and draft.validation_mode == "FAIL_ON_ANY_FINDINGS"
        return Analysis(
            read_back="Says what it does.",
            difference=Difference((UNCHANGED,)).as_json() | {"clashing": _clashing(state)},
            refusal="Overly Restrictive." if first else "",
            crossing=await self.crossing(draft, state),
            basis={"clashing": _clashing(state)},
            engine_digest=state.digest,
        )

    async def second_readings(
        self, rule: str, statements: Sequence[str | None], gateway: Gateway, of: Proposal
    ) -> tuple[tuple[SecondReading | None, ...], tuple[str, ...]]:
        looser = SecondReading(Verdict.DIFFER, "It also lets alice in.", looser=True)
        agrees = SecondReading(Verdict.AGREE)
        second = looser if "loose" in rule else agrees
        return tuple(second if statement else None for statement in statements), ()

    async def read(self, rule: str, gateway: Gateway, of: Proposal) -> tuple[Piece, ...]:
        return (Piece(rule, f"It says {rule}.", True),)

    async def example(self, gateway: Gateway, of: Proposal) -> str:
        return f"allow managers to call {gateway.tools[0].name}" if gateway.tools else ""

    async def finds_no_rule(self, rule: str, gateway: Gateway, of: Proposal) -> bool:
        return "small talk" in rule

    async def offers(
        self, rule: str, fragments: Sequence[str], gateway: Gateway, of: Proposal
    ) -> tuple[tuple[Offer, ...], ...]:
        return ((),) * len(fragments)

    async def between(self, then: EngineState, now: EngineState) -> None:
        return None

    async def tested(self, draft: Draft, state: EngineState, examples: Sequence[Example]) -> Held:
        """A test breaks whose name the rule says."""
        names = [each.name for each in examples]
        broken = tuple(name for name in names if name in draft.fragment)
        return Held(len(names), len(names) - len(broken), broken, (), digest_of(examples))

    async def still_holds(self, draft: Draft, state: EngineState) -> bool:
        return draft.analysis.basis == {"clashing": _clashing(state)}

    async def becomes(self, draft: Draft, state: EngineState) -> Becomes | None:
        return None if await self.still_holds(draft, state) else Becomes("Changes something else", {"changes": []})

    async def crossing(self, draft: Draft, state: EngineState) -> str:
        return "It crosses the boundary no_wires." if "wire" in draft.fragment else ""

    async def since(self, then: Sequence[str], now: Sequence[str], state: EngineState) -> None:
        return None

    async def usable(self, statement: str, gateway: Gateway, *, stays: bool = True) -> str:
        return "It is for another gateway." if "elsewhere" in statement else ""


def _clashing(state: EngineState) -> list[str]:
    return sorted(policy.name for policy in state.policies if policy.name.startswith("clash"))


class FakeEvidence:
    """`Evidence` as a test says: what is recorded of each policy, by its id."""

    def __init__(self) -> None:
        self.seen: dict[str, Seen] = {}
        self.fault: ServiceError | None = None

    async def of(
        self, engine_id: str, gateway_arn: str, since: Mapping[str, datetime], until: datetime
    ) -> Mapping[str, Seen]:
        if self.fault is not None:
            raise self.fault
        return {policy: replace(self.seen[policy], until=until) for policy in since if policy in self.seen}


class FakeCards:
    """`Cards` in plain words: what the message is about and in which state it stands."""

    def message(
        self,
        kind: MessageKind,
        proposal: Proposal,
        drafts: Sequence[Draft],
        draft: Draft | None,
        beside: Sequence[Draft] = (),
        rule: Sequence[Draft] = (),
    ) -> SlackMessage:
        if draft is not None:
            return SlackMessage(f"{kind} {draft.id} v{draft.version} {draft.state} {draft.decided_by} {draft.trouble}")
        settled = sum(1 for each in drafts if each.state.value != "in_review")
        shown = proposal.trouble if kind is MessageKind.PROGRESS else proposal.rule
        return SlackMessage(f"{kind} {proposal.id} {proposal.state} {settled}/{len(drafts)} {shown}")

    def question(self, proposal: Proposal, said: str) -> SlackMessage:
        return SlackMessage(f"question {proposal.id}: {said}")

    def withheld(self, proposal_id: str) -> SlackMessage:
        return SlackMessage(f"{proposal_id} withheld")

    def drift(self, found: Drift, gateway_arn: str, *, closed: bool) -> SlackMessage:
        if found.hidden:
            return SlackMessage("drift hidden")
        return SlackMessage(f"drift {'closed' if closed else 'open'}: {' '.join(found.said)}")

    def said(self, text: str) -> SlackMessage:
        return SlackMessage(text)


PATIENT = Options(everywhere(ENGINE, GATEWAY, mentions=False))
HASTY = Options(
    everywhere(ENGINE, GATEWAY, mentions=False),
    generation_poll=0.02,
    policy_poll=0.02,
    retry_first=0.05,
    retry_longest=0.5,
    message_pause=0.05,
    poll_every=0.05,
    post_seconds=0.2,
    look_after=(0.3, 1.0),
)
