"""What `/policy who` shows, in private: who may do what in the channel now, and what an approval takes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.blocks.kit import Block, bullets, context, cut, line, person, rich, section, usergroup, words
from bot.blocks.modals import modal
from bot.governance import Action, Requirement
from bot.review.roles import ASKED_OF_A_GROUP, Approval, GroupRole, Role, Roles

TITLE = "Who may do what"
_GROUP_ID = re.compile(r"S[A-Z0-9]{2,}")
_NAMED = 8

_DEEDS = {
    Action.PROPOSE: "Propose a rule",
    Action.APPROVE: "Approve a change",
    Action.APPROVE_WITH_FINDINGS: "Approve despite findings",
    Action.APPROVE_LOOSER: "Approve what is looser than the rule",
    Action.REJECT: "Reject a change",
    Action.EDIT: "Edit a rule",
    Action.EDIT_CEDAR: "Edit the Cedar",
    Action.WITHDRAW: "Withdraw a change",
    Action.PROMOTE: "Propose to promote a policy",
    Action.DEMOTE: "Propose to demote a policy",
    Action.REVOKE: "Propose to revoke a policy",
    Action.CONFIGURE: "Change settings",
    Action.EXPORT: "Export the audit log",
}
"""What a person does, in the order in which it is shown."""


def who(found: Roles) -> Block:
    """A modal with everything; who cannot be found is said in words."""
    gateway = found.route.gateway_arn.rpartition("/")[2]
    by_action = {role.action: role for role in found.roles}
    blocks: list[Block] = [
        section(f"In this channel rules are for the gateway {cut(gateway, 120)}. Asked of Slack just now."),
        rich(
            line(words("What an approval takes, if you propose", bold=True)), bullets(map(_approval, found.approvals))
        ),
        rich(
            line(words("Who may", bold=True)),
            bullets([words(f"{deed}: "), *_role(by_action[action])] for action, deed in _DEEDS.items()),
        ),
    ]
    if any((group.size or 0) > ASKED_OF_A_GROUP for role in found.roles for group in role.groups):
        blocks.append(context(f"Of larger groups {ASKED_OF_A_GROUP} people were looked at."))
    return modal(TITLE, blocks)


def _approval(approval: Approval) -> list[Block]:
    said = [words(f"{approval.what[:1].upper()}{approval.what[1:]}: ")]
    if not approval.needs:
        return [*said, words("nobody can approve it: the rules of this channel permit it to nobody.", bold=True)]
    for place, (requirement, people) in enumerate(approval.needs):
        said += [words(" and "), *_votes(requirement, people)] if place else _votes(requirement, people)
    if not approval.enough:
        said.append(words(". Nobody can approve it now: there are too few who may.", bold=True))
    return said


def _votes(requirement: Requirement, people: Sequence[str]) -> list[Block]:
    quorum = requirement.quorum
    said = [words(f"{quorum} vote{'' if quorum == 1 else 's'}")]
    groups = (requirement.group,) if requirement.group else requirement.groups
    for place, group in enumerate(groups):
        said += [words(" or " if place else " of "), _group(group)]
    if not people:
        return [*said, words(" (nobody who may vote now)")]
    return [*said, words(" ("), *_people(people), words(")")]


def _role(role: Role) -> list[Block]:
    if role.members:
        return [words("every full member of this workspace")]
    if role.nobody:
        return [words("nobody now. ", bold=True), *_why_nobody(role)]
    parts: list[list[Block]] = [_group_role(group) for group in role.groups]
    parts += [_people(role.people)] if role.people else []
    parts += [[words("administrators of the workspace")]] if role.admins else []
    parts += [[words("whoever proposed it")]] if role.requester else []
    return [element for place, part in enumerate(parts) for element in ([words(", ")] if place else []) + part]


def _why_nobody(role: Role) -> list[Block]:
    said: list[Block] = []
    for group in role.groups:
        why = {None: " is no group that Slack lists. ", 0: " has nobody in it. "}
        said += [_group(group.name), words(why.get(group.size, " has nobody in it who may. "))]
    return said or [words(cut(role.refusal, 300))]


def _group_role(group: GroupRole) -> list[Block]:
    if group.size is None:
        return [_group(group.name), words(" (no group that Slack lists)")]
    if not group.able:
        return [_group(group.name), words(" (nobody who may now)")]
    return [_group(group.name), words(" ("), *_people(group.able, group.size), words(")")]


def _people(people: Sequence[str], size: int = 0) -> list[Block]:
    shown = people[:_NAMED]
    said = [
        element for place, each in enumerate(shown) for element in ([words(", ")] if place else []) + [person(each)]
    ]
    more = max(len(people), size if size > ASKED_OF_A_GROUP else 0) - len(shown)
    return [*said, words(f" and {more} more")] if more > 0 else said


def _group(name: str) -> Block:
    """A user group by its id, or by its handle."""
    if _GROUP_ID.fullmatch(name):
        return usergroup(name)
    return words(f"@{cut(name.removeprefix('@'), 80)}")
