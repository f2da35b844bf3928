"""What governance is told of people, channels, routes and changes: values of the review as facts, no I/O."""

from __future__ import annotations

from collections.abc import Mapping

from bot.analysis.risk import risk_of, riskiest
from bot.cedar.dogwood import plain_policy
from bot.governance import ChangeFacts, ChannelFacts, EvidenceFacts, PersonFacts, RouteFacts
from bot.review.decision import approval_of
from bot.review.model import Act, Draft, Proposal
from bot.review.people import ChannelInfo, Person
from bot.review.votes import Vote


def person_facts(person: Person, team_id: str, members: Mapping[str, frozenset[str] | None]) -> PersonFacts:
    """A person, with the members of the user groups that governance names; None of one that cannot be read."""
    return PersonFacts(
        id=person.user_id,
        team=person.team_id,
        guest=person.is_guest,
        outsider=person.is_stranger or person.team_id != team_id,
        bot=person.is_bot,
        deleted=person.deleted,
        admin=person.is_admin or person.is_owner,
        groups=frozenset(name for name, found in members.items() if found and person.user_id in found),
        unread=frozenset(name for name, found in members.items() if found is None),
    )


def channel_facts(channel_id: str, channel: ChannelInfo | None) -> ChannelFacts:
    """A channel; one that Slack does not show is taken to be shared."""
    return ChannelFacts(channel_id, shared=channel is None or channel.shared, private=bool(channel and channel.private))


def route_facts(proposal: Proposal) -> RouteFacts:
    """Where a proposal's changes go."""
    return RouteFacts.of(proposal.engine_id, proposal.gateway_arn)


def change_facts(draft: Draft, proposal: Proposal) -> ChangeFacts:
    """A draft as it would be enacted if it were approved now. What is not known counts as the riskiest, and what it
    comes to when others' changes are taken back counts as well."""
    risk = riskiest([risk_of(each) for each in (draft.analysis.difference, *draft.analysis.later)])
    effect = _effect(draft)
    second = draft.analysis.second
    before = draft.before.enforcement_mode if draft.before else "NONE"
    after = "NONE" if draft.act is Act.REVOKE else draft.enforcement_mode
    falls = before == "ACTIVE" and (after != "ACTIVE" or draft.act is Act.REPLACE)
    return ChangeFacts(
        requester=proposal.requester_id,
        act=draft.act.value,
        kind=proposal.origin.value,
        effect=effect,
        narrows=risk.narrows,
        widens=risk.widens,
        opens_to_anyone=risk.opens_to_anyone,
        removes_forbid=falls and _effect_of(draft.before.statement if draft.before else "") == "forbid",
        unproved=risk.unproved,
        tools=risk.tools,
        second=second.verdict.value if second else "none",
        looser=bool(second and second.looser),
        findings=frozenset(each.type for each in (*draft.findings, *draft.analysis.findings) if each.type != "VALID"),
        unvalidated=approval_of(draft) is Vote.APPROVE_UNVALIDATED or draft.validation_mode == "IGNORE_ALL_FINDINGS",
        mode_before=before,
        mode_after=after,
        timed=draft.until is not None,
        evidence=_evidence(draft),
    )


def wanted_facts(proposal: Proposal) -> ChangeFacts:
    """What is proposed before anything is known of what it would change: all of that counts as the riskiest."""
    wanted = proposal.wanted
    act = wanted.act.value if wanted else Act.CREATE.value
    return ChangeFacts(requester=proposal.requester_id, act=act, kind=proposal.origin.value)


def _evidence(draft: Draft) -> EvidenceFacts:
    """What is not known stays as it is when nothing is."""
    if draft.evidence is None:
        return EvidenceFacts()
    counts = {name: getattr(draft.evidence, name) for name in ("matches", "flips", "errors")}
    return EvidenceFacts(draft.evidence.hours, **{name: count for name, count in counts.items() if count is not None})


def _effect(draft: Draft) -> str:
    return _effect_of(draft.statement or "")


def _effect_of(statement: str) -> str:
    """The effect of a statement; of one that cannot be read, the riskier is taken: that it permits."""
    policy = plain_policy(statement)
    return policy.effect if policy else "permit"
