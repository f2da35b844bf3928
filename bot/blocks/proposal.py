"""The two messages that a proposal has itself: the parent in the channel and the progress in its thread."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks.acts import in_effect, mode_words, outcome
from bot.blocks.kit import Block, code, context, cut, escape, line, person, quote, rich, section, with_ids, words
from bot.review.messages import SlackMessage
from bot.review.model import ENDED, OPEN, QUIET, SETTLED, Act, Draft, DraftState, Origin, Proposal, ProposalState
from bot.review.timed import pieces as reviewed

_TROUBLE, _LATER = 900, 3
_WHAT = {Origin.RULE: "a rule", Origin.CEDAR: "a policy", Origin.ACT: "a change"}
_BEFORE = (ProposalState.RECEIVED, ProposalState.ASKED, ProposalState.ADMITTED, ProposalState.ANNOUNCED)


def parent(proposal: Proposal, drafts: Sequence[Draft], beside: Sequence[Draft] = ()) -> SlackMessage:
    """The message in the channel: who proposes which rule, where it stands, in the end what came of it, and what was
    done about it since."""
    stands = state_sentence(proposal, drafts)
    gateway = cut(proposal.gateway_arn.rsplit("/", 1)[-1], 120)
    blocks: list[Block] = [
        rich(
            line(
                person(proposal.requester_id),
                words(f" proposes {_WHAT[proposal.origin]} for "),
                words(gateway, bold=True),
            ),
            quote(cut(proposal.rule, 2000, keep="\n")),
        ),
        section(stands),
    ]
    if beside:
        blocks.append(section(f"Since then: {' '.join(in_effect(draft) for draft in beside[-_LATER:])}"))
    small = [f"Proposal {proposal.id} · policy engine {proposal.engine_id}"]
    if proposal.same_rule_as:
        small.append(f"The same rule was proposed before: {proposal.same_rule_as}")
    blocks.append(context(*small))
    text = escape(f"A rule is proposed: “{cut(proposal.rule, 300)}”. {cut(stands, 300)}")
    return SlackMessage(text, with_ids("parent", blocks))


def progress(proposal: Proposal, drafts: Sequence[Draft]) -> SlackMessage:
    """The one message in the thread that is edited while the proposal moves on."""
    steps = _steps(proposal, drafts)
    blocks: list[Block] = [rich(*(line(*_step(mark, label)) for mark, label in steps))]
    failed = proposal.state in (ProposalState.FAILED, ProposalState.REFUSED)
    if proposal.trouble and failed:
        blocks += [section("Why it ended:"), rich(code(cut(proposal.trouble, _TROUBLE, keep="\n")))]
        blocks.append(section("Nothing was created. Type the command again with the rule said differently, or later."))
    elif proposal.trouble and proposal.state not in ENDED:
        blocks += [
            section("It is tried again by itself. The last answer was:"),
            rich(code(cut(proposal.trouble, _TROUBLE, keep="\n"))),
        ]
    return SlackMessage(escape(cut(state_sentence(proposal, drafts), 600)), with_ids("progress", blocks))


def state_sentence(proposal: Proposal, drafts: Sequence[Draft]) -> str:
    """Where a proposal stands, as one sentence without markup."""
    if proposal.state in (ProposalState.RECEIVED, ProposalState.ADMITTED):
        return "The rule is recorded."
    if proposal.state is ProposalState.ASKED:
        return "Nobody else has seen it: you were asked in private whether it is a rule."
    if proposal.state is ProposalState.ANNOUNCED:
        return "The rule is recorded; the policy generation starts."
    if proposal.state is ProposalState.GENERATING:
        return "AgentCore is generating policies from the rule."
    if proposal.state is ProposalState.FAILED:
        return "The rule did not become a policy: the generation failed. The thread says why."
    if proposal.state is ProposalState.REFUSED:
        return f"The rule was not taken up. {cut(proposal.trouble, 400)}".strip()
    if proposal.state is ProposalState.IN_REVIEW:
        return f"In review in the thread: {_open(drafts)}."
    return f"Closed: {_outcome(proposal, drafts)}."


def _open(drafts: Sequence[Draft]) -> str:
    deciding = sum(draft.state is DraftState.IN_REVIEW for draft in drafts)
    waiting = sum(draft.state is DraftState.WAITING for draft in drafts)
    under_way = [draft for draft in drafts if draft.state not in {*QUIET, *OPEN}]
    rest = sum(_creates(draft) for draft in under_way)
    others = len(under_way) - rest
    parts = [f"{_count(deciding, 'draft')} {'waits' if deciding == 1 else 'wait'} for a decision"] if deciding else []
    parts += [f"{waiting} {'waits' if waiting == 1 else 'wait'} for a permit"] if waiting else []
    parts += [f"{_count(rest, 'policy', 'policies')} being created"] if rest else []
    parts += [f"{_count(others, 'change')} being made"] if others else []
    return ", ".join(parts) or ("every draft is decided" if drafts else "the drafts are being posted")


def _outcome(proposal: Proposal, drafts: Sequence[Draft]) -> str:
    asked = reviewed(drafts)
    counted = {state: sum(draft.state is state for draft in asked) for state in SETTLED}
    active = [draft for draft in drafts if draft.state is DraftState.IN_EFFECT]
    created = [draft for draft in active if _creates(draft)]
    modes = {mode_words(draft.enforcement_mode) for draft in created}
    parts = []
    if created:
        parts.append(f"{_count(len(created), 'policy', 'policies')} created, {' and '.join(sorted(modes))}, ACTIVE")
    parts += [in_effect(draft).rstrip(".") for draft in active if not _creates(draft)]
    for state, said in _ENDS.items():
        if counted[state]:
            parts.append(f"{counted[state]} {said}")
    if counted[DraftState.UNUSABLE]:
        which = "the rule" if len(asked) == 1 else f"{counted[DraftState.UNUSABLE]} of the rule's pieces"
        acts = not any(_creates(draft) for draft in drafts)
        parts.append("the change is not possible" if acts else f"{which} could not become a policy")
    parts += [outcome(draft, proposal).rstrip(".") for draft in drafts if draft.state is DraftState.SCHEDULED]
    return ", ".join(parts) or "no policy came of it"


def _creates(draft: Draft) -> bool:
    """Whether a policy comes of a draft that was asked for; what was taken back for a time and comes again is none."""
    return draft.act is Act.CREATE and not draft.extends and not draft.undoes


_ENDS = {
    DraftState.REJECTED: "rejected",
    DraftState.WITHDRAWN: "withdrawn",
    DraftState.REPLACED: "replaced by a later revision",
    DraftState.EXPIRED: "closed without a decision",
    DraftState.NOT_ENACTED: "did not take effect",
}


def _steps(proposal: Proposal, drafts: Sequence[Draft]) -> list[tuple[str, str]]:
    reached = {
        **dict.fromkeys(_BEFORE, 1),
        ProposalState.GENERATING: 1,
        ProposalState.IN_REVIEW: 3 if drafts else 2,
        ProposalState.CLOSED: 4,
        ProposalState.FAILED: 2 if drafts else 1,
        ProposalState.REFUSED: 0,
    }[proposal.state]
    labels = [
        "Recorded",
        "Generating policies on AgentCore",
        "Reading what came out and what it would change",
        _review_label(drafts, over=reached == 4),
    ]
    if proposal.state in (ProposalState.FAILED, ProposalState.REFUSED):
        marks = ["done"] * reached + ["failed"] + ["not reached"] * (3 - reached)
    else:
        marks = ["done"] * reached + ["now"] + ["next"] * 3
    return list(zip(marks, labels, strict=False))


def _review_label(drafts: Sequence[Draft], *, over: bool) -> str:
    if over and all(draft.state is DraftState.UNUSABLE for draft in drafts):
        return "Nothing to review"
    return "Reviewed" if over else "Review"


_SIGN = {"done": "✓", "now": "▸", "next": "·", "failed": "✗", "not reached": "·"}


def _step(mark: str, label: str) -> list[Block]:
    return [
        words(f"{_SIGN[mark]} {label}", bold=mark == "now") if mark == "now" else words(f"{_SIGN[mark]} {label}"),
        words(f"  ({mark})", italic=True),
    ]


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
