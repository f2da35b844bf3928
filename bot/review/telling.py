"""Who is told what became of a draft: values in, sentences out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.review.decision import voters
from bot.review.messages import Told
from bot.review.model import Act, Draft, DraftState, Origin, Proposal

_MENTION = re.compile("<+(?=[@!#])")
_FRAGMENT = 200
_TESTS = 3
_IN_VAIN = (DraftState.WITHDRAWN, DraftState.REPLACED, DraftState.EXPIRED, DraftState.REJECTED)
"""How what somebody voted for ends without them."""


def to_approvers(draft: Draft, proposal: Proposal, said: str, *, voided: bool = True) -> tuple[Told, ...]:
    """Whoever voted is told what became of it, in the thread and in private. `voided`: no vote counts any more."""
    people = sorted({*draft.deciders, *voters(draft.tally)})
    if not people:
        return ()
    called = ", ".join(f"<@{each}>" for each in people)
    what, said = f"the policy {draft.policy_name} ({proposal.id}, version {draft.version})", quoted(said)
    if not voided:
        return (Told("", f"{called}, on {what}: {said}"), *(Told(each, f"On {what}: {said}") for each in people))
    gone = "your decision on " + what + " does not count any more."
    return (
        Told("", f"{called}, {gone} {said}"),
        *(Told(each, f"{gone[0].upper()}{gone[1:]} {said} The newest card has it.") for each in people),
    )


def to_everybody(draft: Draft, proposal: Proposal, said: str, *, thread: bool = True) -> tuple[Told, ...]:
    """The requester and whoever decided, in private, and the thread."""
    people = dict.fromkeys(filter(None, (proposal.requester_id, *draft.deciders)))
    told = tuple(Told(person, f"{proposal.id}: {quoted(said)}") for person in people)
    return (Told("", quoted(said)), *told) if thread else told


def calling(proposal: Proposal, drafts: Sequence[Draft], whom: Sequence[str], ends: datetime) -> Told:
    """The message that calls those who can decide on drafts that came to review together; `whom` as Slack mentions."""
    some = max(sum(need.missing for need in draft.tally.needs) for draft in drafts)
    votes = f" It takes {some} votes." if some > 1 else ""
    anew = max(draft.version for draft in drafts)
    again = f" anew (version {anew})" if anew > 1 else ""
    what = "another vote" if any(voters(draft.tally) for draft in drafts) else "your decision"
    said = f"{', '.join(whom)}: {_cards(drafts)} of {proposal.id} {_waits(drafts)}{again} for {what}.{votes}"
    return Told("", f"{said} Without one it ends on {at(ends)}.", "called")


def reminding(proposal: Proposal, drafts: Sequence[Draft], whom: Sequence[str], times: str, ends: datetime) -> Told:
    """The message that reminds those who can still decide; `times` is which reminder of how many it is."""
    said = f"{', '.join(whom)}: {_cards(drafts)} of {proposal.id} still {_waits(drafts)} for a decision"
    return Told("", f"{said} (reminder {times}). Without one it ends on {at(ends)}.", "reminded")


def hopeless(proposal: Proposal, drafts: Sequence[Draft]) -> tuple[Told, ...]:
    """What the requester is told when nobody can approve, and the thread with them."""
    which = "it" if len(drafts) == 1 else "them"
    said = (
        f"nobody can approve {_cards(drafts)} of {proposal.id} as things stand: of the people and user groups that the "
        f"rules of this review name, too few may decide on {which}. Ask whoever runs policybot to look at the rules "
        "and at the groups."
    )
    return (
        Told("", f"<@{proposal.requester_id}>, {said}", "nobody_can_approve"),
        Told(proposal.requester_id, said[0].upper() + said[1:]),
    )


def ending_soon(proposal: Proposal, ends: datetime, *, mentions: bool) -> tuple[Told, ...]:
    """That a review ends soon unless somebody decides: in the thread, and to the requester."""
    said = f"{proposal.id} ends on {at(ends)} unless somebody decides before."
    why = " AgentCore deletes what it generated then." if proposal.origin is Origin.RULE else ""
    caller = f"<@{proposal.requester_id}>, " if mentions else ""
    return Told("", f"{caller}{said}{why}", "ends_soon"), Told(proposal.requester_id, said + why)


def closing(proposal: Proposal, drafts: Sequence[Draft], *, mentions: bool) -> tuple[Told, ...]:
    """What came of a proposal, to the requester: with a mention in the thread, and in private. Whoever ended all of it
    by their own hand knows. Whoever voted for what then came to nothing hears of it in private."""
    own = (DraftState.WITHDRAWN, DraftState.REPLACED)
    said = f"{proposal.id} is closed. {' '.join(_outcome(each) for each in drafts)}".strip()
    voted = {voter for each in drafts if each.state in _IN_VAIN for voter in voters(each.tally)}
    others = tuple(Told(person, said) for person in sorted(voted - {proposal.requester_id}))
    if drafts and all(each.state in own and each.deciders == (proposal.requester_id,) for each in drafts):
        return others
    thread = (Told("", f"<@{proposal.requester_id}>, {said}"),) if mentions else ()
    return (*thread, Told(proposal.requester_id, said), *others)


def failing(proposal: Proposal, trouble: str, *, mentions: bool) -> tuple[Told, ...]:
    """That nothing came of a proposal that has a thread, to the requester."""
    said = f"nothing came of {proposal.id}: {quoted(trouble)}"
    thread = (Told("", f"<@{proposal.requester_id}>, {said}"),) if mentions else ()
    return (*thread, Told(proposal.requester_id, said[0].upper() + said[1:]))


def quoted(text: str) -> str:
    """Foreign text inside a sentence for Slack: it mentions nobody, and stays in its line."""
    return _MENTION.sub("", " ".join(text.split()))


def at(instant: datetime) -> str:
    """An instant as people read it."""
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def _cards(drafts: Sequence[Draft]) -> str:
    return "1 card" if len(drafts) == 1 else f"{len(drafts)} cards"


def _waits(drafts: Sequence[Draft]) -> str:
    return "waits" if len(drafts) == 1 else "wait"


_DONE = {
    Act.CREATE: "was created",
    Act.REPLACE: "was changed",
    Act.PROMOTE: "was promoted",
    Act.DEMOTE: "was demoted",
    Act.REVOKE: "was deleted",
}


def _outcome(draft: Draft) -> str:
    """What became of a draft, as one sentence."""
    name = f"The policy {draft.policy_name}" if draft.policy_name else f"“{quoted(draft.fragment)[:_FRAGMENT]}”"
    by = f" by <@{draft.decided_by}>" if draft.decided_by else ""
    if draft.state is DraftState.IN_EFFECT:
        mode = "log-only" if draft.enforcement_mode == "LOG_ONLY" else "enforced"
        how = "" if draft.act is Act.REVOKE else f" and is {mode}"
        until = f" until {at(draft.until)}" if draft.until else ""
        return f"{name} {_DONE[draft.act]}{how}{until}."
    if draft.state is DraftState.REJECTED:
        why = quoted(draft.reject_reason)
        return f"{name} was rejected{by}: “{why}”." if why else f"{name} was rejected{by}."
    said = {
        DraftState.WITHDRAWN: f"was withdrawn{by}.",
        DraftState.REPLACED: f"was replaced{by}. {draft.note}",
        DraftState.EXPIRED: f"was closed: {draft.trouble or 'nobody decided in time.'}",
        DraftState.NOT_ENACTED: f"is not in effect: {quoted(draft.trouble)}",
        DraftState.UNUSABLE: f"could not become a policy. {quoted(draft.trouble)}",
        DraftState.SCHEDULED: f"is taken back on {at(draft.until)}." if draft.until else "is taken back by itself.",
    }
    return f"{name} {said.get(draft.state, 'is still under way.')}".strip()


BACK = {
    Act.CREATE: "is created again",
    Act.REPLACE: "gets its earlier text again",
    Act.PROMOTE: "is enforced again",
    Act.DEMOTE: "is log-only again",
    Act.REVOKE: "is deleted",
}
"""What becomes of a policy when a change of it is taken back."""


def taken_back_soon(
    end: Draft, proposal: Proposal, people: Sequence[str], becomes: str, broken: Sequence[str]
) -> tuple[Told, ...]:
    """That a change is taken back soon, and what that changes and breaks as things stand, to those who asked for it
    and decided on it, with the offer to extend it."""
    until = at(end.until) if end.until else ""
    said = f"on {until} the policy {end.policy_name} {BACK[end.act]} by itself, as it was approved ({end.id})."
    said += f" As things stand: {quoted(becomes)}." if becomes else ""
    said += _breaks("It breaks", broken)
    how = " Press “Extend …” on its card in this thread to propose a later time; that is decided as the change was."
    asked = Told(people[0], f"{proposal.id}: {said}")
    return Told("", f"{_named(people)}, {said}{how}", "taken_back_soon"), asked


def cannot_be_taken_back(end: Draft, proposal: Proposal, people: Sequence[str], why: str) -> tuple[Told, ...]:
    """That a change which ends soon could not be taken back as things stand, to those who asked for it and decided."""
    until = at(end.until) if end.until else ""
    said = (
        f"the time of {end.undoes} ends on {until}, and as things stand it cannot be taken back then. {quoted(why)} "
        f"Unless that changes before, nothing happens to the policy {end.policy_name}: propose what you want of it."
    )
    return _all(proposal, people, said, "cannot_be_taken_back")


def taken_back(end: Draft, proposal: Proposal, people: Sequence[str], *, late: bool) -> tuple[Told, ...]:
    """That a change was taken back by itself, to those who asked for it and decided on it."""
    until = at(end.until) if end.until else ""
    when = f"This is late: it was due on {until}, and could not be done then." if late else f"It was due on {until}."
    said = f"the time of {end.undoes} is over: the policy {end.policy_name} {BACK[end.act]}. {when}"
    said += _breaks("It broke", end.analysis.broken)
    return _all(proposal, people, said, "taken_back")


def not_taken_back(end: Draft, proposal: Proposal, people: Sequence[str], trouble: str) -> tuple[Told, ...]:
    """That a change could not be taken back at its time, to those who asked for it and decided on it."""
    said = f"the time of {end.undoes} is over, and it was not taken back. {quoted(trouble)}"
    return _all(proposal, people, said, "not_taken_back")


def _all(proposal: Proposal, people: Sequence[str], said: str, event: str) -> tuple[Told, ...]:
    private = tuple(Told(person, f"{proposal.id}: {said}") for person in people)
    return Told("", f"{_named(people)}, {said}", event), *private


def _breaks(how: str, broken: Sequence[str]) -> str:
    """Which of the team's tests an end breaks, as a sentence."""
    if not broken:
        return ""
    more = f", and {len(broken) - _TESTS} more" if len(broken) > _TESTS else ""
    return (
        f" {how} {'a test' if len(broken) == 1 else 'tests'} of the team: {quoted('; '.join(broken[:_TESTS]))}{more}."
    )


def _named(people: Sequence[str]) -> str:
    return ", ".join(f"<@{person}>" for person in people)
