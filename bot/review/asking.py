"""Questions about what is allowed today, for whoever may propose in the channel; an answer is of one reading."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.analysis.questions import Answer, Callers
from bot.cedar import Gateway, GatewaySchema, Request
from bot.cedar.dogwood import plain_policy
from bot.errors import BadInput
from bot.language.questions import Question
from bot.questions import Denial, Near, Why, calls_like, claims_asked
from bot.review.asked import (
    AskAnswer,
    Blamed,
    Call,
    CallAnswer,
    DenialAnswer,
    Explained,
    Gate,
    Here,
    LoggedCall,
)
from bot.review.engine import EngineState, standing
from bot.review.errors import Reason, refused
from bot.review.found import Finding
from bot.review.in_english import in_english
from bot.review.listing import Listing
from bot.review.model import Proposal
from bot.review.people import Person
from bot.review.place import Asker
from bot.review.reported import PolicyRecord

_DYNAMIC = "a policy of this tool takes the name of a claim from an input, so what other claims do is not worked out"


@dataclass(frozen=True)
class Removal:
    """What falls if a policy goes, and what is to be known of it as it stands. As `Explained` otherwise."""

    findings: tuple[Finding, ...] = ()
    difference: Mapping[str, Any] | None = None
    idle: bool = False
    unknown: str = ""


class Answerer(Protocol):
    """Who evaluates and proves. Slow work happens off the event loop.

    A text is read with the words of the team that asks (`of`: the place where it asks).
    """

    async def schema(self, gateway: Gateway) -> GatewaySchema:
        """The Cedar schema of a gateway's tools."""
        ...

    async def why(self, state: EngineState, request: Request) -> Why:
        """What Cedar decides on a call today, and by what. Raises PolicyError."""
        ...

    async def answers(self, state: EngineState, about: str) -> tuple[Answer, ...]:
        """`bot.analysis.questions.answers` on what stands."""
        ...

    async def callers(self, state: EngineState, about: str) -> tuple[Callers, ...]:
        """`bot.analysis.questions.callers` on what stands."""
        ...

    async def tool_question(self, text: str, gateway: Gateway, of: Proposal) -> tuple[str, ...]:
        """The calls that TOOL [when …] names, as policy texts. Raises BadInput with the reader's sentence."""
        ...

    async def question(self, text: str, gateway: Gateway, of: Proposal) -> Question:
        """What a question in English asks. Raises BadInput with the reader's sentence."""
        ...

    async def offer(self, state: EngineState, request: Request, of: Proposal) -> str:
        """A rule that our reader reads as a permit of exactly such calls, with which this one is allowed; empty where
        there is none."""
        ...

    async def inputs(self, action: str, arguments: Mapping[str, Any], gateway: Gateway) -> dict[str, Any]:
        """A call's arguments as policies see them. Raises BadInput with a sentence."""
        ...

    async def met(self, policies: Mapping[str, str], request: Request, gateway: Gateway) -> tuple[Near, ...]:
        """The conditions of policies, each held against a call. Raises PolicyError."""
        ...

    async def removal(self, record: PolicyRecord, state: EngineState) -> Removal:
        """What falls if a policy goes."""
        ...


class GatewayLog(Protocol):
    """The gateway's own log of its calls."""

    async def call(self, gateway: Gateway, request_id: str) -> LoggedCall | str:
        """The call of a request, or the sentence that says why it cannot be had. Raises ServiceUnavailable."""
        ...


@dataclass(frozen=True)
class Asking:
    """The use cases. Holds no state. Each raises Refused with a sentence, BadInput, ServiceUnavailable,
    ChatUnavailable or StoreError."""

    listing: Listing
    answerer: Answerer
    log: GatewayLog

    async def here(self, asker: Asker) -> Here:
        """The engine and the gateway of the channel as they stand. Raises Refused for who may not propose there."""
        place = await self.listing.admitted(asker)
        state = await self.listing.service.engine_state(place.engine_id, place.gateway_arn)
        await asyncio.to_thread(standing, state)  # the first look at a thousand policies takes a while
        return Here(place, state, await self.answerer.schema(state.gateway), self.listing.clock.now())

    async def person(self, team: str, user_id: str) -> Person | None:
        """Whom a mention names in a workspace."""
        return await self.listing.authority.directory.person(team, user_id)

    async def why(self, here: Here, call: Call) -> CallAnswer:
        """Why a call is allowed or denied today; where something of it is open, what becomes of all calls like it."""
        if call.missing or call.anyone:
            return await self._all_like(here, call)
        found = await self.answerer.why(here.state, call.request)
        offer, known = "", call.request.tags or call.named
        if known and found.outcome == "denied" and not found.forbids and here.gate is Gate.ENFORCED:
            offer = await self.answerer.offer(here.state, call.request, here.place)
        names = [*found.permits, *found.forbids, *(each for each, _ in found.log_only), *(n.name for n in found.near)]
        said = await _in_english(here.state, names)
        return CallAnswer(here.gate, call, found, None, _claims(here, call), said, _ids(here.state, names), offer)

    async def _all_like(self, here: Here, call: Call) -> CallAnswer:
        claims = claims_asked(standing(here.state), call.request)
        about = calls_like(call.request, None if call.anyone else claims, named=call.named)
        (found,) = await self.answerer.answers(here.state, about)
        if claims is None and not call.anyone and not (found.never or found.always):
            found = Answer(found.action, reason=_DYNAMIC)
        names = [name for case in (found.allowed, found.denied) if case for name in case.reasons]
        said = await _in_english(here.state, names)
        return CallAnswer(here.gate, call, None, found, claims or (), said, _ids(here.state, names))

    async def can(self, here: Here, text: str) -> AskAnswer:
        """Who may make the calls that TOOL [when …] names; a question that begins with “can” is answered as one."""
        try:
            statements = await self.answerer.tool_question(text, here.state.gateway, here.place)
        except BadInput:
            with contextlib.suppress(BadInput):
                return await self.question(here, f"can {text}")
            raise
        return await self._answered(here, Question("who", False, statements, (), "", ""))

    async def question(self, here: Here, text: str) -> AskAnswer:
        """The answer to a question in English."""
        return await self._answered(here, await self.answerer.question(text, here.state.gateway, here.place))

    async def _answered(self, here: Here, asked: Question) -> AskAnswer:
        state, texts = here.state, asked.statements
        read = tuple([await asyncio.to_thread(in_english, each, state.gateway) for each in texts])
        if asked.kind == "who":
            callers = tuple([found for each in texts for found in await self.answerer.callers(state, each)])
            named = [way.policy for found in callers for way in found.ways]
            named += [name for found in callers for name in (*found.forbids, *found.idle)]
            said = await _in_english(state, named)
            return AskAnswer(here.gate, asked.kind, read, asked.denied, callers, said=said)
        answers = tuple([found for each in texts for found in await self.answerer.answers(state, each)])
        return AskAnswer(here.gate, asked.kind, read, asked.denied, answers=answers)

    async def denied(self, here: Here, denial: Denial, call: Call | None, claims: Mapping[str, str]) -> DenialAnswer:
        """What a denial that an agent got comes of. `call` is the call where it was typed beside the denial, `claims`
        the caller's where they were. Raises Refused when the denial is not of the channel's engine."""
        logged: LoggedCall | str = ""
        if denial.request_id and call is None and not denial.action:
            logged = await self.log.call(here.state.gateway, denial.request_id)
        denying = isinstance(logged, LoggedCall) and logged.decision == "DENY"
        policies = denial.policies or (logged.policies if isinstance(logged, LoggedCall) and denying else ())
        records = {each: _record(here.state, each) for each in policies}
        if policies and not any(records.values()) and not await self._known(here, policies):
            raise refused(Reason.OTHER_DENIAL, name=", ".join(policies)[:200])
        if call is None:
            call = await self._call(here, denial, logged, claims)
        known = call is not None and (bool(call.request.tags) or call.named)
        answer = await self.why(here, call) if call is not None and known else None
        asks = () if call is None or known else await self._asks(here, call.request)
        blamed = [await self._blamed(here, name, record, call) for name, record in records.items()]
        return DenialAnswer(here.gate, denial, tuple(blamed), answer, logged, asks)

    async def explain(self, asker: Asker, name: str) -> Explained:
        """A policy, with what is to be known of it and what falls if it goes."""
        here = await self.here(asker)
        detail = await self.listing.policy(asker, name)
        found = await self.answerer.removal(detail.policy.record, here.state)
        return Explained(here.gate, detail, found.findings, found.difference, found.idle, found.unknown)

    async def _known(self, here: Here, policies: Iterable[str]) -> bool:
        """Whether policybot made one of these policies, which is gone since."""
        return bool(await self.listing.store.past(here.place.engine_id, list(policies)))

    async def _call(
        self, here: Here, denial: Denial, logged: LoggedCall | str, claims: Mapping[str, str]
    ) -> Call | None:
        """The call that a denial or the log has, with these claims."""
        gateway = here.state.gateway
        if isinstance(logged, LoggedCall):
            action, arguments, kind, who = logged.action, logged.arguments, logged.principal_type, logged.principal_id
        elif denial.action:
            action, arguments, kind, who = denial.action, denial.arguments, gateway.principal_type, ""
        else:
            return None
        inputs = await self.answerer.inputs(action, arguments, gateway)
        now = f"{here.now:%Y-%m-%dT%H:%M:%S}.000Z"
        request = Request(kind, who or "someone", action, gateway.arn, inputs, claims, now)
        return Call(request, named=bool(who) and (bool(claims) or kind.endswith("::IamEntity")))

    async def _asks(self, here: Here, request: Request) -> tuple[Near, ...]:
        """The permits that speak of the tool, with what of them the inputs meet."""
        found = await self.answerer.why(here.state, request)
        return found.near

    async def _blamed(self, here: Here, name: str, record: PolicyRecord | None, call: Call | None) -> Blamed:
        if record is None:
            return Blamed(name)
        said = await _in_english(here.state, [record.name])
        near = None
        if call is not None and record.statement:
            (near,) = await self.answerer.met({record.name: record.statement}, call.request, here.state.gateway) or (
                None,
            )
        english, permits = said.get(record.name, ""), _permits(record.statement)
        return Blamed(record.name, record.policy_id, record.enforcement_mode, english, near, permits)


def _claims(here: Here, call: Call) -> tuple[str, ...]:
    """The claims that policies of the call's tool ask for."""
    return claims_asked(standing(here.state), call.request) or ()


def _permits(statement: str) -> bool:
    policy = plain_policy(statement)
    return policy is not None and policy.effect == "permit"


def _record(state: EngineState, name: str) -> PolicyRecord | None:
    return next((each for each in state.policies if name in (each.policy_id, each.name)), None)


async def _in_english(state: EngineState, names: Iterable[str]) -> dict[str, str]:
    """What the named policies say."""
    wanted = set(names)
    texts = {each.name: each.statement for each in state.policies if each.name in wanted and each.statement}
    return await asyncio.to_thread(lambda: {name: in_english(text, state.gateway) for name, text in texts.items()})


def _ids(state: EngineState, names: Iterable[str]) -> dict[str, str]:
    wanted = set(names)
    return {each.name: each.policy_id for each in state.policies if each.name in wanted}
