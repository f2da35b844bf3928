"""A tried request is decided with the draft as on the engine that the draft comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.analyst import PolicyAnalyst
from bot.cedar import Gateway, Request
from bot.review.engine import EngineState
from bot.review.model import Draft, DraftState, Proposal, ProposalState
from bot.review.trying import Trying

NOW = datetime(2026, 11, 26, tzinfo=UTC)


class Kept:
    """A store with one proposal, and the engine of its gateway, on which nothing stands."""

    def __init__(self, gateway: Gateway, *drafts: Draft) -> None:
        self.found, self.gateway = drafts, gateway

    async def proposal(self, proposal_id: str) -> Proposal:
        return Proposal(
            proposal_id, "k", "T1", "C1", "U1", "rule", "e-1", self.gateway.arn, ProposalState.IN_REVIEW, NOW
        )

    async def drafts(self, _: str) -> tuple[Draft, ...]:
        return self.found

    async def thread(self, _: str) -> tuple[Proposal, ...]:
        return ()

    async def engine_state(self, engine_id: str, _: str) -> EngineState:
        return EngineState(engine_id, self.gateway, engine_id, "ENFORCE", ())


async def test_what_a_permit_waits_for_denies_what_is_tried(gateway_of: Callable[..., Gateway]) -> None:
    """As its card says what it changes beside the forbid of its rule; what came to nothing denies nothing."""
    desk = gateway_of(Desk={"pay": {"amount": {"type": "integer"}}})
    scope = f'(principal, action == AgentCore::Action::"Desk___pay", resource == AgentCore::Gateway::"{desk.arn}")'
    permit = Draft(
        "P-1.1", "P-1", 1, "a", "one", f"permit{scope};", (), DraftState.IN_REVIEW, enforcement_mode="ACTIVE"
    )
    text = f"forbid{scope} when {{ context.input.amount > 100 }};"
    forbid = replace(permit, id="P-1.2", ordinal=2, statement=text, policy_name="forbid_pay")
    request = Request(
        "AgentCore::OAuthUser", "alice", "Desk___pay", desk.arn, {"amount": 500}, {}, "2026-11-26T00:00:00Z"
    )
    analyst = PolicyAnalyst()
    try:
        for state, allowed in ((DraftState.IN_REVIEW, False), (DraftState.REJECTED, True)):
            kept: Any = Kept(desk, permit, replace(forbid, state=state))
            found = await Trying(kept, kept, analyst).request(permit, request)
            assert (found.today.allowed, found.after.allowed) == (False, allowed)
    finally:
        await analyst.aclose()
