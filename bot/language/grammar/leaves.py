"""The leaves of a rule: closed words with their categories, and the words of the gateway, of values and of people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.language import vocabulary
from bot.language.gateway.beside import named_text, names_text
from bot.language.gateway.choice import EXISTING
from bot.language.gateway.context import Context
from bot.language.gateway.fit import SEEN
from bot.language.gateway.inputs import TAKES, in_short
from bot.language.gateway.lexicon import Lexicon
from bot.language.gateway.naming import PHRASAL
from bot.language.gateway.refusals import Refusal
from bot.language.gateway.schema_inputs import unit_of
from bot.language.gateway.subjects import Amount, fits_any, stems_of
from bot.language.gateway.verbs import VERBS, is_verb
from bot.language.grammar.chart import Phrase
from bot.language.grammar.glossed import glossed
from bot.language.grammar.guesses import guesses
from bot.language.grammar.other_values import other_values
from bot.language.grammar.people_leaves import groups, is_set_apart
from bot.language.grammar.rules import Features, Grammar
from bot.language.grammar.told_leaves import told_flags, told_inputs, told_tools
from bot.language.grammar.value_leaves import values
from bot.language.lowering.times import day_at, time_at
from bot.language.meaning.model import Fact, Said, Value
from bot.language.text.quantities import Quantity, ends_of, number_at, share_at
from bot.language.text.tokens import Token, tokenise
from bot.language.text.words import parts, singular, stem
from bot.language.wordlists import (
    ARTICLES,
    CURRENCY_CODES,
    EMOJI_NO,
    EMOJI_TICKS,
    EMOJI_YES,
    PARTICLES,
    PREPOSITIONS,
    RATES,
    STOPS,
    SUBJECT_FILLERS,
    TOOL_NOUNS,
    UNITS,
)

_LONGEST_INPUT = 5
_CLOSED = STOPS | ARTICLES
_NO_THINGS = ARTICLES | {"named", "called", "titled"}
_TILL = frozenset({"until", "till", "before", "since", "after", "past", "left"})
_PARTICIPLES = frozenset({"sent", "paid", "made", "done"})
_PRONOUNS = frozenset({"me", "us", "you", "him", "her", "them", "i", "we"})


def leaves(context: Context, grammar: Grammar) -> Iterator[Phrase]:
    """Every leaf of the tokens: one for each way that the glossary, or else grammar and gateway, can take them."""
    own = glossed(context)
    taken = {at for leaf in own for at in range(leaf.start, leaf.end)}
    yield from own
    for leaf in (*_leaves(context, grammar), *(guesses(context) if context.asking else ())):
        if taken.isdisjoint(range(leaf.start, leaf.end)):
            yield leaf


def _leaves(context: Context, grammar: Grammar) -> Iterator[Phrase]:
    tokens = context.tokens
    table = vocabulary.phrases()
    for at, token in enumerate(tokens):
        if token.low in grammar.words and token.kind != "quoted":
            yield Phrase(f"'{token.low}'", (), at, at + 1, token.low)
        for entries, stop in table.all_at(tokens, at, len(tokens)):
            for category, features, meaning in entries:
                if category == "Everyone" and is_set_apart(tokens, at, stop):
                    continue
                yield Phrase(category, features, at, stop, meaning)
        yield from _signs(context, at)
        yield from _numbers(context, at)
        yield from _times(context, at)
        yield from values(context, at)
        yield from other_values(context, at)
        yield from _inputs(context, at)
        yield from told_flags(context, at)
        yield from told_inputs(context, at)
        yield from _tools(context, at)
        if not slipped(context.lexicon, token):
            yield from told_tools(context, at)
        yield from groups(context, at)


def _signs(context: Context, at: int) -> Iterator[Phrase]:
    """Emoji with what they say, arrows, and a dash with spaces around it."""
    tokens, token = context.tokens, context.tokens[at]
    if token.kind == "emoji":
        base = token.low.rstrip("\ufe0f")
        says = "permit" if base in EMOJI_YES else "forbid" if base in EMOJI_NO else ""
        yield Phrase("Emoji", (("tick", "yes"),) if base in EMOJI_TICKS else (), at, at + 1, says)
    if token.text in {"→", "⇒", "➡", "➔"}:
        yield Phrase("Arrow", (), at, at + 1, "")
    pair = "".join(each.text for each in tokens[at : at + 2])
    if pair in {"->", "=>"} and len(tokens) > at + 1 and tokens[at + 1].start == token.end:
        yield Phrase("Arrow", (), at, at + 2, "")
    if token.text in {"-", "–", "—"} and 0 < at < len(tokens) - 1 and token.start > tokens[at - 1].end:
        yield Phrase("Dash", (), at, at + 1, "")


def _numbers(context: Context, at: int) -> Iterator[Phrase]:
    tokens = context.tokens
    found = number_at(list(tokens), at, len(tokens)) or _ticked(tokens[at], at)
    if found is not None:
        quantity, stop = found
        amount = Amount(quantity, "", tokens[at:stop])
        yield Phrase("Number", (), at, stop, amount)
        if code := _code(quantity, amount.said):
            yield Phrase("Money", (), at, stop, (amount, Value(code, False, amount.said)))
    if (share := share_at(list(tokens), at)) is not None:
        value, unit, stop = share
        yield Phrase("Amount", (), at, stop, Amount(Quantity(value), unit_of(unit) or unit, tokens[at:stop]))
    token = tokens[at]
    if token.low in {"a", "an"} and at + 1 < len(tokens) and (one := tokens[at + 1].low) in UNITS:
        yield Phrase("Amount", (), at, at + 2, Amount(Quantity(Decimal(1)), unit_of(one) or one, tokens[at : at + 2]))
    if at and [each.low for each in tokens[at : at + 2]] == ["per", "cent"]:
        yield Phrase("Unit", (), at, at + 2, unit_of("percent"))
    if (ends := ends_of(token)) is not None:
        yield Phrase("Ends", (), at, at + 1, tuple(Amount(end, "", (token,)) for end in ends))
    if at and token.low in _TILL:
        yield from (
            Phrase("Tail", (), at, at + size, tokens[at : at + size])
            for size in (2, 3, 4)
            if at + size <= len(tokens) and _leads_to(context.lexicon, tokens[at : at + size])
        )
    if at and token.is_word and token.low not in _CLOSED and token.low not in RATES:
        unit = unit_of(token.low) or (token.low if token.low in UNITS else "")
        noun = singular(token.low)
        if unit or stem(noun) in context.lexicon.counted:
            yield Phrase("Unit", (), at, at + 1, unit or noun)


def _leads_to(lexicon: Lexicon, tail: tuple[Token, ...]) -> bool:
    """Whether some number is said to lead up to that: "until due"."""
    last = tail[-1]
    return (last.is_word and last.low not in _CLOSED) and any(
        found.is_number and found.leads_to(tail) for tool in lexicon.tools for found in tool.inputs
    )


def _code(quantity: Quantity, said: tuple[Token, ...]) -> str:
    """The code of a sum's currency; "$" and "dollars" say no more than that it is a sum."""
    code = CURRENCY_CODES.get(quantity.currency, "")
    named = any(token.low == code.lower() for token in said)
    return code if named or quantity.currency != "dollar" else ""


def _ticked(token: Token, at: int) -> tuple[Quantity, int] | None:
    """A number in backticks, which mark what is typed as it is: "up to `100`". In quotes it is a text."""
    inner = tokenise(token.value) if token.text.startswith("`") else []
    found = number_at(inner, 0, len(inner)) if len(inner) == 1 and inner[0].kind == "number" else None
    return (found[0], at + 1) if found is not None else None


def _times(context: Context, at: int) -> Iterator[Phrase]:
    tokens = list(context.tokens)
    try:
        found = time_at(tokens, at, len(tokens))
    except Refusal as refusal:
        context.give_up(refusal)
        return
    day = _day(tokens, at)
    if day is not None:
        yield Phrase("Day", (), at, day[2], (day[0], day[1]))
    if found is not None:
        kind = "TimeBut" if tokens[at].low in {"except", "other", "but", "not"} else "Time"
        yield Phrase(kind, (), at, found[1], Fact(found[0]))


def _day(tokens: list[Token], at: int) -> tuple[object, object, int] | None:
    try:
        return day_at(tokens, at, len(tokens))
    except Refusal:
        return None


def _inputs(context: Context, at: int) -> Iterator[Phrase]:
    """The words that may name inputs: flags, the nouns of free texts, participles, and inputs by their names."""
    tokens = context.tokens
    if tokens[at].low in ARTICLES or tokens[at].kind not in {"word", "quoted"}:
        return
    if tokens[at].is_word:
        yield from _flag_words(context, at)
        yield from _things(context, at)
    for size in range(1, _LONGEST_INPUT + 1):
        span = tokens[at : at + size]
        if len(span) < size or not _may_end_input(context.lexicon, span):
            break
        after = tokens[at + size : at + size + 1]
        if size > 1 and after and after[0].text == "=" and after[0].start == span[-1].end:
            continue  # "with label selector app=web"
        if _may_be_input(context.lexicon, span) and (kinds := fits_any(context.lexicon, span)):
            own = tuple(word for each in span for word in each.words)
            named = "yes" if {own, in_short(own)} & context.lexicon.named_inputs else "no"
            flag = "Bool" in kinds
            features: Features = (
                ("flag", "yes" if flag else "no"),
                ("named", named),
                *_told(context.lexicon, span, flag),
            )
            yield Phrase("Input", features, at, at + size, span)
            if size == 1 and span[0].low.endswith("ing") and kinds <= {"Long", "decimal"}:
                yield Phrase("InputIng", (), at, at + 1, span)


def _told(lexicon: Lexicon, span: Said, flag: bool) -> Features:
    """Whether words are what a boolean's description says it is true for, and whether they say that it is done."""
    words = stems_of(span)
    near = [*lexicon.inputs_beside(words[:1])] if flag else []
    verb = is_verb(span[0]) or span[0].stem in TAKES | {"includ"}
    told, done = any(found.tells(words) for found in near), any(found.does(words, verb) for found in near)
    return (
        ("told", "yes" if told else "no"),
        ("deed", "yes" if done else "no"),
        ("ing", "yes" if span[0].low.endswith("ing") else "no"),
    )


def _may_end_input(lexicon: Lexicon, span: tuple[Token, ...]) -> bool:
    """Whether a name can go on over a word; of quoted ones only over an exact name."""
    last = span[-1]
    return last.kind == "word" or (last.kind == "quoted" and last.value in lexicon.input_names)


def _may_be_input(lexicon: Lexicon, span: tuple[Token, ...]) -> bool:
    last = span[-1]
    if last.low in {"of", "the", "for", "in", "on", "a"}:
        return False
    deed = ARTICLES if span[0].stem in lexicon.flags else {"the"}  # "keep a backup"
    inner = any(token.low in _CLOSED - {"of", *deed} for token in span[1:-1])
    including = span[0].low == "including" and len(span) > 1
    closed = (
        inner or (span[0].low in _CLOSED and not including) or (last.low in _CLOSED and last.low not in SUBJECT_FILLERS)
    )
    return not closed or _named_in_full(lexicon, span) or tuple(each.stem for each in span) in lexicon.labels


def _flag_words(context: Context, at: int) -> Iterator[Phrase]:
    """A word of a boolean input, its denial ("unpaid"), and a participle that may be of an input ("owned by")."""
    token = context.tokens[at]
    if any(word in context.lexicon.flags for word in token.words):
        yield Phrase("FlagWord", (), at, at + 1, (token,))
    denied = re.fullmatch(r"(?:un|non-)([a-z]{3,})", token.low)
    if denied and stem(denied[1]) in context.lexicon.flags:
        yield Phrase("NotFlag", (), at, at + 1, (Token(denied[1], token.start, token.end, "word", denied[1]),))
    if (token.low.endswith("ed") and len(token.low) > 4) or token.low in _PARTICIPLES:
        yield Phrase("Done", (), at, at + 1, token.low)


def _things(context: Context, at: int) -> Iterator[Phrase]:
    """The nouns of inputs of free text, beside which a value may stand."""
    for size in (1, 2, 3):
        span = context.tokens[at : at + size]
        plain = len(span) == size and all(each.is_word and each.low not in _NO_THINGS for each in span)
        if plain and names_text(context.lexicon, span) and not _says_how(context.lexicon, span[-1]):
            named: Features = (("named", "yes" if named_text(context.lexicon, span) else "no"),)
            yield Phrase("Thing", named, at, at + size, span)


def _says_how(lexicon: Lexicon, token: Token) -> bool:
    """Whether a word is an adverb of the noun that an input has: a monthly report is no `month`."""
    low = token.low
    return low.endswith("ly") and stem(low[:-2]) == token.stem and (low,) not in lexicon.spelled_inputs


def _named_in_full(lexicon: Lexicon, span: tuple[Token, ...]) -> bool:
    """Whether words are all of an input's name: "to bay", "hours before"."""
    return "".join(part for token in span for part in parts(token.text)) in lexicon.input_spellings


def _tools(context: Context, at: int) -> Iterator[Phrase]:
    tokens, lexicon = context.tokens, context.lexicon
    token = tokens[at]
    name = (token.value or token.text).lower()
    if name in lexicon.by_name and (token.kind == "quoted" or len(parts(token.text)) > 1 or _beside_noun(tokens, at)):
        yield Phrase("ToolName", (), at, at + 1, token)
    for target, size in _targets(tokens, at, lexicon):
        exact = size == 1 and (tokens[at].value or tokens[at].text) == target
        yield Phrase("Target", (("exact", "yes" if exact else "no"),), at, at + size, target)
    up_to = token.low == "up" and at + 1 < len(tokens) and tokens[at + 1].low == "to"
    stays = token.low not in PREPOSITIONS or token.stem in lexicon.by_name_stem or _hands_over(tokens, at)
    if token.low in PARTICLES and not up_to and stays:
        yield Phrase("ParticleWord", (), at, at + 1, at)
    if token.low.endswith("able") and stem(token.low.removesuffix("able")) in VERBS:
        yield Phrase("AbleWord", (), at, at + 1, at)
    else:
        yield from _words(context, at)


def _hands_over(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a verb and a preposition say one thing together, and no number follows: "hand over to a human"."""
    then = tokens[at + 1 : at + 2]
    return at > 0 and f"{tokens[at - 1].stem} {tokens[at].low}" in PHRASAL and not (then and not then[0].is_word)


def _words(context: Context, at: int) -> Iterator[Phrase]:
    """A word that may help to name a tool, or be what a tool is about."""
    tokens, lexicon = context.tokens, context.lexicon
    token = tokens[at]
    named = token.low.endswith("ing") and token.stem in lexicon.by_name_stem  # "starting jobs"
    if not token.is_word or (token.low in _CLOSED and not named) or token.low in _NO_THINGS:
        return
    if "___" in token.text and token.text.lower() in lexicon.by_name:
        return  # the id of an action is its tool's, whatever else its words may name
    if slipped(lexicon, token):
        return
    if token.low in _PRONOUNS and not (at and is_verb(tokens[at - 1])):
        return  # "let me check" is no `get_me`
    if token.stem in lexicon.by_input_word:
        yield Phrase("InputNoun", (), at, at + 1, at)
    known = any(word in lexicon.by_any_stem for word in token.words) or token.stem in lexicon.also_called
    known = known or (token.stem in SEEN and not SEEN.isdisjoint(lexicon.by_name_stem))
    told = token.low in lexicon.spelled  # "send the monthly report"
    if token.low.endswith("ly") and not told and not set(token.words) <= lexicon.by_name_stem.keys():
        return  # "initially" is no "initiate"
    verb = token.stem in VERBS
    if known or verb or token.low in TOOL_NOUNS | {EXISTING}:
        yield Phrase("Word", (("verb", "yes" if verb else "no"),), at, at + 1, at)
        if not _is_input_elsewhere(lexicon, token):
            yield Phrase("TheThing", (), at, at + 1, at)


def _is_input_elsewhere(lexicon: Lexicon, token: Token) -> bool:
    """Whether a word names an input of a tool that is not about it: "when the owner is public" says it of the owner."""
    name = (singular(token.low),)
    return any(
        found.own == name and token.stem not in tool.name
        for tool in lexicon.by_input_word.get(token.stem, ())
        for found in tool.inputs
    )


def slipped(lexicon: Lexicon, token: Token) -> bool:
    """Whether a word is a slip of another ("cancell"): a stemmer takes one letter of two away at the end."""
    low = token.low
    if low.endswith("is") and f"{low[:-2]}y" in lexicon.spelled and low not in lexicon.spelled:
        return True  # "queris"
    return (
        len(low) > 4
        and low[-1] == low[-2]
        and low[-1] not in "sef"
        and stem(low[:-1]) == token.stem
        and low[:-1] in lexicon.spelled
    )


def _beside_noun(tokens: tuple[Token, ...], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].low in TOOL_NOUNS


def _targets(tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    if tokens[at].kind == "quoted" and tokens[at].value in lexicon.by_target:
        yield tokens[at].value, 1
    for size in range(1, 5):
        span = tokens[at : at + size]
        if len(span) < size or not all(each.is_word for each in span):
            return
        found = lexicon.target_names.get(tuple(word for each in span for word in parts(each.text)), ())
        if len(found) == 1:
            yield found[0], size
