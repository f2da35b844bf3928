"""The review card: one draft, all that a reviewer needs to decide on it, and the buttons while it waits for that."""

from __future__ import annotations

from bot.blocks import ids
from bot.blocks.difference import read_difference
from bot.blocks.findings import finding_items
from bot.blocks.kit import (
    Block,
    bullets,
    button,
    code,
    context,
    cut,
    escape,
    header,
    line,
    markup,
    person,
    quote,
    rich,
    when,
    with_ids,
    words,
)
from bot.blocks.proposal import mode_words
from bot.review.model import Draft, DraftState, Proposal, SlackMessage

# What each part may take, so that a card stays within a message's budget whatever a rule or a policy holds.
PIECE, READ_BACK, CEDAR, UNCOVERED, NOTE, TROUBLE, FINDINGS = 450, 700, 2000, 250, 300, 450, 5
DESCRIPTION, UNUSABLE_DESCRIPTION = 250, 700
_UNCOVERED_WORDS = 12
EXAMPLE = "/policy allow support agents to call refund tool if the amount is below 500"

_TITLE = {
    DraftState.UNUSABLE: "No policy from this piece",
    DraftState.IN_REVIEW: "Policy to review",
    DraftState.APPROVED: "Approved, being sent",
    DraftState.CREATING: "Approved, being created",
    DraftState.ACTIVE: "Policy created",
    DraftState.CREATE_FAILED: "Approved, but not active",
    DraftState.REJECTED: "Rejected",
}


def card(proposal: Proposal, draft: Draft) -> SlackMessage:
    """The card of a draft as it should stand now."""
    outcome = _outcome(draft)
    blocks = [header(f"{_TITLE[draft.state]} (piece {draft.ordinal})"), *_subject(proposal, draft)]
    blocks += _unusable(draft) if draft.statement is None else _policy(draft)
    blocks += _uncovered(proposal)
    if draft.state is DraftState.IN_REVIEW:
        blocks += _decision(draft)
    elif draft.state is not DraftState.UNUSABLE:
        blocks += _settled(draft, outcome)
    piece = cut(draft.fragment, 200)
    return SlackMessage(
        escape(f"{outcome} The piece of the rule: “{piece}”."), with_ids(f"card-{draft.id}"[:120], blocks)
    )


def _subject(proposal: Proposal, draft: Draft) -> list[Block]:
    blocks = [rich(line(person(proposal.requester_id), words(" asks for:")), quote(cut(draft.fragment, PIECE)))]
    if draft.note:
        blocks.append(rich(line(words("Changed since the last card: ", bold=True), words(cut(draft.note, NOTE)))))
    return blocks


def _policy(draft: Draft) -> list[Block]:
    statement = draft.statement or ""
    blocks: list[Block] = []
    if draft.analysis.read_back:
        said = cut(draft.analysis.read_back, READ_BACK)
        blocks.append(rich(line(words("In plain English: ", bold=True), words(said))))
    blocks.append(rich(code(preview(statement))))
    more = [button("Show full policy", ids.SHOW_POLICY, str(ids.CardRef(draft.id, draft.version)))]
    if len(statement) > CEDAR:
        blocks += [context(f"The first part of {len(statement):,} characters is shown."), _actions(more)]
    items = finding_items((*draft.findings, *draft.analysis.findings), FINDINGS, DESCRIPTION)
    if items:
        blocks.append(rich(line(words("Findings", bold=True)), bullets(items)))
    return blocks + _difference(draft)


def preview(statement: str) -> str:
    """The start of a policy, whole lines where that is possible."""
    if len(statement) <= CEDAR:
        return statement
    start = statement[: CEDAR - 2]
    return (start[: start.rfind("\n")] if "\n" in start[CEDAR // 2 :] else start) + "\n…"


def _difference(draft: Draft) -> list[Block]:
    if draft.analysis.difference is None:
        return []
    found = read_difference(draft.analysis.difference)
    items = [[words(item)] for item in found.summary()]
    parts = [line(words("What it would change, once enforced", bold=True)), bullets(items)]
    parts += [line(words(f"{label}: ", italic=True), words(said)) for label, said in found.two_examples()]
    return [rich(*parts), rich(line(words("Risk: ", bold=True), words(found.risk())))]


def _unusable(draft: Draft) -> list[Block]:
    items = finding_items((*draft.findings, *draft.analysis.findings), FINDINGS, UNUSABLE_DESCRIPTION)
    blocks = [rich(line(words("Why", bold=True)), bullets(items))] if items else []
    how = "To try again, say in one sentence who may, or may not, call which tool, and a limit on one of its inputs:"
    return [*blocks, rich(line(words(how)), code(EXAMPLE))]


def _uncovered(proposal: Proposal) -> list[Block]:
    if not proposal.uncovered:
        return []
    said = [f"“{cut(piece, 80)}”" for piece in proposal.uncovered[:_UNCOVERED_WORDS]]
    if len(proposal.uncovered) > _UNCOVERED_WORDS:
        said.append(f"and {len(proposal.uncovered) - _UNCOVERED_WORDS} more")
    return [
        rich(
            line(
                words("Not covered by any policy: ", bold=True),
                words(cut(", ".join(said), UNCOVERED)),
                words(". Approving does not make these words hold."),
            )
        )
    ]


def _decision(draft: Draft) -> list[Block]:
    ref = str(ids.CardRef(draft.id, draft.version))
    log_only = draft.enforcement_mode == "LOG_ONLY"
    says = "log-only: AgentCore records what the policy decides and blocks nothing" if log_only else "enforced at once"
    confirm = {
        "title": {"type": "plain_text", "text": "Approve this policy?"},
        "text": {"type": "plain_text", "text": f"AgentCore creates it as shown, {mode_words(draft)}."},
        "confirm": {"type": "plain_text", "text": "Approve"},
        "deny": {"type": "plain_text", "text": "Not yet"},
    }
    buttons = [
        button("Approve", ids.APPROVE, ref, style="primary", confirm=confirm),
        button("Reject", ids.REJECT, ref, style="danger"),
    ]
    if draft.analysis.difference is not None:
        buttons.append(button("Show all changes", ids.SHOW_CHANGES, ref))
    buttons.append(button("Try a request", ids.TRY_REQUEST, ref))
    return [context(f"Mode if approved: {says}."), _actions(buttons)]


def _settled(draft: Draft, outcome: str) -> list[Block]:
    blocks = [rich(line(words(outcome, bold=True)))]
    if draft.state is DraftState.REJECTED and draft.reject_reason:
        blocks.append(rich(quote(cut(draft.reject_reason, TROUBLE))))
    elif draft.trouble:
        again = draft.state in (DraftState.APPROVED, DraftState.CREATING)
        label = "It is tried again by itself. The last answer was: " if again else "AgentCore said: "
        blocks.append(rich(line(words(label), words(cut(draft.trouble, TROUBLE)))))
    if draft.state is DraftState.CREATE_FAILED:
        # An answer may be lost, or somebody may have touched it: only AgentCore knows whether something of it is there.
        there = words(", delete that before the rule is proposed again.")
        said = words("Do not count on it. If the policy engine lists a policy ")
        blocks.append(rich(line(said, words(draft.policy_name, bold=True), there)))
    if draft.decided_by and draft.decided_at:
        verb = "Rejected" if draft.state is DraftState.REJECTED else "Approved"
        blocks.append(markup(f"{verb} by <@{escape(draft.decided_by)}>, {when(draft.decided_at)}"))
    return blocks


def _outcome(draft: Draft) -> str:
    mode = mode_words(draft)
    return {
        DraftState.UNUSABLE: "No policy can come of this piece of the rule.",
        DraftState.IN_REVIEW: "A policy waits for a decision.",
        DraftState.APPROVED: "Approved; the policy is being sent to AgentCore.",
        DraftState.CREATING: "Approved; AgentCore is creating the policy.",
        DraftState.ACTIVE: f"Policy {draft.policy_name} created, {mode}, ACTIVE.",
        DraftState.CREATE_FAILED: "Approved, but the policy did not become ACTIVE.",
        DraftState.REJECTED: "Rejected; nothing is created.",
    }[draft.state]


def _actions(elements: list[Block]) -> Block:
    return {"type": "actions", "elements": elements}
