"""Escaping and finding mentions never disagree, whatever a person types."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.workspace.mentions import Names, escape, mentions_of, shown, typed, unescape

NOBODY = Names(*[lambda _: None] * 6)


@given(st.text())
def test_escaped_text_calls_nobody_and_reads_as_it_was_typed(text: str) -> None:
    found = mentions_of(escape(text), [])
    assert (found.users, found.groups, found.broadcasts) == (set(), set(), set())
    assert shown(escape(text), NOBODY) == text
    assert unescape(escape(text)) == text


@given(st.text(alphabet="<>!@#|&^ abhere.channel"))
def test_typed_control_characters_never_reach_the_bot_as_mentions_of_people(text: str) -> None:
    found = mentions_of(typed(text, NOBODY), [])
    assert (found.users, found.groups) == (set(), set())


def test_labels_and_fallbacks_do_not_hide_a_mention() -> None:
    found = mentions_of("<@U1|x> <!subteam^S1|@x> <!channel|x> <#C1|x> <https://x.test|<> <!date^1^{date}|x>", [])
    assert (found.users, found.groups, found.broadcasts) == ({"U1"}, {"S1"}, {"channel"})
