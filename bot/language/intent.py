"""What a text is before it is read as a rule: a question, small talk, or something that speaks of tools and people."""

from __future__ import annotations

import re

from bot.cedar import Gateway
from bot.language.chart import Phrase
from bot.language.context import Context
from bot.language.glossary import Glossary
from bot.language.leaves import leaves
from bot.language.lexicon import Lexicon, lexicon_for
from bot.language.reader import readings
from bot.language.refusals import Refusal
from bot.language.rules import grammar
from bot.language.tokens import Token, tokenise
from bot.language.tool_scores import VERBS
from bot.language.wordlists import PEOPLE_WORDS
from bot.language.words import is_plural

_REQUEST = re.compile(
    r"(?:can|could|would|will) (?:you|we|somebody|someone) (?:please |pls |kindly )?"
    r"(?:allow|let|block|deny|forbid|stop|prevent|permit|ban|prohibit|disallow|restrict|limit|add|create|make)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:(?:hi|hello|hey|ok|okay|so|and|but|please|pls|quick question|question|good (?:morning|afternoon|evening))\b"
    r"(?: (?:all|team|there|folks|everyone))?[\s,:!.-]*)*",
    re.IGNORECASE,
)
_AUXILIARIES = "can|could|may|might|do|does|did|is|are|was|were|will|would|should|shall|has|have|am"
_ASKING = re.compile(
    rf"(?:who|whom|what|which|why|how)\b(?! (?:has|have)\b)|(?:when|where) (?:{_AUXILIARIES})\b"
    rf"|(?:{_AUXILIARIES}) (?!(?:not|be|only|never|to)\b)[\w-]",
    re.IGNORECASE,
)
_DO_ONLY = re.compile(r"do\b.*\bonly\b", re.IGNORECASE | re.DOTALL)
# What says an effect, a tool or people by itself. A modal, or "everyone", does so only beside the other.
_SURE = frozenset(
    {"Imperative", "Able", "Barred", "Reserved", "Nobody", "StateWord", "ToolName", "GlossTool", "GlossWho", "Target"}
)
_EVERYDAY = frozenset(
    {"give", "keep", "stop", "let", "bar", "able", "free", "welcome", "get", "for", "up to", "none", "ok", "okay",
     "fine", "good", "all right", "available", "approved", "enabled", "acceptable", "not ok"}
)  # fmt: skip
_PAIRS = ({"Aux", "Everyone"}, {"Imperative", "AllTools"}, {"Everyone", "ClaimName"})


def asks_question(text: str) -> bool:
    """Whether a text asks something ("who can refund more than 500?") and is no rule, nor a request for one.

    Its words alone say so, at whichever gateway: it ends in a question mark, or opens as a question does.
    """
    greeting = _GREETING.match(text.strip())
    said = text.strip()[greeting.end() if greeting else 0 :]
    if _REQUEST.match(said):
        return False
    asked = said.rstrip(" \"')”’*_").endswith("?")
    return asked or (_ASKING.match(said) is not None and _DO_ONLY.match(said) is None)


def finds_nothing(
    rule: str, gateway: Gateway, glossary: Glossary | None = None, *, lexicon: Lexicon | None = None
) -> bool:
    """Whether a text speaks of no tool, no effect and no people of a gateway: a greeting, small talk, a lone word."""
    context = Context(tuple(tokenise(rule.rstrip(" .!\n"))), lexicon or lexicon_for(gateway), glossary or Glossary())
    words = [token for token in context.tokens if token.kind not in {"punct", "emoji"}]
    if len(words) < 2:
        return True
    found = list(leaves(context, grammar()))
    greeted = {at for leaf in found if leaf.category == "Filler" for at in range(leaf.start, leaf.end)}
    said = [leaf for leaf in found if leaf.start not in greeted]
    kinds = {leaf.category for leaf in said}
    if any(pair <= kinds for pair in _PAIRS):
        return False
    if any(_says(context, leaf, context.tokens[leaf.start : leaf.end]) for leaf in said):
        return False
    return not _is_rule(context)


def _is_rule(context: Context) -> bool:
    """Whether words that say little one by one are a rule together: "stop builds"."""
    try:
        return bool(readings(context))
    except Refusal:
        return False


def _says(context: Context, leaf: Phrase, span: tuple[Token, ...]) -> bool:
    """Whether a leaf by itself speaks of a tool, an effect or people."""
    last = span[-1]
    if leaf.category == "Group":
        known = is_plural(last.low) or last.low in PEOPLE_WORDS - {"team"}
        return known and ("sure", "yes") in leaf.features
    if leaf.category == "Word":
        return len(last.low) > 2 and last.stem in context.lexicon.by_name_stem and last.stem not in VERBS
    return leaf.category in _SURE and " ".join(token.low for token in span) not in _EVERYDAY
