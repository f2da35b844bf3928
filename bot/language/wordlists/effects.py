"""How a rule says that something is allowed or blocked."""

from __future__ import annotations

from typing import Final, Literal

Effect = Literal["permit", "forbid"]
PERMIT: Final = "permit"
FORBID: Final = "forbid"

_TO_BE = ("is", "are", "be", "to be", "should be", "must be", "shall be", "will be", "ought to be", "has to be",
    "have to be", "needs to be",
          "need to be", "get", "gets")  # fmt: skip
_NOT_TO_BE = ("is not", "are not", "not be", "to not be", "not to be", "to never be", "never to be", "should not be",
    "must not be", "shall not be", "will not be", "should never be",
              "must never be", "shall never be", "are never", "is never", "may not be", "can not be", "may never be",
              "can never be", "will never be", "is no longer", "are no longer", "ought not to be")  # fmt: skip
_ABLE = ("allowed", "permitted", "authorized", "authorised", "able", "free", "entitled", "cleared", "welcome",
    "enabled",
         "empowered", "eligible", "approved")  # fmt: skip
_BARRED = ("forbidden", "banned", "prohibited", "barred", "blocked", "prevented", "disallowed", "denied", "stopped",
    "excluded",
           "restricted", "locked out", "precluded", "refused", "kept")  # fmt: skip
_GRANTED = ("allowed", "permitted", "authorized", "authorised", "enabled", "granted", "ok", "okay", "fine",
            "acceptable", "available", "accessible", "approved for use")  # fmt: skip
_DENIED = ("forbidden", "banned", "prohibited", "barred", "blocked", "denied", "disallowed", "rejected", "refused",
    "stopped",
           "prevented", "off limits", "off-limits", "unavailable", "not ok", "not okay", "out of bounds")  # fmt: skip

# At the start of a rule: "allow managers to …", "block exports …".
IMPERATIVES: dict[str, Effect] = {
    **dict.fromkeys(("allow", "permit", "authorize", "authorise", "let", "grant", "enable", "give", "entitle",
    "empower"), PERMIT),
    **dict.fromkeys(
        ("block", "deny", "forbid", "prohibit", "prevent", "disallow", "ban", "stop", "refuse", "reject", "bar", "keep",
         "disable", "do not let", "do not allow", "do not permit", "do not authorize", "do not authorise",
         "do not enable",
         "do not grant", "do not give", "never let", "never allow", "never permit", "never authorize", "never grant",
         "never give", "never enable", "we do not want", "i do not want", "we never want", "i never want",
         "do not ever let", "do not ever allow", "no longer allow", "no longer let"),
        FORBID,
    ),
}  # fmt: skip
NEVER: Final = ("do not", "never")  # before a plain verb: "never delete customers", "do not export customers"

# Between a subject and what it does. The shape says what comes next: `verb` a verb phrase ("may refund"),
# `from` the same
# after "from", `access` a tool ("have access to"), `thing` nothing (the subject is the tool: "refunds are blocked"),
# `people` the people who may ("is reserved for managers").
MODALS: Final[dict[str, tuple[Effect, str]]] = {
    **dict.fromkeys(("may", "can", "could", "get to", "gets to", "may only", "can only", "may always", "can always",
    "may also", "can also", "may just", "can just", "may freely", "can freely", "may indeed", "have permission to",
    "has permission to", "have the right to", "has the right to", "have the ability to", "has the ability to",
    "should have the ability to", "should have permission to", "must be able to", "may still", "can still", "may now",
    "can now", "may then"), (PERMIT, "verb")),
    **dict.fromkeys(("may not", "can not", "must not", "shall not", "should not", "could not", "may never",
    "can never", "must never", "shall never", "should never", "will not", "will never", "may no longer",
    "can no longer", "are not to", "is not to", "ought not to", "never get to", "do not get to", "does not get to",
    "may under no circumstances", "can under no circumstances", "must under no circumstances",
    "should under no circumstances", "may in no case", "must in no case", "have no permission to",
    "has no permission to", "do not have permission to", "does not have permission to", "have no right to",
    "has no right to", "do not have the right to", "may not ever", "must not ever", "can not ever", "are never to",
    "is never to", "may neither", "can neither", "must neither", "need not be able to", "may at no time",
    "must at no time", "can at no time"), (FORBID, "verb")),
    **{f"{be} {only}{able} to": (PERMIT, "verb") for be in _TO_BE for able in _ABLE for only in ("", "only ",
    "always ", "also ")},
    **{f"{be} {able} to": (FORBID, "verb") for be in _NOT_TO_BE for able in _ABLE},
    **{f"{be} {barred} to": (FORBID, "verb") for be in _TO_BE for barred in ("forbidden", "prohibited", "disallowed")},
    **{f"{be} {barred} from": (FORBID, "from") for be in _TO_BE for barred in _BARRED},
    **{f"{have} access to": (PERMIT, "access") for have in ("have", "has", "get", "gets", "should have", "should get",
    "may have",
       "can have", "shall have", "must have", "are granted", "is granted", "are given", "is given", "should be given",
       "should be granted", "may get", "must be given", "are allowed", "is allowed", "have full", "has full")},
    **{f"{have} access to": (FORBID, "access") for have in ("have no", "has no", "get no", "gets no", "should have no",
       "may have no", "do not have", "does not have", "should not have", "must not have", "may not have",
       "can not have",
       "must have no", "do not get", "does not get", "should not get", "are denied", "is denied", "should be denied",
       "must be denied", "are refused", "is refused", "shall have no", "lose", "must not get", "may not get",
       "shall not have",
       "never have", "never get")},
    **{f"{be} {only}{granted}": (PERMIT, "thing") for be in _TO_BE for granted in _GRANTED for only in ("", "only ",
    "always ")},
    **{f"{be} {granted}": (FORBID, "thing") for be in _NOT_TO_BE for granted in _GRANTED},
    **{f"{be} {strictly}{denied}": (FORBID, "thing") for be in _TO_BE for denied in _DENIED
       for strictly in ("", "strictly ", "always ", "absolutely ")},
    **{f"{are} {who} who {may}": (PERMIT, "verb") for are in ("are the only", "is the only") for may in ("may", "can")
       for who in ("ones", "people", "one", "users", "person", "role", "roles", "group")},
    **{f"{be} {reserved}": (PERMIT, "people") for be in _TO_BE for reserved in ("reserved for", "restricted to",
    "limited to",
       "only for", "only available to", "only open to", "reserved to", "exclusively for", "exclusive to",
       "confined to")},
}  # fmt: skip
# "it is forbidden to …", "it is not OK for interns to …".
IMPERATIVES |= {
    **{f"it {be} {granted}": PERMIT for be in ("is", "should be", "shall be") for granted in _GRANTED},
    **{f"it {be} {denied}": FORBID for be in ("is", "should be", "shall be") for denied in _DENIED},
    **{
        f"it {be} {granted}": FORBID
        for be in ("is not", "should not be", "must not be", "shall not be", "is never")
        for granted in _GRANTED
    },
}
# Before the participle of a tool's own verb: "refunds may be processed".
PASSIVES: Final[dict[str, Effect]] = {
    **dict.fromkeys(("may be", "can be", "may only be", "can only be", "may always be", "can always be",
    "are allowed to be",
                     "is allowed to be", "are permitted to be", "is permitted to be", "may also be",
                     "can also be"), PERMIT),
    **dict.fromkeys(("may not be", "can not be", "must not be", "shall not be", "should not be", "may never be",
    "can never be",
                     "must never be", "shall never be", "should never be", "are not to be", "is not to be",
                     "will not be",
                     "are never to be", "is never to be", "are not allowed to be", "is not allowed to be",
                     "are not permitted to be",
                     "is not permitted to be", "could not be", "may no longer be", "can no longer be",
                     "may under no circumstances be", "must under no circumstances be"), FORBID),
}  # fmt: skip
NOBODY: Final = ("nobody", "no one", "none of them", "no user", "no users", "no caller", "no callers", "no principal",
                 "no principals", "no agent", "no agents", "no person", "no people", "no human", "not a single user",
                 "not a single person", "none")  # fmt: skip
