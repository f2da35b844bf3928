"""Slack's error codes as ours, by one table: what a person is told, and whether the same call may succeed later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import ChatError, ChatUnavailable

SENTENCES: Mapping[str, str] = {
    "not_in_channel": "The bot is not in this channel. Invite it with /invite @policybot.",
    "channel_not_found": "The bot cannot see this channel. Invite it with /invite @policybot.",
    "is_archived": "This channel is archived.",
    "user_not_in_channel": "The person is not in this channel.",
    "user_not_found": "Slack does not know this person.",
    "user_not_visible": "The bot may not see this person.",
    "users_not_found": "Slack does not know this person.",
    "user_disabled": "The person's account is switched off.",
    "cannot_dm_bot": "Bots cannot be sent direct messages.",
    "message_not_found": "The message is gone.",
    "thread_not_found": "The thread is gone.",
    "edit_window_closed": "The message is too old to be changed.",
    "cant_update_message": "The message cannot be changed.",
    "streaming_state_conflict": "The message is being streamed and cannot be changed.",
    "invalid_blocks": "Slack does not accept the form of the message.",
    "invalid_blocks_format": "Slack does not accept the form of the message.",
    "msg_blocks_too_long": "The message is too long for Slack.",
    "msg_too_long": "The message is too long for Slack.",
    "no_text": "The message is empty.",
    "restricted_action": "The workspace does not let apps post in this channel.",
    "restricted_action_read_only_channel": "This channel is read-only.",
    "restricted_action_thread_locked": "This thread is locked.",
    "restricted_action_non_threadable_channel": "This channel does not allow threads.",
    "ekm_access_denied": "The workspace's administrators have suspended messages here.",
    "team_access_not_granted": "The app was not given access to this workspace.",
    "not_authed": "No bot token was sent. Set SLACK_BOT_TOKEN.",
    "invalid_auth": "Slack does not accept the bot token. Install the app anew and set SLACK_BOT_TOKEN.",
    "account_inactive": "The bot token belongs to an app that was removed. Install it anew and set SLACK_BOT_TOKEN.",
    "token_revoked": "The bot token was revoked. Install the app anew and set SLACK_BOT_TOKEN.",
    "token_expired": "The bot token has expired. Install the app anew and set SLACK_BOT_TOKEN.",
    "not_allowed_token_type": "This is another kind of token than Slack wants here.",
    "missing_scope": "The app lacks a scope for this. Install it anew with the scopes of `policybot manifest`.",
    "no_permission": "The app lacks a permission for this. Compare its scopes with `policybot manifest`.",
    "access_denied": "Slack denied the app access to this.",
    "org_login_required": "The workspace is moving to another organisation.",
    "no_such_subteam": "The user group does not exist.",
    "subteam_max_users_exceeded": "The user group is too large.",
    "plan_upgrade_required": "The workspace's plan has no user groups. Name approvers by their user ids.",
    "permission_denied": "The app may not read user groups.",
    "expired_trigger_id": "The form was opened too late.",
    "invalid_trigger": "The form was opened too late.",
    "used_url": "The private answer's address was used up.",
    "expired_url": "The private answer's address has expired.",
}

LATER: Mapping[str, str] = {
    "ratelimited": "Slack asks to wait.",
    "rate_limited": "Slack asks to wait.",
    "message_limit_exceeded": "Slack asks to wait.",
    "accesslimited": "Slack is limited at the moment.",
    "internal_error": "Slack has a fault.",
    "fatal_error": "Slack has a fault.",
    "service_unavailable": "Slack is not available.",
    "request_timeout": "Slack did not answer in time.",
    "team_added_to_org": "The workspace is moving to another organisation.",
    "external_channel_migrating": "The shared channel is moving.",
}

NETWORK = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
_WAIT = 30.0


@contextmanager
def calling(doing: str) -> Iterator[None]:
    """Raise what goes wrong inside as ChatError, or as ChatUnavailable when it may go well later."""
    try:
        yield
    except NETWORK as error:
        raise chat_error(error, doing) from error


def chat_error(error: Exception, doing: str) -> ChatError:
    """What `error` means; `doing` says what was tried, such as `post the message`."""
    if isinstance(error, SlackApiError):
        return _answered(error, doing)
    if isinstance(error, TimeoutError):
        return ChatUnavailable(f"Slack did not answer in time when asked to {doing}.", code="timeout")
    return ChatUnavailable(f"Slack could not be reached to {doing}.", code="unreachable")


def _answered(error: SlackApiError, doing: str) -> ChatError:
    response = error.response
    # A body that is not JSON leaves aiohttp's own response here, which has `status` and no data.
    status = int(getattr(response, "status_code", None) or getattr(response, "status", 0) or 0)
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, Mapping) else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return ChatUnavailable(LATER["ratelimited"], code="ratelimited", retry_after=_retry_after(response.headers))
    return refused(code, doing) if code else broken(status, doing)


def refused(code: str, doing: str) -> ChatError:
    """Slack's own word for what is wrong. A code that the table does not know is named and not tried again."""
    if code in LATER:
        return ChatUnavailable(LATER[code], code=code)
    sentence = SENTENCES.get(code)
    return ChatError(sentence or f"Slack refused to {doing} ({code}).", code=code)


def broken(status: int, doing: str) -> ChatUnavailable:
    """An answer that is not Slack's JSON: a proxy's or a load balancer's page."""
    return ChatUnavailable(f"Slack answered {status or 'something unreadable'} when asked to {doing}.", code="broken")


def _retry_after(headers: Mapping[str, str]) -> float:
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        return max(0.0, float(value))
    except ValueError:
        return _WAIT
