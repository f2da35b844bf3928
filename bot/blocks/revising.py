"""The forms by which a draft is revised, and an act on a policy proposed. A form owns its ids and both directions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.blocks import ids
from bot.blocks.acts import mode_words, name_of
from bot.blocks.kit import Block, plain, section
from bot.blocks.modals import FormOrigin, at_field, metadata, modal
from bot.blocks.timing import until_field
from bot.review.model import Act, Draft, DraftState
from bot.review.revising import STATEMENT_LIMIT
from bot.review.rule_text import RULE_LIMIT

FIELD = 3000
"""The most characters that a text field of Slack takes."""
_PART = 2500
_FIELDS = 4
_RULE, _CEDAR, _WHY = "edit.rule", "edit.cedar", "act.why"
_LINE, _INSIDE = ".line", ".inside"
_JOINT = {_LINE: "\n", _INSIDE: ""}
"""What stands between a part of a statement and the one before, by the end of its field's id."""
WHY_LIMIT = 500
ACTS: Mapping[str, Act | None] = {
    ids.PROMOTE: Act.PROMOTE,
    ids.DEMOTE: Act.DEMOTE,
    ids.REVOKE: Act.REVOKE,
    ids.UNDO: None,
    ids.EXTEND: None,
}
"""The act that each button of a policy in effect proposes; None: the inverse of the draft, or its extension."""
_TITLES = {ids.PROMOTE: "Promote", ids.DEMOTE: "Demote", ids.REVOKE: "Revoke", ids.UNDO: "Undo", ids.EXTEND: "Extend"}


def edit_rule_form(origin: FormOrigin, draft: Draft, rule: str) -> Block:
    """The rule, to be said differently."""
    blocks = [section(_what_becomes(draft)), _field(_RULE, "The rule", rule, limit=RULE_LIMIT)]
    return _form("Edit the rule", ids.EDIT_RULE_FORM, "Review it", origin, blocks)


def edited_rule(view: Mapping[str, Any]) -> str:
    """The rule in a submitted form."""
    return _value(view, _RULE).strip()


def edit_cedar_form(origin: FormOrigin, draft: Draft) -> Block:
    """The statement, in as many fields as it needs, with one more to write on."""
    parts = _parts(draft.statement or "")
    fields = [_field(f"{_CEDAR}.0", "One Cedar statement", parts[0][1], limit=STATEMENT_LIMIT)]
    for place, (kind, part) in enumerate(parts[1:], start=1):
        fields.append(_field(f"{_CEDAR}.{place}{kind}", "Its next part", part, optional=True))
    said = f"{_what_becomes(draft)} The card will say that a person wrote it, and what it changes."
    return _form("Edit the Cedar", ids.EDIT_CEDAR_FORM, "Review it", origin, [section(said), *fields])


def edited_statement(view: Mapping[str, Any]) -> str:
    """The statement in a submitted form, its parts put together as they were cut."""
    found = _value(view, f"{_CEDAR}.0")
    for place in range(1, _FIELDS):
        for kind, joint in _JOINT.items():
            text = _value(view, f"{_CEDAR}.{place}{kind}")
            found += f"{joint}{text}" if text else ""
    return found.strip()


def act_form(origin: FormOrigin, draft: Draft) -> Block:
    """Why a policy is promoted, demoted or revoked, or a change undone; `origin.action` is the button."""
    title = _TITLES[origin.action]
    said = section(f"{_what_follows(origin.action, draft)} It is reviewed in this thread first.")
    times = [] if origin.action == ids.UNDO else [until_field(optional=origin.action != ids.EXTEND)]
    blocks = [said, *times, _why()]
    return _form(title, ids.ACT_FORM, "Propose it", origin, blocks)


def act_why(view: Mapping[str, Any]) -> str:
    """The reason in a submitted form; may be empty."""
    return _value(view, _WHY).strip()


def form_error(view: Mapping[str, Any], sentence: str) -> dict[str, str]:
    """A sentence at a form's first field."""
    first = next(block["block_id"] for block in view["blocks"] if block["type"] == "input")
    return {first: at_field(sentence)}


def _parts(statement: str) -> list[tuple[str, str]]:
    """A statement in parts that fit a field each, cut between lines where there are any, and how each is joined to the
    one before. What Slack does to blanks at the end of a field then joins no comment with what follows it."""
    parts: list[tuple[str, str]] = []
    kind, left = _INSIDE, statement
    while left or not parts:
        end = left.rfind("\n", 0, _PART) if len(left) > _PART and len(parts) < _FIELDS - 1 else -1
        if end > 0 and len(left) - end - 1 <= FIELD * (_FIELDS - 1 - len(parts)):
            parts.append((kind, left[:end]))
            kind, left = _LINE, left[end + 1 :]
        else:
            end = FIELD if len(left) > _PART else len(left)
            parts.append((kind, left[:end]))
            kind, left = _INSIDE, left[end:]
    if len(parts) < _FIELDS and len(parts[-1][1]) > _PART // 2:
        parts.append((_LINE, ""))
    return parts[:_FIELDS]


def _what_becomes(draft: Draft) -> str:
    if draft.state is DraftState.IN_EFFECT:
        return f"The policy {name_of(draft)} stays as it is until the change is approved."
    return "A new revision is reviewed in this thread instead; votes on the present one do not count any more."


def _what_follows(action: str, draft: Draft) -> str:
    name, mode = name_of(draft), mode_words(draft.enforcement_mode)
    return {
        ids.PROMOTE: f"The policy {name} is {mode}; promoted, AgentCore enforces it.",
        ids.DEMOTE: f"The policy {name} is {mode}; log-only, AgentCore records what it decides and enforces nothing.",
        ids.REVOKE: f"The policy {name} is {mode}; revoked, it is deleted.",
        ids.UNDO: f"What this card did to the policy {name} is taken back.",
        ids.EXTEND: f"The change of the policy {name} stays until the time that you write, decided as it was itself.",
    }[action]


def _form(title: str, callback: str, submit: str, origin: FormOrigin, blocks: list[Block]) -> Block:
    button = {"type": "plain_text", "text": submit}
    return modal(title, blocks, callback_id=callback, submit=button, private_metadata=metadata(origin))


def _field(block: str, label: str, text: str, *, optional: bool = False, limit: int = FIELD) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": FIELD}
    if text:
        element["initial_value"] = text[:FIELD]
    hint = {} if optional else {"hint": plain(f"At most {limit:,} characters.")} if limit != FIELD else {}
    return {"type": "input", "block_id": block, "label": plain(label), "element": element, "optional": optional, **hint}


def _why() -> Block:
    element = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": WHY_LIMIT}
    label = plain("Why? (the card shows it)")
    return {"type": "input", "block_id": _WHY, "label": label, "element": element, "optional": True}


def _value(view: Mapping[str, Any], block: str) -> str:
    return str(view["state"]["values"].get(block, {}).get("text", {}).get("value") or "")
