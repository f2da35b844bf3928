"""A thread on a terminal reads as in Slack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from rich.console import Console

from bot.terminal import blocks, mrkdwn, thread

NAMES = {"U1": "Riley", "B1": "policybot", "S1": "approvers"}


def shown(*messages: Mapping[str, Any]) -> str:
    console = Console(width=80, color_system=None)
    with console.capture() as captured:
        console.print(thread(messages, NAMES))
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def test_names_dates_links_and_entities_read_as_a_person_sees_them() -> None:
    said = mrkdwn("<@U1> of <#C1|rules> &lt;b&gt; *now* <!date^0^{date}|then> <https://x.example|docs>", NAMES)
    assert said.plain == "@Riley of #rules <b> now 1970-01-01 00:00 UTC docs"
    assert any(span.style == "bold" for span in said.spans)


def test_a_user_group_is_named_wherever_it_stands() -> None:
    assert mrkdwn("<!subteam^S1> <!subteam^S2|@sales> <!subteam^S3>", NAMES).plain == "@approvers @sales @subteam^S3"
    groups = [{"type": "usergroup", "usergroup_id": name} for name in ("S1", "S2")]
    section = {"type": "rich_text_section", "elements": groups}
    assert "@approvers@S2" in shown({"user": "B1", "blocks": [{"type": "rich_text", "elements": [section]}]})


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


@pytest.mark.parametrize("hidden", ["\x1b", "\u202e", "\u200b"])
def test_no_hidden_character_reaches_the_terminal(hidden: str) -> None:
    """What would move the cursor, reorder a line or vanish is printed as its number, wherever it stands."""
    text = f"a{hidden}b"
    run = {"type": "text", "text": text}
    plain = {"type": "plain_text", "text": text}
    kept = {"rich_text_section": [run], "rich_text_quote": [run], "rich_text_preformatted": [run]}
    said = shown(
        {"user": "B1", "text": text},
        {
            "user": "B1",
            "blocks": [
                {"type": "header", "text": plain},
                {"type": "section", "text": {"type": "mrkdwn", "text": text}, "fields": [plain]},
                {"type": "context", "elements": [plain]},
                {"type": "rich_text", "elements": [{"type": kind, "elements": runs} for kind, runs in kept.items()]},
                {"type": "actions", "elements": [{"type": "button", "text": plain}]},
                {"type": "table", "rows": [[{"type": "raw_text", "text": text}], [{"type": "raw_text", "text": text}]]},
            ],
        },
    )
    assert hidden not in said
    assert said.count(f"a\\u{{{ord(hidden):x}}}b") == 11
