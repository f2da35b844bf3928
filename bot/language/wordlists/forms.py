"""Irregular forms of words, and contractions undone."""

from __future__ import annotations

from typing import Final

CONTRACTIONS: Final[dict[str, tuple[str, ...]]] = {
    "can't": ("can", "not"), "cannot": ("can", "not"), "cant": ("can", "not"), "don't": ("do", "not"),
    "dont": ("do", "not"), "doesn't": ("does", "not"), "didn't": ("did", "not"), "isn't": ("is", "not"),
    "aren't": ("are", "not"), "wasn't": ("was", "not"), "weren't": ("were", "not"), "won't": ("will", "not"),
    "mustn't": ("must", "not"), "shouldn't": ("should", "not"), "shan't": ("shall", "not"), "mayn't": ("may", "not"),
    "couldn't": ("could", "not"), "wouldn't": ("would", "not"), "hasn't": ("has", "not"), "haven't": ("have", "not"),
    "i'd": ("i", "would"), "we'd": ("we", "would"), "i'm": ("i", "am"), "we're": ("we", "are"),
    "they're": ("they", "are"), "you're": ("you", "are"),
    "he's": ("he", "is"), "she's": ("she", "is"), "it's": ("it", "is"),
    "that's": ("that", "is"), "who's": ("who", "is"),
    "there's": ("there", "is"), "let's": ("let", "us"), "noone": ("no", "one"), "no-one": ("no", "one"),
    "every-one": ("everyone",), "w/o": ("without",), "and/or": ("or",), "sign-off": ("sign-off",),
}  # fmt: skip
IRREGULAR_FORMS: Final = {
    "sent": "send", "paid": "pay", "made": "make", "given": "give", "gave": "give", "taken": "take", "taking": "take",
    "sold": "sell", "bought": "buy", "written": "write", "wrote": "write", "writing": "write", "read": "read",
    "frozen": "freeze", "froze": "freeze", "withdrawn": "withdraw", "withdrew": "withdraw", "spent": "spend",
    "shown": "show", "seen": "see", "found": "find", "held": "hold", "kept": "keep", "begun": "begin", "ran": "run",
    "running": "run", "got": "get", "gotten": "get", "lent": "lend", "set": "set", "setting": "set", "put": "put",
    "rolled": "roll", "undone": "undo", "drawn": "draw", "thrown": "throw", "hidden": "hide", "broken": "break",
    "chosen": "choose", "rewritten": "rewrite", "overridden": "override", "built": "build", "sought": "seek",
    "creation": "create", "creations": "create", "cancellation": "cancel", "approvals": "approve", "removal": "remove",
    "removals": "remove", "renewal": "renew", "renewals": "renew", "disposal": "dispose", "applications": "application",
    "reversal": "reverse", "reversals": "reverse", "shipment": "shipment", "shut": "shut", "issuance": "issue",
    "transferred": "transfer", "deliveries": "delivery", "bookings": "booking", "withdrawal": "withdraw",
    "withdrawals": "withdraw", "enrolment": "enroll", "enrollment": "enroll", "enrollments": "enroll",
    "publication": "publish", "publications": "publish", "suspension": "suspend", "suspensions": "suspend",
    "submission": "submit", "submissions": "submit", "admission": "admit", "admissions": "admit",
    "deletion": "delete", "deletions": "delete", "retrieval": "retrieve", "referral": "refer", "referrals": "refer",
    "provision": "provision", "dispatches": "dispatch", "payout": "payout", "payouts": "payout",
}  # fmt: skip
IRREGULAR_PLURALS: Final = {
    "people": "person", "children": "child", "staff": "staff", "personnel": "personnel", "data": "data",
    "analyses": "analysis", "series": "series", "matrices": "matrix", "indices": "index", "sales": "sales",
    "operations": "operations", "news": "news", "men": "man", "women": "woman", "crises": "crisis",
    "theses": "thesis", "ops": "ops", "devops": "devops",
    "sms": "sms", "gps": "gp", "ceos": "ceo", "bus": "bus", "buses": "bus",
}  # fmt: skip
