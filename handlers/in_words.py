"""Commands as people say them in English: "list all policies", "what can you do?", "who approves?", "withdraw my rule".

Whole texts alone are taken for a command, so that none of them is a rule with these words in it.
"""

from __future__ import annotations

import re

_PLEASE = re.compile(r"^(?:please|pls|kindly)\b[\s,]*|[\s,]*\b(?:please|pls)$", re.IGNORECASE)
_END = " \t\n?!."
_SHOW = r"(?:list|show|see|give me|show me|show us|list me)(?: all)?(?: of)?(?: the| our| my)? {0}"
_ARE = r"(?:what|which) {0} (?:are there|do we have|can we use|stand)(?: here| now)?|what are (?:the|our) {0}"
_MINE = (
    r"(?:(?:my|the|this|that|it|our)\b ?)?(?:last |open )?"
    r"(?:rule|proposal|request|change|card|draft|review)?"
)


def _said(things: str) -> str:
    return f"{_SHOW}|{_ARE}".format(f"(?:{things})")


_COMMANDS: tuple[tuple[str, str], ...] = (
    (
        r"help(?: me| us)?|how (?:does|do|can) (?:this|it|that|you|policybot|i|we)(?: bot)?"
        r"(?: (?:use|work with) (?:this|it|you|policybot)(?: bot)?)?(?: work)?"
        r"|what (?:can|do|could) (?:you|this|it|policybot|i)(?: bot)? do(?: here)?"
        r"|(?:what|who) (?:is|are) (?:this|it|you|policybot)(?: bot)?",
        "help",
    ),
    (
        r"(?:i(?: want|'d like|’d like| would like) to |(?:can|could) (?:you|we|i) )?"
        r"(?:add|create|make|write|propose|new)(?: an?)?(?: new)? (?:rule|policy)(?: (?:for|about|on) \w+)?",
        "form",
    ),
    (
        r"(?:what(?:'s| is) the )?status(?: of (?:my|the|our) (?:rules?|proposals?|reviews?))?"
        r"|where (?:is|are) (?:my|our) (?:rules?|proposals?)|(?:what|which) (?:rules|proposals) are (?:open|in review)",
        "status",
    ),
    (_said("policies|rules"), "list"),
    (_said("tools"), "tools"),
    (_said("tests"), "test"),
    (_said("gateways?"), "use"),
    (
        r"who (?:can |may |could |has to |must )?(?:approves?|decides?)"
        r"(?: (?:this|it|rules?|policies|here|(?:my|our|the) (?:rules?|policies|changes?)))?"
        r"|who (?:are|is) the approvers?",
        "who",
    ),
    (rf"(?:withdraw|cancel|retract|take back) ?{_MINE}", "withdraw"),
    *((rf"{deed} ?{_MINE}", deed) for deed in ("undo", "approve", "reject", "extend", "edit")),
    *((rf"{deed} (?:the )?policy (?P<name>\w+)", deed) for deed in ("promote", "demote", "revoke")),
)


def unpolite(text: str) -> str:
    """A text without "please" around it, and without the signs at its end."""
    return _PLEASE.sub("", text.strip().rstrip(_END)).rstrip(_END)


def in_words(text: str) -> tuple[str, str] | None:
    """The command that a text asks for in other words, and the policy that it names; None where it asks for none."""
    said = " ".join(unpolite(text).split())
    for pattern, command in _COMMANDS:
        if found := re.fullmatch(pattern, said, re.IGNORECASE):
            return command, found.groupdict().get("name") or ""
    return None
