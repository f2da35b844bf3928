"""Characters by which a text reads otherwise than it is: invisible ones, and letters that look like others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

_CATEGORIES = {
    "Cc": "control character",
    "Cf": "format character",
    "Cs": "surrogate",
    "Co": "private-use character",
    "Cn": "unassigned character",
    "Zl": "line separator",
    "Zp": "paragraph separator",
    "Zs": "space",
}
# Letters and marks that nobody sees, though their category says nothing of it.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_EMOJI_STYLE = "\ufe0e\ufe0f"
_WORD = re.compile(r"[^\W_]+")
_LATIN = "LATIN"
_ALIKE = {_LATIN, "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "DESERET", "OSAGE", "TIFINAGH"}
# Letters of other scripts that are drawn as a Latin letter, for words that are made of nothing else.
_TWINS = frozenset(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u0501\u051b\u051d\u04cf\u04ae\u04af\u0475"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0405\u0406\u0408\u050c\u051a\u051c"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03b1\u03b9\u03bd\u03bf"
    "\u03c1\u03c5\u03f2\u03f3\u0555\u0566\u0570\u0578\u057d\u0581\u0585"
)
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|//[^\r\n]*', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


@dataclass(frozen=True)
class Hidden:
    """A character that a reader does not see, or takes for another, and where it stands in the text."""

    character: str
    codepoint: str
    name: str
    position: int


def hidden(text: str) -> tuple[Hidden, ...]:
    """Such characters of a text, in order. Line feeds and tabs are ordinary."""
    return _hidden(text, "\n\t")


def shown(text: str, *, keep: str = "\n") -> str:
    """The text with such characters as `\\u{202e}`, so that it prints as what it is. `keep` are controls to leave."""
    found = {each.position for each in _hidden(text, keep)}
    return "".join(f"\\u{{{ord(each):x}}}" if place in found else each for place, each in enumerate(text))


def hidden_in_policy(statement: str) -> tuple[Hidden, ...]:
    """Such characters of a Cedar text, also those that an escape sequence puts into one of its strings.

    The position is that of the character, or of its escape sequence, in the statement.
    """
    strings = [token for token in _STRING.finditer(statement) if token[0].startswith('"')]
    around = list(statement)
    found: list[Hidden] = []
    for token in strings:
        around[token.start() : token.end()] = " " * len(token[0])
        characters = list(_decoded(token[0][1:-1], token.start() + 1))
        inside = _hidden("".join(character for character, _ in characters), "")
        found += [replace(each, position=characters[each.position][1]) for each in inside]
    return tuple(sorted((*found, *hidden("".join(around))), key=lambda each: each.position))


def _decoded(body: str, start: int) -> Iterator[tuple[str, int]]:
    """The characters that a Cedar string means, and where each is written."""
    place = 0
    while place < len(body):
        escape = _ESCAPE.match(body, place)
        if escape is None:
            yield body[place], start + place
            place += 1
            continue
        number = escape[1] or escape[2]
        code = int(number, 16) if number else 0
        # What Cedar's parser refuses stands for itself.
        yield (chr(min(code, 0x10FFFF)) if number else _ESCAPED.get(escape[3], escape[3])), start + place
        place = escape.end()


def _hidden(text: str, keep: str) -> tuple[Hidden, ...]:
    places = {place for place, character in enumerate(text) if _unseen(text, place) and character not in keep}
    places.update(_look_alikes(text))
    return tuple(_described(text[place], place) for place in sorted(places))


def _described(character: str, position: int) -> Hidden:
    code = ord(character)
    plain = _CATEGORIES.get(unicodedata.category(character), "character")
    return Hidden(character, f"U+{code:04X}", unicodedata.name(character, plain), position)


def _unseen(text: str, place: int) -> bool:
    character = text[place]
    if " " <= character <= "~":
        return False
    if unicodedata.category(character) in _CATEGORIES:
        return True
    if not _INVISIBLE.match(character):
        return False
    # After a symbol it picks the drawing of an emoji.
    return not (character in _EMOJI_STYLE and place and unicodedata.category(text[place - 1])[0] == "S")


def _look_alikes(text: str) -> Iterator[int]:
    if text.isascii():
        return
    yield from (place for place, character in enumerate(text) if _styled(character))
    words = [(word.start(), [_script(character) for character in word[0]], word[0]) for word in _WORD.finditer(text)]
    # A script is at home in a text where one of its words could not be taken for a Latin one.
    at_home = {
        scripts[0] for _, scripts, word in words if len(set(scripts)) == 1 and not _TWINS.issuperset(word)
    }  # fmt: skip
    for start, scripts, word in words:
        present = dict.fromkeys(script for script in scripts if script in _ALIKE)
        if len(present) == 1 and not (_TWINS.issuperset(word) and not at_home.issuperset(present)):
            continue
        home = _LATIN if _LATIN in present or len(present) == 1 else next(iter(present), "")
        yield from (start + offset for offset, script in enumerate(scripts) if script in _ALIKE and script != home)


def _styled(character: str) -> bool:
    """An ASCII character in another dress: full width, mathematical, or the same under another number."""
    parts = unicodedata.decomposition(character).split()
    if len(parts) == 2 and parts[0] in ("<wide>", "<narrow>", "<font>"):
        parts = parts[1:]
    return len(parts) == 1 and int(parts[0], 16) < 0x80


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0] if character.isalpha() else ""
