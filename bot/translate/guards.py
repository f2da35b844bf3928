"""Last look at a reading: words that would limit the rule, and were taken for part of something that does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.translate.lexicon import Lexicon, ToolWords
from bot.translate.refusals import Refusal, quote
from bot.translate.tokens import Token
from bot.translate.vocabulary import ARTICLES
from bot.translate.words import stem

Marks = dict[int, tuple[str, str]]

_WHOSE: Final = frozenset({"their", "his", "her", "hers", "my", "mine", "your", "theirs", "own"})
# These say how often, when or how many: what no policy can check, wherever they stand.
_LIMITS: Final = frozenset(
    {"about", "total", "initially", "next", "once", "twice", "often", "weekly", "daily", "monthly", "hourly", "yearly",
     "again", "per", "first", "last", "repeatedly", "occasionally", "temporarily", "currently", "soon", "later",
     "eventually", "immediately", "rarely", "seldom", "hardly", "barely", "half", "partly", "partially", "mostly"}
)  # fmt: skip
_JOINING: Final = frozenset({"and", "or", "nor", "&", "plus", ","})
# No condition says these either, though one may have them between its words.
_NEVER_SAID: Final = frozenset({"total", "about", "once", "twice", "mostly", "partly", "partially", "often", "rarely"})
_PASSING: Final = (("for", "now"), ("right", "now"), ("at", "first"), ("for", "once"), ("for", "today"))
_HARMLESS: Final = (("effective", "immediately"), ("from", "now", "on"))


def check(tokens: Sequence[Token], marks: Marks, lexicon: Lexicon, actions: Sequence[str], effect: str) -> None:
    """Raise Refusal when a word of the rule limits it and no condition holds that word."""
    _no_other_emoji(tokens, marks, effect)
    tools = [tool for tool in lexicon.tools if tool.action in actions] or list(lexicon.tools)
    _no_outside(tokens, marks)
    _no_owner(tokens, marks)
    _no_limit(tokens, marks, tools)
    _no_lost_or(tokens, marks)
    _no_tool_again(tokens, marks)
    if len(actions) > 1:
        _no_inner_condition(tokens, marks)


def _no_other_emoji(tokens: Sequence[Token], marks: Marks, effect: str) -> None:
    """ "❌ interns may refund" says two things."""
    for at, token in enumerate(tokens):
        if token.kind == "emoji" and marks[at] != ("filler", effect) and marks[at] != ("filler", ""):
            raise Refusal(f"{quote([token])} does not say what the rule says.", [token], "Leave it out.", weight=6)


def _no_outside(tokens: Sequence[Token], marks: Marks) -> None:
    for at, token in enumerate(tokens):
        if token.kind == "word" and token.low in {"outside", "beyond"} and marks[at][0] == "person":
            culprits = tokens[max(at - 1, 0) : at + 3]
            raise Refusal(f"{quote(culprits)} does not say who.", culprits, "Say who is not meant: “except …”.")


def _no_owner(tokens: Sequence[Token], marks: Marks) -> None:
    for at, token in enumerate(tokens):
        if token.kind == "word" and token.low in _WHOSE and marks[at][0] not in {"condition"}:
            culprits = tokens[at : at + 2]
            raise Refusal(f"{quote(culprits)}: no input of the call tells what is whose.", culprits,
                          "Leave that out, or compare an input with a value.")  # fmt: skip


def _no_limit(tokens: Sequence[Token], marks: Marks, tools: Sequence[ToolWords]) -> None:
    named = {word for tool in tools for word in (*tool.name, *tool.input_names)}
    for at, token in enumerate(tokens):
        culprits = _limit_at(tokens, at)
        if culprits and (marks[at][0] not in {"condition", "person"} or token.low in _NEVER_SAID):
            if (
                marks[at] == ("joiner", "when")
                or token.stem in named
                or _harmless(tokens, at)
                or any(token.low in tool.values for tool in tools)
            ):
                continue
            raise Refusal(f"{quote(culprits)} is not something that a policy can check.", culprits,
                          "Leave it out, or say it with an input and a value.")  # fmt: skip


def _limit_at(tokens: Sequence[Token], at: int) -> Sequence[Token]:
    lows = tuple(token.low for token in tokens[at : at + 2])
    if tokens[at].kind != "word":
        return ()
    if lows in _PASSING and not (lows == ("for", "now") and _low(tokens, at + 2) == "on"):
        return tokens[at : at + 2]
    if lows[0] == "nor" and not any(token.low in {"neither", "not", "no", "never"} for token in tokens[:at]):
        return tokens[at : at + 1]
    each = lows[0] == "each" and at > 0 and (tokens[at - 1].kind == "number" or at + 1 == len(tokens))
    return tokens[at : at + 1] if each or lows[0] in _LIMITS else ()


def _harmless(tokens: Sequence[Token], at: int) -> bool:
    return any(
        tuple(_low(tokens, at - n + k) for k in range(len(phrase))) == phrase
        for phrase in _HARMLESS
        for n in range(len(phrase))
    )


def _low(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].low if 0 <= at < len(tokens) else ""


def _no_lost_or(tokens: Sequence[Token], marks: Marks) -> None:
    """ "for interns or when the amount is over 5": an "or" between who and when is no "and"."""
    for at in range(1, len(tokens) - 1):
        here, after = _low(tokens, at), _low(tokens, at + 1)
        before = at - 2 if _low(tokens, at - 1) == "," else at - 1
        union = here == "or" or (here in {"and", "&"} and after == "for")
        if not union or before < 0:
            continue
        kinds = {_kind(tokens, marks, before, -1), _kind(tokens, marks, at + 1, 1)}
        bare_or = here == "or" and marks[at + 1] in {("joiner", "when"), ("joiner", "unless")} and "tool" in kinds
        if kinds == {"person", "condition"} or bare_or:
            culprits = tokens[before : at + 2]
            raise Refusal(f"{quote(culprits)} can be read in two ways: either, or both together.", culprits,
                          "Make it two rules.")  # fmt: skip


def _no_tool_again(tokens: Sequence[Token], marks: Marks) -> None:
    """ "Express refunds and refunds over 500" are two kinds, and not one that is both."""
    if all(role != "condition" for role, _ in marks.values()):
        return
    for at in range(1, len(tokens)):
        before = at - 1 - (_low(tokens, at - 1) in ARTICLES)
        again = any(marks[n][0] == "tool" and tokens[n].stem == tokens[at].stem for n in range(before))
        if marks[at][0] == "tool" and tokens[at].is_word and again and _low(tokens, before) in _JOINING:
            culprits = tokens[before : at + 2]
            raise Refusal(f"{quote(culprits)} names the tool again: a condition could be for one of them, or for both.",
                          culprits, "Make it two rules.", weight=6)  # fmt: skip


def _kind(tokens: Sequence[Token], marks: Marks, at: int, step: int) -> str:
    """Whether the words on one side of a joiner are people or a condition."""
    while 0 <= at < len(tokens):
        role = marks[at][0]
        if role in {"person", "condition", "tool"}:
            return role
        if role == "effect":
            return ""
        at += step
    return ""


def _no_inner_condition(tokens: Sequence[Token], marks: Marks) -> None:
    """ "charges above $300 and refunds above $100": each condition would be asked of both tools."""
    seen, joined = "", False
    for at, token in enumerate(tokens):
        role = marks[at][0]
        joined = joined or (seen == "condition" and token.low in {"and", "or", ",", "nor", "&"})
        if role == "tool" and seen == "condition" and joined and stem(token.low) and token.is_word and token.words:
            raise Refusal(f"The condition before {quote(tokens[at : at + 3])} could be for one tool, or for all.",
                          tokens[at : at + 3], "Make it two rules.")  # fmt: skip
        if role == "condition" and (seen == "condition" or any(marks[n][0] == "tool" for n in range(at))):
            seen = "condition"
        elif role in {"tool", "person", "effect"}:
            seen, joined = role, False
