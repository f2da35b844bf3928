"""A text as tokens: words, numbers, quoted values, clock times, dates, ARNs and signs, each with its place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from bot.language.text.words import is_plural, singular, stem, stems
from bot.language.wordlists import CONTRACTIONS, PEOPLE_ENDINGS, PEOPLE_WORDS, THINGS, UNITS

_OWNED = re.compile(r"\s+(?:access|permissions?|rights?)\b", re.IGNORECASE)
_QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“", "«": "»", "`": "`", "‘": "’", "'": "'"}
# What is quoted is a value as typed, whatever it looks like.
_LITERAL = r"\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)|`[^`\n]*`|“[^”\n]*”|‘[^’\n]*’|«[^»\n]*»"
_BOLD = re.compile(rf"{_LITERAL}|(?<![\w*])\*(?=\S)((?:[^*\n\"'`]|`[^*`\n]*`)*(?<=\S))\*(?![\w*])")
_STRONG = re.compile(rf"{_LITERAL}|(?<![\w*])\*\*(?=[^\s*])([^*/\n\"'`]+)(?<=\S)\*\*(?![\w*])")
_ITALIC = re.compile(rf"{_LITERAL}|(?<!\w)_(?=[^\W_])([^\n\"'`]*?[^\W_])_(?!\w)")
_WHOLE = re.compile(r"\s*`([^`\n]+\s[^`\n]+\s[^`\n]+)`[\s.!]*")
_FORMULA = re.compile(r"`([^`\n]*(?:[<>=≤≥≠]|&[lg]t;)[^`\n]*)`")  # a comparison in backticks is no value
_LINK = re.compile(rf"{_LITERAL}|<(?:https?:|mailto:)([^|>\s]+)(?:\|([^>\n]+))?>")
_SMILEY = re.compile(r"(?<!\S)[:;]-?[)DP](?!\S)")
_ENTITY = re.compile(rf"{_LITERAL}|&(amp|lt|gt);")
_SIGNS = {"amp": "&", "lt": "<", "gt": ">"}
_TOKEN = re.compile(
    r"""
    (?P<arn>arn:[A-Za-z0-9-]*:[^\s"'“”]*[A-Za-z0-9_*/-])
  | (?P<date>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|\+00:00)?)?(?![\w-])
        | \d{1,4}[/.]\d{1,2}[/.]\d{1,4}(?![\w]))
  | (?P<time>\d{1,2}(?::\d{2}){1,2}(?:\s?[ap]\.?m\b\.?)?(?!\w) | \d{1,2}\s?(?:[ap]m\b|[ap]\.m\.))
  | (?P<number>(?:(?<!:\d\d)[-−](?!\s))?(?:[$€£¥₹]\s?)?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?
        (?:\s?[%‰]|[kKmMbB](?![\w])|(?![\w-]))
        | [-−]?[$€£¥₹]\s?\d+(?:\.\d+)?[kKmMbB]? )
  | (?P<word>w/(?=\s) | °\s?[CF]\b | https?://(?:[^\s"'“”<>]*[^\s"'“”<>.,;:!?)])?
        | [A-Za-z]{1,3}[$€£¥₹][\d.,]*\d\w*
        | [^\W_](?:[\w]|[-–.:/@+'’](?=\w))*[\w]?|_\w+)
  | (?P<emoji>(?<![\w:]):(?:x|[a-z][a-z_+]{2,}):(?![\w:])
        | [\u231a-\u23ff\u2600-\u2775\u2b50\u2b55\U0001f300-\U0001f4ae\U0001f4b0-\U0001f51e\U0001f520-\U0001faff]
          [\ufe0f\U0001f3fb-\U0001f3ff]*)
  | (?P<sign><=|>=|==|!=|≤|≥|≠|<|>|=)
  | (?P<punct>\S)
    """,
    re.VERBOSE,
)


_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\w/]|\.\d)")  # an IP address, or a range of them
PREFIX = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,2}")  # the first parts of an IP address
_DOTTED = re.compile(
    r"((?:excl|incl)(?=\.\s)|(?:max|min|excl|incl)(?=\.(?:\s*[$€£¥₹]?\d|\s+(?-i:[a-z]|[A-Z]{3} ?\d))))\.",
    re.IGNORECASE,
)
_SHORT = {"btw": "between", "b4": "before"}
_BOUND = re.compile(r"\s+[$€£¥₹]?\d")  # "btw 8:00 and 18:00 UTC": by the way, no clock time is said like this
_ONLY = re.compile(r"(?!read|write|append)([a-z]{3,})-only")


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `low` is what the vocabulary is written in; `value` is the exact text of a quoted value."""

    text: str
    start: int
    end: int
    kind: str
    low: str
    value: str = ""

    @property
    def stem(self) -> str:
        return stem(self.low)

    @property
    def words(self) -> tuple[str, ...]:
        """The stems of its words: several for an identifier such as `updateEmail`, one for a plain word."""
        possessive = self.low != self.text.lower() and self.text.lower().endswith(("'s", "’s"))
        found = stems(self.text[:-2] if possessive else self.text)
        compound = self.low.isalpha() and not {" ", "-"}.isdisjoint(self.text)  # "roll back" as `rollback`
        return found if len(found) > 1 and not compound else (self.stem,)

    @property
    def is_word(self) -> bool:
        return self.kind == "word"


def tokenise(text: str) -> list[Token]:
    """The tokens of a text, in order, nothing left out but white space. Contractions become two tokens in one place."""
    found: list[Token] = []
    at = 0
    text = unmarked(text)
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _quoted(text, at) or _plain(text, at)
        at = token.end
        if token.low in _SHORT and _BOUND.match(text, at):
            token = replace(token, low=_SHORT[token.low])
        if not (found and found[-1].end == token.start and _owns(found[-1], token, text[at:])):
            found += _expand(token)
    return found


def _owns(last: Token, mark: Token, rest: str) -> bool:
    """Whether a mark is the apostrophe of a plural that says no more than it: "14 days' notice", "interns' access"."""
    plural = mark.low in {"'", "’"} and last.is_word and last.low.endswith("s")
    return plural and (singular(last.low) in UNITS or _OWNED.match(rest) is not None)


def unmarked(text: str) -> str:
    """The text without Slack's marks, each place where it was: *bold*, _italic_, fences, and &amp; for the sign."""
    text = _SMILEY.sub(lambda found: " " * len(found[0]), text.replace("```", "   "))
    if (whole := _WHOLE.fullmatch(text)) is not None:
        text = f"{text[: whole.start(1) - 1]} {whole[1]} {text[whole.end(1) + 1 :]}"
    text = _FORMULA.sub(lambda found: f" {found[1]} ", text)
    text = _LINK.sub(lambda found: (found[2] or found[1]).rjust(len(found[0])) if found[1] else found[0], text)
    text = _STRONG.sub(lambda found: f"  {found[1]}  " if found[1] else found[0], text)
    for mark in (_BOLD, _ITALIC):
        text = mark.sub(lambda found: f" {found[1]} " if found[1] else found[0], text)
    return _ENTITY.sub(lambda found: _SIGNS[found[1]].rjust(len(found[0])) if found[1] else found[0], text)


def _quoted(text: str, at: int) -> Token | None:
    """A quoted value that opens here and closes on the same line; an apostrophe inside a word does not open one."""
    closing = _QUOTES.get(text[at])
    if closing is None or (at and (text[at - 1].isalnum() or text[at - 1] == "_")):
        return None
    end = text.find(closing, at + 1)
    if closing in "'’":
        while end != -1 and end + 1 < len(text) and text[end + 1].isalnum():
            end = text.find(closing, end + 1)
    if end == -1 or "\n" in text[at:end]:
        return None
    return Token(text[at : end + 1], at, end + 1, "quoted", text[at : end + 1], text[at + 1 : end])


def _plain(text: str, at: int) -> Token:
    if (address := _ADDRESS.match(text, at)) is not None:
        return Token(address[0], at, address.end(), "word", address[0])
    if (short := _DOTTED.match(text, at)) is not None:  # "max. 500" ends no sentence
        return Token(short[1], at, short.end(), "word", short[1].lower())
    match = _TOKEN.match(text, at)
    if match is None:  # a character that is neither space nor anything else cannot happen, but never loop on it
        return Token(text[at], at, at + 1, "punct", text[at])
    kind, piece = str(match.lastgroup), match.group()
    if piece == "!" and text[at + 1 : at + 2].isalnum():
        return Token(piece, at, match.end(), "word", "not")  # "!express" is no punctuation
    low = piece.lower().replace("’", "'").replace("–", "-")
    return Token(piece, at, match.end(), kind, low)


def _expand(token: Token) -> list[Token]:
    """A contraction as its words ("can't" is can, not); a possessive without its ending."""
    if token.kind != "word":
        return [token]
    if (found := _ONLY.fullmatch(token.low)) is not None:
        at = token.start + len(found[1])
        first = replace(token, text=token.text[: len(found[1])], end=at, low=found[1])
        return [first, Token(token.text[-4:], at + 1, token.end, "word", "only")]
    pair = re.split("[/+]", token.text)
    if len(pair) == 2 and all(map(_several_people, pair)):
        middle = token.start + len(pair[0])
        first = replace(token, text=pair[0], end=middle, low=pair[0].lower())
        last = replace(token, text=pair[1], start=middle + 1, low=pair[1].lower())
        return [first, Token(token.text[len(pair[0])], middle, middle + 1, "word", "or"), last]
    words = CONTRACTIONS.get(token.low)
    if words is None and token.low.endswith("'s"):
        words = (token.low[:-2],)
    if words is None:
        return [token]
    return [Token(token.text, token.start, token.end, "word", word) for word in words]


def _several_people(word: str) -> bool:
    """Whether a word is a plural of people: "managers/leads" are two groups."""
    head = singular(word.lower())
    return is_plural(word) and (head in PEOPLE_WORDS or (head.endswith(PEOPLE_ENDINGS) and head not in THINGS))


def hidden_character(text: str) -> str | None:
    """What is wrong with a text that does not read as it looks: invisible, directional or look-alike characters."""
    for char in text:
        category = unicodedata.category(char)
        if category in {"Cf", "Co", "Cn", "Cs"} or (category == "Cc" and char not in "\n\r\t"):
            name = unicodedata.name(char, f"U+{ord(char):04X}").lower()
            return f"an invisible character ({name})"
    odd_digit = next((char for char in text if char.isdecimal() and not char.isascii()), None)
    if odd_digit is not None:
        return f"“{odd_digit}”, a digit of another script ({unicodedata.name(odd_digit, 'unknown').lower()})"
    for word in re.findall(r"[^\W\d_]+", text):
        odd = [char for char in word if not _latin(char)]
        if odd:
            name = unicodedata.name(odd[0], "unknown").lower()
            return f"“{word}”, which has a letter outside the Latin alphabet ({name})"
    return None


def _latin(char: str) -> bool:
    return char.isascii() or (
        unicodedata.name(char, "").startswith("LATIN") and unicodedata.normalize("NFKC", char) == char
    )
