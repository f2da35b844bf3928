"""What each word of a rule became: its role, and the part of the policy that it is in."""

from __future__ import annotations

from collections.abc import Iterator

from bot.language.gateway.refusals import Refusal
from bot.language.grammar.chart import Phrase
from bot.language.lowering.terms import Resolver
from bot.language.meaning.emitter import expression_text
from bot.language.meaning.model import And, Draft, Fact, Neg, Or, Term, What, Who
from bot.language.reader import Reading

Marks = dict[int, tuple[str, str]]
_FORMULAS = Term | Fact | Neg | And | Or
_PEOPLE = frozenset({"Who", "NoWho", "Person", "Neither", "Qual", "ExceptPeople", "Claims", "Nobody", "Many"})
_CONDITIONS = frozenset(
    {"WhenMod", "UnlessMod", "TimeMod", "NounMod", "Bound", "Pred", "Cond", "Time", "BareOnly", "OnlyMod", "Bare",
     "BareValue", "Must", "Amount", "IfYou", "Ones"}
)  # fmt: skip
_TOOLS = frozenset({"Do", "ByName", "Deed", "Deed1", "Named", "Verbs", "DeedList", "ToolWord"})
_FILLERS = frozenset({"Filler", "Pleasantry", "Heading", "Adverb", "Emoji", "Vacuous", "','", "'…'"})
_JOINERS = frozenset({"'and'", "'or'", "'but'", "'for'", "'by'", "'to'", "'&'", "Colon"})
_ROLES = {"person": _PEOPLE, "condition": _CONDITIONS, "tool": _TOOLS, "joiner": _JOINERS}


def marks_of(reading: Reading) -> Marks:
    """The role of each token of a reading, with what it became; every token has one, as every leaf has."""
    found: Marks = {}
    for leaf, above in _leaves(reading.phrase, ()):
        role, holder = _role(leaf, above)
        meaning = _meaning(reading, role, holder, leaf, above)
        for at in range(leaf.start, leaf.end):
            found[at] = (role, meaning)
    return found


def _leaves(phrase: Phrase, above: tuple[Phrase, ...]) -> Iterator[tuple[Phrase, tuple[Phrase, ...]]]:
    if not phrase.parts:
        yield phrase, above
    for part in phrase.parts:
        yield from _leaves(part, (*above, phrase))


def _role(leaf: Phrase, above: tuple[Phrase, ...]) -> tuple[str, Phrase]:
    """The role that the nearest phrase above gives to a leaf, and that phrase."""
    if leaf.category in _FILLERS:
        return "filler", leaf
    for phrase in (leaf, *reversed(above)):
        for role, categories in _ROLES.items():
            if phrase.category in categories:
                return role, phrase
    return "effect", leaf


def _meaning(reading: Reading, role: str, holder: Phrase, leaf: Phrase, above: tuple[Phrase, ...]) -> str:
    glossary = reading.context.glossary
    stems = tuple(token.stem for token in reading.context.tokens[leaf.start : leaf.end])
    own = (glossary.people, glossary.tools, glossary.inputs, glossary.values)
    glossed = " (glossary)" if any(stems in entries for entries in own) else ""
    if role == "effect":
        return str(reading.draft.effect or "")
    what = _what(reading, leaf, above)
    if role == "tool" and what is not None:
        return _tools(what) + glossed
    if role == "person":
        who = next((part.meaning for part in reversed((*above, leaf)) if isinstance(part.meaning, Who)), None)
        return (
            expression_text(who.condition) if who is not None and who.condition is not None else "everyone"
        ) + glossed
    if role == "condition":
        formula = next((part.meaning for part in reversed((*above, leaf)) if isinstance(part.meaning, _FORMULAS)), None)
        return _condition(reading, formula, what) + glossed
    return ""


def _what(reading: Reading, leaf: Phrase, above: tuple[Phrase, ...]) -> What | None:
    """The tools that are nearest above a leaf; of a list with conditions, each part has its own."""
    drafts = (part.meaning for part in reversed((*above, leaf)) if isinstance(part.meaning, Draft))
    return next((draft.what for draft in drafts if draft.what is not None), reading.draft.what)


def _tools(what: What) -> str:
    if what.everything:
        return "every tool"
    return f"every tool of {what.target}" if what.target else ", ".join(what.choices[0][:3])


def _condition(reading: Reading, formula: object, what: What | None) -> str:
    """The condition on the first tool, as Cedar; empty for words that only open it."""
    context = reading.context
    if formula is None or what is None or what.target or what.everything or not isinstance(formula, _FORMULAS):
        return ""
    tool = context.lexicon.by_key[what.choices[0][0]]
    try:
        return expression_text(Resolver(context.line(), tool, context.glossary).logic(formula))
    except Refusal:
        return ""  # a part that means something only with the whole
