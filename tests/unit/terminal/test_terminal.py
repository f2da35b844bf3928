"""A thread on a terminal reads as in Slack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from bot.terminal import blocks, mrkdwn, thread

NAMES = {"U1": "Riley", "B1": "policybot"}


def shown(*messages: Mapping[str, Any]) -> str:
    console = Console(width=80, color_system=None)
    with console.capture() as captured:
        console.print(thread(messages, NAMES))
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def test_names_dates_links_and_entities_read_as_a_person_sees_them() -> None:
    said = mrkdwn("<@U1> of <#C1|rules> &lt;b&gt; *now* <!date^0^{date}|then> <https://x.example|docs>", NAMES)
    assert said.plain == "@Riley of #rules <b> now 1970-01-01 00:00 UTC docs"
    assert any(span.style == "bold" for span in said.spans)


def test_replies_stand_below_their_parent_and_to_the_right() -> None:
    said = shown({"user": "U1", "text": "hello"}, {"user": "B1", "text": "there"})
    assert said == "Riley\nhello\n\n    policybot\n    there"


def test_every_kind_of_block_that_cards_use_shows_its_text() -> None:
    said = shown(
        {
            "user": "B1",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "A header"}},
                {"type": "divider"},
                {"type": "section", "text": {"type": "mrkdwn", "text": "A *section*"}},
                {"type": "context", "elements": [{"type": "plain_text", "text": "a context"}]},
                {
                    "type": "rich_text",
                    "elements": [
                        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a quote"}]},
                        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "permit(\n);"}]},
                        {
                            "type": "rich_text_list",
                            "style": "bullet",
                            "elements": [
                                {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]}
                            ],
                        },
                    ],
                },
                {
                    "type": "actions",
                    "elements": [
                        {"type": "button", "text": {"type": "plain_text", "text": "Approve"}, "style": "primary"}
                    ],
                },
                {
                    "type": "table",
                    "rows": [[{"type": "raw_text", "text": "tool"}], [{"type": "raw_text", "text": "pay"}]],
                },
            ],
        }
    )
    for part in ("A header", "A section", "a context", "│ a quote", "permit(", "• @Riley", "Approve", "tool", "pay"):
        assert part in said


def test_a_block_that_is_not_known_is_named_not_dropped() -> None:
    assert "[carousel]" in shown({"user": "B1", "blocks": [{"type": "carousel"}]})


def test_a_message_without_blocks_shows_its_text() -> None:
    assert [str(part) for part in blocks({"text": "just text"}, NAMES)] == ["just text"]
