"""Tools and targets by their own names, and every tool of a target or a gateway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.translate.lexicon import ToolWords
from bot.translate.line import Line
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal, names, quote
from bot.translate.tokens import Token
from bot.translate.vocabulary import (
    ALL_TOOLS,
    ARTICLES,
    EXCEPT,
    MONTHS,
    OBJECT_FILLERS,
    PARTICLES,
    TARGET_NOUNS,
    TOOL_NOUNS,
    UNLESS,
    USE_VERBS,
    WHEN,
)
from bot.translate.words import is_plural, parts, stem

_ALL = Phrases.of(ALL_TOOLS)
_CLAUSES = Phrases.of((*WHEN, *UNLESS))
_EXCEPT = Phrases.of([phrase for phrase in EXCEPT if phrase not in {"not", "but"}])
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
_TURNS = frozenset({"for", "by", "to", "from", "with", "without", "in", "into", "at", "within", "between", "over",
    "under", "through", "having",
                    "using", "via", "as", "marked", "worth", "containing", "exceeding", "is", "are", "not",
                    "per"})  # fmt: skip
_USE = frozenset(map(stem, USE_VERBS))
# After a target's name these say that all of it is meant; before it, "all tools of", "anything on".
_WHOLE_NOUNS = TARGET_NOUNS | {noun for noun in TOOL_NOUNS if is_plural(noun)}
_WIDE = {noun for noun in TOOL_NOUNS if is_plural(noun) and noun != "calls"} | {
    "anything",
    "everything",
    "all",
    "any",
    "every",
    "each",
}


@dataclass(frozen=True)
class Named:
    """The tools a phrase names. `target` is set when it names a whole target; `everything` when it names every tool."""

    tools: tuple[ToolWords, ...]
    target: str = ""
    everything: bool = False


def refuse_unseen(line: Line, spans: Sequence[tuple[int, int]]) -> None:
    """Refuse what names a target that has no tool for a policy, or an action id that this gateway does not have."""
    for at in (at for start, end in spans for at in range(start, end)):
        token = line.tokens[at]
        name = token.value or token.text
        target = name.split("___")[0]
        known = line.lexicon.unseen.get(parts(target))
        if known is not None and (known[0] in {name, target} or _said_as_target(line, at, at + 1)):
            raise _unseen(known, [token])
        if "___" in name and name.lower() not in line.lexicon.by_name and target in line.lexicon.by_target:
            raise Refusal(f"`{name}` is not a tool of {target}.", [token], weight=9)
        for size in range(2, 5):
            words = [each for each in line.tokens[at : at + size] if each.is_word]
            known = line.lexicon.unseen.get(tuple(part for each in words for part in parts(each.text)))
            if known is not None and len(words) == size and _said_as_target(line, at, at + size):
                raise _unseen(known, words)


def _said_as_target(line: Line, at: int, stop: int) -> bool:
    return line.low(stop) in _WHOLE_NOUNS or line.low(at - 1) in {"of", "on"}


def _unseen(known: tuple[str, str], culprits: list[Token]) -> Refusal:
    return Refusal(known[1], culprits, "Name a tool of another target.",
                   weight=9)  # fmt: skip


def glossary_tools(line: Line, start: int, end: int) -> Named | None:
    """The tools that the team's glossary says a phrase means."""
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
            culprits = line.tokens[at : at + size]
            raise Refusal(f"By the glossary {quote(culprits)} is `{name}`, which this gateway does not have.", culprits)
        found += listed
    return Named(tuple(dict.fromkeys(found)))


def _mark_plain(line: Line, start: int, end: int) -> None:
    """Mark the words around an exact name that only say that a tool is used."""
    for at in range(start, end):
        low = line.low(at)
        if low in TOOL_NOUNS or low in ARTICLES or line.tokens[at].stem in _USE or low in {"named", "called"}:
            line.mark(at, at + 1, "tool", "")


def every_tool(line: Line, start: int, end: int) -> Named | None:
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


def whole_target(line: Line, spans: Sequence[tuple[int, int]]) -> Named | None:
    """A whole target: "all tools of X", "anything on the X target", "the X target",
    "X tools" where X is its full name."""
    for start, end in spans:
        at = start
        while at < end and not ends(line, at, end):
            found = _target_at(line, at, end)
            if found is None:
                at += 1
                continue
            target, stop = found
            tools = line.lexicon.by_target[target]
            before = [n for n in range(start, at) if n not in line.marks and not _plain(line, n)]
            noun = stop < end and line.low(stop) in _WHOLE_NOUNS
            one = stop < end and line.low(stop) in TOOL_NOUNS - _WHOLE_NOUNS
            while stop < end and line.low(stop) in _WHOLE_NOUNS:
                stop += 1
            wide = any(line.low(n) in _WIDE for n in range(start, at))
            alone = len(line.tokens[at].text) == len(target) and target not in line.lexicon.named_alike
            if not before and (wide or noun or (alone and not one)) and not _tool_follows(line, stop, end):
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
        low in ARTICLES or low in TOOL_NOUNS or low in OBJECT_FILLERS or low in PARTICLES or low in {"of", "on",
        "from", "anything", "everything",
        "something", "whole", "entire", "complete", "to", "with", "in", "under", "at", "only",
        "by"} or line.tokens[at].stem in _USE
    )  # fmt: skip


def _target_at(line: Line, at: int, end: int) -> tuple[str, int] | None:
    """The target whose name is spelled at a place, in one token or in its words."""
    token = line.tokens[at]
    if token.kind == "quoted" and token.value in line.lexicon.by_target:
        return token.value, at + 1
    if not token.is_word:
        return None
    for size in range(min(5, end - at), 0, -1):
        if not all(line.tokens[n].is_word for n in range(at, at + size)):
            continue
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
    """Whether words mean a target: "loyalty program target", "refund tool tools", but "refund tool" means a tool,
    in whatever letters."""
    return (
        line.low(at + size - 1) not in TOOL_NOUNS
        or line.low(at + size) in _WHOLE_NOUNS
        or line.low(at - 1) in {"of", "on"}
    )


def _clear(line: Line, at: int, target: str) -> bool:
    """Whether one word means a target and not a thing: spelled as the target, or with "target" or "tools" after it."""
    return (
        line.tokens[at].text == target
        and target.lower() != target
        and (
            line.low(at + 1) in TARGET_NOUNS | TOOL_NOUNS
            or line.low(at - 1) in {"on", "of", "in", "from", "the", "use", "using"}
            or len(parts(target)) > 1
        )
    )


def exact_names(line: Line, spans: Sequence[tuple[int, int]]) -> Named | None:
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


def said_target(line: Line, spans: Sequence[tuple[int, int]]) -> str:
    """The target that "… on the Stock-Room target" says; its words are marked. Empty when none is said."""
    for start, end in spans:
        for at in range(start + 1, end):
            first = at
            while line.low(first - 1) in ARTICLES and first > start:
                first -= 1
            found = _any_target(line, at, end)
            if (
                found is None
                or line.low(first - 1) not in {"on", "of", "from", "in", "via", "through"}
                or first - 1 <= start
            ):
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
    """Mark the words right around exact names: verbs of use, tool nouns, joiners, and "on the X target"."""
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


def ends(line: Line, at: int, end: int) -> bool:
    """Whether the words that may name tools end here: at a condition, an exception or a time."""
    if line.low(at) in {"starting", "beginning"}:
        after = line.tokens[min(at + 1, end - 1)]
        return after.kind in {"date", "time", "number"} or after.low in {"from", "on", "at"} or after.low in MONTHS
    return (
        line.low(at) in _ENDS
        or _CLAUSES.at(line.tokens, at, end) is not None
        or _EXCEPT.at(line.tokens, at, end) is not None
    )
