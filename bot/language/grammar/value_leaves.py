"""Leaves of values: quoted, listed by the schema, free to the next white space, or in capitals."""

from __future__ import annotations

from collections.abc import Iterator

from bot.language import vocabulary
from bot.language.gateway.beside import named_text
from bot.language.gateway.context import Context
from bot.language.gateway.groups import surely_people
from bot.language.grammar.chart import Phrase
from bot.language.meaning.model import Value
from bot.language.text.phrases import Phrases
from bot.language.text.tokens import PREFIX, Token
from bot.language.text.words import is_plural, singular
from bot.language.wordlists import (
    ABSENT,
    ARTICLES,
    CURRENCIES,
    CURRENCY_CODES,
    PREPOSITIONS,
    STOPS,
    TOOL_NOUNS,
    VAGUE,
    words,
)

_CLOSED = STOPS | ARTICLES
_NO_VALUES = words("values", "no_values").union(words("conditions", "present"), ABSENT)
_WHICH = words("values", "which")
_NEVER = words("values", "never")
_NO_FREE = STOPS | ARTICLES | VAGUE | TOOL_NOUNS | words("fillers", "object_fillers")
# Closed words that can be a value where nothing follows: "when the privilege is all".
_LAST_VALUES = frozenset({"on", "it", "all", "any", "none", "no", "may", "in", "be"})
# What may be called so, though tools are: a repo called api, or actions.
_CALLS = TOOL_NOUNS - {"tool", "tools"}
_GLUED_ON = frozenset(".-/@:#")
_GLUE = frozenset("/-_*:@.")
_PLEASANT = Phrases.of(vocabulary.of("Pleasantry"))


def values(context: Context, at: int) -> Iterator[Phrase]:
    """Every value that starts at a token."""
    tokens = context.tokens
    token = tokens[at]
    if token.kind == "quoted":
        kinds = ("quoted", "listed") if is_listed(token.value.lower(), context.lexicon.listed) else ("quoted",)
        yield from (
            Phrase("Value", (("kind", kind),), at, at + 1, Value(token.value, True, (token,))) for kind in kinds
        )
        return
    yield from _with_noun(context, at)
    single = False
    for size in (1, 2, 3, 4):
        span = tokens[at : at + size]
        if len(span) < size or not all(each.kind in {"word", "number"} for each in span):
            break
        text = " ".join(each.text for each in span)
        if is_listed(text.lower(), context.lexicon.listed) and (size > 1 or _may_be_listed(context, at)):
            single = single or size == 1
            yield Phrase("Value", (("kind", "listed"),), at, at + size, Value(text, False, span))
        elif form := _listed_form(span, context.lexicon.listed):
            yield Phrase("Value", (("kind", "form"),), at, at + size, Value(form, False, span))
    last = at + 1 == len(tokens) or tokens[at + 1].text == ","
    if at and last and token.low in _LAST_VALUES:
        yield Phrase("Value", (("kind", "closed"),), at, at + 1, Value(token.text, False, (token,)))
    yield from _typed(context, at, single)


def _typed(context: Context, at: int, single: bool) -> Iterator[Phrase]:
    """A value as typed, to the next white space; `single` where the word alone is listed."""
    tokens = context.tokens
    token = tokens[at]
    stop = glued(tokens, at)
    if stop is None or _says_thanks(tokens, at):
        return
    span = tokens[at:stop]
    text = "".join(each.text for each in span)
    starred = tokens[stop : stop + 1]
    pattern = "*" in text or (starred and starred[0].text == "*" and starred[0].start == span[-1].end)
    if pattern and not text.startswith("arn:"):
        return  # a pattern, and no value as typed
    if stop > at + 1 or (not single and token.kind in {"word", "number", "arn", "date"} and _may_be_value(token)):
        yield Phrase("Value", (("kind", "free"),), at, stop, Value(text, False, span))
    dot = tokens[stop : stop + 1]
    if dot and dot[0].text == "." and dot[0].start == span[-1].end and PREFIX.fullmatch(text):
        yield Phrase("Value", (("kind", "free"),), at, stop + 1, Value(f"{text}.", False, tokens[at : stop + 1]))
    if (shouted := _shouted(tokens, at)) > at + 1:
        span = tokens[at:shouted]
        yield Phrase(
            "Value", (("kind", "caps"),), at, shouted, Value(" ".join(each.text for each in span), False, span)
        )


def _says_thanks(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a rule ends in words of chat behind a comma: in "any branch but dev, thx" they are no second branch."""
    if not at or tokens[at - 1].text != ",":
        return False
    stop = at
    while stop < len(tokens):
        found = _PLEASANT.at(tokens, stop)
        if found is None and tokens[stop].kind not in {"punct", "emoji"}:
            return False
        stop = found[1] if found else stop + 1
    return True


def _may_be_listed(context: Context, at: int) -> bool:
    """Whether a word that is listed is meant as a value: a closed one only beside the noun that lists it, as in "all
    privileges" and "the insurance is yes", or in one list with another value: "basic or plus"."""
    low, beside = context.tokens[at].low, (*context.tokens[max(at - 2, 0) : at], *context.tokens[at + 1 : at + 2])
    before = _one_of_list_before(context.tokens, at)
    return _may_be_value(context.tokens[at]) or any(
        (before in listed or not {each.stem for each in beside}.isdisjoint(found.leaf)) and low in listed
        for tool in context.lexicon.tools
        for found in tool.inputs
        if (listed := [value.lower() for value in found.values])
    )


def _one_of_list_before(tokens: tuple[Token, ...], at: int) -> str:
    """What stands before a word in one list with it: "basic" before "or plus"."""
    lows = [token.low for token in tokens]
    ends = lows[at - 1 : at] == ["or"] or (lows[at - 1 : at] == [","] and lows[at + 1 : at + 2] in (["or"], [","]))
    last = at - 3 if lows[at - 2 : at] == [",", "or"] else at - 2
    return lows[last] if ends and last >= 0 else ""


def _may_be_value(token: Token) -> bool:
    if token.text.endswith(("'s", "’s")) or " " in token.text:
        return False  # "the repo web's branch"; two words that are one of a tool's
    closed = token.low in _CLOSED or token.low in _NO_VALUES
    return not closed or (token.text.isupper() and len(token.text) > 1)


def glued(tokens: tuple[Token, ...], at: int) -> int | None:
    """Where a value that runs to the next white space ends, when one starts here."""
    if at and tokens[at].start == tokens[at - 1].end and (tokens[at - 1].text in _GLUE or tokens[at].text in _GLUE):
        return None
    if tokens[at].kind not in {"word", "number", "arn", "date"} and tokens[at].text not in {
        ".",
        "-",
        "/",
        "@",
        ":",
        "#",
    }:
        return None
    if tokens[at].text == ":" and (at == 0 or tokens[at - 1].end == tokens[at].start):
        return None  # behind a word it opens a list; behind a space it is the value's own: ":latest"
    stop = at + 1
    while (
        stop < len(tokens)
        and tokens[stop].start == tokens[stop - 1].end
        and (
            tokens[stop].kind in {"word", "number"}
            or (tokens[stop].text in _GLUE and (tokens[stop].text not in ":." or _is_colon_within(tokens, stop)))
        )
    ):
        stop += 1
    return stop if stop > at + 1 or tokens[at].kind in {"word", "number", "arn", "date"} else None


def _is_colon_within(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a sign is the colon at the end of all, or of an address: "s3://exports/"."""
    slashed = [token.text for token in tokens[at + 1 : at + 3]] == ["/", "/"] and tokens[at + 1].start == tokens[at].end
    return tokens[at].text == ":" and (at + 1 == len(tokens) or slashed)


def _shouted(tokens: tuple[Token, ...], at: int) -> int:
    """Where a run of words in capitals ends: "DO NOT MERGE"."""
    stop = at
    if at and tokens[at - 1].is_word and tokens[at - 1].text.isupper() and len(tokens[at - 1].text) > 1:
        return at
    while stop < len(tokens) and tokens[stop].is_word and tokens[stop].text.isupper() and len(tokens[stop].text) > 1:
        stop += 1
    return stop


def is_listed(low: str, listed: frozenset[str]) -> bool:
    """Whether words in lower case are among the listed values, whatever joins them there."""
    spaced = low.replace("-", " ")
    return low in listed or spaced in listed or spaced.replace(" ", "-") in listed or spaced.replace(" ", "_") in listed


def _with_noun(context: Context, at: int) -> Iterator[Phrase]:
    """ "High-risk": a listed value, and a word of the name of the input that lists it."""
    token = context.tokens[at]
    value, dash, noun = token.text.partition("-")
    if token.is_word and dash and noun.isalpha() and is_listed(value.lower(), context.lexicon.listed):
        subject = Token(noun, token.start, token.end, "word", noun.lower())
        if subject.stem in context.lexicon.by_input_word:
            yield Phrase("ValueNoun", (), at, at + 1, (Value(value, False, (token,)), (subject,)))


def _listed_form(span: tuple[Token, ...], listed: frozenset[str]) -> str:
    """The listed value of which words are the plural ("suites"), or the code of the currency that they name."""
    *before, last = (each.low for each in span)
    code = CURRENCY_CODES.get(CURRENCIES.get(last, ""), "") if last.isalpha() and not before else ""
    if code.lower() in listed and not (code == "USD" and listed & {"aud", "cad"}):
        return code
    one = " ".join((*before, singular(last)))
    return one if is_plural(last) and is_listed(one, listed) else ""


def _is_placed(context: Context, token: Token) -> bool:
    """Whether a word stands behind a noun that a preposition leads to: the api of "in the repo api" is no tool."""
    at = context.tokens.index(token)
    led = at - 3 if at > 2 and context.tokens[at - 2].low in ARTICLES else at - 2
    then = context.tokens[at + 1].low if at + 1 < len(context.tokens) else ""
    return led >= 0 and context.tokens[led].low in PREPOSITIONS and then not in TOOL_NOUNS


def free_text(context: Context, value: Value, before: bool = False) -> bool:
    """Whether an unquoted word can be a value behind the noun of an input, or `before` it, where it may say which."""
    last = value.said[-1].low
    if is_plural(last) and surely_people(last) and not {"/", "."} & {*last} and last not in context.lexicon.listed:
        return False  # "for branch managers" names no branch
    if len(value.said) > 1:
        return True
    token = value.said[0]
    low = token.low
    if (
        token.text.isupper()
        and len(low) > 1
        and low not in _NEVER
        and any(each.text.islower() for each in context.tokens)
    ):
        return True  # "in the project IT"
    barred = (_NO_FREE | _NEVER) - (_CALLS if not before and _is_placed(context, token) else frozenset())
    return low not in barred and not (before and low in _WHICH) and not named_text(context.lexicon, value.said)
