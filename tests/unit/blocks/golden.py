"""Cards as text, one for each state and warning. `python -m tests.unit.blocks.golden` writes `cards.txt` anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.analysis import Change, Difference, Example
from bot.blocks import SlackCards
from bot.cedar import Request
from bot.governance import Need, Requirement, Tally
from bot.review import timed
from bot.review.found import Analysis, Finding, Offer, SecondReading, Since, Verdict
from bot.review.messages import MessageKind, SlackMessage
from bot.review.model import Act, Draft, DraftState, Origin, Proposal, ProposalState, Stood
from tests.support.phone import lines

FILE = Path(__file__).with_name("cards.txt")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OAUTH, ARN = "AgentCore::OAuthUser", "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/desk-a1b2c3d4e5"
REFUSAL = (
    "Overly Restrictive: Policy Engine will deny every request for action (Desk___refund) and resource (gateway/*)"
)
_SAID = {
    "not_attached": "No policy engine is attached to the gateway desk, so no policy decides anything there.",
    "other_engine": "The gateway desk asks another policy engine, e-2: this policy decides nothing there.",
    "gateway_log_only": "The gateway desk only logs what its engine decides: no call is denied, whatever policies say.",
    "nothing_permitted": "Nothing is permitted yet: once the gateway enforces this engine, every call is denied.",
    "hidden_characters": "Its text has characters that do not look like what they are: U+202E RIGHT-TO-LEFT OVERRIDE.",
    "log_only": "If the log-only policy open_refunds were promoted too, more calls of refund would be allowed.",
    "missing_policy": "Nothing was generated for “nobody may export customers”.",
}


def _request(amount: int) -> Request:
    tags = {"role": "support-agent"}
    return Request(OAUTH, "alice", "Desk___refund", ARN, {"amount": amount}, tags, "2026-01-15T12:00:00.000Z")


CHANGED = Change(
    OAUTH,
    "Desk___refund",
    "changed",
    newly_allowed=Example(_request(499), False, True, (), ("this policy",)),
    still_denied=Example(_request(500), False, False),
    whom="callers with role = support-agent",
)
SAME = Change(OAUTH, "Desk___lookup", "unchanged")
WAY = "depends on freeze, which is still being created"
PLAIN = Analysis(
    read_back="Support agents may call refund when amount is less than 500.",
    difference=Difference((CHANGED, SAME)).as_json(),
    second=SecondReading(Verdict.AGREE),
)
DRAFT = Draft(
    id="P-7K2M9Q.1",
    proposal_id="P-7K2M9Q",
    ordinal=1,
    asset_id="a1",
    fragment="allow support agents to call refund tool below 500",
    statement=f'forbid(principal, action, resource == AgentCore::Gateway::"{ARN}");',
    findings=(Finding("VALID"),),
    state=DraftState.IN_REVIEW,
    analysis=PLAIN,
    policy_name="forbid_refund_P7K2M9Q_1",
    deciders=("U2",),
    decided_at=NOON,
)
PROPOSAL = Proposal(
    id="P-7K2M9Q",
    key="k",
    team_id="T1",
    channel_id="C1",
    requester_id="U1",
    rule=DRAFT.fragment,
    engine_id="e-1",
    gateway_arn=ARN,
    state=ProposalState.IN_REVIEW,
    created_at=NOON,
)


def _with(*changes: Change) -> Analysis:
    return replace(PLAIN, difference=Difference(changes).as_json())


CASES: dict[str, Analysis] = {
    "nothing to warn of": PLAIN,
    **{kind: replace(PLAIN, warnings=(Finding(kind, said, "policybot"),)) for kind, said in _SAID.items()},
    "refused by AgentCore": replace(PLAIN, refusal=REFUSAL),
    "several readings": replace(
        PLAIN,
        second=SecondReading(Verdict.UNREAD, "It can be read in more than one way."),
        offers=(Offer("nobody may refund express orders over 500", "Nobody may call refund when …"),),
    ),
    "looser": replace(PLAIN, second=SecondReading(Verdict.DIFFER, "It also lets alice refund 600.", looser=True)),
    "stricter": replace(PLAIN, second=SecondReading(Verdict.DIFFER, "It does not let alice refund 400.")),
    "unread": replace(PLAIN, second=SecondReading(Verdict.UNREAD, "nothing confirms that “on weekends” is honoured")),
    "no second reading": replace(PLAIN, second=None),
    "nothing changes": _with(SAME),
    "on its way": _with(replace(SAME, status="not analysed", reason=WAY)),
    "partly on its way": _with(CHANGED, replace(SAME, status="not analysed", reason=WAY)),
    "not read": _with(CHANGED, replace(SAME, status="not analysed", reason="forbid_x cannot be read (gone)")),
    "not analysed at all": replace(PLAIN, difference=None),
    "everything at once": replace(
        PLAIN,
        warnings=tuple(Finding(kind, said, "policybot") for kind, said in _SAID.items()),
        refusal=REFUSAL,
        second=SecondReading(Verdict.DIFFER, "It also lets alice refund 600.", looser=True),
        difference=Difference((CHANGED, replace(SAME, status="not analysed", reason=WAY))).as_json(),
    ),
}


REVOKED = replace(
    CHANGED,
    newly_allowed=None,
    still_denied=None,
    newly_denied=Example(_request(499), True, False, ("permit_refund",), ()),
    every=True,
)
STOOD = Stood("permit_refund-0123456789", "permit_refund", DRAFT.statement or "", "ACTIVE")
NEED = Need(Requirement(("approvers",), 2, "S1", groups=("S1",)), ("U2",), 1)
ACTS: dict[str, Draft] = {
    "promote": replace(
        DRAFT,
        act=Act.PROMOTE,
        before=replace(STOOD, enforcement_mode="LOG_ONLY"),
        enforcement_mode="ACTIVE",
        policy_name=STOOD.name,
        tally=Tally(met=False, needs=(NEED,)),
    ),
    "demote": replace(DRAFT, act=Act.DEMOTE, before=STOOD, policy_name=STOOD.name, analysis=_with(REVOKED)),
    "revoke": replace(
        DRAFT,
        act=Act.REVOKE,
        before=STOOD,
        enforcement_mode="ACTIVE",
        policy_name=STOOD.name,
        analysis=_with(REVOKED),
    ),
    "revoke of log-only": replace(
        DRAFT,
        act=Act.REVOKE,
        before=replace(STOOD, enforcement_mode="LOG_ONLY"),
        policy_name=STOOD.name,
        analysis=_with(SAME),
    ),
    "replace": replace(
        DRAFT,
        act=Act.REPLACE,
        before=STOOD,
        enforcement_mode="ACTIVE",
        policy_name=STOOD.name,
        until=NOON,
        findings_reason="The permit comes tomorrow.",
        validation_mode="IGNORE_ALL_FINDINGS",
        analysis=replace(
            PLAIN,
            since=Since(0, "", ("permit(principal, action, resource);",), Difference((REVOKED, SAME)).as_json()),
        ),
    ),
}


def _deciders(state: DraftState) -> tuple[str, ...]:
    """Nobody decided on what expired."""
    return () if state is DraftState.EXPIRED else DRAFT.deciders


def act(name: str, state: DraftState) -> SlackMessage:
    """The card of an act on a policy that stands."""
    draft = replace(ACTS[name], state=state, policy_id=STOOD.policy_id, deciders=_deciders(state))
    origin = Origin.CEDAR if draft.act is Act.REPLACE else Origin.ACT
    proposal = replace(PROPOSAL, rule=f"{name} the policy permit_refund", origin=origin, why="Tried for a week.")
    draft = replace(draft, fragment=proposal.rule)
    return SlackCards().message(MessageKind.CARD, proposal, (draft,), draft)


FIRST = replace(DRAFT, state=DraftState.IN_EFFECT, until=NOON, policy_id="forbid_refund_P7K2M9Q_1-0123456789")


def end(name: str, state: DraftState) -> SlackMessage:
    """The card of what takes a change back at its time: of a policy that was created, or of an act."""
    first = replace(ACTS[name], state=DraftState.IN_EFFECT, until=NOON) if name in ACTS else FIRST
    draft = timed.end_of(first, PROPOSAL, (first,), "")
    assert draft is not None
    note = "It was extended until 2026-12-31 18:00 UTC." if state is DraftState.REPLACED else ""
    proof = first.analysis if state in (DraftState.SENDING, DraftState.IN_EFFECT) else draft.analysis
    draft = replace(draft, state=state, note=note, analysis=proof)
    return SlackCards().message(MessageKind.CARD, PROPOSAL, (first, draft), draft)


def extension(state: DraftState) -> SlackMessage:
    """The card of what puts such an end off."""
    draft = timed.end_of(FIRST, PROPOSAL, (FIRST,), "")
    assert draft is not None
    later = replace(
        PROPOSAL, rule=f"Extend {FIRST.id}", origin=Origin.ACT, until=datetime(2026, 12, 31, 18, tzinfo=UTC)
    )
    extended = replace(timed.extension(FIRST, draft, later), state=state)
    return SlackCards().message(MessageKind.CARD, later, (extended,), extended)


ENDS = (
    DraftState.SCHEDULED,
    *(DraftState.SENDING, DraftState.SETTLING),
    *(DraftState.IN_EFFECT, DraftState.NOT_ENACTED, DraftState.REPLACED),
)
EXTENSIONS = (
    *(DraftState.IN_REVIEW, DraftState.APPROVED, DraftState.IN_EFFECT),
    *(DraftState.NOT_ENACTED, DraftState.REJECTED, DraftState.EXPIRED),
)


def message(state: DraftState, case: str) -> SlackMessage:
    """The card of a draft in a state, with what was found about it."""
    trouble = "AgentCore refused it. Nothing of it is left." if state is DraftState.NOT_ENACTED else ""
    draft = replace(DRAFT, state=state, analysis=CASES[case], trouble=trouble, deciders=_deciders(state))
    return SlackCards().message(MessageKind.CARD, PROPOSAL, (draft,), draft)


def messages() -> Iterator[SlackMessage]:
    """Every card."""
    for state in DraftState:
        yield from (message(state, case) for case in CASES)
        yield from (act(name, state) for name in ACTS if state is not DraftState.SCHEDULED)
    yield from (end(name, state) for name in ("create", "demote", "revoke", "replace") for state in ENDS)
    yield from (extension(state) for state in EXTENSIONS)


def cards() -> Iterator[str]:
    """Every warning of a card in review; of the other states, the card without any and with all of them."""
    for state in DraftState:
        for case in CASES if state is DraftState.IN_REVIEW else ("nothing to warn of", "everything at once"):
            yield "\n".join((f"=== {state}, {case}", *lines(message(state, case).blocks, 10_000), ""))
    for name in ACTS:
        for state in DraftState:
            if state is not DraftState.SCHEDULED:
                yield "\n".join((f"=== {name}, {state}", *lines(act(name, state).blocks, 10_000), ""))
    for name in ("create", "demote", "revoke", "replace"):
        for state in ENDS:
            yield "\n".join((f"=== end of {name}, {state}", *lines(end(name, state).blocks, 10_000), ""))
    for state in EXTENSIONS:
        yield "\n".join((f"=== extension, {state}", *lines(extension(state).blocks, 10_000), ""))


if __name__ == "__main__":
    FILE.write_text("\n".join(cards()), encoding="utf-8")
