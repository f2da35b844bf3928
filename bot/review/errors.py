"""The sentence for every reason: what is wrong, and what to do instead. Shown in private, as plain text."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import Refused
from bot.review.model import Reason

SENTENCES: Mapping[Reason, str] = {
    Reason.EMPTY_RULE: "There is no rule to propose. Type it after the command, for example: "
    "/policy allow support agents to call refund tool",
    Reason.RULE_TOO_LONG: "The rule has {length} characters and {limit} is the most that can be translated at once. "
    "Shorten it, or propose its parts one by one.",
    Reason.NO_WORDS: "The rule has no words in it. Say in English who may or may not do what, for example: "
    "/policy allow support agents to call refund tool",
    Reason.CONTROL_CHARACTERS: "The rule has an invisible character ({name}) at position {position}. "
    "Type the rule anew, or paste it as plain text.",
    Reason.NO_ROUTE: "No policy engine is set up for this channel, so there is nothing to propose rules to here. Ask "
    "whoever runs policybot to add the channel to its routing file.",
    Reason.DIRECT_MESSAGE: "Rules are reviewed by the team, so they are proposed in a channel and not in a direct "
    "message. Type the command in a channel that I am in.",
    Reason.NOT_IN_CHANNEL: "I am not in this channel, so the team could not review the rule here. Invite me with "
    "/invite @policybot and type the command again.",
    Reason.CHANNEL_NOT_VISIBLE: "I cannot see this channel because it is private. Invite me with /invite @policybot "
    "and type the command again, or propose the rule in a public channel.",
    Reason.CHANNEL_ARCHIVED: "This channel is archived, so nothing can be reviewed here. Propose the rule in another "
    "channel.",
    Reason.NOT_POSTABLE: "Slack does not let me post in this channel ({code}), so the team could not review the rule "
    "here. Propose it in another channel, or ask an administrator of the workspace.",
    Reason.GUEST: "Guests cannot take part in reviews of rules. Ask a full member of the workspace to do it for you.",
    Reason.OUTSIDER: "Only members of the workspace that owns these rules can take part in their review. Ask a member "
    "of it to do it for you.",
    Reason.UNKNOWN_PERSON: "Slack does not know you as an active member of this workspace, so you cannot take part in "
    "reviews of rules. Ask an administrator of the workspace to look at your account.",
    Reason.BOT_PERSON: "Apps and bots cannot take part in reviews of rules; a person has to.",
    Reason.NOT_APPROVER: "You are not one of the approvers of these rules, so you cannot decide. Ask an approver, or "
    "ask whoever runs policybot to add you.",
    Reason.NO_APPROVERS: "Nobody may approve at the moment: no approvers are configured, or their user group is empty. "
    "Ask whoever runs policybot to name approvers.",
    Reason.OWN_PROPOSAL: "You proposed this rule, so somebody else has to approve it. You can withdraw it with Reject.",
    Reason.ALREADY_DECIDED: "This draft was already decided: {decision} by <@{by}>, {at}.",
    Reason.UNKNOWN_DRAFT: "This draft does not exist any more. Propose the rule again.",
    Reason.NOT_REVIEWABLE: "There is no policy to decide on in this draft. Rephrase that part of the rule and propose "
    "it again.",
    Reason.CARD_OUTDATED: "The card changed after you opened it, so your decision was not counted. Look at the newest "
    "card and decide again.",
    Reason.LOOSER_NOT_SEEN: "The policy allows more than the rule says, as policybot reads it. Press Approve again and "
    "tick that you have seen it, or reject the policy.",
    Reason.CROSSES_BOUNDARY: "The policy crosses a boundary of the team, or it is not proved that it does not: nobody "
    "can approve it. Reject it, or have the boundary changed by whoever runs policybot.",
    Reason.WILL_BE_REFUSED: "AgentCore will refuse this policy as things stand, so approving it as it is would come to "
    "nothing. Press one of the buttons that the newest card has instead.",
    Reason.UNKNOWN_PROPOSAL: "There is no proposal {proposal_id} of yours or in this channel. Type /policy status for "
    "the open ones.",
    Reason.TOO_MANY_PIECES: "The message holds {count} rules, and {limit} is the most that can be reviewed at once. "
    "Nothing was created. Propose them in several messages.",
    Reason.TOO_MANY_OPEN: "{count} proposals {where} are open, and {limit} is the most. The rule was not saved. Decide "
    "or reject some of them, which /policy status lists, and type the command again.",
    Reason.TOO_MANY_AT_ONCE: "{count} rules were proposed {where} within a minute, and {limit} is the most. The rule "
    "was not saved. Type the command again in {seconds} seconds.",
}

CHANNEL_REASONS: Mapping[str, Reason] = {
    "not_in_channel": Reason.NOT_IN_CHANNEL,
    "channel_not_found": Reason.CHANNEL_NOT_VISIBLE,
    "is_archived": Reason.CHANNEL_ARCHIVED,
}


def sentence(reason: Reason, **fields: object) -> str:
    """The sentence of a reason with its fields filled."""
    return SENTENCES[reason].format(**fields)


def refused(reason: Reason, **fields: object) -> Refused:
    """The error to raise for a reason."""
    return Refused(sentence(reason, **fields), reason=reason, **fields)


def silenced(proposal_id: str, code: str) -> str:
    """The sentence for a review that goes on while Slack does not let the bot show it any more."""
    return (
        f"Slack does not let me show the review of {proposal_id} in its channel any more ({code}). If I was removed, "
        f"invite me with /invite @policybot. Until then, /policy status {proposal_id} says where it stands."
    )


def channel_refusal(code: str) -> str:
    """The sentence for a channel where Slack does not let the bot post, by Slack's error code."""
    return sentence(CHANNEL_REASONS.get(code, Reason.NOT_POSTABLE), code=code)
