"""The buttons under a card that waits for a decision, and what each asks before it counts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import ids
from bot.blocks.acts import approving, effect_words, mode_line
from bot.blocks.kit import Block, button, context, menu, plain
from bot.blocks.timing import again, takes_time
from bot.cedar.dogwood import plain_policy
from bot.review.decision import against_way, approval_of, clean, clean_digest, ticks
from bot.review.model import Act, Draft, DraftState, Origin, Proposal
from bot.review.votes import Vote

UNVALIDATED = "Approve, without AgentCore's analysis"


def decision(draft: Draft, proposal: Proposal, pieces: Sequence[Draft] = ()) -> list[Block]:
    """What is approved, in a line, and the buttons; nothing for a draft that nobody can do anything with."""
    ref = str(ids.CardRef(draft.id, draft.version))
    reject = button("Reject", ids.REJECT, ref, style="danger")
    if draft.state is DraftState.IN_EFFECT:
        offered = _next(draft, ref)
        return [_actions(offered)] if offered else []
    if draft.state is DraftState.UNUSABLE and proposal.origin is not Origin.ACT:
        return [_actions([button(label, action, ref) for label, action in _EDITS])]
    if draft.state is DraftState.APPROVED:
        return [_actions([button("Withdraw", ids.WITHDRAW, ref, confirm=_WITHDRAW)])]
    if draft.state is DraftState.SCHEDULED:
        return [_actions([button("Extend …", ids.EXTEND, ref)])]
    if draft.state is DraftState.WAITING:
        return [_actions([reject, _more(draft, proposal, ref)])]
    if draft.state is not DraftState.IN_REVIEW:
        offered = again(draft, ref)
        return [_actions(offered)] if offered else []
    if not approvable(draft):
        return [_actions([reject, _more(draft, proposal, ref)])]
    buttons = [*approvals(draft, proposal, pieces, ref), reject]
    if draft.analysis.difference is not None:
        buttons.append(button("Show all changes", ids.SHOW_CHANGES, ref))
    buttons.append(button("Try a request", ids.TRY_REQUEST, ref))
    together = clean(proposal, pieces)
    if len(together) > 1 and draft.id == together[0].id:
        said = f"{len(together)} policies of this rule that have nothing to be looked at get your approval."
        confirm = _confirm("Approve all clean ones?", said)
        these = str(ids.CardRef(draft.id, draft.version, clean_digest(together)))
        buttons.append(button(f"Approve all {len(together)} clean ones", ids.APPROVE_CLEAN, these, confirm=confirm))
    by_click = approval_of(draft) is Vote.APPROVE and not ticks(draft, proposal, pieces)
    return [context(mode_line(draft, pieces)), _actions([*buttons, _more(draft, proposal, ref, by_click=by_click)])]


_EDITS = (("Edit rule …", ids.EDIT_RULE), ("Edit Cedar …", ids.EDIT_CEDAR))


def _more(draft: Draft, proposal: Proposal, ref: str, *, by_click: bool = False) -> Block:
    """The menu of what is done less often while a draft is open."""
    offered = [*(_EDITS if proposal.origin is not Origin.ACT else ()), ("Withdraw", ids.WITHDRAW)]
    if draft.state is DraftState.IN_REVIEW:
        offered.append(("Take my vote back", ids.TAKE_BACK))
    if by_click and takes_time(draft):  # a form asks for the time itself
        offered.insert(0, ("Approve for a time …", ids.APPROVE_FORM))
    return menu(ids.MORE, [(label, f"{action} {ref}") for label, action in offered])


def _next(draft: Draft, ref: str) -> list[Block]:
    """What can be proposed about a policy that is in effect: each is another change under review."""
    log_only = draft.enforcement_mode == "LOG_ONLY"
    offered = [] if draft.undoes or draft.extends else [("Undo …", ids.UNDO)]
    if draft.act is not Act.REVOKE:
        turn = ("Promote …", ids.PROMOTE) if log_only else ("Demote …", ids.DEMOTE)
        offered = [turn, ("Revoke …", ids.REVOKE), *_EDITS, *offered]
    return [button(label, action, ref) for label, action in offered]


def approvable(draft: Draft) -> bool:
    """Whether an approval of a draft could count, by anybody: an invalid one, or one that crosses a boundary, takes
    none."""
    return against_way(draft, approval_of(draft)) is None


def approvals(draft: Draft, proposal: Proposal, pieces: Sequence[Draft], ref: str) -> list[Block]:
    """Approve as it works here: without AgentCore's analysis where that refuses it, with a form where something has to
    be ticked or said; nothing where no approval counts."""
    if not approvable(draft):
        return []
    if approval_of(draft) is Vote.APPROVE_UNVALIDATED:
        until = waits_for(draft)
        wait = [button(f"Wait until {until}", ids.WAIT, ref)] if until else []
        return [button(f"{UNVALIDATED} …", ids.APPROVE_FORM, ref), *wait]
    if ticks(draft, proposal, pieces):
        return [button("Approve …", ids.APPROVE_FORM, ref, style="primary")]
    question = "Approve this policy?" if draft.act is Act.CREATE and not draft.extends else "Approve this change?"
    return [button("Approve", ids.APPROVE, ref, style="primary", confirm=_confirm(question, approving(draft, pieces)))]


def waits_for(draft: Draft) -> str:
    """What has to become so before AgentCore's analysis takes the draft; empty where nothing that others do helps."""
    never = any(finding.type == "DENY_ALL" for finding in draft.findings + draft.analysis.findings)
    if never or draft.analysis.refusal.startswith("Overly Permissive"):
        return ""
    policy = plain_policy(draft.statement)
    return "a permit is enforced" if policy and policy.effect == "forbid" else "AgentCore takes it"


def unvalidated_words(draft: Draft, pieces: Sequence[Draft]) -> str:
    """What it means to approve without AgentCore's analysis."""
    verb = "creates" if draft.act is Act.CREATE else "changes"
    return (
        f"AgentCore checks that it fits the gateway, and {verb} it though its analysis has findings "
        f"(IGNORE_ALL_FINDINGS, for this policy only): {effect_words(draft, pieces)}."
    )


def _confirm(title: str, text: str, yes: str = "Approve") -> Block:
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain("Not yet", 30),
    }


_WITHDRAW = _confirm("Withdraw it?", "It was approved. Withdrawn, it is not sent, and nothing comes of it.", "Withdraw")


def _actions(elements: list[Block]) -> Block:
    return {"type": "actions", "elements": elements}
