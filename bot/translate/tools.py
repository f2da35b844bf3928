"""Which tools a rule names, as a list of one or several, in exact names or in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.translate.deeds import PLAIN
from bot.translate.lexicon import ToolWords
from bot.translate.line import Line
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal
from bot.translate.tokens import Token
from bot.translate.tool_names import (
    Named,
    ends,
    every_tool,
    exact_names,
    glossary_tools,
    refuse_unseen,
    said_target,
    whole_target,
)
from bot.translate.tool_scores import is_verb, names_people, names_tool, point, unknown_tool
from bot.translate.vocabulary import (
    ACT_VERBS,
    ARTICLES,
    EXCEPT,
    JOINING_PREPOSITIONS,
    NUMBER_OPS,
    OBJECT_FILLERS,
    PREPOSITIONS,
    USE_VERBS,
    VERB_CLASSES,
)
from bot.translate.words import stem

_EXCEPT = Phrases.of([phrase for phrase in EXCEPT if phrase not in {"not", "but"}])
_NUMBER = Phrases.of(NUMBER_OPS)
_TURNS = frozenset({"for", "by", "to", "from", "with", "without", "in", "into", "at", "within", "between", "over",
    "under", "through", "having",
                    "using", "via", "as", "marked", "worth", "containing", "exceeding", "is", "are", "not",
                    "per"})  # fmt: skip
_USE = frozenset(map(stem, USE_VERBS))
_ACT = frozenset(map(stem, ACT_VERBS))
_CLASSES = {name: frozenset(map(stem, verbs)) for name, verbs in VERB_CLASSES.items()}
_VERBS = frozenset().union(*_CLASSES.values()) | _USE | _ACT


@dataclass
class _Item:
    """The words of one tool in a list: `words` where a tool is named, `later` where a condition may be."""

    words: list[int] = field(default_factory=list)
    later: list[int] = field(default_factory=list)


def excepted_at(line: Line, at: int, end: int) -> Named | None:
    """The tools named after "except" at a place; None when what follows names none."""
    found = _EXCEPT.at(line.tokens, at, end) or (("but", at + 1) if line.low(at) == "but" and at < end else None)
    if found is None:
        return None
    stop = found[1]
    while stop < end and not ends(line, stop, end) and line.low(stop) not in {"for", "by", "to"}:
        stop += 1
    before = dict(line.marks)
    try:
        named = resolve(line, [(found[1], stop)])
    except Refusal as refusal:
        if refusal.weight >= 9:
            raise  # a tool is named, and no policy can name it
        line.marks = before
        return None
    line.mark(at, found[1], "joiner", "except")
    return named


def resolve(line: Line, spans: Sequence[tuple[int, int]]) -> Named:
    """The tools that the tokens in `spans` name; their words are marked. Raises Refusal, with the candidates named."""
    refuse_unseen(line, spans)
    named = _resolve(line, spans)
    for tool in named.tools:
        if tool.left_out:
            said = [line.tokens[at] for start, end in spans for at in range(start, end) if line.low(at) not in ARTICLES]
            raise Refusal(f"A policy cannot name `{tool.tool.name}`: Cedar cannot express it ({tool.left_out}).", said,
                          "Change the tool's input schema, or name its whole target.", weight=9)  # fmt: skip
    return named


def _resolve(line: Line, spans: Sequence[tuple[int, int]]) -> Named:
    for start, end in spans:
        if (found := glossary_tools(line, start, end) or every_tool(line, start, end)) is not None:
            return found
    if (found := whole_target(line, spans)) is not None:
        return found
    if (found := exact_names(line, spans)) is not None:
        return found
    line.target = said_target(line, spans)
    items = _items(line, spans)
    if not any(item.words or item.later for item in items):
        raise unknown_tool(line, [token for start, end in spans for token in line.tokens[start:end]])
    return _combine(line, items)


def _items(line: Line, spans: Sequence[tuple[int, int]]) -> list[_Item]:
    """The words that may name tools, as a list of items joined by "and", "or" or commas."""
    items = [_Item()]
    for start, end in spans:
        later, at = False, start
        while at < end and not ends(line, at, end):
            later, at = _read_word(line, items, at, end, later) if at not in line.marks else (later, at + 1)
    return [item for item in items if item.words or item.later]


def _read_word(line: Line, items: list[_Item], at: int, end: int, later: bool) -> tuple[bool, int]:
    """Put one word into the last item, or start another; whether a condition may have begun, and the next place."""
    token, low = line.tokens[at], line.low(at)
    number = _NUMBER.at(line.tokens, at, end)
    if low in {",", "and", "or", "nor", "&"}:
        if _new_item(line, at + 1, end, later, items[-1]):
            items.append(_Item())
            return False, at + 1
    elif number is not None:
        return True, number[1]
    elif token.kind == "number" or _is_value(line, at) or low in _TURNS or low in {"only", "but"}:
        return True, at + 1
    elif low in {"them", "it", "those"} and len(items) > 1 and items[-1].words:
        line.mark(at, at + 1, "tool", "as before")
        items[-1].words += items[-2].words[1:]
    elif (
        (low not in {"of", "on"} or later)
        and (token.is_word or token.kind == "quoted")
        and low not in ARTICLES | OBJECT_FILLERS
    ):
        (items[-1].later if later else items[-1].words).append(at)
    return later, at + 1


def _is_value(line: Line, at: int) -> bool:
    """Whether a word opens a value and is no word of a tool: "owned by …", "assigned to …", "initech/website"."""
    low, known = line.low(at), line.tokens[at].stem in line.lexicon.by_name_stem
    done = low.endswith("ed") and line.low(at + 1) in {"by", "to"}
    return not known and (done or (line.tokens[at].is_word and "/" in low and low not in line.lexicon.by_name))


def _new_item(line: Line, at: int, end: int, later: bool, item: _Item) -> bool:
    """Whether another tool starts after a joiner: in a plain list always, amid conditions only at a tool word."""
    while line.low(at) in ARTICLES | {"and", "or"} and at < end:
        at += 1
    if at >= end or not line.tokens[at].is_word or line.low(at) in _TURNS or ends(line, at, end):
        return False
    if not (item.words or item.later):
        return False
    token = line.tokens[at]
    known = token.stem in line.lexicon.by_name_stem or token.stem in _VERBS
    if _is_listed(line, token):
        return False
    return not later or (known and not names_people(token))


def _is_listed(line: Line, token: Token) -> bool:
    """Whether a word is a value that some input lists, and no tool has it in its name."""
    return token.stem not in line.lexicon.by_name_stem and token.low in line.lexicon.listed


def _combine(line: Line, items: list[_Item]) -> Named:
    """Each item by itself; where it fits none or several alone, with the verb or the noun that the list shares."""
    found: list[ToolWords] = []
    whole: list[Named] = []
    for position, item in enumerate(items):
        named, used = _resolve_item(line, item, items, position)
        for at in used:
            line.mark(at, at + 1, "tool", ", ".join(tool.action for tool in named.tools[:3]))
        found += named.tools
        whole.append(named)
    return whole[0] if len(whole) == 1 else Named(tuple(dict.fromkeys(found)))


def _resolve_item(line: Line, item: _Item, items: list[_Item], position: int) -> tuple[Named, list[int]]:
    tries: list[list[int]] = [item.words]
    if position + 1 < len(items):
        tries.append([*item.words, *_nouns(line, items[-1].words)])
    if position:
        tries.append([*_leading_verb(line, items[0].words), *item.words])
    tries += [[*item.words, *item.later[:n]] for n in range(1, min(4, len(item.later)) + 1)]
    first: Refusal | None = None
    for words in tries:
        if not words:
            continue
        try:
            named = point(line, words)
            if words[:1] != item.words[:1] and not _anchored(line, named, item):
                continue
            own = [at for at in words if at in {*item.words, *item.later} and names_tool(named.tools, line.tokens[at])]
            return named, [at for at in own if _completes(line, named, at, own)]
        except Refusal as refusal:
            # What the item says alone is the better explanation, unless it was no more than a verb.
            if first is None or (first.weight < refusal.weight):
                first = refusal
    raise first or unknown_tool(line, [line.tokens[at] for at in [*item.words, *item.later]])


def _anchored(line: Line, named: Named, item: _Item) -> bool:
    """Whether an item that borrows a verb has a word of the tool's name itself: "push files and release" has none."""
    words = {word for at in (*item.words, *item.later) for word in line.tokens[at].words}
    return all(not words.isdisjoint(tool.name) for tool in named.tools)


def _completes(line: Line, named: Named, at: int, own: list[int]) -> bool:
    """Whether a word after a preposition names the tool: it is new of its name, or repeats its description's phrase.

    Any other ("orders in the warehouse") is left for the conditions, which honour it or refuse it.
    """
    start = at
    while start > 0 and start not in {own[0]} and line.low(start - 1) not in PREPOSITIONS | {"and", "or", ",", "nor"}:
        start -= 1
    preposition = line.low(start - 1)
    if start == own[0] or preposition not in PREPOSITIONS:
        return True
    determiners = [line.low(n) for n in range(start, at) if line.low(n) in ARTICLES]
    words = [word for n in range(start, at + 1) if n in own for word in line.tokens[n].words]
    said = {word for n in own if n < start for word in line.tokens[n].words}
    return all(
        (
            set(words) <= set(tool.name)
            and said.isdisjoint(words)
            and PLAIN.issuperset(determiners)
            and preposition in {*JOINING_PREPOSITIONS, *tool.name}
        )
        or tool.does.repeats(preposition, determiners, words)
        for tool in named.tools
    )


def _nouns(line: Line, words: list[int]) -> list[int]:
    return words[1:] if len(words) > 1 else []


def _leading_verb(line: Line, words: list[int]) -> list[int]:
    return words[:1] if words and is_verb(line.tokens[words[0]]) else []
