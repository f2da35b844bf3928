"""Words for who a rule is for."""

from __future__ import annotations

from typing import Final

EVERYONE: Final = frozenset(
    {"everyone", "everybody", "anyone", "anybody", "people", "users", "principals", "callers", "agents", "user",
    "principal",
     "caller", "agent", "person", "all", "clients", "anything"}
) - {"anything"}  # fmt: skip
PEOPLE_NOUNS: Final = frozenset(
    {"users", "user", "people", "person", "principals", "principal", "callers", "caller", "agents", "agent", "anyone",
    "everyone",
     "anybody", "everybody", "those", "members", "member", "someone", "somebody", "colleagues", "employees",
     "individuals"}
)  # fmt: skip
VAGUE: Final = frozenset(
    {"reasonable", "small", "large", "big", "huge", "tiny", "sensitive", "high-risk", "risky", "suspicious",
    "excessive", "normal",
     "appropriate", "relevant", "necessary", "proper", "significant", "substantial", "minor", "major", "certain",
     "some", "most",
     "few", "many", "several", "various", "other", "important", "critical", "high", "low", "typical", "usual",
     "unusual", "recent",
     "old", "trusted", "untrusted", "unauthorized", "authorized", "authorised", "unauthorised", "qualified",
     "legitimate",
     "dangerous", "safe", "expensive", "cheap", "good", "bad", "likely", "possible", "sometimes", "usually", "often",
     "rarely",
     "maybe", "perhaps", "probably", "roughly", "about", "around", "approximately", "nearly", "almost", "half"}
)  # fmt: skip
# Endings of group nouns that are surely people, for places where things are named as well ("exports for interns").
PEOPLE_ENDINGS: Final = (
    "er",
    "or",
    "ist",
    "ian",
    "ant",
    "ent",
    "ee",
    "eer",
    "man",
    "woman",
    "ive",
    "yst",
    "ete",
    "ary",
    "ic",
)
PEOPLE_WORDS: Final = frozenset(
    {"lead", "staff", "team", "rep", "admin", "intern", "nurse", "clerk", "head", "chief", "temp", "partner", "guest",
    "member",
     "doctor", "pilot", "crew", "vet", "dev", "sre", "qa", "ops", "support", "steward", "specialist", "personnel",
     "bot",
     "freelancer", "guard", "judge", "coach", "chef", "associate", "executive", "principal", "vendor", "aide",
     "fellow", "scribe",
     "cashier", "concierge", "host", "hostess", "janitor", "role", "captain", "producer", "artist", "gm", "csr", "vp",
     "hr",
     "buddy", "apprentice", "novice", "expert", "professional", "official", "deputy", "delegate", "attorney",
     "counsel", "student",
     "patient", "client", "contact", "supervisor", "auditor", "assistant", "resident", "registrar", "midwife", "medic"}
)  # fmt: skip
THINGS: Final = frozenset(
    {"order", "number", "paper", "letter", "customer", "payment", "document", "server", "folder", "computer",
    "printer", "monitor",
     "color", "error", "sensor", "center", "centre", "quarter", "winter", "summer", "october", "november", "december",
     "september",
     "day", "music", "traffic", "topic", "metric", "salary", "library", "laboratory", "factory", "primary", "equipment",
     "shipment", "investment", "treatment", "department", "environment", "product", "item", "content", "event",
     "component",
     "power", "water", "matter", "parameter", "filter", "layer", "header", "buffer", "container", "cluster",
     "voucher", "newsletter", "chapter", "offer", "transfer", "ledger", "register", "floor", "door", "motor",
     "tractor", "vector",
     "account", "amount", "percent", "discount", "fabric", "plant", "grant", "accident", "incident", "city", "country"}
)  # fmt: skip
CLAIM_NAMES: Final = {
    "role": "role", "roles": "role", "scope": "scope", "scopes": "scope", "department": "department",
    "departments": "department",
    "team": "team", "username": "username", "claim": "claim", "group": "group", "tenant": "tenant", "region": "region",
}  # fmt: skip
