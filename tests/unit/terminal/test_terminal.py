"""A thread on a terminal reads as in Slack."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from rich.console import Console

from bot.terminal import blocks, mrkdwn, thread
from bot.workspace.blockkit.blocks import BLOCKS, on_surface
from bot.workspace.blockkit.elements import ELEMENTS
from bot.workspace.blockkit.rich_text import PARTS, SECTIONS
from tests.support.kitchen import ACTING, ALERT, FEEDBACK, INPUTS, PLAN, READ, TASK, labelled

SAMPLES = [
    *(block for block, _ in (*READ, PLAN, ALERT)),
    {"type": "actions", "elements": ACTING},
    FEEDBACK,
    *map(labelled, INPUTS),
    {**TASK, "sources": [{"type": "url", "url": "https://example.com/", "text": "a source"}]},
]
HARD: list[Any] = ["<!date^soon^{date}|then>", "<!date^99999999999999999^{date}|then>", "[/b]\x1b", 10**18, 0, [], {}]
NAMES = {"U1": "Riley", "B1": "policybot", "S1": "approvers"}


def shown(*messages: Mapping[str, Any], width: int = 80) -> str:
    console = Console(width=width, color_system=None)
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


def walked(part: Any) -> Iterator[dict[str, Any]]:
    """Every object in a block, the block first; a dialog is seen once something is pressed."""
    if isinstance(part, dict):
        yield part
    inner = [each for name, each in part.items() if name != "confirm"] if isinstance(part, dict) else part
    for each in inner if isinstance(inner, list) else ():
        yield from walked(each)


def paths(part: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each field and item of a block is."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        yield (*at, key)
        yield from paths(value, (*at, key))


def changed(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The block with one part of it left out, null, or something that is hard to print."""
    for path in paths(block):
        for value in (..., None, *HARD):
            other = copy.deepcopy(block)
            inner: Any = other
            for key in path[:-1]:
                inner = inner[key]
            if value is ...:
                del inner[path[-1]]
            else:
                inner[path[-1]] = value
            yield other


def accepted(block: dict[str, Any]) -> bool:
    """Whether a block may stand on some surface of the embedded workspace."""
    complaints: list[list[str]] = [[], [], []]
    for surface, report in zip(("message", "modal", "home"), complaints, strict=True):
        on_surface(surface)(block, "", report)
    return not all(complaints)


@pytest.mark.parametrize("block", SAMPLES, ids=[str(each["type"]) for each in SAMPLES])
def test_every_block_that_the_workspace_accepts_is_printed_with_its_texts(block: dict[str, Any]) -> None:
    assert accepted(block)
    said = shown({"user": "B1", "blocks": [block]}, width=400)
    for each in walked(block):
        assert each.get("type") != "plain_text" or each["text"] in said
    others = [each for each in changed(block) if accepted(each)]
    assert others or block == {"type": "divider"}
    for each in others:
        shown({"user": "B1", "blocks": [each]})


def test_every_kind_of_block_and_element_is_among_the_samples() -> None:
    kinds = {str(each.get("type")) for block in SAMPLES for each in walked(block)}
    assert kinds >= {*BLOCKS, *PARTS, *SECTIONS, *ELEMENTS, "raw_text", "raw_number"}


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
