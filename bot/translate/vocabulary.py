"""The words and phrases that the reader knows, as data. A new phrase is one line here.

Phrases are written in lower case with contractions undone ("can not", "do not let"), words separated by one space.
"""

from __future__ import annotations

from typing import Final

PERMIT: Final = "permit"
FORBID: Final = "forbid"

# ---- word forms ------------------------------------------------------------------------------------------------------

CONTRACTIONS: Final[dict[str, tuple[str, ...]]] = {
    "can't": ("can", "not"), "cannot": ("can", "not"), "cant": ("can", "not"), "don't": ("do", "not"),
    "dont": ("do", "not"), "doesn't": ("does", "not"), "didn't": ("did", "not"), "isn't": ("is", "not"),
    "aren't": ("are", "not"), "wasn't": ("was", "not"), "weren't": ("were", "not"), "won't": ("will", "not"),
    "mustn't": ("must", "not"), "shouldn't": ("should", "not"), "shan't": ("shall", "not"), "mayn't": ("may", "not"),
    "couldn't": ("could", "not"), "wouldn't": ("would", "not"), "hasn't": ("has", "not"), "haven't": ("have", "not"),
    "i'd": ("i", "would"), "we'd": ("we", "would"), "i'm": ("i", "am"), "we're": ("we", "are"),
    "they're": ("they", "are"), "it's": ("it", "is"), "that's": ("that", "is"), "who's": ("who", "is"),
    "there's": ("there", "is"), "let's": ("let", "us"), "noone": ("no", "one"), "no-one": ("no", "one"),
    "every-one": ("everyone",), "sign-off": ("sign-off",),
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
    "theses": "thesis", "sms": "sms", "gps": "gp", "ceos": "ceo", "bus": "bus", "buses": "bus",
}  # fmt: skip

# ---- what carries no meaning of its own ------------------------------------------------------------------------------

FILLERS: Final = (
    "please", "kindly", "pls", "hi", "hello", "hey", "hi all", "hi team", "hello team", "hey team", "hi there", "thanks",
    "thank you", "thx", "cheers", "many thanks", "thanks a lot", "thank you very much", "good morning", "good afternoon",
    "i want", "i want that", "i want to", "i would like", "i would like to", "i would like you to", "i want you to", "i need",
    "i need to", "i need you to", "we want", "we want to", "we want you to", "we need", "we need to", "we need you to",
    "we would like", "we would like to", "we would like you to", "we should", "we must", "you should", "you must",
    "we have to", "let us", "let us make sure", "could you", "could you please", "can you please", "would you",
    "make sure", "make sure that", "make sure to", "be sure to", "be sure that", "ensure", "ensure that", "see to it that",
    "see that", "it is important that", "it must be ensured that", "as a rule", "as a policy", "the rule is", "the rule is that",
    "the policy is that", "our policy is that", "our policy is", "a rule that",
    "a policy that", "add a rule", "add a rule that", "add a policy that", "create a rule that", "create a policy that",
    "write a rule that", "write a policy that", "set a rule that", "add a policy to", "add a rule to", "create a policy to",
    "create a rule to", "a rule to", "a policy to", "from now on", "going forward", "effective immediately", "strictly",
    "hereby", "absolutely", "simply", "also", "additionally", "furthermore", "moreover", "besides that", "likewise",
    "in addition", "finally", "firstly", "secondly", "thirdly", "lastly", "then", "can you", "will you",
    "hi folks", "hello everyone", "hi everyone", "hey everyone", "hello all", "hey all", "all right", "ok", "okay", "so", "fyi", "of course", "however", "otherwise", "though", "to be clear",
    "to be safe", "just to be clear", "note that", "remember that", "remember", "by the way", "under this policy",
    "under our policy", "please note that", "in any case", "as well", "too", "at all", "ever",
    "and", "but", "plus", "yet", "instead", "for our gateway", "in this gateway", "on this gateway",
    "for this gateway", "in general",
)  # fmt: skip
# Words that mean nothing inside a phrase of their own kind.
ARTICLES: Final = frozenset(
    {"the", "a", "an", "any", "our", "their", "its", "this", "that", "these", "those", "all", "every", "each", "your", "his",
     "her", "my"}
)  # fmt: skip
OBJECT_FILLERS: Final = frozenset(
    {"whatsoever", "ever", "also", "then", "just", "directly", "themselves", "new", "via", "through"}
)

# ---- effects ---------------------------------------------------------------------------------------------------------

_TO_BE = ("is", "are", "be", "to be", "should be", "must be", "shall be", "will be", "ought to be", "has to be", "have to be", "needs to be",
          "need to be", "get", "gets")  # fmt: skip
_NOT_TO_BE = ("is not", "are not", "not be", "to not be", "not to be", "to never be", "never to be", "should not be", "must not be", "shall not be", "will not be", "should never be",
              "must never be", "shall never be", "are never", "is never", "may not be", "can not be", "may never be",
              "can never be", "will never be", "is no longer", "are no longer", "ought not to be")  # fmt: skip
_ABLE = ("allowed", "permitted", "authorized", "authorised", "able", "free", "entitled", "cleared", "welcome", "enabled",
         "empowered", "eligible", "approved")  # fmt: skip
_BARRED = ("forbidden", "banned", "prohibited", "barred", "blocked", "prevented", "disallowed", "denied", "stopped", "excluded",
           "restricted", "locked out", "precluded", "refused", "kept")  # fmt: skip
_GRANTED = ("allowed", "permitted", "authorized", "authorised", "enabled", "granted", "ok", "okay", "fine",
            "acceptable", "available", "accessible", "approved for use")  # fmt: skip
_DENIED = ("forbidden", "banned", "prohibited", "barred", "blocked", "denied", "disallowed", "rejected", "refused", "stopped",
           "prevented", "off limits", "off-limits", "unavailable", "not ok", "not okay", "out of bounds")  # fmt: skip

# At the start of a rule: "allow managers to …", "block exports …".
IMPERATIVES: dict[str, str] = {
    **dict.fromkeys(("allow", "permit", "authorize", "authorise", "let", "grant", "enable", "give", "entitle", "empower"), PERMIT),
    **dict.fromkeys(
        ("block", "deny", "forbid", "prohibit", "prevent", "disallow", "ban", "stop", "refuse", "reject", "bar", "keep",
         "disable", "do not let", "do not allow", "do not permit", "do not authorize", "do not authorise", "do not enable",
         "do not grant", "do not give", "never let", "never allow", "never permit", "never authorize", "never grant",
         "never give", "never enable", "we do not want", "i do not want", "we never want", "i never want", "do not ever let", "do not ever allow", "no longer allow", "no longer let"),
        FORBID,
    ),
}  # fmt: skip
NEVER: Final = ("do not", "never")  # before a plain verb: "never delete customers", "do not export customers"

# Between a subject and what it does. The shape says what comes next: `verb` a verb phrase ("may refund"), `from` the same
# after "from", `access` a tool ("have access to"), `thing` nothing (the subject is the tool: "refunds are blocked"),
# `people` the people who may ("is reserved for managers").
MODALS: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(("may", "can", "could", "get to", "gets to", "may only", "can only", "may always", "can always", "may also", "can also", "may just", "can just", "may freely", "can freely", "may indeed", "have permission to", "has permission to", "have the right to", "has the right to", "have the ability to", "has the ability to", "should have the ability to", "should have permission to", "must be able to", "may still", "can still", "may now", "can now", "may then"), (PERMIT, "verb")),
    **dict.fromkeys(("may not", "can not", "must not", "shall not", "should not", "could not", "may never", "can never", "must never", "shall never", "should never", "will not", "will never", "may no longer", "can no longer", "are not to", "is not to", "ought not to", "never get to", "do not get to", "does not get to", "may under no circumstances", "can under no circumstances", "must under no circumstances", "should under no circumstances", "may in no case", "must in no case", "have no permission to", "has no permission to", "do not have permission to", "does not have permission to", "have no right to", "has no right to", "do not have the right to", "may not ever", "must not ever", "can not ever", "are never to", "is never to", "may neither", "can neither", "must neither", "need not be able to", "may at no time", "must at no time", "can at no time"), (FORBID, "verb")),
    **{f"{be} {only}{able} to": (PERMIT, "verb") for be in _TO_BE for able in _ABLE for only in ("", "only ", "always ", "also ")},
    **{f"{be} {able} to": (FORBID, "verb") for be in _NOT_TO_BE for able in _ABLE},
    **{f"{be} {barred} to": (FORBID, "verb") for be in _TO_BE for barred in ("forbidden", "prohibited", "disallowed")},
    **{f"{be} {barred} from": (FORBID, "from") for be in _TO_BE for barred in _BARRED},
    **{f"{have} access to": (PERMIT, "access") for have in ("have", "has", "get", "gets", "should have", "should get", "may have",
       "can have", "shall have", "must have", "are granted", "is granted", "are given", "is given", "should be given",
       "should be granted", "may get", "must be given", "are allowed", "is allowed", "have full", "has full")},
    **{f"{have} access to": (FORBID, "access") for have in ("have no", "has no", "get no", "gets no", "should have no",
       "may have no", "do not have", "does not have", "should not have", "must not have", "may not have", "can not have",
       "must have no", "do not get", "does not get", "should not get", "are denied", "is denied", "should be denied",
       "must be denied", "are refused", "is refused", "shall have no", "lose", "must not get", "may not get", "shall not have",
       "never have", "never get")},
    **{f"{be} {only}{granted}": (PERMIT, "thing") for be in _TO_BE for granted in _GRANTED for only in ("", "only ", "always ")},
    **{f"{be} {granted}": (FORBID, "thing") for be in _NOT_TO_BE for granted in _GRANTED},
    **{f"{be} {strictly}{denied}": (FORBID, "thing") for be in _TO_BE for denied in _DENIED
       for strictly in ("", "strictly ", "always ", "absolutely ")},
    **{f"{be} {reserved}": (PERMIT, "people") for be in _TO_BE for reserved in ("reserved for", "restricted to", "limited to",
       "only for", "only available to", "only open to", "reserved to", "exclusively for", "exclusive to", "confined to")},
}  # fmt: skip
# "it is forbidden to …", "it is not OK for interns to …".
IMPERATIVES |= {
    **{f"it {be} {granted}": PERMIT for be in ("is", "should be", "shall be") for granted in _GRANTED},
    **{f"it {be} {denied}": FORBID for be in ("is", "should be", "shall be") for denied in _DENIED},
    **{f"it {be} {granted}": FORBID for be in ("is not", "should not be", "must not be", "shall not be", "is never") for granted in _GRANTED},
}
# "restrict exports to managers": a permit for the people named.
RESTRICTIONS: Final = ("restrict", "limit", "reserve", "confine", "restrict the use of", "restrict use of", "restrict access to",
                       "limit access to", "limit the use of", "limit use of", "reserve the use of", "keep")  # fmt: skip
# Before people and "to": "I want managers to …", "we would like clerks to …".
WISHES: Final = frozenset({"want", "like", "need", "prefer", "wish"})
# Before the participle of a tool's own verb: "refunds may be processed".
PASSIVES: Final[dict[str, str]] = {
    **dict.fromkeys(("may be", "can be", "may only be", "can only be", "may always be", "can always be", "are allowed to be",
                     "is allowed to be", "are permitted to be", "is permitted to be", "may also be", "can also be"), PERMIT),
    **dict.fromkeys(("may not be", "can not be", "must not be", "shall not be", "should not be", "may never be", "can never be",
                     "must never be", "shall never be", "should never be", "are not to be", "is not to be", "will not be",
                     "are never to be", "is never to be", "are not allowed to be", "is not allowed to be", "are not permitted to be",
                     "is not permitted to be", "could not be", "may no longer be", "can no longer be",
                     "may under no circumstances be", "must under no circumstances be"), FORBID),
}  # fmt: skip
NOBODY: Final = ("nobody", "no one", "none of them", "no user", "no users", "no caller", "no callers", "no principal",
                 "no principals", "no agent", "no agents", "no person", "no people", "no human", "not a single user",
                 "not a single person", "none")  # fmt: skip
UNDER_NO_CIRCUMSTANCES: Final = ("under no circumstances", "in no case", "at no time", "on no account", "in no event", "never ever",
                                 "under no condition", "under no conditions")  # fmt: skip
OBLIGATIONS: Final = ("must", "shall", "should", "need to", "needs to", "have to", "has to", "ought to", "are required to",
                      "is required to", "require", "requires", "will")  # fmt: skip

# ---- people ----------------------------------------------------------------------------------------------------------

EVERYONE: Final = frozenset(
    {"everyone", "everybody", "anyone", "anybody", "people", "users", "principals", "callers", "agents", "user", "principal",
     "caller", "agent", "person", "all", "clients", "anything"}
) - {"anything"}  # fmt: skip
PEOPLE_NOUNS: Final = frozenset(
    {"users", "user", "people", "person", "principals", "principal", "callers", "caller", "agents", "agent", "anyone", "everyone",
     "anybody", "everybody", "those", "members", "member", "someone", "somebody", "colleagues", "employees", "individuals"}
)  # fmt: skip
VAGUE: Final = frozenset(
    {"reasonable", "small", "large", "big", "huge", "tiny", "sensitive", "high-risk", "risky", "suspicious", "excessive", "normal",
     "appropriate", "relevant", "necessary", "proper", "significant", "substantial", "minor", "major", "certain", "some", "most",
     "few", "many", "several", "various", "other", "important", "critical", "high", "low", "typical", "usual", "unusual", "recent",
     "old", "trusted", "untrusted", "unauthorized", "authorized", "authorised", "unauthorised", "qualified", "legitimate",
     "dangerous", "safe", "expensive", "cheap", "good", "bad", "likely", "possible", "sometimes", "usually", "often", "rarely",
     "maybe", "perhaps", "probably", "roughly", "about", "around", "approximately", "nearly", "almost", "half"}
)  # fmt: skip
# Last words of group nouns that are surely people, for places where things are named as well ("exports for contractors").
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
    {"lead", "staff", "team", "rep", "admin", "intern", "nurse", "clerk", "head", "chief", "temp", "partner", "guest", "member",
     "doctor", "pilot", "crew", "vet", "dev", "sre", "qa", "ops", "support", "steward", "specialist", "personnel", "bot",
     "freelancer", "guard", "judge", "coach", "chef", "associate", "executive", "principal", "vendor", "aide", "fellow", "scribe",
     "cashier", "concierge", "host", "hostess", "janitor", "role", "captain", "producer", "artist", "gm", "csr", "vp", "hr",
     "buddy", "apprentice", "novice", "expert", "professional", "official", "deputy", "delegate", "attorney", "counsel", "student",
     "patient", "client", "contact", "supervisor", "auditor", "assistant", "resident", "registrar", "midwife", "medic"}
)  # fmt: skip
THINGS: Final = frozenset(
    {"order", "number", "paper", "letter", "customer", "payment", "document", "server", "folder", "computer", "printer", "monitor",
     "color", "error", "sensor", "center", "centre", "quarter", "winter", "summer", "october", "november", "december", "september",
     "day", "music", "traffic", "topic", "metric", "salary", "library", "laboratory", "factory", "primary", "equipment",
     "shipment", "investment", "treatment", "department", "environment", "product", "item", "content", "event", "component",
     "power", "water", "matter", "parameter", "filter", "layer", "header", "buffer", "container", "cluster", "voucher", "newsletter", "chapter", "offer", "transfer", "ledger", "register", "floor", "door", "motor", "tractor", "vector",
     "account", "amount", "percent", "discount", "fabric", "plant", "grant", "accident", "incident", "city", "country"}
)  # fmt: skip
CLAIM_NAMES: Final = {
    "role": "role", "roles": "role", "scope": "scope", "scopes": "scope", "department": "department", "departments": "department",
    "team": "team", "username": "username", "claim": "claim", "group": "group", "tenant": "tenant", "region": "region",
}  # fmt: skip

# ---- tools -----------------------------------------------------------------------------------------------------------

TOOL_NOUNS: Final = frozenset({"tool", "tools", "action", "actions", "operation", "operations", "api", "apis", "endpoint", "endpoints",
                               "function", "functions", "command", "commands", "call", "calls", "capability", "capabilities",
                               "method", "methods"})  # fmt: skip
TARGET_NOUNS: Final = frozenset(
    {"target", "targets", "service", "server", "integration", "toolset", "group", "module", "system"}
)
ALL_TOOLS: Final = ("any tool", "all tools", "all the tools", "every tool", "everything", "anything", "any of the tools", "all of the tools",
                    "each tool", "any action", "all actions", "every action", "whatever they want", "any and all tools",
                    "all of them", "the tools", "all available tools", "any available tool", "every single tool", "all our tools",
                    "any tools", "any tool at all", "every operation", "any operation", "all operations", "the entire gateway",
                    "the whole gateway", "the gateway", "all tools on the gateway", "all tools of the gateway",
                    "any tool on the gateway", "any tool of the gateway", "all tools of this gateway", "every tool on this gateway",
                    "all tools on this gateway", "any tool on this gateway", "all tools in the gateway", "every tool on the gateway",
                    "every tool of the gateway", "everything on the gateway", "anything on the gateway")  # fmt: skip
# Verbs that only say that a tool is used.
USE_VERBS: Final = frozenset(
    {"use", "call", "run", "invoke", "access", "execute", "perform", "do", "trigger", "utilize", "utilise", "operate", "carry",
     "make", "work", "touch", "reach", "employ", "conduct"}
)  # fmt: skip
VERB_CLASSES: Final[dict[str, frozenset[str]]] = {
    "read": frozenset({"get", "read", "show", "view", "see", "check", "look", "lookup", "fetch", "query", "list", "find", "search",
                       "retrieve", "inspect", "display", "browse", "describe", "pull", "consult", "review", "watch", "examine",
                       "observe", "monitor", "enumerate", "access", "download", "open"}),
    "create": frozenset({"create", "open", "add", "make", "new", "submit", "file", "raise", "register", "start", "set", "log", "enter",
                         "record", "book", "place", "generate", "write", "draft", "issue", "launch", "initiate", "establish",
                         "provision", "insert", "post", "publish", "build", "setup", "lodge", "enroll", "begin"}),
    "update": frozenset({"update", "change", "edit", "modify", "adjust", "set", "replace", "amend", "alter", "correct", "revise",
                         "rename", "move", "increase", "raise", "lower", "scale", "resize", "tweak", "overwrite", "patch",
                         "reset"}),
    "delete": frozenset({"delete", "remove", "erase", "drop", "destroy", "purge", "wipe", "discard", "clear", "terminate"}),
    "cancel": frozenset({"cancel", "abort", "void", "revoke", "undo", "reverse", "withdraw", "rescind", "annul", "call off",
                         "rollback", "revert", "recall", "retract"}),
    "send": frozenset({"send", "transfer", "pay", "wire", "remit", "move", "dispatch", "ship", "deliver", "forward", "mail", "email",
                       "message", "notify", "post", "transmit"}),
    "approve": frozenset({"approve", "accept", "authorize", "confirm", "sign", "ratify", "endorse", "okay", "greenlight", "clear"}),
    "reject": frozenset({"reject", "decline", "refuse", "deny", "dismiss", "turn"}),
    "stop": frozenset({"stop", "halt", "pause", "suspend", "freeze", "block", "disable", "lock", "deactivate", "silence", "mute",
                       "hold", "shut", "kill"}),
    "start": frozenset({"start", "resume", "enable", "unlock", "unblock", "activate", "launch", "restart", "reboot", "boot", "begin",
                        "unfreeze", "reactivate"}),
    "close": frozenset({"close", "resolve", "finish", "complete", "end", "settle", "conclude", "finalize"}),
    "give": frozenset({"give", "grant", "award", "assign", "issue", "apply", "allocate", "hand", "provide", "offer", "distribute",
                       "dispense", "administer"}),
    "export": frozenset({"export", "download", "dump", "extract", "write"}),
    "deploy": frozenset({"deploy", "release", "roll", "ship", "push", "publish", "rollout", "install"}),
    "escalate": frozenset({"escalate", "hand", "forward", "pass"}),
    "order": frozenset({"order", "buy", "purchase", "reorder", "procure", "request", "reserve", "book"}),
}  # fmt: skip
# Verbs that fit any tool that changes something, where the noun says which ("issue a refund", "process wires").
ACT_VERBS: Final = frozenset(
    {"process", "issue", "make", "give", "submit", "handle", "complete", "place", "perform", "initiate", "execute", "do", "carry",
     "put", "apply", "start", "request", "launch", "manage", "raise", "grant", "operate", "trigger", "conduct", "record", "enter"}
)  # fmt: skip
PARTICLES: Final = frozenset({"out", "up", "off", "back", "down", "over", "through", "in", "on"})

# ---- conditions ------------------------------------------------------------------------------------------------------

WHEN: Final = ("when", "if", "whenever", "where", "while", "as long as", "so long as", "provided that", "provided", "providing that",
               "providing", "in case", "in cases where", "in the case that", "only when", "only if", "but only when", "but only if", "but only where",
               "only where", "on condition that", "on the condition that", "given that", "assuming", "assuming that", "for cases where",
               "in the event that", "whenever it is the case that", "only as long as", "but only as long as", "but only while",
               "only while", "and only if", "and only when", "if and only if", "only provided that", "but only provided that",
               "when and only when", "at times when", "under the condition that", "as soon as", "once")  # fmt: skip
UNLESS: Final = ("unless", "except when", "except if", "except where", "but not when", "but not if", "but not where", "except in case",
                 "other than when", "except in cases where", "unless when", "not when", "not if", "excluding when", "except while",
                 "except in the case that", "with the exception of when", "save when", "but never when", "but never if", "only not when",
                 "if not", "excluding cases where", "except for when", "except for cases where", "just not when", "and not when",
                 "and not if")  # fmt: skip
EXCEPT: Final = ("except for", "except", "but not for", "but not by", "but not", "other than", "excluding", "apart from", "besides",
                 "aside from", "with the exception of", "save for", "bar", "but", "not counting", "minus", "except by", "not",
                 "except from", "except to", "not including", "outside of")  # fmt: skip
# Closed-class words at which an unquoted value, a group noun or a tool phrase ends.
STOPS: Final = frozenset(
    {"when", "if", "whenever", "where", "while", "provided", "providing", "unless", "except", "excluding", "but", "and", "or", "nor",
     "whose", "with", "without", "that", "which", "who", "for", "by", "to", "from", "in", "on", "of", "at", "during", "before",
     "after", "until", "till", "since", "through", "starting", "between", "within", "into", "under", "over", "above", "below", "than",
     "is", "are", "was", "were", "be", "been", "has", "have", "does", "do", "not", "only", "as", "so", "it", "they", "them", "may", "can",
     "must", "should", "shall", "will", "please", "thanks", "then", "because", "via", "per", "up", "exceeding", "beyond",
     "every", "each", "against", "toward", "towards", "upon", "about", "neither", "either", "no", "never", "also", "unlike", "despite",
     "regardless", "ignoring", "including", "plus", "minus"}
)  # fmt: skip

_NUMBER_OPS: Final[dict[str, tuple[str, ...]]] = {
    "<": ("less than", "fewer than", "smaller than", "lighter than", "shorter than", "lower than", "under", "below", "cheaper than",
          "younger than", "strictly less than", "strictly below", "beneath", "short of", "not as much as", "earlier than",
          "not at least", "not reaching", "inferior to", "not up to"),
    "<=": ("up to", "at most", "no more than", "not more than", "not exceeding", "maximum", "a maximum of", "max", "max of",
           "no greater than", "not greater than", "not above", "not over", "does not exceed", "do not exceed", "not to exceed",
           "at maximum", "less than or equal to", "up to and including", "no larger than", "no higher than", "not higher than",
           "maximum of", "a max of", "no longer than", "not longer than", "no heavier than", "not beyond", "not larger than",
           "no bigger than", "that do not exceed", "that does not exceed", "must not exceed", "may not exceed", "capped at",
           "limited to", "as much as", "as many as", "no older than", "the most", "below or equal to", "under or equal to",
           "smaller than or equal to", "no taller than", "never more than", "never above", "never exceeding", "can not exceed",
           "should not exceed", "shall not exceed", "will not exceed", "never exceeds", "not surpassing", "stays within",
           "stays at or below", "at or below", "at or under", "or below"),
    ">=": ("at least", "no less than", "not less than", "minimum", "a minimum of", "min", "min of", "no fewer than", "not fewer than",
           "greater than or equal to", "more than or equal to", "not below", "not under", "no smaller than", "minimum of",
           "a min of", "no lower than", "not lower than", "from", "starting at", "starting from", "no shorter than", "not smaller than",
           "above or equal to", "at or above", "at or over", "upwards of", "no lighter than", "the least", "larger than or equal to",
           "over or equal to", "reaches", "reaching", "not short of", "never less than", "never below", "of at least"),
    ">": ("more than", "greater than", "over", "above", "exceeding", "exceeds", "exceed", "beyond", "heavier than", "longer than",
          "larger than", "bigger than", "higher than", "that exceed", "that exceeds", "in excess of", "north of", "strictly more than",
          "strictly greater than", "strictly above", "older than", "taller than", "surpasses", "surpassing", "surpass", "tops",
          "not at most", "greater", "goes over", "goes above", "goes beyond", "going over", "go over", "go above", "exceeded",
          "well over", "past", "upward of"),
    "==": ("exactly", "equal to", "equals", "precisely", "equal", "of exactly", "exactly equal to"),
    "!=": ("not equal to", "other than", "anything but", "anything other than", "not exactly", "does not equal", "do not equal",
           "different from"),
}  # fmt: skip
NUMBER_OPS: Final = {phrase: op for op, phrases in _NUMBER_OPS.items() for phrase in phrases}
SIGNS: Final = {
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "=": "==",
    "==": "==",
    "!=": "!=",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}
AFTER_NUMBER: Final = {"or less": "<=", "or fewer": "<=", "or below": "<=", "or under": "<=", "or lower": "<=", "or smaller": "<=",
                       "or more": ">=", "or above": ">=", "or over": ">=", "or higher": ">=", "or greater": ">=", "and above": ">=",
                       "and over": ">=", "and up": ">=", "or up": ">=", "and below": "<=", "and under": "<=", "upwards": ">=",
                       "at most": "<=", "at least": ">=", "and more": ">=", "or larger": ">=", "max": "<=", "maximum": "<=",
                       "minimum": ">=", "or longer": ">=", "or shorter": "<=", "tops": "<=", "and less": "<=", "and higher": ">=",
                       "or beyond": ">=", "or better": ">=", "or heavier": ">=", "or lighter": "<="}  # fmt: skip
ADJECTIVE_OPS: Final = {"maximum": "<=", "minimum": ">=", "max": "<=", "min": ">="}
COPULAS: Final = (
    "is",
    "are",
    "was",
    "were",
    "be",
    "being",
    "equals",
    "stays",
    "remains",
    "will be",
    "stay",
    "remain",
    "has been",
    "have been",
)
STRING_OPS: Final[dict[str, str]] = {
    **dict.fromkeys(("contains", "contain", "containing", "includes", "include", "including", "has the word", "mentions", "mention",
                     "mentioning", "contains the word", "contain the word", "contains the text", "containing the word",
                     "has the text", "contains the string", "that contains", "that contain", "contains the phrase"), "contains"),
    **dict.fromkeys(("does not contain", "do not contain", "not containing", "does not include", "do not include", "not including",
                     "does not mention", "do not mention", "lacks", "lack", "without the word", "never contains",
                     "does not contain the word", "that do not contain", "that does not contain"), "!contains"),
    **dict.fromkeys(("starts with", "start with", "starting with", "begins with", "begin with", "beginning with",
                     "is prefixed with", "prefixed with", "that start with", "that starts with"), "starts"),
    **dict.fromkeys(("does not start with", "do not start with", "not starting with", "does not begin with", "do not begin with",
                     "not beginning with"), "!starts"),
    **dict.fromkeys(("ends with", "end with", "ending with", "ends in", "end in", "ending in", "that end with", "that ends with"),
                    "ends"),
    **dict.fromkeys(("does not end with", "do not end with", "not ending with", "does not end in", "do not end in"), "!ends"),
    **dict.fromkeys(("is one of", "are one of", "is any of", "is among", "are among", "one of", "any of", "is in", "are in", "in",
                     "is either", "are either", "is either of", "belongs to", "is set to", "set to", "is equal to", "matches",
                     "is exactly", "is listed as", "is listed in"), "in"),
    **dict.fromkeys(("is not one of", "are not one of", "is not in", "are not in", "is none of", "are none of", "is not any of",
                     "not in", "none of", "is neither", "are neither", "neither", "is not among", "is not equal to",
                     "is anything but", "is anything other than", "is other than", "differs from", "is different from", "does not match",
                     "is not set to", "is not either", "is outside", "is not listed as", "is anything except",
                     "is something other than"), "!in"),
}  # fmt: skip
PRESENT: Final = ("provided", "given", "specified", "present", "set", "supplied", "included", "filled in", "filled", "stated",
                  "there", "entered", "available", "known", "defined", "attached", "recorded", "passed", "named", "noted", "listed",
                  "mentioned", "indicated")  # fmt: skip
ABSENT: Final = ("missing", "absent", "left out", "omitted", "empty", "blank", "unset", "unspecified", "undefined", "left empty",
                 "left blank", "unknown")  # fmt: skip
TRUE_WORDS: Final = frozenset({"true", "yes", "on", "enabled"})
FALSE_WORDS: Final = frozenset({"false", "no", "off", "disabled"})
SUBJECT_FILLERS: Final = frozenset({"value", "field", "input", "parameter", "argument", "the", "a", "an", "of", "its", "their", "this",
                                    "that", "given", "requested", "any", "attribute", "property", "total", "actual", "specified",
                                    "request", "call", "for", "in", "on", "your", "our", "each", "every", "one", "list", "set",
                                    "desired", "entered", "provided", "stated", "whose"})  # fmt: skip
PRONOUNS: Final = frozenset({"it", "they", "this", "that", "there", "them", "one", "which"})

# ---- quantities ------------------------------------------------------------------------------------------------------

CARDINALS: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
MULTIPLIERS: Final = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 10**12,
                      "dozen": 12, "mn": 1_000_000, "bn": 10**9, "mil": 1_000_000, "grand": 1_000}  # fmt: skip
SUFFIXES: Final = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
CURRENCIES: Final = {
    "$": "dollar", "dollar": "dollar", "dollars": "dollar", "usd": "dollar", "bucks": "dollar", "us dollars": "dollar",
    "us dollar": "dollar", "€": "euro", "euro": "euro", "euros": "euro", "eur": "euro", "£": "pound", "pound sterling": "pound",
    "gbp": "pound", "pounds sterling": "pound", "¥": "yen", "yen": "yen", "jpy": "yen", "₹": "rupee", "rupee": "rupee",
    "rupees": "rupee", "inr": "rupee", "chf": "franc", "francs": "franc", "cad": "cad", "aud": "aud", "canadian dollars": "cad",
    "australian dollars": "aud", "cent": "cent", "cents": "cent", "pence": "pence", "krona": "krona", "sek": "krona",
}  # fmt: skip
CURRENCY_EVIDENCE: Final = {
    "dollar": ("dollar", "usd", "$"), "euro": ("euro", "eur", "€"), "pound": ("pound", "gbp", "£"), "yen": ("yen", "jpy", "¥"),
    "rupee": ("rupee", "inr", "₹"), "franc": ("franc", "chf"), "cad": ("cad", "canadian"), "aud": ("aud", "australian"),
    "cent": ("cent",), "pence": ("pence",), "krona": ("krona", "sek"),
}  # fmt: skip
# Units that convert into each other, by kind, in the smallest unit of the kind.
UNITS: Final[dict[str, tuple[str, int]]] = {
    **dict.fromkeys(("millisecond", "ms"), ("time", 1)), **dict.fromkeys(("second", "sec", "s"), ("time", 1_000)),
    **dict.fromkeys(("minute", "min", "mins"), ("time", 60_000)), **dict.fromkeys(("hour", "hr", "hrs", "h"), ("time", 3_600_000)),
    "day": ("time", 86_400_000), "week": ("time", 7 * 86_400_000),
    "month": ("months", 1), "year": ("months", 12), "yr": ("months", 12), "quarter": ("months", 3),
    **dict.fromkeys(("gram", "g"), ("mass", 1)), **dict.fromkeys(("kilogram", "kg", "kilo", "kgs"), ("mass", 1_000)),
    **dict.fromkeys(("tonne", "ton"), ("mass", 1_000_000)), **dict.fromkeys(("milligram", "mg"), ("milli-mass", 1)),
    **dict.fromkeys(("pound", "lb", "lbs"), ("pounds", 1)), **dict.fromkeys(("ounce", "oz"), ("ounces", 1)),
    **dict.fromkeys(("millimeter", "millimetre", "mm"), ("length", 1)), **dict.fromkeys(("centimeter", "centimetre", "cm"), ("length", 10)),
    **dict.fromkeys(("meter", "metre"), ("length", 1_000)), **dict.fromkeys(("kilometer", "kilometre", "km"), ("length", 1_000_000)),
    **dict.fromkeys(("mile", "mi"), ("miles", 1)), **dict.fromkeys(("foot", "feet", "ft"), ("feet", 1)),
    **dict.fromkeys(("milliliter", "millilitre", "ml"), ("volume", 1)), **dict.fromkeys(("liter", "litre", "l"), ("volume", 1_000)),
    **dict.fromkeys(("byte",), ("bytes", 1)), **dict.fromkeys(("kilobyte", "kb"), ("bytes", 1_000)),
    **dict.fromkeys(("megabyte", "mb"), ("bytes", 1_000_000)), **dict.fromkeys(("gigabyte", "gb"), ("bytes", 10**9)),
    **dict.fromkeys(("terabyte", "tb"), ("bytes", 10**12)),
    **dict.fromkeys(("%", "percent", "percentage", "pct", "percents"), ("percent", 1)),
}  # fmt: skip
MONEY_WORDS: Final = frozenset({"amount", "total", "price", "cost", "value", "sum", "fee", "payment", "budget", "charge", "dollar", "usd",
                                "currency", "money", "refund", "premium", "payout", "salary", "balance", "euro", "spend", "limit",
                                "deposit", "bid", "fare", "rent", "wage", "tip", "fund", "eur", "gbp", "quantity"})  # fmt: skip
RATES: Final = frozenset(
    {"per", "daily", "weekly", "monthly", "hourly", "yearly", "times", "twice", "once", "annually", "a day", "an hour"}
)

# ---- times -----------------------------------------------------------------------------------------------------------

UTC: Final = frozenset({"utc", "gmt", "z"})
MONTHS: Final = {name: number for number, names in enumerate(
    (("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"), ("july", "jul"),
     ("august", "aug"), ("september", "sep", "sept"), ("october", "oct"), ("november", "nov"), ("december", "dec")), 1)
    for name in names}  # fmt: skip
RELATIVE_TIMES: Final = ("tomorrow", "today", "yesterday", "tonight", "now", "next week", "next month", "next year", "this week",
                         "this month", "this year", "last week", "last month", "last year", "this morning", "this afternoon",
                         "this evening", "next quarter", "this quarter", "the weekend", "weekends", "weekend", "weekdays", "weekday",
                         "business hours", "office hours", "working hours", "work hours", "business days", "working days",
                         "opening hours", "working time", "shift", "holidays", "holiday", "the night", "night", "nights", "overnight",
                         "daytime", "lunch", "after hours", "off hours", "off-hours", "quiet hours", "the holidays", "month end",
                         "mondays", "monday", "tuesdays", "tuesday", "wednesdays", "wednesday", "thursdays", "thursday", "fridays",
                         "friday", "saturdays", "saturday", "sundays", "sunday", "christmas", "easter", "new year", "the morning",
                         "the evening", "the afternoon", "morning", "evening", "afternoon", "ago", "the last", "the past",
                         "within the last", "recently", "lately", "soon", "later", "end of month", "black friday")  # fmt: skip
DAILY: Final = ("daily", "every day", "each day", "on any day", "on all days", "every single day")
