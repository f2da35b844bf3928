"""The sentences of governance for whoever is refused, where the policies themselves have none."""

from __future__ import annotations

from collections.abc import Sequence

from bot.governance.answers import Requirement
from bot.governance.facts import Action

DEEDS = {
    Action.PROPOSE: "propose rules here",
    Action.APPROVE: "approve this change",
    Action.REJECT: "reject this change",
    Action.EDIT: "edit this rule",
    Action.EDIT_CEDAR: "write the Cedar of this change",
    Action.WITHDRAW: "withdraw this proposal",
    Action.PROMOTE: "propose to promote this policy",
    Action.DEMOTE: "propose to demote this policy",
    Action.REVOKE: "propose to revoke this policy",
    Action.APPROVE_WITH_FINDINGS: "approve a policy that AgentCore has findings on",
    Action.APPROVE_LOOSER: "approve a policy that allows more than the rule says",
    Action.CONFIGURE: "change settings here",
    Action.EXPORT: "export the audit log",
}


def nothing_permits(action: Action) -> str:
    """For whom no policy permits an action, where none has a sentence of its own."""
    return f"The rules of this team do not let you {DEEDS[action]}. Ask whoever runs policybot who may."


def not_evaluated(names: Sequence[str], error: str) -> str:
    """For whom it is not known whether they may, by the policies that failed and Cedar's message."""
    which = f" ({', '.join(names)})" if names else ""
    return (
        f"The rules of who may do this could not be evaluated{which}, so it is refused: {error.rstrip('.')}. Tell "
        "whoever runs policybot."
    )


def not_read(groups: Sequence[str]) -> str:
    """For whom it depends on user groups that could not be read."""
    return (
        f"Slack does not say who is in {', '.join(groups)} at the moment, and whether you may do this depends on it. "
        "Try again in a minute. If it stays so, the group may not exist: tell whoever runs policybot."
    )


def not_asked_for(requirements: Sequence[Requirement]) -> str:
    """For whoever may approve changes, and is not one of those whose votes this one takes."""
    given = next((each.reason for each in requirements if each.reason), "")
    groups = " and of ".join(dict.fromkeys(each.group for each in requirements if each.group))
    return given or (
        f"This change takes votes of {groups}, and you are in none of them."
        if groups
        else "This change takes the votes of others, so yours would not count."
    )
