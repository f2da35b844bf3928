"""Slack's answers as ours: a sentence, whether to try again, and how long to wait."""

from __future__ import annotations

import re

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import ChatError, ChatUnavailable
from bot.review.errors import CHANNEL_REASONS
from bot.review.once import GONE
from bot.slack.errors import LATER, SENTENCES, calling, chat_error


def answered(code: str, status: int = 200, headers: dict[str, str] | None = None) -> SlackApiError:
    response = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="chat.postMessage",
        req_args={},
        data={"ok": False, "error": code} if code else {},
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("failed", response)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_known_refusal_keeps_slacks_code_and_is_not_tried_again(code: str) -> None:
    error = chat_error(answered(code), "post")
    assert type(error) is ChatError
    assert error.code == code
    assert error.sentence.endswith(".")


@pytest.mark.parametrize("code", sorted(LATER))
def test_a_passing_fault_is_tried_again(code: str) -> None:
    assert isinstance(chat_error(answered(code), "post"), ChatUnavailable)


def test_the_codes_that_the_review_acts_on_are_in_the_table() -> None:
    assert set(CHANNEL_REASONS) | set(GONE) <= set(SENTENCES)


def test_no_code_is_both_refused_and_tried_again() -> None:
    assert not set(SENTENCES) & set(LATER)


def test_an_unknown_code_is_named() -> None:
    error = chat_error(answered("new_in_2027"), "post the message")
    assert "new_in_2027" in error.sentence
    assert not isinstance(error, ChatUnavailable)


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("soon", 30.0), (None, 30.0)])
def test_a_rate_limit_says_how_long_to_wait(header: str | None, seconds: float) -> None:
    error = chat_error(answered("ratelimited", 429, {"Retry-After": header} if header else {}), "post")
    assert isinstance(error, ChatUnavailable)
    assert error.retry_after == seconds


def test_an_answer_that_is_not_slacks_is_tried_again() -> None:
    error = chat_error(answered("", 502), "post")
    assert isinstance(error, ChatUnavailable)
    assert "502" in error.sentence


@pytest.mark.parametrize("error", [TimeoutError(), aiohttp.ClientConnectionError(), ConnectionRefusedError()])
def test_a_network_that_fails_is_tried_again(error: Exception) -> None:
    with pytest.raises(ChatUnavailable), calling("post"):
        raise error


def test_a_fault_of_our_own_is_not_taken_for_slacks() -> None:
    with pytest.raises(KeyError), calling("post"):
        raise KeyError("ours")


def test_sentences_name_no_token() -> None:
    assert not any(re.search(r"xox|xapp-", sentence) for sentence in (*SENTENCES.values(), *LATER.values()))
