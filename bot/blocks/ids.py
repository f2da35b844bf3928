"""The ids of buttons, forms and fields, and what a button's value says: a draft and the version that was shown."""

from __future__ import annotations

from dataclasses import dataclass

APPROVE = "draft.approve"
APPROVE_FORM = "draft.approve_form"
WAIT = "draft.wait"
REJECT = "draft.reject"
SHOW_CHANGES = "draft.changes"
SHOW_POLICY = "draft.policy"
TRY_REQUEST = "draft.try"
TRY_TOOL = "try.tool"
KEEP_ALLOWED = "test.keep_allowed"
KEEP_DENIED = "test.keep_denied"
MORE = "draft.more"
PROMOTE = "draft.promote"
DEMOTE = "draft.demote"
REVOKE = "draft.revoke"
UNDO = "draft.undo"
EDIT_RULE = "draft.edit_rule"
EDIT_CEDAR = "draft.edit_cedar"
EXTEND = "draft.extend"
WITHDRAW = "draft.withdraw"
TAKE_BACK = "draft.take_back"
APPROVE_CLEAN = "draft.approve_clean"
AGAIN = "draft.again"
OFFERS = ("draft.offer_1", "draft.offer_2", "draft.offer_3")

ASKED_PROPOSE = "asked.propose"
ASKED_ANEW = "asked.anew"
ASKED_FORGET = "asked.forget"

ANSWER_OPEN = "answer.open"
ANSWER_CHANNEL = "answer.channel"
ANSWER_GATEWAY = "answer.gateway"

PROPOSE_OPEN = "propose.open"
PROPOSE_TYPED = "propose.typed"
PROPOSE_CHANNEL = "propose.channel"
PROPOSE_GATEWAY = "propose.gateway"
PROPOSE_SHORTCUT = "propose_policy"
PROPOSE_MESSAGE = "propose_as_policy"

POLICY_MENU = "policy.menu"
POLICY_SHOW = "policy.show"
POLICY_HISTORY = "policy.history"
POLICY_PROMOTE = "policy.promote"
POLICY_DEMOTE = "policy.demote"
POLICY_REVOKE = "policy.revoke"
POLICY_BACK = "policy.back"
POLICY_ON = "policy.on"
TOOLS_BACK = "tools.back"
TOOLS_ON = "tools.on"
POLICY_ACT_FORM = "policy.act"

USE = "use.gateway"
USE_BACK = "use.back"
USE_DEFAULT = "use.default"
USE_ON = "use.on"
STATUS_BACK = "status.back"
STATUS_ON = "status.on"
QUESTION_BACK = "question.back"
QUESTION_ON = "question.on"
QUESTION_LOOK = "question.look"
QUESTION_TRY = "question.try"
QUESTION_PROPOSE = "question.propose"
QUESTION_GATEWAY = "question.gateway"

HOME_ROUTE = "home.route"
HOME_SEARCH = "home.search"
HOME_BACK = "home.back"
HOME_ON = "home.on"

APPROVE_FORM_VIEW = "approve.form"
REJECT_FORM = "reject.form"
TRY_FORM = "try.form"
EDIT_RULE_FORM = "edit_rule.form"
EDIT_CEDAR_FORM = "edit_cedar.form"
ACT_FORM = "act.form"
PROPOSE_FORM = "propose.form"
READ_ONLY = "read.only"


def counted(value: object, default: int) -> int:
    """The number that is the value of a button or of a choice; `default` for what is none."""
    typed = str(value or "")
    return int(typed) if typed.isascii() and typed.isdigit() else default


@dataclass(frozen=True)
class CardRef:
    """Which card was clicked. `version` is the draft's when the card was shown.

    `clean` is the digest of the drafts that the button approves together, of the one button that does.
    """

    draft_id: str
    version: int
    clean: str = ""

    def __str__(self) -> str:
        return f"{self.draft_id}:{self.version}" + (f":{self.clean}" if self.clean else "")


def card_ref(value: str) -> CardRef | None:
    """The card that a button's value names; None when it is not a value of ours."""
    draft_id, version, clean = (*value.split(":", 2), "", "")[:3]
    number = counted(version, -1)
    return CardRef(draft_id, number, clean) if draft_id and number >= 0 else None
