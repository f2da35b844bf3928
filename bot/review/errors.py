"""The sentence for every reason: what is wrong, and what to do instead. Shown in private, as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.errors import Refused


class Reason(StrEnum):
    """Why something is refused: a closed list. `bot.review.errors` has the sentence of each."""

    EMPTY_RULE = "empty_rule"
    RULE_TOO_LONG = "rule_too_long"
    NO_WORDS = "no_words"
    CONTROL_CHARACTERS = "control_characters"
    NO_ROUTE = "no_route"
    DIRECT_MESSAGE = "direct_message"
    NOT_IN_CHANNEL = "not_in_channel"
    CHANNEL_NOT_VISIBLE = "channel_not_visible"
    CHANNEL_ARCHIVED = "channel_archived"
    GUEST = "guest"
    OUTSIDER = "outsider"
    UNKNOWN_PERSON = "unknown_person"
    BOT_PERSON = "bot_person"
    NO_APPROVERS = "no_approvers"
    ALREADY_DECIDED = "already_decided"
    UNKNOWN_DRAFT = "unknown_draft"
    NOT_REVIEWABLE = "not_reviewable"
    CARD_OUTDATED = "card_outdated"
    UNKNOWN_PROPOSAL = "unknown_proposal"
    LOOSER_NOT_SEEN = "looser_not_seen"
    WILL_BE_REFUSED = "will_be_refused"
    CROSSES_BOUNDARY = "crosses_boundary"
    NOT_POSTABLE = "not_postable"
    LEFT_OUT_NOT_SEEN = "left_out_not_seen"
    BROKEN_NOT_SEEN = "broken_not_seen"
    UNTESTED_NOT_SEEN = "untested_not_seen"
    FINDINGS_REASON = "findings_reason"
    NOTHING_CLEAN = "nothing_clean"
    NO_VOTE = "no_vote"
    NOT_REVISABLE = "not_revisable"
    NOT_UNDONE = "not_undone"
    UNDO_OF_UNDO = "undo_of_undo"
    NO_SUCH_POLICY = "no_such_policy"
    UNKNOWN_POLICY = "unknown_policy"
    OTHER_DENIAL = "other_denial"
    NOT_AS_WANTED = "not_as_wanted"
    NOT_ALLOWED = "not_allowed"
    BAD_STATEMENT = "bad_statement"
    PAST = "past"
    BAD_TIME = "bad_time"
    NOT_EXTENDED = "not_extended"
    NOT_LATER = "not_later"
    TIME_AFTER_VOTES = "time_after_votes"
    UNDO_FOR_GOOD = "undo_for_good"
    TEST_NAME = "test_name"
    TEST_TAKEN = "test_taken"
    TEST_ELSEWHERE = "test_elsewhere"
    TOO_MANY_TESTS = "too_many_tests"
    NO_SUCH_TEST = "no_such_test"
    NOTHING_TO_TRY = "nothing_to_try"
    SHARED_MEANWHILE = "shared_meanwhile"
    NOT_ASKED = "not_asked"
    TOO_MANY_PIECES = "too_many_pieces"
    ROUTE_CHANGED = "route_changed"
    ROUTE_GONE = "route_gone"
    UNKNOWN_GATEWAY = "unknown_gateway"
    SEVERAL_GATEWAYS = "several_gateways"
    NO_DEFAULT = "no_default"
    BOUND_MEANWHILE = "bound_meanwhile"
    USE_IN_CHANNEL = "use_in_channel"
    OTHERS_READ = "others_read"
    TOO_MANY_OPEN = "too_many_open"
    TOO_MANY_AT_ONCE = "too_many_at_once"


SENTENCES: Mapping[Reason, str] = {
    Reason.EMPTY_RULE: "There is no rule to propose. Type it after the command, such as /policy allow ROLE to call "
    "TOOL; /policy tools lists the tools.",
    Reason.RULE_TOO_LONG: "The rule has {length} characters and {limit} is the most that can be translated at once. "
    "Shorten it, or propose its parts one by one.",
    Reason.NO_WORDS: "The rule has no words in it. Say in English who may, or may not, do what, such as /policy allow "
    "ROLE to call TOOL; /policy tools lists the tools.",
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
    Reason.NO_APPROVERS: "Nobody may approve at the moment: no approvers are configured, or their user group is empty. "
    "Ask whoever runs policybot to name approvers.",
    Reason.ALREADY_DECIDED: "This draft was already decided: {decision}, {at}.",
    Reason.UNKNOWN_DRAFT: "This draft does not exist any more. Propose the rule again.",
    Reason.NOT_REVIEWABLE: "There is no policy to decide on in this draft. Rephrase that part of the rule and propose "
    "it again.",
    Reason.CARD_OUTDATED: "The card changed after you opened it, so your decision was not counted. Look at the newest "
    "card and decide again.",
    Reason.LOOSER_NOT_SEEN: "The policy allows more than the rule says, as policybot reads it. Press Approve again and "
    "tick that you have seen it, or reject the policy.",
    Reason.LEFT_OUT_NOT_SEEN: "Some of the rule is in no policy, and will not hold. Press Approve again and tick that "
    "you have seen what is left out, or ask for a revision.",
    Reason.BROKEN_NOT_SEEN: "The policy breaks a test that the team keeps for this gateway. Press Approve again and "
    "tick that you have seen which one, or ask for a revision.",
    Reason.UNTESTED_NOT_SEEN: "No call has tested the policy in log-only, as far as can be seen, or it failed on some. "
    "Press Approve again and tick that you have seen it, or wait for calls.",
    Reason.FINDINGS_REASON: "AgentCore's analysis has findings, so write why the policy is wanted all the same. The "
    "reason is kept with the approval.",
    Reason.NOTHING_CLEAN: "No open policy of this proposal is without something to look at. Decide on them one by one.",
    Reason.NO_VOTE: "You have no vote on this version of the policy that could be taken back.",
    Reason.NOT_REVISABLE: "Nothing of this proposal is open, so there is nothing to revise. Propose the rule anew.",
    Reason.NOT_UNDONE: "Only a change that is in effect can be undone, and this is none.",
    Reason.UNDO_OF_UNDO: "This is an undo itself. Propose what you want as a rule, or promote, demote or revoke the "
    "policy.",
    Reason.NO_SUCH_POLICY: "There is no such policy on this channel's policy engine any more. Type /policy list for "
    "those that there are.",
    Reason.UNKNOWN_POLICY: "There is no policy {name} on this channel's policy engine.{meant} Type /policy list for "
    "those that there are.",
    Reason.OTHER_DENIAL: "No policy of this channel's policy engine is called {name}, and policybot made none of that "
    "name here: the denial is of another gateway, or the policy is gone. Ask in the channel of that gateway, or type "
    "the call itself after /policy why.",
    Reason.NOT_AS_WANTED: "The policy is {mode} already, so there is nothing to propose. Type /policy list to see "
    "how the policies stand.",
    Reason.NOT_ALLOWED: "The rules of this review do not let you do that. Ask an approver, or whoever runs policybot.",
    Reason.BAD_STATEMENT: "This statement cannot be reviewed: {why} Change it and send the form again.",
    Reason.NOTHING_TO_TRY: "There is no policy to try in this draft. Rephrase that part of the rule and propose it "
    "again.",
    Reason.PAST: "{when} is in the past. Choose a time that is still to come.",
    Reason.BAD_TIME: "I cannot read “{said}” as a time. Write “7 days”, “2 hours”, or “until 2026-12-31 18:00 UTC”; in "
    "a command, after --for or --until at the end.",
    Reason.NOT_EXTENDED: "Only a change that is still to be taken back can be extended, and this one is not any more.",
    Reason.NOT_LATER: "It is taken back on {when}, and an extension has to end after that. Choose a later time.",
    Reason.TIME_AFTER_VOTES: "Others have approved it as the card shows it, so its time cannot be set any more. Leave "
    "the time empty, or reject it and propose it for a time.",
    Reason.UNDO_FOR_GOOD: "An undo is for good. Leave the time empty, or propose what you want for a time.",
    Reason.TEST_NAME: "A test needs a name. Say it before what must stay so, for example: /policy test add "
    "NAME allow CLAIM=VALUE TOOL INPUT=VALUE",
    Reason.TEST_TAKEN: "There is a test called “{name}” on this route already. Choose another name, or remove that one "
    "first with /policy test remove {name}",
    Reason.TEST_ELSEWHERE: "This request is about another gateway than this channel's rules. Add the test in a channel "
    "of that gateway.",
    Reason.TOO_MANY_TESTS: "There are {count} tests on this route, and that is the most. Remove some first.",
    Reason.NO_SUCH_TEST: "There is no test called “{name}” on this route. /policy test list shows those there are.",
    Reason.CROSSES_BOUNDARY: "The policy crosses a boundary of the team, or it is not proved that it does not: nobody "
    "can approve it. Reject it, or have the boundary changed by whoever runs policybot.",
    Reason.WILL_BE_REFUSED: "AgentCore will refuse this policy as things stand, so approving it as it is would come to "
    "nothing. Press one of the buttons that the newest card has instead.",
    Reason.UNKNOWN_PROPOSAL: "There is no proposal {proposal_id} of yours or in this channel. Type /policy status for "
    "the open ones.",
    Reason.SHARED_MEANWHILE: "People of another company are in the channel of {proposal_id} now, or may come in, so it "
    "is not shown there any more, and nothing of it is posted there. Propose it in a channel of your own.",
    Reason.NOT_ASKED: "{proposal_id} was answered already, or given up after a day. Type the command again.",
    Reason.TOO_MANY_PIECES: "The message holds {count} rules, and {limit} is the most that can be reviewed at once. "
    "Nothing was created. Propose them in several messages.",
    Reason.ROUTE_CHANGED: "Rules of this channel cannot go to that gateway any more. Ask, or open the form, again to "
    "choose from those that there are.",
    Reason.ROUTE_GONE: "This channel is bound to {name}, which may not be used here any more, so no rule can be "
    "proposed. Type /policy use to choose another gateway.",
    Reason.UNKNOWN_GATEWAY: "There is no gateway {name} that this channel may use.{meant} Type /policy use for those "
    "that there are.",
    Reason.SEVERAL_GATEWAYS: "Several gateways here are called {name}. Type /policy use, and choose one there.",
    Reason.NO_DEFAULT: "The settings of policybot have no gateway for this channel, so it would be left without one. "
    "Type /policy use to choose one.",
    Reason.BOUND_MEANWHILE: "Somebody else changed where the rules of this channel go at the same moment, so your "
    "choice was not taken. Type /policy use to see how it stands.",
    Reason.USE_IN_CHANNEL: "A direct message has no gateway: rules are reviewed in channels. Type /policy use in the "
    "channel whose rules are meant.",
    Reason.OTHERS_READ: "People of another company are in this channel, or may come in, and no rules can be proposed "
    "before them. Choose the gateway in a channel of your own.",
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


def refused_by(said: str) -> Refused:
    """The error to raise when governance refuses, with the sentence that it has for the person."""
    return Refused(said or sentence(Reason.NOT_ALLOWED), reason=Reason.NOT_ALLOWED)


def silenced(proposal_id: str, code: str) -> str:
    """The sentence for a review that goes on while Slack does not let the bot show it any more."""
    return (
        f"Slack does not let me show the review of {proposal_id} in its channel any more ({code}). If I was removed, "
        f"invite me with /invite @policybot. Until then, /policy status {proposal_id} says where it stands."
    )


def channel_refusal(code: str) -> str:
    """The sentence for a channel where Slack does not let the bot post, by Slack's error code."""
    return sentence(CHANNEL_REASONS.get(code, Reason.NOT_POSTABLE), code=code)
