"""What an act does to a policy, in the words of its card: before it is decided, while it is sent, and afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC

from bot.analysis.vocabulary import Kind
from bot.blocks.findings import gateway_kind
from bot.blocks.kit import cut
from bot.review.model import Act, Draft, DraftState, Proposal
from bot.review.telling import BACK, at
from bot.review.timed import is_end
from bot.review.together import goes_first, is_held_back

NAME = 60
_NOT_ENFORCING = {
    Kind.NOT_ATTACHED: "the gateway asks no policy engine, so AgentCore neither enforces nor records it until one is "
    "attached",
    Kind.OTHER_ENGINE: "the gateway asks another policy engine, so AgentCore neither enforces nor records it",
    Kind.GATEWAY_LOG_ONLY: "the gateway is in mode LOG_ONLY, so AgentCore records what it decides and enforces nothing",
    Kind.GATEWAY_MODE: "the gateway asks this engine in a mode that is not known, so neither is whether AgentCore "
    "enforces it",
}
_ON_THE_WAY: Mapping[Act, str] = {
    Act.CREATE: "created",
    Act.REPLACE: "changed",
    Act.PROMOTE: "promoted",
    Act.DEMOTE: "made log-only",
    Act.REVOKE: "deleted",
}
ONCE: Mapping[Act, str] = {
    Act.REPLACE: "Changed",
    Act.PROMOTE: "Promoted",
    Act.DEMOTE: "Made log-only",
    Act.REVOKE: "Deleted",
}
"""How a headline begins that says what an act changes; of a policy that is created it says just that."""


def mode_words(mode: str) -> str:
    """An enforcement mode as people say it."""
    return {"LOG_ONLY": "log-only", "ACTIVE": "enforced"}.get(mode, mode)


def name_of(draft: Draft) -> str:
    """The policy of a draft, with room for other words."""
    return cut(draft.policy_name, NAME)


def asked(draft: Draft) -> str:
    """What is asked for by an act on a policy that stands, with the mode before and after; empty of one that is new."""
    if draft.extends:
        return f"Puts off when the change of the policy {name_of(draft)} is taken back; AgentCore is sent nothing now."
    if draft.before is None:
        return ""
    name, mode = f"{name_of(draft)} ({draft.before.policy_id})", mode_words(draft.before.enforcement_mode)
    return {
        Act.CREATE: "",
        Act.REPLACE: f"Changes the statement of the policy {name}, which stays {mode}.",
        Act.PROMOTE: f"Promotes the policy {name}: {mode} → enforced.",
        Act.DEMOTE: f"Demotes the policy {name}: {mode} → log-only.",
        Act.REVOKE: f"Deletes the policy {name}, which is {mode}.",
    }[draft.act]


def effect_words(draft: Draft, pieces: Sequence[Draft] = ()) -> str:
    """What AgentCore does with the policy once the draft is approved, as a clause; `pieces` are those of its rule."""
    kind = gateway_kind(draft)
    if draft.act is Act.REVOKE:
        return "the policy is deleted; an undo creates it again, as another change under review"
    mode = mode_words(draft.enforcement_mode)
    if kind:
        return f"{mode}; but {_NOT_ENFORCING[kind]}"
    log_only = draft.enforcement_mode == "LOG_ONLY"
    if log_only:
        return "log-only: AgentCore records what it decides and blocks nothing"
    return "enforced once what it waits for is in force" if goes_first(draft, pieces) else "enforced at once"


def approving(draft: Draft, pieces: Sequence[Draft] = ()) -> str:
    """What an approval has AgentCore do, as a sentence."""
    if draft.extends:
        return f"Nothing changes now: the policy stays as it is{_until(draft)}."
    if draft.act is Act.REVOKE:
        return "AgentCore deletes the policy."
    verb = "creates it" if draft.act is Act.CREATE else "changes it"
    return f"AgentCore {verb} as shown, {effect_words(draft, pieces)}."


def mode_line(draft: Draft, pieces: Sequence[Draft] = ()) -> str:
    """The small print above the buttons: in which mode it is afterwards."""
    if draft.extends:
        stays = "deleted" if draft.act is Act.REVOKE else mode_words(draft.enforcement_mode)
        return f"Mode if approved: {stays} as now{_until(draft)}."
    if draft.act is Act.REVOKE:
        return "If approved: the policy is deleted."
    if draft.enforcement_mode == "LOG_ONLY" and not gateway_kind(draft):
        return "Mode if approved: log-only (blocks nothing)."
    return f"Mode if approved: {effect_words(draft, pieces)}."


def title(draft: Draft, proposal: Proposal) -> str:
    """The header of the card of a draft that somebody decided on."""
    done = "extended" if draft.extends else _ON_THE_WAY[draft.act]
    created = draft.act is Act.CREATE and not draft.extends
    sent = "Approved, not sent yet" if is_held_back(draft) else "Approved, being sent"
    return {
        DraftState.APPROVED: "Approved, being extended" if draft.extends else sent,
        DraftState.SENDING: "Approved, being sent",
        DraftState.SETTLING: f"Approved, being {done}",
        DraftState.IN_EFFECT: "Extended" if draft.extends else f"Policy {done}",
        DraftState.NOT_ENACTED: "Approved, but not active" if created else f"Approved, but not {done}",
        DraftState.REJECTED: "Rejected",
        DraftState.WITHDRAWN: "Withdrawn",
        DraftState.REPLACED: "Not due any more" if is_end(draft) else f"Replaced by revision {proposal.revision + 1}",
        DraftState.EXPIRED: "Approved, but too late" if draft.deciders else "Closed without a decision",
        DraftState.SCHEDULED: "Approved for its time",
    }.get(draft.state, "")


def outcome(draft: Draft, proposal: Proposal) -> str:
    """What came of a draft that is not in review, or is on its way, as a sentence."""
    going, doing, failed, untouched = _extending(draft) if draft.extends else _acting(draft)
    name, revision = name_of(draft), proposal.revision + 1
    over = f"Closed; {untouched}." if draft.trouble or draft.deciders else f"Nobody decided in time; {untouched}."
    return {
        DraftState.APPROVED: f"Approved. {draft.trouble}" if is_held_back(draft) else f"Approved; {going}.",
        DraftState.SENDING: f"Approved; {going}, and cannot be taken back meanwhile.",
        DraftState.SETTLING: f"Approved; AgentCore {doing}.",
        DraftState.IN_EFFECT: in_effect(draft),
        DraftState.NOT_ENACTED: failed,
        DraftState.REJECTED: f"Rejected; {untouched}.",
        DraftState.WITHDRAWN: f"Withdrawn; {untouched}.",
        DraftState.REPLACED: "It does not happen at its time any more."
        if is_end(draft)
        else f"Revision {revision} is reviewed instead; nothing comes of this one.",
        DraftState.EXPIRED: over,
        DraftState.SCHEDULED: f"The policy {name} {BACK[draft.act]} by itself at {_due(draft)}.",
    }[draft.state]


def _acting(draft: Draft) -> tuple[str, str, str, str]:
    """Of an act on the engine: what goes out, what AgentCore does, how it failed, and what is so without it."""
    act, name = draft.act, name_of(draft)
    if act is Act.CREATE:
        failed = "Approved, but the policy did not become ACTIVE. Do not count on it."
        return "the policy is being sent to AgentCore", "is creating the policy", failed, "nothing is created"
    untouched = f"the policy {name} stays as it is"
    failed = f"Approved, but the policy {name} was not {_ON_THE_WAY[act]}."
    if act is Act.REVOKE:
        return "the deletion is being sent to AgentCore", "is deleting the policy", failed, untouched
    return "the change is being sent to AgentCore", "is changing the policy", failed, untouched


def _extending(draft: Draft) -> tuple[str, str, str, str]:
    """The same of what puts an end off, of which AgentCore hears nothing."""
    earlier = f"the change of the policy {name_of(draft)} is taken back when it was due before"
    return "the later time is being set", "has nothing to do", "Approved, but the later time was not set.", earlier


def in_effect(draft: Draft) -> str:
    """What stands since the act, as a sentence."""
    name, mode = name_of(draft), mode_words(draft.enforcement_mode)
    if draft.extends:
        return f"The change of the policy {name} stays{_until(draft)}."
    return {
        Act.CREATE: f"Policy {name} created, {mode}, ACTIVE.",
        Act.REPLACE: f"Policy {name} changed, {mode}, ACTIVE.",
        Act.PROMOTE: f"Policy {name} promoted, enforced, ACTIVE.",
        Act.DEMOTE: f"Policy {name} demoted, log-only, ACTIVE.",
        Act.REVOKE: f"Policy {name} deleted.",
    }[draft.act]


def time_words(draft: Draft) -> str:
    """When a change is taken back, or takes another one back; empty of one that is for good."""
    if draft.until is None:
        return ""
    if is_end(draft):
        return f"it takes back what {draft.undoes} did, at {_due(draft)}, as was approved together with it."
    return f"taken back by itself at {_due(draft)}."


def _until(draft: Draft) -> str:
    return f" until {_due(draft)}" if draft.until else ""


def _due(draft: Draft) -> str:
    return at(draft.until.astimezone(UTC)) if draft.until else "its time"
