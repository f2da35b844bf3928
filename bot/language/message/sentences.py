"""The sentences of a message, and whether one says an effect somewhere."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from bot.language import vocabulary
from bot.language.gateway.groups import surely_people
from bot.language.gateway.verbs import is_verb
from bot.language.message.numbered import enumerated
from bot.language.message.tables import rows_of
from bot.language.text.nods import DENIALS, nod_of
from bot.language.text.phrases import Phrases
from bot.language.text.tokens import PREFIX, Token, tokenise, unmarked
from bot.language.text.words import is_plural
from bot.language.wordlists import IMPERATIVES, MODALS, NEVER, OPENINGS, words

IMPERATIVE = Phrases(IMPERATIVES)
MODAL = Phrases(MODALS)
DENIAL = Phrases.of(NEVER)
FILLER = Phrases.of(
    (*(word for kind in ("Filler", "Pleasantry", "Heading") for word in vocabulary.of(kind)), *OPENINGS)
)
BULLET = re.compile(
    r"(?:[-*•·–—>◦▪‣●○∙]|\(?\d{1,2}[.):]|\(?[a-z][.)]|\(?(?:i{1,3}|iv|vi{0,3}|ix|x)[.)]"
    r"|\d{1,2}(?:\.\d{1,2}){1,2}(?:[.):]|(?=\s+[A-Z][a-z]))"
    r"|(?:[Ss]ection|SECTION|[Aa]rticle|ARTICLE|[Cc]lause|CLAUSE|[Pp]aragraph|Art\.|Sec\.)"
    r" ?\d{1,3}(?:\.\d{1,2})* ?[.):–—-]"
    r"|N\.? ?B\.?[:,]?|n\.b\.[:,]?|§+ ?\d{1,3}(?:\.\d{1,2})* ?[.):–—-]?)\s+"
)
_TITLE = re.compile(r"#{1,6}\s+")
_BREAKS_OFF = frozenset({"to", "may", "can", "cannot", "not", "never"})
_DENYING = frozenset({"do", "not", "never", "please", "we", "always"})
_NO_DEEDS = frozenset({"not", "never", "may", "can", "could", "to", "from", "done", "performed"})
_HEADINGS = words("messages", "headings")


def sentences_of(text: str) -> list[tuple[list[Token], bool]]:
    """The tokens of each line, sentence or part between semicolons, bullets left out."""
    found: list[tuple[list[Token], bool]] = []
    offset = 0
    lines = enumerated(unmarked(text)).splitlines(keepends=True) or [text]
    rows = rows_of(lines)
    for number, line in enumerate(lines):
        if number in rows:
            found += [([_shift(token, offset) for token in rows[number]], False)] if rows[number] else []
            offset += len(line)
            continue
        below = next((after for after in lines[number + 1 :] if after.strip()), "")
        bare = line.lstrip()
        lead = len(line) - len(bare)
        bullet = BULLET.match(bare) or (_TITLE.match(bare) if _goes_below(below) else None)
        lead += bullet.end() if bullet else 0
        shifted = [_shift(token, offset + lead) for token in tokenise(line[lead:])]
        heading = shifted and (not effect_places(shifted) or goes_on(shifted))
        over = not bullet or bare[0] == "#" or len(below) - len(below.lstrip()) > len(line) - len(bare)
        order = IMPERATIVE.at(shifted, 0) if shifted else None  # "DENY"
        alone = order is not None and order[1] == len(shifted) and bool(below)
        if heading and over and (alone or BULLET.match(below.lstrip())) and shifted[-1].is_word:
            end = shifted[-1].end  # a line above bullets heads them, with a colon or without
            shifted.append(Token(":", end, end, "punct", ":"))
        found += _under_head(_answered(_excepting(_cut(shifted, text))))
        offset += len(line)
    return found


def _goes_below(line: str) -> bool:
    """Whether a bullet is no rule by itself, and takes the title above along: "managers: up to 500", "may refund"."""
    bullet = BULLET.match(line.lstrip())
    tokens = tokenise(line.lstrip()[bullet.end() :]) if bullet else []
    return bool(tokens) and (not effect_places(tokens) or MODAL.at(tokens, 0) is not None)


def goes_on(tokens: list[Token]) -> bool:
    """Whether a line says an effect and breaks off before what it is for: "interns may not", "it is forbidden to", "the
    following are prohibited", "DENY"."""
    order = IMPERATIVE.at(tokens, len(tokens) - 1) and all(token.low in _DENYING for token in tokens[:-1])
    return bool(order) or tokens[-1].low in _BREAKS_OFF or any(token.low == "following" for token in tokens)


def names_people(header: list[Token]) -> bool:
    """Whether the lines below one say who it is for: "the following roles may refund:"."""
    at = next((n for n, token in enumerate(header[:3]) if token.low == "following"), len(header))
    modal = MODAL.at(header, at + 1) or MODAL.at(header, at + 2)
    return modal is not None and modal[1] < len(header) and header[-1].low not in _NO_DEEDS


def _under_head(parts: list[tuple[list[Token], bool]]) -> list[tuple[list[Token], bool]]:
    """The parts of one line, with the noun that heads the first: "Cards: blocking = everyone; issuing = nobody"."""
    first = parts[0][0] if parts else []
    dash = next((at for at, token in enumerate(first) if token.text in {"-", "–", "—"}), 0)
    if dash and all(_is_case(tokens) for tokens in (first[dash + 1 :], *(tokens for tokens, _ in parts[1:]))):
        return [parts[0], *(([*first[: dash + 1], *tokens], asked) for tokens, asked in parts[1:])]
    colon = next((at for at, token in enumerate(first) if token.text == ":"), 0)
    if (
        not colon
        or not _equates(first[colon:])
        or any(not token.is_word for token in first[:colon])
        or heads(first[:colon])
    ):
        return parts
    head = first[: colon + 1]
    others = (([*head, *tokens], asked) if _equates(tokens) and head[-1].low not in {token.low for token in tokens}
              else (tokens, asked) for tokens, asked in parts[1:])  # fmt: skip
    return [parts[0], *others]


def _is_case(tokens: list[Token]) -> bool:
    """Whether a part says of a case who: "cars - small: receptionists only; van: leads"."""
    colon = next((at for at, token in enumerate(tokens) if token.text == ":"), 0)
    people = [token.low for token in tokens[colon + 1 :] if token.low != "only"]
    return colon in {1, 2} and bool(people) and surely_people(people[-1]) and not effect_places(tokens)


def _answered(parts: list[tuple[list[Token], bool]]) -> list[tuple[list[Token], bool]]:
    """The parts of a line, where a topic and what is said of it are one rule: "refunds? managers, nobody else",
    "the NDA is not signed? Then no assigning". What ends in "ok?" is no question."""
    found: list[tuple[list[Token], bool]] = []
    for tokens, asked in (_unasked(tokens, asked) for tokens, asked in parts):
        topic = found[-1][0] if found and found[-1][1] else []
        asks = topic and (topic[0].low in _ASKING or topic[0].low in MODALS or effect_places(topic))
        asks = asks and tokens[0].low not in _HENCE and topic[0].low not in _STATES
        if not topic or asked or asks or topic[-1].text == "?" or any(t.text in ":=" for t in topic):
            found.append((tokens, asked))
            continue
        end = topic[-1].end
        mark = ":" if _says_people(tokens) else "?"
        found[-1] = ([*topic, Token(mark, end, end + 1, "punct", mark), *tokens], False)
    return found


def _excepting(parts: list[tuple[list[Token], bool]]) -> list[tuple[list[Token], bool]]:
    """The parts of a line; whom a ban is not for is said as it would be there: "exception: managers". Behind what is
    allowed it may be a ban."""
    found: list[tuple[list[Token], bool]] = []
    for tokens, asked in parts:
        names = (
            len(tokens) > 2 and tokens[0].low in {"exception", "exceptions"} and tokens[1].text in {":", "-", "–", "—"}
        )
        bans = bool(found) and any(token.low in DENIALS for token in found[-1][0])
        excepts = [replace(tokens[0], text="except", low="except"), *tokens[2:]]
        found.append((excepts if names and bans else tokens, asked))
    return found


def _says_people(tokens: list[Token]) -> bool:
    """Whether an answer only says who: "managers, nobody else"."""
    ends = [n for n, token in enumerate(tokens) if token.is_word and is_plural(token.low) and surely_people(token.low)]
    rest = {token.low for token in tokens[ends[-1] + 1 :]} if ends else set()
    plain = not effect_places(tokens) and not any(token.text in ":=" for token in tokens)
    return bool(ends) and rest <= _NO_MORE and plain


def _unasked(tokens: list[Token], asked: bool) -> tuple[list[Token], bool]:
    at = nod_of(tokens) if asked else 0
    return (tokens[:at], False) if at else (tokens, asked)


# What is asked for the sake of what follows from it: no rule behind it may be read without it.
_HENCE = frozenset({"then", "so"})
_STATES = frozenset({"is", "are", "was", "were", "does", "did", "has", "have"})
_NO_MORE = frozenset({"only", "nobody", "no", "one", "else", "and", ",", "alone"})
_ASKING = words("messages", "asking")


def _equates(tokens: list[Token]) -> bool:
    """Whether a part says of something what it is: "issuing = managers"."""
    return points(tokens) or any(token.text == "=" for token in tokens)


def heads(tokens: list[Token]) -> bool:
    """Whether a line only says that rules follow: "Access rules:"."""
    return all(token.low in _HEADINGS or token.kind == "punct" for token in tokens)


def _shift(token: Token, by: int) -> Token:
    return Token(token.text, token.start + by, token.end + by, token.kind, token.low, token.value)


def _cut(tokens: list[Token], text: str) -> list[tuple[list[Token], bool]]:
    found: list[tuple[list[Token], bool]] = []
    part: list[Token] = []
    for token in tokens:
        after = text[token.end : token.end + 1]
        ends_here = not after or after.isspace() or after in "\"')”’!?"
        closes = token.kind == "punct" and (token.text == ";" or (token.text in ".!?" and ends_here))
        if not closes:
            part.append(token)
            continue
        if token.text == "." and _ends_a_prefix(part, token):
            part.append(token)
            if after and text[token.end :].lstrip(" ")[:1].islower():
                continue
        if part:
            found.append((part, token.text == "?" or part[-1].text == "?"))
        part = []
    if part:
        found.append((part, False))
    return found


def _ends_a_prefix(part: list[Token], dot: Token) -> bool:
    """Whether a dot may be of an address: "the CIDR starts with 10.0." may end there, or begin with "10.0."."""
    if len(part) < 3 or part[-1].end != dot.start or not PREFIX.fullmatch(part[-1].text):
        return False
    return part[-2].low == "with" and part[-3].low.startswith(("start", "begin"))


def effect_places(tokens: list[Token]) -> bool:
    """Whether an effect is said somewhere: a verb of effect at the start, or a modal anywhere."""
    at = 0
    while at < len(tokens) and (
        tokens[at].kind == "emoji" or (FILLER.at(tokens, at) and not IMPERATIVE.at(tokens, at))
    ):
        filler = FILLER.at(tokens, at)
        at = filler[1] if filler else at + 1
    while at < len(tokens) and tokens[at].low in {",", "only", "just"}:
        at += 1
    never = DENIAL.at(tokens, at)
    if IMPERATIVE.at(tokens, at) or (never and never[1] < len(tokens) and _does(tokens[never[1]])):
        return True
    if any(MODAL.at(tokens, n) for n in range(at, len(tokens))):
        return True
    return any(tokens[n - 1].low == "," and IMPERATIVE.at(tokens, n) for n in range(1, len(tokens))) or _led(tokens)


def _does(token: Token) -> bool:
    """Whether a word after "never" may be what is done; "never express" only limits the rule before it."""
    return is_verb(token) or token.low in {"ever", "should", "under", "shall", "may", "must"}


def _led(tokens: list[Token]) -> bool:
    """A condition first and then a verb of effect: "before 6am UTC refuse restarts"."""
    return (
        bool(tokens)
        and tokens[0].low
        in {
            "when",
            "if",
            "unless",
            "before",
            "after",
            "until",
            "from",
            "between",
            "since",
            "starting",
        }
        and any(IMPERATIVE.at(tokens, n) for n in range(1, len(tokens)))
    )


def points(tokens: list[Token]) -> bool:
    """Whether an arrow stands in a sentence: "refunds under 50 → interns" is a rule by itself."""
    pairs = (first.text + then.text for first, then in itertools.pairwise(tokens) if first.end == then.start)
    return any(token.text in {"→", "⇒", "➡", "➔"} for token in tokens) or any(pair in {"->", "=>"} for pair in pairs)
