"""The buttons under a card that waits for a decision, and what each asks before it counts."""

from __future__ import annotations

from bot.blocks import ids
from bot.blocks.kit import Block, button, context, plain
from bot.blocks.warnings import gateway_kind
from bot.cedar import parse_policy
from bot.cedar.dogwood import plain_part
from bot.errors import PolicyError
from bot.review.model import Draft, DraftState

UNVALIDATED = "Approve, without AgentCore's analysis"
_NOT_ENFORCING = {
    "not attached": "the gateway asks no policy engine, so AgentCore neither enforces nor records it until one is "
    "attached",
    "other engine": "the gateway asks another policy engine, so AgentCore neither enforces nor records it",
    "gateway log only": "the gateway is in mode LOG_ONLY, so AgentCore records what it decides and enforces nothing",
}


def decision(draft: Draft) -> list[Block]:
    """What is approved, in a line, and the buttons; nothing for a draft that nobody can decide on now."""
    ref = str(ids.CardRef(draft.id, draft.version))
    reject = button("Reject", ids.REJECT, ref, style="danger")
    if draft.state is DraftState.WAITING:
        return [_actions([reject])]
    if draft.state is not DraftState.IN_REVIEW:
        return []
    if draft.analysis.crossing or any(each.type == "INVALID" for each in draft.findings + draft.analysis.findings):
        return [_actions([reject])]
    buttons = [*_approvals(draft, ref), reject]
    if draft.analysis.difference is not None:
        buttons.append(button("Show all changes", ids.SHOW_CHANGES, ref))
    buttons.append(button("Try a request", ids.TRY_REQUEST, ref))
    return [context(_mode_line(draft)), _actions(buttons)]


def _mode_line(draft: Draft) -> str:
    if draft.enforcement_mode == "LOG_ONLY" and not gateway_kind(draft):
        return "Mode if approved: log-only (blocks nothing)."
    return f"Mode if approved: {effect_words(draft)}."


def effect_words(draft: Draft) -> str:
    """The mode that the policy is created in, and what AgentCore then does with it."""
    log_only = draft.enforcement_mode == "LOG_ONLY"
    mode = "log-only" if log_only else "enforced"
    if kind := gateway_kind(draft):
        return f"{mode}; but {_NOT_ENFORCING[kind]}"
    return "log-only: AgentCore records what it decides and blocks nothing" if log_only else "enforced at once"


def _approvals(draft: Draft, ref: str) -> list[Block]:
    """Approve as it works here: without AgentCore's analysis where that refuses it, with a form where it is looser."""
    looser = draft.analysis.second is not None and draft.analysis.second.looser
    if not draft.analysis.refusal:
        if looser:
            return [button("Approve …", ids.APPROVE_LOOSER, ref, style="primary")]
        said = f"AgentCore creates it as shown, {effect_words(draft)}."
        return [button("Approve", ids.APPROVE, ref, style="primary", confirm=_confirm("Approve this policy?", said))]
    until = waits_for(draft)
    wait = [button(f"Wait until {until}", ids.WAIT, ref)] if until else []
    if looser:
        return [button(f"{UNVALIDATED} …", ids.APPROVE_UNVALIDATED_LOOSER, ref), *wait]
    confirm = _confirm("Approve without AgentCore's analysis?", unvalidated_words(draft))
    return [button(UNVALIDATED, ids.APPROVE_UNVALIDATED, ref, confirm=confirm), *wait]


def waits_for(draft: Draft) -> str:
    """What has to become so before AgentCore's analysis takes the draft; empty where nothing that others do helps."""
    never = any(finding.type == "DENY_ALL" for finding in draft.findings + draft.analysis.findings)
    if never or draft.analysis.refusal.startswith("Overly Permissive"):
        return ""
    try:
        forbids = parse_policy(plain_part(draft.statement or "")[0]).effect == "forbid"
    except PolicyError:
        forbids = False
    return "a permit is enforced" if forbids else "AgentCore takes it"


def unvalidated_words(draft: Draft) -> str:
    """What it means to approve without AgentCore's analysis."""
    return (
        "AgentCore checks that it fits the gateway, and creates it though its analysis has findings "
        f"(IGNORE_ALL_FINDINGS, for this policy only): {effect_words(draft)}."
    )


def _confirm(title: str, text: str) -> Block:
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain("Approve", 30),
        "deny": plain("Not yet", 30),
    }


def _actions(elements: list[Block]) -> Block:
    return {"type": "actions", "elements": elements}
