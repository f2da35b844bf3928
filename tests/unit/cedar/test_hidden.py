"""Characters that a reader does not see, or takes for others."""

from __future__ import annotations

import json
import unicodedata

import cedarpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cedar.hidden import Hidden, hidden, hidden_in_policy, shown


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a\u202eb", "a\\u{202e}b"),
        ("a\u200bb", "a\\u{200b}b"),
        ("\x1b[31mred", "\\u{1b}[31mred"),
        ("a\rb", "a\\u{d}b"),
        ("a\u2028b", "a\\u{2028}b"),
        ("a\u2029b", "a\\u{2029}b"),
        ("a\u00a0b", "a\\u{a0}b"),
        ("a\u3000b", "a\\u{3000}b"),
        ("a\ud800b", "a\\u{d800}b"),
        ("a\ue000b", "a\\u{e000}b"),
        ("a\u0378b", "a\\u{378}b"),
        ("a\U000e0041b", "a\\u{e0041}b"),
        ("admin\u3164", "admin\\u{3164}"),
        ("admin\ufe0f", "admin\\u{fe0f}"),
        ("\u0430dmin", "\\u{430}dmin"),
        ("supp\u03bfrt agents", "supp\\u{3bf}rt agents"),
        ("h\u0585me", "h\\u{585}me"),
        ("\u13aadmin", "\\u{13aa}dmin"),
        ("say \u0441\u043e\u0440\u0443 now", "say \\u{441}\\u{43e}\\u{440}\\u{443} now"),
        ("\uff41dmin", "\\u{ff41}dmin"),
        ("\U0001d41admin", "\\u{1d41a}dmin"),
        ("a\u037e b", "a\\u{37e} b"),
    ],
)
def test_what_a_reader_does_not_see_is_found_and_shown_escaped(text: str, escaped: str) -> None:
    assert hidden(text)
    assert shown(text) == escaped


@pytest.mark.parametrize(
    "text",
    [
        "plain text, 100 % of it ~\n\tindented",
        "Größe, naïve, Łódź, İstanbul, ñandú",
        "поддержка и рост",
        "с вами поддержка",
        "υποστήριξη και νέα",
        "サポート担当 Tシャツ",
        "دعم العملاء",
        "한국어 지원",
        "e\u0301",
        "€ 5 … “quoted” — 20 °C ½ m² № 5 ™",
        "❤\ufe0f 👍🏽",
    ],
)
def test_ordinary_texts_of_many_languages_hide_nothing(text: str) -> None:
    assert hidden(text) == ()
    assert shown(text, keep="\n\t") == text


def test_a_character_is_named_with_its_number_and_place() -> None:
    assert hidden("ab\u202e\x00") == (
        Hidden("\u202e", "U+202E", "RIGHT-TO-LEFT OVERRIDE", 2),
        Hidden("\x00", "U+0000", "control character", 3),
    )


def test_line_feeds_are_kept_only_where_asked() -> None:
    assert shown("a\nb\tc") == "a\nb\\u{9}c"
    assert shown("a\nb\tc", keep="") == "a\\u{a}b\\u{9}c"


@given(st.text(st.characters(), max_size=40))
def test_what_is_shown_holds_nothing_that_moves_or_hides(text: str) -> None:
    printed = shown(text, keep="")
    assert not any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for each in printed)
    assert shown(printed, keep="") == printed


@pytest.mark.parametrize(
    ("literal", "codepoints"),
    [
        ('"admin\\u{200b}"', ["U+200B"]),
        ('"a\\nRisk: none"', ["U+000A"]),
        ('"a\\x1b\\0\\r\\t"', ["U+001B", "U+0000", "U+000D", "U+0009"]),
        ('"a\nb"', ["U+000A"]),
        ('"\\u{430}dmin"', ["U+0430"]),
        ('"\u202e"', ["U+202E"]),
        ('"say \\"hi\\" // \\u{200b}"', ["U+200B"]),
        ('"a\\\\u{200b}"', []),
        ('"plain"', []),
        ('"line\\nподдержка"', ["U+000A"]),
    ],
)
def test_escape_sequences_of_a_policys_strings_are_read(literal: str, codepoints: list[str]) -> None:
    for statement in (
        f"permit(principal, action, resource) when {{ context.a == {literal} }};",
        f"@note({literal})\npermit(principal, action, resource);",
        f"permit(principal == User::{literal}, action, resource);",
        f"permit(principal, action, resource) when {{ context has {literal} }};",
        f"permit(principal, action, resource) when {{ context.a like {literal} }};",
    ):
        cedarpy.policies_to_json_str(statement)
        found = hidden_in_policy(statement)
        assert [each.codepoint for each in found] == codepoints
        for each in found:
            assert statement[each.position] in ("\\", each.character)


def test_what_a_comment_hides_is_found_and_what_it_quotes_is_no_string() -> None:
    assert [
        each.codepoint for each in hidden_in_policy('// "a\\n"\npermit(principal, action, resource); // \u202e')
    ] == ["U+202E"]


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("naаыο\n\u200b"), max_size=12), st.data())
def test_strings_are_decoded_as_cedar_decodes_them(value: str, data: st.DataObject) -> None:
    """Whatever mix of escapes a literal is written with, what is found is what Cedar's own value hides."""
    written = "".join(_written(each, data.draw(st.booleans())) for each in value)
    statement = f'permit(principal, action, resource) when {{ "{written}" == context.a }};'
    parsed = json.loads(cedarpy.policies_to_json_str(statement))["staticPolicies"]["policy0"]
    assert parsed["conditions"][0]["body"]["=="]["left"]["Value"] == value
    expected = [each.codepoint for each in hidden(value.replace("\n", "\x00").replace("\t", "\x00"))]
    assert len(hidden_in_policy(statement)) == len(expected)


def _written(character: str, escaped: bool) -> str:
    if escaped or character == "\r":  # Cedar's reader takes no bare one
        return f"\\u{{{ord(character):x}}}"
    return {'"': '\\"', "\\": "\\\\", "\r": "\\r"}.get(character, character)
