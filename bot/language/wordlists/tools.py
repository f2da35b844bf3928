"""Words around the names of tools, and the classes of verbs that stand for one another."""

from __future__ import annotations

from typing import Final

TOOL_NOUNS: Final = frozenset({"tool", "tools", "action", "actions", "operation", "operations", "api", "apis",
    "endpoint", "endpoints",
                               "function", "functions", "command", "commands", "call", "calls", "capability",
                               "capabilities",
                               "method", "methods"})  # fmt: skip
TARGET_NOUNS: Final = frozenset(
    {"target", "targets", "service", "server", "integration", "toolset", "group", "module", "system"}
)
# Verbs that only say that a tool is used.
USE_VERBS: Final = frozenset(
    {"use", "call", "run", "invoke", "access", "execute", "perform", "do", "trigger", "utilize", "utilise", "operate",
    "carry",
     "make", "work", "touch", "reach", "employ", "conduct"}
)  # fmt: skip
VERB_CLASSES: Final[dict[str, frozenset[str]]] = {
    "read": frozenset({"get", "read", "show", "view", "see", "check", "look", "lookup", "fetch", "query", "list",
    "find", "search",
                       "retrieve", "inspect", "display", "browse", "describe", "pull", "consult", "review", "watch",
                       "examine",
                       "observe", "monitor", "enumerate", "access", "download", "open"}),
    "create": frozenset({"create", "open", "add", "make", "new", "submit", "file", "raise", "register", "start",
    "set", "log", "enter",
                         "record", "book", "place", "generate", "write", "draft", "issue", "launch", "initiate",
                         "establish",
                         "provision", "insert", "post", "publish", "build", "setup", "lodge", "enroll", "begin"}),
    "update": frozenset({"update", "change", "edit", "modify", "adjust", "set", "replace", "amend", "alter",
    "correct", "revise",
                         "rename", "scale", "resize", "tweak", "overwrite",
                         "patch",
                         "reset"}),
    "delete": frozenset({"delete", "remove", "erase", "drop", "destroy", "purge", "wipe", "discard", "clear",
    "terminate"}),
    "cancel": frozenset({"cancel", "abort", "void", "revoke", "undo", "reverse", "withdraw", "rescind", "annul",
    "call off",
                         "rollback", "revert", "recall", "retract"}),
    "send": frozenset({"send", "transfer", "pay", "wire", "remit", "move", "dispatch", "ship", "deliver", "forward",
    "mail", "email",
                       "message", "notify", "post", "transmit"}),
    "approve": frozenset({"approve", "accept", "authorize", "confirm", "sign", "ratify", "endorse", "okay",
    "greenlight", "clear"}),
    "reject": frozenset({"reject", "decline", "refuse", "deny", "dismiss", "turn"}),
    "stop": frozenset({"stop", "halt", "pause", "suspend", "freeze", "block", "disable", "lock", "deactivate",
    "silence", "mute",
                       "hold", "shut", "kill"}),
    "start": frozenset({"start", "resume", "enable", "unlock", "unblock", "activate", "launch", "restart", "reboot",
    "boot", "begin",
                        "unfreeze", "reactivate"}),
    "close": frozenset({"close", "resolve", "finish", "complete", "end", "settle", "conclude", "shut"}),
    "give": frozenset({"give", "grant", "award", "assign", "issue", "apply", "allocate", "hand", "provide", "offer",
    "distribute",
                       "dispense", "administer"}),
    "export": frozenset({"export", "download", "dump", "extract", "write"}),
    "deploy": frozenset({"deploy", "release", "roll", "ship", "push", "publish", "rollout", "install"}),
    "escalate": frozenset({"escalate", "hand", "forward", "pass"}),
    "order": frozenset({"order", "buy", "purchase", "reorder", "procure", "request", "reserve", "book"}),
}  # fmt: skip
# Verbs that fit any tool that changes something, where the noun says which ("issue a refund", "process wires").
ACT_VERBS: Final = frozenset(
    {"process", "issue", "make", "give", "submit", "handle", "complete", "place", "perform", "initiate", "execute",
    "do", "carry",
     "put", "apply", "start", "request", "launch", "manage", "grant", "operate", "trigger", "conduct",
     "record", "enter"}
)  # fmt: skip
PARTICLES: Final = frozenset({"out", "up", "off", "back", "down", "over", "through", "in", "on"})
# What can stand before a noun that completes what a tool does: "an order in a shop", "money to an account".
PREPOSITIONS: Final = frozenset(
    {"in", "on", "to", "from", "of", "for", "with", "into", "at", "by", "under", "over", "between", "via", "through",
     "onto", "within", "against", "about", "as", "using", "towards", "toward", "among", "across", "behind", "inside",
     "outside", "per", "upon", "beside", "near", "along", "around"}
)  # fmt: skip
# Of these, the ones that join a tool's verb and noun, as in "cancellation of orders"; the others say where or when.
JOINING_PREPOSITIONS: Final = frozenset({"of", "for", "to", "on", "in", "from", "with", "into"})
