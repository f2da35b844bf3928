"""What a text is before it is read as a rule: a question, small talk, or something that speaks of tools and people."""

from __future__ import annotations

import re

from bot.cedar import Gateway
from bot.language.gateway.context import Context
from bot.language.gateway.glossary import Glossary
from bot.language.gateway.lexicon import Lexicon, lexicon_for
from bot.language.gateway.refusals import Refusal
from bot.language.gateway.verbs import VERBS
from bot.language.grammar.chart import Phrase
from bot.language.grammar.leaves import leaves
from bot.language.grammar.rules import grammar
from bot.language.reader import readings
from bot.language.text.nods import nod_of
from bot.language.text.tokens import Token, tokenise
from bot.language.text.words import is_plural
from bot.language.wordlists import PEOPLE_WORDS, words

_REQUEST = re.compile(
    r"would it be possible (?:that|to)\b"
    r"|(?:can|could|would|will) (?:you|we|somebody|someone) (?:(?:please|pls|kindly|also) )*"
    r"(?:have (?:it )?that|allow|let|block|deny|forbid|stop|prevent|permit|ban|prohibit|disallow|restrict|limit|add"
    r"|create|make)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:(?:hi|hello|hey|ok|okay|so|and|but|please|pls|quick question|question|good (?:morning|afternoon|evening))\b"
    r"(?: (?:all|team|there|folks|everyone))?[\s,:!.-]*)*",
    re.IGNORECASE,
)
_GREETED = re.compile(
    r"(?:(?:hi|hello|hey|hiya|ok|okay|good (?:morning|afternoon|evening|day)|thanks|thank you|thx|cheers|bye)\b"
    r"(?: (?:all|team|there|folks|everyone|everybody|you|a lot|so much|very much|bot|policybot))*[\s,:!.-]*)+",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:please )?(?:(?:tell|show) (?:me|us)"
    r"|(?:i|we)(?:'d|’d| would)? (?:wonder|(?:want|like|need) to know)|let (?:me|us) know"
    r"|(?:does|do) (?:anyone|anybody|someone|somebody) know)"
    r",? (?=(?:who|whom|what|which|why|how|when|where|whether|if)\b)",
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
_EVERYDAY = words("messages", "everyday")
_TOOLS = frozenset({"ToolName", "GlossTool", "Target", "Word"})
_PEOPLE = frozenset({"Group", "GlossWho"})
_WEIGHT = frozenset(
    {"NonGroup", "Aux", "Neg", "Truth", "Rel", "Limit", "Reserved", "ClaimName", "Everyone", "AllTools", "Arrow",
     "'only'", "'need'", "'require'", "':'", "'='"}
)  # fmt: skip
"""What a rule has beside a tool, or beside people: a modal, a bound, an exception, whom it is for."""
_OF_ONE = re.compile(
    r"\b(?:i|me|my|mine)\b(?!(?:'d|’d| would)? (?:want|like|wish|propose|suggest|think|request|recommend)\b)",
    re.IGNORECASE,
)
"""Somebody speaks of themselves and does not say what they want to be so: "my refund was denied"."""
_LETS = re.compile(r"\blet (?!us\b|me\b)[@\w]", re.IGNORECASE)
_FEW = 4
_PAIRS = ({"Aux", "Everyone"}, {"Imperative", "AllTools"}, {"Everyone", "ClaimName"})


def greets(text: str) -> bool:
    """Whether a text is a greeting, or thanks, and nothing else."""
    return bool(text.strip()) and _GREETED.fullmatch(text.strip()) is not None


def is_request(text: str) -> bool:
    """Whether what is asked is that a rule be made: "could you block refunds?", "hi, could we please stop …?"."""
    greeting = _GREETED.match(text)
    return _REQUEST.match(text, greeting.end() if greeting else 0) is not None


def asks_question(text: str) -> bool:
    """Whether a text asks something ("who can refund more than 500?") and is no rule, nor a request for one.

    Its words alone say so, at whichever gateway: it ends in a question mark, or opens as a question does.
    """
    greeting = _GREETING.match(text.strip())
    said = text.strip()[greeting.end() if greeting else 0 :]
    if is_request(said):
        return False
    if _LEAD.match(said):
        return True
    asked = said.rstrip(" \"')”’*_").endswith("?") and not nod_of(tokenise(said))
    return asked or (_ASKING.match(said) is not None and _DO_ONLY.match(said) is None)


def unled(text: str) -> str:
    """A question without the words that lead to it: "I wonder who can refund" asks who can."""
    return _LEAD.sub("", text, count=1) if _LEAD.match(text) else text


def finds_nothing(
    rule: str, gateway: Gateway, glossary: Glossary | None = None, *, lexicon: Lexicon | None = None
) -> bool:
    """Whether a text says nothing of who may call what: it speaks of no tool, no effect and no people of a gateway, or
    of one of these alone, as small talk does ("the refund tool is down")."""
    context = Context(tuple(tokenise(rule.rstrip(" .!\n"))), lexicon or lexicon_for(gateway), glossary or Glossary())
    words = [token for token in context.tokens if token.kind not in {"punct", "emoji"}]
    if len(words) < 2:
        return True
    found = list(leaves(context, grammar()))
    greeted = {at for leaf in found if leaf.category in {"Filler", "Pleasantry"} for at in range(leaf.start, leaf.end)}
    said = [leaf for leaf in found if leaf.start not in greeted]
    kinds = {leaf.category for leaf in said}
    sure = [leaf for leaf in said if _says(context, leaf, context.tokens[leaf.start : leaf.end])]
    if any(pair <= kinds for pair in _PAIRS) or (sure and not _is_talk(rule, context, said, sure)):
        return False
    return not _is_rule(context)


def _is_talk(rule: str, context: Context, said: list[Phrase], sure: list[Phrase]) -> bool:
    """Whether what is said for sure is about one person's own affair, or one part of a rule with nothing to it: a tool,
    people, or an effect on what a pronoun stands for."""
    kinds = {leaf.category for leaf in sure}
    meant = {at for leaf in sure for at in range(leaf.start, leaf.end)}
    beside = [leaf for leaf in said if not meant.issuperset(range(leaf.start, leaf.end))]
    if _OF_ONE.search(rule):
        return True
    if kinds <= _PEOPLE and len(context.tokens) > _FEW:
        return False  # in words that are not known here, as those of another language, much may be said
    if kinds <= _TOOLS or kinds <= _PEOPLE:
        return _LETS.search(rule) is None and not {leaf.category for leaf in beside} & (_WEIGHT | _SURE - _TOOLS)
    return (
        not kinds & (_TOOLS | _PEOPLE) and "Nobody" not in kinds and all(_is_pronoun(leaf, beside) for leaf in beside)
    )


def _is_pronoun(leaf: Phrase, among: list[Phrase]) -> bool:
    """Whether a leaf stands where a pronoun does."""
    return any(each.category == "It" and each.start <= leaf.start and leaf.end <= each.end for each in among)


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
