"""A gateway's words written in two, in one, or short: "roll back" where a tool is `rollback_service`, "one-stop" for
`onestop`, "PRs" for pull requests, "csv/pdf" for either of two listed values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.language.gateway.everyday import plainly
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.subjects import of_one_list
from bot.language.meaning.model import Value
from bot.language.text.tokens import Token
from bot.language.text.words import parts, stem
from bot.language.wordlists import ABBREVIATIONS, BEFORE_VERBS, CLAIM_NAMES, NOMINALS, PARTICLES, UTC

# Units that are written right behind their number; one letter is more often of a name ("5g", "2m").
_GLUED = re.compile(r"(\d+(?:\.\d+)?)(h|hrs?|mins?|secs?|ms|kg|kgs|mg|km|cm|mm|ml|lbs?|[kmgt]b)")

_GLUED_LETTER = re.compile(r"(\d+(?:\.\d+)?)([dswy])")
_LETTERS = {"d": "day", "s": "second", "w": "week", "y": "year"}
_RELATIONS = frozenset(
    {"than", "to", "over", "under", "above", "below", "beyond", "exceeds", "exceed", "exceeding", "most", "least",
     "max", "min", "maximum", "minimum", "within", "<", "<=", ">", ">=", "≤", "≥"}
)  # fmt: skip


def compounded(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[Token, ...]:
    """The tokens with those as one word that only together are a word of a tool's name. What was typed stays: the
    service roll-back is no service rollback."""
    found: list[Token] = []
    tokens = plainly(tokens, lexicon)
    for at, token in enumerate(tokens):
        if token.low in NOMINALS and at + 1 < len(tokens) and tokens[at + 1].low == "of":
            own = token.stem in lexicon.by_name_stem or (token.low,) in lexicon.spelled_inputs
            found.append(token if own else replace(token, low=NOMINALS[token.low]))
        elif hours := _hours(token, tokens[at + 1 : at + 2]):
            found += hours
        elif measured := _measured(token, lexicon) or _bounded(token, found[-1:], lexicon):
            found += measured
        elif found and (whole := _joined(found[-1], token, lexicon)) is not None:
            found[-1] = whole
        elif found and found[-1].low in CLAIM_NAMES:
            found.append(token)  # "team pr"
        elif (verb := _handed(token, tokens[at + 1 :], lexicon) or _told(token, lexicon)) is not None:
            found.append(verb)
        elif token.stem in _OPENS:
            found.append(_opened(token, found, tokens, lexicon))
        else:
            found += _alternatives(token, lexicon) or _in_full(_without_hyphen(token, lexicon), lexicon)
    return tuple(found)


def _hours(token: Token, after: Sequence[Token]) -> list[Token]:
    """ "9-17 UTC": two hours, and what stands between them; "10-4 UTC" may be of the morning or of the evening."""
    ends = re.fullmatch(r"(\d{1,2})-(\d{1,2})", token.text)
    if ends is None or not after or after[0].low not in UTC or not int(ends[1]) < int(ends[2]) <= 24:
        return []
    dash = token.start + len(ends[1])
    return [
        Token(ends[1], token.start, dash, "time", f"{ends[1]}:00"),
        Token("-", dash, dash + 1, "punct", "-"),
        Token(ends[2], dash + 1, token.end, "time", f"{ends[2]}:00"),
    ]


def _measured(token: Token, lexicon: Lexicon) -> list[Token]:
    """ "24h", "100mb": a number with its unit, where no input lists that, or speaks of it."""
    found = _GLUED.fullmatch(token.low) if token.is_word else None
    if found is None or token.low in lexicon.listed:
        return []
    if any(token.low in told.description.lower() for tool in lexicon.tools for told in tool.inputs):
        return []
    middle = token.start + len(found[1])
    return [
        Token(found[1], token.start, middle, "number", found[1]),
        Token(token.text[len(found[1]) :], middle, token.end, "word", found[2]),
    ]


def _bounded(token: Token, before: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """ "Up to 10d", "under 60s": one letter behind a relation, where some input is counted in what it is short for."""
    found = _GLUED_LETTER.fullmatch(token.low) if token.is_word else None
    if found is None or not before or before[0].low not in _RELATIONS or token.low in lexicon.listed:
        return []
    unit = _LETTERS[found[2]]
    if not any(unit in told.unit_names for tool in lexicon.tools for told in tool.inputs if told.is_number):
        return []
    middle = token.start + len(found[1])
    return [
        Token(found[1], token.start, middle, "number", found[1]),
        Token(token.text[len(found[1]) :], middle, token.end, "word", f"{unit}s"),
    ]


def _alternatives(token: Token, lexicon: Lexicon) -> list[Token]:
    """ "csv/pdf", where one input lists them both and nothing is called so: either of them."""
    words = token.text.split("/")
    if not token.is_word or len(words) < 2 or token.low in lexicon.listed or not all(words):
        return []
    if any(token.low in found.description.lower() for tool in lexicon.tools for found in tool.inputs):
        return []  # "e.g. stable/grafana"
    values = [Value(word) for word in words]
    if len({word.lower() for word in words}) < len(words) or not of_one_list(lexicon, values):
        return []
    found: list[Token] = []
    at = token.start
    for word in words:
        if found:
            found.append(Token("/", at - 1, at, "word", "or"))
        found.append(replace(token, text=word, low=word.lower(), start=at, end=at + len(word)))
        at += len(word) + 1
    return found


def _handed(token: Token, after: Sequence[Token], lexicon: Lexicon) -> Token | None:
    """ "Hand out" is to give; to hand something alone may be to pass it on."""
    if token.low not in {"hand", "hands", "handing"} or token.stem in lexicon.by_name_stem:
        return None
    out = bool(after) and after[0].low == "out"
    return replace(token, low="giving" if token.low.endswith("ing") else "give") if out else None


def _told(token: Token, lexicon: Lexicon) -> Token | None:
    """ "Rollouts" where one tool is to "roll out" something: the noun of the tool's own verb."""
    found = re.fullmatch(r"([a-z]{3,})(out|over|off|up|back|down)(s?)", token.low)
    if found is None or token.stem in lexicon.by_any_stem:
        return None
    doing = [tool for tool in lexicon.tools if tuple(map(stem, tool.does.words[:2])) == (stem(found[1]), found[2])]
    verb = parts(doing[0].tool.name)[0] if len(doing) == 1 else ""
    return replace(token, low=f"{verb}{found[3]}") if verb else None


def _opened(token: Token, before: Sequence[Token], tokens: Sequence[Token], lexicon: Lexicon) -> Token:
    """Who opens an issue creates it, whatever else can be opened; "list open issues" is of what they are like."""
    own = any(token.stem == tool.name[0] for tool in lexicon.by_name_stem.get(token.stem, ()))
    passive = bool(before) and before[-1].low in {"be", "being"} and token.low.endswith("ed")
    acts = token.low.endswith("ing") or (bool(before) and before[-1].low in BEFORE_VERBS) or passive
    near = before[-6:] if passive else tokens[tokens.index(token) + 1 :][:3]
    nouns = _OPENED if token.stem == "open" else _OPENED | _RAISED
    if own or not acts or not any(each.stem in nouns for each in near):
        return token
    ending = "ing" if token.low.endswith("ing") else "ed" if passive else ""
    return replace(token, low={"ing": "creating", "ed": "created"}.get(ending, "create"))


_OPENS = frozenset(map(stem, ("open", "raise", "file", "log")))
_OPENED = frozenset(map(stem, ("pr", "prs", "pull", "issue", "bug", "incident")))
_RAISED = frozenset(map(stem, ("ticket", "case")))  # who opens one may as well look at it


def _in_full(token: Token, lexicon: Lexicon) -> list[Token]:
    """What a word is short for where the gateway speaks of that, and has no such word itself: "PRs", "env"."""
    words = ABBREVIATIONS.get(token.low, ()) if token.is_word else ()
    if not words or token.low in lexicon.own_words or not lexicon.words.issuperset(map(stem, words)):
        return [token]
    return [replace(token, low=word) for word in words]


def _joined(first: Token, last: Token, lexicon: Lexicon) -> Token | None:
    """Two words as one: "rolled back", "check outs"; where a tool has the second for itself, they stay two."""
    if not (first.is_word and last.is_word and first.low.isalpha() and last.low.isalpha()) or first.end == last.end:
        return None
    if len(last.low) < 3 and last.low not in PARTICLES:
        return None  # the "certification is" of no `certify_translation`
    word = first.stem + last.low
    if stem(word) not in lexicon.by_name_stem or {first.stem, last.stem} & lexicon.by_name_stem.keys():
        return None
    return replace(first, text=f"{first.text} {last.text}", low=word, end=last.end)


def _without_hyphen(token: Token, lexicon: Lexicon) -> Token:
    word = token.low.replace("-", "")
    if not token.is_word or "-" not in token.low or not word.isalpha() or stem(word) not in lexicon.by_name_stem:
        return token
    return replace(token, low=word)
