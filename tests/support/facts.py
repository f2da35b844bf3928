"""Facts for governance on a plain day: full members, a channel of their own, a change that nothing speaks against."""

from __future__ import annotations

from typing import Any

from bot.governance import ChangeFacts, ChannelFacts, PersonFacts, RouteFacts

CHANNEL = ChannelFacts("C0RULES", shared=False)
ROUTE = RouteFacts("desk-engine", "desk-gateway", "123456789012", "us-east-1")
REQUESTER = "U0RILEY"
_NOTHING_AGAINST_THEM: dict[str, Any] = {"guest": False, "outsider": False, "bot": False, "deleted": False}
_NOTHING_AGAINST_IT: dict[str, Any] = {
    "act": "create",
    "kind": "rule",
    "narrows": False,
    "widens": False,
    "opens_to_anyone": False,
    "removes_forbid": False,
    "unproved": False,
    "second": "agree",
    "looser": False,
    "unvalidated": False,
    "mode_after": "LOG_ONLY",
}


def member(person_id: str, *groups: str, **facts: Any) -> PersonFacts:
    """A full member of the workspace, in these groups."""
    return PersonFacts(person_id, **{"team": "T0DESK", "groups": frozenset(groups), **_NOTHING_AGAINST_THEM, **facts})


def change(requester: Any = REQUESTER, **facts: Any) -> ChangeFacts:
    """A change that changes nothing yet, with these facts."""
    return ChangeFacts(requester=requester, **{**_NOTHING_AGAINST_IT, **facts})
