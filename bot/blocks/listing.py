"""The policies of a channel's engine as modals: the list with a menu a row, one policy, and the form to change one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from json import dumps, loads
from typing import Any

from bot.blocks import ids
from bot.blocks.evidence import evidence_words
from bot.blocks.kit import (
    MODAL_BLOCKS,
    Block,
    button,
    code,
    context,
    cut,
    escape,
    inert,
    line,
    markup,
    plain,
    rich,
    section,
    turns,
    when,
    words,
)
from bot.blocks.modals import chunks, modal
from bot.cedar import same_statement
from bot.cedar.hidden import shown
from bot.review.listing import Detail, Listed, Page, open_about
from bot.review.model import Act
from bot.review.reported import PolicyRecord

LIST_TITLE, SHOW_TITLE = "Policies", "Policy"
WHY_LIMIT = 500
_ENGLISH = 300
_WHY_BLOCK, _WHY_INPUT = "policy.why", "why"
_CHANGING = ("CREATING", "UPDATING", "DELETING")


@dataclass(frozen=True)
class ListOrigin:
    """What a modal about policies was opened for: the channel, and where in its list. Ids and the words looked for;
    `chosen` is the key of the channel's route that is meant, where one of several was chosen."""

    channel_id: str
    text: str = ""
    page: int = 1
    policy_id: str = ""
    act: str = ""
    chosen: str = ""


def list_origin(view: Mapping[str, Any]) -> ListOrigin:
    """The origin that a modal of ours carries in its private metadata; App Home has more in it."""
    found = loads(view["private_metadata"])
    return ListOrigin(**{each.name: found[each.name] for each in fields(ListOrigin) if each.name in found})


def kept(origin: ListOrigin) -> str:
    """The origin as private metadata."""
    return dumps({name: value for name, value in vars(origin).items() if value})


def policy_list(page: Page, channel_id: str, chosen: str = "") -> Block:
    """A page of the list, each row with what can be done about it."""
    origin = ListOrigin(channel_id, page.text, page.number, chosen=chosen)
    blocks: list[Block] = [section(_heading(page))]
    if page.total and not page.enforcing:
        blocks.append(context("The gateway does not enforce what this engine says now, whatever a policy's mode is."))
    for listed in page.policies:
        blocks += _row(listed)
    blocks += turns(ids.POLICY_BACK, ids.POLICY_ON, page.number, page.pages)
    return modal(LIST_TITLE, blocks, private_metadata=kept(origin))


def _heading(page: Page) -> str:
    about = f" with “{cut(page.text, 60)}” in them" if page.text else ""
    if not page.total:
        hint = "Type /policy list for all of them." if about else "Type /policy and a rule to propose one."
        return f"There are no policies{about} on this channel's policy engine. {hint}"
    count = f"{page.total} {'policy' if page.total == 1 else 'policies'}{about}"
    return f"{count}, page {page.number} of {page.pages}" if page.pages > 1 else count


def _row(listed: Listed) -> list[Block]:
    record = listed.record
    head = f"*{escape(cut(record.name, 120))}*\n{escape(_state(record))}\n{escape(cut(listed.said, _ENGLISH))}"
    options = [{"text": plain(label, 75), "value": f"{action}:{record.policy_id}"} for label, action in deeds(record)]
    row = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": inert(head, "\n"), "verbatim": True},
        "accessory": {"type": "overflow", "action_id": ids.POLICY_MENU, "options": options},
    }
    return [row, markup(_maker(listed))]


def deeds(record: PolicyRecord) -> list[tuple[str, str]]:
    """What can be done about a policy; nothing is proposed while something is on its way for it."""
    deeds = [("Show", ids.POLICY_SHOW), ("History", ids.POLICY_HISTORY)]
    if record.status in _CHANGING:
        return deeds
    if record.enforcement_mode == "LOG_ONLY":
        deeds.append(("Promote …", ids.POLICY_PROMOTE))
    else:
        deeds.append(("Demote …", ids.POLICY_DEMOTE))
    return [*deeds, ("Revoke …", ids.POLICY_REVOKE)]


def _state(record: PolicyRecord) -> str:
    mode = {"LOG_ONLY": "log-only", "ACTIVE": "enforced"}.get(record.enforcement_mode, record.enforcement_mode)
    reasons = f": {cut(' '.join(record.status_reasons), 200)}" if record.status_reasons else ""
    return f"{mode} · status {record.status}{reasons}"


def _maker(listed: Listed) -> str:
    """Who made a policy, as mrkdwn of ours."""
    if listed.made is None:
        return "Not made by policybot"
    proposal, draft = listed.made.proposal, listed.made.draft
    by = ", ".join(f"<@{escape(each)}>" for each in draft.deciders) or "nobody"
    at = f", {when(draft.decided_at)}" if draft.decided_at else ""
    return f"{proposal.id}, proposed by <@{escape(proposal.requester_id)}>, approved by {by}{at}"


def policy_detail(detail: Detail, channel_id: str, chosen: str = "") -> Block:
    """One policy: what it says, all of its Cedar, who made it, and what is under review about it."""
    listed, record = detail.policy, detail.policy.record
    blocks: list[Block] = [
        rich(line(words(cut(record.name, 120), bold=True)), line(words(_state(record)))),
        section(cut(listed.said, 2500)),
        markup(_maker(listed)),
    ]
    if said := _observed(detail):
        blocks.append(rich(line(words("In log-only: ", bold=True), words(said))))
    blocks += [
        context(f"Under review, or on its way: {each.proposal.id}, {_act_words(each.draft.act)}")
        for each in open_about(detail.past)
    ]
    blocks.append({"type": "actions", "elements": [_button(deed, record) for deed in deeds(record)[1:]]})
    blocks += _cedar(record, MODAL_BLOCKS - len(blocks))
    return modal(SHOW_TITLE, blocks, private_metadata=kept(ListOrigin(channel_id, chosen=chosen)))


def _observed(detail: Detail) -> str:
    """What the policy would have done, while it is log-only and policybot knows."""
    record = detail.policy.record
    drafts = [each.draft for each in detail.past]
    seen = [
        each.evidence for each in drafts if each.evidence and same_statement(each.statement or "", record.statement)
    ]
    if record.enforcement_mode != "LOG_ONLY" or not seen:
        return ""
    return evidence_words(max(seen, key=lambda each: each.until), record.statement)


def _button(deed: tuple[str, str], record: PolicyRecord) -> Block:
    label, action = deed
    return button(label, action, record.policy_id)


def _cedar(record: PolicyRecord, room: int) -> list[Block]:
    if not record.statement:
        return [section(f"Its Cedar cannot be had: {record.unreadable or 'AgentCore gave no statement'}.")]
    parts = chunks(shown(record.statement, keep="\n\t"))
    if len(parts) <= room:
        return [rich(code(part)) for part in parts]
    left = sum(map(len, parts[room - 1 :]))
    return [
        *(rich(code(part)) for part in parts[: room - 1]),
        context(f"… and {left:,} characters without room here."),
    ]


_EFFECTS = {
    Act.PROMOTE: "Its decisions are enforced then, where they are only recorded now.",
    Act.DEMOTE: "Its decisions are only recorded then, and no longer enforced.",
    Act.REVOKE: "It is deleted then.",
}


def _act_words(act: Act) -> str:
    return {Act.CREATE: "creating it", Act.REPLACE: "another text", Act.REVOKE: "revoking it"}.get(
        act, f"{act.value[:-1]}ing it"
    )


def act_form(listed: Listed, act: Act, channel_id: str, chosen: str = "") -> Block:
    """The form that opens the review of an act on a policy, with what it is for."""
    record = listed.record
    verb = act.value.capitalize()
    why = {
        "type": "input",
        "block_id": _WHY_BLOCK,
        "optional": True,
        "label": plain("What is it for?"),
        "hint": plain("Whoever reviews it reads this in the channel."),
        "element": {
            "type": "plain_text_input",
            "action_id": _WHY_INPUT,
            "multiline": True,
            "max_length": WHY_LIMIT,
        },
    }
    blocks = [
        rich(line(words(f"{verb} "), words(cut(record.name, 120), bold=True)), line(words(_state(record)))),
        section(cut(listed.said, 1500)),
        section(
            f"This opens a review in the channel, with what it would open or close. {_EFFECTS[act]} Nothing changes "
            "before it is approved."
        ),
        why,
    ]
    origin = ListOrigin(channel_id, policy_id=record.policy_id, act=act.value, chosen=chosen)
    return modal(
        f"{verb} a policy",
        blocks,
        callback_id=ids.POLICY_ACT_FORM,
        submit=plain("Open the review", 24),
        private_metadata=kept(origin),
    )


def act_reason(view: Mapping[str, Any]) -> str:
    """What was typed in the form, without surrounding blanks."""
    value = view["state"]["values"].get(_WHY_BLOCK, {}).get(_WHY_INPUT, {}).get("value")
    return str(value or "").strip()


def chosen_deed(action: Mapping[str, Any]) -> tuple[str, str]:
    """What was chosen of a row's menu or by a button, as an id of `ids`, and the id of the policy."""
    if action.get("action_id") == ids.POLICY_MENU:
        deed, _, policy_id = str((action.get("selected_option") or {}).get("value") or "").partition(":")
        return deed, policy_id
    return str(action.get("action_id") or ""), str(action.get("value") or "")


ACTS: Mapping[str, Act] = {
    ids.POLICY_PROMOTE: Act.PROMOTE,
    ids.POLICY_DEMOTE: Act.DEMOTE,
    ids.POLICY_REVOKE: Act.REVOKE,
}
"""The act that a deed proposes."""
