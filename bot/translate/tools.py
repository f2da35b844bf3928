"""Which tools a phrase names: by exact name, by target, or by words that point to one tool and no other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.translate.lexicon import Lexicon, ToolWords
from bot.translate.line import Line
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal, names, nearest_tools, quote
from bot.translate.tokens import Token
from bot.translate.vocabulary import (
    ACT_VERBS,
    ALL_TOOLS,
    ARTICLES,
    EXCEPT,
    MONTHS,
    NUMBER_OPS,
    OBJECT_FILLERS,
    PARTICLES,
    TARGET_NOUNS,
    TOOL_NOUNS,
    UNLESS,
    USE_VERBS,
    VAGUE,
    VERB_CLASSES,
    WHEN,
)
from bot.translate.words import is_plural, parts, singular, stem, stems

_ALL = Phrases.of(ALL_TOOLS)
_CLAUSES = Phrases.of((*WHEN, *UNLESS))
_EXCEPT = Phrases.of([phrase for phrase in EXCEPT if phrase not in {"not", "but"}])
_NUMBER = Phrases.of(NUMBER_OPS)
_ENDS = frozenset(
    {
        "whose",
        "that",
        "which",
        "until",
        "till",
        "before",
        "after",
        "since",
        "during",
        "starting",
        "beginning",
        "outside",
    }
)
_TURNS = frozenset({"for", "by", "to", "from", "with", "without", "in", "into", "at", "within", "between", "over", "under", "through", "having",
                    "using", "via", "as", "marked", "worth", "containing", "exceeding", "is", "are", "not", "per"})  # fmt: skip
_USE = frozenset(map(stem, USE_VERBS))
_ACT = frozenset(map(stem, ACT_VERBS))
_CLASSES = {name: frozenset(map(stem, verbs)) for name, verbs in VERB_CLASSES.items()}
_VERBS = frozenset().union(*_CLASSES.values()) | _USE | _ACT
_VERB_FORMS = frozenset().union(*VERB_CLASSES.values()) | USE_VERBS | ACT_VERBS
# Classes whose tools a verb of no particular meaning ("process", "issue") cannot stand for.
_PARTICULAR = ("read", "delete", "cancel", "reject")


@dataclass(frozen=True)
class Named:
    """The tools a phrase names. `target` is set when it names a whole target; `everything` when it names every tool."""

    tools: tuple[ToolWords, ...]
    target: str = ""
    everything: bool = False


@dataclass
class _Item:
    """The words of one tool in a list: `words` where a tool is named, `later` where a condition may be."""

    words: list[int] = field(default_factory=list)
    later: list[int] = field(default_factory=list)


def classes_of(stems_: Iterable[str]) -> frozenset[str]:
    """The classes of meaning that verbs belong to."""
    listed = frozenset(stems_)
    return frozenset(name for name, verbs in _CLASSES.items() if not verbs.isdisjoint(listed))


def excepted_at(line: Line, at: int, end: int) -> Named | None:
    """The tools named after "except" at a place; None when what follows names none."""
    found = _EXCEPT.at(line.tokens, at, end) or (("but", at + 1) if line.low(at) == "but" and at < end else None)
    if found is None:
        return None
    stop = found[1]
    while stop < end and not _ends(line, stop, end) and line.low(stop) not in {"for", "by", "to"}:
        stop += 1
    before = dict(line.marks)
    try:
        named = resolve(line, [(found[1], stop)])
    except Refusal:
        line.marks = before
        return None
    line.mark(at, found[1], "joiner", "except")
    return named


def is_verb(token: Token) -> bool:
    """Whether a word is a verb that the vocabulary knows."""
    return token.stem in _VERBS and not names_people(token)


def names_people(token: Token) -> bool:
    """Whether a word is a person who does something: manager, approvers; its stem alone would look like the verb."""
    word = singular(token.low)
    return word.endswith(("er", "or", "ist")) and word not in _VERB_FORMS


def resolve(line: Line, spans: Sequence[tuple[int, int]]) -> Named:
    """The tools that the tokens in `spans` name; their words are marked. Raises Refusal, with the candidates named."""
    for start, end in spans:
        if (found := _glossary(line, start, end) or _everything(line, start, end)) is not None:
            return found
    if (found := _target(line, spans)) is not None:
        return found
    if (found := _exact(line, spans)) is not None:
        return found
    line.target = _said_target(line, spans)
    items = _items(line, spans)
    if not any(item.words or item.later for item in items):
        raise _unknown(line, [token for start, end in spans for token in line.tokens[start:end]])
    return _combine(line, items)


def _glossary(line: Line, start: int, end: int) -> Named | None:
    for at in range(start, end):
        for size in range(min(6, end - at), 0, -1):
            entry = line.glossary.tools.get(tuple(token.stem for token in line.tokens[at : at + size]))
            if entry is None:
                continue
            line.mark(at, at + size, "tool", f"{', '.join(entry)} (glossary)")
            _mark_plain(line, start, end)
            return _entry(line, at, size, entry)
    return None


def _entry(line: Line, at: int, size: int, entry: tuple[str, ...]) -> Named:
    found: list[ToolWords] = []
    for name in entry:
        listed = line.lexicon.by_name.get(name.lower()) or line.lexicon.by_target.get(name)
        if not listed or (len(listed) > 1 and name not in line.lexicon.by_target):
            raise Refusal(f"The glossary says {quote(line.tokens[at : at + size])} is `{name}`, which this gateway does not have.",
                          line.tokens[at : at + size])  # fmt: skip
        found += listed
    return Named(tuple(dict.fromkeys(found)))


def _mark_plain(line: Line, start: int, end: int) -> None:
    """Mark the words around an exact name that only say that a tool is used."""
    for at in range(start, end):
        low = line.low(at)
        if low in TOOL_NOUNS or low in ARTICLES or line.tokens[at].stem in _USE or low in {"named", "called"}:
            line.mark(at, at + 1, "tool", "")


def _everything(line: Line, start: int, end: int) -> Named | None:
    """Every tool of the gateway, where no target follows."""
    at = start
    while at < end and (line.tokens[at].stem in _USE or line.low(at) in {"access", "to", "on"} | PARTICLES):
        at += 1
    found = _ALL.at(line.tokens, at, end)
    if found is None:
        return None
    stop = found[1]
    if line.low(stop) in {"on", "of", "in", "from", "at"} and stop < end:
        gateway = stop + 1
        while line.low(gateway) in ARTICLES:
            gateway += 1
        if line.low(gateway) == "gateway" or line.tokens[min(gateway, end - 1)].text == line.lexicon.gateway.name:
            stop = gateway + 1
            if line.low(stop) == "gateway":
                stop += 1
        elif line.low(stop) in {"on", "of", "in", "from"}:
            return None
    line.mark(start, stop, "tool", "every tool")
    return Named(line.lexicon.tools, everything=True)


def _target(line: Line, spans: Sequence[tuple[int, int]]) -> Named | None:
    """A whole target: "all tools of X", "anything on the X target", "the X target", "X tools" where X is its full name."""
    for start, end in spans:
        at = start
        while at < end and not _ends(line, at, end):
            found = _target_at(line, at, end)
            if found is None:
                at += 1
                continue
            target, stop = found
            tools = line.lexicon.by_target[target]
            before = [n for n in range(start, at) if n not in line.marks and not _plain(line, n)]
            noun = stop < end and (line.low(stop) in TARGET_NOUNS or line.low(stop) in TOOL_NOUNS)
            while stop < end and (line.low(stop) in TARGET_NOUNS or line.low(stop) in TOOL_NOUNS):
                stop += 1
            wide = any(line.low(n) in TOOL_NOUNS | {"anything", "everything", "all"} for n in range(start, at))
            if (
                not before
                and (wide or noun or len(line.tokens[at].text) == len(target))
                and not _tool_follows(line, stop, end)
            ):
                line.mark(start, stop, "tool", f"every tool of {target}")
                return Named(tools, target=target)
            at = stop
    return None


def _tool_follows(line: Line, at: int, end: int) -> bool:
    """Whether a word right after a target's name belongs to a tool's name: "Payments wires" is not the whole target."""
    return (
        at < end
        and line.tokens[at].is_word
        and line.tokens[at].stem in line.lexicon.by_name_stem
        and line.low(at) not in _TURNS
    )


def _plain(line: Line, at: int) -> bool:
    low = line.low(at)
    return (
        low in ARTICLES or low in TOOL_NOUNS or low in OBJECT_FILLERS or low in PARTICLES or low in {"of", "on", "from", "anything", "everything",
        "something", "whole", "entire", "complete", "to", "with", "in", "under", "at", "only", "by"} or line.tokens[at].stem in _USE
    )  # fmt: skip


def _target_at(line: Line, at: int, end: int) -> tuple[str, int] | None:
    """The target whose name is spelled at a place, in one token or in its words."""
    token = line.tokens[at]
    if token.kind == "quoted" and token.value in line.lexicon.by_target:
        return token.value, at + 1
    if not token.is_word:
        return None
    for size in range(min(5, end - at), 0, -1):
        words = tuple(word for n in range(at, at + size) for word in parts(line.tokens[n].text))
        found = line.lexicon.target_names.get(words)
        single = size == 1 and token.low in line.lexicon.by_name
        if (
            found
            and len(found) == 1
            and not single
            and (_spelled_out(line, at, size) if size > 1 else _clear(line, at, found[0]))
        ):
            return found[0], at + size
    return None


def _spelled_out(line: Line, at: int, size: int) -> bool:
    """Whether words mean a target: not "refund tool", which means a tool, but "Refund Tool" and "loyalty program target"."""
    return (
        line.low(at + size - 1) not in TOOL_NOUNS
        or line.tokens[at].text[0].isupper()
        or line.low(at + size) in TARGET_NOUNS | TOOL_NOUNS
    )


def _clear(line: Line, at: int, target: str) -> bool:
    """Whether one word means a target and not a thing: spelled as the target is, or with "target" or "tools" after it."""
    return (
        line.tokens[at].text == target
        and target.lower() != target
        and (
            line.low(at + 1) in TARGET_NOUNS | TOOL_NOUNS
            or line.low(at - 1) in {"on", "of", "in", "from", "the", "use", "using"}
            or len(parts(target)) > 1
        )
    )


def _exact(line: Line, spans: Sequence[tuple[int, int]]) -> Named | None:
    """Tools by their exact names, and the targets that say which when two share a name."""
    places = [
        at
        for start, end in spans
        for at in range(start, end)
        if (line.tokens[at].value or line.tokens[at].text).lower() in line.lexicon.by_name and _spelled(line, at, start)
    ]
    if not places:
        return None
    found: list[ToolWords] = []
    for at in places:
        candidates = line.lexicon.by_name[(line.tokens[at].value or line.tokens[at].text).lower()]
        found.append(_on_target(line, spans, at, candidates))
        line.mark(at, at + 1, "tool", found[-1].action)
    for start, end in spans:
        _mark_exact(line, start, end, places)
    return Named(tuple(dict.fromkeys(found)))


def _spelled(line: Line, at: int, start: int) -> bool:
    """Whether a token is meant as a tool's name: it cannot be a plain word, or it stands where a name would."""
    token = line.tokens[at]
    if token.kind == "quoted":
        return (
            (at > start and (line.low(at - 1) in TOOL_NOUNS | ARTICLES or line.tokens[at - 1].stem in _USE))
            or line.low(at + 1) in TOOL_NOUNS
            or at == start
        )
    compound = len(parts(token.text)) > 1
    return compound or line.low(at + 1) in TOOL_NOUNS or (at > start and line.tokens[at - 1].stem in _USE)


def _on_target(line: Line, spans: Sequence[tuple[int, int]], at: int, candidates: tuple[ToolWords, ...]) -> ToolWords:
    said = {
        found[0]: (n, found[1])
        for start, end in spans
        for n in range(start, end)
        if n != at and (found := _any_target(line, n, end)) is not None
    }
    fits = [tool for tool in candidates if tool.tool.target in said]
    if said and not fits and len(said) == 1:
        target, (first, stop) = next(iter(said.items()))
        if line.low(first - 1) in {"of", "on", "in", "from", "the"} or line.low(stop) in TARGET_NOUNS:
            raise Refusal(f"`{candidates[0].tool.name}` is not a tool of {target}.", line.tokens[first:stop],
                          f"It is on {candidates[0].tool.target}.")  # fmt: skip
    if len(fits or candidates) > 1:
        raise Refusal(
            f"{quote([line.tokens[at]])} is the name of {names(fits or candidates)}.",
            [line.tokens[at]],
            "Name one.",
            weight=2,
        )
    return (fits or candidates)[0]


def _said_target(line: Line, spans: Sequence[tuple[int, int]]) -> str:
    """The target that "… on the Stock-Room target" says the tool is on; its words are marked. Empty when none is said."""
    for start, end in spans:
        for at in range(start + 1, end):
            first = at
            while line.low(first - 1) in ARTICLES and first > start:
                first -= 1
            found = _any_target(line, at, end)
            if found is None or line.low(first - 1) not in {"on", "of", "from", "in", "via", "through"} or first - 1 <= start:
                continue
            stop = found[1]
            if line.low(stop) not in TARGET_NOUNS and line.tokens[at].text != found[0]:
                continue
            while stop < end and line.low(stop) in TARGET_NOUNS:
                stop += 1
            line.mark(first - 1, stop, "tool", found[0])
            return found[0]
    return ""


def _any_target(line: Line, at: int, end: int) -> tuple[str, int] | None:
    token = line.tokens[at]
    if token.kind == "quoted" and token.value in line.lexicon.by_target:
        return token.value, at + 1
    for size in range(min(5, end - at), 0, -1):
        if not all(line.tokens[n].is_word for n in range(at, at + size)):
            continue
        words = tuple(word for n in range(at, at + size) for word in parts(line.tokens[n].text))
        found = line.lexicon.target_names.get(words)
        if (
            found
            and len(found) == 1
            and (size > 1 or line.tokens[at].text == found[0] or line.low(at + size) in TARGET_NOUNS)
        ):
            return found[0], at + size
    return None


def _mark_exact(line: Line, start: int, end: int, places: list[int]) -> None:
    """Mark the words right around exact names: verbs of use, tool nouns, joiners between names, and "on the X target"."""
    own = [at for at in places if start <= at < end]
    if not own:
        return
    for at in range(start, own[0]):
        if _plain(line, at):
            line.mark(at, at + 1, "tool", "")
    last = start
    for at in own:
        if all(
            _plain(line, n) or line.low(n) in {",", "and", "or", "nor", "&", "/", "as", "well"} for n in range(last, at)
        ):
            line.mark(last, at, "joiner", "")
        last = at + 1
        while last < end and line.low(last) in TOOL_NOUNS:
            line.mark(last, last + 1, "tool", "")
            last += 1
        stop = last
        while stop < end and line.low(stop) in {"on", "of", "from", "in", "the"}:
            stop += 1
        target = _any_target(line, stop, end) if stop < end and stop > last else None
        if target is not None:
            stop = target[1]
            while stop < end and line.low(stop) in TARGET_NOUNS:
                stop += 1
            line.mark(last, stop, "tool", target[0])
            last = stop


def _ends(line: Line, at: int, end: int) -> bool:
    if line.low(at) in {"starting", "beginning"}:
        after = line.tokens[min(at + 1, end - 1)]
        return after.kind in {"date", "time", "number"} or after.low in {"from", "on", "at"} or after.low in MONTHS
    return (
        line.low(at) in _ENDS
        or _CLAUSES.at(line.tokens, at, end) is not None
        or _EXCEPT.at(line.tokens, at, end) is not None
    )


def _items(line: Line, spans: Sequence[tuple[int, int]]) -> list[_Item]:
    """The words that may name tools, as a list of items joined by "and", "or" or commas."""
    items = [_Item()]
    for start, end in spans:
        later, at = False, start
        while at < end and not _ends(line, at, end):
            if at in line.marks:
                at += 1
                continue
            token, low = line.tokens[at], line.low(at)
            number = _NUMBER.at(line.tokens, at, end)
            if low in {",", "and", "or", "nor", "&"}:
                if _new_item(line, at + 1, end, later, items[-1]):
                    items.append(_Item())
                    later = False
            elif number is not None or token.kind == "number" or low in _TURNS:
                later, at = True, (number[1] if number else at + 1) - 1
            elif low in {"them", "it", "those"} and len(items) > 1 and items[-1].words:
                line.mark(at, at + 1, "tool", "as before")
                items[-1].words += items[-2].words[1:]
            elif low in {"of", "on"} and not later:
                pass
            elif (
                (token.is_word or token.kind == "quoted")
                and at not in line.marks
                and low not in ARTICLES | OBJECT_FILLERS
            ):
                (items[-1].later if later else items[-1].words).append(at)
            at += 1
    return [item for item in items if item.words or item.later]


def _new_item(line: Line, at: int, end: int, later: bool, item: _Item) -> bool:
    """Whether another tool starts after a joiner: always in a plain list, in the middle of conditions only at a tool word."""
    while line.low(at) in ARTICLES | {"and", "or"} and at < end:
        at += 1
    if at >= end or not line.tokens[at].is_word or line.low(at) in _TURNS or _ends(line, at, end):
        return False
    if not (item.words or item.later):
        return False
    token = line.tokens[at]
    known = token.stem in line.lexicon.by_name_stem or token.stem in _VERBS
    if _is_listed(line, token):
        return False
    return known or not later


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
            named = _point(line, words)
            return named, [
                at for at in words if at in {*item.words, *item.later} and _of_tool(named.tools, line.tokens[at])
            ]
        except Refusal as refusal:
            # What the item says alone is the better explanation, unless it was no more than a verb.
            if first is None or (first.weight < refusal.weight):
                first = refusal
    raise first or _unknown(line, [line.tokens[at] for at in [*item.words, *item.later]])


def _of_tool(tools: tuple[ToolWords, ...], token: Token) -> bool:
    """Whether a word names the tools, and is not one of their values, flags or inputs, which make conditions."""
    words = token.words
    if any(set(words) <= set(tool.name) for tool in tools):
        return True
    if any(token.low in tool.values or not tool.flags.isdisjoint(words) for tool in tools):
        return False
    return any(
        all((weight := _weight(tool, token, word)) is not None and weight != 0.5 for word in words) for tool in tools
    ) or (token.low in TOOL_NOUNS or token.stem in _USE)


def _nouns(line: Line, words: list[int]) -> list[int]:
    return words[1:] if len(words) > 1 else []


def _leading_verb(line: Line, words: list[int]) -> list[int]:
    return words[:1] if words and is_verb(line.tokens[words[0]]) else []


def _point(line: Line, places: list[int]) -> Named:
    """The one tool, or all tools of a plural ("the ticket tools"), that words point to."""
    tokens = [line.tokens[at] for at in places]
    content = [token for token in tokens if token.low not in TOOL_NOUNS and token.stem not in _USE]
    tool_noun = next((token for token in tokens if token.low in TOOL_NOUNS), None)
    if not content:
        raise _unknown(line, tokens, weight=-1)
    vague = [token for token in content if token.low in VAGUE and not _explains_any(line.lexicon, token)]
    if vague:
        raise Refusal(
            f"{quote(vague)} is not something that a policy can check.", vague, "Name an input and a value.", weight=3
        )
    if tool_noun is not None and is_plural(tool_noun.low) and (several := _several(line, content)) is not None:
        return several
    scored = _scored(line, content)
    if not scored:
        raise _unknown(line, content)
    best = max(score for score, _ in scored)
    fits = [tool for score, tool in scored if score > best - 0.75]
    if len(fits) > 1:
        raise Refusal(f"{quote(tokens)} could be {names(fits)}.", tokens, "Name one of them, or all.", weight=2)
    return Named((fits[0],))


def _several(line: Line, content: list[Token]) -> Named | None:
    """Every tool that has the words in its name ("the refund tools"), when the target does not say otherwise."""
    words = {word for token in content for word in token.words}
    by_name = [tool for tool in line.lexicon.by_name_stem.get(next(iter(words)), ()) if words <= set(tool.name)]
    targets = [target for target in line.lexicon.by_target if words <= set(stems(target))]
    if not by_name and len(targets) == 1:
        return Named(line.lexicon.by_target[targets[0]], target=targets[0])
    if len(targets) == 1 and set(line.lexicon.by_target[targets[0]]) != set(by_name):
        raise Refusal(f"{quote(content)} tools could be {names(by_name)}, or every tool of {targets[0]}.", content,
                      f"Say “all tools of {targets[0]}”, or name the tools.", weight=2)  # fmt: skip
    return Named(tuple(by_name)) if by_name else None


def _explains_any(lexicon: Lexicon, token: Token) -> bool:
    return token.low in lexicon.listed or token.stem in lexicon.by_name_stem or token.stem in lexicon.flags


def _scored(line: Line, content: list[Token]) -> list[tuple[float, ToolWords]]:
    """The tools that every word fits, with how well."""
    candidates: dict[str, ToolWords] = {}
    for token in content:
        for word in token.words:
            for tool in line.lexicon.by_any_stem.get(word, ()):
                candidates[tool.action] = tool
    scored = [(score, tool) for tool in candidates.values() if line.target in {"", tool.tool.target} and (score := _score(line.lexicon, tool, content)) is not None]
    return scored


def _score(lexicon: Lexicon, tool: ToolWords, content: list[Token]) -> float | None:
    """How well the words fit a tool; None when one of them does not, or none of them carries."""
    total, anchored, acted, hits = 0.0, False, False, set()
    for token in content:
        words = token.words
        for word in words:
            weight = _weight(tool, token, word)
            if weight is None:
                # A value of some other tool's input does not choose between tools: the conditions will refuse it here.
                if token.low not in lexicon.listed and word not in lexicon.flags:
                    return None
                weight = 0.0
            total += weight
            anchored = anchored or word in tool.name
            acted = acted or (is_verb(token) and weight >= 1.5)
            hits.add(word)
    described = sum(word in tool.described for word in hits)
    if not (anchored or (acted and described >= 2)):
        return None
    if set(tool.name) <= hits:
        total += 1
    return total


def _weight(tool: ToolWords, token: Token, word: str) -> float | None:
    if word in tool.name:
        return 4.0
    if token.low in tool.values or word in tool.flags:
        return 0.0
    if word in tool.described:
        return 1.5
    if is_verb(token) and (fits := _verb_fits(tool, word)) is not None:
        return fits
    if word in tool.target:
        return 1.0
    if word in tool.input_names:
        return 0.5
    if token.low in PARTICLES:
        return 0.0
    return None


def _verb_fits(tool: ToolWords, verb: str) -> float | None:
    """Whether a verb that the tool does not have can stand for its own: one of the same class, or one of no class."""
    if verb in _USE and verb not in _ACT:
        return 0.0
    own = classes_of([tool.verbs_in_order[0]]) if tool.verbs_in_order else frozenset()
    if classes_of([verb]) & (own or classes_of(tool.verbs)):
        return 2.0
    return 0.25 if verb in _ACT and not (own & set(_PARTICULAR)) else None


def _unknown(line: Line, tokens: Sequence[Token], *, weight: int = 1) -> Refusal:
    """No tool fits: name the words that no tool has, or all of them when each is known somewhere."""
    strange = [token for token in tokens if token.is_word and not _known(line.lexicon, token)]
    culprits = strange or list(tokens)
    return Refusal(
        f"This gateway has no tool for {quote(culprits)}.", culprits,
        f"The nearest are {nearest_tools(tokens, line.lexicon)}: name one.", weight=weight,
    )  # fmt: skip


def _known(lexicon: Lexicon, token: Token) -> bool:
    if token.low in ARTICLES or token.stem in _VERBS:
        return True
    return all(word in lexicon.by_any_stem for word in token.words)
